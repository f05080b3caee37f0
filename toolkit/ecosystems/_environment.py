"""What a virtual environment holds, told from its listing: one small file is opened, nothing is run."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from toolkit.memory import once_a_run
from toolkit.packages import normalized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from toolkit.context import Context

__all__ = ["absent", "applies"]

Wanted = tuple[str, str]
"""A distribution's name and version; an empty version where the lock has none."""


def absent(folder: Path, wanted: Callable[[str], Iterable[Wanted]]) -> str:
    """Why ``.venv`` below the folder is not whole, in a few words; empty if it is.

    Args:
        folder: the subproject's absolute folder.
        wanted: gives what must be there for a Python version; no more than an install surely brings.
    """
    environment = os.path.join(folder, ".venv")
    try:
        with open(os.path.join(environment, "pyvenv.cfg"), encoding="utf-8", errors="replace") as stream:
            settings = dict(re.findall(r"^(\w[\w-]*)\s*=\s*(.*?)\s*$", stream.read(), re.MULTILINE))
    except OSError:
        return "there is no .venv"
    if not os.path.exists(os.path.join(environment, "bin", "python")):
        return "the Python of its .venv is gone"
    there = _distributions(environment)
    version = settings.get("version_info") or settings.get("version") or ""
    for name, number in wanted(version):
        found = there.get(normalized(name))
        if found is None:
            return f"{name} is not in .venv"
        if number and number not in found and not any(_same(number, item) for item in found):
            return f".venv has {name} {', '.join(sorted(found))}, the lock {number}"
    return _hollow(environment)


def _distributions(environment: str) -> dict[str, set[str]]:
    """Versions by normalised name, from the names of the folders that installers write last."""
    found: dict[str, set[str]] = {}
    for library in ("lib", "lib64"):
        try:
            pythons = os.listdir(os.path.join(environment, library))
        except OSError:
            continue
        for python in pythons:
            try:
                names = os.listdir(os.path.join(environment, library, python, "site-packages"))
            except OSError:
                continue
            for name in names:
                if name.endswith((".dist-info", ".egg-info")):
                    # Old pips and setuptools add the Python: foo-1.0-py3.10.egg-info.
                    project, version, *_ = (*name.rpartition(".")[0].split("-"), "")
                    found.setdefault(normalized(project), set()).add(version)
    return found


def _hollow(environment: str) -> str:
    """The first distribution that lacks a file, though its own record is there; empty if none does.

    Installers believe the record: pip and uv call such a package installed. Each folder is listed once, which is
    cheaper than to look at each file.
    """
    for folder in _site_packages(environment):
        listed = {"": set(os.listdir(folder))}
        for name in sorted(listed[""]):
            if not name.endswith(".dist-info"):
                continue
            for path in _recorded(os.path.join(folder, name, "RECORD")):
                parent, _, base = path.rpartition("/")
                if parent not in listed:
                    listed[parent] = _names(os.path.join(folder, parent))
                if base not in listed[parent]:
                    top = path.partition("/")[0]
                    lost = path if top == ".." or top in listed[""] else top
                    return f"{lost} of {name.removesuffix('.dist-info').partition('-')[0]} is gone from .venv"
    return ""


def _recorded(file: str) -> Iterator[str]:
    """The files that a distribution's record lists, but for bytecode, which comes and goes; not every installer keeps one."""
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return
    for line in lines:
        path = line.rsplit(",", 2)[0].strip('"')
        if path and "__pycache__" not in path and not path.endswith(".pyc"):
            yield path


def _names(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))
    except OSError:
        return set()


def _site_packages(environment: str) -> Iterator[str]:
    """The folders of packages of an environment; ``lib64`` is a link to ``lib`` where both are there."""
    for library in ("lib", "lib64"):
        place = os.path.join(environment, library)
        if os.path.islink(place) or not os.path.isdir(place):
            continue
        for python in sorted(os.listdir(place)):
            folder = os.path.join(place, python, "site-packages")
            if os.path.isdir(folder):
                yield folder


def _same(wanted: str, found: str) -> bool:
    """Whether two versions are one by PEP 440: ``2024.01`` and ``2024.1``, ``1.0`` and ``1.0.0``."""
    from packaging.version import InvalidVersion, Version

    try:
        there, here = Version(found), Version(wanted)
    except InvalidVersion:
        return False
    return there == here or (not here.local and there.public == here.public)


@once_a_run
def applies(_context: Context, marker: str, python: str) -> bool:
    """Whether an environment marker holds on this machine for that Python; not if it cannot be read.

    Args:
        _context: keeps the answers of this run.
        marker: for example ``sys_platform == 'win32'``; empty always holds.
        python: the environment's version, for example ``3.11.7``.
    """
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

    number = re.match(r"\d+\.\d+(?:\.\d+)?", python)
    full = number[0] if number else ".".join(map(str, sys.version_info[:3]))
    minor = ".".join(full.split(".")[:2])
    values = {"python_full_version": full, "python_version": minor, "implementation_version": full, "extra": ""}
    try:
        return Marker(marker).evaluate(values)
    except (InvalidMarker, UndefinedEnvironmentName):
        return False
