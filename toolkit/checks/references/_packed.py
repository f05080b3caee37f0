"""Packages whose manifest is copied beside what a build makes, so that its entries count from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._bundlers import config_path, config_text, is_taken
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["is_copied", "is_untold"]

_COPIES = regex(
    r"\b(?:cp|copyfiles|cpy|cpx2?|ncp|copy)\b[^&|;\n]*\bpackage\.json|\bpublish\s+(?:--[\w-]+(?:[ =](?!\.?/)[\w-]+)?\s+)*(?:\./)?(?:dist|lib|build|out|pkg|package)\b"
    r"|\bcd\s+(?:\./)?[\w/-]+\s*&&[^&]*\bpublish\b|--contents\b|\bclean-publish\b|\bng-packagr\b|\bng build\b"
)
_RELEASES = regex(r"\bpkgRoot\b|\"contents\"\s*:")
_RELEASE_FILE = regex(r"\.releaserc(?:\.\w+)?|release\.config\.[cm]?[jt]s|lerna\.json|ng-package\.json")
_WRITES = regex(r"\b(?:copy|cp|write|emitFile)\w*\([^;]{0,300}?[\"'`/]package\.json[\"'`]|\bgeneratePackageJson\b")
_BUNDLERS = ("rollup", "vite", "webpack", "tsup", "tsdown", "rslib", "build")


@once_a_run
def is_copied(context: Inspection, package: Package) -> bool:
    """Whether Nx, a script, a bundler or a release takes the manifest into the folder of the build."""
    above = tuple(upward(package.folder))
    if context.is_file(package.at("project.json")) and any(context.is_file(inside(one, "nx.json")) for one in above):
        return True
    if table(package.data, "publishConfig").get("directory") or any(map(_COPIES.search, package.scripts.values())):
        return True
    if table(package.data, "release") and _RELEASES.search(str(package.data["release"])):
        return True
    if any(folder in (package.folder, ".") for folder in _released_from_below(context)):
        return True
    texts = (config_text(context, config_path(context, package.folder, name)) or "" for name in _BUNDLERS)
    return any(map(_WRITES.search, texts))


@once_a_run
def _released_from_below(context: Inspection) -> tuple[str, ...]:
    """Folders with a configuration of a release, or of Angular's packager, by which a folder within each package is published."""
    names = context.inventory.by_name
    found = (path for name in filter(_RELEASE_FILE.fullmatch, names) for path in names[name])
    return tuple(
        folder_of(path)
        for path in found
        if path.endswith("ng-package.json") or _RELEASES.search(text_of(context, path))
    )


@once_a_run
def is_untold(context: Inspection, package: Package) -> bool:
    """Whether a bundler of a package takes its settings from another module, so that nobody sees here what it makes and where."""
    texts = (config_text(context, config_path(context, package.folder, name)) for name in _BUNDLERS)
    return any(text is not None and is_taken(text) for text in texts)
