"""The toolkit as a user starts it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Ended", "command", "environment", "snapshot", "toolkit"]

_PROJECT = Path(__file__).parents[1]
_START = "from toolkit.cli.program import main; main()"


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    def results(self) -> dict[str, str]:
        """The result of each subproject, from a JSON report."""
        return {row["path"]: row["result"] for row in self.json["results"]}


def command(*words: str) -> list[str]:
    """The command line that starts the toolkit from this checkout."""
    return [sys.executable, "-P", "-c", _START, *words]


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a run; the checkout is found without being the current folder."""
    return {**os.environ, "PYTHONPATH": str(_PROJECT), **(variables or {})}


def toolkit(root: Path, *words: str, variables: Mapping[str, str] | None = None, timeout_s: float = 120) -> Ended:
    """Run the toolkit in a folder to its end."""
    done = subprocess.run(
        command(*words),
        cwd=root,
        env=environment(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def snapshot(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every path below a folder with its mode, its time stamp and its content, to see that nothing was written."""
    found: dict[str, tuple[int, int, bytes]] = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[path.relative_to(root).as_posix()] = (status.st_mode, status.st_mtime_ns, content)
    return found
