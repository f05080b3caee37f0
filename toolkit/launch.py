"""Starts the toolkit on a machine that has nothing but a Python.

``python3 tasks.py ARGS`` makes an environment from the hashed requirements once, and from then on
becomes that environment's Python, which runs ``tasks.py`` again and finds everything in place.
Standard library and syntax of Python 3.8 only, because that is what may have to read this file. A warm
start opens three files, lists one folder and starts no process, so everything that only the making of an
environment needs is imported there. ``docs/decisions/launch.md`` says why it is built like this.
"""

from __future__ import annotations

import binascii
import os
import sys

TYPE_CHECKING = False  # what typing says too, without the 4 ms of importing it
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn

__all__ = ["LaunchError", "enter", "environment"]

MINIMUM = (3, 11)
MINORS = (14, 13, 12, 11)
"""Minor versions of Python 3 that the requirements are locked for, the first choice first."""
PROTOCOL = "1"
"""Part of an environment's key: raised when environments made before must not be used any more."""

MARKER = ".toolkit-complete"
"""Written last into an environment: its folder of packages, their names, and the requirements it was made for."""

_DAY_S = 24 * 3600
_ARRIVED = "TOOLKIT_LAUNCHED"
# A folder of these names, anywhere in a path, is kept in a cloud by the program that owns it.
_SYNCED = ("Mobile Documents", "CloudStorage", "Dropbox", "OneDrive", "Google Drive", "iCloudDrive")


class LaunchError(Exception):
    """The program cannot be started: one sentence and one hint, as ``toolkit.errors`` has them.

    Args:
        message: one sentence without a final period.
        hint: what to do next.
        code: what the process ends with: 1 for a failed action, 2 for a wrong setting.
    """

    def __init__(self, message: str, hint: str, code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


def enter(name: str, script: str) -> Any:
    """All that a ``tasks.py`` does: start the program, or hand its tasks to invoke.

    Args:
        name: the ``__name__`` of ``tasks.py``.
        script: its ``__file__``.

    Returns:
        The namespace of tasks where invoke imports the file; as a script it never returns.
    """
    if name == "__main__":
        run_as_script(_start, [os.path.abspath(script), *sys.argv[1:]])
    from toolkit.cli.program import namespace

    return namespace


def environment(requirements: str) -> str:
    """The folder of a whole environment with these requirements, made or repaired where needed.

    Args:
        requirements: path of a requirements file in which everything has a hash.

    Raises:
        LaunchError: it cannot be made.
    """
    with open(requirements, encoding="utf-8") as stream:
        text = stream.read()
    parent = os.path.join(cache_root(), "launch")
    for tag in usable_tags():
        folder = folder_for(parent, tag, text)
        if is_whole(folder, text):
            return folder
    from toolkit._venv import make

    return make(parent, requirements, text)


def cache_root() -> str:
    """The toolkit's folder in the user's cache, never inside a tree that a cloud keeps.

    Raises:
        LaunchError: the only places there are, or ``TOOLKIT_CACHE``, lie in such a tree.
    """
    wanted = os.environ.get("TOOLKIT_CACHE", "")
    if wanted:
        if is_synced(os.path.expanduser(wanted)):
            raise LaunchError(
                "TOOLKIT_CACHE lies in a folder that a cloud service keeps: " + wanted,
                "set it to a folder on this machine only",
                2,
            )
        return os.path.abspath(os.path.expanduser(wanted))
    places = [os.environ.get("XDG_CACHE_HOME", ""), os.path.expanduser("~/.cache")]
    if sys.platform == "darwin":
        places.insert(1, os.path.expanduser("~/Library/Caches"))
    for place in places:
        if os.path.isabs(place) and not is_synced(place):
            return os.path.join(place, "toolkit")
    raise LaunchError(
        "there is no cache folder outside of what a cloud service keeps",
        "set TOOLKIT_CACHE to a folder on this machine only",
        2,
    )


def is_synced(path: str) -> bool:
    """Whether a path lies in a tree whose content a cloud service may take away."""
    real = os.path.realpath(path)
    if sys.platform == "darwin":
        for owned in ("~/Desktop", "~/Documents"):
            if (real + "/").startswith(os.path.realpath(os.path.expanduser(owned)) + "/"):
                return True
    # OneDrive adds the organisation's name: "OneDrive - Example".
    return any(part.startswith(_SYNCED) for part in real.split(os.sep))


def is_whole(folder: str, text: str) -> bool:
    """Whether an environment was finished for this text and still has its Python and its packages.

    Args:
        folder: the environment.
        text: content of the requirements file.
    """
    marker = os.path.join(folder, MARKER)
    try:
        with open(marker, encoding="utf-8") as stream:
            site, names, made_for = stream.read().split("\n\n", 2)
        present = set(os.listdir(os.path.join(folder, site)))
        if made_for != text or not present.issuperset(names.split("\n")):
            return False
        _note_use(marker)
    except (OSError, ValueError):
        return False
    return os.access(python_of(folder), os.X_OK)


def run_as_script(function: Callable[[list[str]], int], argv: list[str]) -> NoReturn:
    """End the process with what a function returns, or with one sentence and one hint."""
    try:
        sys.exit(function(argv))
    except LaunchError as error:
        message, hint, code = error.message, error.hint, error.code
    except OSError as error:
        if not error.filename:
            raise
        message = f"cannot use {error.filename}: {error.strerror}"
        hint, code = "make it writable, or set TOOLKIT_CACHE to another folder", 1
    except KeyboardInterrupt:
        sys.exit(130)
    say(f"{message}\nhint: {hint}")
    sys.exit(code)


def say(message: str) -> None:
    """Tell the person who waits; standard output belongs to the program."""
    print("toolkit: " + message, file=sys.stderr, flush=True)


def usable_tags() -> list[str]:
    """The tags of environments that can be used from here, with no process started to find out."""
    if sys.version_info >= MINIMUM:
        return [tag_of(sys.implementation.cache_tag + getattr(sys, "abiflags", ""))]
    return [tag_of(f"cpython-3{minor}") for minor in MINORS]


def tag_of(interpreter: str) -> str:
    """What an environment depends on besides its packages: the Python, the platform and the processor."""
    return f"{interpreter}-{sys.platform}-{os.uname().machine}"


def folder_for(parent: str, tag: str, text: str) -> str:
    """Where the environment for a requirements text is; the marker tells apart what the short name does not."""
    # hashlib would cost a warm start 3 ms.
    return os.path.join(parent, f"{tag}-{binascii.crc32((PROTOCOL + text).encode()):08x}")


def python_of(folder: str) -> str:
    """The Python of an environment."""
    return os.path.join(folder, "bin", "python")


def _home() -> str:
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _requirements(folder: str) -> str:
    """What the tasks in a folder need: the toolkit's own repository gets what its tests use as well.

    Empty for a toolkit that was installed, because its installer has seen to what it needs.
    """
    own = os.path.realpath(_home()) == os.path.realpath(folder)
    path = os.path.join(_home(), "requirements", "dev.txt" if own else "runtime.txt")
    return path if os.path.isfile(path) else ""


def _start(argv: list[str]) -> int:
    attempt = int(os.environ.pop(_ARRIVED, "0"))
    requirements = _requirements(os.path.dirname(argv[0]))
    if not attempt and requirements and os.environ.get("TOOLKIT_ENVIRONMENT") != "current":
        become(python_of(environment(requirements)), argv, {_ARRIVED: "1"})
    keep_bytecode()
    try:
        from toolkit.cli.program import main
    except ModuleNotFoundError as error:
        if attempt != 1 or not error.name or error.name.split(".")[0] == "toolkit":
            raise
        say(f"the environment lacks {error.name} and is made again")
        os.unlink(os.path.join(sys.prefix, MARKER))
        become(python_of(environment(requirements)), argv, {_ARRIVED: "2"})
    main()
    return 0


def keep_bytecode() -> None:
    """Keep compiled modules in the cache: none in a work tree, and some even where the environment says none.

    Compiling the toolkit anew costs every start 0.2 s. ``PYTHONDONTWRITEBYTECODE`` is about files beside the sources.
    """
    sys.pycache_prefix = os.path.join(cache_root(), "bytecode")
    sys.dont_write_bytecode = False


def become(program: str, argv: list[str], changes: dict[str, str]) -> NoReturn:
    """Replace this process; what an older Python was told about its own home does not fit the new one."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")}
    sys.stdout.flush()
    os.execve(program, [program, *argv], dict(inherited, **changes))


def _note_use(marker: str) -> None:
    import time

    if time.time() - os.stat(marker).st_mtime > _DAY_S:
        os.utime(marker)


def command_line(argv: list[str]) -> int:
    """Run a program of this checkout's environment: ``python3 -m toolkit.launch PROGRAM ARGS``.

    Without arguments it prints where the environment is.

    Raises:
        LaunchError: an installed toolkit has none, it cannot be made, or it has no such program.
    """
    requirements = _requirements(_home())
    if not requirements:
        raise LaunchError("this is an installed toolkit, which has no environment of its own", "run it directly", 2)
    folder = environment(requirements)
    if not argv:
        print(folder)
        return 0
    programs = os.path.dirname(python_of(folder))
    path = os.path.join(programs, argv[0])
    if not os.access(path, os.X_OK):
        raise LaunchError(f"the environment has no program {argv[0]}", f"look into {programs}", 2)
    become(path, argv[1:], {"PATH": programs + os.pathsep + os.environ.get("PATH", os.defpath)})


if __name__ == "__main__":
    # Not this module's own name: LaunchError has to be the class that the other half raises.
    from toolkit import launch  # noqa: PLW0406

    launch.run_as_script(launch.command_line, sys.argv[1:])
