"""Everything in the repository that says which version of a tool is meant; read once a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from toolkit.checks.toolchain import _bytecode, _from_ci, _from_images, _from_manifests, _from_pins, _from_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said

__all__ = ["everything"]

_KEY = "toolkit.checks.toolchain"
_LOCK = threading.Lock()


def everything(context: Inspection) -> tuple[Said, ...]:
    """Every demand in the repository's own files, by path and line."""
    with _LOCK:
        found: tuple[Said, ...] | None = context.shared.get(_KEY)
        if found is None:
            kept = [one for one in _all(context) if not context.is_foreign(one.path)]
            found = context.shared[_KEY] = tuple(sorted(kept, key=lambda one: (one.path, one.line, one.tool)))
    return found


def _all(context: Inspection) -> Iterator[Said]:
    for module in (_from_pins, _from_manifests, _bytecode, _from_images, _from_ci, _from_settings):
        yield from module.said(context)
