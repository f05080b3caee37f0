"""See :class:`ImportEscapesProject`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from toolkit import tsconfig
from toolkit.checking import Check
from toolkit.checks.references._packages import all_packages
from toolkit.checks.references._repair import mapping
from toolkit.checks.references._sys_path import added
from toolkit.context import Unreadable
from toolkit.documents import gomod, toml
from toolkit.outputs import package_of
from toolkit.places import below, folder_of, join, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
_SHOWN = 300
"""Characters of evidence."""
T = TypeVar("T")
_CONFIG = re.compile(r"(^|/)[\w.-]*\.config\.\w+$|(^|/)(\.eslintrc|\.prettierrc)|\.(json|css|scss|svg|png|md|sol)$")


class _Hit(NamedTuple):
    """One import: its file, its line and column, and the path that it names."""

    path: str
    at: tuple[int, int]
    written: str


class ImportEscapesProject(Check):
    """Code imports a file outside of its own package by a relative path.

    What it checks: Relative imports in JavaScript and TypeScript that leave the folder of the nearest named package.json; folders
        of other projects or of one machine that Python files add to their search path; crates and modules outside of the repository
        that a Cargo.toml or go.mod names by path. Within
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
        found: dict[tuple[str, str, Severity], list[_Hit]] = {}
        for path in context.inventory.tracked:
            if not path.endswith(_CODE) or (context.focus is not None and path not in context.focus):
                continue
            folder = posixpath.dirname(path)
            home = homes.get(folder)
            if home is None:
                home = homes[folder] = _home(folder, packages)
            if home and path not in context.inventory.links:
                for place, level, hit in _hits(context, path, packages[home]):
                    found.setdefault((home, place, level), []).append(hit)
        for (home, place, level), hits in found.items():
            yield self._told(context, home, place, level, hits)
        yield from self._python(context)
        yield from self._rust(context)
        yield from self._go(context)

    def _python(self, context: Inspection) -> Iterator[Finding]:
        """Folders of other projects, or of one machine, that a file puts on its search path."""
        listed = context.inventory.named("pyproject.toml", "setup.py", "requirements.txt", "Pipfile")
        homes = {posixpath.dirname(path) or "." for path in listed}
        for path in context.inventory.tracked:
            if not path.endswith(".py") or (context.focus is not None and path not in context.focus):
                continue
            content = _text(context, path)
            if "sys.path" not in content and "addsitedir" not in content:
                continue
            home = next((up for up in upward(folder_of(path)) if up in homes), ".")
            for one in added(path, content, home, context.inventory.folders):
                if below(home, one.folder) and not one.folder.startswith(("/", "..")):
                    continue
                here, there = context.owner(path), context.owner(one.folder)
                same = here is not None and there is not None and here.key == there.key
                where = "lies on one machine" if one.folder.startswith("/") else f"leaves the project {home}"
                yield self.finding(
                    context,
                    path,
                    f"The search path is given {one.folder.removeprefix('//')}, which {where}: no install brings it.",
                    line=one.line,
                    evidence=one.text[:120],
                    severity="info" if same and not one.folder.startswith(("/", "..")) else "warning",
                )

    def _rust(self, context: Inspection) -> Iterator[Finding]:
        """Crates outside of the repository."""
        for path in context.named("Cargo.toml"):
            document = _parsed(context, path, toml.parse)
            for where, value in _crates(document.data) if document else ():
                if resolve(context, value, folder_of(path)).kind == "outside":
                    text = f"The crate at {value} lies outside of the repository: no clone can build this."
                    line = document.line(where) if document else 0
                    yield self.finding(context, path, text, line=line, evidence=value, severity="error")

    def _go(self, context: Inspection) -> Iterator[Finding]:
        """Modules outside of the repository that ``replace`` names."""
        for path in context.named("go.mod", "go.work"):
            document = _parsed(context, path, gomod.parse)
            for item in document.replaces if document else ():
                if item.is_local and (item.target.startswith("/") or join(folder_of(path), item.target) is None):
                    text = f"{item.module} is replaced by {item.target}, outside of the repository: no clone can build this."
                    yield self.finding(context, path, text, line=item.line, evidence=item.target, severity="error")

    def _told(self, context: Inspection, home: str, place: str, level: Severity, hits: list[_Hit]) -> Finding:
        """One finding for all that a package takes from one place: one shared folder, one cause."""
        first = hits[0]
        files = ", ".join(f"{path}:{at[0]}" for path, at in {one.path: one.at for one in hits}.items())
        more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
        return self.finding(
            context,
            first.path,
            f"{first.written}{more} leaves the package {home}: nothing that holds only the package can run this.",
            line=first.at,
            evidence=f"imports from {place}/ in {files}"[:_SHOWN],
            severity=level,
        )


def _hits(context: Inspection, path: str, package: Package) -> Iterator[tuple[str, Severity, _Hit]]:
    """The imports of a file that leave its package, each with whose file it takes and how much it matters."""
    folder = posixpath.dirname(path)
    steps = folder[len(package.folder) :].count("/") + 1
    try:
        content = context.read(path)
    except Unreadable:
        return
    if b"../" * steps not in content or len(content) > _LARGEST:
        return
    for match in _IMPORT.finditer(content):
        written = match[1].decode("utf-8", "surrogateescape")
        target = posixpath.normpath(posixpath.join(folder, written))
        if target.startswith(f"{package.folder}/") or target == package.folder:
            continue
        level = _level(context, path, package, target)
        if level is not None:
            offset = match.start(1)
            at = (content.count(b"\n", 0, offset) + 1, offset - content.rfind(b"\n", 0, offset))
            yield _place(context, target), level, _Hit(path, at, written)


def _text(context: Inspection, path: str) -> str:
    try:
        content = context.read(path)
    except Unreadable:
        return ""
    return content.decode("utf-8", "replace") if len(content) <= _LARGEST else ""


def _parsed(context: Inspection, path: str, parse: Callable[[bytes], T]) -> T | None:
    try:
        return context.document(path, parse)
    except Unreadable:
        return None


def _crates(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The crates that a manifest names by path."""
    scopes: list[tuple[tuple[str, ...], Any]] = [((), data), (("workspace",), mapping(data.get("workspace")))]
    scopes += [(("target", name), mapping(value)) for name, value in mapping(data.get("target")).items()]
    tables = [((*at, kind), mapping(scope).get(kind)) for at, scope in scopes for kind in _TABLES]
    tables += [(("patch", name), value) for name, value in mapping(data.get("patch")).items()]
    for at, table in tables:
        for name, value in mapping(table).items():
            if isinstance(path := mapping(value).get("path"), str):
                yield (*at, name, "path"), path


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
    alone = here is None or package.folder not in (here.path, *here.members)
    if here is not None and there is not None and here.key == there.key and not alone:
        return None
    if target.startswith("../"):
        return "warning"
    if _CONFIG.search(path) or _CONFIG.search(target):
        return "info"
    around = _place(context, target)
    if _is_declared(context, package, target) or package.folder.startswith(f"{around}/"):
        return "info"  # a package within the one that it reaches for, as tests have it
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
