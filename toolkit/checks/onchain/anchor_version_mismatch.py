"""See :class:`AnchorVersionMismatch`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._clients import clients
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._versions import anchor_of, line_of, pinned, row, table_date
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.documents import jsonc, toml
from toolkit.errors import ConfigurationError
from toolkit.model import EditFile, Fix
from toolkit.places import inside, table, upward
from toolkit.system.files import digest_bytes
from toolkit.versions import satisfies, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._clients import Client
    from toolkit.checks.onchain._workspaces import Workspace
    from toolkit.model import Finding

_EXACT = re.compile(r"v?(\d+\.\d+(?:\.\d+)?)")
_CHANNEL = re.compile(r"(\d+\.\d+(?:\.\d+)?)")


class AnchorVersionMismatch(Check):
    """Versions of Anchor's parts, Solana and Rust do not go together.

    What it checks: The release line (0.31 of 0.31.1) of anchor-lang in the programs against ``anchor_version`` of Anchor.toml and
        against the TypeScript package of Anchor.toml's folder and of every package that holds a program's id; ``solana_version`` and the
        pinned Rust against a dated table that the toolkit ships. Requirements that leave the line open (``*``, ``>=0.31``) are
        read from Cargo.lock, or left alone.
    Why it matters: The command line builds IDLs with a macro of its own line; clients of 0.29 cannot read the IDL of 0.30 and later at all. A
        platform that is too old does not compile the crates.
    How to fix: Choose one line, mostly that of anchor-lang, and write it everywhere.
    Fix safety: Unsafe: the line of anchor-lang is written, and lock files have to be made again.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for workspace in workspaces(context):
            lines = Counter(
                version for one in workspace.programs if one.is_program and (version := anchor_of(context, one))
            )
            if lines:
                version = lines.most_common(1)[0][0]
                yield from self._command(context, workspace, version)
                yield from self._solana(context, workspace, version)
                yield from self._rust(context, workspace, version)
        for client in clients(context):
            if client.library and (context.focus is None or client.path in context.focus):
                yield from self._client(context, client)

    def _command(self, context: Inspection, workspace: Workspace, version: str) -> Iterator[Finding]:
        place, said = _toolchain(workspace, "anchor_version")
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
        place, said = _toolchain(workspace, "solana_version")
        wanted = row(version).get("solana", "")
        if not said or not wanted or _fits(said, wanted) or not self._wanted(context, workspace):
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
        found = _channel(context, workspace.folder)
        if not least or found is None or sort_key(found[2]) >= sort_key(least) or not self._wanted(context, workspace):
            return
        path, line, channel = found
        yield self.finding(
            context,
            path,
            f"Rust {channel} is pinned, but anchor-lang {version} needs {least} at least.",
            line=line,
            evidence=f"compatibility table of {table_date()}",
            severity="warning",
            fixes=(Fix(f"set the channel to {least} or later", "manual"),),
        )

    def _wanted(self, context: Inspection, workspace: Workspace) -> bool:
        return context.focus is None or workspace.path in context.focus

    def _client(self, context: Inspection, client: Client) -> Iterator[Finding]:
        said = pinned(client.requirement)
        if not said:
            return
        versions = _programs_of(context, client)
        if not versions or any(_same(said, version, client.library) for version in versions):
            return
        version, why = next(iter(versions.items()))
        document = context.document(client.path, jsonc.parse)
        apart = _idl_generation(said) != _idl_generation(version)
        yield self.finding(
            context,
            client.path,
            f"{client.library} is {client.requirement}, but {why} uses anchor-lang {version}"
            + (": this client cannot read its IDL." if apart else "."),
            line=document.position(client.place),
            evidence=f"{client.library} {client.requirement}, anchor-lang {version}",
            severity="error" if apart else "warning",
            fixes=(Fix(f"take the client package of {line_of(version)}, and make the lock file again", "manual"),),
        )


def _toolchain(workspace: Workspace, key: str) -> tuple[tuple[str, ...], str]:
    """Where a tool's exact version stands, and what it is; files older than ``[toolchain]`` hold it at the top."""
    for place in (("toolchain", key), (key,)):
        value = workspace.document.get(place)
        if isinstance(value, str) and (match := _EXACT.fullmatch(value.strip())):
            return place, match[1]
    return (), ""


def _where(workspace: Workspace) -> str:
    return ", ".join(dict.fromkeys(one.anchor_at[0] for one in workspace.programs if one.is_program))[:200]


def _fits(version: str, wanted: str) -> bool:
    try:
        return satisfies(version, wanted)
    except ConfigurationError:
        return True


def _channel(context: Inspection, folder: str) -> tuple[str, int, str] | None:
    """The pinned Rust that rustup would take in a folder: file, line and version."""
    for up in upward(folder):
        for name in ("rust-toolchain", "rust-toolchain.toml"):
            path = inside(up, name)
            if not context.is_file(path):
                continue
            try:
                document = context.document(path, toml.parse)
            except Unreadable:
                return None
            channel = table(document.data, "toolchain").get("channel")
            match = _CHANNEL.fullmatch(channel) if isinstance(channel, str) else None
            return (path, document.line(("toolchain", "channel")), match[1]) if match else None
    return None


def _programs_of(context: Inspection, client: Client) -> dict[str, str]:
    """Versions of anchor-lang of the programs that a package talks to, each with one of them."""
    found: dict[str, str] = {}
    for workspace in workspaces(context):
        for one in workspace.programs if workspace.folder == client.folder else ():
            if one.is_program and (version := anchor_of(context, one)):
                found.setdefault(version, f"the program {one.name} beside it")
    for one in programs(context) if not found else ():
        hits = [declared.address for declared in one.declared if declared.address in client.ids]
        if hits and one.is_program and (version := anchor_of(context, one)):
            found.setdefault(version, f"{one.name}, whose id is in {client.ids[hits[0]]},")
    return found


def _same(said: str, version: str, library: str) -> bool:
    """Whether a client fits a crate: from 1.0 on by the major version, before by the release line."""
    if said.partition(".")[0] != version.partition(".")[0]:
        return False
    if not said.startswith("0."):
        return "-" in version or "-" not in said
    return line_of(said) == line_of(version) or (
        library == "@project-serum/anchor" and _idl_generation(said) == _idl_generation(version)
    )


def _idl_generation(version: str) -> int:
    """The format of the IDL changed with 0.30."""
    return int(sort_key(line_of(version))[0] >= (0, 30))
