"""Documents that templates of Helm give: places in them are told as places of the template."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import field
from typing import TYPE_CHECKING

from toolkit.documents import DocumentError, yaml
from toolkit.documents._text import Text
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._helm.render import Output
    from toolkit.documents import Path
    from toolkit.model import Span

__all__ = ["Rendered", "rendered"]


@frozen
class _Origin(Text):
    """A rendered text whose offsets are told as places of its template."""

    source: Text = field(default_factory=lambda: Text(""))
    marks: tuple[tuple[int, int, str], ...] = ()

    def position(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self.marks, offset, key=lambda mark: mark[0]) - 1
        if index < 0:
            return 1, 1
        start, origin, kind = self.marks[index]
        return self.source.position(origin + (offset - start if kind == "text" else 0))


@frozen
class Rendered(yaml.Document):
    """A document that a template gives.

    Args:
        gaps: offsets at which an installation may add something.
        bounds: parts that stand under a condition, and whether the defaults render them.
    """

    gaps: tuple[int, ...] = ()
    bounds: tuple[tuple[int, int, bool], ...] = ()

    def replace(self, path: Path, value: str) -> Span:
        """Nothing: what is rendered is not edited.

        Raises:
            DocumentError: always.
        """
        raise DocumentError(f"{value} cannot be written into a rendered text", *self.position(path))

    def is_open(self, path: Path) -> bool:
        """Whether an installation may add to the value at a path."""
        place = self.place(path)
        if place is None:
            return False
        end = place.end
        content = self.text.content
        while end < len(content) and content[end] in " \r\n":
            end += 1
        index = bisect_left(self.gaps, place.first)
        return index < len(self.gaps) and self.gaps[index] <= end

    def is_given(self, path: Path) -> bool:
        """Whether ``values.yaml`` gives the whole text at a path."""
        place, text = self.place(path), self.text
        if place is None or not isinstance(text, _Origin):
            return False
        begin = place.start + (text.content[place.start : place.start + 1] in "\"'")
        index = bisect_right(text.marks, begin, key=lambda mark: mark[0]) - 1
        end = text.marks[index + 1][0] if index + 1 < len(text.marks) else len(text.content)
        return index >= 0 and text.marks[index][2] == "given" and end >= place.end - 1

    def is_conditional(self, path: Path, *, only_off: bool = False) -> bool:
        """Whether the value at a path stands under a condition; with ``only_off`` under one that the defaults do not meet."""
        place = self.place(path)
        start = place.first if place is not None else self.start
        return any(begin <= start < end and not (only_off and default) for begin, end, default in self.bounds)


def rendered(out: Output, source: Text) -> Iterator[Rendered]:
    """The documents of what a template gives.

    Raises:
        DocumentError: it is not YAML.
    """
    marks = tuple(out.marks)
    for one in yaml.parse_all(out.text):
        origin = _Origin(one.text.content, one.text.bom, editable=False, source=source, marks=marks)
        yield Rendered(origin, one.data, one.root, one.duplicates, one.start, tuple(out.gaps), tuple(out.bounds))
