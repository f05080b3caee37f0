"""Configurations and plugins that an ``.eslintrc.json`` names, and that no install brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder, named, packages
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position
from toolkit.checks.references._scripts.programs import holds, reach
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.packages import KINDS, TEXT_LOCKS
from toolkit.places import inside, listed, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["of_eslint"]

_STARTED = regex(r"(?:^|[\s&|;])(?:eslint|next lint)(?:\s|$)")
_OLD = regex(r"[\^~>=v\s]*[5-8]\b")
"""Releases of eslint that read ``.eslintrc``."""
_FLAT = tuple(f"eslint.config.{end}" for end in ("js", "mjs", "cjs", "ts"))
_OF_A_PLUGIN = regex(r"@typescript-eslint/(?!eslint-)[\w-]+")
"""What only stands behind ``plugin:``: no registry has a package of a name that eslint would make of it."""
_Named = tuple[tuple[str | int, ...], str, str]
"""Where something is named, how, and the package that eslint loads for it."""


def of_eslint(context: Inspection) -> Iterator[Fault]:
    """What eslint is told to load beside a package whose scripts start it, and that is not there: it stops. One for a file."""
    for package in packages(context):
        path = package.at(".eslintrc.json")
        if not context.is_file(path) or not _is_read(context, package):
            continue
        if (document := context.readable(path, jsonc.parse)) is None:
            continue
        lost = [one for one in _wanted(table(document.data)) if _is_lacking(context, package, one)]
        if lost:
            where, written, name = lost[0]
            wrong = _OF_A_PLUGIN.fullmatch(written) is not None
            text = f"eslint finds no {name}, which {written} in {where[0]} means, and stops"
            more = f"; nor {', '.join(one[2] for one in lost[1:])}" if lost[1:] else ""
            todo = f"write plugin:{written}" if wrong else f"add {name} to {package.path}, or take {written} out"
            yield Fault(path, position(document, where), f"{text}{more}.", f"{written}: {name}", todo)


def _is_read(context: Inspection, package: Package) -> bool:
    """Whether a script of a package starts a release of eslint that reads this form of its configuration."""
    flat = any(context.is_file(inside(up, name)) for up in upward(package.folder) for name in _FLAT)
    started = any(_STARTED.search(text) for text in package.scripts.values())
    found = (one for up in upward(package.folder) if (one := by_folder(context).get(up)) is not None)
    asked = [text for one in found for kind in KINDS if isinstance(text := table(one.data, kind).get("eslint"), str)]
    return started and not flat and bool(asked) and _OLD.match(asked[0]) is not None


def _wanted(data: dict[str, object]) -> Iterator[_Named]:
    extends = data.get("extends")
    for index, one in enumerate([extends] if isinstance(extends, str) else listed(extends)):
        where = ("extends",) if isinstance(extends, str) else ("extends", index)
        if isinstance(one, str) and one.startswith("plugin:"):
            yield where, one, _package(one.removeprefix("plugin:").rpartition("/")[0], "eslint-plugin")
        elif isinstance(one, str) and not one.startswith(("eslint:", ".", "/")):
            yield where, one, _package(one, "eslint-config")
    for index, one in enumerate(listed(data.get("plugins"))):
        if isinstance(one, str):
            yield ("plugins", index), one, _package(one, "eslint-plugin")


def _package(written: str, prefix: str) -> str:
    """The package that eslint loads for a short name: ``next/core-web-vitals`` is of eslint-config-next."""
    scope, slash, rest = written.partition("/") if written.startswith("@") else ("", "", written)
    name = rest.partition("/")[0]
    if scope:
        return f"{scope}/{name if name.startswith(prefix) else f'{prefix}-{name}' if slash else prefix}"
    return name if name.startswith(prefix) else f"{prefix}-{name}"


def _is_lacking(context: Inspection, package: Package, one: _Named) -> bool:
    """Whether a package is neither asked for within reach, nor in a lock; without any lock another package may bring it."""
    _, written, name = one
    if name in reach(context, package, "eslint") or name in named(context):
        return False
    locks = [path for up in upward(package.folder) for lock in TEXT_LOCKS if context.is_file(path := inside(up, lock))]
    if not locks:
        return _OF_A_PLUGIN.fullmatch(written) is not None and one[0][0] == "extends"
    return not any(holds(context, lock, [name]) for lock in locks)
