"""What may be cleaned away, as a table and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.report._text import amount, hanging, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.features.clean import Candidate

__all__ = ["text", "to_json"]

SCHEMA_VERSION = 1


def text(found: Sequence[Candidate], columns: int = 0) -> str:
    """A table of what goes with the way to get it back, then what stays and why, then the sum.

    Args:
        found: what may be cleaned away.
        columns: width of the terminal; 0 for a log, which has none.
    """
    going = [one for one in found if not one.keep]
    lines = []
    if going:
        rows = [
            (one.stray.path, amount(one.size.bytes), f"{one.size.files}", _age(one), one.stray.reason, one.stray.regain)
            for one in going
        ]
        head = ("path", "size", "files", "age", "why", "back with")
        lines += table(head, rows, right=("size", "files", "age"), columns=columns, spare=("age", "files"))
    kept = [one for one in found if one.keep]
    lines += [hanging("kept  ", f"{one.stray.path} ({amount(one.size.bytes)}): {one.keep}", columns) for one in kept]
    total = sum(one.size.bytes for one in going)
    least = "at least " if any(one.size.unreadable for one in going) else ""
    evicted = sum(one.size.dataless for one in going)
    note = f"; {evicted} of the files are not on this machine and are not downloaded" if evicted else ""
    lines.append(f"{len(going)} to clean, {least}{amount(total)}{note}" if going else "nothing to clean")
    return "\n".join(lines)


def _age(one: Candidate) -> str:
    return f"{one.age_days:.0f} d" if one.size.newest else "-"


def to_json(root: Path, found: Sequence[Candidate]) -> str:
    """Every candidate, kept ones too."""
    rows = [
        {
            "path": one.stray.path,
            "kind": one.stray.kind,
            "reason": one.stray.reason,
            "regain": one.stray.regain,
            "tracked": one.stray.tracked,
            "bytes": one.size.bytes,
            "files": one.size.files,
            "dataless": one.size.dataless,
            "complete": not one.size.unreadable,
            "age_days": round(one.age_days, 1),
            "keep": one.keep,
        }
        for one in found
    ]
    return json.dumps({"schema_version": SCHEMA_VERSION, "root": str(root), "candidates": rows}, indent=2)
