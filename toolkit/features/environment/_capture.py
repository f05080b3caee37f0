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
_PASSED = frozenset(
    (
        *("HOME", "USER", "LOGNAME", "TERM", "LANG", "TMPDIR", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "SSL_CERT_FILE"),
        *("NIX_CONF_DIR", "NIX_REMOTE", "NIX_STORE_DIR", "NIX_STATE_DIR", "NIX_LOG_DIR", "NIX_USER_CONF_FILES"),
        *("NIX_DAEMON_SOCKET_PATH", "NIX_SSL_CERT_FILE", "NIX_PATH", "NIX_PROFILES", "CURL_CA_BUNDLE"),
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"),
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    )
)
"""All that Nix and the shell's hook get of the caller's environment; none of it is stored.

Not by ``--ignore-environment``: that empties the environment of Nix itself, and its build hook then looks for
the store in the default place.
"""
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
    lock = ("--no-update-lock-file",) if (flake / "flake.lock").is_file() else ("--no-write-lock-file",)
    command = nix.command(
        "develop",
        f"{nix_system.flake_url(flake)}#{name}",
        *("--profile", str(folder / "profile")),
        *lock,
        *("--command", sys.executable, "-I", "-S", "-c", _DUMP, str(dump)),
        cwd=flake,
    )
    done = run(replace(command, env={**_bare(), **command.env}))
    if not done.ok:
        raise nix_system.error(done)
    variables = _parse(dump.read_bytes())
    variables["PATH"] = variables.get("PATH", "").partition(_MARK)[0]
    variables = {key: value for key, value in variables.items() if key not in _PASSED}
    private.remove(dump, folder)
    said = tuple(line for line in done.error_text.splitlines() if line.startswith("toolkit: "))
    return from_variables("nix", name, variables, said)


def _bare() -> dict[str, str | None]:
    """Changes that leave of the inherited environment only what is passed, with ``PATH`` marked."""
    now = inherited()
    changes: dict[str, str | None] = {name: None for name in now if name not in _PASSED}
    return {**changes, "PATH": f"{_MARK}:{now.get('PATH', os.defpath)}"}


def _parse(content: bytes) -> dict[str, str]:
    pairs = (item.partition(b"=") for item in content.split(b"\0") if item)
    return {key.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape") for key, _, value in pairs}
