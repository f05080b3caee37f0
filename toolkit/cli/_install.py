"""Installing what is not fresh, under the repository's lock; for bootstrap and for the tasks that need its output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._applying import say_waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.cli._task import Run
    from toolkit.context import Context
    from toolkit.features._records import Records
    from toolkit.features.bootstrap import Decided, Options
    from toolkit.features.toolchain.toolbox import Tools
    from toolkit.model import Subproject
    from toolkit.report.bootstrap import Row
    from toolkit.system.jobs import Result
    from toolkit.system.lock import Lock

__all__ = ["install", "install_stale", "records_of"]


def install_stale(run: Run, chosen: Sequence[Subproject], tools: Tools, jobs: int) -> tuple[Row, ...]:
    """Install those of the subprojects that are not fresh; what needs no install, or can have none, is left alone.

    Args:
        run: the task's run.
        chosen: the subprojects that the task works on.
        tools: where programs come from.
        jobs: installs at once.

    Returns:
        The rows of what failed.
    """
    from toolkit.features.bootstrap import Options, decide

    context = run.context
    options = Options(jobs=jobs, allow_unlocked=context.settings.bootstrap.allow_unlocked)
    decided = decide(context, chosen, options, tools, records_of(context.state))
    stale = [one.subproject for one in decided if one.verdict == "install"]
    return tuple(row for row in install(run, stale, options, tools) if row.failed) if stale else ()


def install(run: Run, chosen: Sequence[Subproject], options: Options, tools: Tools) -> list[Row]:
    """Install under the repository's lock; what another run did meanwhile is found fresh."""
    from toolkit.features.bootstrap import decide
    from toolkit.report import bootstrap as report
    from toolkit.system.lock import hold

    context = run.context
    context.prepare_state()

    with hold(context.state / "lock", "bootstrap", lambda holder: say_waiting(run, holder)) as lock:
        records = records_of(context.state)
        records.compact()
        decided = decide(context, chosen, options, tools, records)
        decided, results = _run(run, decided, options, tools, lock)
        _exclude_again(run, decided)
        return [report.row_of(one, *_ending(context, one, results)) for one in decided]


def _run(
    run: Run, decided: Sequence[Decided], options: Options, tools: Tools, lock: Lock
) -> tuple[tuple[Decided, ...], Mapping[str, Result]]:
    from toolkit.cli._live import watcher
    from toolkit.features.bootstrap.jobs import jobs_of
    from toolkit.system.jobs import run_jobs

    context = run.context
    decided, environments = _with_tools(run, decided, tools)
    jobs = jobs_of(context, decided, records_of(context.state), environments, context.state / "logs")
    total = len(decided)
    run.note(f"Bootstrapping {total} subproject{'s' if total != 1 else ''} with {tools.summary()}; {options.jobs} jobs")
    labels = {one.subproject.key: f"{one.subproject.path} ({one.subproject.ecosystem})" for one in decided}
    with watcher(run, jobs, lambda job: labels[job.key], "installed") as watch:
        results = run_jobs(jobs, options.jobs, watch, keep_fds=(lock.descriptor,), group_started=lock.add_group)
    return decided, results


def _exclude_again(run: Run, decided: Sequence[Decided]) -> None:
    """An installer replaces its folder, and with it the mark that keeps a cloud from taking it."""
    from toolkit.extension import ecosystem
    from toolkit.features.hydration.prevent import reapply

    folders = [
        f"{one.subproject.path}/{name}" if one.subproject.path != "." else name
        for one in decided
        if one.verdict == "install"
        for name in ecosystem(one.subproject.ecosystem).outputs
    ]
    for mark in reapply(run.context.root, folders, run.context.state):
        if mark.reason:
            run.note(f"{mark.path} is not kept out of the cloud: {mark.reason}")


def _with_tools(
    run: Run, decided: Sequence[Decided], tools: Tools
) -> tuple[tuple[Decided, ...], dict[str, Mapping[str, str | None]]]:
    """Fetch what is needed; a subproject whose tools cannot be had is one that cannot be installed."""
    from dataclasses import replace

    from toolkit.errors import ToolkitError

    environments: dict[str, Mapping[str, str | None]] = {}
    known: list[Decided] = []
    for one in decided:
        if one.verdict == "install":
            try:
                environments[one.subproject.key] = tools.environment(one.tools, say=run.note)
            except ToolkitError as error:
                known.append(replace(one, verdict="cannot", reason=error.message, hint=error.hint))
                continue
        known.append(one)
    return tuple(known), environments


def _ending(
    context: Context, one: Decided, results: Mapping[str, Result]
) -> tuple[Result | None, str, str, tuple[str, str]]:
    """The result, the log and the diagnosis of one subproject."""
    from toolkit.discovery import addressed
    from toolkit.extension import ecosystem
    from toolkit.features._jobs import log_name
    from toolkit.system.files import tail

    item = one.subproject
    result = results.get(item.key)
    if result is None:
        return None, "", "", ("", "")
    root = context.root
    log = context.state / "logs" / log_name(item)
    text = tail(log) if result.tries and result.status != "done" else ""
    shown = str(log.relative_to(root)) if log.is_relative_to(root) else str(log)
    sentence, hint = ecosystem(item.ecosystem).diagnose(text) if text else ("", "")
    return result, shown if result.tries else "", text, (sentence, addressed(context, item, hint))


def records_of(state: Path) -> Records:
    """What was installed before."""
    from toolkit.features._records import Records

    return Records(state / "installed.jsonl")
