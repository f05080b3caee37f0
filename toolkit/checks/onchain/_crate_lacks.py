"""What a program's crate needs and does not have: modules, the accounts of instructions, and other names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks.onchain._crate_modules import declared_modules, exists, inner
from toolkit.checks.onchain._crate_names import is_defined, is_module, is_named, sources_of, undefined
from toolkit.checks.onchain._programs import ENTRY
from toolkit.documents import rust
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._crate_names import Source
    from toolkit.checks.onchain._programs import Program

__all__ = ["Lack", "lost_contexts", "lost_modules", "lost_names"]

_CONTEXT = regex(r"\bContext\s*<\s*(?:'\w+\s*,\s*)*(?P<type>(?:\w+::)*(?P<name>[A-Z]\w*))")
_LOCAL = frozenset({"super", "self", "crate", "anchor_lang", "anchor_spl", "std", "core"})
_MAX_FILES = 2000
_CLOSE = 0.85
"""Likeness from which a source counts as that of a module that has none."""


class Lack(NamedTuple):
    """A module or a name that a crate needs and does not have.

    Args:
        text: what is wrong, without its consequence.
        near: the file that was meant, if one is like it.
        causes: what another check may tell of it.
    """

    path: str
    line: int
    name: str
    text: str
    evidence: str
    todo: str
    near: str = ""
    causes: tuple[str, ...] = ()


def lost_modules(context: Inspection, program: Program) -> Iterator[Lack]:
    """Modules without a file, from the crate root on."""
    pending = [(program.root, folder_of(program.root))]
    seen = {program.root}
    while pending and len(seen) < _MAX_FILES:
        path, folder = pending.pop()
        source = context.readable(path, rust.parse) if b"mod" in (context.content(path) or b"") else None
        declared = list(declared_modules(source, path, folder)) if source else []
        for name, offset, candidates in declared:
            found = [one for one in candidates if exists(context, one)]
            if not found and source:
                near = _like(context, name, folder_of(candidates[0]), {one[0] for one in declared})
                yield _without_file(program, path, (name, source.text.line(offset)), candidates, near)
            for one in found[:1]:
                if one not in seen and context.is_file(one):
                    seen.add(one)
                    pending.append((one, inner(one)))


def _like(context: Inspection, name: str, folder: str, declared: set[str]) -> str:
    """The source of a folder that is like the one that a module lacks, and that is no other module; empty for none."""
    here = [one for one in context.below(folder) if folder_of(one) == folder and one.endswith(".rs")]
    stems = {stem: one for one in here if (stem := one.rpartition("/")[2].removesuffix(".rs")) not in declared}
    return stems.get(likely(name, stems, _CLOSE), "")


def _without_file(program: Program, path: str, at: tuple[str, int], candidates: tuple[str, ...], near: str) -> Lack:
    name, line = at
    return Lack(
        path,
        line,
        name,
        f"The module {name} of the program {program.name} has no file",
        f"neither {' nor '.join(candidates)} exists",
        f"rename {near}" if near else f"commit {candidates[0]}, or remove the line",
        near,
        tuple(f"undeclared {one}" for one in (path, *map(folder_of, candidates[1:]))),
    )


def lost_contexts(context: Inspection, program: Program) -> Iterator[Lack]:
    """Accounts of instructions that nothing in the crate defines."""
    source = program.source
    entry = ENTRY.search(source.code) if source else None
    span = rust.block(source.code, entry.end()) if source and entry else None
    if source is None or span is None:
        return
    wanted = [one for one in _CONTEXT.finditer(source.code, *span) if not is_defined(one["name"], source.code)]
    sources = sources_of(context, program) if wanted else None
    codes = [one.document.code for one in sources] if sources is not None else None
    told: set[str] = set()
    for match in wanted if codes is not None else ():
        name, root = match["name"], match["type"].partition("::")[0]
        foreign = "::" in match["type"] and root not in _LOCAL and not is_module(root, codes or [])
        if name in told or foreign or is_named(name, codes or []):
            continue
        told.add(name)
        yield Lack(
            program.root,
            source.text.line(match.start()),
            name,
            f"The accounts {name} of an instruction of {program.name} are defined nowhere",
            f"no struct {name} in {program.folder}",
            f"write #[derive(Accounts)] struct {name}, or remove the instruction",
        )


def lost_names(program: Program, sources: list[Source]) -> Iterator[Lack]:
    """Accounts, events, errors and modules that are used and stand for nothing."""
    for use in undefined(program, sources):
        yield Lack(
            use.path,
            use.line,
            use.what.rpartition(" ")[2],
            f"{use.what} is used in {program.name} and defined nowhere",
            f"no {use.missing} in {program.folder}",
            f"write {use.missing}, or remove its use",
        )
