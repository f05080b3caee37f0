"""See :class:`ProgramKeypairCommitted`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._keypairs import for_tests, keypairs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class ProgramKeypairCommitted(Check):
    """The keypair of a program's own address lies in the repository.

    What it checks: Committed keypairs, in files of their own or in sources and settings, whose public half is an id of ``declare_id!`` or Anchor.toml. A program that is listed for
        localnet only, or below a folder of tests, is a warning: many repositories keep local ids stable that way.
    Why it matters: Until the first deployment anybody who has the file can deploy to the address, on every cluster where it is not taken
        yet. Clients then trust a program of somebody else.
    How to fix: Before the first deployment on a public cluster make a new keypair, keep it out of git, and write its public key into
        ``declare_id!`` and Anchor.toml; ``target/`` belongs into ``.gitignore``. Once deployed, only the upgrade authority counts: check it
        with ``solana program show ID``.
    Fix safety: Manual. The file may be the only copy of the key.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        public = _public(context)
        for pair in keypairs(context):
            if not pair.program:
                continue
            local = pair.address not in public and _is_listed(context, pair.program)
            yield self.finding(
                context,
                pair.path,
                f"The secret key of the program {pair.program} is committed: on every cluster where it is not deployed yet,"
                f" whoever has the file can deploy something else as {pair.address}.",
                line=pair.line,
                evidence=f"its public half is the id of {pair.program}"
                + (", listed for localnet only" if local else ""),
                severity="warning" if local or for_tests(pair.path) else "error",
                fixes=(Fix("make a new keypair outside of git, and declare its public key", "manual"),),
            )


def _public(context: Inspection) -> set[str]:
    """Ids of programs that are meant for more than the local network."""
    found: set[str] = set()
    for workspace in workspaces(context):
        clusters = {listing.cluster for listing in workspace.listings}
        for listing in workspace.listings:
            if listing.cluster != "localnet" or clusters - {"localnet"}:
                found.add(listing.address)
    return found


def _is_listed(context: Inspection, name: str) -> bool:
    return any(
        workspace.program(name) or listing.name == name
        for workspace in workspaces(context)
        for listing in workspace.listings
    )
