"""Relative imports of JavaScript and TypeScript that leave the package of their file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._lost_imports import is_there, relative
from toolkit.checks.references._siblings import SUFFIXES, Judged, is_covered, is_type, of_sibling
from toolkit.expressions import regex
from toolkit.outputs import package_of
from toolkit.packages import KINDS, TEXT_LOCKS
from toolkit.places import path_from, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.model import Severity

__all__ = ["Hit", "escapes", "home_of"]

_IMPORT = regex(
    rb"""^(?![ \t]*(?://|\*|/\*))[^\n]*?(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'](\.\./[^"'\n]+)["']""",
    re.MULTILINE,
)
_CONFIG = regex(r"(^|/)[\w.-]*\.config\.\w+$|(^|/)(\.eslintrc|\.prettierrc)|\.(json|css|scss|svg|png|md|sol)$")
_SCRIPT = regex(r"(?:^|/)(?:scripts|testing|tests?(?:-[\w-]+)?|e2e|bench(?:marks)?)/")
"""Folders of programs that developers start in a checkout."""
_FALLBACK = regex(rb"\bcatch\b(?:\s*\([^()]*\))?\s*\{(?:[^{}]|\{[^{}]*\})*$|\.catch\([^;{}]*$")
_FALLBACK_WINDOW = 400
_STORE = regex(r"(?:^|/)node_modules/\.(?:pnpm|store|bun|deno)/")


class Hit(NamedTuple):
    """One import: its file, its line and column, the path that it names, and what it breaks where more is known."""

    path: str
    at: tuple[int, int]
    written: str
    why: str = ""

    @property
    def is_stored(self) -> bool:
        """Whether it names what the next lock moves."""
        return self.why.startswith("reaches into")


def escapes(context: Inspection, path: str, package: Package) -> Iterator[tuple[str, Severity, Hit]]:
    """The imports of a file that leave its package, each with whose file it takes and how much it matters."""
    folder = posixpath.dirname(path)
    away = "../" * (folder[len(package.folder) :].count("/") + 1)
    if not any(written.startswith(away) for written in relative(context, path)):
        return
    content = context.content(path) or b""
    for match in _IMPORT.finditer(content):
        written = match[1].decode("utf-8", "surrogateescape")
        target = path_from(folder, written)
        if target.startswith(f"{package.folder}/") or target == package.folder:
            continue
        offset = match.start(1)
        if _FALLBACK.search(content, max(0, offset - _FALLBACK_WINDOW), offset):
            continue  # taken where the package itself cannot be had
        if _STORE.search(target):
            judged: Judged | None = Judged(
                "warning", "reaches into the store of the package manager: the next lock moves it."
            )
        elif not target.startswith("../") and not is_there(context, path, target):
            continue  # import-missing tells it
        else:
            judged = _judged(context, path, package, target, typed=is_type(content, offset, match.end(1)))
        if judged is not None:
            at = (content.count(b"\n", 0, offset) + 1, offset - content.rfind(b"\n", 0, offset))
            hit = Hit(path, at, written, judged.why)
            yield "node_modules" if hit.is_stored else _place(context, target), judged.level, hit


def _place(context: Inspection, target: str) -> str:
    """Whose file is imported: the folder of its package, else its own."""
    found = package_of(context, target)
    return found if found not in (None, ".") else posixpath.dirname(target) or "."


def home_of(folder: str, packages: dict[str, Package]) -> str:
    """The folder of the package that holds a file; empty for none, and for the root, which nothing leaves."""
    while folder and folder not in packages:
        folder = posixpath.dirname(folder)
    return folder


def _judged(context: Inspection, path: str, package: Package, target: str, *, typed: bool) -> Judged | None:
    """How much an import matters; within one workspace, which installs its members together, only by what it breaks."""
    here, there = context.owner(path), context.owner(target)
    alone = here is None or package.folder not in (here.path, *here.members)
    if here is not None and there is not None and here.key == there.key and not alone:
        plain = _CONFIG.search(path) or _CONFIG.search(target) or context.role(path)[0] != "own"
        return None if plain else of_sibling(context, path, package, target, typed=typed)
    return Judged(_level(context, path, package, target), "")


def _level(context: Inspection, path: str, package: Package, target: str) -> Severity:
    """How much an import matters of a package that is installed alone."""
    if target.startswith("../"):
        return "warning"
    if _CONFIG.search(path) or _CONFIG.search(target) or _SCRIPT.search(path):
        return "info"
    around = _place(context, target)
    if _is_never_alone(context, package) or _is_installed_beside(package, target):
        return "info"
    if _is_declared(context, package, target) or package.folder.startswith(f"{around}/"):
        return "info"  # a package within the one that it reaches for, as tests have it
    verdict = resolve(context, target, suffixes=SUFFIXES)
    return "info" if verdict.kind in ("built", "ignored", "unknown", "outside") else "warning"


def _is_never_alone(context: Inspection, package: Package) -> bool:
    """Whether a package is a mere folder of this repository: private, and with no lock, image or publishing of its own."""
    alone = (*TEXT_LOCKS, "Dockerfile", "wrangler.toml", "vercel.json", "netlify.toml", "fly.toml", "railway.json")
    return package.data.get("private") is True and not any(context.is_file(package.at(name)) for name in alone)


def _is_installed_beside(package: Package, target: str) -> bool:
    """Whether the path leads to a dependency of the same scope, which an install puts beside the package."""
    scope, slash, _ = str(package.data.get("name")).partition("/")
    beside = posixpath.dirname(package.folder)
    sibling = target[len(beside) + 1 :].partition("/")[0] if target.startswith(f"{beside}/") else ""
    return bool(slash and sibling) and any(f"{scope}/{sibling}" in table(package.data, kind) for kind in KINDS)


def _is_declared(context: Inspection, package: Package, target: str) -> bool:
    """Whether the package says that it reaches further: by a dependency on that folder or its TypeScript configuration."""
    for key in ("dependencies", "devDependencies"):
        for value in table(package.data, key).values():
            scheme, _, path = value.partition(":") if isinstance(value, str) else ("", "", "")
            if scheme in ("file", "link", "portal") and target.startswith(f"{package.at(path)}/"):
                return True
    return is_covered(context, package, target)
