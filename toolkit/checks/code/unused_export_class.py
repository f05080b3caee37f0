"""See :class:`UnusedExportClass`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._paths import is_generated, is_test
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.model import Fix
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_READ = (
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".vue",
    ".svelte",
    ".astro",
    ".json",
    ".jsonc",
    ".toml",
    ".yml",
    ".yaml",
    ".html",
    ".tf",
    ".prisma",
    ".mdx",
)
_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_FOUND_BY_OTHERS = re.compile(
    r"(?i)\b(?:extends|implements)\s+[\w.]*(?:migration|HTMLElement|LitElement|DurableObject|WorkflowEntrypoint|WorkerEntrypoint|Command|Plugin|Entity|Model|Error|Exception|Seeder|TestCase|Component)\w*"
)
_BY_CONVENTION = re.compile(
    r"(?i)(?:^|/)(?:migrations?|seeds?|entities|models?|commands?|plugins?|pages|app/api|routes|controllers|dto|stubs)/"
)
_NO_USE = re.compile(rb"(?m)^[ \t]*(?://|\*|/\*).*$|\bexport\s*(?:type\s*)?\{[^}]*\}\s*from\b")
"""Comments on lines of their own, and exports that are handed on."""
_MAX_BYTES = 1_000_000


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
        counted = _count(context, {one.captures["name"] for one in candidates})
        for one in candidates:
            name = one.captures["name"]
            if counted.get(name, 0) <= int(one.captures["own"]):
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


def _count(context: Inspection, names: set[str]) -> dict[str, int]:
    """How often each name stands in any source or configuration."""
    found = dict.fromkeys((name.encode() for name in names), 0)
    for path in context.inventory.files if names else ():
        if (
            not path.endswith(_READ)
            or is_generated(path)
            or is_test(path)
            or posixpath.basename(path) in ("package-lock.json", "pnpm-lock.yaml")
        ):
            continue
        try:
            content = context.read(path)
        except Unreadable:
            continue
        if len(content) <= _MAX_BYTES:
            for word in _WORD.findall(_NO_USE.sub(b"", content)):
                if word in found:
                    found[word] += 1
    return {name.decode(): count for name, count in found.items()}


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
