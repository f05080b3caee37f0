"""What lies behind the proxies of rustup and pyenv, which run another version in each folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.system import process
from toolkit.versions import newest

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERED = regex(r"\d+(?:\.\d+){0,2}")
_DATED = regex(r"(?:nightly|beta)(?:-\d{4}-\d{2}-\d{2})?")
_TIMEOUT_S = 20.0


def is_channel(spec: str) -> bool:
    """Whether a text is a channel that no stable release stands for: ``nightly-2026-06-21``, ``beta``."""
    return _DATED.fullmatch(spec) is not None


def installed(spec: str, variables: Mapping[str, str]) -> Path | None:
    """The folder of programs of an installed toolchain that is exactly what a toolchain file asks for.

    Args:
        spec: a version or a channel; ranges are nobody's name.
        variables: the environment, for ``RUSTUP_HOME``.
    """
    if not (_NUMBERED.fullmatch(spec) or is_channel(spec)):
        return None
    home = variables.get("RUSTUP_HOME") or os.path.join(variables.get("HOME") or os.path.expanduser("~"), ".rustup")
    try:
        names = os.listdir(os.path.join(home, "toolchains"))
    except OSError:
        return None
    machine = os.uname().machine
    machine = "aarch64" if machine == "arm64" else machine
    for name in sorted(names):
        folder = Path(home, "toolchains", name, "bin")
        if name.startswith(f"{spec}-{machine}-") and (folder / "cargo").is_file():
            return folder
    return None


def behind_proxy() -> Path | None:
    """The programs that ``rustc`` on the search path runs outside of every project; ``None`` if they are not apart."""
    done = process.run(Command(("rustc", "--print", "sysroot"), Path("/"), {"RUSTUP_AUTO_INSTALL": "0"}, _TIMEOUT_S))
    folder = Path(done.text.strip(), "bin")
    return folder if done.ok and (folder / "cargo").is_file() else None


def interpreter(shim: str) -> Path | None:
    """The folder of the Python that a shim runs outside of every project; ``None`` if it runs none."""
    argv = (shim, "-c", "import sys; print(sys.executable)")
    done = process.run(Command(argv, Path("/"), {}, _TIMEOUT_S))
    found = Path(done.text.strip())
    return found.parent if done.ok and found.is_file() else None


def pyenv_python(spec: str, variables: Mapping[str, str]) -> tuple[str, str] | None:
    """The newest Python that pyenv installed and that satisfies a pin: its version and program.

    pyenv's shims run the chosen one alone, and neither uv nor ``python3.13`` on the search path finds another.

    Args:
        spec: a version or a range.
        variables: the environment, for ``PYENV_ROOT``.
    """
    home = variables.get("PYENV_ROOT") or os.path.join(variables.get("HOME") or os.path.expanduser("~"), ".pyenv")
    folder = os.path.join(home, "versions")
    try:
        names = [name for name in os.listdir(folder) if _NUMBERED.fullmatch(name)]
        version = newest(names, spec)
    except (OSError, ConfigurationError):
        return None
    program = os.path.join(folder, version, "bin", "python3") if version else ""
    return (version, program) if version and os.access(program, os.X_OK) else None
