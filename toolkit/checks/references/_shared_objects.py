"""Shared objects of Solana programs (``NAME.so``) that sources take and that a build of this repository makes."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.references._scripts.texts import lines
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, join, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["built_by"]

_OUT = regex(
    r"(?P<command>cargo[ -]build-(?:sbf|bpf)|sbpf build)\b[^\n;&|]{0,200}?(?:--(?:sbf|bpf)-out-dir|--deploy-dir)[ =][\"'\\]{0,2}(?P<folder>[\w./-]+)"
)
_WORDS = ("-out-dir", "--deploy-dir")


def built_by(context: Inspection, path: str) -> str:
    """What makes a shared object that is not there: a command of a script whose output lies in its folder, or the build of the crate it is named after.

    Args:
        context: the run.
        path: of the file.

    Returns:
        The command, empty if nothing is known to make it.
    """
    if not path.endswith(".so"):
        return ""
    if command := _commands(context).get(posixpath.dirname(path)):
        return command
    return "cargo build-sbf" if posixpath.basename(path)[: -len(".so")].replace("-", "_") in _libraries(context) else ""


@once_a_run
def _commands(context: Inspection) -> dict[str, str]:
    """Folders that builds write to, seen from wherever their scripts may run, with the command."""
    found: dict[str, str] = {}
    for script, line in lines(context, _OUT, *_WORDS):
        for match in _OUT.finditer(line):
            for up in upward(folder_of(script)):
                if folder := join(up, match["folder"]):
                    found.setdefault(folder, match["command"])
    return found


@once_a_run
def _libraries(context: Inspection) -> frozenset[str]:
    """The names of the libraries of all crates, as files bear them."""
    found = set[str]()
    for path in context.inventory.named("Cargo.toml"):
        try:
            data = context.toml(path)
        except Unreadable:
            continue
        name = table(data, "lib").get("name") or table(data, "package").get("name")
        found |= {name.replace("-", "_")} if isinstance(name, str) else set()
    return frozenset(found)
