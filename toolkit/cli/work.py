"""The other half of daily work: build, test, lint and typecheck, over everything or over what a change touches."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from toolkit.cli._environment import enter
from toolkit.cli._guard import guard
from toolkit.cli._install import install_stale
from toolkit.cli._task import Run, choose_format, task
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.features.work import Task
    from toolkit.model import Subproject
    from toolkit.report.work import Row
    from toolkit.system.jobs import Result

_CI_LOG_BYTES = 1024 * 1024

_HELP = {
    "only": "globs of folders or ecosystems (repeatable)",
    "skip": "globs that are left out (repeatable)",
    "affected": "only what differs from --base, and what needs it",
    "base": "the commit to compare with (default: origin/main, else main)",
    "jobs": "subprojects at once (default: one per core)",
    "plan": "print the commands, run nothing",
    "install": "first install what is not fresh (--no-install leaves it)",
    "provider": "auto, nix, pinned or host",
    "format": "text or json",
}


def _declare(kind: str, line: str) -> Any:
    """The task of one kind; all of them take the same flags."""

    def body(
        run: Run,
        only: Sequence[str] = (),
        skip: Sequence[str] = (),
        affected: bool = False,
        base: str = "",
        jobs: int | None = None,
        plan: bool = False,
        install: bool = True,
        provider: str = "",
        format: str = "text",
    ) -> int:
        guard(run, kind)
        chosen = _chosen(run, tuple(only), tuple(skip), _compared(run, base) if affected or base else "")
        return _work(run, kind, chosen, _Flags(jobs, plan, install, provider, choose_format(format, ("text", "json"))))

    body.__name__ = body.__qualname__ = kind
    body.__doc__ = line
    return task(group="daily work", help=_HELP, iterable=("only", "skip"), folders=("only", "skip"))(body)


build = _declare("build", "Build every subproject that has a build, dependencies first.")
test = _declare("test", "Run every subproject's tests, dependencies first.")
lint = _declare("lint", "Lint every subproject that has a linter.")
typecheck = _declare("typecheck", "Check the types of every subproject that has types.")


@frozen
class _Flags:
    jobs: int | None
    plan: bool
    install: bool
    provider: str
    format: str


@task(group="daily work", help={"base": _HELP["base"], "format": "text, json or paths"})
def affected(run: Run, base: str = "", format: str = "text") -> int:
    """List the subprojects that a change touches, with the reason for each."""
    from toolkit.discovery import discover
    from toolkit.features.affected import affected as find
    from toolkit.features.affected import changed_files, default_base
    from toolkit.report._text import table

    shape = choose_format(format, ("text", "json", "paths"))
    guard(run, "affected")
    compared = base or default_base(run.context)
    changed = changed_files(run.context, compared)
    found = find(discover(run.context).subprojects, changed)
    if shape == "json":
        rows = [{"path": one.subproject.path, "ecosystem": one.subproject.ecosystem, "why": one.why} for one in found]
        run.print(
            json.dumps(
                {
                    "schema_version": 1,
                    "root": str(run.context.root),
                    "base": compared,
                    "changed": list(changed),
                    "affected": rows,
                },
                indent=2,
            )
        )
    elif shape == "paths":
        run.print(*dict.fromkeys(one.subproject.path for one in found))
    elif found:
        run.print(
            *table(
                ("subproject", "ecosystem", "why"),
                [(one.subproject.path, one.subproject.ecosystem, one.why) for one in found],
                columns=run.columns,
            )
        )
    else:
        run.print(f"nothing is touched by {len(changed)} changed files since {compared}")
    return 0


def _compared(run: Run, base: str) -> str:
    from toolkit.features.affected import default_base

    return base or default_base(run.context)


def _work(run: Run, kind: str, chosen: Sequence[Subproject], flags: _Flags) -> int:
    from toolkit.features.bootstrap import worker_count
    from toolkit.features.work import tasks_of
    from toolkit.report import work as report

    began = time.monotonic()
    context = run.context
    workers = worker_count(flags.jobs, context.settings.bootstrap.jobs)
    tasks = tasks_of(context, chosen, kind)
    if flags.plan:
        shown = report.to_json(context.root, kind, report.planned(tasks), time.monotonic() - began)
        run.print(shown if flags.format == "json" else report.plan(tasks))
        return 0
    results = _run(run, tasks, flags, workers)
    rows = report.rows(context.root, context.state, tasks, results)
    elapsed = time.monotonic() - began
    if flags.format == "json":
        run.print(report.to_json(context.root, kind, rows, elapsed))
    else:
        run.print(report.text(kind, rows, elapsed, _whole_logs(run, rows), run.columns))
    return 130 if any(row.status == "interrupted" for row in rows) else report.exit_code(rows)


def _whole_logs(run: Run, rows: Sequence[Row]) -> dict[str, str]:
    """In CI the logs of what failed, whole: the machine is gone before anybody could open them."""
    from toolkit.system.files import tail

    if not run.context.ci:
        return {}
    logs = run.context.state / "logs"
    return {
        row.task.subproject.key: tail(logs / row.task.log, _CI_LOG_BYTES)
        for row in rows
        if row.log and row.status != "done"
    }


def _chosen(run: Run, only: tuple[str, ...], skip: tuple[str, ...], base: str) -> tuple[Subproject, ...]:
    """The subprojects that the globs leave and, with a base, a change touches."""
    from toolkit.discovery import discover, select
    from toolkit.features.affected import affected as find
    from toolkit.features.affected import changed_files

    found = discover(run.context).subprojects
    chosen = select(found, only, skip)
    if not base:
        return chosen
    touched = {one.subproject.key for one in find(found, changed_files(run.context, base))}
    return tuple(item for item in chosen if item.key in touched)


def _run(run: Run, tasks: Sequence[Task], flags: _Flags, workers: int) -> Mapping[str, Result]:
    from toolkit.cli._live import watcher
    from toolkit.features.toolchain.toolbox import Tools
    from toolkit.features.work import environments, jobs_of
    from toolkit.system.jobs import Result, run_jobs

    context = run.context
    provider = flags.provider or context.settings.bootstrap.provider
    context.prepare_state()
    enter(run, provider)
    tools = Tools(context, provider)
    failed: dict[str, Result] = {}
    if flags.install:
        needed = {path for one in tasks if one.steps for path in (one.subproject.path, *one.subproject.needs)}
        # A folder may be a member of another ecosystem's workspace, which holds what its commands use.
        holders = [one.subproject for one in tasks if needed & {one.subproject.path, *one.subproject.members}]
        for row in install_stale(run, holders, tools, workers):
            key = row.decided.subproject.key
            what = f"{row.reason}; {row.hint}" if row.hint else row.reason
            failed[key] = Result(key, "failed", row.duration_s, f"it could not be installed: {what}")
    ready = [one for one in tasks if one.subproject.key not in failed]
    made, without_tools = environments(context, ready, tools, say=run.note)
    failed.update(without_tools)
    jobs = jobs_of(context, [one for one in ready if one.subproject.key not in failed], made, context.state / "logs")
    with watcher(run, jobs, lambda job: job.key.replace(":", " (", 1) + ")", "done") as watch:
        return {**failed, **run_jobs(jobs, workers, watch)}
