"""Entries of a package.json, and how much one matters that is not there."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._packages import all_packages
from toolkit.checks.references._repair import mapping
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Severity
    from toolkit.references import Verdict

__all__ = ["OUTPUT", "entries", "is_built", "is_specifier", "level_of"]

OUTPUT = regex(
    r"^(\./)?(dist|build|lib|out|es|cjs|esm|\.[\w-]+|node_modules|pkg|target|generated|types|_\w+|artifacts?)([-/]|$)|(^|/)(dist|build|out)/"
)
_BUILDS = regex(
    r"build|compile|bundle|prepare|prepack|prepublish|tsc|tsup|rollup|webpack|esbuild|unbuild|vite|wasm-pack|babel|package",
    re.IGNORECASE,
)
_ENDING = regex(r"(?:\.d)?\.[cm]?[jt]sx?$")
_SOURCE = regex(r"\.[cm]?[jt]sx?$|\.vue$|\.svelte$|\.json$|\.node$")


def is_built(package: Package) -> bool:
    """Whether a script of the package builds something."""
    return any(_BUILDS.search(name) or _BUILDS.search(text) for name, text in package.scripts.items())


def level_of(context: Inspection, package: Package, where: Path, value: str, verdict: Verdict) -> Severity | None:
    """How much an entry that is not there matters; ``None`` for one that a build is trusted to make."""
    if verdict.command:
        return _made_elsewhere(context, package, value, verdict)
    builds = is_built(package)
    if OUTPUT.search(value) and (builds or package.folder != "."):
        return None if builds else "info"
    if (package.data.get("private") is True and where[0] in ("main", "module")) or "name" not in package.data:
        return "info"
    if (
        where == ("main",)
        and value.removeprefix("./") in ("index.js", "main.js", "src/index.js", "app.js")
        and not _is_published(package)
    ):
        return "info"
    if context.role(package.path)[0] == "example":
        return "info"
    return "warning"


def _made_elsewhere(context: Inspection, package: Package, value: str, verdict: Verdict) -> Severity | None:
    """For an entry in a folder of which it is known what a build writes there."""
    same = posixpath.basename(verdict.near) == posixpath.basename(verdict.path)
    if not same and _has_source(context, package, value, verdict):
        return None
    return "warning" if same or _is_wanted(context, package) else "info"


def _is_wanted(context: Inspection, package: Package) -> bool:
    """Whether somebody imports a package: it is published, or another one of the repository depends on it."""
    name = package.data.get("name")
    kinds = ("dependencies", "devDependencies", "peerDependencies")
    asked = (mapping(one.data.get(kind)) for one in all_packages(context) for kind in kinds)
    return package.data.get("private") is not True or any(name in table for table in asked)


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
    return any(
        name in mapping(package.data.get(key)) for key in ("dependencies", "devDependencies", "peerDependencies")
    )


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
