"""What the text of a JavaScript lock says of a package: whether it has it, and for whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_of_members", "mentions"]


def is_of_members(lock: str, name: str) -> bool:
    """Whether what a lock remembers of the members names a package, and no package that is installed does."""
    entry = re.compile(rf"""\n[ ]{{2,10}}(?:"{re.escape(name)}": "|'?{re.escape(name)}'?:[ \n])""")
    places = [match.start() for match in entry.finditer(lock)]
    if '\n    "node_modules/' in lock:  # npm, which mixes them
        heads = [lock.rfind('\n    "', 0, at) for at in places]
        return bool(places) and not any("node_modules/" in lock[head : lock.find("\n", head + 1)] for head in heads)
    if (packages := lock.find('\n  "packages": {' if lock.startswith("{") else "\npackages:\n")) < 0:
        return False  # yarn remembers nothing of the members, or there is no more than them
    inner = re.search(rf'"{re.escape(name)}": "', lock[packages:]) if lock.startswith("{") else None
    return bool(places) and places[-1] < packages and inner is None


@once_a_run
def _text(context: Inspection, locks: tuple[str, ...]) -> str:
    return "".join(f"\n{text_of(context, path)}" for path in locks)


@once_a_run
def mentions(context: Inspection, locks: tuple[str, ...], name: str) -> bool | None:
    """Whether one of the locks has a package; ``None`` where there is none to read."""
    text = _text(context, locks)
    if not text:
        return None
    if name not in text:
        return False
    forms = (
        f'node_modules/{name}"',
        f'"{name}@',
        f"\n{name}@",
        f"'{name}@",
        f" {name}@",
        f"/{name}@",
        f"/{name}/",
        f'"{name}":',
    )
    return any(form in text for form in forms)
