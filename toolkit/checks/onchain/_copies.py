"""One tree of an on-chain program's sources, described, and how likely it is the source of truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.onchain._clients import clients
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, inside, join, upward
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.checks.onchain._workspaces import Workspace

__all__ = ["Copy", "describe"]

_ASIDE = regex(r"(?i)\.\w[\w.-]*|[._]?(?:archived?|attic|deprecated|obsolete|old|legacy|backups?|bak|copy)(?:[-_]\w+)?")


@dataclass
class Copy:
    """One tree of a program's sources.

    Args:
        lines: of all its Rust sources.
        instructions: names of the functions in ``#[program]``.
        changed: date of the last commit that touched it; empty if git cannot say.
        listed: the Anchor.toml that names it.
        idls: committed interfaces that bear one of its ids.
        users: files of clients that hold one of its ids.
        callers: workflows, images, scripts and sources that build in its tree or import what is built there.
    """

    program: Program
    lines: int
    instructions: tuple[str, ...]
    changed: str
    listed: str
    locked: bool
    tests: int
    idls: tuple[str, ...]
    users: tuple[str, ...]
    callers: tuple[str, ...] = ()

    @property
    def tree(self) -> str:
        """The folder that a decision would name."""
        return _tree(self.program, self.listed)

    @property
    def aside(self) -> bool:
        """Whether a folder above says by its name that this is not the tree that people work on."""
        return any(_ASIDE.fullmatch(part) for part in self.program.folder.split("/"))

    @property
    def score(self) -> tuple[int, str, int, str]:
        """What clients and builds use counts most, then names, then what Anchor builds, tests and locks, then the latest change."""
        points = 4 * bool(self.users or self.idls or self.callers) + 3 * (not self.aside)
        points += 2 * bool(self.listed) + bool(self.tests) + self.locked
        return points, self.changed, len(self.instructions) * 1000 + self.lines, self.program.folder

    @property
    def described(self) -> str:
        """The copy on one line."""
        ids = ", ".join(one.address for one in self.program.declared) or "no id"
        return (
            f"{self.program.folder}: {ids}; {self._built_with}; {self.lines} lines;"
            f" instructions {', '.join(self.instructions) or 'unknown'}; {self.tests} test files;"
            f" {'Cargo.lock' if self.locked else 'no Cargo.lock'}; {self.listed or 'in no Anchor.toml'};"
            f" IDL {', '.join(self.idls[:2]) or 'none'}; its id is in {', '.join(self.users[:3]) or 'no client'};"
            f" last change {self.changed or 'unknown'}"
        )

    @property
    def _built_with(self) -> str:
        return "without Anchor" if self.program.anchor is None else f"anchor-lang {self.program.anchor or 'unknown'}"

    def used(self, other: Copy) -> list[str]:
        """What uses or builds this copy, and not the other one; and whether that one is set aside."""
        found = []
        for mine, theirs in ((self.users, other.users), (self.idls, other.idls)):
            if mine and not theirs:
                found.append(f"{mine[0]} uses its id")
        if self.callers and not other.callers:
            found.append(f"{self.callers[0]} builds or imports it")
        if self.listed and not other.listed:
            found.append(f"{self.listed} builds it")
        if other.aside and not self.aside:
            found.append(f"{other.program.folder} is set aside by its name")
        return found

    def signs(self, other: Copy) -> list[str]:
        """What makes this copy look like the one that is worked on, which need not be the one that is deployed."""
        found = []
        if self.tests and not other.tests:
            found.append("it has tests")
        if other.instructions and len(self.instructions) > len(other.instructions):
            found.append(f"it has {len(self.instructions)} instructions to {len(other.instructions)}")
        if self.changed > other.changed:
            found.append(f"it changed last ({self.changed[:10]}, the other {other.changed[:10] or 'never'})")
        return found


def describe(context: Inspection, program: Program) -> Copy:
    """What can be told of one copy."""
    space = _workspace(context, program)
    home = space.folder if space else folder_of(program.folder)
    ids = {one.address for one in program.declared}
    below_it = [path for path in context.below(program.folder) if path.endswith(".rs")]
    tests = [
        path for path in context.below(home) if "/tests/" in f"/{path}" and path.endswith((".ts", ".js", ".rs", ".py"))
    ]
    users = {file for client in clients(context) for address, file in client.ids.items() if address in ids}
    idls = _interfaces(context, program, ids)
    return Copy(
        program,
        sum(_lines(context, path) for path in below_it),
        program.instructions,
        _changed(context, program.folder),
        space.path if space else "",
        any(inside(up, "Cargo.lock") in context.inventory.tracked_set for up in upward(program.folder)[:3]),
        len(tests),
        tuple(sorted(path for path in idls if not below(program.folder, path))),
        tuple(sorted(path for path in users - idls if not below(program.folder, path))),
        _callers(context, _tree(program, space.path if space else ""), program.name),
    )


def _tree(program: Program, listed: str) -> str:
    """The folder of the Anchor.toml, else the one around ``programs``."""
    if listed:
        return folder_of(listed)
    parent = folder_of(program.folder)
    return folder_of(parent) if parent.rpartition("/")[2] == "programs" and "/" in parent else parent


def _workspace(context: Inspection, program: Program) -> Workspace | None:
    return next((one for one in workspaces(context) if any(found is program for found in one.programs)), None)


def _interfaces(context: Inspection, program: Program, ids: set[str]) -> set[str]:
    found = set()
    for path in context.inventory.named(f"{program.name}.json", f"{program.name}.ts"):
        if (content := context.content(path)) is None:
            continue
        if any(address.encode() in content for address in ids):
            found.add(path)
    return found


def _lines(context: Inspection, path: str) -> int:
    try:
        return context.read(path).count(b"\n")
    except Unreadable:
        return 0


def _changed(context: Inspection, folder: str) -> str:
    try:
        done = git.git(context.root, "log", "-1", "--format=%cI", "--", folder, timeout_s=10)
    except ToolkitError:
        return ""
    return done.text.strip() if done.ok else ""


_BUILDS = ("*.yml", "*.yaml", "package.json", "Makefile", "makefile", "justfile", "*.sh", "Dockerfile*", "*.Dockerfile")
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.mjs", "*.rs")
_ENTERED = regex(
    r"(?:\b(?:cd|pushd|working-directory:|context:)|--(?:manifest-path|cwd|prefix|dir|directory)|-C)[ \t=]{1,9}[\"']?((?:\.{1,2}/)*[\w.@-][\w./@-]*)"
)
"""Folders that commands and jobs work in."""
_IMPORTED = regex(r"[\"']([\w./@-]{0,200}\btarget/(?:idl|types|deploy)/[\w./@-]*)[\"']")
"""What Anchor builds of a program, by its path."""


def _callers(context: Inspection, tree: str, name: str) -> tuple[str, ...]:
    """Files outside of a tree that work in it or import what is built in it; none for the root, which everything works in.

    Args:
        context: the run.
        tree: the folder of the program's Anchor.toml, else of its crates.
        name: of the program.
    """
    if tree == ".":
        return ()
    found = {
        path
        for path in holding(context, [tree.rpartition("/")[2]], _BUILDS)
        if not below(tree, path) and any(below(tree, place) for place in _entered(context, path))
    }
    found |= {
        path
        for path in holding(context, [f"idl/{name}", f"types/{name}", f"deploy/{name}"], _SOURCES)
        if not below(tree, path) and any(below(tree, place) for place in _imported(context, path))
    }
    return tuple(sorted(found))


@once_a_run
def _entered(context: Inspection, path: str) -> frozenset[str]:
    """Folders that a file names, as counted from the root and from its own folder."""
    named = frozenset(_ENTERED.findall(text_of(context, path)))
    places = (join(base, text) for text in named for base in (".", folder_of(path)))
    return frozenset(place for place in places if place is not None)


def _imported(context: Inspection, path: str) -> Iterator[str]:
    for text in _IMPORTED.findall(text_of(context, path)):
        if (place := join(folder_of(path), text)) is not None:
            yield place
