"""Which Anchor and which Solana a folder's scripts run with, and where that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.onchain._installs import Install, installs
from toolkit.checks.onchain._versions import anchor_of, row, toolchain
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.memory import once_a_run
from toolkit.places import folder_of, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._workspaces import Workspace

__all__ = ["Tool", "tool_of"]

_KEYS = {"anchor": "anchor_version", "solana": "solana_version"}


class Tool(NamedTuple):
    """A version of a command line, and where it is written; not pinned if it only follows from what the programs need."""

    version: str
    where: str
    pinned: bool


def tool_of(context: Inspection, path: str, tool: str) -> Tool | None:
    """What a file's commands run with: as the file itself installs it, as its Anchor.toml says, as all files install it, as the crates need it."""
    own = {one.version: one for one in _installed(context) if one.tool == tool and one.path == path}
    if own:
        return Tool(*_only(own, path), pinned=True) if len(own) == 1 else None
    workspace = _workspace(context, path)
    if workspace is not None and (said := toolchain(workspace, _KEYS[tool])[1]):
        return Tool(said, workspace.path, pinned=True)
    every = {one.version: one for one in _installed(context) if one.tool == tool}
    if every:
        return Tool(*_only(every, ""), pinned=True) if len(every) == 1 else None
    versions = {version for one in workspace.programs if (version := anchor_of(context, one))} if workspace else set()
    if workspace is None or len(versions) != 1:
        return None
    needed = next(iter(versions))
    version = needed if tool == "anchor" else row(needed).get("solana", "").partition(" ")[0].removeprefix(">=")
    version += ".0" * (2 - version.count("."))  # the table has release lines
    return Tool(version, f"anchor-lang {needed}", pinned=False) if version[0].isdigit() else None


def _only(found: dict[str, Install], path: str) -> tuple[str, str]:
    ((version, one),) = found.items()
    return version, path or f"{one.path}:{one.line}"


@once_a_run
def _installed(context: Inspection) -> tuple[Install, ...]:
    return tuple(installs(context))


def _workspace(context: Inspection, path: str) -> Workspace | None:
    """The workspace around a file, or the only one of the repository."""
    spaces = {one.folder: one for one in workspaces(context)}
    around = next((spaces[up] for up in upward(folder_of(path)) if up in spaces), None)
    return around or (next(iter(spaces.values())) if len(spaces) == 1 else None)
