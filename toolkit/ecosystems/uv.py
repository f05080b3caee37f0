"""uv projects and workspaces: ``.venv`` at the root, exactly as ``uv.lock`` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.ecosystems._diagnosis import python_tail, tell
from toolkit.ecosystems._environment import absent
from toolkit.ecosystems._python import (
    CLEAN,
    OUTPUTS,
    Project,
    declared,
    local_folders,
    projects,
    python_need,
    source_builds,
    tasks,
)
from toolkit.ecosystems._uv_lock import outside, packages, wanted
from toolkit.extension import Ecosystem, Install, Request, Step, ToolNeed
from toolkit.places import acyclic, inside, matching, table, texts, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context
    from toolkit.ecosystems._diagnosis import Rule
    from toolkit.model import Subproject

_ENVIRONMENT = {**CLEAN, "UV_PROJECT_ENVIRONMENT": None, "UV_NO_DEV": None}
_INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL")

_FAILURES: tuple[Rule, ...] = (
    (
        r"lockfile at `uv\.lock` needs to be updated",
        "uv.lock does not fit pyproject.toml any more",
        "invoke lock PATH brings it up to date; commit it",
    ),
    (r"Unable to find lockfile", "there is no uv.lock", "invoke lock PATH makes one; commit it"),
    (r"Failed to parse `uv\.lock`", "uv.lock is damaged", "restore it from git, or invoke lock PATH"),
    (
        r"Hash mismatch for `(?P<name>[^`]+)`",
        "{name} is not the file that uv.lock holds the hash of",
        "if no mirror is in between, treat it as an attack until it is explained",
    ),
    (
        r"Distribution not found at: file://(?P<path>[^\s`]+)",
        "a path dependency is not there: {path}",
        "make it (a submodule: git submodule update --init), or mend [tool.uv.sources] in pyproject.toml",
    ),
    (r"Network connectivity is disabled", "a package is not in the local cache", "run once without --offline"),
    (
        r"No interpreter found for (?P<name>Python [^\n]+?) in",
        "there is no {name} here, and uv has none to download",
        "mend requires-python or .python-version, or pin python in [toolchain]",
    ),
    (
        r"Because (?P<name>\S+) was not found in the package registry",
        "the registry has no package {name}",
        "mend its name in pyproject.toml",
    ),
    (
        r"`(?P<name>[^`]+)` can't be installed because it is marked as `--no-build`",
        "{name} has no wheel for this machine, and the policy forbids to build it",
        'name it in [bootstrap] install-scripts, for example uv = ["{name}"]',
    ),
    (r"No solution found when resolving", "no set of versions satisfies pyproject.toml", "the log says which requirements collide"),
    (
        r"Failed to download[^\n]*/cpython-(?P<name>\d+\.\d+\.\d+)",
        "no Python here fits, and Python {name} cannot be downloaded",
        "install one that requires-python and .python-version allow, or name a mirror in UV_PYTHON_INSTALL_MIRROR",
    ),
    *python_tail("UV_CACHE_DIR"),
)  # fmt: skip


class Uv(Ecosystem):
    """Python by uv."""

    name = "uv"
    family = "python"
    lockfiles = ("uv.lock",)
    outputs = OUTPUTS
    network_errors = (
        "error sending request for url",
        "tcp connect error",
        "dns error",
        "operation timed out",
        "Request failed after",
        "503 Service Unavailable",
        "502 Bad Gateway",
        "connection reset",
    )

    def discover(self, context: Context) -> Iterator[Subproject]:
        """Workspaces with their members as one, then the projects that stand alone."""
        own = _members(context)
        belongs = {member: root for root, members in own.items() for member in members}
        owner = {folder: belongs.get(folder, folder) for folder in projects(context)}
        units = [
            item for item in projects(context).values() if item.folder not in belongs and item.choice.value == self.name
        ]
        parts = {unit.folder: (unit.folder, *own.get(unit.folder, ())) for unit in units}
        wanted_by = {
            folder: [owner[path] for part in items for path in _sources(projects(context)[part]) if path in owner]
            for folder, items in parts.items()
        }
        needs = acyclic(wanted_by)
        for unit in units:
            members = own.get(unit.folder, ())
            inputs = (*(inside(member, "pyproject.toml") for member in members), inside(unit.folder, "uv.toml"))
            yield unit.subproject(context, inputs, needs[unit.folder], members)

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """Check the lock against the manifest, then sync; ``--frozen`` alone would not notice a stale lock.

        The check asks no network where the lock fits. It is left out where another index is configured,
        because uv takes a lock made with the usual one for stale then.
        """
        offline = ("--offline",) if request.offline else ()
        every = ("--all-packages",) if subproject.members else ()
        steps = []
        locked: tuple[str, ...] = ()
        if request.frozen and subproject.lockfile:
            if not any(variable(context, subproject.path, name) for name in _INDEXES):
                steps.append(Step(("uv", "lock", "--check", *offline), subproject.path, _ENVIRONMENT))
            locked = _outside(context, subproject.lockfile)
        forbidden, policy = source_builds(context, self.name, request, locked)
        environment = {**_ENVIRONMENT, **({"UV_NO_BUILD_PACKAGE": " ".join(forbidden)} if forbidden else {})}
        frozen = ("--frozen",) if request.frozen else ()
        # uv believes what it finds recorded; only what is there can be put anew, and it would be fetched anew too.
        damaged = request.repair and (context.absolute(subproject.path) / ".venv").is_dir()
        anew = ("--reinstall",) if damaged else ()
        steps.append(Step(("uv", "sync", *frozen, *every, *anew, *offline), subproject.path, environment))
        return Install(_tools(context, subproject), tuple(steps), policy)

    def missing(self, context: Context, subproject: Subproject) -> str:
        """A ``.venv`` without an interpreter, or without a package that the sync surely brings."""
        lock = subproject.lockfile
        if lock is None:
            return absent(context.absolute(subproject.path), lambda _: ())
        try:
            found = packages(context, lock)
        except Unreadable as error:
            return f"uv.lock: {error}"
        groups = _default_groups(projects(context)[subproject.path].data)
        return absent(
            context.absolute(subproject.path),
            lambda python: wanted(context, found, python, groups, whole=bool(subproject.members)),
        )

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """``uv lock``, which changes no more than it must."""
        return Install(_tools(context, subproject), (Step(("uv", "lock"), subproject.path, _ENVIRONMENT),))

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """pytest, Ruff and a type checker from the environment."""
        return tasks(context, subproject, kind, declared(context, subproject))

    def diagnose(self, log: str) -> tuple[str, str]:
        """What uv's own words mean here."""
        return tell(log, _FAILURES)


def _members(context: Context) -> dict[str, tuple[str, ...]]:
    """The members of each workspace root, without itself; an outer root wins over one inside it."""
    found: dict[str, tuple[str, ...]] = {}
    claimed: set[str] = set()
    for root, project in projects(context).items():
        workspace = table(project.data, "tool", "uv", "workspace")
        if root in claimed or not workspace or project.choice.value != Uv.name:
            continue
        candidates = set(projects(context)) - {root} - claimed
        chosen = {path for item in texts(workspace.get("members")) for path in matching(candidates, root, item)}
        dropped = {path for item in texts(workspace.get("exclude")) for path in matching(candidates, root, item)}
        found[root] = tuple(sorted((chosen & candidates) - dropped))
        claimed.update(found[root])
    return found


def _sources(project: Project) -> Iterator[str]:
    """Folders of the path dependencies."""
    for source in table(project.data, "tool", "uv", "sources").values():
        yield from local_folders(project, source if isinstance(source, list) else (source,))


def _tools(context: Context, subproject: Subproject) -> tuple[ToolNeed, ...]:
    """uv, and the Python it shall take; without one here uv supplies its own, so it is not required."""
    project = projects(context)[subproject.path]
    asked = table(project.data, "project").get("requires-python", "")
    python = python_need(context, subproject.path, asked if isinstance(asked, str) else "", subproject.manifest)
    return (
        ToolNeed("python", python.version, python.why, required=False, offered=True),
        ToolNeed("uv", subproject.version, f"required-version in {subproject.manifest}" if subproject.version else ""),
    )


def _default_groups(data: Any) -> tuple[str, ...]:
    given = table(data, "tool", "uv").get("default-groups", ["dev"])
    return tuple(texts(given)) if isinstance(given, list) else ("dev",)


def _outside(context: Context, lock: str) -> tuple[str, ...]:
    try:
        return outside(packages(context, lock))
    except Unreadable:  # uv itself says what is wrong with it
        return ()
