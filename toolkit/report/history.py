"""The journal and the quarantine as tables and as JSON."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from toolkit.apply import states
from toolkit.report._text import amount, table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from toolkit.apply import Entry
    from toolkit.context import Context
    from toolkit.system.sizes import Size

__all__ = ["quarantine", "text", "to_json"]

SCHEMA_VERSION = 1


def text(context: Context, found: Sequence[Entry], columns: int = 0) -> str:
    """A line for each plan, and for an interrupted one where each of its places stands.

    Args:
        context: the repository.
        found: the plans of its journal.
        columns: width of the terminal; 0 for a log, which has none.
    """
    if not found:
        return "nothing was applied here"
    rows = [(one.id, one.when, one.command, one.title, f"{one.done} of {one.total}", one.status) for one in found]
    head = ("plan", "when", "by", "title", "done", "status")
    lines = table(head, rows, right=("done",), columns=columns, spare=("by",))
    for one in found:
        if one.status == "interrupted":
            lines += ["", f"{one.id} was interrupted    back  invoke undo {one.id}"]
            lines += [f"  {state:<8}{record.path}" for record, state in states(context, one)]
    return "\n".join(lines)


def to_json(context: Context, found: Sequence[Entry]) -> str:
    """Every plan with the state of each of its places."""
    plans = [
        {
            "id": one.id,
            "when": one.when,
            "command": one.command,
            "title": one.title,
            "status": one.status,
            "total": one.total,
            "done": one.done,
            "outcomes": [{"index": index, "status": status, "reason": reason} for index, status, reason in one.ended],
            "places": [
                {
                    "index": record.index,
                    "kind": record.kind,
                    "path": record.path,
                    "target": record.target,
                    "before": record.before.digest,
                    "after": record.after.digest,
                    "state": state,
                }
                for record, state in states(context, one)
            ],
        }
        for one in found
    ]
    return json.dumps({"schema_version": SCHEMA_VERSION, "root": str(context.root), "plans": plans}, indent=2)


def quarantine(root: Path, sizes: Mapping[Path, Size], purged: Collection[Path], columns: int = 0) -> str:
    """A line for each folder of the quarantine.

    Args:
        root: the repository, from which the folders are shown.
        sizes: what lies in each.
        purged: those that are deleted for good.
        columns: width of the terminal; 0 for a log, which has none.
    """
    if not sizes:
        return "the quarantine is empty"
    rows = [
        (
            os.path.relpath(folder, root),
            f"{size.files}",
            amount(size.bytes),
            "to be deleted" if folder in purged else "",
        )
        for folder, size in sizes.items()
    ]
    return "\n".join(table(("folder", "files", "size", ""), rows, right=("files", "size"), columns=columns))
