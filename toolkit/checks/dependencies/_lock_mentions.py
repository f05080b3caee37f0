"""What the text of a JavaScript lock says of a package: whether it has it, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_of_members", "mentions"]

_INDENTS = range(2, 11)
"""Blanks before a key of the members."""
_ENDS = {'"': ('": "',), "'": ("':\n", "': "), "": (": ", ":\n")}
"""What follows a key behind what may stand before it: in npm's and bun's locks a version, in those of pnpm and yarn also a table."""


def is_of_members(lock: str, name: str) -> bool:
    """Whether what a lock remembers of the members names a package, and no package that is installed does."""
    places = list(_entries(lock, name))
    if '\n    "node_modules/' in lock:  # npm, which mixes them
        heads = [lock.rfind('\n    "', 0, at) for at in places]
        return bool(places) and not any("node_modules/" in lock[head : lock.find("\n", head + 1)] for head in heads)
    if (packages := lock.find('\n  "packages": {' if lock.startswith("{") else "\npackages:\n")) < 0:
        return False  # yarn remembers nothing of the members, or there is no more than them
    inner = lock.startswith("{") and lock.find(f'"{name}": "', packages) >= 0
    return bool(places) and places[-1] < packages and not inner


def _entries(lock: str, name: str) -> Iterator[int]:
    """The line ends before lines that begin with a name as a key."""
    at = lock.find(name)
    while at >= 0:
        start, end = lock.rfind("\n", 0, at), at + len(name)
        mark = lock[start + 1 : at].lstrip(" ")
        indented = start >= 0 and at - len(mark) - start - 1 in _INDENTS
        if indented and mark in _ENDS and lock.startswith(_ENDS[mark], end):
            yield start
        at = lock.find(name, end)


@once_a_run
def _text(context: Inspection, locks: tuple[str, ...]) -> str:
    """The text of some locks."""
    return "".join(f"\n{text_of(context, path)}" for path in locks)


@once_a_run
def mentions(context: Inspection, locks: tuple[str, ...], name: str) -> bool | None:
    """Whether one of the locks has a package; ``None`` where there is none to read.

    What others only would take, a peer or a member of another project, has no entry of its own.
    """
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
        f'"{name}": [',
        f'"{name}": {{',
    )
    return any(_stands(text, form) for form in forms)


def _stands(text: str, form: str) -> bool:
    """Whether a text has a form, and not only as the end of a name with a scope: ``@types/cors`` is no ``cors``."""
    at = text.find(form)
    while (
        at >= 0 and form.startswith("/") and text[max(text.rfind(end, 0, at) for end in "/\"' \n") + 1 : at][:1] == "@"
    ):
        at = text.find(form, at + 1)
    return at >= 0
