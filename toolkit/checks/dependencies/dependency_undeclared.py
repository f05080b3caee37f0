"""Imports of packages that no manifest declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.dependencies import _undeclared_javascript, _undeclared_python
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._undeclared_javascript import Held, Undeclared
    from toolkit.model import Finding, Severity

_NAMED = 3
_ORDER: tuple[Held, ...] = ("no", "unknown", "transitive", "tested")
_SEVERITIES: dict[Held, Severity] = {"no": "error", "unknown": "warning", "transitive": "warning", "tested": "info"}


class DependencyUndeclared(Check):
    """A package is imported that no manifest declares.

    What it checks:
        Imports of JavaScript, TypeScript and Python files against the manifests of their folder and of all above.
        Quiet: what the language or its runtime brings, names that ``tsconfig`` paths, import maps or a bundler's
        configuration explain, types, imports in ``try``, packages and modules of this repository, distributions
        under another name, what an image or a workflow installs. One finding a package and name.

    Why it matters:
        Where nothing brings the package, the import fails on the first clean install. Where another dependency
        happens to bring it (a warning; info for Python and in tests), it disappears or changes with that one's next version.

    How to fix:
        Declare it with the version that is used, and make the lock again.

    Fix safety:
        Manual: the version is not known here.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at all sources; the careful reading is for files with an unexplained name only."""
        yield from self._told(context, _undeclared_javascript.find(context))
        yield from self._told(context, _undeclared_python.find(context))

    def _told(self, context: Inspection, found: Iterable[Undeclared]) -> Iterator[Finding]:
        groups: dict[tuple[str, str], list[Undeclared]] = {}
        for item in found:
            groups.setdefault((item.manifest, item.name), []).append(item)
        for (manifest, name), items in groups.items():
            first = min(items, key=lambda item: _ORDER.index(item.held))
            if first.held == "no":
                text = f"{name} is imported, and {manifest} does not declare it: a clean install lacks it"
            elif first.held in ("transitive", "tested"):
                text = f"{name} is imported, but only another dependency brings it: {manifest} does not declare it"
            else:
                text = f"{name} is imported, and {manifest} does not declare it"
            others = [f"{item.path}:{item.line}" for item in items[:_NAMED]]
            yield self.finding(
                context,
                first.path,
                text,
                line=first.line,
                evidence=", ".join(others) + (f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""),
                severity=_SEVERITIES[first.held],
                fixes=(Fix(f"add {name} to {manifest}, then lock again", "manual"),),
            )
