"""Entries in folders for builds that nothing fills: modules that lie elsewhere after every build, packages that nobody builds."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks._packages import all_packages
from toolkit.checks.references._artifacts import elsewhere
from toolkit.checks.references._scripts.commands import commands
from toolkit.expressions import regex
from toolkit.outputs import outputs, package_of
from toolkit.places import path_from, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.references import Verdict

__all__ = ["left_elsewhere", "unbuilt", "unmade"]

_MODULE = regex(r"(?<!\.d)\.[cm]?js$")
_OTHER_BUILDS = regex(r"prepack|prepublish|generate|codegen|export|release|dist|postinstall", re.IGNORECASE)
"""Scripts whose commands are not read for what they leave."""
_COPIES = regex(r"\b(?:cp|mv|ncp|cpx2?|cpy|copy\w*|rsync|rename|ln)\b")
_FORWARDS = frozenset(
    {"turbo", "lerna", "npm", "pnpm", "yarn", "bun", "echo", "rm", "rimraf", "cd", "prettier", "eslint", "biome", "husky",
     "docker", "docker-compose", "cp", "changeset", "vitest", "jest", "true", "syncpack", "manypkg", "ultra"}
)  # fmt: skip
"""Programs of a root that build nothing below by themselves: they run scripts of the packages, which have none."""
_BUILD_FILES = regex(
    r"(?:project|nx|moon|lage\.config|turbo)\.(?:json|yml|js)|(?:BUILD|Makefile|GNUmakefile|justfile|Dockerfile)(?:\..*)?|[Gg](?:ulp|runt)file\..*"
    r"|.*(?:rollup|vite|webpack|tsup|tsdown|esbuild|build|bob|babel|rslib|unbuild|swc)[\w.-]*\.(?:[cm]?[jt]s|json)|\.babelrc.*|\.swcrc"
)


def unmade(context: Inspection, package: Package, value: str, verdict: Verdict) -> Verdict | None:
    """The verdict on a module that is built, where all that the builds leave is known and lies elsewhere; ``None`` else."""
    moved = any(_OTHER_BUILDS.search(name) or _COPIES.search(text) for name, text in package.scripts.items())
    if moved or not _MODULE.search(value) or "*" in value:
        return None
    found = elsewhere(context, verdict.path)
    if found is None:
        return None
    return replace(verdict, kind="missing", producer=package.folder, command=found[0].command, near=found[0].path)


def left_elsewhere(context: Inspection, verdict: Verdict) -> str:
    """The file that the builds of a package leave in place of one of their output; empty where that may be there."""
    folder = package_of(context, verdict.path)
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    found = unmade(context, package, verdict.path, verdict) if package is not None else None
    return found.near if found is not None else ""


def unbuilt(context: Inspection, package: Package) -> bool:
    """Whether nothing builds a package of a workspace: neither a script of its own, nor a tool of a folder above."""
    if package.folder == "." or outputs(context, package.folder):
        return False
    folders = tuple(upward(package.folder))
    names = {
        path.rpartition("/")[2] for path in context.below(package.folder) if posixpath.dirname(path) == package.folder
    }
    if any(map(_BUILD_FILES.fullmatch, names)) or any(context.is_file(path_from(one, "nx.json")) for one in folders):
        return False
    above = [one for one in all_packages(context) if one.folder in folders and one.folder != package.folder]
    words = [command.words for one in above for text in one.scripts.values() for command in commands(text)]
    return bool(above) and all(posixpath.basename(one[0]) in _FORWARDS for one in words)
