"""Frozen installs of Dockerfiles into whose stage no COPY brings the lock that they need."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._frozen import frozen_by
from toolkit.checks._shell import commands
from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.copy_causes import LEFT_OUT, MISSES
from toolkit.checks.references._images.copy_sources import is_forgotten, verdict_on
from toolkit.checks.references._images.dockerfiles import ignored_by
from toolkit.checks.references._images.stages import contents, traced
from toolkit.expressions import regex
from toolkit.places import path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.references._images.stages import Brought, Content
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["NO_COPY", "absence", "is_bound", "unlocked"]

NO_COPY = "no COPY brings it into the stage"

_HARMLESS = frozenset((
    "apk", "apt", "apt-get", "yum", "dnf", "microdnf", "corepack", "mkdir", "chown", "chmod", "addgroup", "adduser", "groupadd",
    "useradd", "usermod", "rm", "set", "true", "pip", "pip3", "rustup", "cd", "update-ca-certificates", "ldconfig",
))  # fmt: skip
"""Programs that bring no file of a project."""
_OF_THE_MACHINE = regex(r"(?:npm|pnpm|yarn|bun)\b.* (?:-g|--global|global|config|--version|-v)\b")
_ARCHIVE = regex(r"\.(?:tar|tgz|gz|xz|bz2|zip)$|://")
_BINDS = regex(r"--mount=(?!type=(?:cache|secret|ssh|tmpfs)\b)")


def unlocked(context: Inspection, path: str, document: Document, folders: tuple[str, ...]) -> Iterator[Fault]:
    """The first such install of each stage, where nothing but copies from the build context can have brought a lock.

    Args:
        context: the run.
        path: the Dockerfile.
        document: what it says.
        folders: from which it is built; none where that is not known.
    """
    found, ends = contents(document)
    lines = text_of(context, path, errors="replace").splitlines()
    idle = {id(item): not is_bound(item, lines) and _first(item) is None for item, _ in found}
    for item, now in found:
        first = _first(item) if item.name == "RUN" and now.plain and not is_bound(item, lines) else None
        if first is not None and all(idle[id(one)] for one in now.ran):
            for name, why, evidence, todo in _lost(context, (path, document, ends, now), folders, first):
                text = f"{first.text[:80]} needs {name}: {why}, and the build stops."
                yield Fault(path, item.line, text, evidence, todo)


def _first(item: Instruction) -> Simple | None:
    """The first command that may bring a file of a project."""
    return next((one for one in commands(item.value) if not _is_harmless(one)), None)


def is_bound(item: Instruction, lines: list[str]) -> bool:
    """Whether an instruction of a Dockerfile with these lines is given files besides the copied ones: by a mount, or written out in it."""
    return bool(item.heredocs) or _BINDS.search("\n".join(lines[item.line - 1 : item.end_line])) is not None


def _is_harmless(command: Simple) -> bool:
    return command.words[0] in _HARMLESS or _OF_THE_MACHINE.match(command.text) is not None


def _lost(
    context: Inspection, image: tuple[str, Document, list[Content], Content], folders: tuple[str, ...], command: Simple
) -> list[tuple[str, str, str, str]]:
    """The lock that a frozen install lacks, why, what proves it, and what to do."""
    path, document, ends, now = image
    asked = frozen_by(command)
    caught = command.depth or "||" in (command.before, command.after)
    if asked is None or not asked[0].fatal or caught or command.cwd is None or "$" in now.folder:
        return []
    names = asked[0].names
    home = path_from(now.at(command.cwd), asked[1])
    locks = [path_from("/", up, name) for up in upward(home.lstrip("/") or ".") for name in names]
    lost = absence(context, (path, document, ends, now), folders, locks)
    if lost is None:
        return []
    why, where = lost
    if why == NO_COPY:
        return [(names[0], why, f"it installs in {home}", "copy it before")]
    homes = {posixpath.dirname(one) for one in where.split(", ")} - {""}
    if why == MISSES and all(one in context.inventory.folders for one in homes):
        return [(names[0], why, f"{where}: no clone has it", _bringing(context, homes, names))]
    return [(names[0], why, where, "take it out of .dockerignore")] if why == LEFT_OUT else []


def absence(
    context: Inspection,
    image: tuple[str, Document, list[Content], Content],
    folders: tuple[str, ...],
    wanted: list[str],
) -> tuple[str, str] | None:
    """Why none of several paths is in an image, and where each was looked for; ``None`` where one may be.

    Args:
        context: the run.
        image: the Dockerfile, what it says, what each stage holds at its end, and what the one at hand holds.
        folders: from which it is built; none where that is not known.
        wanted: paths of the image, any of which will do.
    """
    path, document, ends, now = image
    names = {posixpath.basename(one) for one in wanted}
    if any(_is_open(one, wanted) or posixpath.basename(one.source) in names for one in now.brought):
        return None  # a source that is not there is told itself
    files = context.inventory.by_name  # what is a file holds nothing, though COPY may name it like a folder
    sources = {one for target in wanted for one in traced(document, ends, now, target)}
    sources = {one for one in sources if files.keys().isdisjoint(posixpath.dirname(one).split("/"))}
    if not sources:
        return NO_COPY, ""
    whole = [(folder, one) for folder in folders for one in sources]
    where = ", ".join(sorted({path_from(*one) for one in whole}))
    verdicts = [verdict_on(context, one, folder) for folder, one in whole]
    gone = [verdict.kind == "missing" or is_forgotten(verdict) for verdict in verdicts]
    if whole and all(gone):
        return MISSES, where
    left = [
        is_gone or bool(ignored_by(context, folder, path, one))
        for is_gone, (folder, one) in zip(gone, whole, strict=True)
    ]
    return (LEFT_OUT, where) if whole and all(left) else None


def _bringing(context: Inspection, homes: set[str], names: tuple[str, ...]) -> str:
    """How a context comes by a lock: a member of a workspace has none of its own, that above it is for all."""
    spaces = [one for one in context.subprojects if not homes.isdisjoint(one.members)]
    locks = [one.lockfile for one in spaces if one.lockfile]
    lock = next((one for one in locks if posixpath.basename(one) in names), "")
    if locks and not lock:
        return f"install from {locks[0]}, which its workspace has for all, by the manager that made it"
    return f"build from the folder of {lock}, and copy that" if lock else "commit the lock"


def _is_open(one: Brought, locks: list[str]) -> bool:
    """Whether what a COPY brings is not known, and may be a lock."""
    unknown = one.origin or "$" in one.source or _ARCHIVE.search(one.source)
    return "$" in one.target or (
        bool(unknown) and any(f"{lock}/".startswith(f"{one.target.rstrip('/')}/") for lock in locks)
    )
