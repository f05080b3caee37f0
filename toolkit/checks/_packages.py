"""package.json files."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.documents import jsonc
from toolkit.memory import once_a_run
from toolkit.places import path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["Package", "all_packages", "by_folder", "named", "packages"]


@dataclass(frozen=True)
class Package:
    """One package.json.

    Args:
        data: its content.
        document: the same with places.
    """

    path: str
    data: dict[str, Any] = field(repr=False)
    document: Any = field(repr=False)

    @property
    def folder(self) -> str:
        """The package's folder."""
        return posixpath.dirname(self.path) or "."

    @cached_property
    def scripts(self) -> dict[str, str]:
        """The scripts that are text."""
        return {name: text for name, text in table(self.data, "scripts").items() if isinstance(text, str)}

    @cached_property
    def hooks(self) -> dict[Path, str]:
        """Commands that tools take from other tables: hooks of git and the seed of Prisma, by their place."""
        husky = table(self.data, "husky", "hooks")
        tables = ((("husky", "hooks"), husky), (("simple-git-hooks",), table(self.data, "simple-git-hooks")))
        found: dict[Path, str] = {
            (*at, name): text for at, section in tables for name, text in section.items() if isinstance(text, str)
        }
        seed = table(self.data, "prisma").get("seed")
        return {**found, **({("prisma", "seed"): seed} if isinstance(seed, str) else {})}

    def at(self, folder: str) -> str:
        """A folder of one of its commands, relative to the root."""
        return path_from(self.folder, folder)


@once_a_run
def all_packages(context: Inspection) -> tuple[Package, ...]:
    """Every package.json that is an object."""
    found = []
    for path, document in context.documents(sorted(set(context.inventory.named("package.json"))), jsonc.parse):
        if path not in context.inventory.links and isinstance(document.data, dict):
            found.append(Package(path, document.data, document))
    return tuple(found)


def packages(context: Inspection) -> Iterator[Package]:
    """The packages to report on."""
    return (one for one in all_packages(context) if context.shows(one.path))


@once_a_run
def named(context: Inspection) -> dict[str, Package]:
    """The packages that have a name, by it."""
    return {name: one for one in all_packages(context) if isinstance(name := one.data.get("name"), str)}


@once_a_run
def by_folder(context: Inspection) -> dict[str, Package]:
    """The packages by their folder."""
    return {one.folder: one for one in all_packages(context)}
