"""An environment as a value: what to set, what to put in front of search paths, what to take out."""

from __future__ import annotations

import json
import os
import re
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Environment", "from_json", "from_variables"]

_EMPTY: Mapping[str, str] = MappingProxyType({})
LISTS = ("XDG_DATA_DIRS", "MANPATH", "INFOPATH")
"""Search paths to which the caller's own value is appended; ``PATH`` is kept apart."""

# fmt: off
# The machine's and the moment's: wrong for the next process, the next user, or the next reboot.
_NOISE = frozenset((
    "HOME", "USER", "LOGNAME", "TMPDIR", "TMP", "TEMP", "TEMPDIR", "NIX_BUILD_TOP", "NIX_BUILD_CORES", "NIX_LOG_FD",
    "NIX_SSL_CERT_FILE", "SSL_CERT_FILE", "TERM", "COLORTERM", "TZ", "LANG", "LC_ALL", "SHLVL", "PWD", "OLDPWD", "_",
    "UID", "EUID", "PPID", "SHELL", "HOST_PATH", "DISPLAY", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "NIX_STORE", "PS1", "PS2", "PROMPT_COMMAND",
    "GZIP_NO_TIMESTAMPS", "NO_COLOR", "LC_CTYPE", "NIX_GCROOT", "NIX_CONFIG", "NIX_CONF_DIR", "NIX_STORE_DIR", "NIX_STATE_DIR", "NIX_LOG_DIR",
))
# What a derivation is built from, and no program asks for.
_DERIVATION = frozenset((
    "out", "outputs", "builder", "name", "system", "stdenv", "shellHook", "shell", "phases", "buildCommand",
    "buildInputs", "nativeBuildInputs", "propagatedBuildInputs", "propagatedNativeBuildInputs", "depsBuildBuild",
    "depsBuildBuildPropagated", "depsBuildTarget", "depsBuildTargetPropagated", "depsHostHost",
    "depsHostHostPropagated", "depsTargetTarget", "depsTargetTargetPropagated", "doCheck", "doInstallCheck",
    "strictDeps", "patches", "configureFlags", "cmakeFlags", "mesonFlags", "preferLocalBuild", "passAsFile",
    "__structuredAttrs", "__impureHostDeps", "__propagatedImpureHostDeps", "__sandboxProfile",
    "__propagatedSandboxProfile", "buildPhase", "dontAddDisableDepTrack", "initialPath", "pname", "version", "src",
))
# fmt: on
_SECRET_NAME = regex(
    r"(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|KEYPAIR)"
    r"(?:_|$)",
    re.IGNORECASE,
)
_SECRET_VALUE = regex(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{20,}|\bAKIA[0-9A-Z]{16}\b|://[^/\s:]+:[^/\s@]+@"
)


@frozen
class Environment:
    """What a command gets in addition to what it inherits.

    Args:
        provider: ``nix``, ``pinned`` or ``host``.
        name: the shell's.
        variables: what to set.
        path: folders in front of ``PATH``.
        lists: search paths by variable, put in front of the inherited value.
        unset: what a command must not inherit.
        notes: what a person should be told: left-out variables, tools that this system lacks.
    """

    provider: str
    name: str
    variables: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    path: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    unset: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def changes(self, inherited: Mapping[str, str]) -> dict[str, str | None]:
        """The changes to an inherited environment, as :class:`toolkit.commands.Command` takes them.

        Applying them twice gives the same as once.
        """
        found: dict[str, str | None] = {**self.variables, **dict.fromkeys(self.unset)}
        rest = [part for part in inherited.get("PATH", os.defpath).split(os.pathsep) if part not in self.path]
        found["PATH"] = os.pathsep.join((*self.path, *rest))
        for name, value in self.lists.items():
            own = value.split(os.pathsep)
            before = [part for part in inherited.get(name, "").split(os.pathsep) if part and part not in own]
            found[name] = os.pathsep.join((*own, *before))
        return found

    def to_json(self) -> bytes:
        """As stored in the cache."""
        data = {
            "schema_version": 1,
            "provider": self.provider,
            "name": self.name,
            "variables": dict(self.variables),
            "path": list(self.path),
            "lists": dict(self.lists),
            "unset": list(self.unset),
            "notes": list(self.notes),
        }
        return json.dumps(data, indent=1, sort_keys=True).encode("utf-8", "surrogateescape")


def from_json(content: bytes) -> Environment | None:
    """What :meth:`Environment.to_json` wrote; ``None`` for anything else."""
    try:
        data: dict[str, Any] = json.loads(content.decode("utf-8", "surrogateescape"))
        if data["schema_version"] != 1:
            return None
        return Environment(
            provider=str(data["provider"]),
            name=str(data["name"]),
            variables=MappingProxyType({str(k): str(v) for k, v in data["variables"].items()}),
            path=tuple(map(str, data["path"])),
            lists=MappingProxyType({str(k): str(v) for k, v in data["lists"].items()}),
            unset=tuple(map(str, data["unset"])),
            notes=tuple(map(str, data["notes"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def from_variables(provider: str, name: str, variables: Mapping[str, str], notes: tuple[str, ...] = ()) -> Environment:
    """An environment from what a shell exported, without noise and without secrets.

    Args:
        provider: where the tools come from.
        name: the shell's.
        variables: everything that was exported, ``PATH`` included.
        notes: what the shell said while it was entered.
    """
    kept: dict[str, str] = {}
    secrets: list[str] = []
    for key, value in variables.items():
        if key in _NOISE or key in _DERIVATION or key in LISTS or key == "PATH" or not _is_name(key):
            continue
        if key.startswith("NIX_") and not value.strip():
            continue
        if _SECRET_NAME.search(key) or _SECRET_VALUE.search(value):
            secrets.append(key)
        else:
            kept[key] = value
    left_out = (f"left out of the cache, because it looks like a secret: {', '.join(sorted(secrets))}",)
    return Environment(
        provider=provider,
        name=name,
        variables=MappingProxyType(kept),
        path=tuple(dict.fromkeys(part for part in variables.get("PATH", "").split(os.pathsep) if os.path.isabs(part))),
        lists=MappingProxyType({key: variables[key] for key in LISTS if variables.get(key)}),
        unset=("RUSTUP_TOOLCHAIN",),
        notes=(*notes, *(left_out if secrets else ())),
    )


def _is_name(key: str) -> bool:
    """Whether every shell can export it; bash hands functions on under names that none can."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key) is not None
