"""Copies of one on-chain program, described and ranked by how likely each is the source of truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checks.onchain._clients import clients
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.errors import ToolkitError
from toolkit.places import below, folder_of, inside, upward
from toolkit.system import git

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.checks.onchain._workspaces import Workspace

__all__ = ["Copy", "compare", "is_collection"]

_PAIR = 2
_MANY_WORKSPACES = 8
"""From so many Anchor.toml on a repository is a collection of examples or tests."""
_SHARED = 0.5
"""Part of the smaller set of instructions that two copies must have in common."""


@dataclass
class Copy:
    """One tree of a program's sources.

    Args:
        lines: of all its Rust sources.
        instructions: names of the functions in ``#[program]``.
        changed: date of the last commit that touched it; empty if git cannot say.
        listed: the Anchor.toml that names it.
        users: files that hold one of its ids: clients and IDLs.
    """

    program: Program
    lines: int
    instructions: tuple[str, ...]
    changed: str
    listed: str
    locked: bool
    tests: int
    users: tuple[str, ...]

    @property
    def tree(self) -> str:
        """The folder that a decision would name."""
        if self.listed:
            return folder_of(self.listed)
        parent = folder_of(self.program.folder)
        return folder_of(parent) if parent.rpartition("/")[2] == "programs" and "/" in parent else parent

    @property
    def score(self) -> tuple[int, str, int, str]:
        """What clients use counts most, then what Anchor builds, tests and locks, then the latest change."""
        points = 4 * bool(self.users) + 2 * bool(self.listed) + bool(self.tests) + self.locked
        return points, self.changed, len(self.instructions) * 1000 + self.lines, self.program.folder

    @property
    def described(self) -> str:
        """The copy on one line."""
        ids = ", ".join(one.address for one in self.program.declared) or "no id"
        return (
            f"{self.program.folder}: {ids}; anchor-lang {self.program.anchor or 'unknown'}; {self.lines} lines;"
            f" instructions {', '.join(self.instructions) or 'none'}; {self.tests} test files;"
            f" {'Cargo.lock' if self.locked else 'no Cargo.lock'}; {self.listed or 'in no Anchor.toml'};"
            f" its id is in {', '.join(self.users[:3]) or 'no client or IDL'}; last change {self.changed or 'unknown'}"
        )

    def reasons(self, other: Copy) -> str:
        """Why this copy is the likelier one."""
        found = []
        if self.users and not other.users:
            found.append(f"{self.users[0]} uses its id")
        if self.listed and not other.listed:
            found.append(f"{self.listed} builds it")
        if len(self.instructions) > len(other.instructions):
            found.append(f"it has {len(self.instructions)} instructions to {len(other.instructions)}")
        if self.changed > other.changed:
            found.append(f"it changed last ({self.changed[:10]}, the other {other.changed[:10] or 'never'})")
        return ", ".join(found) or "nothing tells them apart, so ask who deployed it"


def is_collection(context: Inspection, copies: list[Copy]) -> bool:
    """Whether the copies look like lessons or tests: many workspaces, or more than two copies without an id in common."""
    ids = [{declared.address for declared in one.program.declared} for one in copies]
    apart = sum(len(one) for one in ids) == len(set().union(*ids))
    return (apart and len(copies) > _PAIR) or len(workspaces(context)) >= _MANY_WORKSPACES


def compare(context: Inspection) -> list[list[Copy]]:
    """Groups of copies, the likeliest source of truth first."""
    groups: dict[str, list[Program]] = {}
    for program in programs(context):
        if program.is_program and program.has_entry and not context.is_foreign(program.root):
            groups.setdefault(program.name, []).append(program)
    found = []
    for same in groups.values():
        if len(same) > 1 and (related := _related(same)):
            copies = [_copy(context, one) for one in related]
            found.append(sorted(copies, key=lambda one: one.score, reverse=True))
    return found


def _related(same: list[Program]) -> list[Program]:
    """Those of equal name that are the same program by id or by instructions."""
    kept = []
    for one in same:
        ids, names = {declared.address for declared in one.declared}, set(one.instructions)
        for other in same:
            shared = ids & {declared.address for declared in other.declared}
            theirs = set(other.instructions)
            least = min(len(names), len(theirs))
            if other is not one and (shared or (least and len(names & theirs) / least >= _SHARED)):
                kept.append(one)
                break
    return kept


def _copy(context: Inspection, program: Program) -> Copy:
    space = _workspace(context, program)
    home = space.folder if space else folder_of(program.folder)
    ids = {one.address for one in program.declared}
    below_it = [path for path in context.below(program.folder) if path.endswith(".rs")]
    tests = [
        path for path in context.below(home) if "/tests/" in f"/{path}" and path.endswith((".ts", ".js", ".rs", ".py"))
    ]
    users = {file for client in clients(context) for address, file in client.ids.items() if address in ids}
    users |= _interfaces(context, program, ids)
    return Copy(
        program,
        sum(_lines(context, path) for path in below_it),
        program.instructions,
        _changed(context, program.folder),
        space.path if space else "",
        any(inside(up, "Cargo.lock") in context.inventory.tracked_set for up in upward(program.folder)[:3]),
        len(tests),
        tuple(sorted(path for path in users if not below(program.folder, path))),
    )


def _workspace(context: Inspection, program: Program) -> Workspace | None:
    return next((one for one in workspaces(context) if any(found is program for found in one.programs)), None)


def _interfaces(context: Inspection, program: Program, ids: set[str]) -> set[str]:
    found = set()
    for path in context.inventory.named(f"{program.name}.json", f"{program.name}.ts"):
        try:
            content = context.read(path)
        except Unreadable:
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
