"""Sources that the scripts of a package give to the compiler of TypeScript, whoever imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.checks._packages import by_folder
from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_compiled", "is_left_out", "is_unchecked"]

_COMPILING = regex(
    r"(?:pre|post)?(?:build|compile|prepare|prepack|prepublishOnly|type-?check|check-types|check:types|types|tsc|check|lint|ci|test|dev|start|watch)"
)
_COMPILER = regex(r"(?<![\w./-])(?:(?:vue-)?tsc|tspc|tsgo|nest build|svelte-check)(?![\w-])([^\n&|;]*)")
_PROJECT = regex(r"(?:-p|--project|-b|--build)[ =]+([\w./-]+)")
_NEXT = regex(r"(?<![\w./-])next build\b")
_PASSES = regex(r"ignoreBuildErrors\s*:\s*true")
_COMPILING_RUNNER = regex(
    r"\b(?:ts-jest|ts-mocha)\b|\bts-node/|--typecheck\b|\btypecheck\s*:(?!\s*(?:false|\{\s*enabled\s*:\s*false))"
)
"""Runners of tests that have the compiler look at them."""
_RUNNERS = regex(r"package\.json|(?:vitest|vite|jest)[\w.-]*\.(?:[cm]?[jt]s|json)|\.mocharc\.\w+")
_UNCHECKED = regex(r"\s*(?:/\*[^*]*\*+(?:[^/*][^*]*\*+)*/\s*|//(?!\s*@ts-nocheck)[^\n]*\n\s*)*//\s*@ts-nocheck\b")


def is_compiled(context: Inspection, home: str, path: str) -> bool:
    """Whether the scripts of a package, or of one around it, have a compiler take a source whoever imports it.

    Args:
        context: the run.
        home: the folder of the source's package.
        path: the source.
    """
    if is_unchecked(text_of(context, path, errors="replace")):
        return False
    known = by_folder(context)
    return any(path in _compiled(context, up) for up in upward(home) if up in known)


def is_left_out(context: Inspection, path: str) -> bool:
    """Whether the configurations of the compiler around a test leave it out, and what runs it compiles nothing, either."""
    configs = _configs(context)
    home = next((up for up in upward(folder_of(path)) if up in configs), None)
    if home is None or any(path in _taken(context, one) for one in configs[home]):
        return False
    around = set(upward(folder_of(path)))
    names = (name for name in context.inventory.by_name if _RUNNERS.fullmatch(name))
    beside = (one for name in names for one in context.inventory.by_name[name] if folder_of(one) in around)
    return not any(_COMPILING_RUNNER.search(text_of(context, one, errors="replace")) for one in beside)


@once_a_run
def _configs(context: Inspection) -> dict[str, list[str]]:
    """The configurations of the compiler, by folder."""
    found: dict[str, list[str]] = {}
    for name, paths in context.inventory.by_name.items():
        for path in paths if name.startswith("tsconfig") and name.endswith(".json") else ():
            found.setdefault(folder_of(path), []).append(path)
    return found


@once_a_run
def _compiled(context: Inspection, folder: str) -> frozenset[str]:
    """The sources that the scripts of a package have a compiler take."""
    package = by_folder(context)[folder]
    scripts = [text for name, text in package.scripts.items() if _COMPILING.fullmatch(name)]
    configs = {
        inside(folder, chosen[1]) if (chosen := _PROJECT.search(rest)) else inside(folder, "tsconfig.json")
        for text in scripts
        for rest in _COMPILER.findall(text)
    }
    if any(map(_NEXT.search, scripts)) and not _passes(context, folder):
        configs.add(inside(folder, "tsconfig.json"))
    found: set[str] = set()
    for config in configs:
        found.update(_taken(context, config if config.endswith(".json") else inside(config, "tsconfig.json")))
    return frozenset(found)


def _taken(context: Inspection, config: str, depth: int = 0) -> Iterator[str]:
    """The sources that a configuration takes, with those of the ones that it refers to."""
    if not context.is_file(config):
        return
    try:
        read = tsconfig.read(context, config)
        data = context.document(config, jsonc.parse).data
    except Unreadable:
        return
    yield from tsconfig.sources(context, read)
    references = data.get("references") if isinstance(data, dict) and not depth else None
    for one in references if isinstance(references, list) else ():
        to = one.get("path") if isinstance(one, dict) else None
        if isinstance(to, str):
            inner = path_from(folder_of(config), to)
            yield from _taken(context, inner if inner.endswith(".json") else inside(inner, "tsconfig.json"), 1)


def _passes(context: Inspection, folder: str) -> bool:
    """Whether Next is told to build whatever the compiler says."""
    names = (f"next.config.{end}" for end in ("js", "mjs", "ts", "cjs"))
    return any(_PASSES.search(text_of(context, inside(folder, name))) for name in names)


def is_unchecked(text: str) -> bool:
    """Whether a source tells the compiler to say nothing of what is wrong in it."""
    return "@ts-nocheck" in text and _UNCHECKED.match(text) is not None
