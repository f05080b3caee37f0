"""Locks that do not hold what their manifests ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.dependencies import _stale_javascript, _stale_others
from toolkit.extension import ecosystem
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._stale_javascript import Complaint
    from toolkit.model import Finding, Subproject

_JUDGES: dict[str, Callable[[Inspection, Subproject], Iterator[Complaint]]] = {
    "javascript": _stale_javascript.complaints,
    "rust": _stale_others.rust,
    "python": _stale_others.python,
    "go": _stale_others.go,
}
_NAMED = 4


class LockfileStale(Check):
    """A lock does not hold what its manifest asks for.

    What it checks:
        Without the network, by each manager's own rule: npm's locked versions against the ranges, pnpm's and bun's
        recorded specifiers against the manifest, yarn's keys, Cargo's members and requirements, the names in locks
        of uv and Poetry, the checksums that ``go.mod`` needs, ``requirements.txt`` against the ``.in`` it was
        compiled from. Workspace members are compared with their root's lock; names that overrides change are
        left out.

    Why it matters:
        A frozen install (``npm ci``, ``--frozen-lockfile``, ``--locked``, ``--immutable``) refuses to work, so that CI
        and image builds fail; an install that is not frozen rewrites the lock under whoever runs it first.

    How to fix:
        ``invoke lock PATH`` brings the lock up to date with the project's own manager; commit it.

    Fix safety:
        Manual: a new lock chooses versions, and asks the registry.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare every lock, one finding a lock."""
        for item in context.subprojects:
            judge = _JUDGES.get(item.family)
            if judge is None or item.problem:
                continue
            if item.lockfile is None or item.ecosystem == "pip":
                continue
            yield from self._told(context, item.lockfile, list(judge(context, item)), item)
        for path in sorted(context.inventory.named("requirements.in", "requirements-dev.in", "dev-requirements.in")):
            yield from self._told(context, path.removesuffix(".in") + ".txt", list(_stale_others.pip(context, path)))

    def _told(
        self, context: Inspection, lock: str, found: list[Complaint], item: Subproject | None = None
    ) -> Iterator[Finding]:
        if not found:
            return
        first = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        command = f"invoke lock {item.path}" if item else "compile it again"
        refuses = "a frozen install refuses" if item and ecosystem(item.ecosystem).needs_lock else "installs lack it"
        yield self.finding(
            context,
            first.path,
            f"{lock} is stale: {first.text}{more}; {refuses}",
            line=first.line,
            evidence="; ".join(f"{one.path}:{one.line} {one.text}" for one in found[:_NAMED]),
            severity="error" if item else "warning",
            fixes=(Fix(command, "manual"),),
        )
