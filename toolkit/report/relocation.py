"""A relocation for people and for programs: what moves, what changes in it, what stays and why."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.features.relocation.relocate import Left, Moved, Relocation

__all__ = ["text", "to_json"]

SCHEMA_VERSION = 1


def text(relocation: Relocation, *, verbose: bool = False) -> str:
    """The plan with its changed lines; vendored workflows are counted by folder unless ``verbose``."""
    lines: list[str] = []
    for item in relocation.moved:
        lines += [_title(item), *(f"    {line}" for line in changed_lines(item.before, item.after)), ""]
    if relocation.notes:
        lines += ["for a person to look at", *(f"    {note.text}" for note in relocation.notes), ""]
    own = [item for item in relocation.left if not item.vendored]
    if own:
        lines += ["stays where it is, undecided", *(f"    {_place(item)}  {item.reason}" for item in own), ""]
    vendored = [item for item in relocation.left if item.vendored]
    if vendored:
        lines += ["stays where it is, maintained by others", *_vendored(vendored, verbose=verbose), ""]
    return "\n".join([*lines, _summary(relocation, len(own), len(vendored))])


def _title(item: Moved) -> str:
    return f"{item.source} -> {item.target}" if item.source != item.target else item.source


def _place(item: Left) -> str:
    return f"{item.path}:{item.line}" if item.line else item.path


def _vendored(items: list[Left], *, verbose: bool) -> list[str]:
    if verbose:
        return [f"    {item.path}  {item.reason}" for item in items]
    count = Counter((item.path.partition("/.github/")[0], item.reason) for item in items)
    return [f"    {folder}: {number}  {reason}" for (folder, reason), number in sorted(count.items())]


def _summary(relocation: Relocation, own: int, vendored: int) -> str:
    moves = sum(item.source != item.target for item in relocation.moved)
    edits = len(relocation.moved) - moves
    if not relocation.plan.actions and not own:
        return f"no nested workflow of ours{f', {vendored} maintained by others' if vendored else ''}"
    parts = [f"{moves} to move", f"{edits} to edit in place", f"{own} undecided", f"{vendored} maintained by others"]
    return f"nested workflows: {', '.join(part for part in parts if not part.startswith('0 '))}"


def changed_lines(before: bytes, after: bytes) -> list[str]:
    """The lines that differ, with the line number each has in the file it stands in."""
    old, new = (content.decode("utf-8", "replace").splitlines() for content in (before, after))
    found: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [f"{number:4} - {old[number - 1]}" for number in range(a + 1, b + 1)]
            found += [f"{number:4} + {new[number - 1]}" for number in range(c + 1, d + 1)]
    return found


def to_json(relocation: Relocation) -> str:
    """One document; ``changes`` are the changed lines as the text shows them."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "title": relocation.plan.title,
        "moved": [
            {"source": item.source, "target": item.target, "changes": changed_lines(item.before, item.after)}
            for item in relocation.moved
        ],
        "left": [
            {"path": item.path, "line": item.line, "reason": item.reason, "vendored": item.vendored}
            for item in relocation.left
        ],
        "notes": [{"path": note.path, "line": note.line, "message": note.message} for note in relocation.notes],
    }
    return json.dumps(document, indent=2)
