"""Asking Nix for an environment, from a copy of the few files that decide it.

The copy, and not the tree, is what Nix evaluates: nothing is hashed or copied that does not matter, a space or
an apostrophe in the repository's path is never seen, an uncommitted change is no dirty tree, and what is not
part of the key cannot have a say in the result.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.features.environment._value import Environment, from_variables
from toolkit.system import nix as nix_system
from toolkit.system import private
from toolkit.system.process import environment as inherited
from toolkit.system.process import run

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.features.environment._inputs import Inputs
    from toolkit.system.nix import Nix

__all__ = ["capture", "stage"]

# Run by the shell that Nix starts, after its hook. By a file, because a hook may print; with -I and -S, because
# the environment may hold another Python's variables.
_DUMP = """
import os, sys
with open(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
    out.write(b"\\0".join(k + b"=" + v for k, v in os.environb.items()))
"""
_KEPT = ("HOME", "USER", "LOGNAME", "PATH")
"""What a hook may need of the caller; never stored."""
_MARK = "/toolkit-inherited"
"""Put in front of the inherited ``PATH``: what stands before it afterwards is the shell's."""


def stage(inputs: Inputs, folder: Path) -> Path:
    """Lay the files out as a flake of its own.

    Args:
        inputs: the deciding files.
        folder: of the environment in the cache.

    Returns:
        The flake's folder.
    """
    flake = folder / "flake"
    for name, content in inputs:
        private.write(flake / name, content)
    return flake


def capture(nix: Nix, inputs: Inputs, name: str, folder: Path) -> Environment:
    """Build the shell and take down what it exports.

    The profile beside the result is a root of Nix's garbage collector: as long as it is there, so are the tools.

    Args:
        nix: which Nix.
        inputs: the deciding files.
        name: the shell's.
        folder: of the environment in the cache; it is made.

    Raises:
        NixError: Nix failed.
        ToolkitError: the cache cannot be written.
    """
    flake = stage(inputs, folder)
    dump = folder / "exported"
    private.write(dump, b"")
    keep = [word for variable in _KEPT for word in ("--keep", variable)]
    lock = ("--no-update-lock-file",) if (flake / "flake.lock").is_file() else ("--no-write-lock-file",)
    command = nix.command(
        "develop",
        f"{nix_system.flake_url(flake)}#{name}",
        *("--profile", str(folder / "profile")),
        *lock,
        *("--ignore-environment", *keep),
        *("--command", sys.executable, "-I", "-S", "-c", _DUMP, str(dump)),
        cwd=flake,
    )
    path = f"{_MARK}:{inherited().get('PATH', os.defpath)}"
    done = run(replace(command, env={**command.env, "PATH": path}))
    if not done.ok:
        raise nix_system.error(done)
    variables = _parse(dump.read_bytes())
    variables["PATH"] = variables.get("PATH", "").partition(_MARK)[0]
    private.remove(dump, folder)
    said = tuple(line for line in done.error_text.splitlines() if line.startswith("toolkit: "))
    return from_variables("nix", name, variables, said)


def _parse(content: bytes) -> dict[str, str]:
    pairs = (item.partition(b"=") for item in content.split(b"\0") if item)
    return {key.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape") for key, _, value in pairs}
