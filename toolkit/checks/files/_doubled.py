"""Keys that stand twice in one mapping, as they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.documents import Duplicate
    from toolkit.model import Finding

__all__ = ["dotted", "gathered", "is_same", "models_twice", "one_kept"]

_SHOWN = 200
_DECLARED = regex(r"(?m)^(?:model|enum|type|view)[ \t]+(?P<name>\w+)[ \t]*\{")


def gathered(found: list[Finding]) -> Finding:
    """One finding for the many keys that stand twice in files of one kind, translations mostly, which were copied from each other."""
    files = len({one.path for one in found})
    evidence = "; ".join(f"{one.path}:{one.line} {one.message.split(' ', 3)[2]}" for one in found)
    text = f"{len(found)} keys and more stand twice in {files} files that programs read: the first of each is lost"
    return replace(found[0], message=text, evidence=evidence)


def dotted(twice: Duplicate) -> str:
    """The place of a key, as a text of bounded length."""
    return ".".join(str(step) for step in twice.path)[:_SHOWN]


def models_twice(text: str) -> Iterator[tuple[str, int, int]]:
    """What a schema of Prisma declares a second time: the name, and the lines of both. Prisma refuses the file (its own reader, tried)."""
    lines: dict[str, int] = {}
    for one in _DECLARED.finditer(text):
        line = line_at(text, one.start())
        if one["name"] in lines:
            yield one["name"], line, lines[one["name"]]
        lines.setdefault(one["name"], line)


def is_same(lines: Sequence[str], twice: Duplicate) -> bool:
    """Whether a key that stands twice says the same in both places, each on one line: nothing is lost then."""
    said = [lines[at - 1].partition(" #")[0] for at in (twice.line, twice.first_line) if at <= len(lines)]
    texts = {line.strip().rstrip(",}] \t") for line in said}
    return len(texts) == 1 and not next(iter(texts)).endswith(("{", "[", ":"))


def one_kept(name: str, twice: Duplicate) -> tuple[Fix, ...]:
    """What a person does about a key that stands twice."""
    return (Fix(f"keep one {name}: that of line {twice.first_line} or that of line {twice.line}", "manual"),)
