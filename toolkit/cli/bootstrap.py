"""Installing every subproject from its lock."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from toolkit.cli._environment import enter
from toolkit.cli._guard import guard
from toolkit.cli._install import install, records_of
from toolkit.cli._task import Run, choose_format, task
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.model import Subproject
    from toolkit.report.bootstrap import Row

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
