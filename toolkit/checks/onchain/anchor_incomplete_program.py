"""See :class:`AnchorIncompleteProgram`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._crate_features import is_built_by_anchor, lacks_idl_build, lacks_init_if_needed
from toolkit.checks.onchain._crate_lacks import lost_contexts, lost_modules, lost_names
from toolkit.checks.onchain._crate_names import sources_of
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import Fix
from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._crate_lacks import Lack
    from toolkit.checks.onchain._programs import Program
    from toolkit.model import Finding

_NAMED = 5
_SHOWN = 1000
"""Characters of evidence."""


class AnchorIncompleteProgram(Check):
    """A program cannot compile: a module or an instruction's accounts are missing.

    What it checks: From the crate root of each Anchor program: ``mod x;`` without ``x.rs`` or ``x/mod.rs`` (``#[path]`` and nested
        modules are followed, modules under ``#[cfg]`` left alone), and ``Context<T>`` in ``#[program]`` where no source that
        ``mod`` statements lead to names a type T; ``init_if_needed`` without anchor-lang's feature for it; from Anchor 0.30 on programs
        without the feature ``idl-build``, where something runs ``anchor build`` or ``anchor test``; likewise accounts (``Account<T>``), events, error enums and their variants, and modules that are used and defined in none of them;
        programs of Anchor.toml without a crate root or an entry. Where names come from a macro or from a glob import of another crate, nothing is said.
        What one crate lacks of modules and names is one finding.
    Why it matters: The crate never compiled in this state, so nothing of it was tested or deployed from here.
    How to fix: Commit the missing file, or write the accounts structure; otherwise remove the line.
    Fix safety: Manual. What is missing has to be written.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        listed = {
            found.folder
            for space in workspaces(context)
            for one in space.listings
            if (found := space.program(one.name))
        }
        yield from self._undescribed(
            context, [one for one in programs(context) if one.folder in listed and one.has_entry]
        )
        for program in programs(context):
            if program.anchor is None or not _is_looked_at(context, program):
                continue
            if not program.has_entry:
                if program.is_program and program.folder in listed:
                    yield from self._entry(context, program)
                continue
            sources = sources_of(context, program) or []
            modules = list(lost_modules(context, program))
            names = [*lost_contexts(context, program), *lost_names(program, sources)]
            if modules or names:
                yield self._lacking(context, modules, names)
            if missing := lacks_init_if_needed(context, program, sources):
                yield self._feature(context, program, missing[0].path, missing[1])

    def _lacking(self, context: Inspection, modules: list[Lack], names: list[Lack]) -> Finding:
        """One finding for the modules and names that a crate lacks: however many, it does not compile, and the names may be in the modules."""
        first, *others = modules or names
        text = f"{first.text}: the crate does not compile{f'; {first.near} is like it' if first.near else ''}."
        text += f" So it is with {_named(others)}." if others else ""
        text += f" Defined nowhere: {_named(names)}." if modules and names else ""
        rest = [*others, *(names if modules else ())]
        places = ", ".join(
            f"{one.path}:{one.line} {one.name}{f' ({one.near} is like it)' if one.near else ''}" for one in rest
        )
        return self.finding(
            context,
            first.path,
            text,
            line=first.line,
            evidence="; ".join(filter(None, (first.evidence, places)))[:_SHOWN],
            fixes=(Fix(first.todo, "manual"),),
            causes=sorted({cause for one in modules for cause in one.causes}),
            related=[(one.path, one.line) for one in rest],
        )

    def _undescribed(self, context: Inspection, listed: list[Program]) -> Iterator[Finding]:
        """Programs of which Anchor can make no IDL, which its builds demand: one finding for all."""
        found = [(one, line) for one in listed if one.is_program and (line := lacks_idl_build(context, one))]
        for program, line in found[:1] if found and is_built_by_anchor(context) else ():
            others = ", ".join(one.name for one, _ in found[1:])
            yield self.finding(
                context,
                program.manifest,
                f"{program.name} has no feature idl-build{f', nor have {others}' if others else ''}: from 0.30 on `anchor build` stops without it.",
                line=line,
                evidence=f"anchor-lang {program.anchor}; no idl-build in [features]",
                fixes=(
                    Fix(
                        'write idl-build = ["anchor-lang/idl-build"] into [features], and anchor-spl/idl-build where that is used',
                        "manual",
                    ),
                ),
            )

    def _entry(self, context: Inspection, program: Program) -> Iterator[Finding]:
        """A program that Anchor.toml lists, without a crate root or without an entry."""
        gone = not context.is_file(program.root)
        if gone and any(
            below(inner, program.root) for inner in (*context.inventory.gitlinks, *context.inventory.nested)
        ):
            return
        below_it = [path for path in context.below(program.folder) if path.endswith(".rs")]
        if not gone and (program.source is None or any(_has_entry(context, path) for path in below_it)):
            return
        yield self.finding(
            context,
            program.manifest if gone else program.root,
            f"The program {program.name} has no {program.root}: nothing of it can be built."
            if gone
            else f"The program {program.name} has neither #[program] nor an entrypoint: what is built of it cannot be called.",
            evidence=f"Anchor.toml lists {program.name}, and Cargo.toml makes it a cdylib",
            fixes=(Fix("commit the sources, or remove the program from Anchor.toml", "manual"),),
        )

    def _feature(self, context: Inspection, program: Program, path: str, line: int) -> Finding:
        return self.finding(
            context,
            path,
            f"init_if_needed needs a feature of anchor-lang that {program.manifest} does not switch on: {program.name} does not compile.",
            line=line,
            evidence=f"no init-if-needed in the features of anchor-lang {program.anchor}",
            fixes=(
                Fix(f'write anchor-lang = {{ version = "{program.anchor}", features = ["init-if-needed"] }}', "manual"),
            ),
        )


def _named(lacks: list[Lack]) -> str:
    names = ", ".join(one.name for one in lacks[:_NAMED])
    return f"{names}{f' and {len(lacks) - _NAMED} more' if lacks[_NAMED:] else ''}"


def _is_looked_at(context: Inspection, program: Program) -> bool:
    return context.focus is None or any(below(program.folder, path) for path in context.focus)


def _has_entry(context: Inspection, path: str) -> bool:
    if (content := context.content(path)) is None:
        return True
    return any(word in content for word in (b"entrypoint", b"#[program]", b"declare_program!", b"macro_rules!"))
