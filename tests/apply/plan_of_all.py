"""A plan with actions of every kind, and the tree that it changes."""

from __future__ import annotations

from toolkit.model import Action, EditFile, MoveFile, Plan, RemoveTree, Span, WriteFile
from toolkit.system.files import digest_bytes

COUNT = 3


def tree() -> dict[str, object]:
    """Files for every kind of action, several times."""
    made: dict[str, object] = {".gitignore": "node_modules/\n", "same": "s", "other": "o"}
    for number in range(COUNT):
        made[f"edit{number}"] = {"a.txt": "one two three\n"}
        made[f"write{number}"] = {"b.txt": "old\n"}
        made[f"move{number}"] = {"deep": {"er": {"c.txt": f"content {number}"}}}
        made[f"drop{number}"] = {"dist": {"x.js": "x", "y": {"z.js": "z"}}, "keep.txt": ""}
        made[f"loose{number}"] = {"package.json": "{}"}
    return made


def loose() -> dict[str, object]:
    """What git ignores."""
    return {f"loose{number}": {"node_modules": {"a": {"index.js": "a"}}} for number in range(COUNT)}


def plan() -> Plan:
    """Actions of all kinds, mixed."""
    actions: list[Action] = []
    for number in range(COUNT):
        first = digest_bytes(b"one two three\n")
        actions += [
            EditFile(f"edit{number}/a.txt", (Span(4, 7, b"2"), Span(0, 3, b"1")), first),
            WriteFile(f"write{number}/b.txt", b"new\n", digest_bytes(b"old\n")),
            WriteFile(f"fresh{number}/in/d.txt", b"fresh\n", None, 0o755),
            MoveFile(f"move{number}/deep/er/c.txt", f"moved/here{number}/c.txt", digest_bytes(b"content %d" % number)),
            RemoveTree(f"drop{number}/dist", "tracked output", "outputs", tracked=True),
            RemoveTree(f"loose{number}/node_modules", "stray", "ignored"),
        ]
    return Plan("everything", tuple(actions))
