"""See :class:`AnchorIncompleteProgram`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._crate_features import is_built_by_anchor, lacks_idl_build, lacks_init_if_needed
from toolkit.checks.onchain._crate_modules import declared_modules, exists, inner
from toolkit.checks.onchain._crate_names import is_defined, is_module, is_named, sources_of, undefined
from toolkit.checks.onchain._programs import ENTRY, programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.documents import rust
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.model import Finding

_CONTEXT = regex(r"\bContext\s*<\s*(?:'\w+\s*,\s*)*(?P<type>(?:\w+::)*(?P<name>[A-Z]\w*))")
_LOCAL = frozenset({"super", "self", "crate", "anchor_lang", "anchor_spl", "std", "core"})
_MAX_FILES = 2000


class AnchorIncompleteProgram(Check):
    """A program cannot compile: a module or an instruction's accounts are missing.

    What it checks: From the crate root of each Anchor program: ``mod x;`` without ``x.rs`` or ``x/mod.rs`` (``#[path]`` and nested
        modules are followed, modules under ``#[cfg]`` left alone), and ``Context<T>`` in ``#[program]`` where no source of the crate names a
        type T; ``init_if_needed`` without anchor-lang's feature for it; from Anchor 0.30 on programs
        without the feature ``idl-build``, where something runs ``anchor build`` or ``anchor test``; likewise accounts (``Account<T>``), events, error enums and their variants, and modules that are used and defined nowhere;
        programs of Anchor.toml without a crate root or an entry. Where names come from a macro or from a glob import of another crate, nothing is said.
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
            yield from self._modules(context, program)
            yield from self._contexts(context, program)
            sources = sources_of(context, program) or []
            if missing := lacks_init_if_needed(context, program, sources):
                yield self._feature(context, program, missing[0].path, missing[1])
            for use in undefined(program, sources):
                yield self.finding(
                    context,
                    use.path,
                    f"{use.what} is used in {program.name} and defined nowhere: the crate does not compile.",
                    line=use.line,
                    evidence=f"no {use.missing} in {program.folder}",
                    fixes=(Fix(f"write {use.missing}, or remove its use", "manual"),),
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

    def _modules(self, context: Inspection, program: Program) -> Iterator[Finding]:
        pending = [(program.root, folder_of(program.root))]
        seen = {program.root}
        while pending and len(seen) < _MAX_FILES:
            path, folder = pending.pop()
            try:
                if b"mod" not in context.read(path):
                    continue
                source = context.document(path, rust.parse)
            except Unreadable:
                continue
            for name, offset, candidates in declared_modules(source, path, folder):
                found = [one for one in candidates if exists(context, one)]
                if not found:
                    yield self.finding(
                        context,
                        path,
                        f"The module {name} of the program {program.name} has no file: the crate does not compile.",
                        line=source.text.line(offset),
                        evidence=f"neither {' nor '.join(candidates)} exists",
                        fixes=(Fix(f"commit {candidates[0]}, or remove the line", "manual"),),
                    )
                for one in found[:1]:
                    if one not in seen and context.is_file(one):
                        seen.add(one)
                        pending.append((one, inner(one)))

    def _contexts(self, context: Inspection, program: Program) -> Iterator[Finding]:
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
            yield self.finding(
                context,
                program.root,
                f"The accounts {name} of an instruction of {program.name} are defined nowhere: the crate does not compile.",
                line=source.text.line(match.start()),
                evidence=f"no struct {name} in {program.folder}",
                fixes=(Fix(f"write #[derive(Accounts)] struct {name}, or remove the instruction", "manual"),),
            )


def _is_looked_at(context: Inspection, program: Program) -> bool:
    return context.focus is None or any(below(program.folder, path) for path in context.focus)


def _has_entry(context: Inspection, path: str) -> bool:
    if (content := context.content(path)) is None:
        return True
    return any(word in content for word in (b"entrypoint", b"#[program]", b"declare_program!", b"macro_rules!"))
