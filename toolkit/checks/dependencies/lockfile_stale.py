"""Locks that do not hold what their manifests ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.dependencies import _stale_javascript, _stale_others, _stale_python
from toolkit.checks.dependencies._locking import locking
from toolkit.expressions import regex
from toolkit.extension import ecosystem
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._stale import Complaint
    from toolkit.model import Finding, Subproject

_JUDGES: dict[str, Callable[[Inspection, Subproject], Iterator[Complaint]]] = {
    "javascript": _stale_javascript.complaints,
    "rust": _stale_others.rust,
    "python": _stale_python.python,
    "go": _stale_others.go,
}
_NAMED = 4
_IS_INPUT = regex(r"(?:^|/)(?:requirements/[^/]+|[\w.-]*requirements[\w.-]*)\.in$")


class LockfileStale(Check):
    """A lock does not hold what its manifest asks for.

    What it checks:
        Without the network, by each manager's own rule: npm's locked versions against the ranges and the copies of
        the manifests in the lock, pnpm's and bun's recorded specifiers, overrides and catalogs, yarn's keys and members,
        Cargo's members and requirements, what uv remembers of each member, Poetry's content hash, the checksums that
        ``go.mod`` needs, ``requirements.txt`` against the ``.in`` it was compiled from. Workspace members are compared
        with their root's lock; names that overrides change are left out. A warning where a frozen install works and the
        next other one rewrites the lock.

    Why it matters:
        A frozen install (``npm ci``, ``--frozen-lockfile``, ``--locked``, ``--immutable``) refuses to work, so that CI
        and image builds fail; an install that is not frozen rewrites the lock under whoever runs it first.

    How to fix:
        ``invoke lock PATH`` brings the lock up to date with the project's own manager; commit it.

    Fix safety:
        Unsafe: a new lock chooses versions, and asks the registry.
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
        for path in sorted(
            name for name in context.inventory.tracked if name.endswith(".in") and _IS_INPUT.search(name)
        ):
            yield from self._told(context, path.removesuffix(".in") + ".txt", list(_stale_python.pip(context, path)))

    def _told(
        self, context: Inspection, lock: str, found: list[Complaint], item: Subproject | None = None
    ) -> Iterator[Finding]:
        if not found:
            return
        first = next((one for one in found if one.severity == "error"), found[0])
        found.remove(first)
        more = f" and {len(found)} more" if found else ""
        command = f"invoke lock {item.path}" if item else "compile it again"
        actions = locking(context, item) if item else ()
        needs = item is not None and ecosystem(item.ecosystem).needs_lock
        refuses = "a frozen install refuses" if needs else "installs lack it"
        ending = (
            refuses if first.severity == "error" else "the next install rewrites it" if item else "installs lack it"
        )
        yield self.finding(
            context,
            first.path,
            f"{lock} is stale: {first.text}{more}; {ending}",
            line=first.line,
            evidence="; ".join(f"{one.path}:{one.line} {one.text}" for one in (first, *found)[:_NAMED]),
            severity=first.severity,
            fixes=(Fix(command, "unsafe" if actions else "manual", actions),),
        )
