"""Versions of Anchor in requirements, and the dated table of what goes together."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.places import inside, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.checks.onchain._workspaces import Workspace

__all__ = ["anchor_of", "channel", "line_of", "pinned", "row", "table_date", "toolchain"]

_VERSION = regex(
    r"(?P<operator>[\^~=]|==|>=)?\s*v?(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.(?P<patch>\d+))?(?P<pre>-[\w.]+)?"
)
_EXACT = regex(r"v?(\d+\.\d+(?:\.\d+)?)")
_CHANNEL = regex(r"(\d+\.\d+(?:\.\d+)?)")
_LOCKED = regex(rb'name = "anchor-lang"\r?\nversion = "([^"]+)"')


def pinned(text: str) -> str:
    """The version that a requirement comes to, for what has the release line in common; empty if it leaves that open.

    ``^0.31.0``, ``0.31.1`` and ``~0.31`` stay within 0.31; ``>=0.31``, ``*`` and ``0`` do not say.
    From 1.0 on a caret lets the minor version grow; what is written is taken for what is meant.
    """
    match = _VERSION.fullmatch(text.strip())
    if match is None or match["operator"] == ">=" or (match["minor"] is None):
        return ""
    return f"{match['major']}.{match['minor']}.{match['patch'] or 0}{match['pre'] or ''}"


def line_of(version: str) -> str:
    """The release line that must be equal: ``0.31`` of ``0.31.1``; ``1.0`` of ``1.0.0-rc.5``."""
    return ".".join(version.split("-", maxsplit=1)[0].split(".")[:2])


def anchor_of(context: Inspection, program: Program) -> str:
    """The version of anchor-lang that a program is built with, by its requirement or else its lock; empty if unknown."""
    found = pinned(program.anchor or "")
    if found or program.anchor is None:
        return found
    for folder in upward(program.folder):
        path = inside(folder, "Cargo.lock")
        if context.is_file(path):
            try:
                locked = set(_LOCKED.findall(context.read(path)))
            except Unreadable:
                return ""
            return locked.pop().decode("utf-8", "replace") if len(locked) == 1 else ""
    return ""


@cache
def _table() -> dict[str, Any]:
    text = resources.files("toolkit.checks.onchain").joinpath("compatibility.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def table_date() -> str:
    """Of which month the table is."""
    return str(_table()["date"])


def row(version: str) -> dict[str, str]:
    """What goes with a release of Anchor; empty if the table does not know it."""
    line = line_of(version)
    return next((one for one in _table()["anchor"] if one["version"] == line), {})


def toolchain(workspace: Workspace, key: str) -> tuple[tuple[str, ...], str]:
    """Where a tool's exact version stands, and what it is; files older than ``[toolchain]`` hold it at the top."""
    for place in (("toolchain", key), (key,)):
        value = workspace.document.get(place)
        if isinstance(value, str) and (match := _EXACT.fullmatch(value.strip())):
            return place, match[1]
    return (), ""


def channel(context: Inspection, folder: str) -> tuple[str, int, str] | None:
    """The pinned Rust that rustup would take in a folder: file, line and version."""
    for up in upward(folder):
        for name in ("rust-toolchain", "rust-toolchain.toml"):
            path = inside(up, name)
            if not context.is_file(path):
                continue
            if (document := context.readable(path, toml.parse)) is None:
                return None
            said = table(document.data, "toolchain").get("channel")
            match = _CHANNEL.fullmatch(said) if isinstance(said, str) else None
            return (path, document.line(("toolchain", "channel")), match[1]) if match else None
    return None
