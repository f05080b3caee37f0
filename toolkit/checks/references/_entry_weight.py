"""How much it matters that an entry of a package.json is not there."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import all_packages
from toolkit.checks._search import files_with
from toolkit.checks.references._packed import is_untold
from toolkit.expressions import regex
from toolkit.places import as_index, table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Severity
    from toolkit.references import Verdict

__all__ = ["COMPILED", "ENDING", "OUTPUT", "is_asked", "is_built", "is_wanted", "level_of"]

OUTPUT = regex(
    r"^(\./)?(dist|build|lib|out|es|cjs|esm|\.[\w-]+|node_modules|pkg|target|generated|types|_\w+|artifacts?)([-/]|$)|(^|/)(dist|build|out)/"
)
_BUILDS = regex(
    r"build|compile|bundle|prepare|prepack|prepublish|tsc|tsup|rollup|webpack|esbuild|unbuild|vite|wasm-pack|babel|package",
    re.IGNORECASE,
)
_CODE = ("*.ts", "*.tsx", "*.mts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.vue", "*.svelte")
_STARTERS = frozenset({"expo", "electron"})
COMPILED = regex(r"\.[cm]?js$|\.d\.[cm]?ts$")
ENDING = regex(r"(?:\.d)?\.[cm]?[jt]sx?$")
_SOURCE = regex(r"\.[cm]?[jt]sx?$|\.vue$|\.svelte$|\.json$|\.node$")


def is_built(package: Package) -> bool:
    """Whether a script of the package builds something."""
    return any(_BUILDS.search(name) or _BUILDS.search(text) for name, text in package.scripts.items())


def level_of(context: Inspection, package: Package, where: Path, value: str, verdict: Verdict) -> Severity | None:
    """How much an entry that is not there matters; ``None`` for one that a build is trusted to make."""
    if verdict.command:
        return _made_elsewhere(context, package, value, verdict)
    builds = is_built(package)
    if builds and COMPILED.search(value) and is_untold(context, package):
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
    return "warning" if same or is_wanted(context, package) else "info"


def _of_main(context: Inspection, package: Package, where: Path) -> Severity:
    """How much the ``main`` of a package matters that is not published, or whose ``exports`` is read in its place."""
    started = where == ("main",) and _is_started(package)
    if where[0] == "main" and _has_twin(context, package) and not started:
        return "info"  # the build that copies the manifest into its output writes this file beside it
    if started or _is_passed_over(package) or not is_asked(context, package):
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
    stem = ENDING.sub("", package.at(str(package.data.get("main"))))
    return any(context.is_file(f"{stem}{ending}") for ending in (".ts", ".tsx", ".mts", ".cts"))


def _is_started(package: Package) -> bool:
    """Whether an application is started by its ``main``."""
    return any(not _STARTERS.isdisjoint(table(package.data, kind)) for kind in ("dependencies", "devDependencies"))


def is_wanted(context: Inspection, package: Package) -> bool:
    """Whether somebody imports a package: it is published, or another one of the repository depends on it."""
    return package.data.get("private") is not True or is_asked(context, package)


def is_asked(context: Inspection, package: Package) -> bool:
    """Whether another package of the repository depends on one."""
    name = package.data.get("name")
    kinds = ("dependencies", "devDependencies", "peerDependencies")
    asked = (table(one.data, kind) for one in all_packages(context) for kind in kinds)
    return any(name in section for section in asked)


def _has_source(context: Inspection, package: Package, value: str, verdict: Verdict) -> bool:
    """Whether a build whose files are known may make the entry all the same: a source of that name is there.

    What only differs in its ending is of another format than those that the build is told to write.
    """
    stem = ENDING.sub("", posixpath.basename(value))
    if ENDING.sub("", posixpath.basename(verdict.near)) == stem and "tsup" in package.scripts.get(
        verdict.command.rpartition(" ")[2], ""
    ):
        return False
    names = {path.rpartition("/")[2] for path in context.below(package.folder) if path in context.inventory.tracked_set}
    return any(_SOURCE.search(name) and ENDING.sub("", name) == stem for name in names)


def _is_published(package: Package) -> bool:
    """Whether the package seems meant for others, so that its ``main`` is not only what ``npm init`` writes."""
    return bool(package.data.keys() & {"files", "publishConfig", "exports", "types", "typings", "module"})
