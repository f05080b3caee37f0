"""Applying span edits to bytes, and refusing a result that says something else than intended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.documents._text import DocumentError
from toolkit.documents._tree import show, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.model import Span

__all__ = ["apply", "difference", "edited"]


def apply(content: bytes, spans: Iterable[Span]) -> bytes:
    """Replace spans, all counted in the content before any edit.

    Insertions at one place (empty spans) are applied in the order given. Nothing else changes, so
    line ends and encodings survive.

    Raises:
        DocumentError: spans overlap or lie outside the content.
    """
    pieces: list[bytes] = []
    position = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.start < position or span.end < span.start or span.end > len(content):
            raise DocumentError(f"edits overlap or leave the file at byte {span.start}")
        pieces += (content[position : span.start], span.text)
        position = span.end
    return b"".join((*pieces, content[position:]))


def edited(content: bytes, spans: Iterable[Span], *, parse: Callable[[bytes], Any], expected: Any) -> bytes:
    """Apply spans and prove the result by reading it again.

    Args:
        content: the file before.
        spans: the edits.
        parse: gives the plain data of a file's bytes.
        expected: the plain data that the edited file must have, keys in the same order or not.

    Raises:
        DocumentError: the result does not parse, or its data are not the expected ones.
    """
    result = apply(content, spans)
    where = difference(expected, parse(result))
    if where is not None:
        raise DocumentError(f"the edit would change more than intended: {where}")
    return result


def difference(expected: Any, actual: Any) -> str | None:
    """The first path at which two plain data differ, in words; ``None`` if they are equal, types included."""
    wanted = {path: _leaf(value) for path, value in walk(expected)}
    for path, value in walk(actual):
        if path not in wanted:
            return f"{show(path)} is new"
        if wanted.pop(path) != _leaf(value):
            return f"{show(path)} differs"
    return f"{show(next(iter(wanted)))} is gone" if wanted else None


def _leaf(value: Any) -> tuple[str, Any]:
    kind = type(value).__name__
    if isinstance(value, dict | list):
        return kind, len(value)
    return kind, repr(value) if isinstance(value, float) else value
