"""Sources of Rust that no target of their crate leads to: cargo never compiles them, whatever stands in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._rust_crates import compiled, led_to
from toolkit.checks._search import holding
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.code._paths import is_generated, is_hidden, is_pretence
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Uncompiled", "uncompiled"]

_FUNCTION = regex(r"^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?(?:(?:async|const|unsafe)[ \t]+)*fn[ \t]+(\w+)", re.MULTILINE)
_DATA = regex(r"(?:^|/)(?:tests?|ui|fixtures?|test_?data|snapshots?|vendor|third_party)/")
"""Folders of sources that are read as texts."""
_LEFT_OVER = regex(
    r"(?i)(?:^|[/_.-])(?:old|backup|bak|copy|orig(?:inal)?|deprecated|legacy|disabled|unused|archived?|wip|drafts?|attic|v\d+)(?=[/_.-])|(?:^|/)(?:main|lib)_\w+\.rs\Z|\w_main\.rs\Z"
)
"""Names of what somebody keeps and does not mean to be built."""
_COPY = regex(r"[ ()][^/]*\Z")
"""Copies that a program for synchronising makes, which is another fault."""
_WRITTEN = regex(r"(?i)\bgenerated (?:by|with|from|file)|auto-?generated|@generated|do not edit|This module was auto")
"""What a program writes over its sources."""
_MACRO = regex(r"^(?!macro_rules!)(?:\w+::)*\w+![^\n]*(?:\n(?:[ \t][^\n]*)?)*(?:\n[)}\]])?", re.MULTILINE)
"""A macro that is called between the items of a file: it may make modules of what it is given."""
_READERS = (
    "*.rs", "*.toml", "*.sh", "*.py", "*.js", "*.ts", "*.json", "*.yml", "*.yaml", "*.bzl", "*.bazel", "BUILD", "Makefile", "*.mk", "justfile", "Dockerfile*",
)  # fmt: skip
"""Files that may take a source by its name."""
_LEAST = 12
"""Lines of code, below which a source is only worth knowing."""


class Uncompiled(NamedTuple):
    """A source that is never compiled, and that no other such source declares.

    Args:
        line: of its first function.
        functions: the names of its functions, with those of the sources that it alone leads to.
        lines: of code, likewise.
        parent: the file that would have to declare it, or the folder where that should be.
        put_off: whether somebody means it so, or too little stands in it to matter.
        crate: the folder of its package.
        tree: itself and the sources that it alone leads to.
    """

    path: str
    line: int
    functions: tuple[str, ...]
    lines: int
    parent: str
    put_off: bool
    crate: str
    tree: frozenset[str]


@once_a_run
def uncompiled(context: Inspection) -> tuple[Uncompiled, ...]:
    """Every such source with a function in it, by path."""
    crates = {path: folder for folder, manifest in _crates(context) for path in _lost(context, folder, manifest)}
    lost = sorted(crates)
    trees = {path: led_to(context, path) for path in lost}
    heads = [path for path in lost if not any(path in tree for other, tree in trees.items() if other != path)]
    taken = _taken(context, lost)
    told = (_told(context, path, trees[path], crates[path]) for path in heads if taken.isdisjoint(trees[path]))
    return tuple(one for one in told if one.functions)


def _crates(context: Inspection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Folder and manifest of every package, vendored ones aside."""
    for path, document in context.documents(sorted(context.inventory.named("Cargo.toml")), toml.parse):
        if table(document.data, "package") and not context.is_foreign(path):
            yield folder_of(path), document.data


def _lost(context: Inspection, folder: str, manifest: dict[str, Any]) -> Iterator[str]:
    """The sources of a crate that nothing leads to; none of a crate without a root, which is another fault."""
    source = inside(folder, "src/")
    found = compiled(context, folder, manifest, conditional=True)
    if not any(path.startswith(source) for path in found):
        return
    inner = {folder_of(path) for path in context.inventory.named("Cargo.toml") if path.startswith(source)}
    for path in context.below(source.rstrip("/")):
        aside = not path.endswith(".rs") or path in found or any(path.startswith(f"{one}/") for one in inner)
        within = path.removeprefix(source)
        aside = (
            aside
            or bool(_DATA.search(within) or _COPY.search(path))
            or is_generated(path)
            or is_hidden(path)
            or is_pretence(within)
        )
        if not (aside or _WRITTEN.search(text_of(context, path)[:1000]) or _is_given_to_macro(context, path, found)):
            yield path


def _parent(context: Inspection, path: str) -> str:
    """The file that would have to declare a source: the module of its folder, or the root of the crate."""
    folder = folder_of(folder_of(path)) if path.endswith("/mod.rs") else folder_of(path)
    names = [inside(folder, name) for name in ("mod.rs", "lib.rs", "main.rs")]
    return next((one for one in (*names, f"{folder}.rs") if one != path and context.is_file(one)), folder)


def _stem(path: str) -> str:
    """The name of a source as a module."""
    return (folder_of(path) if path.endswith("/mod.rs") else path.removesuffix(".rs")).rpartition("/")[2]


def _is_given_to_macro(context: Inspection, path: str, compiled_too: frozenset[str]) -> bool:
    """Whether a macro in a compiled file above or beside a source may declare it: by its name, or by that of its folder."""
    folder = folder_of(path)
    places = {folder, folder_of(folder)}
    above = {_parent(context, path), *(one for one in compiled_too if folder_of(one) in places)}
    words = {_stem(path), folder.rpartition("/")[2]}
    macros = (macro[0] for one in above & compiled_too for macro in _MACRO.finditer(text_of(context, one)))
    return any(words.intersection(re.findall(r"\w+", macro)) for macro in macros)


def _taken(context: Inspection, lost: Iterable[str]) -> frozenset[str]:
    """The sources that another file takes by their name: as a text, as a part of itself, or to build it."""
    names = {path.rpartition("/")[2]: path for path in lost}
    found = set()
    for reader in holding(context, names, _READERS):
        text = text_of(context, reader)
        for path in lost:
            name = re.escape("/".join(path.split("/")[-2:]) if path.endswith("/mod.rs") else path.rpartition("/")[2])
            before = r"[\"'][^\"'\n]{0,200}?" if reader.endswith(".rs") else r"[\"' =/]"
            if path != reader and re.search(rf"{before}(?<![\w-]){name}\b", text):
                found.add(path)
    return frozenset(found)


def _told(context: Inspection, path: str, tree: frozenset[str], crate: str) -> Uncompiled:
    texts = {one: text_of(context, one) for one in sorted(tree)}
    first = _FUNCTION.search(texts[path])
    line = line_at(texts[path], first.start(1)) if first else 1
    functions = tuple(name for text in texts.values() for name in _FUNCTION.findall(text))
    written = (line.lstrip() for text in texts.values() for line in text.split("\n"))
    lines = sum(1 for one in written if one and not one.startswith("//"))
    parent = _parent(context, path)
    commented = rf"^[ \t]*//+[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?mod[ \t]+{re.escape(_stem(path))}\b"
    put_off = _LEFT_OVER.search(path) is not None or re.search(commented, text_of(context, parent), re.MULTILINE)
    return Uncompiled(path, line, functions, lines, parent, bool(put_off) or lines < _LEAST, crate, tree)
