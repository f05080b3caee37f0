"""What ``Cargo.lock`` names and Cargo's cache lacks, told from listings alone."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import inside, upward, variable

if TYPE_CHECKING:
    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = ["absent"]

_LOCKED = regex(r'^name = "([^"]+)"\r?\nversion = "([^"]+)"\r?\nsource = "([^"]+)"', re.MULTILINE)


def absent(context: Context, subproject: Subproject) -> str:
    """What the lock names and Cargo's cache lacks, in a few words; empty if it is whole.

    An archive in ``registry/cache`` is enough, for cargo unpacks it without the network, and so is its unpacked
    source; an empty archive is what an interrupted download leaves, and cargo takes it for missing too.
    """
    if subproject.lockfile is None:
        return ""
    try:
        text = context.read(subproject.lockfile).decode("utf-8", "replace")
    except Unreadable as error:
        return f"Cargo.lock: {error}"
    packages = _LOCKED.findall(text)
    if not packages:
        return ""
    vendored = _vendored(context, subproject.path)
    home = variable(context, subproject.path, "CARGO_HOME") or os.path.join(variable(context, ".", "HOME"), ".cargo")
    names = _names(context, vendored) if vendored else _cached(context, home)
    commits = set() if vendored else _names(context, os.path.join(home, "git", "checkouts"), depth=2)
    for name, version, source in packages:
        if source.startswith("git+") and not vendored:
            commit = source.rpartition("#")[2]
            if not any(len(short) >= 7 and commit.startswith(short) for short in commits):
                return f"{name} {version} is not checked out in {home}"
        elif f"{name}-{version}" not in names and not (vendored and name in names):
            return f"{name} {version} is not in {vendored or home}"
    return ""


def _cached(context: Context, home: str) -> set[str]:
    archives = _names(context, os.path.join(home, "registry", "cache"), depth=2)
    sources = _names(context, os.path.join(home, "registry", "src"), depth=2)
    return {name.removesuffix(".crate") for name in archives} | sources


def _names(context: Context, folder: str, depth: int = 1) -> set[str]:
    """Names of non-empty entries, ``depth`` levels down; a listing is kept while its folder's time stands."""
    try:
        if depth > 1:
            with os.scandir(folder) as entries:
                inner = [entry.path for entry in entries if entry.is_dir()]
            return set().union(*(_names(context, path, depth - 1) for path in inner))
        stamp = os.stat(folder).st_mtime_ns
        kept: dict[str, tuple[int, set[str]]] = context.shared.setdefault("rust.listings", {})
        if kept.get(folder, (0, set()))[0] != stamp:
            with os.scandir(folder) as entries:
                kept[folder] = (stamp, {item.name for item in entries if item.is_dir() or item.stat().st_size})
        return kept[folder][1]
    except OSError:
        return set()


def _vendored(context: Context, folder: str) -> str:
    """The absolute folder that ``[source]`` replacement puts in place of the registry; empty without one."""
    for up in upward(folder):
        for name in (".cargo/config.toml", ".cargo/config"):
            path = inside(up, name)
            if not context.is_file(path):
                continue
            try:
                sources = context.toml(path).get("source", {})
                target = sources[sources["crates-io"]["replace-with"]]["directory"]
            except (Unreadable, KeyError, TypeError):
                continue
            return str(context.absolute(up) / target)
    return ""
