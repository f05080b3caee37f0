"""See :class:`AnchorProgramIdMismatch`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._bindings import NETWORK, bindings, known_ids
from toolkit.checks.onchain._deployments import is_other_deployment
from toolkit.checks.onchain._interfaces import interfaces
from toolkit.checks.onchain._keypairs import for_tests, keypairs
from toolkit.checks.onchain._placeholder import is_own, placeholder
from toolkit.checks.onchain._programs import normal, owner, programs
from toolkit.checks.onchain._told import gathered
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import EditFile, Fix
from toolkit.places import folder_of
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._binding_texts import Binding
    from toolkit.checks.onchain._interfaces import Interface
    from toolkit.checks.onchain._keypairs import Keypair
    from toolkit.checks.onchain._programs import Program
    from toolkit.checks.onchain._workspaces import Listing, Workspace
    from toolkit.model import Finding, Severity

_MANY = 3
_COPIES = 5
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.mjs", "*.cjs", "*.rs", "*.py", "*.go")
_SHOWN = 2
"""Further places that a message names."""
_DECIDE = Fix("find out which id is deployed (solana program show ID) and write it into both places", "manual")


class AnchorProgramIdMismatch(Check):
    """An id in Anchor.toml, in a committed IDL or in a client is not the one that the program declares.

    What it checks: Each line of ``[programs.CLUSTER]`` against ``declare_id!`` of its crate, for every cluster (a key with dashes is
        no library's name, and passed over by Anchor: a warning); ids under
        ``#[cfg(...)]`` count as alternatives, and where a feature is named like a cluster, as the one of that cluster. Committed IDL files and their TypeScript types (``NAME.json``, ``NAME.ts``) must bear an
        id that the program has anywhere; so must constants and variables of clients and deployments whose name says that they hold it
        (``PROGRAM_ID``, ``VITE_VAULT_PROGRAM_ID``, in sources, ``.env``, wrangler, compose, Kubernetes, Terraform), and ``target/deploy/NAME-keypair.json``. Invalid and placeholder ids are told by other checks; an id that several clusters have is one finding. In a
        workspace of tests, where a wrong id may be meant, it is a warning. Where the id is that of another program here, that one is named. An
        environment file of one network (``.env.staging``) whose siblings for others bear other ids, or that a script sources, is that of another deployment: information.
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
            by_id: dict[tuple[str, str, Severity], list[tuple[Listing, Finding]]] = {}
            for listing in workspace.listings if workspace.path in allowed else ():
                for one in self._listed(context, workspace, listing):
                    by_id.setdefault((listing.name, listing.address, one.severity), []).append((listing, one))
            yield from _of_all_programs([_of_all_clusters(several) for several in by_id.values()])
            yield from gathered(self._passed_over(context, workspace) if workspace.path in allowed else ())
        known = known_ids(context)
        yield from self._interfaces(context, known)
        yield from self._clients(context, known)
        yield from self._keypairs(context, known)

    def _listed(self, context: Inspection, workspace: Workspace, listing: Listing) -> Iterator[Finding]:
        program = workspace.program(listing.name)
        if program is None or program.unreadable_id or not program.declared or _is_passed_over(listing, program):
            return
        meant = [one for one in program.declared if one.cluster == listing.cluster] or program.declared
        declared = [one.address for one in meant]
        dummy = any(map(placeholder, declared))
        shown = program.is_to_replace(program.declared[0].offset)
        # A local validator runs a program under any id that is listed, also under one that nobody has the key of.
        local = dummy and listing.cluster == "localnet"
        if listing.address in declared or problem(listing.address) or any(map(problem, declared)):
            return
        filler = placeholder(listing.address)
        # A filler is told as such, but for one that a local validator takes, beside the real ids of other clusters.
        if filler and not local and (listing.cluster != "localnet" or not _has_others(workspace, listing)):
            return
        other = owner(workspace.programs, listing.address, program.name)
        elsewhere = dummy and other is None and not filler
        if elsewhere and listing != next(one for one in workspace.listings if one.name == listing.name):
            return  # the placeholder is told where it stands, this once more for who looks here
        what = "declares" if len(declared) == 1 else "declares only"
        yield self.finding(
            context,
            workspace.path,
            f"{listing.name} has another id on {listing.cluster} than {'the placeholder that ' if dummy else ''}{program.root}:"
            f"{program.line(program.declared[0].offset)} {what}: there, every call fails with DeclaredProgramIdMismatch (4100)."
            + (f" The listed id is that of {other.name}, and one address holds one program." if other else ""),
            line=workspace.document.position(listing.path),
            severity="info"
            if shown or elsewhere
            else "warning"
            if ((dummy or filler) and other is None) or for_tests(workspace.path)
            else "error",
            evidence=f"Anchor.toml {listing.address}, declare_id! {', '.join(declared)}",
            fixes=_fixes(context, workspace, listing, program),
        )

    def _passed_over(self, context: Inspection, workspace: Workspace) -> Iterator[Finding]:
        """Keys that are no library's name and have an id that its program does not declare: whoever wrote it believes it is used."""
        for listing in workspace.listings:
            program = workspace.program(listing.name)
            if program is None or program.unreadable_id or not _is_passed_over(listing, program):
                continue
            declared = [one.address for one in program.declared]
            if declared and listing.address not in declared and not any(map(problem, (listing.address, *declared))):
                yield self.finding(
                    context,
                    workspace.path,
                    f"{listing.name} is the name of no library (that is {program.name}): Anchor's command line passes this key over"
                    " and takes the id of the keypair in target/deploy.",
                    line=workspace.document.position(listing.path),
                    severity="warning",
                    evidence=f"Anchor.toml {listing.address}, declare_id! {', '.join(declared)}",
                    fixes=(Fix(f"call the key {program.name}, and give it the id that is deployed", "manual"),),
                )

    def _interfaces(self, context: Inspection, known: dict[str, set[str]]) -> Iterator[Finding]:
        found = [
            (one, known.get(one.program) or known.get(f"{one.program}_program", set()))
            for one in interfaces(context, known)
        ]
        declared = {one.name: {two.address for two in one.declared} for one in programs(context)}
        current = {one.program for one, _ in found if one.address in declared.get(one.program, ())}
        wrong: dict[tuple[str, str], list[Interface]] = {}
        for one, ids in found:
            if one.address in ids and one.program in current and one.address not in declared[one.program]:
                yield self._older(context, one)
            if ids and one.address not in ids:
                wrong.setdefault((one.program, one.address), []).append(one)
        for (program, address), several in wrong.items():
            one, *others = sorted(several, key=lambda one: context.is_foreign(one.path))
            ids = known.get(program) or known.get(f"{program}_program", set())
            # What has this id beside one of the program's is a table of deployments.
            named = next(
                (
                    path
                    for path in files_with(context, (address,), _SOURCES)
                    if any(id_ in text_of(context, path) for id_ in ids)
                ),
                "",
            )
            copies = f"; so does {', '.join(two.path for two in others[:_COPIES])}" if others else ""
            yield self.finding(
                context,
                one.path,
                f"The IDL of {program} bears an id that "
                + (
                    f"{named} lists beside the program's, and neither the program nor Anchor.toml knows: it is of another deployment."
                    if named
                    else "the program has nowhere: clients that use it call another program."
                ),
                line=one.line,
                evidence=f"{address}; the program has {', '.join(sorted(ids))}{copies}",
                severity="info" if named else "warning",
                fixes=(Fix("build the IDL again (anchor build) and commit it", "manual"),),
            )

    def _older(self, context: Inspection, one: Interface) -> Finding:
        """A copy of an IDL with the id of another cluster than the one that is declared, which a further copy bears."""
        return self.finding(
            context,
            one.path,
            f"This IDL of {one.program} bears another id than the program declares, and another copy of it bears that one: who uses this copy calls"
            " the program of another cluster.",
            line=one.line,
            evidence=one.address,
            severity="info" if NETWORK.search(one.path) else "warning",
            fixes=(Fix("build the IDL again (anchor build) and copy it to both places", "manual"),),
        )

    def _clients(self, context: Inspection, known: dict[str, set[str]]) -> Iterator[Finding]:
        everything = set().union(*known.values())
        wrong: dict[tuple[str, str, str], list[Binding]] = {}
        for one in bindings(context):
            ids = known[one.program] if one.program else everything
            if ids and one.value not in ids and not placeholder(one.value) and not problem(one.value):
                # What lies together is mended together, but for the root, where anything lies; an id of no known program is one question.
                place = (folder_of(one.path) if "/" in one.path else one.path) if one.program else ""
                wrong.setdefault((one.program, one.value, place), []).append(one)
        for several in wrong.values():
            several.sort(key=lambda one: one.example)
            one, *others = several
            ids = known[one.program] if one.program else everything
            also = f" Likewise {', '.join(f'{other.path}:{other.line}' for other in others[:_SHOWN])}" if others else ""
            also += f" and {len(others) - _SHOWN} more." if others[_SHOWN:] else "." if others else ""
            called = owner(programs(context), one.value, one.program) if one.program else None
            calls = called.name if called else "another program, or none"
            apart = is_other_deployment(context, one)
            calls = "that of another deployment, which its file is for" if apart else calls
            whose = f"the program {one.program}" if one.program else "any program of this repository"
            yield self.finding(
                context,
                one.path,
                f"{one.name} is not the id of {whose}: what uses it calls {calls}.{also}",
                line=one.line,
                evidence=f"{one.value}; the program has {', '.join(sorted(ids)[:4])}"
                + (f" and {len(ids) - 4} more" if len(ids) > 4 else ""),
                severity="info" if apart else "error" if one.program and not one.example else "warning",
                fixes=(_DECIDE,),
                related=[(other.path, other.line) for other in others],
            )

    def _keypairs(self, context: Inspection, known: dict[str, set[str]]) -> Iterator[Finding]:
        wrong: dict[str, list[Keypair]] = {}
        for pair in keypairs(context):
            name = normal(pair.path.rpartition("/")[2].removesuffix(".json").removesuffix("-keypair"))
            ids = known.get(name) if "target/deploy/" in pair.path and pair.path.endswith("-keypair.json") else None
            if ids and pair.address not in ids:
                wrong.setdefault(name, []).append(pair)
        for name, (pair, *others) in wrong.items():
            too = f", as is {' and '.join(one.path for one in others)}" if others else ""
            every = ", ".join(dict.fromkeys(one.address for one in (pair, *others)))
            yield self.finding(
                context,
                pair.path,
                f"The keypair of {name} is of another address than the program declares{too}: what is deployed with it fails in every call.",
                evidence=f"{every}; the program has {', '.join(sorted(known[name]))}",
                fixes=(
                    Fix("declare the address of the keypair that is deployed with, and remove any other", "manual"),
                ),
                related=[(other.path, 0) for other in others],
            )


def _has_others(workspace: Workspace, listing: Listing) -> bool:
    """Whether a program is listed on another cluster, or no other one is what the workspace is deployed to."""
    clusters = {one.cluster for one in workspace.listings if one.name == listing.name}
    return clusters != {"localnet"} or workspace.cluster in ("", "localnet")


def _is_passed_over(listing: Listing, program: Program) -> bool:
    """Whether Anchor never finds a key: it looks programs up by the names of their libraries, which have no dashes."""
    return "-" in listing.name and listing.name != program.name


def _of_all_programs(found: list[Finding]) -> list[Finding]:
    """One finding where three programs and more of one Anchor.toml have other ids: the two were never brought together."""
    kinds: dict[str, list[Finding]] = {}
    for one in found:
        kinds.setdefault(one.severity, []).append(one)
    return [one for several in kinds.values() for one in (gathered(several) if len(several) >= _MANY else several)]


def _of_all_clusters(found: list[tuple[Listing, Finding]]) -> Finding:
    """One finding for an id that several clusters have: it is one decision."""
    (listing, first), *others = found
    if not others:
        return first
    clusters = ", ".join(one.cluster for one, _ in found)
    also = ", ".join(f"line {one.line} {other.cluster}" for other, one in others)
    return replace(
        first,
        message=first.message.replace(f" on {listing.cluster} ", f" on {clusters} ", 1),
        evidence=f"{first.evidence}; so with {also}",
        fixes=(_DECIDE,),
    )


def _fixes(context: Inspection, workspace: Workspace, listing: Listing, program: Program) -> tuple[Fix, ...]:
    address = program.declared[0].address
    if len(program.declared) != 1 or listing.cluster != "localnet" or not is_own(address):
        return (_DECIDE,)
    span = workspace.document.replace(listing.path, address)
    edit = EditFile(workspace.path, (span,), digest_bytes(context.read(workspace.path)))
    return (Fix(f"write the declared id {address} into [programs.{listing.cluster}]", "unsafe", (edit,)), _DECIDE)
