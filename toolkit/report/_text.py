"""Plain text that is readable without colour: aligned tables, durations, the ends of logs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["COLUMNS", "Line", "amount", "flat", "hanging", "last_lines", "seconds", "shortened", "table", "width"]

Line = tuple[str, str]
"""A style and a line. Of ``error``, ``warning`` and ``done`` the word in front is coloured, of ``dim`` all; "" is plain."""

COLUMNS = 80
"""What a text is written for where nothing is known about the terminal."""
_TAIL_LINES = 12
_CUT = ".."
_LEAST_COLUMN = 17  # "package-lock.json"
_USAGE = regex(
    r"^npm (?:error|ERR!) [A-Z][^\n]*\n(?:npm (?:error|ERR!)\s*?\n)*npm (?:error|ERR!) Usage:\n[^\x00]*?^npm (?:error|ERR!) Run \"npm help [^\n]*\n?",
    re.MULTILINE,
)
"""npm's help for the command, which it writes below what is wrong."""
_BARE = frozenset({"npm error", "npm ERR!"})
_ESCAPES = regex(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return (
        len(text)
        if text.isascii()
        else sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)
    )


def flat(text: str) -> str:
    """A name as it is written within a line, whatever a file system let it hold."""
    return text.replace("\n", "\\x0a").encode("utf-8", "backslashreplace").decode()


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[str] = (),
    columns: int = 0,
    spare: Sequence[str] = (),
) -> list[str]:
    """Lines of a table.

    Args:
        head: the column titles.
        rows: one text a column; a column that is empty in all rows is left out.
        right: titles of the columns that are aligned right.
        columns: what a line may take; 0 for as much as it needs. What does not fit is left out column by column
            as ``spare`` says, and then shortened: the widest but the first keeps its beginning, the first its end. Where that
            is not enough, each row becomes a block of lines, if its columns have titles.
        spare: titles of the columns that can be missed, the first to go first.
    """
    rows = [[flat(cell) for cell in row] for row in rows]
    kept = [index for index in range(len(head)) if any(row[index] for row in rows)]
    widths = {index: max(width(head[index]), *(width(row[index]) for row in rows)) for index in kept}

    def excess() -> int:
        return sum(widths[index] + 2 for index in kept) - 2 - columns if columns else 0

    for title in spare:
        if excess() > 0 and title in head and head.index(title) in kept:
            kept.remove(head.index(title))
    for index in (max(kept[1:], key=lambda at: widths[at], default=kept[0]), kept[0]) if kept else ():
        if excess() > 0:
            widths[index] = max(widths[index] - excess(), min(widths[index], _LEAST_COLUMN))
    if excess() > 0 and all(head[index] for index in kept):
        return [shortened(head[kept[0]], columns), *(one for row in rows for one in _block(head, row, kept, columns))]

    def line(row: Sequence[str]) -> str:
        cells = []
        for index in kept:
            text = shortened(row[index], widths[index], keep_end=index == kept[0])
            space = " " * (widths[index] - width(text))
            cells.append(space + text if head[index] in right else text + space)
        return "  ".join(cells).rstrip()

    return [line(head), *(line(row) for row in rows)]


def _block(head: Sequence[str], row: Sequence[str], kept: Sequence[int], columns: int) -> list[str]:
    """A row of a table as lines: its first cell, and below it the others behind their titles."""
    first, *others = kept
    lead = max((width(head[index]) for index in others), default=0) + 4
    cells = [hanging(f"  {head[index]}".ljust(lead), row[index], columns) for index in others if row[index]]
    return [row[first], *(line for cell in cells for line in cell.splitlines())]


def shortened(text: str, columns: int, *, keep_end: bool = False) -> str:
    """A text of at most so many columns.

    Args:
        text: one line.
        columns: of a terminal, on which some characters take two.
        keep_end: whether the beginning goes rather than the end.
    """
    if width(text) <= columns:
        return text
    if not keep_end:
        while text and width(text) > columns - len(_CUT):
            text = text[:-1]
        return text.rstrip() + _CUT
    while text and width(text) > columns - len(_CUT):
        text = text[1:]
    return _CUT + text


def hanging(lead: str, text: str, columns: int = COLUMNS) -> str:
    """A text behind a lead, its further lines indented under the first; words longer than a line stay whole.

    Args:
        lead: what stands in front of the first line.
        text: one paragraph.
        columns: width of a line; 0 for one line, however long.
    """
    if not columns:
        return lead + text
    import textwrap

    return textwrap.fill(
        text,
        max(columns, len(lead) + 20),
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )


def amount(count: int) -> str:
    """A number of bytes as the tables show it, in decimal units."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            value = count / unit
            return f"{value:.0f} {name}" if value >= 100 else f"{value:.1f} {name}"
    return f"{count} B"


def seconds(value: float) -> str:
    """A duration as the tables show it."""
    return f"{value:.1f} s" if value < 100 else f"{int(value) // 60} min {int(value) % 60:02d} s"


def last_lines(text: str) -> tuple[str, ...]:
    """The end of a log without blank lines, colours, what a carriage return overwrote, and npm's help."""
    text = _USAGE.sub("", text)
    lines = [_ESCAPES.sub("", line.rstrip("\r").rpartition("\r")[2]).rstrip() for line in text.split("\n")]
    return tuple(line for line in lines if line and line not in _BARE)[-_TAIL_LINES:]
