"""Whether a package manager written in JavaScript runs on the Node that a subproject uses, and which npm does."""

from __future__ import annotations

import json
from pathlib import Path

from toolkit import versions as _versions
from toolkit.errors import ConfigurationError

MANAGERS = ("npm", "pnpm", "yarn")
_NPM_OF_NODE = ((24, "11.21.2"), (18, "10.9.9"), (12, "8.19.4"), (4, "6.14.18"))
"""The first Node of a line to an npm that its ``engines`` support; those of nix/pins.json from Node 18 on."""


def npm_for(node: str) -> str:
    """The npm that goes with a Node of that version; empty for one that nobody supports any more, or none."""
    if not node[:1].isdigit():
        return ""
    return next((npm for first, npm in _NPM_OF_NODE if _versions.major(node) >= first), "")


def refusal(program: str, name: str, version: str, node: str) -> str:
    """Why a manager on the search path does not run on a Node, in words; empty if it does or nothing is known.

    Args:
        program: its path, usually a link into its package.
        name: the manager.
        version: what it is.
        node: the version of the Node that the subproject uses.
    """
    for folder in Path(program).resolve().parents:
        manifest = folder / "package.json"
        if manifest.is_file():
            break
    else:
        return ""
    try:
        data = json.loads(manifest.read_bytes())
        asked = data["engines"]["node"] if data.get("name") in (name, f"@{name}pkg/cli-dist") else ""
        fits = not asked or _versions.satisfies(node, asked)
    except (OSError, ValueError, KeyError, TypeError, ConfigurationError):
        return ""
    return "" if fits else f"{program} is {version}, which needs node {asked}"
