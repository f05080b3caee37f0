"""Every JavaScript subproject of a repository: workspace roots with their members, and lone packages."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from toolkit import workspace_globs as globs
from toolkit.context import Unreadable
from toolkit.ecosystems._javascript_manager import LOCKS, Asked, asked_by, choose, dependencies, is_outvoted
from toolkit.memory import once_a_run
from toolkit.model import Subproject
from toolkit.places import inside, path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.context import Context

__all__ = ["package_json", "served", "survey"]

_LOCAL = ("file:", "link:", "portal:", "workspace:", "./", "../")
_SETTINGS = (
    ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".pnpmfile.mjs", "pnpm-workspace.yaml", "bunfig.toml",
    ".nvmrc", ".node-version",
)  # fmt: skip
_FOLDERS = ("patches/", ".yarn/patches/", ".yarn/plugins/")
_EMPTY: Mapping[str, Any] = {}


@frozen
class _Package:
    """A folder with a ``package.json`` or, for the root of a pnpm workspace, at least its workspace file."""

    folder: str
    data: Mapping[str, Any]
    problem: str = ""
    manifest: str = ""


@once_a_run
def survey(context: Context) -> tuple[Subproject, ...]:
    """All subprojects of the family."""
    return tuple(_Survey(context).subprojects())


def package_json(context: Context, folder: str) -> Mapping[str, Any]:
    """A folder's ``package.json``; empty where it cannot be read as an object."""
    try:
        data = context.json(inside(folder, "package.json"))
    except Unreadable:
        return _EMPTY
    return data if isinstance(data, dict) else _EMPTY


def served(context: Context, subproject: Subproject) -> tuple[str, ...]:
    """The folders whose dependencies the manager installs: the root's, and those of the members that it knows of itself, not from Nx."""
    known = _patterns(context, subproject.path, subproject.ecosystem)
    return (subproject.path, *(subproject.members if known else ()))


def _patterns(context: Context, folder: str, manager: str) -> tuple[str, ...]:
    """The workspace globs that a manager would read in a folder.

    pnpm reads its own file alone. One without ``packages`` holds settings only and claims nothing (pnpm 10
    and later; pnpm 9 refuses such a file, and took every folder where the file was empty).
    """
    if manager == "pnpm":
        path = inside(folder, "pnpm-workspace.yaml")
        if not context.is_file(path):
            return ()
        try:
            data = context.yaml(path)
        except Unreadable as error:
            raise Unreadable(f"{path} is not valid YAML: {error}") from error
        given = data.get("packages") if isinstance(data, dict) else None
    else:
        given = package_json(context, folder).get("workspaces")
        if isinstance(given, dict):
            given = given.get("packages")
    return tuple(one for one in given if isinstance(one, str)) if isinstance(given, list) else ()


class _Survey:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.packages = {package.folder: package for package in _packages(context)}
        self.sorted = sorted(self.packages)
        self.asked: dict[str, Asked | None] = {}

    def subprojects(self) -> Iterator[Subproject]:
        """Outermost folders first, so that a root claims its members before they are looked at."""
        claimed: set[str] = set()
        found: list[Subproject] = []
        owner: dict[str, str] = {}
        for folder in sorted(self.packages, key=lambda path: (path != ".", path.count("/"), path)):
            if folder in claimed:
                continue
            item = self.subproject(self.packages[folder], claimed)
            if item is not None:
                claimed.update(item.members)
                owner.update(dict.fromkeys((folder, *item.members), folder))
                found.append(item)
        for item in found:
            yield self.linked(item, owner)

    def subproject(self, package: _Package, claimed: set[str]) -> Subproject | None:
        """The subproject that begins in a folder; ``None`` if there is nothing to install or to run."""
        folder = package.folder
        told = partial(self.workspace, folder)
        choice, version, lock = choose(self.context, folder, package.data, self.ancestor(folder), told)
        members: tuple[str, ...] = ()
        problem = package.problem
        if not problem:
            try:
                members = tuple(one for one in self.members(folder, choice.value) if one not in claimed)
            except Unreadable as error:
                problem = str(error)
        if not (problem or lock or members or _declares(package.data) or self.has_lock(folder)):
            return None
        problem = problem or next((one.problem for one in map(self.packages.__getitem__, members) if one.problem), "")
        name = package.data.get("name")
        return Subproject(
            path=folder,
            name=name if isinstance(name, str) and name else posixpath.basename(folder) if folder != "." else "root",
            ecosystem=choice.value,
            family="javascript",
            manifest=package.manifest,
            lockfile=lock,
            choice=choice,
            version=version,
            members=members,
            problem=problem,
        )

    def workspace(self, folder: str, manager: str) -> tuple[str, ...]:
        """As :meth:`members`; none where the workspace file cannot be read."""
        try:
            return self.members(folder, manager)
        except Unreadable:
            return ()

    def ancestor(self, folder: str) -> Asked | None:
        """What the nearest ``package.json`` above names as its manager: corepack looks upward in this way."""
        if folder == ".":
            return None
        above = folder.rpartition("/")[0] or "."
        if above not in self.asked:
            package = self.packages.get(above)
            own = asked_by(package.data, package.manifest) if package else None
            own = None if own and is_outvoted(self.context, above, own.manager) else own
            self.asked[above] = own or self.ancestor(above)
        return self.asked[above]

    def has_lock(self, folder: str) -> bool:
        """Whether any manager's lock lies beside a manifest; the one chosen may be another."""
        return any(self.context.is_file(inside(folder, lock)) for locks in LOCKS.values() for lock in locks)

    def members(self, folder: str, manager: str) -> tuple[str, ...]:
        """The members of a workspace, sorted; with yarn berry also those of members that are workspaces themselves.

        Without globs an Nx repository may be one package all the same: its projects are built from the root's
        dependencies, and what their own manifests name is for those who install what is published.

        Raises:
            Unreadable: the pnpm workspace file is not YAML.
        """
        patterns = _patterns(self.context, folder, manager)
        if not patterns:
            return tuple(self.integrated(folder))
        prefix = "" if folder == "." else f"{folder}/"
        below = [path[len(prefix) :] for path in self.below(prefix)]
        found = {prefix + path for path in globs.claimed(manager, patterns, below)}
        if manager == "yarn":
            for member in tuple(found):
                found.update(self.members(member, manager))
        return tuple(sorted(found))

    def integrated(self, folder: str) -> Iterator[str]:
        """Packages without a lock of their own that an Nx workspace declares as its projects."""
        if not self.is_file(inside(folder, "nx.json")):
            return
        for path in self.below("" if folder == "." else f"{folder}/"):
            if self.is_file(inside(path, "project.json")) and not self.has_lock(path):
                yield path

    def below(self, prefix: str) -> Iterator[str]:
        """Packages whose folder begins with a prefix."""
        for place in range(bisect_left(self.sorted, prefix), len(self.sorted)):
            path = self.sorted[place]
            if not path.startswith(prefix):
                return
            if path != ".":
                yield path

    def linked(self, item: Subproject, owner: Mapping[str, str]) -> Subproject:
        """The subproject with what it needs of others and every file that decides its install."""
        inputs = [inside(member, "package.json") for member in item.members]
        needs: list[str] = []
        for folder in (item.path, *item.members):
            inputs += [path for name in _SETTINGS if self.is_file(path := inside(folder, name))]
            for spec in dependencies(self.packages[folder].data).values():
                if not spec.startswith(_LOCAL):
                    continue
                target = _target(folder, spec)
                if owner.get(target) == item.path:
                    continue
                if target in owner:
                    needs.append(owner[target])
                if target in self.packages:
                    inputs.append(inside(target, "package.json"))
                elif self.is_file(target):
                    inputs.append(target)
        inputs += self.patches(item.path)
        if item.ecosystem in ("yarn", "yarn_classic"):
            inputs += self.above(item.path, ".yarnrc.yml" if item.ecosystem == "yarn" else ".yarnrc")
        if self.is_file(path := inside(item.path, "package.json")):
            inputs.append(path)
        kept = sorted(set(inputs) - {item.manifest})
        return replace(item, inputs=tuple(kept), needs=tuple(dict.fromkeys(needs)))

    def is_file(self, path: str) -> bool:
        return self.context.is_file(path)

    def above(self, folder: str, name: str) -> Iterator[str]:
        """Files of a name in the folders above: yarn merges its settings upward."""
        while folder not in ("", "."):
            folder = folder.rpartition("/")[0] or "."
            if self.is_file(path := inside(folder, name)):
                yield path

    def patches(self, folder: str) -> Iterator[str]:
        """Patches and plugins that an install applies; found by bisection, because most folders have none."""
        for name in _FOLDERS:
            prefix = inside(folder, name)
            for listed in (self.context.inventory.tracked, self.context.inventory.loose):
                for place in range(bisect_left(listed, prefix), len(listed)):
                    if not listed[place].startswith(prefix):
                        break
                    yield listed[place]


def _packages(context: Context) -> Iterator[_Package]:
    manifests = [path for path in context.inventory.named("package.json") if "node_modules" not in path.split("/")]
    seen = set()
    for path in manifests:
        folder = path.rpartition("/")[0] or "."
        seen.add(folder)
        try:
            data = context.json(path)
        except Unreadable as error:
            wrong = "is not valid JSON" if error.parsed else "cannot be read"
            yield _Package(folder, _EMPTY, f"{path} {wrong}: {error}", path)
            continue
        if isinstance(data, dict):
            yield _Package(folder, data, "", path)
        else:
            yield _Package(folder, _EMPTY, f"{path} holds no JSON object", path)
    for path in context.inventory.named("pnpm-workspace.yaml"):
        folder = path.rpartition("/")[0] or "."
        if folder not in seen and "node_modules" not in path.split("/"):
            yield _Package(folder, _EMPTY, "", path)


def _declares(data: Mapping[str, Any]) -> bool:
    """Whether a package has something to install or to run.

    A bare ``{"type": "module"}`` in a folder of build output, or a name alone, makes no subproject; scripts do,
    because ``build`` and ``test`` run them, although there is nothing to install. What Unity reads, and npm could not
    install, is none of npm's.
    """
    installs = bool(dependencies(data)) and not isinstance(data.get("unity"), str)
    return installs or any(data.get(key) for key in ("scripts", "packageManager", "workspaces"))


def _target(folder: str, spec: str) -> str:
    """The path that a local dependency means; outside of the repository it begins with ``..``."""
    bare = spec
    for word in _LOCAL[:4]:
        bare = bare.removeprefix(word)
    return path_from(folder, bare.removeprefix("//"))
