"""pnpm: a shared store, links, one lock for a workspace."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.ecosystems import _javascript_output as output
from toolkit.ecosystems._javascript import QUIET, JavaScript
from toolkit.ecosystems._javascript_pnpm_lock import Lock, folder_name, parse
from toolkit.ecosystems._javascript_survey import package_json, served
from toolkit.expressions import regex
from toolkit.extension import Install, Request, Step
from toolkit.packages import PNPM_FOR_SETTINGS
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import ToolNeed
    from toolkit.model import Subproject

_MARK = ".modules.yaml"
_SETTING = regex(rb'^\s*"?(nodeLinker|virtualStoreDir)"?: "?([^"\n,]+)', re.MULTILINE)
_LOCATION = regex(rb'(?:"|- )([^"\n]*node_modules/[^"\n]+)')
_BUILDS = regex(rb"^  '?/?(@?[^@\n(]+)@[^\n]*:\n(?:    .*\n)*?    requiresBuild: true", re.MULTILINE)


class Pnpm(JavaScript):
    """pnpm 8 to 11."""

    name = "pnpm"
    tool = "pnpm"
    lockfiles = ("pnpm-lock.yaml",)

    def environment(self, request: Request) -> Mapping[str, str | None]:
        """No other version of itself, no questions; pnpm 11 reads variables of its own name."""
        del request
        return {
            "npm_config_manage_package_manager_versions": "false",
            "npm_config_package_manager_strict": "false",
            "pnpm_config_pm_on_fail": "ignore",
            "npm_config_confirm_modules_purge": "false",
            "pnpm_config_confirm_modules_purge": "false",
            "npm_config_update_notifier": "false",
            "pnpm_config_update_notifier": "false",
        }

    def tools(self, context: Context, subproject: Subproject) -> tuple[ToolNeed, ...]:
        """Node and the manager, whose version the settings ask for where they say more than the lock."""
        node, manager = super().tools(context, subproject)
        least = (manager.version or "").startswith(PNPM_FOR_SETTINGS)
        if least and manager.why == subproject.lockfile:
            manager = replace(manager, why=inside(subproject.path, "pnpm-workspace.yaml"))
        return node, manager

    def mending(self, context: Context, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """Versions 8 to 11 do not look into a package that they linked before; ``--force`` links everything anew.

        It is a step of its own and not a flag, because it also takes packages for other platforms, which are
        not worth having in a first install: there is nothing to mend without pnpm's record.
        """
        if not request.repair or not (context.absolute(subproject.path) / "node_modules" / _MARK).exists():
            return ()
        first = self.commands(subproject, request)[0]
        return ((*first, "--force"),)

    def commands(self, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """The install; a folder that is no workspace must say so, or pnpm would install the workspace around it."""
        alone = _alone(subproject)
        frozen = "--frozen-lockfile" if request.frozen else "--no-frozen-lockfile"
        offline = ("--offline",) if request.offline else ()
        scripts = (
            ("--config.dangerously-allow-all-builds=true",) if request.scripts == "allow" else ("--ignore-scripts",)
        )
        first = ("pnpm", "install", frozen, *alone, *offline, *scripts)
        if not isinstance(request.scripts, tuple):
            return (first,)
        every = ("--recursive",) if not alone else ()
        return first, (
            "pnpm",
            *every,
            "rebuild",
            "--config.dangerously-allow-all-builds=true",
            *alone,
            *request.scripts,
        )

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """The lock alone."""
        argv = ("pnpm", "install", "--lockfile-only", "--no-frozen-lockfile", "--ignore-scripts", *_alone(subproject))
        step = Step(argv, subproject.path, {**QUIET, **self.environment(Request())})
        return Install(self.tools(context, subproject), (step,))

    def scripted(self, context: Context, subproject: Subproject) -> tuple[str, ...]:
        """Packages with ``requiresBuild``, which pnpm 8 and earlier recorded; later ones do not."""
        if subproject.lockfile is None:
            return ()
        try:
            content = context.read(subproject.lockfile)
        except Unreadable:
            return ()
        if b"requiresBuild" not in content:
            return ()
        return tuple(sorted({name.decode() for name in _BUILDS.findall(content)}))

    def missing(self, context: Context, subproject: Subproject) -> str:
        """Look for every package of the lock in the virtual store, and for every importer's links into it."""
        if subproject.lockfile is None:
            return ""
        base = context.absolute(subproject.path)
        lock = parse(output.fresh(context.absolute(subproject.lockfile)))
        if not lock.packages and not any(lock.links.values()) and not self._declared(context, subproject):
            return ""
        names = output.entries(base / "node_modules")
        mark = output.fresh(base / "node_modules" / _MARK)
        if not mark:
            return output.foreign(names, _MARK) or (
                "node_modules is missing" if not names else "node_modules lacks pnpm's record of it"
            )
        settings = {key.decode(): value.decode().strip() for key, value in _SETTING.findall(mark)}
        if settings.get("nodeLinker") == "hoisted":
            places = (place.decode("utf-8", "surrogateescape") for place in _LOCATION.findall(mark))
            gone = (output.absent(place) for place in places if not output.package_there(str(base), place))
            return next(gone, "")
        store = base / "node_modules" / settings.get("virtualStoreDir", ".pnpm")
        own = settings.get("virtualStoreDir", ".pnpm").endswith(".pnpm")
        gaps = _store_gaps(store, lock) if own else iter(())
        return next(gaps, "") or next(self._link_gaps(context, subproject, lock if own else Lock({}, {})), "")

    def _declared(self, context: Context, subproject: Subproject) -> bool:
        return any(_direct(context, folder) for folder in served(context, subproject))

    def _link_gaps(self, context: Context, subproject: Subproject, lock: Lock) -> Iterator[str]:
        """Direct dependencies that are not there, or that lead to another version than the locked one."""
        for folder in served(context, subproject):
            at = str(context.absolute(folder))
            links = lock.links.get(os.path.relpath(folder, subproject.path), {})
            for name in _direct(context, folder):
                place = inside(folder, f"node_modules/{name}")
                wanted = folder_name(links[name]) if name in links else ""
                linked = links.get(name, "").startswith("link:")
                there = os.path.lexists(f"{at}/node_modules/{name}") if linked else None
                if not (output.package_there(at, f"node_modules/{name}") if there is None else there):
                    yield output.absent(place)
                elif wanted and (target := _target(f"{at}/node_modules/{name}")) and f"/{wanted}/" not in target:
                    yield f"{place} does not lead to {wanted}"


def _alone(subproject: Subproject) -> tuple[str, ...]:
    workspace = inside(subproject.path, "pnpm-workspace.yaml")
    return () if workspace in (*subproject.inputs, subproject.manifest) else ("--ignore-workspace",)


def _direct(context: Context, folder: str) -> tuple[str, ...]:
    data = package_json(context, folder)
    tables = (data.get("dependencies"), data.get("devDependencies"))
    optional = data.get("optionalDependencies")
    skipped = optional if isinstance(optional, dict) else {}
    return tuple(name for table in tables if isinstance(table, dict) for name in table if name not in skipped)


def _store_gaps(store: Path, lock: Lock) -> Iterator[str]:
    there = output.entries(store)
    base = str(store)
    for key, name in lock.packages.items():
        folder = folder_name(key)
        if not folder:
            continue
        if folder not in there or not output.package_there(base, f"{folder}/node_modules/{name}"):
            yield output.absent(f"node_modules/.pnpm/{folder}")


def _target(path: str) -> str:
    """Where a link leads; empty for a real folder (an injected dependency)."""
    try:
        return os.readlink(path)
    except OSError:
        return ""
