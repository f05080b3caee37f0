"""See :class:`CargoMemberMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._likeness import instead
from toolkit.checks._test_code import in_test
from toolkit.checks.references._crates import lacks
from toolkit.checks.references._repair import Entry, by_hand, position, relative, reword, strings
from toolkit.checks.references._rust_files import taken
from toolkit.checks.references._scripts.texts import lines, mentioned
from toolkit.checks.references._shared_objects import built_by
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import CRATE_KINDS
from toolkit.places import below, folder_of, inside, join, listed, matching, path_from, table, upward
from toolkit.references import lost_part, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._rust_files import Taken
    from toolkit.documents import Path
    from toolkit.model import Finding, Fix, Severity

_GLOB = regex(r"[*?\[]")
_NAMED = 2
"""Folders that a message names."""
_SHOWN = 8
"""Files that the proof of a finding names."""
_PART = 2
"""Members that are gone, more than half of all, from which a workspace below the root is a part of another one."""
_LEFT_OUT = regex(r"lies in the workspace (?P<root>.+), which neither lists nor excludes it")
"""What discovery says of a crate that cargo refuses to build in its own folder."""
_BRINGS = regex(r"\bln -s|\bgit (?:clone|worktree add)\b")
_FOR_TRIALS = regex(r"(?:^|/)(?:tests?|fixtures?|testdata|examples?|benches|fuzz|templates?)(?:/|$)")


class CargoMemberMissing(Check):
    """A Cargo.toml names a member, a crate or a source file that is not there, or leaves a crate below it out.

    What it checks: ``members`` and ``default-members`` of a workspace, with the folders that a glob matches; dependencies and
        patches by ``path``; targets, the build script and the readme; ``workspace = true`` for what the workspace does not name;
        files that sources build in (``include_str!``, ``include_bytes!``; for tests only a warning, and information where a build of
        this repository makes the program that is taken) and modules that they name by path; crates below a workspace
        that are neither members (listed, or a member's path dependency) nor excluded, one finding a workspace, and an error
        where a script or an instruction names their folder.
        What lies in a submodule is not judged.
    Why it matters: Cargo refuses the whole workspace: no member of it can be built.
    How to fix: Remove the entry, correct its path, or bring the crate back.
    Fix safety: Unsafe. The path is replaced by that of the only folder that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path, document in context.documents(context.named("Cargo.toml"), toml.parse):
            folder = posixpath.dirname(path) or "."
            gone, count = _lost_members(context, document.data, folder)
            excerpt = folder != "." and len(gone) >= _PART and len(gone) * 2 > count
            if excerpt:
                yield self._excerpt(context, path, document, gone, count)
            for where, value, what in _crates(document.data):
                if where[:2] == ("workspace", "dependencies") and not _is_inherited(context, str(where[2])):
                    continue  # cargo does not look at it
                # What is gone is told once a manifest: a dependency on a member goes with it.
                if not (path_from(folder, value) in gone and (excerpt or where[:2] != ("workspace", "members"))):
                    yield from self._crate(context, Entry(path, document, where, value), what)
            for where, value in _sources(document.data):
                verdict = resolve(context, value, folder)
                if verdict.kind == "missing":
                    text = f"The source {value} does not exist: cargo refuses the crate."
                    near = relative(verdict.near, folder, value) if verdict.near.endswith(".rs") else ""
                    entry = Entry(path, document, where, value)
                    fixes = entry.written(context, near if verdict.sure else "")
                    fixes = fixes or by_hand(instead(value, near, f"add {value}, or correct the path"))
                    yield self._at(context, entry, text, f"{verdict.path} {verdict.why}", fixes)
            for one in lacks(context, folder, document.data):
                line, fixes = position(document, one.where), by_hand(one.todo)
                yield self.finding(
                    context, path, one.text, line=line, evidence=folder, severity=one.severity, fixes=fixes
                )
        yield from self._taken(context)
        yield from self._left_out(context)

    def _excerpt(self, context: Inspection, path: str, document: Any, gone: dict[str, str], count: int) -> Finding:
        """A workspace within the repository of which most is elsewhere: a copy of a part, laid over another clone."""
        names = ", ".join([*gone.values()][:_NAMED]) + (" and more" if len(gone) > _NAMED else "")
        text = f"{len(gone)} of {count} members of this workspace are not here ({names}): it is a part of another one."
        fixes = by_hand("say beside it what it belongs to, or bring its members")
        where = position(document, ("workspace", "members"))
        return self.finding(context, path, text, line=where, evidence=names, severity="info", fixes=fixes)

    def _left_out(self, context: Inspection) -> Iterator[Finding]:
        """Crates that cargo finds a workspace for which does not know them."""
        refused = {one.manifest for one in context.subprojects if one.problem}  # told by its own cause
        strays: dict[str, list[str]] = {}
        for one in context.subprojects:
            if one.family == "rust" and one.role == "own" and (said := _LEFT_OUT.fullmatch(one.problem)):
                strays.setdefault(inside(said["root"], "Cargo.toml"), []).append(one.path)
        for path, document in context.documents(sorted(strays.keys() - refused), toml.parse):
            folders = sorted(strays[path])
            shown = ", ".join(folders[:_NAMED]) + (
                f" and {len(folders) - _NAMED} more" if len(folders) > _NAMED else ""
            )
            where: Path = ("workspace", "members")
            yield self.finding(
                context,
                path,
                f"{shown} {'lies' if len(folders) == 1 else 'lie'} below this workspace, which neither lists nor excludes"
                f" {'it' if len(folders) == 1 else 'them'}: cargo refuses to build there.",
                line=position(document, where if document.get(where) is not None else ("workspace",)),
                evidence="current package believes it's in a workspace when it's not",
                severity="error" if any(_is_built(context, folder) for folder in folders) else "warning",
                fixes=by_hand(f"add {shown} to members, or to exclude"),
            )

    def _taken(self, context: Inspection) -> Iterator[Finding]:
        """Files that sources build in, and modules that they name by path; one finding for all programs that have to be built first."""
        made: list[tuple[Taken, str, bool]] = []
        for one in taken(context):
            verdict = resolve(context, one.written.replace("\\\\", "/"), folder_of(one.path))
            if verdict.kind == "missing" and not verdict.command:
                tested = in_test(context, one.path, one.line)
                if command := built_by(context, verdict.path):
                    made.append((one, command, tested))
                    continue
                what = "The module" if one.what == "module" else f"{one.what}! of"
                broken = "its tests do not compile" if tested else "the crate does not compile"
                text = f"{what} {one.written} finds no such file: {broken}."
                near = relative(verdict.near, folder_of(one.path), one.written)
                fixes = reword(context, ((one.path, one.line),), one.written, near) if near and verdict.sure else ()
                fixes = fixes or by_hand(instead(one.written, near, f"add {verdict.path}, or correct the path"))
                proof = f"{verdict.path} {verdict.why}"
                severity: Severity | None = "warning" if tested else None
                yield self.finding(
                    context, one.path, text, line=one.line, evidence=proof, severity=severity, fixes=fixes
                )
        for first, command, tested in made[:1]:
            also = f" So it is in {len(made) - 1} more places." if made[1:] else ""
            yield self.finding(
                context,
                first.path,
                f"{first.written} is what {command} makes: it has to run before {'the tests' if tested else 'the crate'} can be compiled.{also}",
                line=first.line,
                evidence=", ".join(dict.fromkeys(one.written for one, _, _ in made[:_SHOWN])),
                severity="info",
                fixes=by_hand(f"say beside it that {command} comes first"),
                related=[(one.path, one.line) for one, _, _ in made[1:]],
            )

    def _crate(self, context: Inspection, entry: Entry, what: str) -> Iterator[Finding]:
        """An entry that names the folder of a crate, or many by a glob."""
        value, folder = entry.value, entry.folder
        if _GLOB.search(value):
            if what == "member":
                yield from self._glob(context, entry)
            return
        verdict = resolve(context, posixpath.join(value, "Cargo.toml"), folder)
        if verdict.kind != "missing" or _is_brought(context, posixpath.basename(lost_part(context, verdict.path))):
            return
        there = resolve(context, value, folder).kind == "exists" and posixpath.normpath(value) != "."
        text = f"The {what} {value} {'has no Cargo.toml' if there else 'does not exist'}: cargo refuses the whole workspace."
        near = (_from_above(context, value, folder) or resolve(context, value, folder).near) if not there else ""
        near = relative(near, folder, value) if near and context.is_file(f"{near}/Cargo.toml") else ""
        gone = "write its Cargo.toml" if there else f"bring {posixpath.dirname(verdict.path)} back"
        fixes = entry.written(context, near) or by_hand(instead(value, near, f"{gone}, or remove the entry"))
        yield self._at(context, entry, text, f"{verdict.path} does not exist", fixes)

    def _glob(self, context: Inspection, entry: Entry) -> Iterator[Finding]:
        """A glob that matches nothing, or a folder that is no crate; cargo 1.95 refuses both, hidden folders too."""
        value, folder = entry.value, entry.folder
        workspace = table(entry.document.data, "workspace")
        excluded = tuple(join(folder, item) or "" for _, item in strings(workspace.get("exclude")))
        folders = matching(context.inventory.folders, folder, value)
        if not folders and not any(link.startswith(folder) for link in context.inventory.gitlinks):
            text = f"The member glob {value} matches nothing: cargo refuses the whole workspace."
            fixes = by_hand(f"correct the glob {value}, or remove it")
            yield self._at(context, entry, text, f"no folder is {value}", fixes)
        bare = [
            one
            for one in folders
            if not context.is_file(inside(one, "Cargo.toml"))
            and not any(below(item, one) for item in excluded if item)
            and resolve(context, one).kind == "exists"
        ]
        if bare:
            text = f"{bare[0]} matches {value} and has no Cargo.toml: cargo refuses the whole workspace."
            fixes = by_hand(f"add {', '.join(bare[:_NAMED])} to exclude of [workspace], or write a Cargo.toml there")
            yield self._at(context, entry, text, ", ".join(bare[:_NAMED]), fixes)

    def _at(self, context: Inspection, entry: Entry, text: str, evidence: str, fixes: tuple[Fix, ...]) -> Finding:
        return self.finding(context, entry.path, text, line=entry.line, evidence=evidence, fixes=fixes)


def _is_built(context: Inspection, folder: str) -> bool:
    """Whether a script, a workflow or an instruction names the folder of a crate, so that somebody builds it."""
    return not _FOR_TRIALS.search(folder) and bool(mentioned(context, folder))


@once_a_run
def _is_inherited(context: Inspection, name: str) -> bool:
    """Whether a crate takes a dependency of its workspace."""
    for _, document in context.documents(context.inventory.named("Cargo.toml"), toml.parse):
        tables = [document.data, *(table(one) for one in table(document.data, "target").values())]
        if any(table(one, kind, name).get("workspace") is True for one in tables for kind in CRATE_KINDS):
            return True
    return False


@once_a_run
def _is_brought(context: Inspection, name: str) -> bool:
    """Whether a script or an instruction that speaks of a folder clones or links something."""
    spoken = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    return bool({path for path, _ in lines(context, spoken, name)} & {path for path, _ in lines(context, _BRINGS)})


def _lost_members(context: Inspection, data: dict[str, Any], folder: str) -> tuple[dict[str, str], int]:
    """Folders of members that are not there, with how they are written, and the number of members that are listed."""
    members = [value for _, value in strings(table(data, "workspace").get("members")) if not _GLOB.search(value)]
    gone = [one for one in members if resolve(context, posixpath.join(one, "Cargo.toml"), folder).kind == "missing"]
    return {path_from(folder, one): one for one in gone}, len(members)


def _from_above(context: Inspection, value: str, folder: str) -> str:
    """The crate that an entry names as it is seen from a folder above: written before the manifest was moved."""
    seen = (join(above, value) for above in upward(folder)[1:])
    return next((crate for crate in seen if crate and context.is_file(inside(crate, "Cargo.toml"))), "")


def _crates(data: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    workspace = table(data, "workspace")
    for key, what in (("members", "member"), ("default-members", "default member")):
        yield from ((("workspace", key, *below), value, what) for below, value in strings(workspace.get(key)))
    scopes: list[tuple[Path, dict[str, Any]]] = [((), data), (("workspace",), workspace)]
    scopes += [(("target", name), table(value)) for name, value in table(data, "target").items()]
    for where, scope in scopes:
        for section in CRATE_KINDS:
            yield from _by_path((*where, section), table(scope, section), "dependency at")
    for registry, section in table(data, "patch").items():
        yield from _by_path(("patch", registry), table(section), "patch at")


def _by_path(where: Path, section: dict[str, Any], what: str) -> Iterator[tuple[Path, str, str]]:
    for name, value in section.items():
        if isinstance(path := table(value).get("path"), str):
            yield (*where, name, "path"), path, what


def _sources(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    if isinstance(path := table(data, "lib").get("path"), str):
        yield ("lib", "path"), path
    for kind in ("bin", "example", "test", "bench"):
        for index, item in enumerate(listed(data.get(kind))):
            if isinstance(path := table(item).get("path"), str):
                yield (kind, index, "path"), path
