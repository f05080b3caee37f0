"""The Solana programs of a repository: their crates and their declared ids."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.checks._rust_crates import ENTRY
from toolkit.checks.onchain._placeholder import is_own
from toolkit.context import Unreadable
from toolkit.documents import rust
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, join, table, texts, upward
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Declared", "Program", "inherited", "loose_programs", "normal", "owner", "programs", "requirement"]

_DECLARED = regex(r"^[ \t]*(?:\w+::)*declare_id!\s*[({\[]\s*(?:\"([^\"]*)\"|([A-Za-z_][\w:]*))", re.MULTILINE)
_CONSTANT = r"\b(?:const|static)\s+{name}\s*:[^=;]*=\s*[^;]*?\"([^\"]*)\""
_FEATURE = regex(r"feature\s*=\s*\"(localnet|devnet|testnet|mainnet)(?:-beta)?\"")
_MODULE = regex(r"\bmod\s+\w+\s*\Z")
_BRACE = regex(r"[{}]")
_NEAR = 4000
"""Characters before an id among which its module begins; without a bound, a file of ids takes the square of their number."""
_HEAD = 120
"""Characters before a brace in which the head of its module stands."""
_FUNCTION = regex(r"\bpub\s+fn\s+(\w+)")
_TO_REPLACE = regex(r"(?i)//.*\b(?:change|replace|update) (?:this|it|me|with) .{0,30}\b(?:program|id|address|key)")
_HINTS = (b"anchor-lang", b"solana-program", b"pinocchio", b"solana_program")


def normal(name: str) -> str:
    """A name as Anchor compares it: dash and underscore are equal."""
    return name.strip().replace("-", "_")


@frozen
class Declared:
    """One ``declare_id!``.

    Args:
        address: what it declares.
        offset: of the macro in the crate root.
        conditional: it only holds under ``#[cfg(...)]``.
        cluster: of the feature under which it holds, if that is named like one.
        nested: it stands in a module of the crate root.
    """

    address: str
    offset: int
    conditional: bool
    cluster: str = ""
    nested: bool = False


@dataclass
class Program:
    """A crate that is built as a program, or that uses Anchor.

    Args:
        folder: of its ``Cargo.toml``.
        name: of its library, normalised.
        package: of the crate.
        root: its crate root; it may not exist.
        shared_object: whether it is built as one (``cdylib``).
        anchor: the requirement on anchor-lang; ``None`` if it does not use it.
        anchor_at: where that stands: a file and a path into it.
    """

    context: Inspection
    folder: str
    name: str
    package: str
    root: str
    shared_object: bool
    anchor: str | None
    anchor_at: tuple[str, tuple[str, ...]]

    @property
    def manifest(self) -> str:
        """Its ``Cargo.toml``."""
        return inside(self.folder, "Cargo.toml")

    @cached_property
    def source(self) -> rust.Document | None:
        """The crate root; ``None`` if it cannot be read."""
        return self.context.readable(self.root, rust.parse)

    @cached_property
    def declared(self) -> tuple[Declared, ...]:
        """Every id that the crate root declares."""
        return tuple(_declared(self.source)) if self.source else ()

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of its own; one in a module of the crate root is often that of a program it calls."""
        own = [one for one in self.declared if not one.conditional or one.cluster] or self.declared
        return frozenset(one.address for one in own if is_own(one.address))

    @cached_property
    def unreadable_id(self) -> bool:
        """Whether an id is declared in a way that only a compiler understands."""
        return self.is_id_built or (
            self.source is not None and len(_MACRO.findall(self.source.code)) != len(self.declared)
        )

    @cached_property
    def is_id_built(self) -> bool:
        """Whether a build script writes the id, mostly from a variable."""
        return b"declare_id!" in (self.context.content(inside(self.folder, "build.rs")) or b"")

    def is_to_replace(self, offset: int) -> bool:
        """Whether a comment above or behind a declared id says that the reader is to put in another one."""
        lines = self.source.text.content.splitlines() if self.source else []
        return any(_TO_REPLACE.search(one) for one in lines[max(0, self.line(offset) - 2) : self.line(offset)])

    @property
    def is_program(self) -> bool:
        """Whether Anchor would build and deploy it."""
        return self.shared_object and self.anchor is not None

    @cached_property
    def has_entry(self) -> bool:
        """Whether the crate root has ``#[program]``."""
        return self.source is not None and bool(ENTRY.search(self.source.code))

    @cached_property
    def instructions(self) -> tuple[str, ...]:
        """Names of the functions in ``#[program]``."""
        entry = ENTRY.search(self.source.code) if self.source else None
        span = rust.block(self.source.code, entry.end()) if self.source and entry else None
        return tuple(_FUNCTION.findall(self.source.code, *span)) if self.source and span else ()

    def line(self, offset: int) -> int:
        """The 1-based line of an offset in the crate root."""
        return self.source.text.line(offset) if self.source else 0


_MACRO = regex(r"^[ \t]*(?:\w+::)*declare_id!", re.MULTILINE)


def _declared(source: rust.Document) -> Iterator[Declared]:
    for match in _DECLARED.finditer(source.uncommented):
        if source.code[match.start() : match.end()].strip()[:1] in ("", '"'):
            continue  # inside of a text
        address = match[1]
        if address is None:
            name = match[2].rpartition(":")[2]
            constant = re.search(_CONSTANT.format(name=re.escape(name)), source.uncommented)
            if constant is None:
                continue
            address = constant[1]
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        attributes = rust.attributes(source.uncommented, start)
        conditional = "cfg" in attributes or _inside_module(source.code, start)
        feature = _FEATURE.search(attributes)
        cluster = feature[1] if feature and "not(" not in attributes else ""
        yield Declared(address, start, conditional, cluster, _is_nested(source.code, start))


def _inside_module(code: str, offset: int) -> bool:
    """Whether an offset lies in braces (another module, or a macro such as ``cfg_if!``)."""
    before = code[:offset]
    return before.count("{") > before.count("}")


def _is_nested(code: str, offset: int) -> bool:
    """Whether the innermost braces around an offset are those of a module."""
    depth, first = 0, max(0, offset - _NEAR)
    for brace in reversed([*_BRACE.finditer(code, first, offset)]):
        depth += 1 if brace[0] == "}" else -1
        if depth < 0:
            return _MODULE.search(code, max(0, brace.start() - _HEAD), brace.start()) is not None
    return False


@once_a_run
def programs(context: Inspection) -> tuple[Program, ...]:
    """Every crate that is a Solana program or uses Anchor."""
    return tuple(_find(context))


def owner(among: Iterable[Program], address: str, name: str) -> Program | None:
    """The program among some that declares an id, if it is not the one of that name."""
    return next((one for one in among if one.name != name and address in one.ids and one.is_program), None)


@once_a_run
def loose_programs(context: Inspection) -> dict[str, tuple[str, int]]:
    """The folders of programs that no manifest makes a crate, each with the source of the program and the line of its entry."""
    roots = {one.root for one in programs(context)}
    found: dict[str, tuple[str, int]] = {}
    for path in context.named("lib.rs"):
        folder = folder_of(folder_of(path))
        if not path.endswith("src/lib.rs") or path in roots or context.is_file(inside(folder, "Cargo.toml")):
            continue
        source = context.readable(path, rust.parse)
        entry = ENTRY.search(source.code) if source else None
        if source and entry and "declare_id!" in source.code:
            found[folder] = path, source.text.line(entry.start())
    return found


def _find(context: Inspection) -> Iterator[Program]:
    for path in sorted(context.inventory.named("Cargo.toml")):
        try:
            if not any(hint in context.read(path) for hint in _HINTS):
                continue
            data = context.toml(path)
        except Unreadable:
            continue
        if isinstance(data.get("package"), dict):
            yield _program(context, folder_of(path), data)


def _program(context: Inspection, folder: str, data: dict[str, Any]) -> Program:
    package = table(data, "package").get("name")
    package = package if isinstance(package, str) else posixpath.basename(folder)
    library = table(data, "lib")
    name, root, kinds = library.get("name"), library.get("path"), library.get("crate-type", library.get("crate_type"))
    asked, place = requirement(context, folder, data)
    return Program(
        context,
        folder,
        normal(name if isinstance(name, str) else package),
        package,
        (join(folder, root) if isinstance(root, str) else None) or inside(folder, "src/lib.rs"),
        "cdylib" in texts(kinds),
        asked,
        place,
    )


def requirement(
    context: Inspection, folder: str, data: dict[str, Any], name: str = "anchor-lang", group: str = "dependencies"
) -> tuple[str | None, tuple[str, tuple[str, ...]]]:
    """The version of a dependency that a crate asks for, and where that stands, workspace inheritance resolved.

    Returns:
        The requirement, empty if it is not by version, ``None`` if there is none; a file and a path into it.
    """
    place: tuple[str, tuple[str, ...]] = (inside(folder, "Cargo.toml"), (group, name))
    value = table(data, group).get(name)
    if isinstance(value, dict) and value.get("workspace") is True:
        value, place = inherited(context, folder, name, place)
    if value is None:
        return None, place
    if isinstance(value, dict):
        text = value.get("version")
        return (text, (place[0], (*place[1], "version"))) if isinstance(text, str) else ("", place)
    return (value, place) if isinstance(value, str) else ("", place)


def inherited(
    context: Inspection, folder: str, name: str, place: tuple[str, tuple[str, ...]]
) -> tuple[Any, tuple[str, tuple[str, ...]]]:
    """What the workspace above says of a dependency, and where; the place that is given if none says anything."""
    for up in upward(folder):
        path = inside(up, "Cargo.toml")
        if not context.is_file(path):
            continue
        try:
            found = table(context.toml(path), "workspace", "dependencies").get(name)
        except Unreadable:
            continue
        if found is not None:
            return found, (path, ("workspace", "dependencies", name))
    return "", place
