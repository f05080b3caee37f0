"""Which version of its manager a folder's lock and settings ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.packages import PNPM_FOR_SETTINGS, is_settings_only
from toolkit.places import inside

if TYPE_CHECKING:
    from toolkit.context import Context

__all__ = ["YARN_METADATA", "content_of", "manager_version"]

_RELEASE = regex(rb"^yarnPath:.*yarn-(\d+\.\d+\.\d+[\w.-]*?)\.c?js", re.MULTILINE)
YARN_METADATA = regex(rb"^__metadata:\s+version: (\d+)", re.MULTILINE)
"""The form of a lock of yarn 2 and later; that of yarn 1 has none."""
_YARN_BY_FORMAT = {4: "^2.4.0", 5: "^3.0.0", 6: "^3.0.0", 7: ">=4.0.0 <4.10.0", 8: ">=4.0.0 <4.10.0"}
_PNPM_IN_NPMRC = regex(
    rb"^(?:node-linker|(?:public-|shamefully-)?hoist(?:-pattern)?|link-workspace-packages)", re.MULTILINE
)
_BUN_LOCK = regex(rb'^\s*"lockfileVersion":\s*(\d+)', re.MULTILINE)
_PNPM_LOCK = regex(rb"^lockfileVersion: '?(\d+)", re.MULTILINE)


def manager_version(context: Context, folder: str, name: str) -> str | None:
    """The version that the folder's other files ask for: yarn's own release file, else the lock's format.

    Formats by manager: yarn 2 wrote 4, yarn 3 wrote 5 and 6, yarn 4.9 writes 8 and yarn 4.18 writes 10; pnpm 7
    wrote 5.x, pnpm 8 wrote 6.x, pnpm 9 and later write 9; bun writes its lock as text since 1.1.39 on demand, and
    since 1.2 in the first format that is not preliminary. A later one refuses an older format when frozen
    (seen: yarn 4.18 with 8, pnpm 10 with 6.0), and pnpm 11 one whose settings it does not find any more.
    """
    if name == "yarn":
        if release := _RELEASE.search(content_of(context, inside(folder, ".yarnrc.yml")) or b""):
            return release[1].decode()
        if found := YARN_METADATA.search(content_of(context, inside(folder, "yarn.lock")) or b""):
            return _YARN_BY_FORMAT.get(int(found[1]), ">=4.10.0")
    if name == "pnpm":
        return _pnpm_version(context, folder)
    if name == "bun" and (found := _BUN_LOCK.search(content_of(context, inside(folder, "bun.lock")) or b"")):
        return ">=1.1.39" if found[1] == b"0" else ">=1.2.0"
    return None


def _pnpm_version(context: Context, folder: str) -> str | None:
    try:
        settings = context.yaml(path) if context.is_file(path := inside(folder, "pnpm-workspace.yaml")) else None
    except Unreadable:
        settings = None  # the survey says so of the subproject
    least = PNPM_FOR_SETTINGS if is_settings_only(settings) else ""
    if found := _PNPM_LOCK.search(content_of(context, inside(folder, "pnpm-lock.yaml")) or b""):
        newest = " <11.0.0" if _has_old_pnpm_settings(context, folder) else ""
        return {5: "^7.0.0", 6: "^8.0.0"}.get(int(found[1]), f"{least or '>=9.0.0'}{newest}")
    return least or None


def _has_old_pnpm_settings(context: Context, folder: str) -> bool:
    """Whether settings stand where pnpm 11 reads them no longer: it then takes its own lock for another project's."""
    try:
        data = context.json(inside(folder, "package.json"))
    except Unreadable:
        data = {}
    own = data.get("pnpm") if isinstance(data, dict) else None
    return bool(own) or _PNPM_IN_NPMRC.search(content_of(context, inside(folder, ".npmrc")) or b"") is not None


def content_of(context: Context, path: str) -> bytes | None:
    """The content of a file; ``None`` where it is not there or cannot be read."""
    if not context.is_file(path):
        return None
    try:
        return context.read(path)
    except Unreadable:
        return None
