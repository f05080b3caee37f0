"""Sources that the build of their package gives to the compiler of TypeScript, whoever imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import home_of, inside, join, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_compiled"]

_COMPILER = regex(r"(?<![\w./-])(?P<tool>(?:vue-)?tsc|(?:nest|next)(?=\s+build))\b(?P<words>[^&|;]*)")
_PROJECT = regex(r"(?:^|\s)(?:-p|--project|-b|--build)[\s=]+(?P<path>[^\s-][^\s]*)")
_IGNORED = regex(r"\bignoreBuildErrors\s*:\s*true")
_SETTINGS = ("next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs")
_NAMES = {"nest": ("tsconfig.build.json", "tsconfig.json")}
_MAX_CONFIGS = 8


def is_compiled(context: Inspection, path: str) -> bool:
    """Whether the script ``build`` of a file's package compiles it: what the file lacks stops that."""
    return path.endswith((".ts", ".tsx", ".mts", ".cts")) and path in _compiled(
        context, home_of(context, path, ("package.json",))
    )


@once_a_run
def _compiled(context: Inspection, folder: str) -> frozenset[str]:
    """The files that the compiler takes in a build of a package."""
    document = context.readable(inside(folder, "package.json"), jsonc.parse)
    build = table(document.data, "scripts").get("build") if document else None
    match = _COMPILER.search(build) if isinstance(build, str) else None
    if match is None or (match["tool"] == "next" and _is_lenient(context, folder)):
        return frozenset()
    named = _PROJECT.search(match["words"])
    names = (named["path"],) if named else _NAMES.get(match["tool"], ("tsconfig.json",))
    places = (join(folder, name) for name in names)
    config = next((one for one in places if one is not None and context.is_file(one)), None)
    return frozenset(_sources(context, config)) if config else frozenset()


def _is_lenient(context: Inspection, folder: str) -> bool:
    """Whether Next.js builds in spite of what its compiler says."""
    return any(_IGNORED.search(text_of(context, inside(folder, name))) for name in _SETTINGS)


def _sources(context: Inspection, first: str) -> Iterator[str]:
    """The files of a configuration and of those that it refers to."""
    left, seen = [first], {first}
    while left and len(seen) <= _MAX_CONFIGS:
        path = left.pop()
        try:
            config = tsconfig.read(context, path)
            data = context.document(path, jsonc.parse).data
        except Unreadable:
            continue
        yield from tsconfig.sources(context, config)
        for one in map(table, listed(table(data).get("references"))):
            place = join(config.folder, str(one.get("path", "")))
            target = place if place is None or place.endswith(".json") else inside(place, "tsconfig.json")
            if target is not None and context.is_file(target) and target not in seen:
                seen.add(target)
                left.append(target)
