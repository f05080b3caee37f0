"""Locks without a manifest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix, RemoveTree
from toolkit.packages import LOCKS
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


_OF_TOOLS = frozenset({"node_modules", "kotlin-js-store", "kotlin-js-store-wasm"})
"""Folders in which a tool keeps locks of its own."""


class LockfileOrphan(Check):
    """A lock lies in a folder without the manifest that it locks.

    What it checks:
        Locks of npm, yarn, pnpm, bun, Cargo, uv, Poetry, PDM, Pipenv, Go, Nix and others whose manifest is not
        beside them; a ``.terraform.lock.hcl`` in a folder without ``*.tf``. An empty ``yarn.lock`` is left
        alone: it marks a root.

    Why it matters:
        Nothing reads it. Most come from an install in the wrong folder; tools that look upward for a root (npm,
        Next.js, Turborepo, dependency scanners) take the folder for a project, and scanners report what it lists.

    How to fix:
        Remove it, or bring the manifest back if that was deleted by mistake.

    Fix safety:
        Safe for a lock of npm that lists no package. Unsafe for others: it goes to the quarantine.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look beside every lock."""
        for path in sorted({*context.named(*LOCKS), *context.named(".terraform.lock.hcl")}):
            name = path.rpartition("/")[2]
            if not _OF_TOOLS.isdisjoint(path.split("/")) or _has_manifest(context, folder_of(path), name):
                continue
            empty = _lists_nothing(context, path)
            if empty and name == "yarn.lock":
                continue
            tracked = path in context.inventory.tracked_set
            wanted = " or ".join(LOCKS.get(name, ("a .tf file",)))
            reason = f"a lock without {wanted} beside it"
            action = RemoveTree(path, reason, "lockfile-orphan", tracked)
            yield self.finding(
                context,
                path,
                f"{reason}: nothing reads it",
                evidence="it lists no package" if empty else f"{folder_of(path)} holds no {wanted}",
                fixes=(Fix("remove it", "safe" if empty else "unsafe", (action,)),),
            )


def _has_manifest(context: Inspection, folder: str, name: str) -> bool:
    if name in LOCKS:
        return any(context.is_file(inside(folder, manifest)) for manifest in LOCKS[name])
    prefix = "" if folder == "." else f"{folder}/"
    beside = (path.removeprefix(prefix) for path in context.below(folder))
    return any("/" not in path and path.endswith((".tf", ".tf.json", ".tofu", ".hcl")) for path in beside
               if path != ".terraform.lock.hcl")  # fmt: skip


def _lists_nothing(context: Inspection, path: str) -> bool:
    if (content := context.content(path)) is None:
        return False
    if not path.endswith(".json"):
        return not content.strip()
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and not any(data.get(key) for key in ("packages", "dependencies", "requires"))
