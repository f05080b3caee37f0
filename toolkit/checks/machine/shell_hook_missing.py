"""Lines that a shell's start files lack, so that the environment never comes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.system import nix
from toolkit.system.process import which

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_HOOK = regex(rb"(?m)^[^#\n]*\bdirenv\b")
_FILES = {
    "bash": ("~/.bashrc", "~/.bash_profile", "~/.profile", "/etc/bash.bashrc", "/etc/bashrc", "/etc/profile"),
    "zsh": ("~/.zshrc", "~/.zprofile", "~/.zshenv", "~/.config/zsh/.zshrc", "/etc/zshrc", "/etc/zsh/zshrc"),
    "fish": ("~/.config/fish/config.fish", "~/.config/fish/conf.d/*.fish", "/etc/fish/conf.d/*.fish"),
}
_ALSO = ("~/.config/sheldon/plugins.toml", "~/.zsh_plugins.txt", "~/.zimrc", "~/.zpreztorc", "~/.bash_it/enabled/*")
"""Where plugin managers name what they load."""
_MAX_BYTES = 1_000_000
_TO_ADD = {
    "bash": ('eval "$(direnv hook bash)"', "~/.bashrc"),
    "zsh": ('eval "$(direnv hook zsh)"', "~/.zshrc"),
    "fish": ("direnv hook fish | source", "~/.config/fish/config.fish"),
}


class ShellHookMissing(Check):
    """The shell is not told to load the repository's environment.

    What it checks:
        Where there is an ``.envrc``: whether direnv is installed and the start files of your shell speak of it.
        On a Mac with Nix: whether an update of macOS took Nix off the search path by rewriting ``/etc/zshrc``.

    Why it matters:
        The ``.envrc`` is never read, without a word: commands run with whatever tools the machine happens to have.

    How to fix:
        Add the line that the finding names to the start file, open a new terminal, then ``direnv allow``.

    Fix safety:
        Manual: the file lies outside of the repository.
    """

    scope = "machine"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at start files; not in continuous integration, where no person has a shell."""
        if context.ci:
            return
        if context.absolute(".envrc").is_file() and not context.variables.get("DIRENV_DIR"):
            yield from self._direnv(context)
        if context.absolute("flake.nix").is_file() and nix.find() is None:
            absent = nix.absence()
            if absent.problem == "hook-removed":
                yield self.finding(context, "flake.nix", absent.message, fixes=(Fix(absent.hint, "manual"),))

    def _direnv(self, context: Inspection) -> Iterator[Finding]:
        if which("direnv", {"PATH": context.variables.get("PATH")}) is None:
            text = "direnv is not installed: .envrc is never read, and `toolkit shell` has to be typed"
            yield self.finding(context, ".envrc", text, severity="info", fixes=(Fix("install direnv", "manual"),))
            return
        shell = os.path.basename(context.variables.get("SHELL", ""))
        if shell not in _FILES or any(map(_speaks_of_it, _files(context, shell))):
            return
        line, file = _TO_ADD[shell]
        yield self.finding(
            context,
            ".envrc",
            f"direnv is installed, but no start file of {shell} loads it: .envrc is never read",
            evidence=f"looked at {', '.join(_FILES[shell][:3])} ...",
            fixes=(Fix(f"add `{line}` to {file}, then open a new terminal", "manual"),),
        )


def _files(context: Inspection, shell: str) -> Iterator[Path]:
    home = Path(context.variables.get("HOME") or os.path.expanduser("~"))
    folder = context.variables.get("ZDOTDIR")
    if shell == "zsh" and folder:
        yield Path(folder) / ".zshrc"
    for name in (*_FILES[shell], *_ALSO):
        base, pattern = (home, name[2:]) if name.startswith("~/") else (Path("/"), name[1:])
        yield from sorted(base.glob(pattern))


def _speaks_of_it(path: Path) -> bool:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return False
        return _HOOK.search(path.read_bytes()) is not None
    except OSError:
        return False
