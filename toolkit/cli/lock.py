"""Making locks, with the package managers that read them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from toolkit.cli._environment import enter
from toolkit.cli._task import Run, task
from toolkit.cli._values import seen_from_here
from toolkit.errors import ExitCode, ToolkitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.extension import Install
    from toolkit.model import Subproject
    from toolkit.system.jobs import Job, Result


_HELP = {
    "ecosystem": "which one, where the folder holds several",
    "plan": "print the commands, run nothing",
    "provider": "auto, nix, pinned or host",
}


@task(group="set up", help={"path": "the subproject's folder", **_HELP}, positional=("path",))
def lock(run: Run, path: str, ecosystem: str = "", plan: bool = False, provider: str = "") -> int:
    """Make or refresh the lock of one subproject, with its own package manager."""
    from toolkit.places import word

    (place,) = seen_from_here(run.context.root, (path,))
    chosen = (_one(run, place, ecosystem),)
    return _make(run, chosen, provider, f"invoke bootstrap --only {word(chosen[0].path)}", plan=plan)


@task(group="set up", help={**_HELP, "ecosystem": "those of one ecosystem"})
def lock_missing(run: Run, ecosystem: str = "", plan: bool = False, provider: str = "") -> int:
    """Make the locks of all subprojects that have none."""
    from toolkit.discovery import discover
    from toolkit.extension import ecosystems
    from toolkit.features.bootstrap import without_lock

    if ecosystem and ecosystem not in (known := [leaf.name for leaf in ecosystems()]):
        raise UsageError(f"--ecosystem {ecosystem} is not known", f"one of: {', '.join(known)}")
    found = without_lock(run.context, discover(run.context).subprojects)
    chosen = tuple(item for item in found if ecosystem in ("", item.ecosystem))
    if not chosen:
        run.print("no lock is missing")
        return 0
    return _make(run, chosen, provider, "invoke bootstrap", plan=plan)


def _make(run: Run, chosen: Sequence[Subproject], provider: str, step: str, *, plan: bool) -> int:
    """Make locks, or say how, and what became of each.

    Raises:
        ToolkitError: the tools of the only one cannot be had.
    """
    from toolkit.extension import ecosystem as leaf_of
    from toolkit.places import word
    from toolkit.report._text import seconds
    from toolkit.system.process import show

    installs = {item.key: leaf_of(item.ecosystem).lock(run.context, item) for item in chosen}
    if plan:
        run.print(*(f"$ {show(step.argv)}   (in {word(step.cwd)})" for one in installs.values() for step in one.steps))
        return 0
    enter(run, provider)
    began = time.monotonic()
    jobs, refused = _jobs(run, chosen, installs, provider)
    if refused and len(chosen) == 1:
        raise refused[chosen[0].key]
    ended = _run(run, chosen, jobs)
    if any(result.status == "interrupted" for result in ended.values()):
        return int(ExitCode.INTERRUPTED)
    failed = [item for item in chosen if not _show(run, item, installs[item.key], ended.get(item.key), refused)]
    if len(chosen) > 1:
        counts = ((len(chosen) - len(failed), "locked"), (len(failed), "failed"))
        told = ", ".join(f"{count} {word}" for count, word in counts if count)
        run.print(f"{told} in {seconds(time.monotonic() - began)}")
    if len(failed) < len(chosen):
        run.print(f"next  {step}")
    return int(bool(failed))


def _show(
    run: Run, item: Subproject, install: Install, result: Result | None, refused: Mapping[str, ToolkitError]
) -> bool:
    """Say what became of a lock, and answer whether it is there."""
    if result is None:
        error = refused[item.key]
        run.print(f"failed: {item.path} - {error.message}", *([f"    fix   {error.hint}"] if error.hint else []))
        return False
    if result.status != "done":
        _show_failure(run, item, _log(run, item), result.reason)
        return False
    run.print(f"{item.path}: locked" + (f", {install.note}" if install.note else ""))
    return True


def _run(run: Run, chosen: Sequence[Subproject], jobs: Sequence[Job]) -> dict[str, Result]:
    """Run the jobs one after the other: managers write into caches that they share, and a lock waits for the network anyway."""
    from toolkit.cli._applying import say_waiting
    from toolkit.cli._live import watcher
    from toolkit.system.jobs import run_jobs
    from toolkit.system.lock import hold

    labels = {item.key: f"{item.path} ({item.ecosystem})" for item in chosen}
    with (
        hold(run.context.state / "lock", "lock", lambda holder: say_waiting(run, holder)) as held,
        watcher(run, jobs, lambda job: labels[job.key], "locked") as watch,
    ):
        return run_jobs(jobs, 1, watch, keep_fds=(held.descriptor,), group_started=held.add_group)


def _jobs(
    run: Run, chosen: Sequence[Subproject], installs: dict[str, Install], provider: str
) -> tuple[list[Job], dict[str, ToolkitError]]:
    """The jobs that make locks, their tools fetched, and why there is none for a subproject whose tools cannot be had."""
    from toolkit.commands import Command
    from toolkit.features._tools import choose_all
    from toolkit.features.toolchain.toolbox import Tools
    from toolkit.system.jobs import Job

    context = run.context
    tools = Tools(context, provider or context.settings.bootstrap.provider)
    jobs: list[Job] = []
    refused: dict[str, ToolkitError] = {}
    for item in chosen:
        install = installs[item.key]
        try:
            env = tools.environment(choose_all(tools, (need for need in install.tools if need.required)), run.note)
        except ToolkitError as error:
            refused[item.key] = error
            continue
        commands = tuple(
            Command(step.argv, context.absolute(step.cwd), {**env, **step.env}, context.settings.bootstrap.timeout_s)
            for step in install.steps
        )
        jobs.append(Job(item.key, commands, _log(run, item)))
    context.prepare_state()
    return jobs, refused


def _log(run: Run, item: Subproject) -> Path:
    from toolkit.features._jobs import log_name

    return run.context.state / "logs" / f"lock-{log_name(item)}"


def _show_failure(run: Run, item: Subproject, log: Path, reason: str) -> None:
    from toolkit.discovery import addressed
    from toolkit.extension import ecosystem as leaf_of
    from toolkit.report._text import last_lines
    from toolkit.system.files import tail

    end = tail(log)
    sentence, hint = leaf_of(item.ecosystem).diagnose(end)
    run.print(f"failed: {item.path} - {sentence or reason}", *(f"    {line}" for line in last_lines(end)))
    run.print(*([f"    fix   {addressed(run.context, item, hint)}"] if hint else []))


def _one(run: Run, path: str, ecosystem: str) -> Subproject:
    """The one subproject in a folder.

    Raises:
        UsageError: there is none, or several and none was named.
    """
    import posixpath

    from toolkit.discovery import discover

    wanted = posixpath.normpath(path)
    here = [
        item for item in discover(run.context).subprojects if item.path == wanted and ecosystem in ("", item.ecosystem)
    ]
    if not here:
        raise UsageError(
            f"{path} is no subproject{f' of {ecosystem}' if ecosystem else ''}", "toolkit projects lists them"
        )
    if len(here) > 1:
        raise UsageError(f"{path} holds {', '.join(item.ecosystem for item in here)}", "name one: --ecosystem NAME")
    return here[0]
