"""See :class:`UnusedExportClass`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches
from toolkit.checks.code._uses import imported_stems, uses
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.model import Fix
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_FOUND_BY_OTHERS = re.compile(
    r"(?i)\b(?:extends|implements)\s+[\w.]*(?:migration|HTMLElement|LitElement|DurableObject|WorkflowEntrypoint|WorkerEntrypoint|Command|Plugin|Entity|Model|Error|Exception|Seeder|TestCase|Component)\w*"
)
_BY_CONVENTION = re.compile(
    r"(?i)(?:^|/)(?:migrations?|seeds?|entities|models?|commands?|plugins?|pages|app/api|routes|controllers|dto|stubs)/"
)


class UnusedExportClass(Check):
    """A class is exported, and nothing in the repository uses it.

    What it checks: Named exports of classes in TypeScript and JavaScript whose name stands nowhere else in sources and
        configurations. In a package that others can install it is ``info``. Decorated classes and kinds that frameworks find by
        their folder or base class stay quiet.
    Why it matters: What such a class was written for does not happen: a queue's processor that the queue handler never calls loses every message.
    How to fix: Use it where it belongs, or remove it.
    Fix safety: Manual. Whether it was forgotten or is left over is not in the code.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        candidates = [
            one
            for one in matches(context, self.id)
            if not _FOUND_BY_OTHERS.search(one.captures["head"])
            and not _BY_CONVENTION.search(one.path)
            and not context.is_foreign(one.path)
        ]
        counted = uses(context, {one.captures["name"] for one in candidates})
        unused = [one for one in candidates if counted[one.captures["name"]] <= int(one.captures["own"])]
        imported = imported_stems(context, {one.path for one in unused if one.captures["default"]})
        for one in unused:
            name = one.captures["name"]
            if not one.captures["default"] or one.path not in imported:
                published = _is_published(context, one.path)
                yield self.finding(
                    context,
                    one.path,
                    f"Nothing uses the exported class {name}: what it was written for does not happen."
                    if not published
                    else f"Nothing here uses the exported class {name}; the package may be installed by others.",
                    line=(one.line, one.column),
                    evidence=f"{name} stands nowhere else in this repository",
                    severity="info" if published else "warning",
                    fixes=(Fix(f"use {name} where it belongs, or remove it", "manual"),),
                )


def _is_published(context: Inspection, path: str) -> bool:
    """Whether the package around a file is meant for others: not private, with an entry."""
    for folder in upward(folder_of(path)):
        manifest = inside(folder, "package.json")
        if context.is_file(manifest):
            try:
                data = context.document(manifest, jsonc.parse).data
            except Unreadable:
                return True
            if not isinstance(data, dict):
                return True
            entry = any(key in data for key in ("main", "module", "exports", "types", "bin"))
            return entry and (not data.get("private") or "exports" in data or "main" in data)
    return False
