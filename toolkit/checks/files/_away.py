"""Which files are not on this machine, asked by folder and never read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.system.dataless import FileState, Seam

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.system.dataless import Node

__all__ = ["Away", "below", "listed"]


@dataclass(slots=True)
class Away:
    """What was met; paths relative to the place that was looked at.

    Args:
        files: dataless files with their size in bytes.
        unknown: folders whose content cannot be told without a download.
    """

    files: list[tuple[str, int]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def listed(top: str, paths: Iterable[str], provider: Seam) -> Away:
    """Those of the paths that are not here; one listing a folder, not one question a file."""
    found = Away()
    by_folder: dict[str, set[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        by_folder.setdefault(folder, set()).add(name)
    for folder, names in sorted(by_folder.items()):
        if any(folder == item or folder.startswith(f"{item}/") for item in found.unknown):
            continue
        nodes = _nodes(top, folder, provider, found)
        prefix = f"{folder}/" if folder else ""
        found.files += [
            (prefix + node.name, node.size)
            for node in nodes
            if node.name in names and node.kind == "file" and node.state is not FileState.LOCAL
        ]
    return found


def _nodes(top: str, folder: str, provider: Seam, found: Away) -> list[Node]:
    """What lies in a folder; nothing, and a word in the findings, where it cannot be listed."""
    try:
        return provider.listing(f"{top}/{folder}" if folder else top)
    except FileNotFoundError:
        return []
    except OSError:
        found.unknown.append(folder or ".")
        return []


def below(top: str, provider: Seam) -> Away:
    """Everything below a folder that is not here."""
    found = Away()
    pending = [""]
    while pending:
        folder = pending.pop()
        nodes = _nodes(top, folder, provider, found)
        for node in nodes:
            path = os.path.join(folder, node.name)
            if node.kind == "folder":
                (found.unknown if node.state is not FileState.LOCAL else pending).append(path)
            elif node.state is not FileState.LOCAL:
                found.files.append((path, node.size))
    found.files.sort()
    return found
