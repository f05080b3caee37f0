"""Keys that stand twice in one mapping, as they are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.documents import Duplicate
    from toolkit.model import Finding

__all__ = ["dotted", "gathered", "is_same", "one_kept"]

_SHOWN = 200


def gathered(found: list[Finding]) -> Finding:
    """One finding for the many keys that stand twice in files of one kind, translations mostly, which were copied from each other."""
    files = len({one.path for one in found})
    evidence = "; ".join(f"{one.path}:{one.line} {one.message.split(' ', 3)[2]}" for one in found)
    text = f"{len(found)} keys and more stand twice in {files} files that programs read: the first of each is lost"
    return replace(found[0], message=text, evidence=evidence)


def dotted(twice: Duplicate) -> str:
    """The place of a key, as a text of bounded length."""
    return ".".join(str(step) for step in twice.path)[:_SHOWN]


def is_same(lines: Sequence[str], twice: Duplicate) -> bool:
    """Whether a key that stands twice says the same in both places, each on one line: nothing is lost then."""
    said = [lines[at - 1].partition(" #")[0] for at in (twice.line, twice.first_line) if at <= len(lines)]
    texts = {line.strip().rstrip(",}] \t") for line in said}
    return len(texts) == 1 and not next(iter(texts)).endswith(("{", "[", ":"))


def one_kept(name: str, twice: Duplicate) -> tuple[Fix, ...]:
    """What a person does about a key that stands twice."""
    return (Fix(f"keep one {name}: that of line {twice.first_line} or that of line {twice.line}", "manual"),)
