"""Tasks that start the toolkit again find the one that is running, however it was started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli._again import again

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

ROOT = Path(__file__).resolve().parents[2]
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from toolkit.cli.program import main; main()"


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CI")}


def test_ci_runs_from_a_checkout_that_is_on_no_search_path(repository: Callable[..., Repository]) -> None:
    made = repository({"README.md": "nothing to install\n"})

    done = subprocess.run(
        [sys.executable, "-P", "-c", START, "ci"],
        cwd=made.root, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("== ")] == [
        "== toolkit hydrate --check", "== toolkit bootstrap --strict", "== toolkit build", "== toolkit test",
    ]  # fmt: skip


def test_the_address_of_the_toolkit_does_not_go_on_to_what_it_starts(tmp_path: Path) -> None:
    command = again(tmp_path, ("help",))

    assert dict(command.env) == {}
    assert command.argv[-2:] == ("--root", str(tmp_path))
    assert all(word.isascii() for word in command.argv[:4])
