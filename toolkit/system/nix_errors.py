"""What it means that Nix is not there or failed, in one sentence and one hint.

The messages that are recognised are Nix's own from 2.8 to 2.35; one that is not is shown as it is.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolkit.errors import ToolkitError
from toolkit.system.process import NOT_FOUND, TIMED_OUT

if TYPE_CHECKING:
    from toolkit.commands import Completed

__all__ = ["NixError", "Problem", "absence", "error", "hook_removed"]

Problem = Literal[
    "absent",
    "hook-removed",
    "too-old",
    "flakes-disabled",
    "daemon-down",
    "store-full",
    "evaluation",
    "network",
    "lock",
    "untracked",
    "no-flake",
    "no-shell",
    "owner",
    "hash",
    "unbuildable",
    "syntax",
    "timeout",
    "unknown",
]

_HOOK = "/nix/var/nix/profiles/default/etc/profile.d/nix-daemon.sh"

# Nix's words (any version), what kind of trouble they are, what to do. The first that is found decides, so the
# causes stand before their consequences: a full disk also breaks the evaluation that ran into it.
_KNOWN: tuple[tuple[str, Problem, str, str], ...] = (
    (
        r"No space left on device|disk (?:is )?full|database or disk is full|Disk quota exceeded",
        "store-full",
        "the disk of the Nix store is full",
        "invoke gc --store frees what no environment uses",
    ),
    (
        r"cannot connect to socket at|opening a connection to (?:remote store|the daemon)|daemon.*Connection refused",
        "daemon-down",
        "the Nix daemon does not answer",
        "start it: sudo systemctl start nix-daemon, or on a Mac sudo launchctl kickstart -k system/org.nixos.nix-daemon",
    ),
    (
        r"experimental (?:Nix )?feature '(?:nix-command|flakes)' is (?:disabled|not enabled)",
        "flakes-disabled",
        "this Nix does not allow flakes, not even when asked on the command line",
        "put `experimental-features = nix-command flakes` into ~/.config/nix/nix.conf",
    ),
    (
        r"requires lock file changes but they're not allowed",
        "lock",
        "flake.lock does not fit flake.nix: an input was added, removed or given another address",
        "nix flake lock, or invoke update INPUT; then commit flake.lock",
    ),
    (
        r"is not tracked by Git",
        "untracked",
        "git does not track a file of the flake, and Nix sees tracked files only",
        "git add flake.nix flake.lock toolkit.toml",
    ),
    (
        r"is not owned by current user|dubious ownership",
        "owner",
        "the repository belongs to another user, and Nix does not read it then",
        "run as its owner, or take ownership of the folder",
    ),
    (
        r"hash mismatch in fixed-output derivation|NAR hash mismatch",
        "hash",
        "a download is not what its pinned hash says",
        "do not use it: compare with the publisher's own checksum, then correct nix/pins.json or flake.lock",
    ),
    (
        (
            r"unable to download|[Cc]ould(?:n't| not) resolve host|Could not connect|[Cc]ouldn't connect to server"
            r"|Failed to connect|Network is unreachable|Temporary failure in name resolution|[Tt]imeout was reached"
            r"|unable to check for existence|cannot fetch input|failed to fetch"
        ),
        "network",
        "Nix has to download something and reaches no network",
        "connect and try again; what was evaluated before works offline",
    ),
    (
        r"does not contain a '[^']*flake\.nix' file|could not find a flake\.nix file|cannot find flake",
        "no-flake",
        "there is no flake.nix here",
        "toolkit init writes one",
    ),
    (
        r"does not provide attribute",
        "no-shell",
        "the flake has no shell of that name",
        "nix flake show lists them; a shell exists for each area that [toolchain] in toolkit.toml names",
    ),
    (
        r"unexpected EOF while looking for matching",
        "syntax",
        "the environment's script breaks on an apostrophe in the path of the current folder",
        "run the command from another folder",
    ),
    (
        r"is required to build .* but I am a|a '[^']+' with features .* is required to build",
        "unbuildable",
        "this machine cannot build for the system that was asked for",
        "leave --system out, or set up a remote builder",
    ),
    (r"error: ", "evaluation", "the flake does not evaluate", "mend what Nix says, then try again"),
)


class NixError(ToolkitError):
    """Nix is missing or failed.

    Args:
        problem: which kind of trouble, for those who can do without Nix.
    """

    def __init__(self, problem: Problem, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.problem = problem


def absence() -> NixError:
    """Why there is no Nix to run, and what to do."""
    if sys.platform == "darwin" and Path("/nix/store").is_dir():
        return hook_removed()
    if Path("/nix/store").is_dir():
        return NixError(
            "absent",
            "there is a /nix/store, but no Nix that runs",
            f"open a new terminal, or source {_HOOK}; --provider pinned works without Nix",
        )
    return NixError(
        "absent",
        "Nix is not installed",
        "go on with --provider pinned or host, or install Nix: https://nixos.org/download",
    )


def hook_removed() -> NixError:
    """A macOS update rewrites /etc/zshrc and with it takes Nix off the search path."""
    return NixError(
        "hook-removed",
        "Nix is installed, but an update of macOS took it off the search path (it rewrites /etc/zshrc)",
        f"add this line to /etc/zshrc again: [ -e '{_HOOK}' ] && . '{_HOOK}'; then open a new terminal",
    )


def error(done: Completed) -> NixError:
    """What a failed command means, in a sentence, with Nix's own last words."""
    if done.code == NOT_FOUND:
        return absence()
    if done.code == TIMED_OUT:
        return NixError(
            "timeout", "Nix did not end in the time it was given", "try again; the first evaluation takes longest"
        )
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.error_text)
    for pattern, problem, message, hint in _KNOWN:
        if re.search(pattern, text):
            return NixError(problem, f"{message}: {_last_words(text)}", hint)
    return NixError("unknown", f"Nix failed with {done.code}: {_last_words(text)}", "run it again with --verbose")


def _last_words(text: str) -> str:
    """The innermost ``error:`` line, which is the cause; evaluation traces put it last."""
    lines = [line.strip() for line in text.splitlines()]
    errors = [
        line.removeprefix("error:").strip() or _following(lines, index)
        for index, line in enumerate(lines)
        if line.startswith("error:")
    ]
    found = [line for line in errors if line]
    return (found or [line for line in lines if line] or ["no message"])[-1][:400]


def _following(lines: list[str], index: int) -> str:
    """The text of an error whose first line is only ``error:``: the last part of the trace that says something."""
    rest = [line for line in lines[index + 1 :] if line and not line.startswith(("at ", "…", "|", "warning:"))]
    rest = [line for line in rest if not re.match(r"\d*\|", line)]
    return rest[-1].removeprefix("error:").strip() if rest else ""
