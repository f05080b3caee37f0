"""What a program's crate needs and does not have: modules, the accounts of instructions, and other names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks._rust_crates import ENTRY
from toolkit.checks._rust_crates import lost_modules as without_file
from toolkit.checks._rust_modules import modules
from toolkit.checks.onchain._crate_names import is_defined, is_module, is_named, sources_of, undefined
from toolkit.documents import rust
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._rust_crates import LostModule
    from toolkit.checks.onchain._crate_names import Source
    from toolkit.checks.onchain._programs import Program

__all__ = ["Lack", "lost_contexts", "lost_modules", "lost_names"]

_CONTEXT = regex(r"\bContext\s*<\s*(?:'\w+\s*,\s*)*(?P<type>(?:\w+::)*(?P<name>[A-Z]\w*))")
_LOCAL = frozenset({"super", "self", "crate", "anchor_lang", "anchor_spl", "std", "core"})
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
    for lost in without_file(context, (program.root,)):
        if not lost.for_tests:
            declared = {one.name for one in modules(context, lost.path)}
            near = _like(context, lost.name, folder_of(lost.candidates[0]), declared)
            yield _without_file(program, lost, near)


def _like(context: Inspection, name: str, folder: str, declared: set[str]) -> str:
    """The source of a folder that is like the one that a module lacks, and that is no other module; empty for none."""
    here = [one for one in context.below(folder) if folder_of(one) == folder and one.endswith(".rs")]
    stems = {stem: one for one in here if (stem := one.rpartition("/")[2].removesuffix(".rs")) not in declared}
    return stems.get(likely(name, stems, _CLOSE), "")


def _without_file(program: Program, lost: LostModule, near: str) -> Lack:
    candidates = lost.candidates
    return Lack(
        lost.path,
        lost.line,
        lost.name,
        f"The module {lost.name} of the program {program.name} has no file",
        f"neither {' nor '.join(candidates)} exists",
        f"rename {near}" if near else f"commit {candidates[0]}, or remove the line",
        near,
        tuple(f"undeclared {one}" for one in (lost.path, *map(folder_of, candidates[1:]))),
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
            f"The accounts {name} of an instruction of {program.name} are defined in none of its modules",
            f"no struct {name} in {program.root} and its modules",
            f"write #[derive(Accounts)] struct {name}, declare the module that has it, or remove the instruction",
        )


def lost_names(program: Program, sources: list[Source]) -> Iterator[Lack]:
    """Accounts, events, errors and modules that are used and stand for nothing."""
    for use in undefined(program, sources):
        yield Lack(
            use.path,
            use.line,
            use.what.rpartition(" ")[2],
            f"{use.what} is used in {program.name} and defined in none of its modules",
            f"no {use.missing} in {program.root} and its modules",
            f"write {use.missing}, declare the module that has it, or remove its use",
        )
