"""Installing every subproject from its lock, and making locks."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from toolkit.cli._environment import enter
from toolkit.cli._guard import guard
from toolkit.cli._install import install, records_of
from toolkit.cli._task import Run, choose_format, task
from toolkit.cli._values import seen_from_here
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import Install
    from toolkit.model import Subproject
    from toolkit.report.bootstrap import Row
    from toolkit.system.jobs import Job

_LAST = "bootstrap.json"
"""The report of the last run, and of what an earlier one left undone: ``--retry-failed`` knows from it what failed."""


@task(
    group="set up",
    help={
        "only": "globs of folders or ecosystems (repeatable)",
        "skip": "globs that are left out (repeatable)",
        "jobs": "installs at once (default: one per core)",
        "plan": "print what would be done, write nothing",
        "check": "write nothing; end with 1 if something is not fresh",
        "offline": "use caches only",
        "strict": "end with 1 where any lock is missing (the default in CI)",
        "allow-unlocked": "install subprojects without a lock too",
        "retry-failed": "only what failed the last time",
        "force": "install also what is fresh",
        "hydrate": "first bring back evicted files that are needed",
        "provider": "auto, nix, pinned or host",
        "format": "text or json",
    },
    iterable=("only", "skip"),
    folders=("only", "skip"),
)
def bootstrap(
    run: Run,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    jobs: int | None = None,
    plan: bool = False,
    check: bool = False,
    offline: bool = False,
    strict: bool = False,
    allow_unlocked: bool = False,
    retry_failed: bool = False,
    force: bool = False,
    hydrate: bool = False,
    provider: str = "",
    format: str = "text",
) -> int:
    """Install every subproject from its lock, in parallel; what is fresh is left alone."""
    from toolkit.discovery import discover, kept_only, select
    from toolkit.features.bootstrap import Options, decide, worker_count
    from toolkit.features.toolchain.toolbox import Tools
    from toolkit.report import bootstrap as report

    began = time.monotonic()
    shape = choose_format(format, ("text", "json"))
    context = run.context
    settings = context.settings.bootstrap
    workers = worker_count(jobs, settings.jobs)
    options = Options(
        jobs=workers, offline=offline, allow_unlocked=allow_unlocked or settings.allow_unlocked, force=force
    )
    guard(run, "bootstrap", hydrate=hydrate and not (plan or check))
    is_strict = strict or (settings.strict if settings.strict is not None else context.ci)
    discovered = discover(context)
    found = discovered.subprojects
    chosen = _failed_last(context.state, found) if retry_failed else select(found, tuple(only), tuple(skip))
    if not (only or retry_failed):
        run.note(*kept_only(discovered))
    enter(run, provider)
    tools = Tools(context, provider or settings.provider, offline=offline)
    records = records_of(context.state)
    decided = decide(context, chosen, options, tools, records)
    if plan or check or not any(one.verdict == "install" for one in decided):
        rows = [report.row_of(one, None) for one in decided]
    else:
        rows = install(run, chosen, options, tools)
    code = report.exit_code(rows, strict=is_strict)
    if plan:
        code = 0  # a plan that names what cannot be installed has done what it was asked for
    elif check:
        code = code or int(any(row.outcome == "would install" for row in rows))
    elapsed = time.monotonic() - began
    if not (plan or check):
        _remember(context, rows, elapsed, code)
    _show(run, rows, elapsed, code, shape, plan=plan or check)
    return int(ExitCode.INTERRUPTED) if any(row.outcome == "interrupted" for row in rows) else code


def _show(run: Run, rows: Sequence[Row], elapsed: float, code: int, shape: str, *, plan: bool) -> None:
    from toolkit.report import bootstrap as report
    from toolkit.report._text import seconds

    if shape == "json":
        run.print(report.to_json(run.context.root, rows, elapsed, code))
    elif plan:
        run.print(report.plan(rows, run.columns))
    elif not rows:
        run.print("no subprojects found")
    elif all(row.idle for row in rows):
        run.print(f"{report.summary(rows)} in {seconds(elapsed)}")
    else:
        run.print(report.text(rows, elapsed, report.facts(rows, run.columns), run.columns))


def _remember(context: Context, rows: Sequence[Row], elapsed: float, code: int) -> None:
    from toolkit.report import bootstrap as report
    from toolkit.system.files import atomic_write

    state = context.state
    if any(row.failed for row in rows) or (state / _LAST).exists():
        told = json.loads(report.to_json(context.root, rows, elapsed, code))
        here = {(row["path"], row["ecosystem"]) for row in told["results"]}
        told["results"] += [row for key, row in _unfinished(state).items() if key not in here]
        atomic_write(context.prepare_state() / _LAST, json.dumps(told, indent=2).encode())


def _unfinished(state: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """What was not brought to an end when it was last tried, by folder and ecosystem."""
    try:
        return {
            (row["path"], row["ecosystem"]): row
            for row in json.loads((state / _LAST).read_bytes())["results"]
            if row["result"] not in ("installed", "fresh", "no lock", "left out")
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _failed_last(state: Path, subprojects: Sequence[Subproject]) -> tuple[Subproject, ...]:
    """The subprojects that were not brought to an end when they were last tried.

    Raises:
        UsageError: there was no run, or nothing failed.
    """
    from toolkit.errors import UsageError

    failed = _unfinished(state)
    found = tuple(item for item in subprojects if (item.path, item.ecosystem) in failed)
    if not found:
        raise UsageError("nothing failed in the last bootstrap", "run it without --retry-failed")
    return found


@task(
    group="set up",
    help={
        "path": "the subproject's folder",
        "ecosystem": "which one, where the folder holds several",
        "plan": "print the commands, run nothing",
        "provider": "auto, nix, pinned or host",
    },
    positional=("path",),
)
def lock(run: Run, path: str, ecosystem: str = "", plan: bool = False, provider: str = "") -> int:
    """Make or refresh the lock of one subproject, with its own package manager."""
    from toolkit.cli._applying import say_waiting
    from toolkit.cli._live import watcher
    from toolkit.extension import ecosystem as leaf_of
    from toolkit.places import word
    from toolkit.system.jobs import run_jobs
    from toolkit.system.lock import hold
    from toolkit.system.process import show

    (place,) = seen_from_here(run.context.root, (path,))
    item = _one(run, place, ecosystem)
    install = leaf_of(item.ecosystem).lock(run.context, item)
    if plan:
        run.print(*(f"$ {show(step.argv)}   (in {word(step.cwd)})" for step in install.steps))
        return 0
    enter(run, provider)
    job = _lock_job(run, item, install, provider)
    with (
        hold(run.context.state / "lock", "lock", lambda holder: say_waiting(run, holder)) as held,
        watcher(run, [job], lambda _: f"{item.path} ({item.ecosystem})", "locked") as watch,
    ):
        ended = run_jobs([job], 1, watch, keep_fds=(held.descriptor,), group_started=held.add_group)
    result = ended[item.key]
    if result.status == "interrupted":
        return int(ExitCode.INTERRUPTED)
    if result.status != "done":
        _show_failure(run, item, job.log, result.reason)
        return 1
    run.print(
        f"{item.path}: locked" + (f", {install.note}" if install.note else ""),
        f"next  invoke bootstrap --only {word(item.path)}",
    )
    return 0


def _lock_job(run: Run, item: Subproject, install: Install, provider: str) -> Job:
    """The job that makes a lock, its tools fetched.

    Raises:
        ToolkitError: a tool cannot be had.
    """
    from toolkit.commands import Command
    from toolkit.features._jobs import log_name
    from toolkit.features._tools import choose_all
    from toolkit.features.toolchain.toolbox import Tools
    from toolkit.system.jobs import Job

    context = run.context
    tools = Tools(context, provider or context.settings.bootstrap.provider)
    env = tools.environment(choose_all(tools, (need for need in install.tools if need.required)), run.note)
    context.prepare_state()
    commands = tuple(
        Command(step.argv, context.absolute(step.cwd), {**env, **step.env}, context.settings.bootstrap.timeout_s)
        for step in install.steps
    )
    return Job(item.key, commands, context.state / "logs" / f"lock-{log_name(item)}")


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
    from toolkit.errors import UsageError

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
