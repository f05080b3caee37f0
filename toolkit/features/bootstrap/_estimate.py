"""How long an install will take, so that the longest begins first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.context import Context
    from toolkit.features._records import Records
    from toolkit.model import Subproject

__all__ = ["estimate"]

_DEFAULT_ESTIMATE_S = {
    "cargo": 20.0,
    "anchor": 30.0,
    "pnpm": 8.0,
    "npm": 8.0,
    "yarn": 8.0,
    "yarn_classic": 8.0,
    "go": 5.0,
    # Ten of them make the environment, before anything is downloaded: 5 s of processor time with pip's own wheel.
    "pip": 40.0,
}
_ESTIMATE_S = 4.0
_LOCK_BYTES_PER_S = {
    "npm": 30_000,
    "pnpm": 10_000,
    "yarn": 10_000,
    "yarn_classic": 6_000,
    "uv": 20_000,
    "cargo": 20_000,
}
_BYTES_PER_S = 40_000
"""A first guess of how long an install takes, by the size of its lock: the median of some forty first installs of public
subprojects on two cores, one other beside each. A lock's lines say more of a package with npm than with yarn 1."""


def estimate(context: Context, item: Subproject, records: Records) -> float:
    """Seconds the install will take: the last time's, else a guess by ecosystem and size of the lock."""
    known = records.duration_s(item.key)
    if known is not None:
        return known
    base = _DEFAULT_ESTIMATE_S.get(item.ecosystem, _ESTIMATE_S)
    try:
        size = os.stat(context.absolute(item.lockfile)).st_size if item.lockfile else 0
    except OSError:
        return base
    return base / 4 + size / _LOCK_BYTES_PER_S.get(item.ecosystem, _BYTES_PER_S)
