"""Packages that Go sources import and that no ``go.mod`` requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._go_sources import imports, is_left_out
from toolkit.checks._texts import is_generated
from toolkit.checks.dependencies._undeclared_javascript import Undeclared
from toolkit.documents import gomod
from toolkit.places import folder_of, inside, join, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["find", "is_built_with"]

_PRUNED = (1, 17)
"""From this version on a ``go.mod`` names everything that is imported, also what others bring."""


def find(context: Inspection) -> Iterator[Undeclared]:
    """Every import that the go command refuses with ``no required module provides package``."""
    modules = {
        folder_of(path): document
        for path, document in context.documents(sorted(context.inventory.named("go.mod")), gomod.parse)
    }
    if not modules:
        return
    joined = _joined(context, modules)
    known = {
        folder: _known(modules, folder, joined) for folder in modules if _is_judged(context, folder, modules[folder])
    }
    for path in sorted(context.matching("*.go")):
        folder = next((up for up in upward(folder_of(path)) if up in modules), None)
        if folder is None or folder not in known or context.is_foreign(path) or is_left_out(path, folder):
            continue
        for name, line in _from_afar(context, path):
            if known[folder].isdisjoint(upward(name)):
                # Whoever generates a client makes its tests along with it, and takes neither up.
                made = path.endswith("_test.go") and is_generated(context.read(path))
                yield Undeclared(path, line, name, inside(folder, "go.mod"), "unknown" if made else "no")


def is_built_with(context: Inspection, path: str, name: str) -> bool:
    """Whether a module is among those that a ``go.mod`` is built with: some ``go.mod`` here requires it, or a source of its folder imports it."""
    asked = context.documents(sorted(context.inventory.named("go.mod")), gomod.parse)
    if any(item.module == name for _, document in asked for item in document.requires):
        return True
    sources = [one for one in context.below(folder_of(path)) if one.endswith(".go")]
    return any(name in upward(one) for source in sources for one, _ in _from_afar(context, source))


def _is_judged(context: Inspection, folder: str, module: gomod.Document) -> bool:
    """Whether a module's requirements are all there is: since they are pruned, and without a copy of what is required."""
    version = tuple(int(part) for part in module.go.split(".")[:2] if part.isdigit())
    return version >= _PRUNED and bool(module.module) and not context.is_file(inside(folder, "vendor/modules.txt"))


def _joined(context: Inspection, modules: dict[str, gomod.Document]) -> dict[str, frozenset[str]]:
    """The modules that a workspace puts within reach of each other, by the folder of each."""
    found: dict[str, frozenset[str]] = {}
    for path, document in context.documents(sorted(context.inventory.named("go.work")), gomod.parse):
        folders = [place for item in document.uses if (place := join(folder_of(path), item.words[0])) in modules]
        names = {modules[folder].module for folder in folders}
        required = {item.module for folder in folders for item in modules[folder].requires}
        replaced = {item.module for item in document.replaces}
        found.update(dict.fromkeys(folders, frozenset(names | required | replaced)))
    return found


def _known(modules: dict[str, gomod.Document], folder: str, joined: dict[str, frozenset[str]]) -> frozenset[str]:
    module = modules[folder]
    named = {module.module, *(item.module for item in module.requires), *(item.module for item in module.replaces)}
    return frozenset(named) | joined.get(folder, frozenset())


def _from_afar(context: Inspection, path: str) -> Iterator[tuple[str, int]]:
    """What a file imports from beyond the standard library, whose names have no dot at their beginning, with the lines."""
    return ((name, line) for name, line in context.fact(imports, path) if "." in name.partition("/")[0] and "/" in name)
