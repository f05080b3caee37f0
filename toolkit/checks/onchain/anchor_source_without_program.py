"""See :class:`AnchorSourceWithoutProgram`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._duplicates import compare
from toolkit.checks.onchain._placeholder import is_own
from toolkit.checks.onchain._programs import loose_programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.documents import toml
from toolkit.model import EditFile, Fix
from toolkit.places import below, inside, join, table, texts, upward
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.checks.onchain._workspaces import Workspace
    from toolkit.model import Finding


class AnchorSourceWithoutProgram(Check):
    """A program's crate is in an Anchor workspace, and Anchor.toml does not list it.

    What it checks: Crates with ``crate-type = ["cdylib"]``, anchor-lang and ``#[program]`` below an Anchor.toml that
        lists other programs, and sources with ``declare_id!`` and ``#[program]`` in a folder without a Cargo.toml. Libraries, interfaces of foreign programs (no
        instruction in ``#[program]``), crates that their Cargo workspace excludes, copies of another program (``anchor-program-duplicated``), and workspaces whose Anchor.toml has no ``[programs]`` at all, stay quiet.
    Why it matters: ``anchor build`` builds it, but tests and deployments do not know its id: it is forgotten when the others are
        deployed, and ``anchor test`` starts a validator without it.
    How to fix: Add it to ``[programs.localnet]`` with the id it declares, or to ``exclude`` if it is not to be deployed.
    Fix safety: Safe: the id that the crate declares is added for localnet.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for workspace in workspaces(context):
            listed = {found.folder for one in workspace.listings if (found := workspace.program(one.name))}
            for program in workspace.programs if listed else ():
                if not context.shows(program.root, program.manifest, workspace.path):
                    continue
                known = program.folder in listed or _is_excluded(context, program.folder)
                if program.is_program and program.instructions and not known and not _is_copy(context, program):
                    yield self.finding(
                        context,
                        program.manifest,
                        f"{program.name} is a program that {workspace.path} does not list:"
                        " tests and deployments leave it out.",
                        evidence=f"crate-type cdylib, #[program] in {program.root}",
                        fixes=_fixes(context, workspace, program),
                        causes=(f"unlisted {program.name}",),
                    )
        for folder, (path, line) in loose_programs(context).items():
            yield self.finding(
                context,
                path,
                f"{folder} holds a program without a Cargo.toml: nothing can build it.",
                line=line,
                evidence=f"#[program] and declare_id!, no {inside(folder, 'Cargo.toml')}",
                fixes=(Fix("write the crate's Cargo.toml, or remove what is left of it", "manual"),),
                causes=(f"crate {folder}",),
            )


def _is_copy(context: Inspection, program: Program) -> bool:
    """Whether it is one of two copies: which of them is right comes first, and ``anchor-program-duplicated`` asks that."""
    return any(one.program is program for copies in compare(context) for one in copies)


def _is_excluded(context: Inspection, folder: str) -> bool:
    """Whether a Cargo workspace around a crate leaves it out on purpose."""
    for up in upward(folder)[1:]:
        manifest = inside(up, "Cargo.toml")
        document = context.readable(manifest, toml.parse) if context.is_file(manifest) else None
        excluded = texts(table(document.data, "workspace").get("exclude")) if document else []
        if any(below(join(up, one) or folder + "/-", folder) for one in excluded):
            return True
    return False


def _fixes(context: Inspection, workspace: Workspace, program: Program) -> tuple[Fix, ...]:
    manual = Fix("add it to [programs] of Anchor.toml, or to exclude", "manual")
    if len(program.declared) != 1:
        return (manual,)
    address = program.declared[0].address
    clusters = {one.cluster for one in workspace.listings}
    taken = {one.name for one in workspace.listings if one.cluster == "localnet"}
    if not is_own(address) or "localnet" not in clusters or program.name in taken:
        return (manual,)
    span = workspace.document.insert(("programs", "localnet", program.name), address)
    edit = EditFile(workspace.path, (span,), digest_bytes(context.read(workspace.path)))
    return (Fix(f"add {program.name} to [programs.localnet] with the id that it declares", "safe", (edit,)),)
