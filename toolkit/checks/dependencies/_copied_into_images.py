"""What images install beside the Python files that they copy: there the file has that, whatever the manifest above it says."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import installers
from toolkit.expressions import regex
from toolkit.installs import is_dockerfile, requirements_in
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["installed_beside"]

_COPIES = regex(r"(?mi)^[ \t]*(?:COPY|ADD)[ \t]+(?P<words>[^\n]+)")
_INSTALLS = regex(
    r"\bpip3?\b[^\n]*\binstall\b[^\n]*|\b(?:uv|poetry|conda|apt(?:-get)?|apk)\b[^\n]*\b(?:install|add)\b[^\n]*"
)


def installed_beside(context: Inspection, path: str) -> str:
    """What the images install that copy a file, or the folder that it lies in, by its path: names, and lists as they stand.

    An image that copies all there is says nothing of one file.
    """
    return "\n".join(text for copied, text in _images(context) if any(below(one, path) for one in copied))


@once_a_run
def _images(context: Inspection) -> tuple[tuple[frozenset[str], str], ...]:
    """What each image copies from its context, and what it installs."""
    found = []
    for path in installers(context):
        if is_dockerfile(posixpath.basename(path)):
            text = text_of(context, path, errors="replace").replace("\\\n", " ")
            installed = [match[0] for match in _INSTALLS.finditer(text)]
            lists = {place for name in requirements_in(text) for place in _places(context, path, name)}
            listed = [text_of(context, place) for place in sorted(lists)]
            if copied := frozenset(_copied(context, path, text)) if installed else frozenset():
                found.append((copied, "\n".join((*installed, *listed))))
    return tuple(found)


def _copied(context: Inspection, path: str, text: str) -> Iterator[str]:
    for match in _COPIES.finditer(text):
        words = [word.strip('[]",') for word in match["words"].split()]
        sources = [] if any(word.startswith("--from") for word in words) else words[:-1]
        for source in sources:
            yield from _places(context, path, source)


def _places(context: Inspection, path: str, written: str) -> Iterator[str]:
    """Where a path of an image's context may lie: the context is the root, or the folder of the file."""
    for base in dict.fromkeys((".", folder_of(path))):
        place = join(base, written.rstrip("/"))
        apart = place not in (None, ".", folder_of(path))
        if place and apart and (context.is_file(place) or place in context.inventory.folders):
            yield place
