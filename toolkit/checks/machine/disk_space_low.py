"""Disks that are nearly full where installs and builds write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

LOW_BYTES = 5 * 1024**3
"""What a bootstrap of a polyglot monorepo writes easily: packages, compilers, one build of Rust."""
NONE_BYTES = 512 * 1024**2


class DiskSpaceLow(Check):
    """A disk that installs and builds write to is nearly full.

    What it checks:
        The free space, for this user, of the volumes that hold the repository, the tool cache, the home folder's
        caches and the Nix store; each volume once. Below 5 GiB is a warning, below 512 MiB an error.

    Why it matters:
        Installs end in the middle with "No space left on device", locks and caches are left half written, and on
        a Mac a full disk is what makes iCloud evict files.

    How to fix:
        ``invoke clean`` shows what of this repository can be made again, ``invoke gc`` the tool cache.

    Fix safety:
        Manual: what may go is your decision.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask each volume once."""
        seen: set[int] = set()
        for name, place in _places(context):
            try:
                device = os.stat(place).st_dev
                status = os.statvfs(place)
            except OSError:
                continue
            if device in seen or status.f_blocks == 0:
                continue
            seen.add(device)
            free = status.f_bavail * status.f_frsize
            if free < LOW_BYTES:
                total = status.f_blocks * status.f_frsize
                yield self.finding(
                    context,
                    ".",
                    f"{free / 1024**3:.1f} GiB are free on the volume of {name}: installs and builds may not fit",
                    evidence=f"{free} of {total} bytes",
                    severity="error" if free < NONE_BYTES else "warning",
                    fixes=(Fix("invoke clean --plan, invoke gc --plan", "manual"),),
                )


def _places(context: Inspection) -> Iterator[tuple[str, Path]]:
    home = Path(context.variables.get("HOME") or os.path.expanduser("~"))
    yield "the repository", context.root
    cache = Path(context.variables.get("TOOLKIT_CACHE") or context.variables.get("XDG_CACHE_HOME") or home / ".cache")
    yield "the caches", next((place for place in (cache, *cache.parents) if place.exists()), home)
    yield "the home folder", home
    if Path("/nix/store").is_dir():
        yield "the Nix store", Path("/nix/store")
