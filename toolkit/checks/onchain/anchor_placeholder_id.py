"""See :class:`AnchorPlaceholderId`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._bindings import bindings, known_ids
from toolkit.checks.onchain._placeholder import SYSTEM, is_own, placeholder
from toolkit.checks.onchain._programs import normal, owner, programs
from toolkit.checks.onchain._started import is_started
from toolkit.checks.onchain._told import gathered
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.model import EditFile, Fix, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._binding_texts import Binding
    from toolkit.checks.onchain._programs import Declared, Program
    from toolkit.checks.onchain._workspaces import Listing, Workspace
    from toolkit.model import Finding, Severity

_FIX = (
    Fix("make a keypair, write its public key into declare_id! and Anchor.toml, keep the file out of git", "manual"),
)


_NAMED = 8
"""Further places of an id that are named."""


class AnchorPlaceholderId(Check):
    """A program has an id that nobody can deploy to.

    What it checks: Ids for devnet, testnet and mainnet in Anchor.toml that are the template's, the system program's, or end in
        twelve or more equal letters; ``declare_id!`` with such an id in a program that no Anchor.toml lists, or lists under a real id, and with the system program's anywhere; constants and variables of clients and
        deployments (not of example files) that hold one (information before the program has a real id), but no id under which a test or a local validator starts a program. On localnet they do no harm, unless the provider is another cluster and nothing is listed for that.
    Why it matters: Such a text can be a valid address, so that everything compiles; but nobody has its key, and the template's id is shared by
        thousands of projects. The program was never deployed under it, whatever the documents say, and clients that
        use it call nothing.
    How to fix: Make a keypair, write its public key into ``declare_id!`` and Anchor.toml, and deploy with it.
    Fix safety: Manual: it needs a key that is kept out of the repository. Unsafe where Anchor.toml has one real id for the program: that is
        written into ``declare_id!``, never the other way round.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        listed: dict[str, list[Listing]] = {}
        told: set[str] = set()
        found: list[Finding] = []
        allowed = frozenset(context.named("Anchor.toml"))
        for workspace in workspaces(context):
            for listing in workspace.listings:
                if program := workspace.program(listing.name):
                    listed.setdefault(program.folder, []).append(listing)
                    told |= (
                        {program.folder} if placeholder(listing.address) and listing.cluster != "localnet" else set()
                    )
            if workspace.path in allowed:
                found += gathered(self._workspace(context, workspace))
        found += self._declared(context, listed, told)
        # What repeats an id that is told at the program, or stands in a file of such ids, adds a place and no cause.
        known = {value for one in found for value in one.evidence.split(", ")}
        bound = list(self._bound(context))
        for one in gathered(one for one in bound if one.evidence not in known):
            yield one
        for one in found:
            same = [two for two in bound if two.evidence in one.evidence.split(", ")]
            places = "".join(f"; also in {two.path}:{two.line}" for two in same[:_NAMED])
            related = (*one.related, *(place for two in same for place in two.places))
            yield replace(one, evidence=one.evidence + places, related=related)

    def _declared(self, context: Inspection, listed: dict[str, list[Listing]], told: set[str]) -> Iterator[Finding]:
        """Ids of programs that no Anchor.toml lists or that it lists under a real one, and the system program's, which is taken everywhere.

        Args:
            context: the run.
            listed: of programs by their folders: where no listing is real, they are told there, where the cluster is known.
            told: those of them whose listing is a placeholder on a public cluster.
        """
        for program in programs(context):
            if not context.shows(program.root):
                continue
            real = [one for one in listed.get(program.folder, ()) if is_own(one.address)]
            own = any(not one.nested for one in program.declared)
            for declared in program.declared:
                if own and declared.nested:
                    continue  # of a program that is called
                elsewhere = program.folder in (told if declared.address == SYSTEM else listed) and not real
                why = "" if elsewhere else placeholder(declared.address)
                if why and program.is_program and program.has_entry and not problem(declared.address):
                    clusters = sorted({one.cluster for one in real})
                    yield self.finding(
                        context,
                        program.root,
                        f"The id that {program.name} declares is a placeholder ({why}): "
                        + (f"Anchor.toml has a real one ({', '.join(clusters)})." if real else "nobody can deploy it."),
                        line=program.line(declared.offset),
                        evidence=f"{declared.address}" + (f", Anchor.toml {real[0].address}" if real else ""),
                        severity="error" if set(clusters) - {"localnet"} else "warning",
                        fixes=_written(context, program, declared, {one.address for one in real}),
                    )

    def _bound(self, context: Inspection) -> Iterator[Finding]:
        """Names of clients and deployments that hold one; where a program here declares it, that can be called on a local network."""
        known = known_ids(context)
        for one in bindings(context):
            why = "" if one.example else placeholder(one.value)
            if why and not is_started(context, one):
                here = one.value != SYSTEM and _declares(context, one)
                # Before the program has an id of its own there is none to write.
                ids = known[one.program] if one.program else set().union(*known.values())
                waits = not any(map(is_own, ids))
                calls = "only a local network has a program under it" if here else "what uses it calls nothing"
                yield self.finding(
                    context,
                    one.path,
                    f"{one.name} is a placeholder ({why}): {calls}.",
                    line=one.line,
                    evidence=one.value,
                    severity="info" if one.fallback or here or waits else "warning",
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
                    severity=_weight(workspace, listing, deployed=deployed),
                    causes=(f"listing {workspace.path} {normal(listing.name)}",),
                    fixes=(*_as_declared(workspace.program(listing.name)), *_FIX),
                )


def _declares(context: Inspection, one: Binding) -> bool:
    """Whether a program of this repository, the one that is meant if that is known, declares the id that a name holds."""
    among = (program for program in programs(context) if one.program in ("", program.name))
    return any(one.value == declared.address for program in among for declared in program.declared)


def _weight(workspace: Workspace, listing: Listing, *, deployed: bool) -> Severity:
    """How grave a listed placeholder is: without its crate nothing is deployed, and ``anchor-program-without-source`` speaks."""
    if workspace.program(listing.name) is None:
        return "warning" if workspace.programs else "info"
    return "error" if deployed else "warning"


def _as_declared(program: Program | None) -> Iterator[Fix]:
    """The id that the program declares, where that is a real one."""
    if program is not None and len(program.declared) == 1 and is_own(program.declared[0].address):
        yield Fix(f"write {program.declared[0].address}, which {program.root} declares", "manual")


def _written(context: Inspection, program: Program, declared: Declared, real: set[str]) -> tuple[Fix, ...]:
    """The one real id that Anchor.toml has, put in place of the placeholder."""
    content, old = context.read(program.root), declared.address.encode()
    real = {one for one in real if owner(programs(context), one, program.name) is None}
    if len(real) != 1 or content.count(old) != 1 or len(program.declared) != 1:
        return _FIX
    at, address = content.index(old), next(iter(real))
    edit = EditFile(program.root, (Span(at, at + len(old), address.encode()),), digest_bytes(content))
    return (Fix(f"write the id that Anchor.toml has, {address}, into declare_id!", "unsafe", (edit,)), *_FIX)
