"""Modules of Rust crates whose file is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._rust_crates import is_anchor_program, lost_modules, roots_of
from toolkit.checks._texts import text_of
from toolkit.checks.references._imports.lost_imports import Lost, is_built, is_there
from toolkit.documents import toml
from toolkit.places import below, folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["of_crates"]

_EXAMPLES = ("examples", "benches", "tests")


def of_crates(context: Inspection) -> Iterator[tuple[str, Lost]]:
    """What each crate lacks, with its folder; the modules of a program of Anchor are looked at with the rest of that."""
    for path, document in context.documents(sorted(context.inventory.named("Cargo.toml")), toml.parse):
        folder = folder_of(path)
        seen = context.focus is None or any(below(folder, one) for one in context.focus)
        if seen and table(document.data, "package") and not context.is_foreign(path):
            yield from ((folder, lost) for lost in _of_crate(context, folder, document.data))


def _of_crate(context: Inspection, folder: str, manifest: dict[str, Any]) -> Iterator[Lost]:
    roots = roots_of(context, folder, manifest, examples=True)
    if is_anchor_program(context, folder, manifest):
        roots -= {inside(folder, str(table(manifest, "lib").get("path", "src/lib.rs")))}
    build = table(manifest, "package").get("build", "build.rs")
    script = text_of(context, inside(folder, build)) if isinstance(build, str) else ""
    aside = tuple(inside(folder, one) for one in _EXAMPLES)
    for one in lost_modules(context, roots):
        made = (
            "out_dir" in script or one.name in script or any(is_there(context, one.path, to) for to in one.candidates)
        )
        if not made and is_built(context, one.path) and context.shows(one.path):
            for_tests = one.for_tests or any(below(up, one.path) for up in aside)
            yield Lost(one.path, one.line, f"mod {one.name}", one.candidates[0], for_tests)
