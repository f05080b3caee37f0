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
from typing import TYPE_CHECKING, NamedTuple

from toolkit.launch import MARKER, MINIMUM, MINORS, LaunchError, folder_for, is_whole, python_of, say, tag_of

if TYPE_CHECKING:
    from typing import Iterator, TextIO

__all__ = ["Interpreter", "make"]

SUPPLIED = "3.13"
"""The Python that uv is asked for where none is found."""
UNUSED_DAYS = 30
"""Environments that nobody used for so long are removed when another one is made."""
PROBE_TIMEOUT_S = 20
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
    say(f"{_this_version()} is too old and no newer one was found; uv is to supply Python {SUPPLIED}")
    return Interpreter(SUPPLIED, tag_of("cpython-" + SUPPLIED.replace(".", "")), has_pip=False)


def inspect(executable: str) -> Interpreter | None:
    """What an executable can do, found out by running it, since a name on PATH may be a shim of nothing."""
    words = (_probe(executable, _INSPECTION) or "").split()
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


def _probe(executable: str, code: str) -> str | None:
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
    if _probe(sys.executable, "import pip") is None:
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
            f"{_this_version()} is too old, no Python 3.11 or newer was found, and without pip uv cannot be had either",
            f"install Python {SUPPLIED} (macOS: brew install python@{SUPPLIED}) or uv",
        )
    return LaunchError(
        f"{interpreter.executable} lacks the modules to make an environment (venv, ensurepip), and pip too",
        "install them (Debian and Ubuntu: apt install python3-venv), or put uv on PATH",
    )


def _this_version() -> str:
    return f"Python {sys.version_info[0]}.{sys.version_info[1]}"


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
