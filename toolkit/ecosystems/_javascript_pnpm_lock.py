"""``pnpm-lock.yaml`` by its lines: it is machine-made and large, and a YAML parser takes seconds for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Lock", "folder_name", "parse"]

_KEY = regex(r"^(?P<indent> *)(?P<quote>['\"]?)(?P<key>\S.*?)(?P=quote):(?: (?P<value>.*))?$")
_UNSAFE = regex(r'[\\/:*?"<>|#]')
_HASHED_FROM = 60
"""Folder names longer than this may be cut and hashed (the limit is 120, or 60 where it is so configured)."""


@frozen
class Lock:
    """What an install of the lock must leave behind.

    Args:
        packages: keys of packages that are not optional, with the package's name.
        links: by importer, its direct dependencies (optional ones left out) with the key or ``link:`` they lead to.
    """

    packages: Mapping[str, str]
    links: Mapping[str, Mapping[str, str]]


def parse(content: bytes) -> Lock:
    """Read the sections ``importers`` and ``snapshots`` of version 9, or ``packages`` of version 6."""
    sections = _sections(content.decode("utf-8", "surrogateescape"))
    snapshots = sections.get("snapshots")
    lines = sections.get("packages", ()) if snapshots is None else snapshots
    modern = snapshots is not None
    packages: dict[str, str] = {}
    key = ""
    for line in lines:
        if line.startswith("    optional: true"):
            packages.pop(key, None)
        elif line[:2] == "  " and line[2:3] not in (" ", "") and (found := _KEY.match(line)):
            key = found["key"].removeprefix("/")
            at = key.find("@", 1)
            if at > 0 and (modern or found["key"].startswith("/")):
                packages[key] = key[:at]
    return Lock(packages, _links(sections.get("importers", ())) if modern else {})


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.split("\n"):
        if line and line[0] not in " #-" and line.rstrip().endswith(":"):
            current = found[line.rstrip()[:-1]] = []
        elif line:
            current.append(line.rstrip("\r"))
    return found


def _links(lines: tuple[str, ...] | list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    importer = kind = name = ""
    for line in lines:
        parts = _KEY.match(line)
        if parts is None:
            continue
        depth = len(parts["indent"])
        if depth == 2:
            importer = parts["key"]
            found.setdefault(importer, {})
        elif depth == 4:
            kind = parts["key"]
        elif depth == 6:
            name = parts["key"]
        elif depth == 8 and parts["key"] == "version" and kind in ("dependencies", "devDependencies"):
            found[importer][name] = _key(name, (parts["value"] or "").strip("'\""))
    return found


def _key(name: str, version: str) -> str:
    """The key of a package: a version stands alone unless the dependency is an alias or comes from elsewhere."""
    if version.startswith(("link:", "file:")) or version.partition("(")[0].find("@", 1) > 0:
        return version
    return f"{name}@{version}"


def folder_name(key: str) -> str:
    """The folder of a package in the virtual store; empty where pnpm hashes it or it is a link."""
    if key.startswith("link:"):
        return ""
    name = _UNSAFE.sub("+", key)
    if "(" in name:
        name = re.sub(r"\)\(|\(|\)", "_", name.removesuffix(")"))
    return "" if len(name) > _HASHED_FROM or name != name.lower() else name
