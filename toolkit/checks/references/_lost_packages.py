"""Packages of a Go module's own that its sources import and that have no source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._go_sources import imports, is_left_out
from toolkit.checks.references._imports.lost_imports import Lost, is_built, is_there
from toolkit.documents import gomod
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["of_modules"]

_MADE = regex(r"(?:^|/)(?:docs|ent|mocks?|sqlc|pb|thrift|graph/model)(?:/|$)|pb$")
"""Where generators write packages."""


def of_modules(context: Inspection) -> Iterator[tuple[str, Lost]]:
    """What each module of Go lacks of itself, with its folder."""
    documents = context.documents(sorted(context.inventory.named("go.mod")), gomod.parse)
    modules = {folder_of(path): document.module for path, document in documents if document.module}
    packages = {folder_of(path) for path in context.inventory.files if path.endswith(".go")} if modules else set()
    for path in sorted(context.matching("*.go")) if modules else ():
        folder = next((up for up in upward(folder_of(path)) if up in modules), None)
        if folder is None or not is_built(context, path) or is_left_out(path, folder):
            continue
        for name, line in context.fact(imports, path):
            # Of several modules the one with the longest name has a package.
            home = max((one for one in modules.values() if one in upward(name)), key=len, default="")
            target = inside(folder, name[len(home) + 1 :])
            if home != modules[folder] or name == home or target in packages or _MADE.search(target):
                continue
            made = context.inventory.ignored((f"{target}/", f"{target}/x.go"))
            if not made and not is_there(context, path, target):
                yield folder, Lost(path, line, name, target, path.endswith("_test.go"))
