"""Relative imports from one member of a workspace into another one's sources, and what they break."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit import tsconfig
from toolkit.checks.references._commands import commands
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import package_of
from toolkit.packages import KINDS
from toolkit.places import below, inside, listed, path_from, table, upward
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.model import Severity

__all__ = ["SUFFIXES", "Judged", "is_covered", "is_type", "of_sibling", "outside_of_compiler"]

SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".json", ".d.ts", "/index.ts", "/index.tsx", "/index.js")
_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts")
_COMPILERS = frozenset({"tsc", "vue-tsc"})
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


class Judged(NamedTuple):
    """How much an import matters, and the end of the sentence that begins with it."""

    level: Severity
    why: str


class _Compiled(NamedTuple):
    """What the compiler is told: its file, inputs, root, what references bring, whether it lists all of its inputs, what it writes."""

    inputs: frozenset[str]
    root: str
    referenced: tuple[str, ...]
    composite: bool
    makes: tuple[tuple[str, str], ...]


def is_type(content: bytes, start: int, end: int) -> bool:
    """Whether an import takes types alone, so that nothing of it is left when the program runs.

    Args:
        content: the file.
        start: where its path begins.
        end: where it ends.
    """
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


def of_sibling(context: Inspection, path: str, package: Package, target: str, *, typed: bool) -> Judged | None:
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
    there = resolve(context, _source(context, target), suffixes=SUFFIXES).kind == "exists"
    if not there or is_covered(context, package, target):
        return None
    compiled = outside_of_compiler(context, path, package, target) or _moved(context, path, package, target)
    if compiled is not None:
        return compiled
    if typed or _is_compiled_from_above(context, path, package):
        return None
    name = _name(context, str(place))
    if any(name in table(package.data, kind) for kind in KINDS):
        return Judged("info", f"goes past what {place} exports, although {package.folder} depends on it.")
    why = f"takes sources of {place}, on which {package.folder} does not depend: whatever holds or builds only {package.folder} lacks them."
    return Judged("warning", why)


def outside_of_compiler(context: Inspection, path: str, package: Package, target: str) -> Judged | None:
    """That the compiler, as a script of the package runs it, refuses the import: it lies outside of what it is told to take."""
    file = _source(context, target)
    if not file.endswith(_TYPESCRIPT) or file.endswith(".d.ts"):
        return None
    for one in _compiled(context, package):
        if path not in one.inputs or any(below(folder, file) for folder in one.referenced):
            continue
        if one.root and not below(one.root, file):
            return Judged("error", f"lies outside of rootDir {one.root}: the compiler stops (TS6059).")
        if one.composite and file not in one.inputs:
            return Judged("error", "is no input of the composite project: the compiler stops (TS6307).")
    return None


def _moved(context: Inspection, path: str, package: Package, target: str) -> Judged | None:
    """That the compiler, which counts its output from the folder that all inputs share, writes the entry elsewhere then."""
    file = _source(context, target)
    if not file.endswith(_TYPESCRIPT) or file.endswith(".d.ts"):
        return None
    entries = [package.data.get(key) for key in ("main", "module", "types")]
    wanted = {package.at(value): value for value in entries if isinstance(value, str)}
    for one in _compiled(context, package):
        known = next((made for made in one.makes if made[0] in wanted), None)
        if path in one.inputs and not one.root and known and not any(below(item, file) for item in one.referenced):
            why = (
                f"makes the compiler count its output from a folder above {package.folder}: {wanted[known[0]]}, "
                "which package.json names, is no longer where it writes."
            )
            return Judged("warning", why)
    return None


@once_a_run
def _compiled(context: Inspection, package: Package) -> tuple[_Compiled, ...]:
    """What each run of the compiler by the scripts of a package is told."""
    given = set()
    for text in package.scripts.values():
        for command in commands(text) if "tsc" in text else ():
            if command.words[0] in _COMPILERS and command.folder == "." and "-b" not in command.words:
                given.add(option(command.words, "-p", "--project") or "tsconfig.json")
    found = (_read(context, package.at(one)) for one in sorted(given))
    return tuple(one for one in found if one is not None)


def _read(context: Inspection, path: str) -> _Compiled | None:
    path = path if path.endswith(".json") else f"{path}/tsconfig.json"
    try:
        config = tsconfig.read(context, path)
        data = table(context.document(path, jsonc.parse).data)
    except Unreadable:
        return None
    root, out = config.options.get("rootDir"), config.options.get("outDir")
    paths = [table(item).get("path") for item in listed(data.get("references"))]
    places = [path_from(config.folder, one) for one in paths if isinstance(one, str)]
    if any(one not in context.inventory.folders and not context.is_file(one) for one in places):
        return None  # the compiler stops at that already
    emits = isinstance(out, str) and not config.options.get("composite")
    return _Compiled(
        frozenset(tsconfig.sources(context, config)),
        root if isinstance(root, str) else "",
        tuple(posixpath.dirname(one) if one.endswith(".json") else one for one in places),
        bool(config.options.get("composite")),
        tuple(tsconfig.emitted(context, config).items()) if emits else (),
    )


def _source(context: Inspection, target: str) -> str:
    """The file that an import means; ``x.js`` may stand for ``x.ts``."""
    stem, ending = posixpath.splitext(target)
    swapped = (f"{stem}.ts", f"{stem}.tsx") if ending in (".js", ".jsx") else ()
    return next(
        (one for one in (target, *(target + end for end in SUFFIXES), *swapped) if context.is_file(one)), target
    )


def is_covered(context: Inspection, package: Package, target: str) -> bool:
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
