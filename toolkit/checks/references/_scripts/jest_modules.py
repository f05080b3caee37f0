"""Tests that ask for what CommonJS has not, where jest makes CommonJS of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder, packages
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["of_jest"]

_TESTS = ("*.test.ts", "*.spec.ts", "*.test.tsx", "*.spec.tsx")
_SETTINGS = tuple(f"jest.config.{ending}" for ending in ("js", "cjs", "mjs", "ts", "json"))
_MAKES_COMMON = regex(r"[\"'](?:ts-jest|ts-jest/presets/(?:default|js-with-ts|js-with-babel))[\"']")
_OTHERWISE = regex(
    r"(?i)useESM|-esm\b|extensionsToTreatAsEsm|import-?meta|babel|swc|esbuild|\bprojects\b|testMatch|testRegex|\broots\b|rootDir"
)
"""Settings by which modules stay modules, something else compiles, or other tests are looked for."""
_USUAL = regex(
    r"testMatch[\"']?\s*:\s*\[\s*(?:[\"']\*\*/(?:[\w-]+/)?(?:\*\*/)?\*\.(?:test|spec)\.(?:[jt]sx?|\{[\w,]+\}|\(?[\w|?]+\)?)[\"']\s*,?\s*){1,4}\]"
)
_META = regex(r"(?<![\w$.\"'`])import\.meta\b")
_RUNS = regex(r"(?<![\w./@-])jest(?![\w./-])")
_AS_MODULES = "--experimental-vm-modules"
_NAMED = 12


def of_jest(context: Inspection) -> Iterator[Fault]:
    """One fault for each package whose tests say ``import.meta`` and are compiled to CommonJS: none of them begins to run."""
    found: dict[str, list[tuple[str, int]]] = {}
    for path in files_with(context, ("import.meta",), _TESTS):
        match = _META.search(plain(text_of(context, path, errors="replace"), templates=False))
        home = next((up for up in upward(folder_of(path)) if up in by_folder(context)), "")
        if match is not None and home:
            found.setdefault(home, []).append((path, line_at(match.string, match.start())))
    for package in packages(context) if found else ():
        by = _compiled_by(context, package) if package.folder in found else ""
        if by:
            (path, line), *others = found[package.folder]
            more = (
                f" So does {len(others)} more" if len(others) == 1 else f" So do {len(others)} more" if others else ""
            )
            yield Fault(
                path,
                line,
                f"import.meta is no word of CommonJS, which ts-jest makes of this test by {by}: it fails before its first line.{more}{'.' * bool(more)}",
                ", ".join(f"{one}:{at}" for one, at in found[package.folder][:_NAMED]),
                "let ts-jest keep modules (useESM, and node with --experimental-vm-modules), or write __dirname",
                related=tuple(others),
            )


def _compiled_by(context: Inspection, package: Package) -> str:
    """The settings by which a package's scripts have jest compile with ts-jest to CommonJS; empty where something else may."""
    scripts = [text for text in package.scripts.values() if _RUNS.search(text)]
    if not scripts or any(_AS_MODULES in text or re.search(r"\s(?:-c|--config)\b", text) for text in scripts):
        return ""
    paths = [path for name in _SETTINGS if context.is_file(path := inside(package.folder, name))]
    own = table(package.data, "jest")
    if len(paths) + bool(own) != 1:
        return ""
    text = plain(text_of(context, paths[0]), templates=False) if paths else repr(own)
    usual = _USUAL.sub("", text)
    return (paths or [package.path])[0] if _MAKES_COMMON.search(text) and not _OTHERWISE.search(usual) else ""
