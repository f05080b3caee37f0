"""Which manager a Python project has, and what all of them share: the Python it asks for, its tasks, its policy.

The rules and their reasons stand in ``docs/decisions/python-projects.md``.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.ecosystems._requirements import groups
from toolkit.expressions import regex
from toolkit.extension import Step, ToolNeed
from toolkit.memory import once_a_run
from toolkit.model import Choice, Subproject
from toolkit.packages import normalized, python_requirements
from toolkit.places import below, folder_of, inside, join, name_of, table, upward
from toolkit.values import frozen
from toolkit.versions import may_satisfy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.context import Context
    from toolkit.extension import Request

__all__ = [
    "CLEAN",
    "OUTPUTS",
    "Project",
    "declared",
    "local_folders",
    "projects",
    "python_need",
    "source_builds",
    "tasks",
]

CLEAN: Mapping[str, str | None] = {"VIRTUAL_ENV": None, "CONDA_PREFIX": None, "PYTHONHOME": None, "PYTHONPATH": None}
"""An environment that is active in the user's shell must not become the one that is installed into."""

OUTPUTS = (".venv", ".pytest_cache", ".ruff_cache", ".mypy_cache", "__pycache__")

_OWN_VERSION = {"uv": "required-version", "poetry": "requires-poetry"}
"""The key under ``[tool.MANAGER]`` that says which of its versions it takes."""
_TEST_FILE = regex(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")


@frozen
class Project:
    """A ``pyproject.toml`` that describes a project, with the manager that installs it."""

    folder: str
    name: str
    data: Mapping[str, Any]
    choice: Choice
    problem: str = ""

    @property
    def manifest(self) -> str:
        """Its ``pyproject.toml``."""
        return inside(self.folder, "pyproject.toml")

    def subproject(
        self, context: Context, inputs: Iterable[str], needs: tuple[str, ...], members: tuple[str, ...] = ()
    ) -> Subproject:
        """What discovery tells of a project of uv or Poetry.

        Args:
            context: the run's state.
            inputs: files that decide what an install does, where they are there, besides its own and ``.python-version``.
            needs: folders of the subprojects that it takes by path.
            members: folders of the workspace's other projects.
        """
        manager = self.choice.value
        lock = inside(self.folder, f"{manager}.lock")
        version = table(self.data, "tool", manager).get(_OWN_VERSION[manager])
        files = (*inputs, *(inside(up, ".python-version") for up in upward(self.folder)))
        return Subproject(
            path=self.folder,
            name=self.name,
            ecosystem=manager,
            family="python",
            manifest=self.manifest,
            lockfile=lock if context.is_file(lock) else None,
            choice=self.choice,
            version=version if isinstance(version, str) else None,
            members=members,
            inputs=tuple(path for path in files if context.is_file(path)),
            needs=needs,
            problem=self.problem,
        )


@once_a_run
def projects(context: Context) -> dict[str, Project]:
    """Every project by its folder. A file that only configures tools is none."""
    paths = sorted(context.inventory.named("pyproject.toml"))
    return {project.folder: project for path in paths if (project := _project(context, folder_of(path), path))}


def local_folders(project: Project, entries: Iterable[Any]) -> Iterator[str]:
    """The folders of a project's path dependencies.

    Args:
        project: whose manifest holds the entries.
        entries: what stands behind the names, for example ``{ path = "../lib" }``; others are passed over.
    """
    for entry in entries:
        path = entry.get("path") if isinstance(entry, dict) else None
        if isinstance(path, str) and (found := join(project.folder, path)):
            yield found


def _project(context: Context, folder: str, path: str) -> Project | None:
    uv_lock, poetry_lock = (context.is_file(inside(folder, name)) for name in ("uv.lock", "poetry.lock"))
    try:
        data = context.toml(path)
    except Unreadable as error:
        choice = Choice("poetry" if poetry_lock and not uv_lock else "uv", "manifest", path)
        return Project(folder, name_of(context, folder), {}, choice, f"pyproject.toml: {error}")
    uv, poetry = table(data, "tool", "uv"), table(data, "tool", "poetry")
    managed = any(key in uv for key in ("workspace", "dev-dependencies", "sources", "required-version"))
    if not (table(data, "project") or poetry or managed or uv_lock or poetry_lock or table(data, "dependency-groups")):
        return None
    name = table(data, "project").get("name") or poetry.get("name")
    return Project(
        folder, name if isinstance(name, str) else name_of(context, folder), data, _choice(context, folder, data)
    )


def _choice(context: Context, folder: str, data: Mapping[str, Any]) -> Choice:
    """One lock decides, of two the one that is installed from; else what the manifest configures, a requirements file, or uv."""
    path = inside(folder, "pyproject.toml")
    locks = [(name, inside(folder, f"{name}.lock")) for name in ("uv", "poetry")]
    there = [(name, lock) for name, lock in locks if context.is_file(lock)]
    if len(there) == 1:
        return Choice(there[0][0], "lock file", there[0][1])
    if there and len({"uv", "poetry"} & table(data, "tool").keys()) != 1:
        from toolkit.installs import sole_user  # reads documents of many kinds: only where it is asked

        used, because = sole_user(context, ("uv", "poetry"), (folder,))
        if used:
            return Choice(used, "lock file", dict(there)[used], because)
    configured = _configured(data)
    if configured is not None:
        return Choice(*configured, path)
    if there:
        return Choice("uv", "lock file", there[0][1])
    group = groups(context).get(folder)
    if group is not None:
        return Choice("pip", "requirements", group.main)
    return Choice("uv", "default for a pyproject.toml without a lock")


def _configured(data: Mapping[str, Any]) -> tuple[str, str] | None:
    """The manager that the manifest itself speaks of, and where."""
    tools = table(data, "tool")
    if "poetry" in tools:
        return "poetry", "[tool.poetry]"
    if "uv" in tools:
        return "uv", "[tool.uv]"
    backend = str(table(data, "build-system").get("build-backend", ""))
    return ("poetry", "build-backend") if backend.startswith("poetry.core") else None


def python_need(context: Context, folder: str, asked: str = "", why: str = "") -> ToolNeed:
    """The Python of a folder: the nearest ``.python-version`` that its manifest allows, else what that asks for.

    Args:
        context: the run's state.
        folder: the project's.
        asked: the range of its manifest; empty for none.
        why: where that range stands, for a person.
    """
    for up in upward(folder):
        path = inside(up, ".python-version")
        if not context.is_file(path):
            continue
        try:
            words = context.read(path).decode("utf-8", "replace").split()
        except Unreadable:
            continue
        if words and re.fullmatch(r"\d+(\.\d+)*", words[0]) and _allows(asked, words[0]):
            return ToolNeed("python", words[0], path)
    return ToolNeed("python", asked or None, why if asked else "")


def _allows(asked: str, version: str) -> bool:
    """Whether a manifest admits a Python; one that cannot be read admits every one, and ``3.12`` stands for its patches."""
    return not asked or may_satisfy(version if version.count(".") > 1 else f"{version}.99", asked)


def source_builds(
    context: Context, name: str, request: Request, locked: tuple[str, ...]
) -> tuple[tuple[str, ...], str]:
    """Which packages must not be built from source, and the policy in words.

    A wheel runs nothing when it is installed; building a source distribution runs its code. Packages without a
    wheel are common, so building is forbidden only where ``[bootstrap] install-scripts`` says something.

    Args:
        context: the run's state.
        name: the ecosystem.
        request: its ``scripts`` are ``deny``, ``allow`` or the names that may be built.
        locked: the names of all packages from outside.
    """
    said = context.settings.bootstrap.install_scripts
    if (name not in said and "*" not in said) or request.scripts == "allow":
        return (), "packages without a wheel are built"
    allowed = {normalized(item) for item in request.scripts} if isinstance(request.scripts, tuple) else set()
    words = f"built from source: {', '.join(sorted(allowed))}" if allowed else "wheels only"
    return tuple(sorted(item for item in set(locked) if normalized(item) not in allowed)), words


def declared(context: Context, subproject: Subproject) -> frozenset[str]:
    """Normalised names of everything that a subproject's manifests depend on, in any group."""
    known = projects(context)
    manifests = [known[folder].data for folder in (subproject.path, *subproject.members) if folder in known]
    return frozenset(normalized(name) for data in manifests for _, name in python_requirements(data))


def tasks(context: Context, subproject: Subproject, kind: str, names: frozenset[str]) -> tuple[Step, ...]:
    """pytest, Ruff, mypy and Pyright, where they are declared and there is something for them to do.

    Args:
        context: the run's state.
        subproject: whose ``.venv`` runs them.
        kind: ``test``, ``lint`` or ``typecheck``.
        names: what the subproject depends on, see :func:`declared`.
    """
    if kind == "test" and "pytest" in names:
        return tuple(_tests(context, subproject))
    if kind == "lint" and "ruff" in names:
        return (_module(subproject, subproject.path, "ruff", "check", "."),)
    if kind == "typecheck" and "mypy" in names and (settings := _mypy(context, subproject.path)) is not None:
        given = {"files", "packages", "modules"} & settings.keys()
        return (_module(subproject, subproject.path, "mypy", *(() if given else (".",))),)
    if kind == "typecheck" and "pyright" in names:
        return (_module(subproject, subproject.path, "pyright"),)
    return ()


def _module(subproject: Subproject, folder: str, *argv: str) -> Step:
    """``python -m ...`` with the subproject's own interpreter, named from the folder it runs in."""
    python = posixpath.relpath(inside(subproject.path, ".venv/bin/python"), folder)
    return Step((python, "-m", *argv), folder, CLEAN)


def _tests(context: Context, subproject: Subproject) -> Iterator[Step]:
    """One run for each folder with tests of its own; the root's leaves out its members' tests."""
    folders = (subproject.path, *subproject.members)
    own: dict[str, list[str]] = {folder: [] for folder in folders}
    for path in context.inventory.tracked or context.inventory.loose:
        if _TEST_FILE.search(path) and (holders := [folder for folder in folders if below(folder, path)]):
            own[max(holders, key=len)].append(path)
    for folder, paths in own.items():
        if not paths:
            continue
        mixed = folder == subproject.path and any(below(folder, member) for member in subproject.members)
        tops = sorted({posixpath.relpath(path, folder).partition("/")[0] for path in paths}) if mixed else ()
        yield _module(subproject, folder, "pytest", *tops)


def _mypy(context: Context, folder: str) -> Mapping[str, Any] | None:
    """The settings of mypy in the folder; ``None`` if it is not configured there."""
    found = projects(context).get(folder)
    if found and "mypy" in table(found.data, "tool"):
        return table(found.data, "tool", "mypy")
    return {"files": ""} if any(context.is_file(inside(folder, name)) for name in ("mypy.ini", ".mypy.ini")) else None
