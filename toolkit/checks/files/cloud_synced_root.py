"""A repository inside a folder that a cloud keeps."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix
from toolkit.system import darwin
from toolkit.system.owner import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class CloudSyncedRoot(Check):
    """The repository lies in a folder that a cloud synchronises.

    What it checks:
        Whether the repository's folder belongs to iCloud Drive, Dropbox, OneDrive, Google Drive or another
        provider: by its path, by the marks of the folder and its ancestors, by the providers' own settings. A
        folder named ``*.nosync`` and one that is marked as ignored are not synchronised.

    Why it matters:
        The provider evicts files when the disk fills, so that builds and git meet files that are not there; it
        uploads ``node_modules`` and ``target``; and where two machines write it leaves copies, also inside of
        ``.git``, which breaks the repository. It comes back after every repair while the repository stays there.

    How to fix:
        Move the work tree out: ``invoke evacuate ~/Developer/NAME``. git's own remote is the copy that matters.

    Fix safety:
        Manual: moving a work tree is asked for by name, never done on the way.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask the folder and its ancestors, nothing below."""
        home = Path(context.variables.get("HOME") or os.path.expanduser("~"))
        found = identify(context.root, home)
        if found is None or _is_left_out(context.root):
            return
        yield self.finding(
            context,
            ".",
            f"the repository lies in {found.name}: files are evicted and copied behind git's back",
            evidence=f"told by {found.told_by}",
            fixes=(Fix(f"invoke evacuate ~/Developer/{context.root.name}", "manual"),),
        )


def _is_left_out(root: Path) -> bool:
    places = (root, *root.parents)
    if any(place.name.endswith(".nosync") for place in places):
        return True
    marks = (darwin.IGNORED, darwin.IGNORED_DROPBOX)
    return darwin.available() and any(darwin.attribute(os.fspath(place), mark) for place in places for mark in marks)
