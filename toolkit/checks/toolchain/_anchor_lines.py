"""Whether a disagreement about Anchor's command line is one that ``anchor-version-mismatch`` tells, place by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said

__all__ = ["is_told_of_programs"]

_CRATE = regex(rb"(?m)^[ \t]*anchor-lang[ \t]*=[ \t]*(?:\{[^}\n]*?version[ \t]*=[ \t]*)?\"[=^~]?\d")
_PLACE = regex(r"(?i)\bavm +(?:install|use)\b|anchor-cli\b|\banchor[-_](?:cli[-_])?version\b")


def is_told_of_programs(context: Inspection, first: Said, second: Said) -> bool:
    """Whether both places are compared with the programs: of two release lines, one is not that of anchor-lang then.

    What stands behind a variable is not compared there, and stays a disagreement of its own.
    """
    if first.tool != "anchor" or first.spec.split(".")[:2] == second.spec.split(".")[:2]:
        return False
    return all(_is_plain(context, one) for one in (first, second)) and _has_programs(context)


def _is_plain(context: Inspection, one: Said) -> bool:
    try:
        lines = context.read(one.path).decode("utf-8", "replace").splitlines()
    except Unreadable:
        return False
    line = lines[one.line - 1] if 0 < one.line <= len(lines) else ""
    return one.spec in line and _PLACE.search(line) is not None


def _has_programs(context: Inspection) -> bool:
    """Whether a crate here, beside or below an Anchor.toml, names the release of anchor-lang that it uses."""
    if not context.inventory.named("Anchor.toml"):
        return False
    for path in context.inventory.named("Cargo.toml"):
        try:
            if not context.is_foreign(path) and _CRATE.search(context.read(path)):
                return True
        except Unreadable:
            continue
    return False
