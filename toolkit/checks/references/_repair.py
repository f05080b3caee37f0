"""Places of values in a document, and their repair as data."""

from __future__ import annotations

import posixpath
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.errors import ToolkitError
from toolkit.model import EditFile, Fix, Span
from toolkit.places import listed
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = [
    "Entry",
    "by_hand",
    "edit",
    "position",
    "relative",
    "replace",
    "reword",
    "stands",
    "strings",
]


def position(document: Any, path: Path) -> tuple[int, int]:
    """Line and column at which a value begins; of its nearest ancestor where it is inherited from elsewhere."""
    place = document.place(path)
    found: tuple[int, int] = document.text.position(place.start) if place else document.position(path)
    return found


def stands(document: Any, path: Path) -> bool:
    """Whether a value is written at its path, and not merged into it from an anchor."""
    return document.place(path) is not None


def edit(context: Inspection, path: str, span: Span, title: str) -> tuple[Fix, ...]:
    """A repair that replaces one span of a file."""
    digest = sha256(context.read(path)).hexdigest()
    return (Fix(title, "unsafe", (EditFile(path, (span,), digest),)),)


def replace(context: Inspection, path: str, document: Any, where: Path, new: str) -> tuple[Fix, ...]:
    """A repair that gives a value another text; none where the value cannot be edited in place."""
    try:
        span = document.replace(where, new)
        return edit(context, path, span, f"write {new}")
    except (ToolkitError, Unreadable):
        return ()


@frozen
class Entry:
    """A text in a document that names something.

    Args:
        path: the file.
        document: what it says.
        where: the place of the text.
        value: the text.
    """

    path: str
    document: Any
    where: Path
    value: str

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return posixpath.dirname(self.path) or "."

    @property
    def line(self) -> tuple[int, int]:
        """Line and column of the text."""
        return position(self.document, self.where)

    def written(self, context: Inspection, new: str) -> tuple[Fix, ...]:
        """A repair that writes another text in its place; none of an empty one, or where it cannot be edited in place."""
        return replace(context, self.path, self.document, self.where, new) if new else ()


def reword(
    context: Inspection, places: Iterable[tuple[str, int]], old: str, new: str, *, inner: bool = False
) -> tuple[Fix, ...]:
    """A repair that writes another word in some lines; none where one of them does not hold the old one exactly once.

    Args:
        context: the run.
        places: files and lines, each line once.
        old: what stands there, as a word of its own.
        new: what to write.
        inner: whether the word may be the beginning of a longer name with dots.
    """
    ends = rb"(?![\w-])" if inner else rb"(?![\w/-]|\.\w)"
    word = re.compile(rb"(?<![\w.@/-])" + re.escape(old.encode("utf-8", "surrogateescape")) + ends)
    spans: dict[str, list[Span]] = {}
    try:
        for path, line in places:
            lines = context.read(path).splitlines(keepends=True)
            found = list(word.finditer(lines[line - 1])) if 0 < line <= len(lines) else []
            if len(found) != 1:
                return ()
            start = sum(map(len, lines[: line - 1]))
            written = new.encode("utf-8", "surrogateescape")
            spans.setdefault(path, []).append(Span(start + found[0].start(), start + found[0].end(), written))
        digests = {path: sha256(context.read(path)).hexdigest() for path in spans}
    except Unreadable:
        return ()
    actions = tuple(EditFile(path, tuple(many), digests[path]) for path, many in spans.items())
    return (Fix(f"write {new} in place of {old}", "unsafe", actions),) if actions else ()


def by_hand(title: str) -> tuple[Fix, ...]:
    """What only a person can do, in a few words."""
    return (Fix(title, "manual"),)


def relative(target: str, folder: str, written: str = "") -> str:
    """A path as a file in a folder would write it, with a leading ``./`` if the old text had one; none of an empty one."""
    if not target:
        return ""
    found = posixpath.relpath(target, folder)
    return f"./{found}" if written.startswith("./") and not found.startswith("..") else found


def strings(value: Any) -> tuple[tuple[Path, str], ...]:
    """The texts of a text or of a list of texts, each with the path below the value."""
    if isinstance(value, str):
        return (((), value),)
    return tuple(((index,), item) for index, item in enumerate(listed(value)) if isinstance(item, str))
