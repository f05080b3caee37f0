"""See :class:`AnchorProgramIdMismatch`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._keypairs import for_tests
from toolkit.checks.onchain._placeholder import placeholder
from toolkit.checks.onchain._programs import workspaces
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.model import EditFile, Fix
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Listing, Program, Workspace
    from toolkit.model import Finding

_ADDRESS_IN_TYPES = re.compile(r"^\s*[\"']?address[\"']?\s*:\s*[\"'](\w{32,44})[\"']", re.MULTILINE)


class AnchorProgramIdMismatch(Check):
    """An id in Anchor.toml or in a committed IDL is not the one that the program declares.

    What it checks: Each line of ``[programs.CLUSTER]`` against ``declare_id!`` of its crate, for every cluster; ids under
        ``#[cfg(...)]`` count as alternatives. Committed IDL files and their TypeScript types (``NAME.json``, ``NAME.ts``) must bear an
        id that the program has anywhere. Invalid and placeholder ids are told by other checks. In a
        workspace of tests, where a wrong id may be meant, it is a warning.
    Why it matters: The program compares the id it was deployed under with the one compiled into it: every call fails with
        ``DeclaredProgramIdMismatch`` (4100). A client with another id in its IDL calls another program, or none.
    How to fix: Decide which id is deployed (``solana program show ID``), write it into both places, or declare the ids of several
        clusters under ``#[cfg(feature = "...")]``. Build the IDL again instead of editing it. Do not run ``anchor keys sync``
        unseen: it has patched the wrong cluster.
    Fix safety: Unsafe for localnet (the declared id is written into Anchor.toml); for other clusters and for IDL files only a
        person knows which id is deployed.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        allowed = frozenset(context.named("Anchor.toml"))
        for workspace in workspaces(context):
            for listing in workspace.listings:
                if workspace.path in allowed:
                    yield from self._listed(context, workspace, listing)
        known: dict[str, set[str]] = {}
        for workspace in workspaces(context):
            for program in workspace.programs:
                if program.has_entry and not program.unreadable_id:
                    known.setdefault(program.name, set()).update(one.address for one in program.declared)
            for listing in workspace.listings:
                if found := workspace.program(listing.name):
                    known.setdefault(found.name, set()).add(listing.address)
        for name, ids in known.items():
            yield from self._interfaces(context, name, ids)

    def _listed(self, context: Inspection, workspace: Workspace, listing: Listing) -> Iterator[Finding]:
        program = workspace.program(listing.name)
        if program is None or program.unreadable_id or not program.declared:
            return
        declared = [one.address for one in program.declared]
        if listing.address in declared or placeholder(listing.address) or problem(listing.address):
            return
        what = "declares" if len(declared) == 1 else "declares only"
        yield self.finding(
            context,
            workspace.path,
            f"{listing.name} has another id on {listing.cluster} than {program.root}:"
            f"{program.line(program.declared[0].offset)} {what}: there, every call fails with DeclaredProgramIdMismatch (4100).",
            line=workspace.document.position(listing.path),
            severity="warning" if for_tests(workspace.path) else "error",
            evidence=f"Anchor.toml {listing.address}, declare_id! {', '.join(declared)}",
            fixes=_fixes(context, workspace, listing, program),
        )

    def _interfaces(self, context: Inspection, name: str, ids: set[str]) -> Iterator[Finding]:
        if not ids:
            return
        stems = {name, name.replace("_", "-")}
        for path in context.named(*(f"{stem}.json" for stem in stems), *(f"{stem}_idl.json" for stem in stems)):
            found = _of_interface(context, path, name)
            if found and found[0] not in ids:
                yield self._interface(context, path, name, found, ids)
        for path in context.named(*(f"{stem}.ts" for stem in stems)):
            found = _of_types(context, path)
            if found and found[0] not in ids:
                yield self._interface(context, path, name, found, ids)

    def _interface(
        self, context: Inspection, path: str, name: str, found: tuple[str, tuple[int, int]], ids: set[str]
    ) -> Finding:
        return self.finding(
            context,
            path,
            f"The IDL of {name} bears an id that the program has nowhere: clients that use it call another program.",
            line=found[1],
            evidence=f"{found[0]}; the program has {', '.join(sorted(ids))}",
            severity="warning",
            fixes=(Fix("build the IDL again (anchor build) and commit it", "manual"),),
        )


def _fixes(context: Inspection, workspace: Workspace, listing: Listing, program: Program) -> tuple[Fix, ...]:
    manual = Fix("find out which id is deployed (solana program show ID) and write it into both places", "manual")
    if len(program.declared) != 1 or listing.cluster != "localnet":
        return (manual,)
    address = program.declared[0].address
    span = workspace.document.replace(listing.path, address)
    edit = EditFile(workspace.path, (span,), digest_bytes(context.read(workspace.path)))
    return (Fix(f"write the declared id {address} into [programs.{listing.cluster}]", "unsafe", (edit,)), manual)


def _of_interface(context: Inspection, path: str, name: str) -> tuple[str, tuple[int, int]] | None:
    """The id in an IDL of the program, with its place."""
    try:
        if b'"instructions"' not in context.read(path):
            return None
        document = context.document(path, jsonc.parse)
    except Unreadable:
        return None
    said = document.get(("metadata", "name")) or document.get(("name",))
    if not isinstance(said, str) or said.replace("-", "_") != name:
        return None
    for place in (("address",), ("metadata", "address")):
        address = document.get(place)
        if isinstance(address, str) and not problem(address):
            return address, document.position(place)
    return None


def _of_types(context: Inspection, path: str) -> tuple[str, tuple[int, int]] | None:
    try:
        content = context.read(path)
    except Unreadable:
        return None
    if b"instructions" not in content or b"export type" not in content:
        return None
    text = content.decode("utf-8", "replace")
    match = _ADDRESS_IN_TYPES.search(text, 0, text.find("instructions"))
    if match is None or problem(match[1]):
        return None
    return match[1], (text.count("\n", 0, match.start(1)) + 1, 0)
