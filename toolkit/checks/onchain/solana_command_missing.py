"""See :class:`SolanaCommandMissing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.onchain._tool_versions import tool_of
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.versions import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._tool_versions import Tool
    from toolkit.model import Finding


class _Command(NamedTuple):
    """A command that some releases lack.

    Args:
        tool: ``anchor`` or ``solana``.
        words: as they are written.
        since: the first release that has it; empty for all.
        until: the first release that has it no more; empty for none.
        instead: what does the same in releases without it.
    """

    tool: str
    words: str
    since: str
    until: str
    instead: str


_COMMANDS = (
    _Command("anchor", "anchor idl parse", "", "0.30.0", "anchor idl build"),
    _Command("anchor", "anchor idl build", "0.29.0", "", "anchor build"),
    _Command("anchor", "anchor idl convert", "0.30.1", "", "a newer Anchor"),
    _Command("anchor", "anchor idl type", "0.30.1", "", "a newer Anchor"),
    _Command("anchor", "anchor idl set-buffer", "", "1.0.0", "anchor idl write-buffer"),
    _Command("anchor", "anchor idl set-authority", "", "1.0.0", "anchor idl set-buffer-authority, or the program-metadata command"),
    _Command("anchor", "anchor idl erase-authority", "", "1.0.0", "the program-metadata command"),
    _Command("anchor", "anchor idl authority", "", "1.0.0", "the program-metadata command"),
    _Command("anchor", "anchor idl create-buffer", "1.0.0", "", "anchor idl write-buffer"),
    _Command("anchor", "anchor publish", "", "0.32.0", "anchor verify: the registry is gone"),
    _Command("anchor", "anchor login", "", "1.0.0", "nothing: the registry is gone"),
    _Command("anchor", "anchor program deploy", "1.0.0", "", "anchor deploy"),
    _Command("solana", "cargo build-bpf", "", "2.1.0", "cargo build-sbf"),
    _Command("solana", "cargo test-bpf", "", "2.1.0", "cargo test-sbf"),
    _Command("solana", "cargo-build-bpf", "", "2.1.0", "cargo-build-sbf"),
    _Command("solana", "cargo-test-bpf", "", "2.1.0", "cargo-test-sbf"),
)  # fmt: skip
_GLOBS = (
    "*.sh", "*.bash", "*.zsh", "Makefile", "makefile", "*.mk", "justfile", "Justfile", "Dockerfile*", "*.Dockerfile", "*.yml", "*.yaml",
    "package.json", "Anchor.toml", "Taskfile*",
)  # fmt: skip
_SHOWN = regex(r"^\s*(?:#|//|- name:|name:|description:)|\b(?:echo|printf|log|print|info)\b[^&;|]*$|\|\|\s*$")
"""What stands before a command that is not run there, or only where another one failed."""
_ELSE = regex(r"[^\n&;]{0,200}\|\|")
"""A command behind which another one follows where it fails."""
_NAMES = {"anchor": "Anchor", "solana": "Solana"}
_GOES_ON = regex(r"[\w-]")


class SolanaCommandMissing(Check):
    """A script calls a command that its Anchor or Solana does not have.

    What it checks: Commands of ``anchor`` and ``cargo`` in scripts, package scripts, recipes, images, workflows and ``[scripts]`` of Anchor.toml
        that some releases lack: ``anchor idl parse`` (gone with 0.30), ``publish`` (0.32), ``login`` and the authorities of IDL accounts (1.0),
        ``idl convert`` and ``idl type`` (new in 0.30.1), ``cargo build-bpf`` and ``test-bpf`` (gone with Agave 2.1). Which release runs is what the file installs
        itself, ``[toolchain]`` of its Anchor.toml, the only version that the repository installs, or (a warning then) what anchor-lang
        needs. Where nothing says it, or another command follows after ``||``, nothing is told. Workflows that never run are left out.
    Why it matters: The step stops with an unrecognized subcommand, after everything before it was built.
    How to fix: Call what does the same in that release.
    Fix safety: Manual: arguments and outputs differ.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path in files_with(context, tuple(one.words for one in _COMMANDS), _GLOBS):
            if "/.github/workflows/" not in path:  # below the root none runs
                yield from self.found_in(context, path, self._of_file)

    def _of_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        text = text_of(context, path, errors="replace")
        for one in _COMMANDS:
            at = next(_places(text, one.words), None)
            tool = tool_of(context, path, one.tool) if at is not None else None
            if at is not None and tool is not None and (lacks := _lacks(one, tool)):
                yield self.finding(
                    context,
                    path,
                    f"{one.words} is called, and {_NAMES[one.tool]} {tool.version} has no such command: {lacks}.",
                    line=line_at(text, at),
                    evidence=f"{tool.version} by {tool.where}",
                    severity="error" if tool.pinned else "warning",
                    fixes=(Fix(f"use {one.instead}", "manual"),),
                )


def _lacks(command: _Command, tool: Tool) -> str:
    """Why a release has no such command; empty if it has one."""
    if command.until and sort_key(tool.version) >= sort_key(command.until):
        return f"it went with {command.until}"
    if command.since and sort_key(tool.version) < sort_key(command.since):
        return f"it came with {command.since}"
    return ""


def _places(text: str, words: str) -> Iterator[int]:
    """Where a command is run, as far as its line tells."""
    at = text.find(words)
    while at >= 0:
        before, end = text[text.rfind("\n", 0, at) + 1 : at], at + len(words)
        whole = not _GOES_ON.match(text, end) and not _GOES_ON.match(before[-1:])
        if whole and not _SHOWN.search(before) and not _ELSE.match(text, end):
            yield at
        at = text.find(words, end)
