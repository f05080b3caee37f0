"""See :class:`ImportEscapesProject`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.checking import Check
from toolkit.checks.references._packages import all_packages
from toolkit.checks.references._repair import mapping
from toolkit.context import Unreadable
from toolkit.outputs import package_of
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._packages import Package
    from toolkit.model import Finding, Severity

_CODE = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte")
_IMPORT = re.compile(
    rb"""^(?![ \t]*(?://|\*|/\*))[^\n]*?(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'](\.\./[^"'\n]+)["']""",
    re.MULTILINE,
)
_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".json", ".d.ts", "/index.ts", "/index.tsx", "/index.js")
_LARGEST = 1_000_000
_CONFIG = re.compile(r"(^|/)[\w.-]*\.config\.\w+$|(^|/)(\.eslintrc|\.prettierrc)|\.(json|css|scss|svg|png|md|sol)$")


class ImportEscapesProject(Check):
    """Code imports a file outside of its own package by a relative path.

    What it checks: Relative imports in JavaScript and TypeScript that leave the folder of the nearest named package.json. Within
        one workspace it is nobody's trouble; through the ``include`` of its TypeScript configuration, from configuration files
        and towards generated files it is only information.
    Why it matters: The package works only inside of this repository: its image, its published form and its own install lack the
        file, and the file's dependencies are not those of the package.
    How to fix: Make the shared code a package, and depend on it.
    Fix safety: Manual. Where shared code should live is a decision.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        packages = {
            one.folder: one for one in all_packages(context) if "name" in one.data or "dependencies" in one.data
        }
        homes: dict[str, str] = {}
        for path in context.inventory.tracked:
            if not path.endswith(_CODE) or (context.focus is not None and path not in context.focus):
                continue
            folder = posixpath.dirname(path)
            home = homes.get(folder)
            if home is None:
                home = homes[folder] = _home(folder, packages)
            if home and path not in context.inventory.links:
                yield from self._file(context, path, packages[home])

    def _file(self, context: Inspection, path: str, package: Package) -> Iterator[Finding]:
        folder = posixpath.dirname(path)
        steps = folder[len(package.folder) :].count("/") + 1
        try:
            content = context.read(path)
        except Unreadable:
            return
        if b"../" * steps not in content or len(content) > _LARGEST:
            return
        found: dict[tuple[str, Severity], list[tuple[int, str]]] = {}
        for match in _IMPORT.finditer(content):
            written = match[1].decode("utf-8", "surrogateescape")
            target = posixpath.normpath(posixpath.join(folder, written))
            if target.startswith(f"{package.folder}/") or target == package.folder:
                continue
            level = _level(context, path, package, target)
            if level is None:
                continue
            key = (_place(context, target), level)
            found.setdefault(key, []).append((match.start(1), written))
        for (place, level), hits in found.items():
            offset, written = hits[0]
            more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
            yield self.finding(
                context,
                path,
                f"{written}{more} leaves the package {package.folder}: nothing that holds only the package can run this.",
                line=(content.count(b"\n", 0, offset) + 1, offset - content.rfind(b"\n", 0, offset)),
                evidence=f"imports from {place}/",
                severity=level,
            )


def _place(context: Inspection, target: str) -> str:
    """Whose file is imported: the folder of its package, else its own."""
    found = package_of(context, target)
    return found if found not in (None, ".") else posixpath.dirname(target) or "."


def _home(folder: str, packages: dict[str, Package]) -> str:
    """The folder of the package that holds a file; empty for none, and for the root, which nothing leaves."""
    while folder and folder not in packages:
        folder = posixpath.dirname(folder)
    return folder


def _level(context: Inspection, path: str, package: Package, target: str) -> Severity | None:
    """How much an import matters; ``None`` within one workspace, which installs and builds its members together."""
    here, there = context.owner(path), context.owner(target)
    if here is not None and there is not None and here.key == there.key:
        return None
    if target.startswith("../") or _CONFIG.search(path) or _CONFIG.search(target):
        return "info"
    if _is_declared(context, package, target):
        return "info"
    verdict = resolve(context, target, suffixes=_SUFFIXES)
    return "info" if verdict.kind in ("built", "ignored", "unknown", "outside") else "warning"


def _is_declared(context: Inspection, package: Package, target: str) -> bool:
    """Whether the package says that it reaches further: by a dependency on that folder or its TypeScript configuration."""
    for key in ("dependencies", "devDependencies"):
        for value in mapping(package.data.get(key)).values():
            scheme, _, path = value.partition(":") if isinstance(value, str) else ("", "", "")
            if scheme in ("file", "link", "portal") and target.startswith(f"{package.at(path)}/"):
                return True
    try:
        config = tsconfig.read(context, posixpath.join(package.folder, "tsconfig.json"))
    except Unreadable:
        return False
    roots = config.options.get("rootDirs")
    wanted = [*(config.include or ()), *(config.files or ()), *(roots if isinstance(roots, list) else [])]
    fixed = [re.split(r"[*?]", item, maxsplit=1)[0].rstrip("/") for item in wanted]
    return any(item and (target == item or target.startswith(f"{item}/")) for item in fixed)
