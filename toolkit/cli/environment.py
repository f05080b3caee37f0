"""Working inside the repository's environment, with direnv and without, with Nix and without."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli._environment import SHELLS, load, load_or_previous, refuse_unknown
from toolkit.cli._streams import show_error
from toolkit.cli._task import Run, choose_format, task
from toolkit.errors import ToolkitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.features.environment import Environment

_PROVIDER = "auto, nix, pinned or host (default: what toolkit.toml says, else auto)"
_NAME = f"which shell of the flake: {', '.join(SHELLS)}"
_PURE = ("HOME", "USER", "LOGNAME", "TERM", "COLORTERM", "LANG", "TZ", "DISPLAY", "SSH_AUTH_SOCK", "NO_COLOR", "CI")
"""What a pure shell takes over: the person and the terminal, none of the machine's tools."""


@task(
    group="environment",
    help={
        "format": "shell, fish, json or dotenv",
        "shell": 'bash, zsh or fish: print for it (eval "$(invoke env --shell zsh)")',
        "name": _NAME,
        "provider": _PROVIDER,
        "refresh": "bring the cached environment up to date and print nothing",
        "force": "make it anew even if nothing changed",
        "check": "print nothing; end with 1 if the cached environment is out of date",
    },
)
def env(
    run: Run,
    format: str = "shell",
    shell: str = "",
    name: str = "default",
    provider: str = "",
    refresh: bool = False,
    force: bool = False,
    check: bool = False,
) -> int:
    """Print the environment for a shell or a program, from the cache while nothing changed."""
    from toolkit.features import environment

    if check:
        refuse_unknown(run, name, provider)
        changed = environment.status(run.context.root, name)
        if changed:
            run.note(f"out of date: {', '.join(changed)}")
        return int(bool(changed))
    form = environment.format_of(shell) if shell else choose_format(format, environment.FORMATS)
    found = load(run, name, provider, refresh=force)
    if found.state == "made":
        said = (note.removeprefix("toolkit: ") for note in found.environment.notes)
        run.note(*(f"toolkit: {note}" for note in said if not note.startswith("not in this environment")))
    if not refresh:
        run.print(environment.as_text(found.environment, form, run.context.variables))
    return 0


@task(
    group="environment",
    help={"name": _NAME, "pure": "inherit nothing but the person and the terminal", "provider": _PROVIDER},
    words="name",
    downloads=True,
)
def shell(run: Run, name: str = "default", pure: bool = False, provider: str = "") -> int:
    """Open a shell in the environment."""
    found = load_or_previous(run, name, provider)
    variables = run.context.variables
    changes = _changes(found, variables, pure=pure)
    program = _bash(changes) if pure else variables.get("SHELL", "/bin/sh")
    # A start-up file would put the machine's tools back in front.
    arguments = ("--noprofile", "--norc") if pure else ()
    return _become(run, (program, *arguments), run.context.root, {**changes, "SHELL": program})


@task(
    group="environment",
    name="run",
    downloads=True,
    help={
        "name": _NAME,
        "pure": "inherit nothing but the person and the terminal",
        "provider": _PROVIDER,
        "no-download": "let a read of an evicted cloud file fail at once instead of downloading it",
        "download": "let reads of evicted cloud files download them, whatever this was started with",
        "deadline": "seconds until the program and all that it started is killed (exit code 124)",
    },
)
def run_command(
    run: Run,
    name: str = "default",
    pure: bool = False,
    provider: str = "",
    no_download: bool = False,
    download: bool = False,
    deadline: float | None = None,
) -> int:
    """Run what stands behind -- in the environment: a script of toolkit.toml, or a program.

    The exit status and the signals are the program's own. A script runs in the repository's root.
    """
    if no_download and download:
        raise UsageError("--download and --no-download exclude each other", "give one of them")
    if not run.remainder:
        raise UsageError("nothing to run", "run -- NAME for a script of toolkit.toml, or run -- PROGRAM ARGUMENTS")
    script = run.context.settings.scripts.get(run.remainder[0])
    argv = (*script, *run.remainder[1:]) if script else run.remainder
    changes = _changes(load_or_previous(run, name, provider), run.context.variables, pure=pure)
    folder = run.context.root if script else Path.cwd()
    if no_download or download:
        from toolkit.features.hydration import policy

        policy.choose(run.context.root, policy.Policy.OFF if no_download else policy.Policy.ON)
    if deadline is not None:
        from toolkit.commands import Command
        from toolkit.features.hydration import policy

        return policy.run_with_deadline(Command(argv, folder, changes, deadline))
    return _become(run, argv, folder, changes)


@task(group="environment", help={"format": "text or json", "provider": _PROVIDER, "name": _NAME})
def info(run: Run, format: str = "text", provider: str = "", name: str = "default") -> int:
    """Show where the tools come from: provider, versions, what this system lacks, the state of the cache."""
    from toolkit.features import environment
    from toolkit.features.environment import facts

    form = choose_format(format, ("text", "json"))
    refuse_unknown(run, name, provider)
    settings = run.context.settings
    found, why = environment.choose(run.context.root, provider or settings.bootstrap.provider)
    about: dict[str, object] = {
        "schema_version": 1,
        "root": str(run.context.root),
        "provider": "nix" if found else "pinned or host",
        "why": why,
        "asked": {tool: list(versions) for tool, versions in settings.toolchain.items()},
        "changed": list(environment.status(run.context.root, name)),
        "cache": str(environment.cache().folder),
        **(facts.answer(run.context.root, found) if found else {"chosen": _choices(run, provider)}),
    }
    run.print(json.dumps(about, indent=2) if form == "json" else facts.text(about))
    return 0


def _choices(run: Run, provider: str) -> list[dict[str, str]]:
    """What a bootstrap would take for each tool that toolkit.toml or a subproject asks for; nothing is fetched."""
    from toolkit.discovery import discover
    from toolkit.extension import Request, ToolNeed, ecosystem
    from toolkit.features.toolchain.toolbox import Tools

    context = run.context
    tools = Tools(context, provider or context.settings.bootstrap.provider)
    needs = [ToolNeed(name, why="toolkit.toml") for name in context.settings.toolchain]
    for item in discover(context).subprojects:
        if item.problem or not context.settings.of(item).install:
            continue
        try:
            needs += ecosystem(item.ecosystem).install(context, item, Request(frozen=bool(item.lockfile))).tools
        except ToolkitError:
            continue  # what keeps it from being installed is bootstrap's to say
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for need in needs:
        try:
            made = tools.choose(need)
            row = {"name": made.name, "version": made.version, "provider": made.provider, "why": made.why}
        except ToolkitError as error:
            row = {"name": need.name, "version": need.version or "", "provider": "none", "why": error.message}
        rows.setdefault((row["name"], row["version"], row["provider"]), row)
    return [rows[key] for key in sorted(rows)]


@task(
    group="environment",
    help={"plan": "only say what would go", "store": "collect Nix's store as well"},
)
def gc(run: Run, plan: bool = False, store: bool = False) -> int:
    """Remove cached environments that no repository uses, so that Nix may collect their tools."""
    from toolkit.features import environment
    from toolkit.system import nix

    gone, idle = environment.cache().collect(pretend=plan)
    verb = "would go" if plan else "removed"
    run.print(*(f"{root} is gone: its environments {verb}" for root in gone))
    run.print(f"{len(idle)} environments that nothing uses: {verb}" if idle else "nothing to remove")
    if store and not plan:
        found = nix.find()
        if found is None:
            raise nix.absence()
        run.note("toolkit: collecting Nix's store")
        said = found.run("store", "gc", cwd=Path("/"), quiet=False).error_text.strip().splitlines()
        run.print(said[-1] if said else "the store held nothing to collect")
    return 0


def _changes(found: Environment, variables: Mapping[str, str], *, pure: bool) -> dict[str, str | None]:
    if not pure:
        return found.changes(variables)
    kept = {name: variables[name] for name in _PURE if name in variables}
    return {**dict.fromkeys(variables), **kept, **found.changes({"PATH": "" if found.path else "/usr/bin:/bin"})}


def _bash(changes: Mapping[str, str | None]) -> str:
    from toolkit.system.process import which

    return which("bash", changes) or which("sh", changes) or "/bin/sh"


def _become(run: Run, argv: tuple[str, ...], folder: Path, changes: Mapping[str, str | None]) -> int:
    """Become the program: status and signals are then its own.

    Raises:
        ToolkitError: it cannot be started; 127 if there is no such program, 126 if it may not be run, as shells do.
    """
    from toolkit.commands import Command
    from toolkit.system.process import replace_process, show

    sys.stdout.flush()
    sys.stderr.flush()
    try:
        replace_process(Command(argv, folder, changes))
    except FileNotFoundError:
        show_error(
            run.err,
            ToolkitError(
                f"{argv[0]} is not in this environment",
                f"invoke search {argv[0]} looks for it, invoke info shows what is here",
            ),
            run.addressed,
        )
        return 127
    except PermissionError:
        sys.stderr.write(f"toolkit: {show(argv[:1])} may not be run\n")
        return 126
    except OSError as error:
        raise ToolkitError(f"{argv[0]} cannot be started: {error.strerror}") from error
    return 0
