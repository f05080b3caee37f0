"""Programs that the packages of a JavaScript lock bring, whatever the packages are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import TEXT_LOCKS
from toolkit.places import inside, upward

if TYPE_CHECKING:
    from collections.abc import Container

    from toolkit.checking import Inspection

__all__ = ["is_brought"]

_TABLE = regex(r"(?m)\"bin\": \{(?P<json>[^{}]*)\}|^  bin:\n(?P<yaml>(?:    \S.*\n)+)")
"""The programs of a package, as the locks of npm, Bun and yarn name them."""
_NAME = regex(r"(?m)(?:^\s*|[{,]\s*)\"?([\w.-]+)\"?:")
_HAS = regex(r"(?m)^  '?/?(?P<name>@?[\w./-]+?)[@/]\d[^\n]*:\n(?:    [^\n]*\n)*?    hasBin: true")
"""A package of a lock of pnpm that has programs, which it does not name: mostly one of the package's name without its scope."""


def is_brought(context: Inspection, folder: str, program: str, asked: Container[str]) -> bool:
    """Whether the lock of a folder, or one above, has a program among those that an install links.

    Args:
        context: the run.
        folder: where the program is started.
        program: its name.
        asked: the packages that a manifest there asks for: pnpm links the programs of no others.
    """
    locks = (path for up in upward(folder) for name in TEXT_LOCKS if context.is_file(path := inside(up, name)))
    found = [_programs(context, path) for path in locks]
    return any(program in named or any(one in asked for one in owned.get(program, ())) for named, owned in found)


@once_a_run
def _programs(context: Inspection, path: str) -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """The programs that a lock names, and those that its packages have by their own name, with these packages."""
    text = text_of(context, path, errors="replace").replace("\r\n", "\n")
    tables = (match["json"] or match["yaml"] for match in _TABLE.finditer(text))
    named = frozenset(name for part in tables for name in _NAME.findall(part))
    owned: dict[str, tuple[str, ...]] = {}
    for match in _HAS.finditer(text) if path.endswith("pnpm-lock.yaml") else ():
        bare = match["name"].rpartition("/")[2]
        owned[bare] = (*owned.get(bare, ()), match["name"])
    return named, owned
