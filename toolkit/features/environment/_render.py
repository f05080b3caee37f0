"""An environment as text for shells and programs."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.features.environment._value import Environment

__all__ = ["FORMATS", "as_text", "sourced"]

FORMATS = ("shell", "fish", "json", "dotenv")
_SHELLS = {"bash": "shell", "zsh": "shell", "sh": "shell", "dash": "shell", "ksh": "shell", "fish": "fish"}


def format_of(shell: str) -> str:
    """The format for a shell's name or path.

    Raises:
        UsageError: no format for it.
    """
    name = shell.rsplit("/", 1)[-1]
    if name not in _SHELLS:
        raise UsageError(f"--shell {shell} is not known", f"one of: {', '.join(_SHELLS)}")
    return _SHELLS[name]


def sourced(environment: Environment, alive: str) -> bytes:
    """The script that ``.envrc`` sources: plain assignments, in any POSIX shell.

    Args:
        environment: what it sets.
        alive: a path that is gone when the tools were collected; the script then returns 1.
    """
    lines = ["# Made by the toolkit from flake.nix, toolkit.toml and their kin; `invoke env --refresh` makes it anew."]
    if alive:
        lines.append(f"[ -e {shlex.quote(alive)} ] || return 1")
    lines += [f"export {name}={shlex.quote(value)}" for name, value in sorted(environment.variables.items())]
    if environment.path:
        lines.append(f"export PATH={shlex.quote(':'.join(environment.path))}${{PATH:+:$PATH}}")
    lines += [
        f"export {name}={shlex.quote(value)}${{{name}:+:${name}}}" for name, value in sorted(environment.lists.items())
    ]
    if environment.unset:
        lines.append(f"unset {' '.join(environment.unset)}")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def as_text(environment: Environment, form: str, inherited: Mapping[str, str]) -> str:
    """The environment as text, complete: search paths with what is inherited.

    Args:
        environment: what is to be shown.
        form: one of :data:`FORMATS`.
        inherited: the variables of whoever will take it over.
    """
    changes = environment.changes(inherited)
    if form == "json":
        data = {
            "schema_version": 1,
            "provider": environment.provider,
            "shell": environment.name,
            "set": {name: value for name, value in sorted(changes.items()) if value is not None},
            "unset": sorted(name for name, value in changes.items() if value is None),
        }
        return json.dumps(data, indent=2)
    if form == "dotenv":
        # Read by programs that are started already: a search path of ours would only take theirs away.
        return "\n".join(f"{name}={_dotenv(value)}" for name, value in sorted(environment.variables.items()))
    write = _fish if form == "fish" else _posix
    return "\n".join(write(name, value) for name, value in sorted(changes.items()))


def _posix(name: str, value: str | None) -> str:
    return f"unset {name};" if value is None else f"export {name}={shlex.quote(value)};"


def _fish(name: str, value: str | None) -> str:
    if value is None:
        return f"set -e {name};"
    quoted = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    # PATH is a list in fish, and its elements are separate words.
    return f"set -gx {name} (string split : {quoted});" if name == "PATH" else f"set -gx {name} {quoted};"


def _dotenv(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
    return f'"{escaped}"'
