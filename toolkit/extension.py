"""What a leaf is: the base class of ecosystems, and how leaves are found by folder."""

from __future__ import annotations

import importlib
import os
from abc import ABC, abstractmethod
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from types import ModuleType

    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = [
    "Ecosystem",
    "Install",
    "Request",
    "Step",
    "ToolNeed",
    "ecosystem",
    "ecosystems",
    "ecosystems_of",
    "leaves",
    "signs_of",
]

ScriptPolicy = str | tuple[str, ...]
"""``deny``, ``allow``, or the names of the packages that may run their install scripts."""


@frozen
class ToolNeed:
    """A program that an install runs.

    Args:
        name: the tool as ``[toolchain]`` names it (``node``, ``pnpm``, ``rust``, ``uv``, ``python`` ...).
        version: what the subproject itself asks for, exact or a range; ``None`` for whatever is pinned or there.
        why: the file that asks for it.
        required: whether the install itself runs it; else it is wanted for building or testing only, and an
            install goes on without it.
        offered: whether an install that goes on without it takes one that is here and fits, and supplies its own else.
    """

    name: str
    version: str | None = None
    why: str = ""
    required: bool = True
    offered: bool = False


@frozen
class Step:
    """One command of an install or a task, in a folder relative to the root."""

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str | None] = field(default_factory=dict)


@frozen
class Request:
    """What the user wants of an install.

    Args:
        frozen: install exactly the lock; without it a lock may be written.
        offline: use caches only.
        scripts: the install-script policy for this ecosystem.
        repair: what an earlier install left is damaged; some managers believe their own record of it and have
            to be told. Does not count for freshness.
    """

    frozen: bool = True
    offline: bool = False
    scripts: ScriptPolicy = "deny"
    repair: bool = False


@frozen
class Install:
    """How a subproject is installed, as data.

    Args:
        tools: the programs it needs, the manager last.
        steps: the commands, in order.
        policy: what was decided about install scripts, for the summary; empty where there are none.
        note: something the summary must say, for example that a part is not installed and why.
        kept: files that the commands may write although they must not, relative to the root; put back afterwards.
    """

    tools: tuple[ToolNeed, ...]
    steps: tuple[Step, ...]
    policy: str = ""
    note: str = ""
    kept: tuple[str, ...] = ()


class Ecosystem(ABC):
    """One way of managing dependencies; a file in ``toolkit/ecosystems`` defines one subclass.

    Methods only read (through the context) and return data; nothing is run here.
    """

    name: ClassVar[str]
    family: ClassVar[str]
    lockfiles: ClassVar[tuple[str, ...]] = ()
    """File names of its locks, the one it writes first."""
    outputs: ClassVar[tuple[str, ...]] = ()
    """Folders below a subproject that its installs and builds fill, and that can be made again."""
    needs_lock: ClassVar[bool] = True
    """Whether a frozen install is impossible without a lock."""
    network_errors: ClassVar[tuple[str, ...]] = ()
    """Texts in a failed install's log that mean the network, not the repository: worth one retry."""
    exclusive: ClassVar[str] = ""
    """Installs with the same text never run at once; empty where they may."""

    @abstractmethod
    def discover(self, context: Context) -> Iterable[Subproject]:
        """The subprojects of this ecosystem, workspaces with their members as one."""

    def lacks_lock(self, context: Context, subproject: Subproject) -> bool:
        """Whether a frozen install is impossible because there is no lock, though one is needed."""
        del context
        return self.needs_lock and subproject.lockfile is None

    @abstractmethod
    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """How to install it.

        Raises:
            ToolkitError: it cannot be installed as asked (the lock is of a version that no known manager reads).
        """

    @abstractmethod
    def missing(self, context: Context, subproject: Subproject) -> str:
        """Why the installed output is not whole, in a few words; empty if it is there and complete.

        Looks only at the file system: no process is started, and as few files as possible are opened.
        """

    @abstractmethod
    def lock(self, context: Context, subproject: Subproject) -> Install:
        """How to make or refresh its lock."""

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """The standard commands of a kind (``build``, ``test``, ``lint``, ``typecheck``); none where it has none."""
        del context, subproject, kind
        return ()

    def diagnose(self, log: str) -> tuple[str, str]:
        """A sentence and a hint for a failed install's log; two empty texts where the log says nothing known."""
        del log
        return "", ""


@cache
def leaves(package: ModuleType) -> list[str]:
    """The names of a package's leaf modules, sorted; those that begin with ``_`` are shared by leaves."""
    return modules_in(package.__path__)


def modules_in(folders: Iterable[str]) -> list[str]:
    """The names of the modules in folders, sorted, but for those that begin with ``_``.

    Listing the folder is what ``pkgutil`` does as well, after 18 ms of imports.
    """
    names = {entry.partition(".")[0] for folder in folders for entry in os.listdir(folder) if entry.endswith(".py")}
    return sorted(name for name in names if not name.startswith("_"))


@cache
def ecosystems() -> tuple[Ecosystem, ...]:
    """Every ecosystem, in the order of their file names."""
    return tuple(leaf for name in leaves(importlib.import_module("toolkit.ecosystems")) for leaf in _defined(name))


def ecosystems_of(names: Collection[str]) -> tuple[Ecosystem, ...]:
    """The ecosystems that can find something.

    Args:
        names: the names of the repository's files, without folders.
    """
    package = importlib.import_module("toolkit.ecosystems")
    known = signs_of(names)
    told: dict[str, tuple[str, ...]] = package.TELLING
    return tuple(
        leaf
        for module in leaves(package)
        if module not in told or not known.isdisjoint(told[module])
        for leaf in _defined(module)
    )


def signs_of(names: Iterable[str]) -> frozenset[str]:
    """What tells a leaf that there is something for it: names of files, and their endings from the first and the last dot on.

    Args:
        names: without folders.
    """
    return frozenset(sign for name in names for sign in (name, name[name.find(".") :], name[name.rfind(".") :]))


def ecosystem(name: str) -> Ecosystem:
    """The ecosystem of that name.

    Raises:
        KeyError: there is none.
    """
    if name.isidentifier() and name in leaves(importlib.import_module("toolkit.ecosystems")):
        for leaf in _defined(name):
            if leaf.name == name:
                return leaf
    for leaf in ecosystems():
        if leaf.name == name:
            return leaf
    raise KeyError(name)


@cache
def _defined(name: str) -> tuple[Ecosystem, ...]:
    """The ecosystems that one file defines."""
    module = importlib.import_module(f"toolkit.ecosystems.{name}")
    return tuple(
        value()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Ecosystem) and value.__module__ == module.__name__
    )
