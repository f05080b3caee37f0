"""Whether the locks of npm, pnpm, yarn and bun hold what the manifests ask for; compared as text, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.dependencies._manifests import manager_of
from toolkit.checks.dependencies._stale_npm import npm
from toolkit.checks.dependencies._stale_pnpm import pnpm
from toolkit.checks.dependencies._stale_yarn import bun, yarn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._stale import Complaint
    from toolkit.model import Subproject

__all__ = ["complaints"]

_JUDGES = {"npm": npm, "pnpm": pnpm, "yarn": yarn, "bun": bun}


def complaints(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Everything that the lock of a JavaScript subproject does not hold as its manifests ask for."""
    lock = subproject.lockfile
    if lock is not None and not lock.endswith(".lockb"):
        yield from _JUDGES[manager_of(subproject.ecosystem)](context, subproject, lock)
