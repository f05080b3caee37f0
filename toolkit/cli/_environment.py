"""How tasks come by the repository's environment: from Nix, or put together from the other providers."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.cli._task import Run
    from toolkit.features.environment import Environment, Loaded

__all__ = ["SHELLS", "enter", "load", "load_or_previous", "refuse_unknown"]

_ALWAYS = ("default", "ci")
SHELLS = (*_ALWAYS, "node", "rust", "solana", "python")
"""The shells of the toolkit's flake; but for the first two, each is there where ``[toolchain]`` names what it is for."""
_MISSING = "not in this environment: "


def load(run: Run, name: str = "default", provider: str = "", *, refresh: bool = False) -> Loaded:
    """The environment of the repository.

    Args:
        run: the task's run; told when something takes its time.
        name: which of the flake's shells.
        provider: ``auto``, ``nix``, ``pinned`` or ``host``; by default what ``toolkit.toml`` says.
        refresh: make it anew even if it is there.

    Raises:
        ToolkitError: it cannot be had.
        UsageError: there is no such shell.
    """
    from toolkit.features import environment

    refuse_unknown(run, name, provider)
    chosen = provider or run.context.settings.bootstrap.provider
    found = environment.load(
        run.context.root,
        environment.Wish(name, chosen, refresh),
        fallback=lambda: _from_pins(run, name, chosen),
        announce=lambda line: run.note(f"toolkit: {line}"),
    )
    if found.state == "made" and found.environment.provider == "nix":
        run.note(*_untracked(run.context.root))
    missing = [note for note in found.environment.notes if note.startswith(_MISSING)]
    if missing and found.state == "made":
        run.note(*(f"toolkit: {note}" for note in missing), "hint: invoke env --force tries again")
    elif missing:
        names = ", ".join(note.removeprefix(_MISSING).partition(":")[0] for note in missing)
        run.note(f"toolkit: {_MISSING}{names} (invoke env --force tries again, and says why)")
    return found


def refuse_unknown(run: Run, name: str, provider: str) -> None:
    """Refuse the name of a shell that is none. Where Nix serves, it is Nix that knows.

    Raises:
        UsageError: neither the toolkit nor the repository's flake knows a shell of that name.
    """
    if name in _ALWAYS:
        return
    from toolkit.features import environment

    settings = run.context.settings
    there = (*_ALWAYS, *(area for area in SHELLS if area in settings.toolchain))
    if name in there or environment.choose(run.context.root, provider or settings.bootstrap.provider)[0]:
        return
    flake = run.context.content("flake.nix") or b""
    if not name or name.encode() not in re.findall(rb"[\w-]+", flake):
        raise UsageError(f"--name {name} is no shell of this repository", f"one of: {', '.join(there)}")


def _untracked(root: Path) -> tuple[str, ...]:
    """A warning where git does not track what decides: here it counts, for ``nix develop`` and in CI it is not there."""
    from toolkit.features.environment import deciding
    from toolkit.system import git

    names = deciding(root)
    done = git.git(root, "ls-files", "-z", "--", *names)
    if not done.ok:
        return ()
    missing = sorted(set(names) - set(done.text.split("\0")))
    if not missing:
        return ()
    files = ", ".join(missing)
    return (f"toolkit: git does not track {files}: it counts here, but Nix does not see it elsewhere; git add it",)


def load_or_previous(run: Run, name: str = "default", provider: str = "") -> Environment:
    """The environment, or with a warning the last one that worked: a shell has to open.

    Raises:
        ToolkitError: there is neither.
    """
    from toolkit.features import environment

    try:
        return load(run, name, provider).environment
    except UsageError:
        raise
    except ToolkitError as error:
        before = environment.previous(run.context.root, name)
        if before is None:
            raise
        run.err.write(f"toolkit: {error.message}\nhint: {error.hint}\ntoolkit: going on with the last environment\n")
        return before


def enter(run: Run, provider: str = "", name: str = "ci") -> str:
    """Let everything that this run starts from here on find the tools of the flake, if Nix serves.

    One evaluation at most, and none while nothing changed; no ``nix develop`` for each command. Within a shell of
    the flake its tools are there already.

    Args:
        run: the task's run.
        provider: ``auto``, ``nix``, ``pinned`` or ``host``; by default what ``toolkit.toml`` says.
        name: which of the flake's shells.

    Returns:
        Which Nix serves, for the summary; empty if none does.

    Raises:
        ToolkitError: the environment could not be made.
    """
    context = run.context
    chosen = provider or context.settings.bootstrap.provider
    if chosen not in ("auto", "nix") or (chosen == "auto" and context.variables.get("TOOLKIT_SHELL")):
        return ""
    # Said before anything is loaded: most repositories have no flake, and every start would pay for it.
    if chosen == "auto" and not (context.root / "flake.nix").is_file():
        return ""
    from toolkit.features import environment
    from toolkit.system import process

    found, _ = environment.choose(context.root, chosen)
    if found is None:
        return ""
    changes = load(run, name, "nix").changes(context.variables)
    process.adopt(changes)
    for key, value in changes.items():
        if value is None:
            context.variables.pop(key, None)
        else:
            context.variables[key] = value
    return f"Nix {found.text}"


def _from_pins(run: Run, name: str, provider: str) -> Environment:
    """The environment of the ``pinned`` and ``host`` providers: their folders in front, ``[env]`` set."""
    from toolkit.extension import ToolNeed
    from toolkit.features.environment import Environment
    from toolkit.features.toolchain.toolbox import Tools

    settings = run.context.settings
    tools = Tools(run.context, provider)
    before = run.context.variables.get("PATH", "").split(":")
    notes: list[str] = []
    folders: dict[str, None] = {}
    unset: dict[str, None] = {}
    for tool in settings.toolchain:
        try:
            chosen = tools.choose(ToolNeed(tool, why="toolkit.toml"))
            changes = tools.environment([chosen], lambda line: run.note(f"toolkit: {line}"))
        except ToolkitError as error:
            # One tool that cannot be had does not keep the others from being used.
            notes.append(f"{_MISSING}{tool}: {error.message}")
            continue
        notes.append(f"{tool} {chosen.version}: {chosen.provider}, {chosen.why}")
        folders |= dict.fromkeys(part for part in (changes.get("PATH") or "").split(":") if part and part not in before)
        unset |= dict.fromkeys(key for key, value in changes.items() if value is None)
    return Environment(
        provider="host" if provider == "host" else "pinned",
        name=name,
        variables=MappingProxyType({**settings.env, "TOOLKIT_SHELL": name}),
        path=tuple(folders),
        unset=tuple(unset),
        notes=tuple(notes),
    )
