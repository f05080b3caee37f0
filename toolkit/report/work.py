"""The result of build, test, lint or typecheck as a table and as JSON."""

from __future__ import annotations

import json
import shlex
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.places import word
from toolkit.report._text import flat, last_lines, seconds, table
from toolkit.system.files import tail
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.features.work import Task
    from toolkit.system.jobs import Result

__all__ = ["Row", "exit_code", "plan", "planned", "rows", "text", "to_json"]

SCHEMA_VERSION = 1


@frozen
class Row:
    """What became of one subproject's task.

    Args:
        status: as of :class:`~toolkit.system.jobs.Result`; ``none`` where there is no such command, ``planned`` where
            nothing was to be run.
        reason: why, for everything but ``done``.
        log: the file of its output, from the root where it lies in it; empty if it was not started.
        tail: the last lines of that, where it failed.
    """

    task: Task
    status: str
    reason: str = ""
    duration_s: float = 0.0
    log: str = ""
    tail: tuple[str, ...] = ()


def rows(root: Path, state: Path, tasks: Sequence[Task], results: Mapping[str, Result]) -> tuple[Row, ...]:
    """A row for each task, in their order.

    Args:
        root: the repository, from which logs are shown.
        state: the folder of the toolkit's own files.
        tasks: all of them, those without a command included.
        results: of those that were run, by the subproject's key.
    """
    return tuple(_row(root, state, one, results.get(one.subproject.key)) for one in tasks)


def _row(root: Path, state: Path, one: Task, result: Result | None) -> Row:
    if result is None:
        return Row(one, "none", one.why)
    log = state / "logs" / one.log
    shown = str(log.relative_to(root)) if log.is_relative_to(root) else str(log)
    if result.status == "done":
        return Row(one, "done", duration_s=result.duration_s, log=shown)
    started = result.tries > 0
    return Row(
        one,
        result.status,
        result.reason,
        result.duration_s,
        shown if started else "",
        last_lines(tail(log)) if started else (),
    )


def exit_code(found: Sequence[Row]) -> int:
    """1 if anything failed or was blocked."""
    return int(any(row.status not in ("done", "none", "planned") for row in found))


def planned(tasks: Sequence[Task]) -> tuple[Row, ...]:
    """The rows of a plan: nothing was run."""
    return tuple(Row(one, "planned" if one.steps else "none", "" if one.steps else one.why) for one in tasks)


def plan(tasks: Sequence[Task]) -> str:
    """The commands that would run, with where they come from."""
    lines: list[str] = []
    for one in tasks:
        lines.append(f"{flat(one.subproject.path)} ({one.subproject.ecosystem}): {one.why}")
        lines += [
            f"    $ {shlex.join(step.argv)}{'' if step.cwd == one.subproject.path else f'   (in {word(step.cwd)})'}"
            for step in one.steps
        ]
    return "\n".join(lines) if lines else "no subprojects"


def text(
    kind: str,
    found: Sequence[Row],
    elapsed_s: float,
    logs: Mapping[str, str] = MappingProxyType({}),
    columns: int = 0,
) -> str:
    """The table, the failures with the end of their logs, and the sum.

    Args:
        kind: ``build``, ``test``, ``lint`` or ``typecheck``.
        found: the rows.
        elapsed_s: seconds that all of it took.
        logs: whole logs by subproject key, to be shown in place of their ends where nobody can open a file.
        columns: width of the terminal; 0 for a log, which has none.
    """
    ran = [row for row in found if row.status != "none"]
    lines = _table(ran, columns) if ran else []
    for row in ran:
        if row.status == "done":
            continue
        lines += ["", f"{row.status}: {flat(row.task.subproject.path)} - {row.reason}", *_log(row, logs)]
        if row.log:
            lines.append(f"    log   {row.log}")
    done = sum(row.status == "done" for row in ran)
    without = len(found) - len(ran)
    parts = [f"{kind}: {done} of {len(ran)} succeeded"] + ([f"{without} without a {kind} command"] if without else [])
    return "\n".join([*lines, "", f"{', '.join(parts)} in {seconds(elapsed_s)}"]).lstrip("\n")


def _table(ran: Sequence[Row], columns: int) -> list[str]:
    return table(
        ("subproject", "ecosystem", "result", "time", "commands"),
        [
            (item.path, item.ecosystem, row.status, seconds(row.duration_s), row.task.why)
            for row in ran
            for item in (row.task.subproject,)
        ],
        right=("time",),
        columns=columns,
        spare=("ecosystem",),
    )


def _log(row: Row, logs: Mapping[str, str]) -> list[str]:
    whole = logs.get(row.task.subproject.key)
    return whole.splitlines() if whole is not None else [f"    {line}" for line in row.tail]


def to_json(root: Path, kind: str, found: Sequence[Row], elapsed_s: float) -> str:
    """The rows for programs.

    Args:
        root: the repository.
        kind: ``build``, ``test``, ``lint`` or ``typecheck``.
        found: the rows.
        elapsed_s: seconds that all of it took.
    """
    return json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "root": str(root),
            "kind": kind,
            "results": [
                {
                    "path": row.task.subproject.path,
                    "ecosystem": row.task.subproject.ecosystem,
                    "commands": [list(step.argv) for step in row.task.steps],
                    "why": row.task.why,
                    "result": row.status,
                    "reason": row.reason,
                    "duration_s": round(row.duration_s, 3),
                    "log": row.log or None,
                }
                for row in found
            ],
            "duration_s": round(elapsed_s, 3),
            "exit_code": exit_code(found),
        },
        indent=2,
    )
