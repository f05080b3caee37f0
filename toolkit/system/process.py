"""Running programs: argument tuples only, whole process groups, deadlines that hold.

A program that is missing is a result (127) and one that ran out of time is a result (124), so that
callers have one path for "it did not work".
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

from toolkit.commands import Command, Completed
from toolkit.system.interrupts import held_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


__all__ = [
    "NOT_FOUND",
    "TIMED_OUT",
    "Child",
    "end_group",
    "end_started",
    "environment",
    "identity",
    "replace_process",
    "run",
    "run_logged",
    "show",
    "which",
]

NOT_FOUND = 127
TIMED_OUT = 124
GRACE_S = 5.0
"""Seconds between asking a process group to end and killing it."""

# git exports these to hooks and aliases; inherited, they would point a child's git at another repository.
_GIT_KEPT = (
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_ASKPASS",
    "GIT_TERMINAL_PROMPT",
    "GIT_EXEC_PATH",
    "GIT_SSL_CAINFO",
    "GIT_SSL_NO_VERIFY",
    "GIT_ALLOW_PROTOCOL",
)


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The inherited environment without git's own variables, with changes applied.

    Args:
        changes: values to set; ``None`` removes a variable.
    """
    result = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _GIT_KEPT or name.startswith("GIT_CONFIG")
    }
    for name, value in (changes or {}).items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def show(argv: Iterable[str]) -> str:
    """A command line as a person would type it."""
    return shlex.join(argv)


def which(program: str, changes: Mapping[str, str | None] | None = None) -> str | None:
    """The program's path on the search path that a command with these changes would have."""
    return shutil.which(program, path=environment(changes).get("PATH"))


class Child:
    """A started program in a process group of its own.

    Args:
        command: what to run.
        stdin, stdout, stderr: as for :class:`subprocess.Popen`.
        keep_fds: descriptors that the program inherits, for example a lock that must outlive us.

    Raises:
        FileNotFoundError: the program or its folder is missing.
        OSError: the program cannot be started.
    """

    def __init__(
        self,
        command: Command,
        *,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.PIPE,
        stderr: int | IO[bytes] = subprocess.PIPE,
        keep_fds: tuple[int, ...] = (),
    ) -> None:
        self.command = command
        self.timed_out = False
        self.started = time.monotonic()
        env = environment(command.env)
        # Popen looks the program up on *our* PATH; the command's own PATH must decide.
        program = which(command.argv[0], command.env) if os.sep not in command.argv[0] else None
        with held_back():
            self._process = subprocess.Popen(
                command.argv,
                executable=program,
                cwd=command.cwd,
                env=env,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
                pass_fds=keep_fds,
            )
            self.pid = self._process.pid
            _unwaited.add((os.getpid(), self))
        self._timer: threading.Timer | None = None
        if command.timeout_s is not None:
            self._timer = threading.Timer(command.timeout_s, self._expire)
            self._timer.daemon = True
            self._timer.start()

    def wait(self, data: bytes | None = None) -> Completed:
        """Feed standard input, wait for the end and collect what was piped."""
        try:
            stdout, stderr = self._process.communicate(data)
        except BaseException:
            self.end(grace_s=1.0)
            raise
        finally:
            self.leave()
            if self._timer is not None:
                self._timer.cancel()
        code = TIMED_OUT if self.timed_out else self._process.returncode
        return Completed(self.command.argv, code, stdout or b"", stderr or b"", time.monotonic() - self.started)

    def leave(self) -> None:
        """Let it go on when we are interrupted."""
        _unwaited.discard((os.getpid(), self))

    def end(self, grace_s: float = GRACE_S) -> None:
        """Ask the whole process group to end, and kill what is left after the grace time (seconds)."""
        if not self._signal(signal.SIGTERM):
            return
        deadline = time.monotonic() + grace_s
        while time.monotonic() < deadline:
            self._process.poll()
            if not self._signal(0):
                return
            time.sleep(0.02)
        self._signal(signal.SIGKILL)

    def _expire(self) -> None:
        if self._process.poll() is None:
            self.timed_out = True
        self.end()

    def _signal(self, number: int) -> bool:
        """Whether the group still existed to take the signal."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)
            return True
        return False


_unwaited: set[tuple[int, Child]] = set()
"""What was started and nobody has waited for yet, each with the process that did: a fork copies what is not its own."""


def end_started() -> None:
    """End what nobody waits for any more: where an interrupt came between the start and the waiting, say."""
    for owner, child in list(_unwaited):
        if owner == os.getpid():
            child.end(grace_s=1.0)
            child.leave()


def identity(pid: int) -> str:
    """When a process started, as text that tells it from a later one of the same number; empty if it is gone.

    Linux gives the start in clock ticks after boot (proc(5), field 22); elsewhere ``ps`` is asked.
    """
    if sys.platform == "linux":
        try:
            with open(f"/proc/{pid}/stat", "rb") as stream:
                fields = stream.read().rpartition(b")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if fields[0] == b"Z" else fields[19].decode()
    done = subprocess.run(
        ("ps", "-o", "lstart=", "-p", str(pid)), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.stdout.decode().strip()


def end_group(pid: int) -> None:
    """End a process group that is not our child: asked first, killed after the grace time."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while time.monotonic() < deadline:
            os.killpg(pid, 0)
            time.sleep(0.02)
        os.killpg(pid, signal.SIGKILL)


def run(
    command: Command,
    data: bytes | None = None,
    *,
    keep_fds: tuple[int, ...] = (),
    started: Callable[[int], None] | None = None,
) -> Completed:
    """Run to the end with captured output; never raises for what the program does.

    Args:
        command: what to run.
        data: bytes for standard input; without them it is empty.
        keep_fds: descriptors that the program inherits.
        started: called with its process group once it runs.
    """
    began = time.monotonic()
    try:
        child = Child(command, stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL, keep_fds=keep_fds)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        message = f"{command.argv[0]}: {error.strerror}".encode()
        return Completed(command.argv, NOT_FOUND, b"", message, time.monotonic() - began)
    if started is not None:
        started(child.pid)
    return child.wait(data)


def run_logged(
    command: Command, log: Path, *, keep_fds: tuple[int, ...] = (), started: Callable[[Child], None] | None = None
) -> Completed:
    """Run to the end with both outputs appended to a file.

    Args:
        command: what to run.
        log: the file, made if it is missing.
        keep_fds: descriptors that the program inherits.
        started: called with the child once it runs, so that another thread can end it.
    """
    began = time.monotonic()
    with log.open("ab") as stream:
        stream.write(f"$ {show(command.argv)}\n".encode("utf-8", "surrogateescape"))
        stream.flush()
        try:
            child = Child(command, stdout=stream, stderr=subprocess.STDOUT, keep_fds=keep_fds)
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            stream.write(f"{command.argv[0]}: {error.strerror}\n".encode())
            return Completed(command.argv, NOT_FOUND, b"", b"", time.monotonic() - began)
        if started is not None:
            started(child)
        return child.wait()


def adopt(changes: Mapping[str, str | None]) -> None:
    """Change our own environment, for everything that is run from here on; ``None`` removes a variable."""
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def replace_process(command: Command) -> None:
    """Become the program: its exit status and signals are then ours by construction.

    Raises:
        OSError: the program cannot be started.
    """
    os.chdir(command.cwd)
    env = environment(command.env)
    program = shutil.which(command.argv[0], path=env.get("PATH")) or command.argv[0]
    os.execve(program, command.argv, env)
