"""See :class:`AnchorProgramIdInvalid`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._bindings import bindings
from toolkit.checks.onchain._placeholder import placeholder
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._told import gathered
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._workspaces import Workspace
    from toolkit.model import Finding

_NAMED = 8
"""Clients that repeat an id, of those that are named."""
_FIX = (Fix("write the public key of the program's keypair (solana-keygen pubkey FILE)", "manual"),)


class AnchorProgramIdInvalid(Check):
    """A program id is not 32 bytes in base58.

    What it checks: Ids in ``[programs.CLUSTER]`` of Anchor.toml, in ``declare_id!`` of crates, and in constants and variables of clients and deployments
        whose name says that they hold one: letters that base58 does not have (``0``, ``O``, ``I``, ``l``), another length than 32 bytes, words in place of a key.
    Why it matters: ``declare_id!`` with such an id does not compile, and Anchor refuses to read such an Anchor.toml, so that not even the
        other programs can be built. A client throws when it makes the key.
    How to fix: Write the public key of the program's keypair; ``solana-keygen new -o target/deploy/NAME-keypair.json`` makes
        one.
    Fix safety: Manual. The right id is in no file.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        """Ask every place that has an id; the many of one file are one finding."""
        return self._with_clients(context)

    def _found(self, context: Inspection) -> Iterator[Finding]:
        allowed = frozenset(context.named("Anchor.toml"))
        told: set[str] = set()
        for workspace in workspaces(context):
            if workspace.path in allowed:
                yield from self._listed(context, workspace, told)
        yield from self._declared(context, told)

    def _with_clients(self, context: Inspection) -> Iterator[Finding]:
        """Clients that repeat an id of a program are places of that, and no cause of their own."""
        bound = list(self._bound(context))
        for one in gathered(self._found(context)):
            same = [two for two in bound if two.evidence in one.evidence.split(", ")]
            bound = [two for two in bound if two not in same]
            also = "".join(f"; also in {two.path}:{two.line}" for two in same[:_NAMED])
            related = (*one.related, *(place for two in same for place in two.places))
            yield replace(one, evidence=one.evidence + also, related=related)
        yield from gathered(bound)

    def _listed(self, context: Inspection, workspace: Workspace, told: set[str]) -> Iterator[Finding]:
        """The ids of an ``Anchor.toml``; the crates that declare one of them just so join those that are told."""
        wrong = {one.address for one in workspace.listings if problem(one.address)}
        crates = [one.root for one in workspace.programs if any(two.address in wrong for two in one.declared)]
        told.update(crates)
        for listing in workspace.listings:
            if listing.address in wrong:
                yield self.finding(
                    context,
                    workspace.path,
                    f"The id of {listing.name} on {listing.cluster} is no address: {problem(listing.address)}."
                    f" Anchor refuses the whole file{_declaring(crates)}.",
                    line=workspace.document.position(listing.path),
                    evidence=listing.address,
                    fixes=_FIX,
                )

    def _declared(self, context: Inspection, told: set[str]) -> Iterator[Finding]:
        for program in programs(context):
            if not context.shows(program.root) or program.root in told:
                continue
            for declared in program.declared:
                if why := problem(declared.address):
                    yield self.finding(
                        context,
                        program.root,
                        f"{program.name} declares an id that is no address: {why}. It does not compile.",
                        line=program.line(declared.offset),
                        evidence=declared.address,
                        fixes=_FIX,
                    )

    def _bound(self, context: Inspection) -> Iterator[Finding]:
        for one in bindings(context):
            why = "" if one.example or placeholder(one.value) else problem(one.value)
            if why:
                yield self.finding(
                    context,
                    one.path,
                    f"{one.name} is no address: {why}. What makes a key of it throws.",
                    line=one.line,
                    evidence=one.value,
                    severity="error" if one.program else "warning",
                    fixes=(Fix("write the id that the program was deployed under", "manual"),),
                )


def _declaring(crates: list[str]) -> str:
    """What is said of the crates that declare an id just as ``Anchor.toml`` lists it: one mistake, written twice."""
    if not crates:
        return ""
    more = f" and {len(crates) - 1} more that declare their ids so do" if crates[1:] else ", which declares it, does"
    return f", and {crates[0]}{more} not compile"
