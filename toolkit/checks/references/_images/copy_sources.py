"""Sources of copies in Dockerfiles that the build context does not have: which are told, and what repairs them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import is_slip_of
from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.references._images.build_contexts import GLOB, REMOTE
from toolkit.checks.references._images.copy_causes import LOCKS
from toolkit.checks.references._repair import by_hand, relative, reword
from toolkit.expressions import regex
from toolkit.packages import MANAGERS
from toolkit.places import folder_of, path_from, upward
from toolkit.references import Verdict, resolve

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Copy
    from toolkit.model import Fix

__all__ = [
    "MADE",
    "finds_nothing",
    "is_forgotten",
    "is_local",
    "is_renamed",
    "is_slip",
    "is_told_to_be_made",
    "kept_lock",
    "made_by",
    "nearest_verdict",
    "of_a_shell",
    "repair",
    "verdict_on",
    "within",
    "written_by",
]

MADE = regex(
    r"(^|/)(dist|build|out|target|bin|release|artifacts?|publish|node_modules|\.next|coverage)(/|$)|\.(jar|war|whl|tgz|zip|exe|wasm|so)$|\.tar\."
)
_WRITTEN = regex(
    r"(?:^|/)(?:package\.json|pyproject\.toml|requirements[\w.-]*\.txt|go\.mod|Cargo\.toml|pom\.xml|Gemfile|composer\.json|[\w.-]+\.lockb?|package-lock\.json"
    r"|pnpm-lock\.yaml|go\.sum|[\w.-]+\.(?:example|sample|template|dist))$"
)
_ALONE = {"package-lock.json": "--no-workspaces", "pnpm-lock.yaml": "--ignore-workspace"}
"""What keeps a manager from writing the lock of the workspace in place of the member's own."""
_CODE = ("*.py", "*.js", "*.mjs", "*.cjs", "*.ts", "*.go", "*.rb", "*.rs", "*.java")
_WRITES = regex(
    r"\bwrite_(?:text|bytes)\(|\b(?:writeFile|outputFile)(?:Sync)?\(|\bWriteFile\(|\bopen\([^\n]*,\s*(?:mode=)?[\"'][wax]"
)
_GIVEN = regex(r"\s*(?:(?:const|let|var)\s+)?(?P<name>\w+)\s*(?::[^=\n]+|:)?=(?!=)")


def repair(context: Inspection, path: str, copy: Copy, missing: list[tuple[str, Verdict]]) -> tuple[Fix, ...]:
    """Another source where only one is missing and one of the same kind is like it; else what a person does."""
    source, verdict = missing[0]
    name = posixpath.basename(source.rstrip("/"))
    if of_a_shell(missing):
        return by_hand(
            f"take {source} and what follows it out of the {copy.instruction.name}, and commit what may be missing"
        )
    if name in LOCKS and not is_renamed(verdict):
        if kept := kept_lock(context, verdict.path):
            return by_hand(f"copy {kept} in place of {name}, and install with {MANAGERS[kept]}")
        kept = f"take {name} out of .gitignore, " if verdict.kind == "ignored" else ""
        command, shared = made_by(context, verdict.path)
        home = f" in {folder_of(verdict.path)}" if shared else ""
        alone = f"{kept}run `{command}`{home} and commit {verdict.path}"
        if not command:
            alone = f"{kept}commit {verdict.path}, made by `{LOCKS[name]}` in a copy{home.replace(' in', ' of')} outside of the workspace"
        above = f"build from {folder_of(shared)}, whose {name} is for all members, and copy that" if shared else ""
        if above and _needs_members(context, folder_of(verdict.path)):
            return by_hand(above)
        return by_hand(f"{alone}, or {above}" if above else alone)
    folder = verdict.path[: -len(within(source))].rstrip("/") or "."
    near = relative(verdict.near, folder, source) if len(missing) == 1 and not GLOB.search(source) else ""
    near = "" if near.startswith("..") or near in copy.sources else near
    alike = posixpath.splitext(near)[1] == posixpath.splitext(source.rstrip("/"))[1]
    fixes = (
        reword(context, ((path, copy.line),), source, near)
        if near and ((verdict.sure and alike) or is_renamed(verdict))
        else ()
    )
    made = f"let {verdict.command} run before" if verdict.command else f"commit {verdict.path}"
    other = "correct the path or the build context" if not near else f"copy {near}"
    return fixes or by_hand(f"{made}, or {other}")


def made_by(context: Inspection, path: str) -> tuple[str, str]:
    """The command that makes a lock, and the lock of the workspace above: its managers write that, unless they are told not to."""
    folder, name = posixpath.split(path)
    shared = next(
        (one.lockfile for one in context.subprojects if folder in one.members and one.lockfile and one.path != folder),
        "",
    )
    if not shared or posixpath.basename(shared) != name:
        return LOCKS[name], ""
    alone = name in _ALONE and not _needs_members(context, folder)
    return f"{LOCKS[name]} {_ALONE[name]}" if alone else "", shared


def _needs_members(context: Inspection, folder: str) -> bool:
    """Whether a package asks for others of its workspace, so that it can be installed by no lock of its own."""
    return '"workspace:' in text_of(context, path_from(folder or ".", "package.json"), errors="replace")


def kept_lock(context: Inspection, path: str) -> str:
    """The lock that another manager keeps where a lock of JavaScript is missing."""
    folder, name = posixpath.split(path)
    locks = (lock for lock in MANAGERS if name in MANAGERS and context.is_file(path_from(folder or ".", lock)))
    return next(locks, "")


def is_renamed(verdict: Verdict) -> bool:
    """Whether the lock is there by the other name that bun gives it."""
    return {posixpath.basename(path) for path in (verdict.path, verdict.near or "")} == {"bun.lock", "bun.lockb"}


def of_a_shell(missing: list[tuple[str, Verdict]]) -> bool:
    """Whether somebody took the instruction for a command."""
    return any(source == "||" or source.startswith("2>") for source, _ in missing)


def is_forgotten(verdict: Verdict) -> bool:
    """Whether git ignores what nobody makes but a person: a lock, a manifest or an example."""
    return verdict.kind == "ignored" and _WRITTEN.search(verdict.path) is not None and not MADE.search(verdict.path)


def finds_nothing(context: Inspection, name: str, folders: tuple[str, ...]) -> bool:
    """Whether a pattern of files has its folder in a build context, as far as that is no pattern, and only matches nothing there."""
    parent = posixpath.dirname(name[: match.start()] if (match := GLOB.search(name)) else name)
    places = (posixpath.normpath(posixpath.join(folder, parent)) for folder in folders)
    return any(place == "." or place in context.inventory.folders for place in places)


def is_local(copy: Copy) -> bool:
    """Whether a copy is from the build context, and made when this file is built."""
    return not copy.origin and not copy.instruction.onbuild and "from" not in copy.instruction.flags


def is_slip(verdict: Verdict) -> bool:
    """Whether a file lies beside whose name differs by one letter."""
    (folder, name), (other, near) = posixpath.split(verdict.path), posixpath.split(verdict.near or "")
    return folder == other and (is_slip_of(name, near) or is_slip_of(near, name))


def is_told_to_be_made(context: Inspection, path: str, source: str) -> bool:
    """Whether a comment of the Dockerfile says with which command a person makes a source before the build."""
    name = re.escape(posixpath.basename(source.rstrip("/")))
    said = (
        rf"(?m)^[ \t]*#[^\n]{{0,200}}\b(?:build|make|cp|curl|wget|install)\b[^\n]{{0,200}}(?<![\w.-]){name}(?![\w.-])"
    )
    return re.search(said, text_of(context, path, errors="replace")) is not None


def written_by(context: Inspection, source: str) -> str:
    """Code that has to do with Dockerfiles and writes a file of just this name, into a build context perhaps; empty for none.

    That programs write manifests and locks, too, says nothing of the one that is missing: every generator of projects does.
    """
    name = posixpath.basename(source.rstrip("/"))
    if "." not in name or GLOB.search(name) or _WRITTEN.search(name):
        return ""
    named = re.compile(rf"[\"'`/]{re.escape(name)}[\"'`]")
    return next((path for path in sorted(holding(context, (name,), _CODE)) if _writes(context, path, named)), "")


def _writes(context: Inspection, path: str, named: re.Pattern[str]) -> bool:
    """Whether a line that names the file writes it, or gives its path a name that another line writes to."""
    text = text_of(context, path, errors="replace")
    lines = [line for line in text.splitlines() if named.search(line)] if "Dockerfile" in text else []
    given = "|".join(re.escape(match["name"]) for line in lines if (match := _GIVEN.match(line)))
    there = rf"\bopen\(\s*(?:{given})\s*,\s*(?:mode=)?[\"'][wax]|\b(?:{given})\.(?:write_(?:text|bytes)\(|open\([\"'][wax])|\b(?:writeFile|outputFile|WriteFile)(?:Sync)?\(\s*(?:{given})\b"
    return any(_WRITES.search(line) for line in lines) or bool(given and re.search(there, text))


def within(source: str) -> str:
    """A source as Docker takes it: ``/`` is the context, and ``..`` does not leave it."""
    if REMOTE.match(source):
        return source
    return re.sub(r"^(?:\.\./)+", "", posixpath.normpath(source.lstrip("/") or ".") + "/").rstrip("/") or "."


def nearest_verdict(context: Inspection, name: str, folders: tuple[str, ...]) -> Verdict:
    """The verdict on a source from the folder that has most of its way."""
    ways = {folder: [path_from(folder, up) for up in upward(folder_of(name)) if up != "."] for folder in folders}
    best = max(folders, key=lambda folder: sum(way in context.inventory.folders for way in ways[folder]))
    return verdict_on(context, name, best)


def verdict_on(context: Inspection, name: str, folder: str) -> Verdict:
    """Whether a source is there, counted from a build context."""
    path = path_from(folder, name)
    if path == ".git" or path.startswith(".git/"):
        return Verdict("exists", path)  # every clone has it, and no inventory lists it
    return resolve(context, name, folder)
