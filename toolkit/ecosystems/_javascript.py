"""What the JavaScript managers share: discovery, the Node they need, scripts as tasks, network errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from toolkit.context import Unreadable
from toolkit.ecosystems import _javascript_logs as logs
from toolkit.ecosystems._javascript_manager import LOCKS, dependencies
from toolkit.ecosystems._javascript_survey import package_json, survey
from toolkit.extension import Ecosystem, Install, Request, Step, ToolNeed
from toolkit.packages import INSTALL_SCRIPTS
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = ["JavaScript", "listed"]

SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "build": ("build",),
    "test": ("test",),
    "lint": ("lint",),
    "typecheck": ("typecheck", "type-check", "check-types", "tsc"),
}
"""Names of scripts by kind of task, the usual one first."""

QUIET: Mapping[str, str | None] = {
    "COREPACK_ENABLE_DOWNLOAD_PROMPT": "0",
    "COREPACK_ENABLE_STRICT": "0",
    "NODE_ENV": None,
    "ADBLOCK": "1",
    "DISABLE_OPENCOLLECTIVE": "1",
}
"""No prompts and no begging; ``NODE_ENV=production`` would leave out what builds and tests need."""

_CODENAMES = (
    "argon", "boron", "carbon", "dubnium", "erbium", "fermium", "gallium", "hydrogen", "iron", "jod", "krypton",
)  # fmt: skip
_NO_TEST = "no test specified"
_SHOWN = 4


class JavaScript(Ecosystem):
    """A manager of ``node_modules``; a leaf adds its commands and how its output is told to be whole."""

    family = "javascript"
    outputs: ClassVar[tuple[str, ...]] = ("node_modules",)
    network_errors = logs.NETWORK
    tool: ClassVar[str]
    """The program, and its name in ``[toolchain]``."""
    generation: ClassVar[str] = ""
    """The versions that have this leaf's commands, for a subproject that asks for none; empty if all have."""

    def discover(self, context: Context) -> Iterable[Subproject]:
        """This manager's part of the family's one survey."""
        return [item for item in survey(context) if item.ecosystem == self.name]

    def lacks_lock(self, context: Context, subproject: Subproject) -> bool:
        """A package that declares no dependency has nothing to lock."""
        return subproject.lockfile is None and not _nothing_declared(context, subproject)

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """The frozen form, quiet and without prompts; see the leaf for the flags."""
        if subproject.lockfile is None and _nothing_declared(context, subproject):
            return Install((), (), note="declares no dependencies")
        steps = tuple(
            Step(argv, subproject.path, {**QUIET, **self.environment(request)})
            for argv in (*self.mending(context, subproject, request), *self.commands(subproject, request))
        )
        policy = self.policy(context, subproject, request)
        return Install(self.tools(context, subproject), steps, policy, note=self._beside(context, subproject.path))

    def _beside(self, context: Context, folder: str) -> str:
        """Locks of other managers in the folder; an empty one only marks a root."""
        mine = self.name.removesuffix("_classic")
        names = [lock for name, locks in LOCKS.items() if name.removesuffix("_classic") != mine for lock in locks]
        paths = (inside(folder, name) for name in dict.fromkeys(names))
        there = [path for path in paths if context.is_file(path) and context.absolute(path).lstat().st_size]
        return f"{listed(there)} beside it {'is' if len(there) == 1 else 'are'} not read" if there else ""

    def commands(self, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """The commands of an install."""
        raise NotImplementedError

    def mending(self, context: Context, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """Commands before the install that make a manager doubt its record of a damaged output."""
        del context, subproject, request
        return ()

    def environment(self, request: Request) -> Mapping[str, str | None]:
        """Variables of the manager's own."""
        del request
        return {}

    def tools(self, context: Context, subproject: Subproject) -> tuple[ToolNeed, ...]:
        """Node as the nearest file asks for it, then the manager."""
        version, choice = subproject.version or "", subproject.choice
        by_field = choice.rule in ("packageManager", "devEngines") and (
            version[:1].isdigit() or choice.rule == "devEngines"
        )
        why = choice.source if by_field else (subproject.lockfile or choice.source)
        asked = version or self.generation
        return node_need(context, subproject.path), ToolNeed(self.tool, asked or None, why if asked else "")

    def scripted(self, context: Context, subproject: Subproject) -> tuple[str, ...]:
        """Names of locked packages that have install scripts, as far as the lock says so."""
        del context, subproject
        return ()

    def policy(self, context: Context, subproject: Subproject, request: Request) -> str:
        """What was decided about install scripts, with the packages that it holds back."""
        if request.scripts == "allow":
            return "install scripts allowed"
        allowed = set(request.scripts) if isinstance(request.scripts, tuple) else set()
        held = sorted(set(self.scripted(context, subproject)) - allowed)
        own = [
            folder
            for folder in (subproject.path, *subproject.members)
            if any(name in scripts_of(package_json(context, folder)) for name in INSTALL_SCRIPTS)
        ]
        parts = [f"of {listed(held)}"] if held else []
        where = f" ({listed(own)})" if own != [subproject.path] else ""
        parts += [f"of the repository itself{where}"] if own else []
        ran = f"install scripts allowed for {listed(sorted(allowed))}; " if allowed else ""
        return ran + (f"install scripts not run: {' and '.join(parts)}" if parts else "install scripts not run")

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """The root's script, else each member's own, those first that other members depend on."""
        root = self._script(context, subproject.path, kind)
        if root:
            return (root,)
        steps = (self._script(context, member, kind) for member in in_order(context, subproject.members))
        return tuple(step for step in steps if step)

    def _script(self, context: Context, folder: str, kind: str) -> Step | None:
        scripts = scripts_of(package_json(context, folder))
        for name in SCRIPTS.get(kind, ()):
            if name in scripts and not (kind == "test" and _NO_TEST in scripts[name]):
                return Step((self.tool, "run", name), folder, {**QUIET, **self.environment(Request())})
        return None

    def diagnose(self, log: str) -> tuple[str, str]:
        """The first known error in a log."""
        return logs.diagnose(log)


def scripts_of(data: Mapping[str, Any]) -> Mapping[str, str]:
    """The scripts of a ``package.json``."""
    scripts = data.get("scripts")
    return {name: text for name, text in scripts.items() if isinstance(text, str)} if isinstance(scripts, dict) else {}


def _nothing_declared(context: Context, subproject: Subproject) -> bool:
    """Whether neither the root nor a member declares a dependency, so that there is nothing to install."""
    folders = (subproject.path, *subproject.members)
    return not subproject.members and not any(dependencies(package_json(context, folder)) for folder in folders)


def listed(names: Iterable[str]) -> str:
    """A few names and how many more there are."""
    every = tuple(names)
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def in_order(context: Context, members: tuple[str, ...]) -> tuple[str, ...]:
    """Members after those that they depend on; a circle is left as it is sorted."""
    data = {member: package_json(context, member) for member in members}
    by_name = {str(table.get("name")): member for member, table in data.items()}
    done: dict[str, None] = {}
    for start in members:
        stack = [(start, False)]
        entered: set[str] = set()
        while stack:
            member, finished = stack.pop()
            if finished:
                done.setdefault(member)
            elif member not in done and member not in entered:
                entered.add(member)
                stack.append((member, True))
                wanted = dependencies(data[member])
                stack.extend((by_name[name], False) for name in sorted(wanted, reverse=True) if name in by_name)
    return tuple(done)


def node_need(context: Context, folder: str) -> ToolNeed:
    """The Node that the nearest folder upward asks for: a pin before a range within one folder."""
    while True:
        version, why = _node_of(context, folder)
        if version:
            return ToolNeed("node", version, why)
        if folder == ".":
            return ToolNeed("node")
        folder = folder.rpartition("/")[0] or "."


def _node_of(context: Context, folder: str) -> tuple[str | None, str]:
    manifest = inside(folder, "package.json")
    data = package_json(context, folder) if context.is_file(manifest) else {}
    volta = data.get("volta")
    if isinstance(volta, dict) and isinstance(volta.get("node"), str):
        return volta["node"], f"volta in {manifest}"
    for name in (".nvmrc", ".node-version"):
        path = inside(folder, name)
        if context.is_file(path) and (version := _node_version(context, path)):
            return version, path
    engines = data.get("devEngines")
    runtime = engines.get("runtime") if isinstance(engines, dict) else None
    for one in runtime if isinstance(runtime, list) else [runtime]:
        if isinstance(one, dict) and one.get("name") == "node" and isinstance(one.get("version"), str):
            return one["version"], f"devEngines in {manifest}"
    engines = data.get("engines")
    if isinstance(engines, dict) and isinstance(engines.get("node"), str) and engines["node"].strip() not in ("", "*"):
        return engines["node"], f"engines in {manifest}"
    return None, ""


def _node_version(context: Context, path: str) -> str | None:
    """The version in an ``.nvmrc``: ``v22.1.0``, ``22`` or ``lts/jod``; ``lts/*``, ``node`` and the like ask for none."""
    try:
        text = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return None
    word = next((line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()), "")
    name = word.lower().removeprefix("lts/")
    if name in _CODENAMES:
        return str(4 + 2 * _CODENAMES.index(name))
    bare = word.removeprefix("v")
    return bare if re.fullmatch(r"\d+(\.\d+){0,2}(-[\w.]+)?", bare) else None
