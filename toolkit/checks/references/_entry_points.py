"""Entries of a package.json, and how much one matters that is not there."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit import tsconfig
from toolkit.checks._packages import all_packages
from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._packed import is_copied, is_untold
from toolkit.checks.references._unbuilt import unbuilt, unmade
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.outputs import outputs
from toolkit.places import as_index, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Severity
    from toolkit.outputs import Output
    from toolkit.references import Verdict

__all__ = ["OUTPUT", "entries", "is_built", "is_specifier", "judged"]

OUTPUT = regex(
    r"^(\./)?(dist|build|lib|out|es|cjs|esm|\.[\w-]+|node_modules|pkg|target|generated|types|_\w+|artifacts?)([-/]|$)|(^|/)(dist|build|out)/"
)
_BUILDS = regex(
    r"build|compile|bundle|prepare|prepack|prepublish|tsc|tsup|rollup|webpack|esbuild|unbuild|vite|wasm-pack|babel|package",
    re.IGNORECASE,
)
_OF_STYLE = ("style", "sass", "bin", "imports")
_CODE = ("*.ts", "*.tsx", "*.mts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.vue", "*.svelte")
_STARTERS = frozenset({"expo", "electron"})
_INDEXES = (
    "index.js",
    "index.ts",
    "index.tsx",
    "index.mjs",
    "index.cjs",
    "index.json",
    "index.d.ts",
    "index.node",
    "package.json",
)
_TOOL = regex(r"[.-]?config\.[cm]?[jt]s$|(?:^|/)\.[\w.-]*rc(?:\.[cm]?js(?:on)?)?$")
_DECLARED = (".d.ts", ".d.mts", ".d.cts")
_COMPILED = regex(r"\.[cm]?js$|\.d\.[cm]?ts$")
_ENDING = regex(r"(?:\.d)?\.[cm]?[jt]sx?$")
_SOURCE = regex(r"\.[cm]?[jt]sx?$|\.vue$|\.svelte$|\.json$|\.node$")


def judged(
    context: Inspection, package: Package, where: Path, value: str, verdict: Verdict
) -> tuple[Verdict, Severity | None]:
    """The verdict on an entry after what the build is known to make, and how much it matters; ``None`` for one that is right."""
    if verdict.kind == "exists":
        bare = where[0] not in _OF_STYLE and not value.endswith("/") and _has_no_index(context, verdict.path)
        level: Severity = "warning" if _is_wanted(context, package) else "info"
        return replace(
            verdict, kind="missing", path=f"{verdict.path}/index.js"
        ) if bare else verdict, level if bare else None
    if verdict.kind in ("ignored", "built"):
        return _of_output(context, package, value, verdict)
    # What the compiler writes is said by the parent of its configuration, which may not be there.
    unsaid = value.endswith(_DECLARED) and _is_cut_off(context, package)
    if verdict.kind != "missing" or unsaid or _is_made(context, package, verdict.path):
        return verdict, None
    if _COMPILED.search(value) and not verdict.command and is_copied(context, package):
        return verdict, None
    if value.endswith(_DECLARED) and verdict.command and _lacks_declarations(context, package, verdict.path):
        return replace(verdict, near=""), "warning" if _is_wanted(context, package) else "info"
    if (
        not verdict.command
        and OUTPUT.search(value)
        and (made := _elsewhere(context, package, verdict.path)) is not None
    ):
        verdict = replace(verdict, producer=made.cwd, command=made.command, near=made.path)
    weight = _level(context, package, where, value, verdict)
    if (
        weight
        and not verdict.command
        and "/" not in value.removeprefix("./")
        and (made := _elsewhere(context, package, verdict.path))
    ):
        verdict = replace(verdict, producer=made.cwd, command=made.command, near=made.path)
    return verdict, weight


def _of_output(context: Inspection, package: Package, value: str, verdict: Verdict) -> tuple[Verdict, Severity | None]:
    """The same for an entry that git ignores, or that lies where a build may write."""
    if is_copied(context, package) or _is_made(context, package, verdict.path):
        return verdict, None
    if (lost := unmade(context, package, value, verdict)) is not None:
        return lost, "warning" if _is_wanted(context, package) else "info"
    if verdict.kind == "ignored" and OUTPUT.search(value) and unbuilt(context, package):
        return replace(verdict, kind="missing"), "warning" if _is_asked(context, package) else "info"
    return verdict, None


def _has_no_index(context: Inspection, path: str) -> bool:
    """Whether an entry is a folder in which nothing is found."""
    inner = path in context.inventory.folders and not context.is_file(path)
    return inner and not any(context.is_file(f"{path}/{name}") for name in _INDEXES)


def _is_made(context: Inspection, package: Package, path: str) -> bool:
    """Whether a pattern of an entry matches a file that the build is known to make, or one in a folder that git ignores or a tool fills."""
    before, star, after = path.partition("*")
    made = outputs(context, package.folder) if star else ()
    folder = posixpath.dirname(before)
    return any(
        one.exact and one.path.startswith(before) and one.path.endswith(after.rpartition("*")[2]) for one in made
    ) or bool(star and folder and is_built(package) and _is_filled(context, package, folder))


def _is_filled(context: Inspection, package: Package, folder: str) -> bool:
    """Whether git ignores a folder, or a configuration of a tool of the package names it as its output."""
    inner = folder.removeprefix(f"{package.folder}/")
    if context.inventory.ignored((f"{folder}/",)):
        return True
    tools = (
        one for one in context.below(package.folder) if posixpath.dirname(one) == package.folder and _TOOL.search(one)
    )
    quoted = re.compile(rf"[\"'`](?:\./)?{re.escape(inner)}/?[\"'`]")
    return inner != folder and any(quoted.search(text_of(context, path)) for path in tools)


def _lacks_declarations(context: Inspection, package: Package, path: str) -> bool:
    """Whether the compiler, of which all options are known, writes the module of a declaration and no declaration."""
    made = [one for one in outputs(context, package.folder) if one.whole and path.startswith(f"{one.whole}/")]
    stem = _ENDING.sub("", path)
    if any(one.path.endswith(_DECLARED) for one in made) or not any(_ENDING.sub("", one.path) == stem for one in made):
        return False
    for name in context.matching("tsconfig*.json"):
        if posixpath.dirname(name) == package.folder.removeprefix("."):
            try:
                if not tsconfig.read(context, name).is_known:
                    return False
            except Unreadable:
                return False
    return True


def _is_cut_off(context: Inspection, package: Package) -> bool:
    """Whether the configuration of the compiler extends what is not there, which tsconfig-path-missing tells."""
    path = inside(package.folder, "tsconfig.json")
    try:
        return context.is_file(path) and bool(tsconfig.read(context, path).missing)
    except Unreadable:
        return False


def _elsewhere(context: Inspection, package: Package, path: str) -> Output | None:
    """What a build that is known whole makes by the name of an entry, in another folder than that of the entry."""
    made = outputs(context, package.folder)
    known = all(one.exact and one.whole for one in made)
    same = [one for one in made if one.path == as_index(path)]
    same = same or [one for one in made if posixpath.basename(one.path) == posixpath.basename(path)]
    return same[0] if known and len(same) == 1 else None


def is_built(package: Package) -> bool:
    """Whether a script of the package builds something."""
    return any(_BUILDS.search(name) or _BUILDS.search(text) for name, text in package.scripts.items())


def _level(context: Inspection, package: Package, where: Path, value: str, verdict: Verdict) -> Severity | None:
    """How much an entry that is not there matters; ``None`` for one that a build is trusted to make."""
    if verdict.command:
        return _made_elsewhere(context, package, value, verdict)
    builds = is_built(package)
    if builds and _COMPILED.search(value) and is_untold(context, package):
        return None
    made = OUTPUT.search(value) and (builds or (package.folder != "." and not _is_kept(context, verdict.path)))
    if made or "name" not in package.data:
        return None if made and builds else "info"
    unpublished = package.data.get("private") is True or not _is_published(package)
    if where[0] in ("main", "module") and (unpublished or _is_passed_over(package)):
        return _of_main(context, package, where)
    unasked = unpublished or where[0] == "imports"
    if context.role(package.path)[0] == "example" or (unasked and not _is_imported(context, package, where)):
        return "info"
    return "warning"


def _made_elsewhere(context: Inspection, package: Package, value: str, verdict: Verdict) -> Severity | None:
    """For an entry in a folder of which it is known what a build writes there."""
    same = posixpath.basename(verdict.near) == posixpath.basename(verdict.path) or verdict.near == as_index(
        verdict.path
    )
    if not same and _has_source(context, package, value, verdict):
        return None
    return "warning" if same or _is_wanted(context, package) else "info"


def _of_main(context: Inspection, package: Package, where: Path) -> Severity:
    """How much the ``main`` of a package matters that is not published, or whose ``exports`` is read in its place."""
    started = where == ("main",) and _is_started(package)
    if where[0] == "main" and _has_twin(context, package) and not started:
        return "info"  # the build that copies the manifest into its output writes this file beside it
    if started or _is_passed_over(package) or not _is_asked(context, package):
        return "warning" if started else "info"
    name = package.data.get("name")
    return "warning" if files_with(context, (f'"{name}"', f"'{name}'"), _CODE, everything=True) else "info"


def _is_imported(context: Inspection, package: Package, where: Path) -> bool:
    """Whether a source imports what an entry of ``exports``, ``imports`` or ``types`` promises; of others, that is not asked."""
    if where[0] == "imports":
        inner = str(where[1]).partition("*")[0] if where[1:] else "#"
        return bool(files_with(context, (f'"{inner}', f"'{inner}"), _CODE, everything=True))
    if where[0] not in ("exports", "types"):
        return True
    part = str(where[1]) if where[1:] and str(where[1]).startswith("./") else "."
    name = f"{package.data.get('name')}{part[1:].partition('*')[0]}"
    ends = ("", "") if "*" in part else ('"', "'")
    return bool(files_with(context, (f'"{name}{ends[0]}', f"'{name}{ends[1]}"), _CODE, everything=True))


def _is_kept(context: Inspection, path: str) -> bool:
    """Whether the folder of an entry has files in git, so that it is not one that a tool fills."""
    folder = posixpath.dirname(path)
    return bool(folder) and any(one in context.inventory.tracked_set for one in context.below(folder))


def _is_passed_over(package: Package) -> bool:
    """Whether ``exports`` says what may be imported, so that nothing of today reads ``main`` or ``module``."""
    exports = package.data.get("exports")
    return isinstance(exports, (str, dict)) and bool(exports)


def _has_twin(context: Inspection, package: Package) -> bool:
    """Whether the source of ``main`` stands at its place."""
    stem = _ENDING.sub("", package.at(str(package.data.get("main"))))
    return any(context.is_file(f"{stem}{ending}") for ending in (".ts", ".tsx", ".mts", ".cts"))


def _is_started(package: Package) -> bool:
    """Whether an application is started by its ``main``."""
    return any(not _STARTERS.isdisjoint(table(package.data, kind)) for kind in ("dependencies", "devDependencies"))


def _is_wanted(context: Inspection, package: Package) -> bool:
    """Whether somebody imports a package: it is published, or another one of the repository depends on it."""
    return package.data.get("private") is not True or _is_asked(context, package)


def _is_asked(context: Inspection, package: Package) -> bool:
    """Whether another package of the repository depends on one."""
    name = package.data.get("name")
    kinds = ("dependencies", "devDependencies", "peerDependencies")
    asked = (table(one.data, kind) for one in all_packages(context) for kind in kinds)
    return any(name in section for section in asked)


def _has_source(context: Inspection, package: Package, value: str, verdict: Verdict) -> bool:
    """Whether a build whose files are known may make the entry all the same: a source of that name is there.

    What only differs in its ending is of another format than those that the build is told to write.
    """
    stem = _ENDING.sub("", posixpath.basename(value))
    if _ENDING.sub("", posixpath.basename(verdict.near)) == stem and "tsup" in package.scripts.get(
        verdict.command.rpartition(" ")[2], ""
    ):
        return False
    names = {path.rpartition("/")[2] for path in context.below(package.folder) if path in context.inventory.tracked_set}
    return any(_SOURCE.search(name) and _ENDING.sub("", name) == stem for name in names)


def _is_published(package: Package) -> bool:
    """Whether the package seems meant for others, so that its ``main`` is not only what ``npm init`` writes."""
    return bool(package.data.keys() & {"files", "publishConfig", "exports", "types", "typings", "module"})


def is_specifier(package: Package, value: str) -> bool:
    """Whether an entry names a file of a dependency, as Expo's does."""
    name = "/".join(value.split("/")[: 2 if value.startswith("@") else 1])
    return any(name in table(package.data, key) for key in ("dependencies", "devDependencies", "peerDependencies"))


def entries(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in ("main", "module", "types", "typings", "style", "sass", "react-native", "browser", "bin"):
        value = data.get(key)
        if isinstance(value, str):
            yield (key,), value
        elif key in ("bin", "browser", "react-native") and isinstance(value, dict):
            # What a browser takes instead may be a package.
            local = ((name, path) for name, path in value.items() if isinstance(path, str))
            yield from (((key, name), path) for name, path in local if key == "bin" or path.startswith("./"))
    stack: list[tuple[Path, Any]] = [(("imports",), data.get("imports")), (("exports",), data.get("exports"))]
    while stack:
        where, value = stack.pop()
        if isinstance(value, str) and value.startswith("./"):
            yield where, value
        elif isinstance(value, dict):
            stack.extend(((*where, key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list) and value:
            # Of a list the first that is there is taken.
            stack.append(((*where, len(value) - 1), value[-1]))
