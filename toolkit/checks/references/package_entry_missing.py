"""See :class:`PackageEntryMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._packages import packages
from toolkit.checks.references._repair import mapping, position, relative, replace
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_OUTPUT = re.compile(
    r"^(\./)?(dist|build|lib|out|es|cjs|esm|\.[\w-]+|node_modules|pkg|target|generated|types|_\w+|artifacts?)([-/]|$)|(^|/)(dist|build|out)/"
)
_BUILDS = re.compile(
    r"build|compile|bundle|prepare|prepack|prepublish|tsc|tsup|rollup|webpack|esbuild|unbuild|vite|wasm-pack|babel|package",
    re.IGNORECASE,
)
_SUFFIXES = (
    ".js",
    ".json",
    ".mjs",
    ".cjs",
    ".ts",
    ".tsx",
    ".d.ts",
    "/index.js",
    "/index.json",
    "/index.d.ts",
    "/index.ts",
    ".node",
)


class PackageEntryMissing(Check):
    """package.json names an entry that is not in the repository and that no build makes.

    What it checks: ``main``, ``module``, ``browser``, ``types``, ``bin``, ``imports`` and ``exports``. An entry in an output folder of a package
        with a build script, or one that git ignores, is a build's business, unless the build is known to write it elsewhere.
    Why it matters: Whoever imports the package finds no module, no types or no program.
    How to fix: Name the file that is there or that the build makes; remove an entry that nobody needs.
    Fix safety: Unsafe. The path is replaced by the build's output of the same name.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for package in packages(context):
            told: set[str] = set()
            for where, value in _entries(package.data):
                if value in told:
                    continue
                verdict = resolve(context, value, package.folder, suffixes=_SUFFIXES)
                if verdict.kind == "missing" and not _is_specifier(package, value):
                    level = _level(context, package, where, value, verdict)
                    if level:
                        told.add(value)
                        yield self._told(context, package, where, value, verdict, level)

    def _told(  # noqa: PLR0913, PLR0917 - one entry with its verdict
        self, context: Inspection, package: Package, where: Path, value: str, verdict: Verdict, level: Severity
    ) -> Finding:
        same = verdict.command and posixpath.basename(verdict.near) == posixpath.basename(verdict.path)
        fixes = (
            replace(context, package.path, package.document, where, relative(verdict.near, package.folder, value))
            if same
            else ()
        )
        makes = f"; `{verdict.command}` makes {verdict.near}" if same else ", and no build is known to make it"
        return self.finding(
            context,
            package.path,
            f"{'.'.join(map(str, where))} is {value}, which does not exist{makes}.",
            line=position(package.document, where),
            evidence=f"{verdict.path} {verdict.why}",
            severity=level,
            fixes=fixes,
        )


def _level(context: Inspection, package: Package, where: Path, value: str, verdict: Verdict) -> Severity | None:
    """How much an entry that is not there matters; ``None`` for one that a build is trusted to make."""
    if verdict.command:
        same = posixpath.basename(verdict.near) == posixpath.basename(verdict.path)
        return "warning" if same else None
    builds = any(_BUILDS.search(name) or _BUILDS.search(text) for name, text in package.scripts.items())
    if _OUTPUT.search(value) and (builds or package.folder != "."):
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


def _is_published(package: Package) -> bool:
    """Whether the package seems meant for others, so that its ``main`` is not only what ``npm init`` writes."""
    return bool(package.data.keys() & {"files", "publishConfig", "exports", "types", "typings", "module"})


def _is_specifier(package: Package, value: str) -> bool:
    """Whether an entry names a file of a dependency, as Expo's does."""
    name = "/".join(value.split("/")[: 2 if value.startswith("@") else 1])
    return any(
        name in mapping(package.data.get(key)) for key in ("dependencies", "devDependencies", "peerDependencies")
    )


def _entries(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in ("main", "module", "types", "typings", "browser", "bin"):
        value = data.get(key)
        if isinstance(value, str):
            yield (key,), value
        elif key in ("bin", "browser") and isinstance(value, dict):
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
