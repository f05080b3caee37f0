"""What the builds of a package leave in place of a path, and packages that build nothing."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import all_packages
from toolkit.checks.references._commands import commands
from toolkit.checks.references._package_builds import BUILD_SCRIPT, Artifact, artifacts
from toolkit.checks.references._recipes import recipes
from toolkit.checks.references._scripts import lines
from toolkit.checks.references._wrangler import configs
from toolkit.expressions import regex
from toolkit.outputs import LOOKING, outputs, package_of
from toolkit.places import path_from, table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["elsewhere", "idle_build", "is_moved"]

_OUT = regex(r"dist|build|out|lib|output|bundle|target|public|\.output|es[mn]?|cjs")
_MAKING_NOTHING = LOOKING | {"wrangler", "terraform", "aws", ":", "oxlint", "husky"}
"""Programs that leave no file where Terraform could read it; wrangler bundles for itself."""
_BUILDER = regex(
    r"(?i:(?:build|esbuild|rollup|webpack|vite\.|tsup|tsdown|rspack|bundle|gulpfile)[\w.-]*\.(?:[cm]?[jt]s|json|sh)|project\.json|moon\.yml|(?:gnu)?makefile"
    r"|justfile|taskfile\.ya?ml|dockerfile.*|.*\.(?:csproj|gradle))"
)
"""Files beside a package.json by which something else than its scripts may build."""
_SAYING = ("echo", "true", ":", "exit")


def elsewhere(context: Inspection, path: str) -> tuple[Artifact, bool] | None:
    """What the build leaves instead of a path, and whether it bears its name; ``None`` where the path is right or unknown."""
    folder = package_of(context, path)
    made = artifacts(context, folder) if folder is not None else None
    if not made or folder is None or any(_fits(path, one) for one in made):
        return None
    name = posixpath.basename(path)
    stem = posixpath.splitext(name)[0]
    files = [one for one in made if not one.is_folder]
    same = [one for one in files if posixpath.basename(one.path) == name]
    alike = [one for one in files if posixpath.splitext(posixpath.basename(one.path))[0] == stem]
    if same or alike:
        return (same + alike)[0], True
    first, _, rest = posixpath.relpath(path, folder).partition("/")
    # What is written into a part of the folder says nothing of the rest of it.
    whole = [one for one in made if one.is_folder and not one.path.startswith(f"{path_from(folder, first)}/")]
    if whole and _OUT.fullmatch(first):
        return whole[0]._replace(path=path_from(whole[0].path, rest)), True
    entry = next((one for one in files if one.path == _entry(context, folder)), files[0] if files else None)
    return (entry, False) if entry is not None and _OUT.fullmatch(first) else None


def _entry(context: Inspection, folder: str) -> str:
    """The entry of a package, by its manifest: of all that a build makes it is what a script most likely means."""
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    main = package.data.get("main") if package is not None else None
    return path_from(folder, main) if isinstance(main, str) else ""


def idle_build(context: Inspection, path: str) -> tuple[str, str] | None:
    """Folder and build of the package that should make a path and makes nothing; ``None`` where it may make it.

    The build is empty where the package has none: nothing of it, and no script or workflow that names the output, makes any.
    """
    folder = package_of(context, path)
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    if package is None or not package.scripts or outputs(context, package.folder):
        return None
    builds = [text for name, text in package.scripts.items() if name.startswith("build")]
    words = [command.words for text in builds for command in commands(text)]
    if builds:
        idle = bool(words) and all(one[0] in _SAYING and ">" not in " ".join(one) for one in words)
        return (package.folder, builds[0]) if idle else None
    return (package.folder, "") if _is_unbuilt(context, package, path) else None


def _is_unbuilt(context: Inspection, package: Package, path: str) -> bool:
    """Whether nothing is seen that could make an output of a worker that wrangler bundles, without a script that builds."""
    first, below, _ = posixpath.relpath(path, package.folder).partition("/")
    if not below or not _OUT.fullmatch(first) or package.folder == ".":
        return False
    words = [(name, command.words) for name, text in package.scripts.items() for command in commands(text)]
    ready = (one for name, one in words if BUILD_SCRIPT.search(name))
    if not any(one[0] == "wrangler" for _, one in words):
        return False
    spoken = any(first in word for _, one in words for word in one)
    if spoken or any(one[0] not in _MAKING_NOTHING or "--outdir" in " ".join(one) for one in ready):
        return False
    beside = {name for name in context.below(package.folder) if posixpath.dirname(name) == package.folder}
    if any(_BUILDER.fullmatch(posixpath.basename(name)) for name in beside):
        return False
    if any(table(one.data, "build").get("command") for one in configs(context) if one.folder == package.folder):
        return False
    own = posixpath.basename(package.folder)
    names = re.compile(
        rf"{re.escape(own)}/(?:\./)?{first}\b|(?:--?out[\w-]*|-o|-d)[= ][\"']?(?:\S{{0,200}}/)?{first}\b"
    )
    return not any(
        (own in line or source.startswith(f"{package.folder}/")) and not source.endswith((".md", ".mdx", ".tf"))
        for source, line in lines(context, names, first)
    )


def _fits(path: str, one: Artifact) -> bool:
    return path == one.path or one.path.startswith(f"{path}/") or (one.is_folder and path.startswith(f"{one.path}/"))


def is_moved(context: Inspection, path: str) -> bool:
    """Whether a script or workflow copies or moves something to a path."""
    for program in ("cp", "mv"):
        for one in recipes(context, program):
            for folder in one.folders:
                target = path_from(folder, one.words[-1]) if "$" not in folder else ""
                names = {posixpath.basename(word) for word in one.words[1:-1]}
                if target and (
                    path == target or (posixpath.dirname(path) == target and posixpath.basename(path) in names)
                ):
                    return True
    return False
