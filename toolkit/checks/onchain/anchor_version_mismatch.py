"""See :class:`AnchorVersionMismatch`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._apart import of_clients, of_crates, of_installs, of_workspace
from toolkit.checks.onchain._versions import anchor_of
from toolkit.checks.onchain._workspaces import workspaces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._apart import Apart
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
        built: dict[str, set[str]] = {}
        for workspace in workspaces(context):
            lines = Counter(
                version
                for one in workspace.programs
                if one.is_program and workspace.builds(one) and (version := anchor_of(context, one))
            )
            if lines:
                built[workspace.folder] = set(lines)
                version = lines.most_common(1)[0][0]
                for one in (*of_workspace(context, workspace, version), *of_crates(context, workspace)):
                    yield self._told(context, one)
        for one in (*of_installs(context, built), *of_clients(context)):
            yield self._told(context, one)

    def _told(self, context: Inspection, one: Apart) -> Finding:
        return self.finding(
            context,
            one.path,
            one.text,
            line=one.line,
            evidence=one.evidence,
            severity=one.severity,
            fixes=(one.fix,),
            causes=(f"version {one.what} {one.path}",),
        )
