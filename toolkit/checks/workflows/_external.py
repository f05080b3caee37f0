"""Linters that are used where they are installed, and left out where they are not."""

from __future__ import annotations

import importlib.util
import json
import posixpath
import sys
from typing import TYPE_CHECKING, Any

from toolkit.commands import Command
from toolkit.errors import CannotCheckError
from toolkit.system.process import run, which

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from toolkit.checking import Inspection

__all__ = ["actionlint", "is_near", "zizmor"]

_TIMEOUT_S = 50.0
_NEAR = 3
"""Lines between two places that are taken for one: a key and its value, a script and the line in it."""


def actionlint(context: Inspection, paths: Sequence[str]) -> list[dict[str, Any]] | None:
    """What actionlint says about workflows; ``None`` if it is not installed.

    The programs that it would start for scripts (shellcheck, pyflakes) are switched off.

    Raises:
        CannotCheckError: it failed.
    """
    program = which("actionlint", {"PATH": context.variables.get("PATH")})
    if not program or not paths:
        return None if not program else []
    switches = ("-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}")
    done = run(Command((program, *switches, *paths), context.root, timeout_s=_TIMEOUT_S))
    return _list("actionlint", done.code in (0, 1), done.text, done.error_text)


def zizmor(context: Inspection, paths: Sequence[str]) -> list[dict[str, Any]] | None:
    """What zizmor says about workflows and actions, offline; ``None`` if it is not installed.

    Raises:
        CannotCheckError: it failed.
    """
    program = which("zizmor", {"PATH": context.variables.get("PATH")})
    argv: tuple[str, ...] = (program,) if program else ()
    if not argv and importlib.util.find_spec("zizmor") is not None:
        argv = (sys.executable, "-m", "zizmor")
    if not argv or not paths:
        return [] if argv else None
    found = _apart(context, argv, tuple(paths))
    if found is None:
        return _audited(context, argv, paths)  # it takes none of them: say why
    return found


def _apart(context: Inspection, argv: tuple[str, ...], paths: tuple[str, ...]) -> list[dict[str, Any]] | None:
    """What it says about the files that it takes; ``None`` if it takes none.

    One file that is no workflow to zizmor ends the run for all, so that a refused set is halved until the file stands
    alone: what is wrong with it is told by another check.
    """
    try:
        return _audited(context, argv, paths)
    except CannotCheckError:
        if len(paths) == 1:
            return None
    middle = len(paths) // 2
    halves = [_apart(context, argv, half) for half in (paths[:middle], paths[middle:])]
    return None if halves == [None, None] else [item for half in halves for item in half or ()]


def _audited(context: Inspection, argv: tuple[str, ...], paths: Sequence[str]) -> list[dict[str, Any]]:
    # A configuration of the repository's own may silence rules; it is data, and zizmor runs nothing of it.
    switches = ("--format", "json", "--offline", "--no-progress", "--no-exit-codes")
    env = {"NO_COLOR": "1", "GH_TOKEN": None, "GITHUB_TOKEN": None, "ZIZMOR_GITHUB_TOKEN": None}
    done = run(Command((*argv, *switches, *paths), context.root, env, _TIMEOUT_S))
    return _list("zizmor", done.ok, done.text, done.error_text)


def is_near(line: int, told: Collection[int]) -> bool:
    """Whether a line is so near to one that is told already that both mean one fault."""
    return any(abs(line - other) <= _NEAR for other in told)


def _list(name: str, ok: bool, text: str, error: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text or "[]") if ok else None
    except ValueError:
        found = None
    if not isinstance(found, list):
        first = next((line for line in error.splitlines() if line.strip()), "no message")
        raise CannotCheckError(f"{posixpath.basename(name)} failed: {first[:200]}", f"run {name} by hand")
    return [item for item in found if isinstance(item, dict)]
