"""See :class:`AnchorPlaceholderId`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._bindings import bindings
from toolkit.checks.onchain._placeholder import SYSTEM, placeholder
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._workspaces import Workspace
    from toolkit.model import Finding

_FIX = (
    Fix("make a keypair, write its public key into declare_id! and Anchor.toml, keep the file out of git", "manual"),
)


class AnchorPlaceholderId(Check):
    """A program has an id that nobody can deploy to.

    What it checks: Ids for devnet, testnet and mainnet in Anchor.toml that are the template's, the system program's, or end in
        twelve or more equal letters; ``declare_id!`` with such an id in a program that no Anchor.toml lists, and with the system program's anywhere; constants and variables of clients and
        deployments (not of example files) that hold one. On localnet they do no harm, unless the provider is another cluster and nothing is listed for that.
    Why it matters: Such a text can be a valid address, so that everything compiles; but nobody has its key, and the template's id is shared by
        thousands of projects. The program was never deployed under it, whatever the documents say, and clients that
        use it call nothing.
    How to fix: Make a keypair, write its public key into ``declare_id!`` and Anchor.toml, and deploy with it.
    Fix safety: Manual. It needs a key that is kept out of the repository.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        listed: set[str] = set()
        told: set[str] = set()
        allowed = frozenset(context.named("Anchor.toml"))
        for workspace in workspaces(context):
            for listing in workspace.listings:
                if found := workspace.program(listing.name):
                    listed.add(found.folder)
                    told |= {found.folder} if placeholder(listing.address) and listing.cluster != "localnet" else set()
            if workspace.path in allowed:
                yield from self._workspace(context, workspace)
        yield from self._declared(context, listed, told)
        yield from self._bound(context)

    def _declared(self, context: Inspection, listed: set[str], told: set[str]) -> Iterator[Finding]:
        """Ids of programs that no Anchor.toml lists, and the system program's, which is taken on every cluster.

        Args:
            context: the run.
            listed: folders of listed programs: they are told at their listing, where the cluster is known.
            told: those of them whose listing is a placeholder on a public cluster.
        """
        for program in programs(context):
            if context.focus is not None and program.root not in context.focus:
                continue
            for declared in program.declared:
                elsewhere = program.folder in (told if declared.address == SYSTEM else listed)
                why = "" if elsewhere else placeholder(declared.address)
                if why and program.is_program and program.has_entry and not problem(declared.address):
                    yield self.finding(
                        context,
                        program.root,
                        f"The id that {program.name} declares is a placeholder ({why}): nobody can deploy it.",
                        line=program.line(declared.offset),
                        evidence=declared.address,
                        severity="warning",
                        fixes=_FIX,
                    )

    def _bound(self, context: Inspection) -> Iterator[Finding]:
        """Names of clients and deployments that hold one."""
        for one in bindings(context):
            why = "" if one.example else placeholder(one.value)
            if why:
                yield self.finding(
                    context,
                    one.path,
                    f"{one.name} is a placeholder ({why}): what uses it calls nothing.",
                    line=one.line,
                    evidence=one.value,
                    severity="warning",
                    fixes=(Fix("write the id that the program was deployed under", "manual"),),
                )

    def _workspace(self, context: Inspection, workspace: Workspace) -> Iterator[Finding]:
        for listing in workspace.listings:
            why = placeholder(listing.address)
            deployed = listing.cluster != "localnet"
            clusters = {one.cluster for one in workspace.listings if one.name == listing.name}
            only = workspace.cluster not in ("", "localnet") and clusters == {"localnet"}
            if why and (deployed or only) and not problem(listing.address):
                where = (
                    listing.cluster
                    if deployed
                    else f"localnet, its only one while the provider is {workspace.cluster},"
                )
                yield self.finding(
                    context,
                    workspace.path,
                    f"The id of {listing.name} on {where} is a placeholder ({why}): nobody can deploy to it.",
                    line=workspace.document.position(listing.path),
                    evidence=listing.address,
                    severity="error" if deployed else "warning",
                    fixes=_FIX,
                )
