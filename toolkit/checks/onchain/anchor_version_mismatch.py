"""See :class:`AnchorVersionMismatch`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._client_versions import fits, idl_generation, programs_of
from toolkit.checks.onchain._clients import clients
from toolkit.checks.onchain._crate_versions import apart
from toolkit.checks.onchain._installs import installs
from toolkit.checks.onchain._versions import anchor_of, channel, line_of, pinned, row, suits, table_date, toolchain
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.documents import jsonc, toml
from toolkit.model import EditFile, Fix
from toolkit.system.files import digest_bytes
from toolkit.versions import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._clients import Client
    from toolkit.checks.onchain._workspaces import Workspace
    from toolkit.model import Finding


class AnchorVersionMismatch(Check):
    """Versions of Anchor's parts, Solana and Rust do not go together.

    What it checks: The release line (0.31 of 0.31.1) of anchor-lang in the programs against ``anchor_version`` of Anchor.toml, the other
        programs of the workspace, anchor-spl beside it, what images, scripts and workflows install (``avm install``, ``anchor-cli``,
        ``ANCHOR_VERSION``), and the TypeScript package of Anchor.toml's folder, of every package that holds a program's id or, where the
        repository has one workspace, reads its IDL; the crates solana-program and solana-sdk, ``solana_version``, the Solana that is
        installed, and the pinned Rust against a dated table that the toolkit ships. Requirements that leave the line open (``*``, ``>=0.31``)
        are read from Cargo.lock, or left alone.
    Why it matters: The command line builds IDLs with a macro of its own line; clients of 0.29 cannot read the IDL of 0.30 and later at all. A
        platform that is too old does not compile the crates.
    How to fix: Choose one line, mostly that of anchor-lang, and write it everywhere.
    Fix safety: Unsafe: the line of anchor-lang is written, and lock files have to be made again.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        everything: set[str] = set()
        for workspace in workspaces(context):
            lines = Counter(
                version for one in workspace.programs if one.is_program and (version := anchor_of(context, one))
            )
            if lines:
                everything |= set(lines)
                version = lines.most_common(1)[0][0]
                yield from self._command(context, workspace, version)
                yield from self._solana(context, workspace, version)
                yield from self._rust(context, workspace, version)
                yield from self._crates(context, workspace)
        yield from self._installed(context, everything)
        for client in clients(context):
            if client.library and (context.focus is None or client.path in context.focus):
                yield from self._client(context, client)

    def _command(self, context: Inspection, workspace: Workspace, version: str) -> Iterator[Finding]:
        place, said = toolchain(workspace, "anchor_version")
        if not said or line_of(said) == line_of(version) or not self._wanted(context, workspace):
            return
        span = workspace.document.replace(place, version)
        edit = EditFile(workspace.path, (span,), digest_bytes(context.read(workspace.path)))
        yield self.finding(
            context,
            workspace.path,
            f"anchor_version is {said}, but the programs use anchor-lang {version}: the command line and the crate must be of one line.",
            line=workspace.document.position(place),
            evidence=f"anchor-lang {version} in {_where(workspace)}",
            fixes=(Fix(f"set anchor_version to {version}", "unsafe", (edit,)),),
        )

    def _solana(self, context: Inspection, workspace: Workspace, version: str) -> Iterator[Finding]:
        place, said = toolchain(workspace, "solana_version")
        wanted = row(version).get("solana", "")
        if not said or not wanted or suits(said, wanted) or not self._wanted(context, workspace):
            return
        yield self.finding(
            context,
            workspace.path,
            f"solana_version is {said}, but anchor-lang {version} goes with Solana {wanted}.",
            line=workspace.document.position(place),
            evidence=f"compatibility table of {table_date()}",
            severity="warning",
            fixes=(Fix(f"set solana_version to a release that is {wanted}", "manual"),),
        )

    def _rust(self, context: Inspection, workspace: Workspace, version: str) -> Iterator[Finding]:
        least = row(version).get("rust", "")
        found = channel(context, workspace.folder)
        if not least or found is None or sort_key(found[2]) >= sort_key(least) or not self._wanted(context, workspace):
            return
        path, line, pin = found
        yield self.finding(
            context,
            path,
            f"Rust {pin} is pinned, but anchor-lang {version} needs {least} at least.",
            line=line,
            evidence=f"compatibility table of {table_date()}",
            severity="warning",
            fixes=(Fix(f"set the channel to {least} or later", "manual"),),
        )

    def _wanted(self, context: Inspection, workspace: Workspace) -> bool:
        return context.focus is None or workspace.path in context.focus

    def _client(self, context: Inspection, client: Client) -> Iterator[Finding]:
        said = pinned(client.requirement)
        versions = programs_of(context, client) if said else {}
        if not versions or any(fits(said, version, client.library) for version in versions):
            return
        version, why = next(iter(versions.items()))
        document = context.document(client.path, jsonc.parse)
        blind = idl_generation(said) != idl_generation(version)
        yield self.finding(
            context,
            client.path,
            f"{client.library} is {client.requirement}, but {why} uses anchor-lang {version}"
            + (": this client cannot read its IDL." if blind else "."),
            line=document.position(client.place),
            evidence=f"{client.library} {client.requirement}, anchor-lang {version}",
            severity="error" if blind else "warning",
            fixes=(Fix(f"take the client package of {line_of(version)}, and make the lock file again", "manual"),),
        )

    def _crates(self, context: Inspection, workspace: Workspace) -> Iterator[Finding]:
        for one in apart(context, workspace):
            if context.focus is None or one.path in context.focus:
                yield self.finding(
                    context,
                    one.path,
                    one.message,
                    line=context.document(one.path, toml.parse).position(one.place),
                    evidence=f"compatibility table of {table_date()}",
                    severity="error" if one.sure else "warning",
                    fixes=(Fix("write versions of one line, and make Cargo.lock again", "manual"),),
                )

    def _installed(self, context: Inspection, versions: set[str]) -> Iterator[Finding]:
        """What images, scripts and workflows install, where it suits no program of the repository."""
        for one in installs(context) if versions else ():
            wanted = [row(version).get("solana", "") for version in versions]
            if one.tool == "anchor":
                good = any(line_of(one.version) == line_of(version) for version in versions)
                message = f"Anchor {one.version} is installed here, but the programs use anchor-lang {', '.join(sorted(versions))}."
            else:
                good = any(not said or suits(one.version, said) for said in wanted)
                message = f"Solana {one.version} is installed here, but anchor-lang {', '.join(sorted(versions))} goes with {', '.join(sorted(set(wanted)))}."
            if not good:
                yield self.finding(
                    context,
                    one.path,
                    message,
                    line=one.line,
                    evidence=f"compatibility table of {table_date()}",
                    severity="warning",
                    fixes=(Fix("install the version that the programs are written for", "manual"),),
                )


def _where(workspace: Workspace) -> str:
    return ", ".join(dict.fromkeys(one.anchor_at[0] for one in workspace.programs if one.is_program))[:200]
