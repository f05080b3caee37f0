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

__all__ = ["Package", "all_packages", "by_folder", "called", "named", "packages"]


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
def _by_name(context: Inspection) -> dict[str, list[Package]]:
    found: dict[str, list[Package]] = {}
    for one in all_packages(context):
        if isinstance(name := one.data.get("name"), str):
            found.setdefault(name, []).append(one)
    return found


@once_a_run
def named(context: Inspection) -> dict[str, Package]:
    """The packages that have a name, by it; of several of one name the last, of those that a workspace lists if there are any."""
    return {name: _chosen(context, ones) for name, ones in _by_name(context).items()}


def called(context: Inspection, name: str, folder: str) -> Package | None:
    """The package of a name that a package means: of several the one in its own workspace."""
    ones = _by_name(context).get(name, [])
    owner = context.owner(folder, "javascript") if len(ones) > 1 else None
    own = [one for one in ones if owner and one.folder in (owner.path, *owner.members)]
    return own[-1] if own else named(context).get(name)


def _chosen(context: Inspection, ones: list[Package]) -> Package:
    owners = [(one, context.owner(one.folder, "javascript")) for one in ones] if len(ones) > 1 else []
    listed = [one for one, owner in owners if owner and one.folder in owner.members]
    return (listed or ones)[-1]


@once_a_run
def by_folder(context: Inspection) -> dict[str, Package]:
    """The packages by their folder."""
    return {one.folder: one for one in all_packages(context)}
