"""Relative imports of JavaScript and TypeScript that leave the package of their file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit import tsconfig
from toolkit.checks._compiled import is_compiled
from toolkit.checks._texts import is_generated, text_of
from toolkit.checks.references._imports.lost_imports import is_there, relative
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import package_of
from toolkit.packages import KINDS, TEXT_LOCKS
from toolkit.places import below, inside, listed, path_from, table, upward
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
_UNJUDGED = regex(r"swc|webpack")
"""Builders of NestJS that compile each file by itself."""
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
    if is_generated(content):
        return  # who changes it loses the change when it is written again
    for match in _IMPORT.finditer(content):
        written = match[1].decode("utf-8", "surrogateescape")
        target = path_from(folder, written)
        if target.startswith(f"{package.folder}/") or target == package.folder:
            continue
        offset = match.start(1)
        if _FALLBACK.search(content, max(0, offset - _FALLBACK_WINDOW), offset):
            continue  # taken where the package itself cannot be had
        if _STORE.search(target):
            judged: _Judged | None = _Judged(
                "warning", "reaches into the store of the package manager: the next lock moves it."
            )
        elif not target.startswith("../") and not is_there(context, path, target):
            continue  # import-missing tells it
        elif config := _refusing(context, path, package, target):
            judged = _Judged("error", f"lies outside of the rootDir of {config}: the compiler refuses it.")
        else:
            judged = _judged(context, path, package, target, typed=_is_type(content, offset, match.end(1)))
        if judged is not None:
            at = (content.count(b"\n", 0, offset) + 1, offset - content.rfind(b"\n", 0, offset))
            hit = Hit(path, at, written, judged.why)
            yield "node_modules" if hit.is_stored else _place(context, target), judged.level, hit


def _refusing(context: Inspection, path: str, package: Package, target: str) -> str:
    """The configuration by which a script compiles a source and whose ``rootDir`` does not hold what that imports; empty for none.

    What another configuration compiles, which this one refers to, the compiler takes from there.
    """
    if not path.endswith(_TYPESCRIPT) or not _source(context, target).endswith(_TYPESCRIPT) or target.endswith(".d.ts"):
        return ""
    found = [config for config in _around(context, package.folder) if path in tsconfig.taken(context, config.path)]
    roots = [config.options.get("rootDir") for config in found]
    outside = bool(roots) and all(isinstance(root, str) and not below(root, target) for root in roots)
    if _UNJUDGED.search(text_of(context, package.at("nest-cli.json"))):
        return ""
    return found[0].path if outside and is_compiled(context, package.folder, path) else ""


@once_a_run
def _around(context: Inspection, folder: str) -> tuple[tsconfig.Tsconfig, ...]:
    """The configurations in a folder; none where one refers to others, or cannot be read."""
    paths = [path for path in context.matching("tsconfig*.json") if (posixpath.dirname(path) or ".") == folder]
    if any('"references"' in text_of(context, path) for path in paths):
        return ()
    try:
        return tuple(tsconfig.read(context, path) for path in paths)
    except Unreadable:
        return ()


def _place(context: Inspection, target: str) -> str:
    """Whose file is imported: the folder of its package, else its own."""
    found = package_of(context, target)
    return found if found not in (None, ".") else posixpath.dirname(target) or "."


def home_of(folder: str, packages: dict[str, Package]) -> str:
    """The folder of the package that holds a file; empty for none, and for the root, which nothing leaves."""
    while folder and folder not in packages:
        folder = posixpath.dirname(folder)
    return folder


def _judged(context: Inspection, path: str, package: Package, target: str, *, typed: bool) -> _Judged | None:
    """How much an import matters; within one workspace, which installs its members together, only by what it breaks."""
    here, there = context.owner(path), context.owner(target)
    alone = here is None or package.folder not in (here.path, *here.members)
    if here is not None and there is not None and here.key == there.key and not alone:
        plain = _CONFIG.search(path) or _CONFIG.search(target) or context.role(path)[0] != "own"
        return None if plain else _of_sibling(context, path, package, target, typed=typed)
    return _Judged(_level(context, path, package, target), "")


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
    verdict = resolve(context, target, suffixes=_SUFFIXES)
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
    return _is_covered(context, package, target)


_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".json", ".d.ts", "/index.ts", "/index.tsx", "/index.js")
_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")
_TOOLS = (
    r"docs?|www|web-?site|site|playgrounds?|examples?|demos?|sandbox|samples?|bench(?:es|marks?)?|e2e|storybook|stories|tests?"
    r"|fixtures?|tools?|tooling|scripts?|mocks?|integration(?:-tests?)?"
)
_ASIDE = regex(
    rf"(?:^|/)(?:{_TOOLS}|__\w+__|seeds?|\.\w[\w-]*)(?:/|$)|[-._](?:test|spec|stories|story|bench|e2e|mock)s?\.\w+$|[-_](?:e2e|tests?|docs|examples?|playground)/"
)
"""Files that run inside of the repository only: tests, tools, documentation and examples."""
_STATEMENT = regex(rb"(?m)^[ \t]*(?:import|export)\b")
_TYPE = regex(rb"[ \t]*(?:import|export)[ \t]+type\b(?![ \t]*(?:,|from\b))")
_NAMES = regex(rb"[ \t]*(?:import|export)[ \t\n]*\{([^{}]*)\}[ \t\n]*from[ \t\n]*$")
_LONGEST = 4000
"""Characters of one statement."""


class _Judged(NamedTuple):
    """How much an import matters, and the end of the sentence that begins with it."""

    level: Severity
    why: str


def _is_type(content: bytes, start: int, end: int) -> bool:
    """Whether an import takes types alone, so that nothing of it is left when the program runs."""
    if content[end : end + 3].startswith((b"').", b'").')) and content[end + 3 : end + 4].isupper():
        return True  # `import("../x").Type`
    begins = max(0, start - _LONGEST)
    text = content[begins : start - 1]
    last = max((match.start() for match in _STATEMENT.finditer(text)), default=-1)
    if last < 0 or b";" in text[last:]:
        return False
    statement = text[last:]
    if _TYPE.match(statement):
        return True
    names = _NAMES.match(statement)
    taken = [name.strip() for name in names[1].split(b",") if name.strip()] if names else []
    return bool(taken) and all(name.startswith(b"type ") for name in taken)


def _of_sibling(context: Inspection, path: str, package: Package, target: str, *, typed: bool) -> _Judged | None:
    """What an import of a member breaks that takes sources of another member; ``None`` for one that breaks nothing.

    Args:
        context: the run.
        path: the importing file.
        package: the member that it belongs to.
        target: what it imports, relative to the root.
        typed: whether it takes types alone.
    """
    place = package_of(context, target)
    if place in (None, ".") or below(str(place), package.folder) or _ASIDE.search(path):
        return None
    there = resolve(context, _source(context, target), suffixes=_SUFFIXES).kind == "exists"
    if not there or _is_covered(context, package, target):
        return None
    if typed or _is_compiled_from_above(context, path, package):
        return None
    name = _name(context, str(place))
    if any(name in table(package.data, kind) for kind in KINDS):
        return _Judged("info", f"goes past what {place} exports, although {package.folder} depends on it.")
    why = f"takes sources of {place}, on which {package.folder} does not depend: whatever holds or builds only {package.folder} lacks them."
    return _Judged("warning", why)


def _source(context: Inspection, target: str) -> str:
    """The file that an import means; ``x.js`` may stand for ``x.ts``."""
    stem, ending = posixpath.splitext(target)
    swapped = (f"{stem}.ts", f"{stem}.tsx") if ending in (".js", ".jsx") else ()
    return next(
        (one for one in (target, *(target + end for end in _SUFFIXES), *swapped) if context.is_file(one)), target
    )


def _is_covered(context: Inspection, package: Package, target: str) -> bool:
    """Whether a configuration of the compiler in the package says that it takes that folder too."""
    try:
        config = tsconfig.read(context, inside(package.folder, "tsconfig.json"))
    except Unreadable:
        return False
    wanted = [*(config.include or ()), *(config.files or ()), *(listed(config.options.get("rootDirs")))]
    fixed = (one.partition("*")[0].rstrip("/") for one in wanted)
    return any(one and below(one, target) for one in fixed)


def _is_compiled_from_above(context: Inspection, path: str, package: Package) -> bool:
    """Whether a member has no configuration of the compiler, and one of a folder above serves for all."""
    if not path.endswith(_TYPESCRIPT):
        return False
    names = ("tsconfig.json", "tsconfig.app.json", "tsconfig.build.json")
    has = [any(context.is_file(inside(folder, name)) for name in names) for folder in upward(package.folder)]
    return not has[0] and any(has)


def _name(context: Inspection, folder: str) -> str:
    try:
        return str(table(context.json(inside(folder, "package.json"))).get("name", ""))
    except Unreadable:
        return ""
