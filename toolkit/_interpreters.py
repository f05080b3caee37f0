"""Finds a Python that an environment can be made from; loaded only where one has to be made.

Standard library and syntax of Python 3.8, like its caller.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from toolkit.launch import MINIMUM, MINORS, say, tag_of

if TYPE_CHECKING:
    from typing import Iterator

__all__ = ["SUPPLIED", "Interpreter", "choose", "inspect", "probe", "this_version"]

SUPPLIED = "3.13"
"""The Python that uv is asked for where none is found."""
PROBE_TIMEOUT_S = 20
_INSPECTION = """
import sys
print(sys.implementation.cache_tag + getattr(sys, "abiflags", ""), sys.version_info[0], sys.version_info[1])
try:
    import ensurepip, venv
    print(bool(ensurepip.version()))
except (ImportError, AttributeError, OSError):
    print(False)
"""


class Interpreter(NamedTuple):
    """A Python that an environment can be made from.

    Args:
        executable: its path, or a version such as ``3.13`` where uv is to supply it.
        tag: as :func:`toolkit.launch.tag_of` says.
        has_pip: whether it can make an environment with pip by itself.
    """

    executable: str
    tag: str
    has_pip: bool


def choose() -> Interpreter:
    """The first Python that can make an environment alone, else what uv can make one from."""
    second_best = None
    for executable in _candidates():
        found = inspect(executable)
        if found is not None and found.has_pip:
            return found
        second_best = second_best or found
    if second_best is not None:
        return second_best
    say(f"{this_version()} is too old and no newer one was found; uv is to supply Python {SUPPLIED}")
    return Interpreter(SUPPLIED, tag_of("cpython-" + SUPPLIED.replace(".", "")), has_pip=False)


def inspect(executable: str) -> Interpreter | None:
    """What an executable can do, found out by running it, since a name on PATH may be a shim of nothing."""
    words = (probe(executable, _INSPECTION) or "").split()
    if len(words) != 4 or (int(words[1]), int(words[2])) < MINIMUM:
        return None
    return Interpreter(executable, tag_of(words[0]), words[3] == "True")


def _candidates() -> Iterator[str]:
    """Pythons that may be new enough: this one, those on PATH, those at the usual places."""
    if sys.version_info >= MINIMUM:
        # Inside of an environment: what that one was made from, since it may be the one to be made again.
        yield getattr(sys, "_base_executable", "") or sys.executable
    home = os.path.expanduser("~")
    versions = [
        os.path.join(os.environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv"), "versions"),
        os.path.join(home, ".local/share/uv/python"),
        "/Library/Frameworks/Python.framework/Versions",
    ]
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    folders += ["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin", "/usr/bin", os.path.join(home, ".local/bin")]
    folders += [os.path.join(place, version, "bin") for place in versions for version in _entries(place)]
    for minor in MINORS:
        for folder in folders:
            path = os.path.join(folder, f"python3.{minor}")
            if os.access(path, os.X_OK):
                yield path


def _entries(folder: str) -> list[str]:
    return sorted(os.listdir(folder), reverse=True) if os.path.isdir(folder) else []


def probe(executable: str, code: str) -> str | None:
    """What a Python prints when it runs some code; ``None`` if it fails or does not end in time."""
    try:
        done = subprocess.run(
            [executable, "-c", code],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_TIMEOUT_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def this_version() -> str:
    """The Python that runs this, as a sentence names it."""
    return f"Python {sys.version_info[0]}.{sys.version_info[1]}"
