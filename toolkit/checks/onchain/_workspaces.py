"""What ``Anchor.toml`` says of the programs of its folder."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.checks.onchain._programs import normal, programs
from toolkit.documents import toml
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, matching, table, texts
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program

__all__ = ["CLUSTERS", "Listing", "Workspace", "workspaces"]

CLUSTERS = ("localnet", "devnet", "testnet", "mainnet")


@frozen
class Listing:
    """One line of ``[programs.CLUSTER]``.

    Args:
        cluster: as it is written.
        name: the key.
        address: the id.
    """

    cluster: str
    name: str
    address: str
    path: tuple[str, ...]


@dataclass
class Workspace:
    """An ``Anchor.toml`` with the programs of its folder; those that it excludes can be listed, but are not built."""

    path: str
    document: toml.Document
    listings: tuple[Listing, ...]
    programs: tuple[Program, ...]
    excluded: tuple[Program, ...] = ()
    members: frozenset[str] = frozenset()

    def builds(self, program: Program) -> bool:
        """Whether a program is one of its members, or one that it lists; others only lie below it."""
        return program.folder in self.members or any(self.program(one.name) is program for one in self.listings)

    @property
    def folder(self) -> str:
        """Where it lies."""
        return folder_of(self.path)

    @property
    def cluster(self) -> str:
        """The provider's cluster, in small letters; empty if none or an address is given."""
        found = table(self.document.data, "provider").get("cluster")
        name = found.lower().removesuffix("-beta") if isinstance(found, str) else ""
        return name if name in CLUSTERS else ""

    def program(self, name: str) -> Program | None:
        """The crate that a key of ``[programs]`` means: by library, package or folder."""
        wanted = normal(name)
        for key in (lambda one: one.name, lambda one: normal(one.package), _folder_name):
            for program in (*self.programs, *self.excluded):
                if key(program) == wanted:
                    return program
        return None


def _folder_name(program: Program) -> str:
    return normal(posixpath.basename(program.folder))


@once_a_run
def workspaces(context: Inspection) -> tuple[Workspace, ...]:
    """Every readable ``Anchor.toml``, whether ``--changed`` leaves it or not."""
    return tuple(_workspaces(context))


def _workspaces(context: Inspection) -> Iterator[Workspace]:
    paths = sorted(context.inventory.named("Anchor.toml"))
    folders = {folder_of(path) for path in paths}
    for path, document in context.documents(paths, toml.parse):
        found, excluded, members = _members(context, folder_of(path), document.data, folders)
        yield Workspace(path, document, tuple(_listings(document)), found, excluded, members)


def _listings(document: toml.Document) -> Iterator[Listing]:
    for cluster, entries in table(document.data, "programs").items():
        if not isinstance(entries, dict):
            continue
        for name, value in entries.items():
            address = value.get("address") if isinstance(value, dict) else value
            place = ("programs", cluster, name, "address") if isinstance(value, dict) else ("programs", cluster, name)
            if isinstance(address, str):
                yield Listing(cluster, name, address, place)


def _members(
    context: Inspection, folder: str, data: dict[str, Any], others: set[str]
) -> tuple[tuple[Program, ...], tuple[Program, ...], frozenset[str]]:
    """Programs of the workspace and those it excludes: by ``members``, else in ``programs/*``, and whatever lies below in no other workspace."""
    patterns = texts(table(data, "workspace").get("members")) or ["programs/*"]
    excluded = {
        hit
        for pattern in texts(table(data, "workspace").get("exclude"))
        for hit in matching(context.inventory.folders, folder, pattern)
    }
    wanted = {hit for pattern in patterns for hit in matching(context.inventory.folders, folder, pattern)} - excluded
    first = [one for one in programs(context) if one.folder in wanted]
    inner = [other for other in others if other != folder and below(folder, other)]
    rest = [
        one
        for one in programs(context)
        if one.folder not in wanted
        and below(folder, one.folder)
        and one.folder not in excluded
        and not any(below(other, one.folder) for other in inner)
    ]
    outside = tuple(one for one in programs(context) if one.folder in excluded)
    return (*first, *rest), outside, frozenset(one.folder for one in first)
