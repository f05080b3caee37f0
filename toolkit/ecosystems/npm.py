"""npm: ``npm ci`` from ``package-lock.json`` or ``npm-shrinkwrap.json``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.ecosystems import _javascript_output as output
from toolkit.ecosystems._javascript import QUIET, JavaScript
from toolkit.expressions import regex
from toolkit.extension import Install, Request, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.context import Context
    from toolkit.model import Subproject

_FLAGS = ("--no-audit", "--no-fund", "--no-progress", "--include=dev")
_HIDDEN = ".package-lock.json"
_SUFFIX = regex(r"^(?:.*/)?node_modules/")


class Npm(JavaScript):
    """Node's own package manager."""

    name = "npm"
    tool = "npm"
    lockfiles = ("package-lock.json", "npm-shrinkwrap.json")

    def environment(self, request: Request) -> Mapping[str, str | None]:
        """No update check; newer versions of npm hold scripts back even where they are wanted."""
        allowed = {"npm_config_dangerously_allow_all_scripts": "true"} if request.scripts != "deny" else {}
        return {"npm_config_update_notifier": "false", **allowed}

    def commands(self, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """``npm ci``; with a list of packages their scripts run afterwards, by ``npm rebuild``."""
        del subproject
        flags = (*_FLAGS, *(("--offline",) if request.offline else ()))
        ignore = () if request.scripts == "allow" else ("--ignore-scripts",)
        first = ("npm", "ci" if request.frozen else "install", *flags, *ignore)
        return (first, ("npm", "rebuild", *request.scripts)) if isinstance(request.scripts, tuple) else (first,)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """The lock alone; a new one without the registry's addresses, so that a mirror can serve it.

        A lock that has them keeps them, whatever the user's ``.npmrc`` says: leaving them out would change every entry.
        """
        bare = "--omit-lockfile-registry-resolved" + ("=false" if self._has_addresses(context, subproject) else "")
        argv = (
            *("npm", "install", "--package-lock-only", "--ignore-scripts"),
            *(bare, "--no-audit", "--no-fund", "--no-progress"),
        )
        step = Step(argv, subproject.path, {**QUIET, **self.environment(Request())})
        return Install(self.tools(context, subproject), (step,))

    def _has_addresses(self, context: Context, subproject: Subproject) -> bool:
        try:
            return subproject.lockfile is not None and b'"resolved": "http' in context.read(subproject.lockfile)
        except Unreadable:
            return False

    def scripted(self, context: Context, subproject: Subproject) -> tuple[str, ...]:
        """Packages with ``hasInstallScript``, which npm 7 and later write."""
        if subproject.lockfile is None:
            return ()
        try:
            if b'"hasInstallScript"' not in context.read(subproject.lockfile):
                return ()
            packages = _packages(context.json(subproject.lockfile))
        except Unreadable:
            return ()
        return tuple(
            entry.get("name") or _SUFFIX.sub("", place)
            for place, entry in packages.items()
            if entry.get("hasInstallScript") and "node_modules/" in place
        )

    def missing(self, context: Context, subproject: Subproject) -> str:
        """Compare npm's own record of the tree with the lock, and each package of the record with the disk."""
        if subproject.lockfile is None:
            return ""
        base = f"{context.root}/{subproject.path}"
        modules = f"{base}/node_modules"
        wanted = _load(output.fresh(f"{context.root}/{subproject.lockfile}"))
        if not any("node_modules/" in place for place in wanted) and wanted:
            return ""
        record = output.fresh(f"{modules}/{_HIDDEN}")
        names = output.entries(modules)
        if not record:
            return output.foreign(names, _HIDDEN) or (
                "node_modules is missing" if not names else "node_modules lacks npm's record of it"
            )
        found = _load(record)
        return (
            next(_differences(wanted, found), "")
            or _foreign_platform(found)
            or next((output.absent(place) for place in found if not output.package_there(base, place)), "")
            or output.half_done(names)
        )


def _packages(data: Any) -> Mapping[str, Mapping[str, Any]]:
    """The table of packages; a lock of version 1 has none."""
    table = data.get("packages") if isinstance(data, dict) else None
    return (
        {place: entry for place, entry in table.items() if isinstance(entry, dict)} if isinstance(table, dict) else {}
    )


def _load(content: bytes) -> Mapping[str, Mapping[str, Any]]:
    try:
        return _packages(json.loads(content)) if content else {}
    except ValueError:
        return {}


def _differences(wanted: Mapping[str, Mapping[str, Any]], found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for place, entry in wanted.items():
        if not place:
            continue
        there = found.get(place)
        if there is None:
            if not _dispensable(entry):
                yield output.absent(place)
        elif there.get("version") != entry.get("version") and not entry.get("link"):
            yield f"{place} is {there.get('version')}, the lock has {entry.get('version')}"


def _foreign_platform(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Which package shows that another system made the tree: npm leaves out optional ones that do not fit its own."""
    bound = {place: entry["os"] for place, entry in found.items() if isinstance(entry.get("os"), list) and entry["os"]}
    fitting = [place for place, systems in bound.items() if _allows(systems)]
    others = sorted(place for place in bound.keys() - set(fitting) if found[place].get("optional"))
    return f"{others[0]} is for {', '.join(map(str, bound[others[0]]))}" if others and not fitting else ""


def _allows(systems: list[Any]) -> bool:
    """Whether a package's ``os`` admits this system: by name, or by naming only others with ``!``."""
    return sys.platform in systems or all(str(system)[:1] == "!" and system[1:] != sys.platform for system in systems)


def _dispensable(entry: Mapping[str, Any]) -> bool:
    """Whether npm may leave a locked package out: optional ones, for another platform, or an unmet optional peer."""
    return bool(entry.get("optional") or entry.get("devOptional") or entry.get("extraneous") or entry.get("peer"))
