"""pip: requirements files with hashes, into a ``.venv`` beside them; and projects older than pyproject.toml."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.ecosystems._diagnosis import python_tail, tell
from toolkit.ecosystems._environment import absent, applies
from toolkit.ecosystems._python import (
    CLEAN,
    OUTPUTS,
    declared,
    projects,
    python_need,
    source_builds,
    tasks,
)
from toolkit.ecosystems._requirements import COMPILED, Group, Read, compiled, groups, read, requirements_of
from toolkit.extension import Ecosystem, Install, Request, Step, ToolNeed
from toolkit.model import Choice, Subproject
from toolkit.packages import normalized
from toolkit.places import folder_of, inside, matching, name_of, table, texts, upward
from toolkit.versions import may_overlap, numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context
    from toolkit.ecosystems._diagnosis import Rule

_PYTHON = ".venv/bin/python"
_ENVIRONMENT = {
    **CLEAN,
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_USER": None,
    "PIP_TARGET": None,
}
_LEGACY = ("setup.py", "setup.cfg", "Pipfile")
_TELLING = {
    "setup.py": rb"\b(?:setuptools|distutils|skbuild|numpy\.distutils)\b",
    "setup.cfg": rb"^\[metadata\]\s[^\[]*^name\s*=",
}

_FAILURES: tuple[Rule, ...] = (
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES[^\n]*\n\s*(?P<name>\S+)",
        "{name} is not the file that the requirements hold the hash of",
        "if no mirror is in between, treat it as an attack until it is explained",
    ),
    (
        r"In --require-hashes mode, all requirements must have their versions pinned with ==\. These do not:\s+(?P<name>\S+)",
        "{name} is needed, but the locked requirements do not hold it",
        "invoke lock PATH makes them whole; commit them",
    ),
    (
        r"Hashes are required in --require-hashes mode, but they are missing[^\n]*\n\s*(?P<name>\S+)",
        "{name} has no hash in the requirements",
        "invoke lock PATH makes them whole; commit them",
    ),
    (r"(?:requires a different Python|Requires-Python) (?P<want>[^\n]*)", "a package does not support this Python: {want}", "pin python in [toolchain]"),
    (
        r"The user requested (?P<have>\S+)\s+(?P<who>\S+) \S+ depends on (?P<want>[^\n]+)",
        "the requirements contradict each other: {have}, and {who} wants {want}",
        "loosen one of the two",
    ),
    (
        r"No matching distribution found for (?P<name>\S+)",
        "the registry has no {name} for this Python and machine",
        "mend it in the requirements, or pin another python in [toolchain]",
    ),
    (r"ensurepip is not (?:available|installed)|No module named '?(?:venv|ensurepip)", "this Python cannot make virtual environments", "install its venv package, or pin python in [toolchain]"),
    (r"Unable to create directory '[^'\n]*\.venv'", ".venv is a link, through which Python makes no environment", "remove the link; what it leads to was left alone"),
    *python_tail(),
)  # fmt: skip


class Pip(Ecosystem):
    """Python by pip alone."""

    name = "pip"
    family = "python"
    lockfiles = (COMPILED, "requirements.txt")
    outputs = OUTPUTS
    network_errors = (
        "after connection broken by",
        "Read timed out",
        "ConnectionResetError",
        "NewConnectionError",
        "Temporary failure in name resolution",
        "503 Server Error",
        "502 Server Error",
    )

    def discover(self, context: Context) -> Iterator[Subproject]:
        """Folders with requirements files, then what has only a setup.py, a setup.cfg or a Pipfile."""
        taken = set(_of_others(context))
        for folder, group in sorted(groups(context).items()):
            if folder not in taken:
                taken.add(folder)
                yield _from_requirements(context, group)
        for name in _LEGACY:
            for path in sorted(context.inventory.named(name)):
                folder = folder_of(path)
                if folder not in taken and _describes_package(context, path):
                    taken.add(folder)
                    yield _legacy(context, folder, path)

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """A new environment, then the locked requirements; without a lock what the files say.

        The environment is made anew each time, because pip does not remove what a former lock held.
        Through a link Python makes none, and would have emptied what it leads to before it says so.
        """
        clear = () if context.absolute(subproject.path).joinpath(".venv").is_symlink() else ("--clear",)
        make = Step(("python3", "-m", "venv", *clear, ".venv"), subproject.path, _ENVIRONMENT)
        files = _installed_files(context, subproject) if subproject.lockfile else ()
        names = tuple(item.name for item in requirements_of(context, files) if item.name and not item.url)
        forbidden, policy = source_builds(context, self.name, request, names)
        environment = {**_ENVIRONMENT, **({"PIP_ONLY_BINARY": ",".join(forbidden)} if forbidden else {})}
        environment |= {"PIP_NO_INDEX": "1"} if request.offline else {}
        hashes = ("--require-hashes",) if request.frozen and files else ()
        what = _arguments(subproject, files or _unlocked(context, subproject))
        put = Step((_PYTHON, "-m", "pip", "install", *hashes, *what), subproject.path, environment)
        notes = _left_out(context, subproject, files)
        notes += ["pip has no offline mode; it takes wheels only from PIP_FIND_LINKS"] if request.offline else []
        return Install((_need(context, subproject),), (make, put), policy, "; ".join(notes))

    def missing(self, context: Context, subproject: Subproject) -> str:
        """A ``.venv`` without an interpreter, or without a locked requirement that applies here."""
        files = _installed_files(context, subproject) if subproject.lockfile else ()
        found = [item for item in requirements_of(context, files) if item.name and not item.is_local]

        def wanted(python: str) -> Iterator[tuple[str, str]]:
            for item in found:
                if applies(context, item.marker, python):
                    yield item.name, re.sub(r"^=+\s*", "", item.specifier) if item.is_pinned else ""

        return absent(context.absolute(subproject.path), wanted)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """A hashed lock for every platform: beside an ``.in`` file its ``.txt``, else ``requirements.lock``."""
        need = _need(context, subproject)
        asked = need.version or ""
        named = [one for one in re.findall(r"\d+\.\d+", asked) if may_overlap(one, asked)]
        python = min(named, key=numbers_in, default="")
        flags = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
        flags += [f"--python-version={python}"] if python else []
        folder, group = subproject.path, groups(context).get(subproject.path)
        written = group.sources if group else (subproject.manifest,)
        base = ("uv", "pip", "compile", *flags)
        environment = {**_ENVIRONMENT, "UV_CUSTOM_COMPILE_COMMAND": f"invoke lock {folder}"}
        pairs: list[tuple[tuple[str, ...], str]]
        if all(path.endswith(".in") for path in written):
            pairs = [((path,), f"{path[:-3]}.txt") for path in written]
        else:
            pairs = [(written, inside(folder, COMPILED))]
        steps = tuple(
            Step(
                (*base, *(posixpath.relpath(path, folder) for path in paths), "-o", posixpath.relpath(target, folder)),
                folder,
                environment,
            )
            for paths, target in pairs
        )
        return Install((need, ToolNeed("uv")), steps)

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """pytest, Ruff and a type checker from the environment."""
        files = _installed_files(context, subproject) if subproject.lockfile else _unlocked(context, subproject)
        names = {normalized(item.name) for item in requirements_of(context, files) if item.name}
        return tasks(context, subproject, kind, declared(context, subproject) | names)

    def diagnose(self, log: str) -> tuple[str, str]:
        """What pip's own words mean here."""
        return tell(log, _FAILURES)


def _of_others(context: Context) -> Iterator[str]:
    """Folders whose requirements files are an export: uv's, its members' and Poetry's."""
    for folder, project in projects(context).items():
        if project.choice.value == Pip.name:
            continue
        yield folder
        for item in texts(table(project.data, "tool", "uv", "workspace").get("members")):
            yield from matching(projects(context), folder, item)


def _describes_package(context: Context, path: str) -> bool:
    """Whether a setup.cfg is more than a place for tools' settings, and a setup.py more than a script called so."""
    expression = _TELLING.get(path.rpartition("/")[2])
    try:
        return expression is None or re.search(expression, context.read(path), re.MULTILINE) is not None
    except Unreadable:
        return False


def _from_requirements(context: Context, group: Group) -> Subproject:
    main = group.main
    lock = compiled(context, group.folder)
    reads: dict[str, Read] = {path: read(context, path) for path in group.files}
    if lock is None:
        lock = next((path for path in group.chosen if reads[path].is_locked), None)
    extra = [inside(group.folder, name) for name in ("pyproject.toml", "setup.py", "setup.cfg")]
    extra += [inside(up, ".python-version") for up in upward(group.folder)]
    inputs = [*group.files, *(path for found in reads.values() for path in found.files), *extra]
    project = projects(context).get(group.folder)
    return Subproject(
        path=group.folder,
        name=project.name if project else name_of(context, group.folder),
        ecosystem=Pip.name,
        family=Pip.family,
        manifest=main,
        lockfile=lock,
        choice=Choice("pip", "lock file" if lock else "requirements", lock or main),
        inputs=tuple(path for path in dict.fromkeys(inputs) if path not in (main, lock) and context.is_file(path)),
        problem=next(
            (reads[path].problem for path in group.chosen if reads[path].problem), project.problem if project else ""
        ),
    )


def _legacy(context: Context, folder: str, path: str) -> Subproject:
    pipenv = path.endswith("Pipfile")
    return Subproject(
        path=folder,
        name=name_of(context, folder),
        ecosystem=Pip.name,
        family=Pip.family,
        manifest=path,
        lockfile=compiled(context, folder),
        choice=Choice("pip", "manifest", path),
        problem="pipenv is not supported; write its requirements to a requirements.txt with hashes" if pipenv else "",
    )


def _need(context: Context, subproject: Subproject) -> ToolNeed:
    project = projects(context).get(subproject.path)
    asked = table(project.data, "project").get("requires-python", "") if project else ""
    return python_need(
        context, subproject.path, asked if isinstance(asked, str) else "", project.manifest if project else ""
    )


def _installed_files(context: Context, subproject: Subproject) -> tuple[str, ...]:
    """The lock's files: the toolkit's own alone, else all chosen ones that are hashed."""
    group = groups(context).get(subproject.path)
    if group is None or (subproject.lockfile or "").endswith(COMPILED):
        return (subproject.lockfile,) if subproject.lockfile else ()
    return tuple(path for path in group.chosen if read(context, path).is_locked)


def _unlocked(context: Context, subproject: Subproject) -> tuple[str, ...]:
    group = groups(context).get(subproject.path)
    return (group.chosen or group.sources) if group else ()


def _arguments(subproject: Subproject, files: tuple[str, ...]) -> tuple[str, ...]:
    """``-r FILE`` for each file; the project itself where there is none."""
    if not files:
        return ("-e", ".")
    return tuple(word for path in files for word in ("-r", posixpath.relpath(path, subproject.path)))


def _left_out(context: Context, subproject: Subproject, files: tuple[str, ...]) -> list[str]:
    """What the summary says of files that are not part of the lock."""
    group = groups(context).get(subproject.path)
    if group is None or not files or files[0].endswith(COMPILED):
        return []
    return [f"{path} has no hashes and is left out" for path in group.chosen if path not in files]
