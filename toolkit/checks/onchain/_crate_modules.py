"""The modules of a crate, and the files that they must be in."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.onchain._crate_names import MODULE
from toolkit.documents import rust
from toolkit.expressions import regex
from toolkit.places import below, folder_of, inside, path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["declared_modules", "exists", "inner"]

_PATH = regex(r"#\[\s*path\s*=\s*\"([^\"]+)\"\s*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\s*\([^)]*\))?\s+)?\Z")


def declared_modules(source: rust.Document, path: str, folder: str) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Modules in files of their own: name, offset, and the paths that would do."""
    open_modules: list[tuple[int, str]] = []
    for match in MODULE.finditer(source.code):
        open_modules = [one for one in open_modules if one[0] > match.start()]
        name = match["name"].removeprefix("r#")
        if match["end"] == "{":
            span = rust.block(source.code, match.end() - 1)
            hidden = "cfg" in rust.attributes(source.code, match.start("word"))
            open_modules.append((span[1] if span else len(source.code), "" if hidden else name))
            continue
        start = len(match[0]) - len(match[0].lstrip()) + match.start()
        said = rust.attributes(source.code, start)
        depth = source.code.count("{", 0, start) - source.code.count("}", 0, start)
        if "cfg" in said or any(not one[1] for one in open_modules) or depth != len(open_modules):
            continue
        given = _PATH.search(source.uncommented[max(0, start - 300) : start])
        if given:
            base = folder_of(path) if not open_modules else inside(folder, "/".join(one[1] for one in open_modules))
            yield name, start, (path_from(base, given[1]),)
            continue
        base = path_from(folder, *(one[1] for one in open_modules))
        yield name, start, (inside(base, f"{name}.rs"), inside(base, f"{name}/mod.rs"))


def inner(path: str) -> str:
    """The folder of the submodules of a module's file."""
    folder, name = folder_of(path), posixpath.basename(path)
    return folder if name in ("mod.rs", "lib.rs", "main.rs") else inside(folder, name.removesuffix(".rs"))


def exists(context: Inspection, path: str) -> bool:
    if path.startswith("../") or any(
        below(inner, path) for inner in (*context.inventory.gitlinks, *context.inventory.nested)
    ):
        return True  # outside of what can be seen
    if not context.is_file(path):
        return False
    return path in context.inventory.tracked_set or not context.inventory.ignored((path,))
