"""Scripts that Node.js takes for modules of the other kind: ES modules that call ``require``, and CommonJS that imports."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import Package, by_folder
from toolkit.checks._search import files_with
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._imports.lost_imports import is_built
from toolkit.checks.references._imports.made_imports import may_be_made
from toolkit.checks.references._scripts.texts import lines
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.expressions import regex
from toolkit.places import folder_of, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["of_requires"]

_REQUIRE = regex(r"(?m)^(?:const|let|var)\s+[\w${},\s:]{1,300}?=\s*require\(\s*[\"'][^\"'\n]+[\"']\s*\)")
"""A call that every run of the file comes to."""
_GIVEN = regex(
    r"\bcreateRequire\b|\btypeof\s+require\b|\b(?:const|let|var|function)\s+require\b|globalThis\.require|\bdefine\("
)
_STARTED = regex(r"\A#!.*\bnode\b|(?:^|/)(?:scripts?|tools?|bin|hack|ci)/[^/]+\Z")
_SETTING = regex(
    r"(?:^|/)(?:[\w.-]*\.(?:config|conf)|\.[\w.-]*rc|knexfile)\.m?js\Z|\.min\.js\Z|(?:^|/)(?:public|static|assets|www)/"
)
"""What programs load in ways of their own, and what is sent to browsers."""
_PAGE = regex(r"\.(?:mdx?|rst)\Z")
_LARGEST = 300_000


_IMPORT = regex(r"(?m)^(?:import\s+[\w$*{\"']|export\s+(?:default|const|let|function|class|async)\b|export\s*[{*])")
"""What only an ES module may say, and CommonJS ends at before its first line runs."""
_LOADERS = regex(r"\s(?:-r|--require|--import|--(?:experimental-)?loader|--experimental-default-type|--exec|-x)[ =]")
_Found = tuple[str, str, int, "Severity"]


def of_requires(context: Inspection) -> Iterator[Fault]:
    """One fault for each package and kind of module, at the file that something starts, with the others of the package."""
    modules: dict[str, list[_Found]] = {}
    for path, kind, text in _of_kind(context, ("require(",), ".mjs", "module"):
        found = None if _GIVEN.search(text) else _REQUIRE.search(plain(text, templates=False))
        level = _level(context, path, text) if found is not None else None
        if found is not None and level is not None:
            modules.setdefault(kind, []).append((path, kind, line_at(text, found.end() - 1), level))
    said = "calls require, and {kind} makes it an ES module, which has none"
    yield from _faults(modules, said, "import what is required, or let the name of the file end in .cjs")
    common: dict[str, list[_Found]] = {}
    for path, kind, text in _of_kind(context, ("import ", "import{", "export "), ".cjs", "commonjs"):
        found = _IMPORT.search(plain(text, templates=False))
        if found is not None and _level(context, path, "", by_itself=True) == "error":
            common.setdefault(kind, []).append((path, kind, line_at(text, found.start()), "error"))
    said = "is written as an ES module, and {kind} makes it CommonJS, which has no import and no export"
    yield from _faults(
        common, said, 'write "type": "module" into the manifest, or let the name of the file end in .mjs'
    )


def _of_kind(context: Inspection, words: tuple[str, ...], ending: str, kind: str) -> Iterator[tuple[str, str, str]]:
    """Sources with some words that their ending or their manifest makes modules of a kind: the path, what makes it one, and the text."""
    for path in files_with(context, words, ("*.js", f"*{ending}")):
        package = None if path.endswith(ending) else _module_of(context, path, kind)
        if package is None and not path.endswith(ending):
            continue
        if is_built(context, path) and not may_be_made(path) and not _SETTING.search(path):
            by = f'"type": "{kind}" of {package.path}' if package else "its ending"
            yield path, by, text_of(context, path, _LARGEST, errors="replace")


def _faults(groups: dict[str, list[_Found]], said: str, todo: str) -> Iterator[Fault]:
    for found_there in groups.values():
        (path, kind, line, level), *others = sorted(found_there, key=lambda one: (one[3] != "error", one[0]))
        more = f" So do{'es' * (not others[1:])} {len(others)} more file{'s' * bool(others[1:])}." if others else ""
        yield Fault(
            path,
            line,
            f"{posixpath.basename(path)} {said.format(kind=kind)}: Node.js stops there.{more}",
            ", ".join(f"{one[0]}:{one[2]}" for one in [(path, kind, line, level), *others])[:1000],
            todo,
            severity=level,
            related=tuple((one[0], one[2]) for one in others),
        )


def _module_of(context: Inspection, path: str, kind: str) -> Package | None:
    """The package that says of which kind its modules are; nothing where its nearest manifest does not say this one."""
    known = by_folder(context)
    nearest = next((known[up] for up in upward(folder_of(path)) if up in known), None)
    return nearest if nearest is not None and nearest.data.get("type") == kind else None


def _level(context: Inspection, path: str, text: str, *, by_itself: bool = False) -> Severity | None:
    """An error where a script has Node.js run the file, or does so without anything that translates it first; nothing where nobody is known to: a bundler may take it."""
    name = posixpath.basename(path)
    run = re.compile(rf"(?<![\w./-])node(?:mon)?\s[^\n&|;\"'`]*?(?P<path>(?:[\w.-]+/)*{re.escape(name)})(?![\w.-])")
    level: Severity | None = "warning" if _STARTED.search(text[:200]) or _STARTED.search(path) else None
    for source, line in lines(context, run, name):
        told = next((one["path"] for one in run.finditer(line)), "")
        if not path.endswith(told.removeprefix("./").lstrip("./")) or not _is_near(source, path, told):
            continue
        if by_itself and _LOADERS.search(line):
            continue
        if not _PAGE.search(source):
            return "warning" if is_test(path) else "error"
        level = "warning"
    return level


def _is_near(source: str, path: str, told: str) -> bool:
    """Whether a path in a script may mean the file: it lies below the folder of the script, or is written with its own folder."""
    home = folder_of(source)
    return home == "." or path.startswith(f"{home}/") or "/" in told.removeprefix("./") or ".github/" in source
