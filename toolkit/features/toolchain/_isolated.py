"""A tool written in Python, in an environment of its own that a hashed list of requirements decides.

Made by uv, with the Python that runs the toolkit: that one is there, and new enough. The environment is relocatable,
because the store makes an entry beside its place and renames it.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.errors import ToolkitError
from toolkit.features.toolchain._tool import environment
from toolkit.system import process
from toolkit.system.download import DownloadError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.features.toolchain._tool import Resolver
    from toolkit.system.store import Store

_TIMEOUT_S = 900.0
_FRAME = " \t│╰─▶\N{MULTIPLICATION SIGN}"
"""What uv draws around its messages."""


def obtain(
    toolchain: Resolver, store: Store, title: tuple[str, str], requirements: Path, check: Callable[[Path], None]
) -> Path:
    """The environment's folder in the store, made first if it is not there or its Python is gone.

    Its program lies in ``run``, alone.

    Args:
        toolchain: gives uv, and says whether anything may be downloaded.
        store: where it is kept.
        title: the tool and its version.
        requirements: the list, every line with its hashes.
        check: called with the folder before it counts as whole.

    Raises:
        DownloadError: uv could not have the packages, or one is not what the list says.
        ToolkitError: it is not there and may not be downloaded.
    """
    python = getattr(sys, "_base_executable", "") or sys.executable
    identity = {
        "requirements": sha256(requirements.read_bytes()).hexdigest(),
        "python": [python, sys.version],
    }
    name = "-".join(title)
    found = store.find(name, identity)
    if found is not None and (found / "bin" / "python").exists():
        return found
    if toolchain.offline:
        raise ToolkitError(f"{' '.join(title)} is not in the tool cache", "run once without --offline")
    if toolchain.announce is not None:
        toolchain.announce(" ".join(title))
    quiet = {**environment((toolchain.resolve("uv"),)), "UV_NO_PROGRESS": "1", "VIRTUAL_ENV": None}

    def make(content: Path, _scratch: Path) -> None:
        _run(("uv", "venv", "--quiet", "--relocatable", "--no-project", "--python", python, str(content)), quiet, title)
        _fill(content, requirements, quiet, title)
        check(content)

    return store.obtain(name, identity, make)


def _fill(content: Path, requirements: Path, quiet: dict[str, str | None], title: tuple[str, str]) -> None:
    """Install what the list says into a new environment, and set its program apart."""
    target = str(content / "bin" / "python")
    flags = ("--quiet", "--require-hashes", "--only-binary", ":all:", "--python", target)
    _run(("uv", "pip", "install", *flags, "--requirements", str(requirements)), quiet, title)
    # A folder without the environment's own python: on a search path that one would be taken for the project's.
    (content / "run").mkdir()
    (content / "run" / title[0]).symlink_to(f"../bin/{title[0]}")


def _run(argv: tuple[str, ...], changes: dict[str, str | None], title: tuple[str, str]) -> None:
    from pathlib import Path

    done = process.run(Command(argv, Path("/"), changes, _TIMEOUT_S))
    if not done.ok:
        lines = [line.strip(_FRAME) for line in done.error_text.splitlines() if line.strip()]
        raise DownloadError(
            f"{' '.join(title)} could not be installed by uv: {' '.join(lines[:2]) or 'no reason given'}",
            "check the network and the index that uv is told to use, or install it yourself",
        )
