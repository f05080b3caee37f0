"""Findings that are one thing to do, put together: thirty places of one cause are one block, not thirty."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from toolkit.features.doctor import RANK
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.model import Finding

__all__ = ["Block", "blocks", "most_common"]

_URGENT = ("secrets", "machine", "dependencies", "toolchain", "workflows", "onchain", "references")
"""Families by what waits worst: what leaks, what stops a newcomer at once, what nobody builds or deploys any more."""


@frozen
class Block:
    """What one check found at one level; never empty.

    Args:
        findings: in the order of the report.
    """

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that is shown whole."""
        return self.findings[0]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files and folders, each once."""
        return tuple(dict.fromkeys(one.path for one in self.findings))

    @property
    def causes(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """The messages, the most frequent first, each with its findings."""
        by_message: dict[str, list[Finding]] = {}
        for one in self.findings:
            by_message.setdefault(one.message, []).append(one)
        return tuple(
            sorted(((message, tuple(found)) for message, found in by_message.items()), key=lambda item: -len(item[1]))
        )


def blocks(findings: Iterable[Finding]) -> tuple[Block, ...]:
    """One block for each check and level, what is most urgent first, copies that others maintain last."""

    def order(one: Finding) -> tuple[int, bool, int, str]:
        urgency = _URGENT.index(one.family) if one.family in _URGENT else len(_URGENT)
        return RANK[one.severity], one.vendored, urgency, one.check

    return tuple(Block(tuple(group)) for _, group in groupby(sorted(findings, key=order), key=order))


def most_common(texts: Iterable[str]) -> tuple[str, int]:
    """The text that stands there most often, the earliest of equals, and how many others there are."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    best = max(counts, key=lambda text: counts[text])
    return best, len(counts) - 1
