"""Names that TypeScript imports from a module of the repository in which they do not occur."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.checks._compiled import is_unchecked
from toolkit.checks._packages import by_folder
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._imports.aliases import meant
from toolkit.checks.references._imports.lost_names import LostName
from toolkit.checks.references._imports.made_imports import may_be_made
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["exported", "is_overlooked", "lost_exports", "only_types"]

_SOURCES = (".ts", ".tsx")
_IMPORT = regex(
    r"\nimport\s+(?P<type>type\s+)?(?:[\w$]+\s*,\s*)?\{(?P<names>[^{}]{0,4000})\}\s*from\s*[\"'](?P<path>[^\"'\n]+)[\"']"
)
_NAME = regex(r"\s*(?:type\s+)?([\w$]+)(?:\s+as\s+[\w$]+)?\s*")
_EXPORTED = regex(
    r"\nexport\s+(?:declare\s+|default\s+|abstract\s+|async\s+)*(?:const|let|var|function\b\s*\*?|class|interface|type|(?:const\s+)?enum|namespace)\s+([\w$]+)"
)
_LISTED = regex(r"\nexport\s+(?:type\s+)?\{([^{}]{0,8000})\}")
_WORD = regex(r"[\w$]+")
_STAR = regex(r"\nexport\s*(?:type\s*)?(?:\*|=|import\b)")
_ANY_NAME = ("module.exports", "exports.", "declare module")
_ENDINGS = frozenset(
    {*(f"{kind}{end}" for kind in ("", "c", "m") for end in ("js", "ts", "jsx", "tsx")), "vue", "svelte", "json"}
)
_LOADED = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".json")
_DROPS = regex(r"\b(?:wrangler|vite|esbuild|tsx|bun|swc|expo|parcel)\b")
_COMPILES = regex(
    r"\b(?:(?:vue-)?tsc|svelte-check|astro|next|ng|nest|nx|tsup|tsdown|unbuild|rollup|webpack|gatsby|ts-node(?:-dev)?|ts-jest|ts-mocha|react-scripts)\b"
)
"""Programs that compile, or may: they stop at a type that is not there."""
_OVERLOOKED = regex(r"//\s*@ts-(?:ignore|expect-error)\b[^\n]*\n\Z")
"""What has the compiler say nothing of a file, and of the next line."""
_LARGEST = 300_000


def lost_exports(context: Inspection, path: str) -> Iterator[LostName]:
    """The names that a source imports from another one which does not have them; modules that may have any are left alone."""
    for written, names in context.fact(_asked, path) if path.endswith(_SOURCES) else ():
        module = _module(context, path, written)
        known = context.fact(exported, module) if module else frozenset()
        lost = [name for name in names if name not in known] if known else []
        if lost and is_unchecked(text_of(context, path, _LARGEST, errors="replace")):
            return
        for name in lost if lost and not may_be_made(module) else ():
            if not re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text_of(context, module)):
                yield from _confirmed(context, path, written, name, module)


def _asked(context: Inspection, path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a source imports by name: each path as it is written, with the names."""
    text = "\n" + text_of(context, path, _LARGEST, errors="replace")
    found = ((match["path"], match["names"].split(",")) for match in _IMPORT.finditer(text))
    return tuple(
        (written, tuple(one[1] for part in parts if (one := _NAME.fullmatch(part)))) for written, parts in found
    )


def exported(context: Inspection, path: str) -> frozenset[str]:
    """The names that a module exports by itself; none where it may export any."""
    text = "\n" + text_of(context, path, _LARGEST, errors="replace")
    if _STAR.search(text) or any(word in text for word in _ANY_NAME):
        return frozenset()
    listed = (word for match in _LISTED.finditer(text) for word in _WORD.findall(match[1]))
    return frozenset((*_EXPORTED.findall(text), *listed, *(("default",) if "export default" in text else ())))


def _module(context: Inspection, path: str, written: str) -> str:
    """The one source that an import means; empty where it means none, another kind of file, or one of several."""
    if written.startswith("."):
        targets: tuple[str, ...] = (path_from(folder_of(path), written),)
    else:
        targets = meant(context, path, written)
    known = _by_stem(context)
    stems = {stem for target in targets for stem in (target, _stem(target)) if stem in known}
    found = {one for stem in stems for one in known[stem]}
    only = min(found) if len(found) == 1 else ""
    return only if only.endswith(_SOURCES) and not only.endswith(".d.ts") else ""


def _stem(path: str) -> str:
    """A path without the ending of what can be imported; of declarations without both."""
    stem, _, ending = path.rpartition(".")
    return stem.removesuffix(".d") if ending in _ENDINGS else path


@once_a_run
def _by_stem(context: Inspection) -> dict[str, list[str]]:
    """The files that an import without an ending may mean, by what it would say: ``a`` and ``a/index`` for ``a/index.ts``."""
    found: dict[str, list[str]] = {}
    for path in context.inventory.files:
        stem = _stem(path) if path.endswith(_LOADED) else path
        if stem != path:
            found.setdefault(stem, []).append(path)
            if stem.endswith("/index"):
                found.setdefault(stem[: -len("/index")], []).append(path)
    return found


def _confirmed(context: Inspection, path: str, written: str, name: str, module: str) -> Iterator[LostName]:
    """A lost name with its line, unless the import stands in a comment or a text, or a test gives the module other contents."""
    text = "\n" + plain(text_of(context, path), templates=False)
    if re.search(rf"\bmock\w*\(\s*(?:import\()?[\"'`]{re.escape(written)}[\"'`]", text):
        return
    word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
    whole = "\n" + text_of(context, path)
    for match in _IMPORT.finditer(text):
        if _OVERLOOKED.search(whole, max(0, match.start() - 300), match.start() + 1):
            continue
        if match["path"] == written and (found := re.search(word, match["names"])):
            line = line_at(text, match.start("names") + found.start()) - 1
            yield LostName(path, line, written, name, module, _is_type(match, name, text))
            return


def _is_type(match: re.Match[str], name: str, text: str) -> bool:
    """Whether a name that a statement imports is a type, by what the statement says or by how the name is used."""
    word = re.escape(name)
    used = rf"(?:<|\bnew\s+){word}\b(?!\s*[\[,|&>;])|(?<![\w$]){word}\s*[(.]"
    return bool(match["type"]) or (name[0].isupper() and re.search(used, text[match.end() :]) is None)


def is_overlooked(context: Inspection, path: str) -> bool:
    """Whether a file holds declarations alone, and the configuration above it has the compiler overlook what is wrong in such."""
    if not path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return False
    for up in upward(folder_of(path)):
        if context.is_file(config := inside(up, "tsconfig.json")):
            try:
                return all(one.options.get("skipLibCheck") is True for one in _compiling(context, config))
            except Unreadable:
                return False
    return False


def _compiling(context: Inspection, config: str) -> list[tsconfig.Tsconfig]:
    """The configurations by which sources are compiled: one that lists no files hands that on to those that it refers to."""
    document = context.readable(config, jsonc.parse)
    data = document.data if document is not None else None
    named = data.get("references") if isinstance(data, dict) and data.get("files") == [] else None
    paths = [path_from(folder_of(config), str(one.get("path"))) for one in named or () if isinstance(one, dict)]
    there = [path if path.endswith(".json") else inside(path, "tsconfig.json") for path in paths]
    return [tsconfig.read(context, path) for path in filter(context.is_file, there)] or [tsconfig.read(context, config)]


def only_types(context: Inspection, path: str, written: str) -> bool:
    """Whether a source imports nothing but types by a path, in a package none of whose scripts compiles: bundlers drop such imports."""
    known = by_folder(context)
    around = (known[up] for up in upward(folder_of(path)) if up in known)
    scripts = "\n".join(text for package in around for text in package.scripts.values())
    if not path.endswith(_SOURCES) or not _DROPS.search(scripts) or _COMPILES.search(scripts):
        return False
    text = "\n" + plain(text_of(context, path), templates=False)
    found = [match for match in _IMPORT.finditer(text) if match["path"] == written]
    names = [(match, one[1]) for match in found for part in match["names"].split(",") if (one := _NAME.fullmatch(part))]
    return bool(names) and all(_is_type(match, name, text) for match, name in names)
