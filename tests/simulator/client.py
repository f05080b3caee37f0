"""Start, steer and end a simulated provider from a test or a benchmark."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
CLONE_NEWNS = 0x00020000
_ANSWER_S = 20.0
_PRIVATE = "SIMULATOR_PRIVATE_MOUNTS"
MS_REC_PRIVATE = 0x4000 | (1 << 18)


def missing() -> str:
    """Why the simulator cannot run here; empty if it can."""
    if not sys.platform.startswith("linux"):
        return "the simulator needs Linux"
    if os.geteuid() != 0 or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "the simulator needs root and /dev/fuse"
    try:
        ctypes.CDLL("libfuse3.so.3")
        import mfusepy  # noqa: F401
    except OSError:
        return "libfuse 3 is not installed (package fuse3)"
    except ImportError:
        return "mfusepy is not installed"
    return ""


def private_mounts() -> None:
    """Give this process mounts of its own, so that nothing it mounts is seen outside or outlives it.

    Once is enough, and twice would be wrong: a daemon could not take back what was mounted before.
    """
    if os.environ.get(_PRIVATE) == str(os.getpid()):
        return
    os.environ[_PRIVATE] = str(os.getpid())
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Simulator:
    """A mounted provider.

    Args:
        base: an empty folder that will hold ``backing`` and ``cloud``, the mount point.
        timeout: seconds that the kernel may keep attributes; 0 sees evictions at once and is slow.
    """

    def __init__(self, base: Path, timeout: float = 0.0) -> None:
        self.backing = base / "backing"
        self.root = base / "cloud"
        self.backing.mkdir(parents=True)
        self.root.mkdir()
        self.log = base / "simulator.log"
        with self.log.open("wb") as log:
            self._daemon = subprocess.Popen(
                [sys.executable, "-m", "tests.simulator", str(self.backing), str(self.root)],
                cwd=PROJECT,
                env={**os.environ, "SIMULATOR_TIMEOUT": str(timeout), "PYTHONPATH": str(PROJECT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        for _ in range(200):
            if os.path.ismount(self.root):
                return
            if self._daemon.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the simulator did not mount: {self.log.read_text()}")

    def ask(self, command: str, **arguments: Any) -> Any:
        """Send one command and return its answer."""
        assert self._daemon.stdin is not None
        assert self._daemon.stdout is not None
        self._daemon.stdin.write(json.dumps({"command": command, "arguments": arguments}) + "\n")
        self._daemon.stdin.flush()
        if not select.select([self._daemon.stdout], [], [], _ANSWER_S)[0]:
            raise RuntimeError(f"the simulator does not answer {command}: {self.log.read_text()}")
        reply = json.loads(self._daemon.stdout.readline())
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["result"]

    def path(self, item: Path | str) -> str:
        """The name that the provider has for a path below the mount."""
        return str(Path(item).relative_to(self.root)) if Path(item).is_absolute() else str(item)

    def evict(self, item: Path | str, **options: Any) -> int:
        """Evict a file or the files below a folder; how many were."""
        return int(self.ask("evict", path=self.path(item), **options))

    def restore(self, item: Path | str) -> None:
        """Make an item and everything below it local."""
        self.ask("restore", path=self.path(item))

    def configure(self, **settings: Any) -> None:
        """Change how the provider serves; see :class:`tests.simulator.engine.Settings`."""
        self.ask("configure", **settings)

    def rule(self, glob: str, kind: str, **rest: Any) -> None:
        """Add a fault; see :class:`tests.simulator.engine.Rule`."""
        self.ask("rule", glob=glob, kind=kind, **rest)

    def conflict(self, item: Path | str, number: int = 2) -> Path:
        """Leave a conflict copy beside a file."""
        return Path(
            self.ask("conflict", path=self.path(item), number=number).replace(str(self.backing), str(self.root))
        )

    def counts(self) -> dict[str, Any]:
        """What happened since the last reset."""
        return dict(self.ask("counts"))

    def reset(self) -> None:
        """Release what hangs, forget rules, settings, counts and evictions."""
        self.ask("reset")

    def close(self) -> None:
        """Release, unmount and end the daemon, and remove both folders."""
        assert self._daemon.stdin is not None
        with contextlib.suppress(OSError):
            self._daemon.stdin.close()
        try:
            self._daemon.wait(10)
        except subprocess.TimeoutExpired:
            self._daemon.kill()
            self._daemon.wait(10)
            subprocess.run(["umount", "-l", str(self.root)], check=False)
        if self._daemon.stdout is not None:
            self._daemon.stdout.close()
        shutil.rmtree(self.backing, ignore_errors=True)
        self.root.rmdir()
