"""Places of values in a document, and what every reader with paths has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.documents._text import MAX_DEPTH, DocumentError, Text
from toolkit.model import Span
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a document to a value."""


@frozen
class Place:
    """Where an entry stands, in character offsets; ``key_start`` is -1 for a list's item or the top."""

    start: int
    end: int
    key_start: int = -1
    key_end: int = -1

    @property
    def first(self) -> int:
        """Where the entry begins: at its key if it has one."""
        return self.start if self.key_start < 0 else self.key_start


@frozen
class Duplicate:
    """A key that is given twice in one mapping; lines are 1-based."""

    path: Path
    line: int
    first_line: int


class Positioned:
    """A document whose values can be looked up by path.

    ``data`` is the plain content; it is shared, so treat it as read-only.
    """

    text: Text
    data: Any

    def place(self, path: Path) -> Place | None:
        """Where the value at a path stands, or ``None`` if there is none."""
        raise NotImplementedError

    def line(self, path: Path) -> int:
        """The 1-based line of an entry (of its key if it has one), else of its nearest ancestor that exists."""
        return self.position(path)[0]

    def position(self, path: Path) -> tuple[int, int]:
        """Line and column, 1-based, of an entry or of its nearest ancestor that exists."""
        for length in range(len(path), -1, -1):
            place = self.place(path[:length])
            if place is not None:
                return self.text.position(place.first)
        return 1, 1

    def value_line(self, path: Path) -> int:
        """The 1-based line on which the value itself begins; 0 if there is none."""
        place = self.place(path)
        return 0 if place is None else self.text.line(place.start)

    def source(self, path: Path) -> str:
        """The value as it is written, quotes included; empty if there is none."""
        place = self.place(path)
        return "" if place is None else self.text.content[place.start : place.end]

    def get(self, path: Path, default: Any = None) -> Any:
        """The plain value at a path."""
        found = self.data
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return default
        return found

    def span(self, start: int, end: int, new: str) -> Span:
        """A replacement of the characters ``start`` to ``end`` as bytes of the file."""
        return Span(self.text.byte(start), self.text.byte(end), new.encode("utf-8", "surrogateescape"))

    def span_of(self, path: Path, new: str) -> Span:
        """A replacement of the value at a path by ready-made source text.

        Raises:
            DocumentError: there is no such value.
        """
        place = self.place(path)
        if place is None:
            raise DocumentError(f"no value at {show(path)}")
        return self.span(place.start, place.end, new)


def show(path: Path) -> str:
    """A path for a person: ``jobs.test.steps[0]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the top"


def walk(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of plain data with its path, parents first."""
    stack = [(path, data)]
    while stack:
        here, value = stack.pop()
        yield here, value
        if isinstance(value, dict):
            stack.extend(((*here, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            stack.extend(((*here, index), value[index]) for index in range(len(value) - 1, -1, -1))


def check_depth(data: Any) -> None:
    """Refuse data nested so deeply that a recursive reader would fail on it.

    Raises:
        DocumentError: deeper than :data:`MAX_DEPTH`.
    """
    level = [data]
    for _ in range(MAX_DEPTH + 1):
        following: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                following.extend(value.values())
            elif isinstance(value, list):
                following.extend(value)
        if not following:
            return
        level = following
    raise DocumentError(f"nested deeper than {MAX_DEPTH} levels")
