"""See :class:`ProgramKeypairCommitted`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._keypairs import for_tests, keypairs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import Fix
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_SINGLY = 3
"""Local keys of one folder up to which each has a finding of its own."""


class ProgramKeypairCommitted(Check):
    """The keypair of a program's own address lies in the repository.

    What it checks: Committed keypairs, in files of their own or in sources and settings, whose public half is an id of ``declare_id!`` or Anchor.toml. A program that is listed for
        localnet only is a warning, and one below a folder of tests information: many repositories keep local ids stable that way; more than three in
        one folder are one finding.
    Why it matters: Until the first deployment anybody who has the file can deploy to the address, on every cluster where it is not taken
        yet. Clients then trust a program of somebody else.
    How to fix: Before the first deployment on a public cluster make a new keypair, keep it out of git, and write its public key into
        ``declare_id!`` and Anchor.toml; ``target/`` belongs into ``.gitignore``. Once deployed, only the upgrade authority counts: check it
        with ``solana program show ID``.
    Fix safety: Manual. The file may be the only copy of the key.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        public, listed = _public(context), _listed(context)
        local: dict[str, list[Finding]] = {}
        for pair in keypairs(context):
            if not pair.program:
                continue
            is_local = pair.address not in public and pair.address in listed
            found = self.finding(
                context,
                pair.path,
                f"The secret key of {pair.program} is committed: whoever has it can deploy under its id where {pair.program} is not yet.",
                line=pair.line or 1,
                evidence=f"its public half is the id of {pair.program}, {pair.address}"
                + (", listed for localnet only" if is_local else ""),
                severity="info" if for_tests(pair.path) else "warning" if is_local else "error",
                fixes=(Fix("make a new keypair outside of git, and declare its public key", "manual"),),
            )
            if found.severity == "error":
                yield found
            else:
                local.setdefault(folder_of(pair.path), []).append(found)
        for folder, many in local.items():
            yield from many if len(many) <= _SINGLY else (_summarized(folder, many),)


def _summarized(folder: str, many: list[Finding]) -> Finding:
    """One finding for a folder of keys that somebody keeps on purpose, to have the same ids on every machine."""
    text = (
        f"The secret keys of {len(many)} programs are committed in {folder}: whoever has one can deploy under its id where the"
        " program is not yet."
    )
    return replace(many[0], message=text, evidence=", ".join(f"{one.path}: {one.evidence}" for one in many))


def _public(context: Inspection) -> set[str]:
    """Ids of programs that are meant for more than the local network."""
    found: set[str] = set()
    for workspace in workspaces(context):
        clusters = {listing.cluster for listing in workspace.listings}
        for listing in workspace.listings:
            if listing.cluster != "localnet" or clusters - {"localnet"}:
                found.add(listing.address)
    return found


def _listed(context: Inspection) -> set[str]:
    """Every id that an Anchor.toml lists."""
    return {listing.address for workspace in workspaces(context) for listing in workspace.listings}
