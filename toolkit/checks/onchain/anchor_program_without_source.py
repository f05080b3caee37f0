"""See :class:`AnchorProgramWithoutSource`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._likeness import likely
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.onchain._awaited import awaited
from toolkit.checks.onchain._keypairs import for_tests
from toolkit.checks.onchain._programs import loose_programs, normal, programs
from toolkit.checks.onchain._told import gathered
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import Fix
from toolkit.path_names import is_kept_only
from toolkit.places import below, folder_of, home_of, inside, join, upward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._awaited import Awaited
    from toolkit.checks.onchain._workspaces import Listing, Workspace
    from toolkit.model import Finding, Severity

_NAMED = 5
_NO_CRATE = "no crate has this name."
"""What a finding ends with that has no more to say: those of one file are one."""


class AnchorProgramWithoutSource(Check):
    """Anchor.toml lists a program that has no crate.

    What it checks: Keys of ``[programs.CLUSTER]`` against the crates of the workspace, by library name, package name and
        folder; dash and underscore are equal. A key is told once, not for each cluster, and keys that nothing is known of are one finding. A program whose crate lies in another
        workspace, or of which the repository has only an IDL, a built ``.so`` or a Solidity source, is told as ``info``; so is one that may
        be in a submodule. In a workspace of tests, and in one that has no program left, it is a warning, and so is a key whose id a crate of another name declares. An entry with an ``idl`` that exists
        is a program of others. Likewise imports of ``target/types`` and ``target/idl`` where no Anchor.toml lies beside ``target``, or under
        a name that no program of the repository has (a warning in tests, information in what is only kept); where a script copies or writes interfaces, nothing is said.
    Why it matters: ``anchor.workspace.Name`` fails in every test, deployments wait for a file that is never built, and readers look for a
        program that does not exist.
    How to fix: Add the crate, correct the name, or remove the line.
    Fix safety: Manual. Whether the crate was forgotten or the line is left over is not in the files.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        allowed = frozenset(context.named("Anchor.toml"))
        for workspace in workspaces(context):
            seen: set[str] = set()
            found: list[Finding] = []
            for listing in workspace.listings if workspace.path in allowed else ():
                name = normal(listing.name)
                if name in seen or workspace.program(name) is not None or _has_interface(context, workspace, listing):
                    continue
                seen.add(name)
                found.append(self._finding(context, workspace, listing))
            yield from (one for one in found if not one.message.endswith(_NO_CRATE))
            yield from gathered(one for one in found if one.message.endswith(_NO_CRATE))
        wrong: dict[tuple[str, str], list[Awaited]] = {}
        for await_ in awaited(context):
            # What is imported out of one wrong folder is mended together, and so are the imports of one name.
            wrong.setdefault((await_.home, "" if await_.elsewhere else await_.text), []).append(await_)
        for several in wrong.values():
            yield self._awaited(context, sorted(several, key=lambda one: _weight(context, one.path) != "error"))

    def _awaited(self, context: Inspection, several: list[Awaited]) -> Finding:
        first, *others = several
        also = f", and {len(others)} more like it" if others else ""
        return self.finding(
            context,
            first.path,
            f"{first.text}{also}.",
            line=first.line,
            evidence=", ".join(f"{one.path}:{one.line}" for one in others[:_NAMED]),
            severity=_weight(context, first.path),
            fixes=(Fix(f"import {first.near}" if first.near else "correct the path, or add the program", "manual"),),
        )

    def _finding(self, context: Inspection, workspace: Workspace, listing: Listing) -> Finding:
        name = normal(listing.name)
        embedded = [one for one in _submodules(context) if below(workspace.folder, one)]
        elsewhere = [one.folder for one in programs(context) if name in (one.name, normal(one.package))]
        binary = _binary(context, name)
        loose = _loose(context, workspace, name)
        near = likely(name, [one.name for one in workspace.programs], 0.8) if not loose else ""
        ids = {one.address for one in workspace.listings if normal(one.name) == name}
        same = next((one.name for one in workspace.programs if ids & one.ids), "")
        reason = f"its source in {loose} has no Cargo.toml" if loose else _NO_CRATE.rstrip(".")
        severity: Severity = "error"
        if elsewhere:
            reason, severity = f"its crate is {elsewhere[0]}, outside of this workspace", "info"
        elif binary:
            reason, severity = f"the repository has only {binary}", "info"
        elif embedded:
            reason, severity = f"perhaps it is in the submodule {embedded[0]}", "info"
        elif near:
            reason += f"; {near} is like it"
        elif same:
            reason, severity, near = f"the crate that declares its id is called {same}", "warning", same
        if severity == "error" and (for_tests(workspace.path) or not (workspace.programs or loose)):
            severity = "warning"  # where no program is left at all, nothing is built or deployed
        wanted = inside(loose, "Cargo.toml") if loose else f"the crate {listing.name}"
        todo = f"write {near} in place of {listing.name}" if near else f"add {wanted}, or remove the line"
        return self.finding(
            context,
            workspace.path,
            f"Anchor.toml lists the program {listing.name} for {listing.cluster}, and {reason}.",
            line=workspace.document.position(listing.path),
            evidence=f"{listing.name} = {listing.address}",
            severity=severity,
            fixes=(Fix(todo, "manual"),),
            causes=(
                f"listing {workspace.path} {name}",
                *([f"crate {loose}"] if loose else []),
                *([f"unlisted {near}"] if near else []),
            ),
        )


def _weight(context: Inspection, path: str) -> Severity:
    """How grave it is what a source lacks: nothing that runs lacks what a test, an example or what is only kept imports."""
    if any(is_kept_only(up, context.is_file) for up in upward(folder_of(path))):
        return "info"
    return "warning" if is_test(path) or context.role(path)[0] != "own" else "error"


def _loose(context: Inspection, workspace: Workspace, name: str) -> str:
    """The folder of the workspace with the source of a program, and no Cargo.toml that makes it a crate; empty for none."""
    for folder, (path, _) in loose_programs(context).items():
        if normal(folder.rpartition("/")[2]) == name and home_of(context, path, ("Anchor.toml",)) == workspace.folder:
            return folder
    return ""


def _submodules(context: Inspection) -> list[str]:
    """Submodules that may hold a crate: those that can be fetched, and that are no library of Foundry."""
    text = text_of(context, ".gitmodules")
    projects = {folder_of(path) for path in context.inventory.named("foundry.toml")}
    libraries = tuple(inside(folder, "lib") for folder in projects)
    return [
        one
        for one in context.inventory.gitlinks
        if one in text and not any(below(library, one) for library in libraries)
    ]


def _has_interface(context: Inspection, workspace: Workspace, listing: Listing) -> bool:
    """Whether the entry names an IDL that is there: a program of others."""
    idl = workspace.document.get((*listing.path[:3], "idl")) if len(listing.path) > 3 else None
    path = join(workspace.folder, idl) if isinstance(idl, str) else None
    return path is not None and context.is_file(path)


def _binary(context: Inspection, name: str) -> str:
    """A built program or an IDL of that name that git tracks."""
    names = (
        f"{name}.so",
        f"{name}.sol",
        f"{name}.json",
        f"{name.replace('_', '-')}.json",
        f"{name.replace('_', '-')}.so",
    )
    return next((path for path in context.inventory.named(*names) if path in context.inventory.tracked_set), "")
