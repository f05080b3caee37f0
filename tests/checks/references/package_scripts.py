"""A package with scripts, a workspace of packages, and findings in short."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.model import Finding


def scripts(**given: str) -> str:
    return json.dumps({"name": "a", "scripts": given}, indent=0)


def workspace(root: dict[str, str], **members: object) -> dict[str, object]:
    """A workspace of npm with these scripts at its root, and members by the names of their folders."""
    manifest = {"name": "root", "private": True, "workspaces": ["packages/*"], "scripts": root}
    return {"package.json": json.dumps(manifest), "package-lock.json": "{}", "packages": members}


def told(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.message) for one in found]
