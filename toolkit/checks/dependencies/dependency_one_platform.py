"""Packages that install, or that a lock has, for one platform only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import SubprojectCheck
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import package
from toolkit.checks.dependencies._platforms import bound, halved
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.installs import users
from toolkit.model import Fix
from toolkit.places import inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.installs import Install
    from toolkit.model import Finding, Severity, Subproject

_REFUSING = {"npm": "npm", "yarn_classic": "yarn"}
"""Managers that refuse an install with a package for another system; the others leave it out, or only say so."""
_WITHOUT_DEV = regex(r"--omit[ =]dev|--only[ =]prod|--production\b|NODE_ENV=production")
_FORCED = regex(r"--force\b|(?<!\w)-f\b|--ignore-platform")
_LOADED = regex(
    r"(?:rollup|rolldown|lightningcss|@tailwindcss/oxide|@swc/core|@rspack/binding|sass-embedded|@parcel/watcher|sharp|oxc-\w+|@biomejs/biome)$"
)
"""Packages that stop as soon as they are loaded where their program lacks."""


class DependencyOnePlatform(SubprojectCheck):
    """A package is there for one operating system only.

    What it checks:
        Packages of ``dependencies`` and ``devDependencies`` that are for one system (``@rollup/rollup-darwin-arm64``; by what npm's
        lock says of them, else by their names), where npm or the first yarn installs. Packages of npm's lock that have their program for other systems
        and none for Linux. An error where an image or a workflow on Linux installs it, else a warning.

    Why it matters:
        npm stops with ``EBADPLATFORM`` on every other machine, CI's and the image's among them. A lock that was made beside
        a ``node_modules`` of a Mac or of Windows has the programs of that system alone, and npm never adds the others: the build stops at
        ``Cannot find module @rollup/rollup-linux-x64-gnu``.

    How to fix:
        Move the package to ``optionalDependencies``, or take it out: the package that needs it asks for it by itself. Make the lock
        anew without ``node_modules`` and without the old lock.

    Fix safety:
        Manual: a new lock asks the registry.
    """

    def inspect(self, context: Inspection, subproject: Subproject) -> Iterator[Finding]:
        """Compare manifests and lock of what npm or the first yarn installs."""
        manager = _REFUSING.get(subproject.ecosystem)
        if manager is None or subproject.problem:
            return
        try:
            name = subproject.lockfile or ""
            lock = context.json(name) if name.endswith(".json") else {}
        except Unreadable:
            return
        folders = (subproject.path, *subproject.members)
        used = [one for one in users(context, {manager}, folders).get(manager, ()) if _is_on_linux(context, one)]
        for folder in folders:
            yield from self._bound(context, inside(folder, "package.json"), table({"": lock}, ""), used)
        if subproject.lockfile is not None:
            yield from self._halved(context, subproject.lockfile, table({"": lock}, ""), used)

    def _bound(self, context: Inspection, path: str, lock: dict[str, object], used: list[Install]) -> Iterator[Finding]:
        document = package(context, path)
        for one in bound(document.data, lock) if document else ():
            here = [
                two
                for two in used
                if not _FORCED.search(two.text)
                and not (one.kind == "devDependencies" and _WITHOUT_DEV.search(two.text))
            ]
            stops = here[0] if here and not one.takes("linux") else None
            ending = (
                f"`{stops.text.strip()}` in {stops.path}:{stops.line} stops"
                if stops
                else "an install on any other stops"
            )
            yield self.finding(
                context,
                path,
                f"{one.name} is for {', '.join(one.systems)} only, and no choice: {ending} with EBADPLATFORM",
                line=document.line((one.kind, one.name)) if document else 0,
                evidence=f"{one.kind}: {one.name}",
                severity="error" if stops else "warning",
                fixes=(Fix(f"move {one.name} to optionalDependencies, or take it out", "manual"),),
            )

    def _halved(
        self, context: Inspection, path: str, lock: dict[str, object], used: list[Install]
    ) -> Iterator[Finding]:
        found = list(halved(lock))
        if not found:
            return
        first = min(found, key=lambda one: (_LOADED.match(one.name) is None, one.dev))
        needed = [one for one in used if not (first.dev and _WITHOUT_DEV.search(one.text))]
        level: Severity = "error" if needed and _LOADED.match(first.name) else "warning"
        where = f", where {needed[0].path}:{needed[0].line} installs" if needed else ""
        text = text_of(context, path)
        more = f", and so {'do' if found[2:] else 'does'} {len(found) - 1} more" if found[1:] else ""
        yield self.finding(
            context,
            path,
            f"{first.name} has its program for {first.held[0].rpartition('/')[2]} in the lock and none for Linux{where}: it stops there{more}",
            line=line_at(text, max(text.find(f'node_modules/{first.name}"'), 0)),
            evidence=", ".join(name for one in found for name in one.lost),
            severity=level,
            fixes=(
                Fix(
                    f"remove node_modules and {path}, then npm install, which locks the programs of all systems",
                    "manual",
                ),
            ),
        )


def _is_on_linux(context: Inspection, one: Install) -> bool:
    """Whether an install runs on Linux: in an image, or in a workflow of which a job does."""
    return one.kind == "image" or (one.kind == "workflow" and "ubuntu" in text_of(context, one.path))
