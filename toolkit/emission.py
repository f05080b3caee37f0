"""Which files a run of the TypeScript compiler would write, and from which sources.

``rootDir`` is by default the longest folder that all inputs share, or with ``composite`` the configuration's own. What an
input imports, by a relative path or an alias, is an input too, JSON with ``resolveJsonModule``, declarations never
(tried with tsc 5.6).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.places import below, folder_of, path_from, table, texts
from toolkit.specifiers import ENDING, specifiers
from toolkit.tsconfig import sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.checking import Inspection
    from toolkit.tsconfig import Tsconfig

__all__ = ["emitted"]

_TYPED = (".ts", ".tsx", ".mts", ".cts")
_EMITS = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs", ".js": ".js", ".jsx": ".js"}


def emitted(context: Inspection, config: Tsconfig) -> Mapping[str, str]:
    """Every file that a compiler run writes, to the source that it comes from; empty with ``noEmit``."""
    options = config.options
    if options.get("noEmit"):
        return {}
    inputs = sources(context, config)
    out = options.get("outDir")
    root = options.get("rootDir") or (config.folder if options.get("composite") else "")
    if isinstance(out, str) and not root:
        root = _root(context, config, inputs)
    found: dict[str, str] = {}
    for path in inputs:
        stem, ending = posixpath.splitext(path)
        base = stem
        if isinstance(out, str):
            base = path_from(out, posixpath.relpath(stem, root))
        if not options.get("emitDeclarationOnly"):
            found[
                base + (".jsx" if ending in (".tsx", ".jsx") and options.get("jsx") == "preserve" else _EMITS[ending])
            ] = path
        if options.get("declaration") or options.get("composite"):
            found[base + (f".d{ending}" if ending in (".mts", ".cts") else ".d.ts")] = path
    return found


def _root(context: Inspection, config: Tsconfig, inputs: tuple[str, ...]) -> str:
    """The folder that the inputs share with what they import from beside them, and with what that imports."""
    root = _shared_folder(inputs)
    left, seen = list(inputs), set(inputs)
    while left and root != ".":
        source = left.pop()
        for written in context.fact(specifiers, source):
            found = _imported(context, config, source, written)
            if found and found not in seen and not below(root, found):
                seen.add(found)
                left.append(found)
                root = _shared_folder((f"{root}/_", found))
    return root


def _imported(context: Inspection, config: Tsconfig, source: str, written: str) -> str:
    """The compiled file that a source means by a relative path or an alias; empty for none."""
    options = config.options
    places = [path_from(folder_of(source), written)] if written.startswith(".") else _aliased(config, written)
    endings = (*_TYPED, *((".js", ".jsx") if options.get("allowJs") else ()))
    for place in places:
        if place.endswith(".json"):
            names = [place] if options.get("resolveJsonModule") else []
        else:
            names = [f"{stem}{one}" for stem in (ENDING.sub("", place), place, f"{place}/index") for one in endings]
        for name in names:
            if name in context.inventory.files:
                return "" if ENDING.sub("", name).endswith(".d") else name
    return ""


def _aliased(config: Tsconfig, written: str) -> list[str]:
    """Where ``paths`` leads what a source imports by the name of an alias."""
    base = config.options.get("baseUrl", folder_of(config.origin.get("paths", config.path)))
    found = []
    for alias, targets in table(config.options, "paths").items():
        before, star, after = alias.partition("*")
        fits = written.startswith(before) and written.endswith(after) if star else written == alias
        inner = written[len(before) : len(written) - len(after)]
        found += [path_from(str(base), one.replace("*", inner, 1)) for one in texts(targets)] if fits else []
    return found


def _shared_folder(paths: tuple[str, ...]) -> str:
    folders = [posixpath.dirname(path) for path in paths]
    return posixpath.commonpath(folders) or "." if folders and all(folders) else "."
