"""Asking the programs on the search path for their versions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands import Command, Completed
from toolkit.expressions import regex
from toolkit.system import process
from toolkit.versions import satisfies

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROBES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "agave": (("solana", "--version"),),
    "go": (("go", "version"),),
    "python": (("python3", "--version"), ("python", "--version")),
    "rust": (("rustc", "--version"),),
    "terraform": (("terraform", "version"),),
}
"""How to ask where ``TOOL --version`` would not do."""

_ALIASES = {"nodejs": "node", "solana": "agave", "solana-cli": "agave", "cargo": "rust", "rustc": "rust"}
UNPROBED = frozenset({"platform-tools"})
"""No program of its own name: whatever builds with it knows where it lies."""

# A shim (Corepack's, rustup's, yarn's) must not download or switch just because it is asked.
_QUIET = {
    "COREPACK_ENABLE_NETWORK": "0",
    "COREPACK_ENABLE_PROJECT_SPEC": "0",
    "COREPACK_ENABLE_DOWNLOAD_PROMPT": "0",
    "RUSTUP_AUTO_INSTALL": "0",
    "YARN_IGNORE_PATH": "1",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
}
_TIMEOUT_S = 20.0
_VERSION = regex(r"(?<![\w.])v?(?:go)?(\d+\.\d+(?:\.\d+)*(?:-[0-9A-Za-z][\w.]*)?)", re.ASCII)


def canonical(tool: str) -> str:
    """The name under which a tool is pinned: ``solana`` is ``agave`` there."""
    return _ALIASES.get(tool, tool)


def probe(tool: str, spec: str = "", changes: Mapping[str, str | None] | None = None) -> tuple[str, str] | None:
    """The version and path of a tool on the search path, ``None`` if it is missing or does not answer.

    Asked in a neutral folder, because many tools let a project's files decide what they run.

    Args:
        tool: its name.
        spec: the version sought: a ``python3.12`` is asked before ``python3``.
        changes: to the environment, for example another ``PATH``.
    """
    if tool in UNPROBED:
        return None
    answers = [answer for argv in _candidates(tool, spec) if (answer := _ask(argv, changes))]
    return _best(answers, spec)


def version_in(text: str) -> str | None:
    """The first version in what a program says about itself."""
    match = _VERSION.search(text)
    return match[1] if match else None


def ask(argv: tuple[str, ...], changes: Mapping[str, str | None] | None = None) -> str | None:
    """The version that one program gives, ``None`` if it gives none."""
    done = _run(argv, changes or {})
    return version_in(done.text) if done.ok else None


def complaint(tool: str, changes: Mapping[str, str | None]) -> str:
    """What a tool that does not answer says, for a message."""
    done = _run(_PROBES.get(tool, ((tool, "--version"),))[0], changes)
    lines = (done.error_text.strip() or done.text.strip()).splitlines()
    return lines[-1] if lines else f"it ended with {done.code} and said nothing"


def _candidates(tool: str, spec: str) -> tuple[tuple[str, ...], ...]:
    probes = _PROBES.get(tool, ((tool, "--version"),))
    minor = re.search(r"3\.\d+", spec) if tool == "python" else None
    return ((f"python{minor[0]}", "--version"), *probes) if minor else probes


def _best(answers: list[tuple[str, str]], spec: str) -> tuple[str, str] | None:
    fitting = [answer for answer in answers if satisfies(answer[0], spec)]
    return next(iter(fitting or answers), None)


def _ask(argv: tuple[str, ...], changes: Mapping[str, str | None] | None) -> tuple[str, str] | None:
    path = process.which(argv[0], changes)
    if path is None:
        return None
    version = ask((path, *argv[1:]), changes)
    return (version, path) if version else None


def _run(argv: tuple[str, ...], changes: Mapping[str, str | None]) -> Completed:
    return process.run(Command(argv, Path("/"), {**_QUIET, **changes}, _TIMEOUT_S))
