"""Finding Nix and running it; :mod:`toolkit.system.nix_errors` says what a failure means.

Nothing is asked of the machine's configuration: flakes are switched on for each command.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.system.nix_errors import NixError, absence, error
from toolkit.system.process import environment, run
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.commands import Completed

__all__ = ["MINIMUM", "Nix", "NixError", "absence", "check_version", "error", "find", "flake_url", "on_path"]

MINIMUM = (2, 18)
"""The oldest that is accepted: our choice, by its flake commands. Tried with 2.26 and 2.34 only (``docs/unverified/nix.md``)."""

_USUAL_PLACES = (
    "/nix/var/nix/profiles/default/bin/nix",
    "~/.nix-profile/bin/nix",
    "~/.local/state/nix/profiles/profile/bin/nix",
    "/run/current-system/sw/bin/nix",
)


@frozen
class Nix:
    """A Nix that can be run.

    Args:
        program: its absolute path, as found.
        version: major and minor.
        text: what it says of itself, without the program's name.
        on_path: whether the search path leads to it.
    """

    program: str
    version: tuple[int, int]
    text: str
    on_path: bool = True

    @property
    def target(self) -> str:
        """Where the program's links lead: another path after every upgrade."""
        return os.path.realpath(self.program)

    def command(self, *args: str, cwd: Path, timeout_s: float | None = None, quiet: bool = True) -> Command:
        """The command line, with flakes switched on and no colours.

        Args:
            args: the subcommand and its arguments.
            cwd: the folder to run in.
            timeout_s: seconds until it is ended; ``None`` waits for ever.
            quiet: whether Nix keeps its progress to itself.
        """
        options = ("--extra-experimental-features", "nix-command flakes", "--no-warn-dirty")
        return Command(
            (self.program, *options, *(("--quiet",) if quiet else ()), *args),
            cwd,
            {"NO_COLOR": "1", "LC_ALL": "C", "NIX_CONFIG": _config()},
            timeout_s,
        )

    def run(self, *args: str, cwd: Path, timeout_s: float | None = None, quiet: bool = True) -> Completed:
        """Run to the end; arguments as of :meth:`command`.

        Raises:
            NixError: it failed; the message says what it means.
        """
        done = run(self.command(*args, cwd=cwd, timeout_s=timeout_s, quiet=quiet))
        if not done.ok:
            raise error(done)
        return done


def _config() -> str:
    """The user's NIX_CONFIG, with the warning about uncommitted changes off."""
    return "\n".join(part for part in (environment().get("NIX_CONFIG", ""), "warn-dirty = false") if part)


def find() -> Nix | None:
    """The Nix of the search path, else one in a usual place; ``None`` if there is none that runs."""
    on_path = _search(environment().get("PATH", ""))
    places = (on_path,) if on_path else ()
    for place in (*places, *(os.path.expanduser(usual) for usual in _USUAL_PLACES)):
        if not os.path.isfile(place) or not os.access(place, os.X_OK):
            continue
        done = run(Command((place, "--version"), Path("/"), timeout_s=20.0))
        found = re.search(r"(\d+)\.(\d+)[^\s]*\s*$", done.text.strip())
        if done.ok and found:
            text = done.text.strip().removeprefix("nix ")
            return Nix(place, (int(found[1]), int(found[2])), text, place == on_path)
    return None


def on_path() -> str:
    """Where the links of the search path's ``nix`` lead, without running it; ``-`` if there is none."""
    found = _search(environment().get("PATH", ""))
    return os.path.realpath(found) if found else "-"


def _search(path: str) -> str | None:
    """The first executable ``nix`` of a search path, unresolved: ``.envrc`` looks for it in the same way."""
    for folder in path.split(os.pathsep):
        if folder and os.path.isfile(f"{folder}/nix") and os.access(f"{folder}/nix", os.X_OK):
            return f"{folder}/nix"
    return None


def check_version(nix: Nix) -> None:
    """Refuse a Nix that is too old.

    Raises:
        NixError: it is.
    """
    if nix.version < MINIMUM:
        have, need = (".".join(map(str, version)) for version in (nix.version, MINIMUM))
        raise NixError(
            "too-old",
            f"{nix.program} is Nix {have}; flakes as they are used here need {need} or later",
            "upgrade Nix (sudo nix upgrade-nix), or go on with --provider pinned",
        )


def flake_url(folder: Path) -> str:
    """A folder as a flake reference: a URL, because a plain path is cut at ``#`` and ``?``."""
    from urllib.parse import quote

    return f"path:{quote(str(folder))}"
