"""Paths of CODEOWNERS under which nothing lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["lost_owned"]

_READ = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in its order: the first one counts."""
_PLAIN = regex(r"/?[\w.@-][\w.@/-]*/[\w.@/-]*|/[\w.@-]+")
"""A path from the root: what is one word, or has a pattern, may be anywhere, or come later."""


def lost_owned(context: Inspection) -> Iterator[tuple[str, int, str, str]]:
    """Paths that somebody owns and that are in no clone, as one: the file, the line of the first, all as written, what is amiss."""
    path = next((one for one in _READ if one in context.inventory.tracked_set), "")
    if not path or not context.shows(path):
        return
    known = (context.inventory.tracked_set, context.inventory.folders, context.inventory.gitlinks)
    lost: dict[str, int] = {}
    for number, line in enumerate(text_of(context, path).splitlines(), 1):
        pattern = line.partition("#")[0].strip().partition(" ")[0]
        inner = pattern.strip("/")
        # One word with a slash behind it is found in any folder.
        anywhere = "/" not in pattern.rstrip("/") and any(
            f"/{one}".endswith(f"/{inner}") for one in context.inventory.folders
        )
        if (
            _PLAIN.fullmatch(pattern)
            and not anywhere
            and not any(inner in one for one in known)
            and not any(below(one, inner) for one in context.inventory.gitlinks)
        ):
            lost.setdefault(pattern, number)
    for text, line_number in list(lost.items())[:1]:
        more = f" (as of {len(lost)} paths of this file)" if len(lost) > 1 else ""
        every = ", ".join(f"{one} ({at})" for one, at in lost.items())
        yield path, line_number, every, f"{text} does not exist{more}: whoever was to be asked about it is not"
