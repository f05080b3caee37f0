"""Locks inside of workspace members, which their workspace does not read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import SubprojectCheck
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import manager_of
from toolkit.expressions import regex
from toolkit.installs import is_dockerfile, users
from toolkit.model import Fix, Place, RemoveTree
from toolkit.packages import MANAGERS
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Subproject

_OWN = regex(r"(?m)^[^\S\n]*shared-?workspace-?lockfile\s*[:=]\s*['\"]?false", re.IGNORECASE)
_FEW = 3
"""Locks of one kind above which, where most members have one, they are kept on purpose (templates to be copied)."""
_WORKFLOWS = ".github/workflows"
_CACHES = regex(r"(?m)^[^\S\n]*cache:[^\S\n]*['\"]?(?:npm|yarn|pnpm)\b|\bcache-dependency-(?:path|glob):")
_JOBS = regex(r"(?m)^(?:jobs|runs):")
_WORKSPACE = "pnpm-workspace.yaml"
_APART = "--ignore-workspace"
_OTHERS = {"rust": ("Cargo.lock",), "python": ("uv.lock", "poetry.lock")}


class LockfileInMember(SubprojectCheck):
    """A member of a workspace has a lock of its own.

    What it checks:
        Locks of JavaScript managers, Cargo and uv in the folders of workspace members. Quiet where pnpm is told to
        keep a lock for each member (``shared-workspace-lockfile=false``), and where an install, an image or a workflow reads that
        of a member with a ``pnpm-workspace.yaml`` of its own; info where such a one is read by nothing, where an image or a
        workflow installs from that lock (``--ignore-workspace``), and where most members have one, as templates that are copied out do.

    Why it matters:
        The workspace installs from its root's lock, so that this one grows old: whoever reads it, a security
        scanner or an image build, sees other versions than those that are tested.

    How to fix:
        Remove it. If the member is built alone, take it out of the workspace instead.

    Fix safety:
        Safe for Cargo, which never reads it. Unsafe for others: a host may build from it. Manual where an image or a
        workflow here reads it, which would fail without.
    """

    def inspect(self, context: Inspection, subproject: Subproject) -> Iterator[Finding]:
        """Look into the members' folders."""
        names = tuple(MANAGERS) if subproject.family == "javascript" else _OTHERS.get(subproject.family, ())
        if not subproject.members or not names or _keeps_one_each(context, subproject):
            return
        told: dict[tuple[str, str, str], list[Finding]] = {}
        for name in names:
            found = [member for member in subproject.members if _is_there(context, inside(member, name))]
            deliberate = len(found) > _FEW and 2 * len(found) > len(subproject.members)
            for member in found:
                if name == "pnpm-lock.yaml" and _is_root(context, member):
                    continue
                one = self._found(context, subproject, member, inside(member, name), deliberate=deliberate)
                alike = (one.message, one.severity, one.evidence) if one.fixes[0].actions else (str(one.path), "", "")
                told.setdefault(alike, []).append(one)
        yield from map(_together, told.values())

    def _found(
        self, context: Inspection, subproject: Subproject, member: str, path: str, *, deliberate: bool
    ) -> Finding:
        name = path.rpartition("/")[2]
        image = _image(context, member, name)
        workflow = "" if image else _workflow(context, member, path)
        apart = _APART in text_of(context, workflow)
        nested = inside(member, _WORKSPACE) if name == "pnpm-lock.yaml" else ""
        nested = nested if nested and context.is_file(nested) else ""
        reader = f"the image of {image}" if image else workflow or (f"pnpm within {member}" if nested else "")
        own = (
            f"own lock is {subproject.lockfile}" if subproject.lockfile else f"root, {subproject.manifest}, has no lock"
        )
        reason = f"a lock in a member of the workspace of {subproject.manifest}"
        tracked = path in context.inventory.tracked_set
        move = Fix(
            "remove it",
            "safe" if subproject.family == "rust" else "unsafe",
            (RemoveTree(path, reason, "lockfile-in-member", tracked),),
        )
        ask = Fix(
            f"remove {nested} and this lock, or take {member} and its members out of the workspace"
            if nested
            else f"let {reader} read the workspace's lock, or take {member} out of the workspace",
            "manual",
        )
        ending = (
            f"{image} builds from other versions than the workspace"
            if image
            else f"the workspace does not read it, and {workflow} does"
            if workflow
            else f"{nested} makes a workspace of its own of it, and which lock counts depends on where a command starts"
            if nested
            else "the workspace does not read it"
        )
        return self.finding(
            context,
            path,
            f"{reason}: {ending}",
            evidence=f"the workspace's {own}{f', and {reader} reads this one' if reader else ''}",
            severity="info" if image or deliberate or apart or nested else "warning",
            fixes=(ask if reader else move,),
        )


def _together(found: list[Finding]) -> Finding:
    """Locks that nothing reads, as one finding: they go for one reason, and with one repair."""
    first, *others = found
    if not others:
        return first
    actions = tuple(action for one in found for action in one.fixes[0].actions)
    return replace(
        first,
        message=f"{first.message}. So it is with {len(others)} more",
        fixes=(replace(first.fixes[0], title="remove them", actions=actions),),
        related=tuple(Place(one.path or "", 0) for one in others),
    )


def _is_root(context: Inspection, member: str) -> bool:
    """Whether pnpm installs in a member that has a workspace file of its own: it stops there on its way up, and reads the lock beside it."""
    if not context.is_file(inside(member, _WORKSPACE)):
        return False
    lock = inside(member, "pnpm-lock.yaml")
    read = _image(context, member, "pnpm-lock.yaml") or _workflow(context, member, lock)
    return bool(read or users(context, ("pnpm",), {member}))


def _image(context: Inspection, member: str, name: str) -> str:
    """The Dockerfile that copies a member's lock: one elsewhere by its path, one beside it unless its context is the root."""
    for path in context.inventory.named(*(one for one in context.inventory.by_name if is_dockerfile(one))):
        text = text_of(context, path)
        if inside(member, name) in text:
            return path
        beside = folder_of(path) == member and f"{member}/" not in text and "pnpm-workspace.yaml" not in text
        if beside and (name in text or re.search(r"\bpackage[-\w]*\*", text)):
            return path
    return ""


def _workflow(context: Inspection, member: str, path: str) -> str:
    """A workflow that fails without a member's lock: it names it, installs apart from the workspace, or caches by it where it lies with the member."""
    own = inside(member, _WORKFLOWS)
    for folder in (_WORKFLOWS, own):
        for file in context.below(folder):
            text = _JOBS.split(text_of(context, file), maxsplit=1)[
                -1
            ]  # a path that only starts the workflow is read by nothing
            apart = _APART in text and re.search(rf"(?<![\w/-]){re.escape(member)}(?![\w/-])", text)
            if path in text or apart or (folder == own and _CACHES.search(text)):
                return file
    return ""


def _is_there(context: Inspection, path: str) -> bool:
    listed = context.inventory
    return path in listed.tracked_set or (context.is_file(path) and not listed.ignored((path,)))


def _keeps_one_each(context: Inspection, subproject: Subproject) -> bool:
    if manager_of(subproject.ecosystem) != "pnpm":
        return False
    files = (inside(subproject.path, name) for name in (".npmrc", "pnpm-workspace.yaml"))
    return any(_OWN.search(text_of(context, path)) for path in files if context.is_file(path))
