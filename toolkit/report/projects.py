"""The list of subprojects as a table, as JSON and as a graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolkit.report._text import table

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.discovery import Discovered
    from toolkit.model import Subproject

__all__ = ["SCHEMA_VERSION", "mermaid", "text", "to_json"]

SCHEMA_VERSION = 1


def text(_root: Path, found: Discovered, columns: int = 0) -> str:
    """A table of the subprojects, then what was left out and why.

    Args:
        found: the subprojects.
        columns: width of the terminal; 0 for a log, which has none.
    """
    rows = [
        (
            item.path,
            item.ecosystem,
            item.version or "",
            item.choice.why if item.path == "." else item.choice.why.replace(f"{item.path}/", ""),
            item.lockfile.rpartition("/")[2] if item.lockfile else "no lock",
            _members(item),
        )
        for item in found.subprojects
    ]
    lines = (
        table(
            ("subproject", "ecosystem", "version", "chosen by", "lock", "members"),
            rows,
            columns=columns,
            spare=("members", "version"),
        )
        if rows
        else ["no subprojects found"]
    )
    lines += [f"{item.path}: {item.problem}" for item in found.subprojects if item.problem]
    if found.excluded:
        lines += [
            "",
            f"{len(found.excluded)} left out:",
            *(f"  {item.path} ({item.ecosystem}): {item.role}, {item.role_why}" for item in found.excluded),
        ]
    return "\n".join(lines)


def to_json(root: Path, found: Discovered) -> str:
    """The list for programs; paths relative to ``root``, ``"."`` for the root itself."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "root": str(root),
        "subprojects": [_object(item) for item in found.subprojects],
        "excluded": [_object(item) for item in found.excluded],
    }
    return json.dumps(document, indent=2)


def mermaid(_root: Path, found: Discovered) -> str:
    """A flowchart: an arrow leads from a subproject to what it needs."""
    names = {item.key: f"p{index}" for index, item in enumerate(found.subprojects)}
    by_path: dict[str, list[str]] = {}
    lines = ["flowchart LR"]
    for item in found.subprojects:
        by_path.setdefault(item.path, []).append(names[item.key])
        label = f"{item.path} ({item.ecosystem})".replace('"', "#quot;")
        lines.append(f'  {names[item.key]}["{label}"]')
    for item in found.subprojects:
        lines += [f"  {names[item.key]} --> {other}" for needed in item.needs for other in by_path.get(needed, ())]
    return "\n".join(lines)


def _members(item: Subproject) -> str:
    return str(len(item.members)) if item.members else ""


def _object(item: Subproject) -> dict[str, Any]:
    return {
        "path": item.path,
        "name": item.name,
        "ecosystem": item.ecosystem,
        "family": item.family,
        "manifest": item.manifest,
        "lockfile": item.lockfile,
        "members": list(item.members),
        "manager": {
            "name": item.choice.value,
            "version": item.version,
            "rule": item.choice.rule,
            "source": item.choice.source,
        },
        "why": item.choice.why,
        "needs": list(item.needs),
        "role": item.role,
        "role_why": item.role_why,
        "problem": item.problem,
    }
