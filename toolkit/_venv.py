"""Makes the environment that :mod:`toolkit.launch` starts the toolkit in; loaded only where none is whole.

Standard library and syntax of Python 3.8, like its caller. One run makes an environment, the others wait
for it; one that was killed leaves no marker, so that the next run begins again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from toolkit._interpreters import SUPPLIED, choose, probe, this_version
from toolkit.launch import MARKER, LaunchError, folder_for, is_whole, python_of, say

if TYPE_CHECKING:
    from typing import TextIO

    from toolkit._interpreters import Interpreter

__all__ = ["make"]

UNUSED_DAYS = 30
"""Environments that nobody used for so long are removed when another one is made."""
# What would make pip or Python work on something else than the environment.
_HARMFUL = (
    "PIP_CONSTRAINT",
    "PIP_PREFIX",
    "PIP_REQUIREMENT",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_ROOT",
    "PIP_TARGET",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
)
_PIP = ("-m", "pip", "install", "--no-input", "--disable-pip-version-check")


def make(parent: str, requirements: str, text: str) -> str:
    """Make or repair the environment for a requirements text, or wait for the run that does.

    Args:
        parent: the folder of all environments.
        requirements: path of the requirements file.
        text: its content.

    Raises:
        LaunchError: there is no way to make it, or a step failed.
    """
    interpreter = choose()
    folder = folder_for(parent, interpreter.tag, text)
    os.makedirs(parent, mode=0o700, exist_ok=True)
    with open(folder + ".lock", "a+", encoding="utf-8") as lock:
        _take(lock)
        # The run that was waited for has made it, most likely.
        if not is_whole(folder, text):
            _clear(folder)
            say("making its environment, once, in " + folder.replace(os.path.expanduser("~") + os.sep, "~/", 1))
            _build(_Steps(folder, lock.fileno()), interpreter, requirements)
            _finish(folder, text)
            _prune(parent, os.path.basename(folder))
    return folder


def _take(lock: TextIO) -> None:
    """Lock the file; children get the descriptor too, so that the pip of a killed run counts as a holder."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        say(f"another run (process {lock.read().strip() or 'unknown'}) is making the environment, waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _clear(folder: str) -> None:
    # The marker first: killed half-way, what is left must not pass for whole.
    for path in (os.path.join(folder, MARKER), folder + ".log"):
        if os.path.lexists(path):
            os.unlink(path)
    for path in (folder, folder + ".uv"):
        if os.path.lexists(path):
            shutil.rmtree(path)


def _build(steps: _Steps, interpreter: Interpreter, requirements: str) -> None:
    folder, python = steps.folder, python_of(steps.folder)
    if interpreter.has_pip:
        # -I: neither the user's packages nor a venv.py in the current folder are meant.
        steps.run("venv", [interpreter.executable, "-I", "-m", "venv", folder])
        steps.run("pip", [python, "-I", *_PIP, "--require-hashes", "-r", requirements])
        return
    uv = shutil.which("uv") or _fetch_uv(steps, interpreter, requirements)
    instead = f", or install Python {SUPPLIED} yourself" if interpreter.executable == SUPPLIED else ""
    steps.run(
        "uv venv", [uv, "venv", "--no-project", "--no-config", "--python", interpreter.executable, folder], instead
    )
    steps.run("uv pip", [uv, "pip", "install", "--python", python, "--require-hashes", "-r", requirements])
    shutil.rmtree(folder + ".uv", ignore_errors=True)


def _fetch_uv(steps: _Steps, interpreter: Interpreter, requirements: str) -> str:
    """Take uv as a wheel, by hash, into a folder that only the making needs."""
    if probe(sys.executable, "import pip") is None:
        raise _no_way(interpreter)
    target = steps.folder + ".uv"
    wanted = os.path.join(os.path.dirname(requirements), "uv.txt")
    steps.run(
        "pip", [sys.executable, *_PIP, "--only-binary=:all:", "--target", target, "--require-hashes", "-r", wanted]
    )
    return os.path.join(target, "bin", "uv")


def _no_way(interpreter: Interpreter) -> LaunchError:
    if interpreter.executable == SUPPLIED:
        return LaunchError(
            f"{this_version()} is too old, no Python 3.11 or newer was found, and without pip uv cannot be had either",
            f"install Python {SUPPLIED} (macOS: brew install python@{SUPPLIED}) or uv",
        )
    return LaunchError(
        f"{interpreter.executable} lacks the modules to make an environment (venv, ensurepip), and pip too",
        "install them (Debian and Ubuntu: apt install python3-venv), or put uv on PATH",
    )


class _Steps:
    """Runs the programs that make one environment; all they print goes to a log beside its folder.

    Args:
        folder: the environment.
        lock: descriptor of the lock, which the programs inherit.
    """

    def __init__(self, folder: str, lock: int) -> None:
        self.folder = folder
        self._lock = lock
        self._log = folder + ".log"

    def run(self, title: str, argv: list[str], instead: str = "") -> None:
        """Run one program to its end.

        Args:
            title: what the error calls it.
            argv: the program and its arguments.
            instead: ends the hint where there is another way.

        Raises:
            LaunchError: it failed.
        """
        environment = {name: value for name, value in os.environ.items() if name not in _HARMFUL}
        # "user = true" in a configuration file makes pip refuse an environment.
        environment["PIP_USER"] = "0"
        with open(self._log, "ab") as log:
            log.write(("$ " + " ".join(argv) + "\n").encode("utf-8", "surrogateescape"))
            log.flush()
            code = subprocess.run(
                argv,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=os.path.dirname(self.folder),
                env=environment,
                pass_fds=(self._lock,),
            ).returncode
        if code:
            raise LaunchError(
                f"the environment cannot be made, {title} ended with {code}: {_last_error(self._log)}",
                f"see {self._log}; mirrors and proxies are set in the configuration of {title.split(maxsplit=1)[0]}{instead}",
            )


def _last_error(log: str) -> str:
    """The line that says most: the last that calls itself an error, else the last."""
    with open(log, encoding="utf-8", errors="replace") as stream:
        lines = [line.strip() for line in stream if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return errors[-1][len("error") :].lstrip(": ") if errors else lines[-1]


def _finish(folder: str, text: str) -> None:
    """Write the marker, at once and last."""
    library = os.path.join(folder, "lib")
    version = next(name for name in sorted(os.listdir(library)) if name.startswith("python"))
    site = os.path.join("lib", version, "site-packages")
    names = sorted(name for name in os.listdir(os.path.join(folder, site)) if name != "__pycache__")
    marker = os.path.join(folder, MARKER)
    with open(marker + ".new", "w", encoding="utf-8") as stream:
        stream.write("\n\n".join((site, "\n".join(names), text)))
        stream.flush()
        os.fsync(stream.fileno())
    os.rename(marker + ".new", marker)


def _prune(parent: str, kept: str) -> None:
    """Remove environments that were not used for long, unless someone is making one there."""
    for name in os.listdir(parent):
        folder = os.path.join(parent, name)
        if name == kept or not os.path.isdir(folder):
            continue
        marker = os.path.join(folder, MARKER)
        used = os.stat(marker if os.path.exists(marker) else folder).st_mtime
        if time.time() - used < UNUSED_DAYS * 24 * 3600:
            continue
        with open(folder + ".lock", "a", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _clear(folder)
