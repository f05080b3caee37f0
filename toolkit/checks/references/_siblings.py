"""Relative imports from one member of a workspace into another one's sources, and what they break."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit import tsconfig
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.outputs import package_of
from toolkit.packages import KINDS
from toolkit.places import below, inside, listed, table, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.model import Severity

__all__ = ["SUFFIXES", "Judged", "is_covered", "is_type", "of_sibling"]

SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".json", ".d.ts", "/index.ts", "/index.tsx", "/index.js")
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


class Judged(NamedTuple):
    """How much an import matters, and the end of the sentence that begins with it."""

    level: Severity
    why: str


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
    if typed or _is_compiled_from_above(context, path, package):
        return None
    name = _name(context, str(place))
    if any(name in table(package.data, kind) for kind in KINDS):
        return Judged("info", f"goes past what {place} exports, although {package.folder} depends on it.")
    why = f"takes sources of {place}, on which {package.folder} does not depend: whatever holds or builds only {package.folder} lacks them."
    return Judged("warning", why)


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
