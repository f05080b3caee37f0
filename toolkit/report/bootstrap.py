"""The result of a bootstrap as a table and as JSON; both come from the same rows."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, Literal

from toolkit.places import word
from toolkit.report._text import flat, hanging, last_lines, seconds, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.features.bootstrap import Decided
    from toolkit.system.jobs import Result

__all__ = ["SCHEMA_VERSION", "Row", "exit_code", "facts", "next_step", "plan", "row_of", "summary", "text", "to_json"]

SCHEMA_VERSION = 1

_POLICY_LINES = 4
"""More lines on install scripts than this would hide what failed."""

Outcome = Literal[
    "installed", "fresh", "no lock", "left out", "failed", "timed out", "not tried", "interrupted", "would install"
]
_FAILED = frozenset({"failed", "timed out", "not tried", "interrupted"})


@frozen
class Row:
    """What became of one subproject.

    Args:
        reason: why it was installed, or why it could not be.
        hint: what to do about a failure.
        log: its log, relative to the root; empty where nothing ran.
        tail: the last lines of a failed install's log.
    """

    decided: Decided
    outcome: Outcome
    reason: str = ""
    hint: str = ""
    duration_s: float = 0.0
    log: str = ""
    tail: tuple[str, ...] = ()
    tries: int = 0

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do for it, and nothing to say about that."""
        return self.outcome in ("fresh", "left out")

    @property
    def failed(self) -> bool:
        """Whether it counts as a failure."""
        return self.outcome in _FAILED


def row_of(
    decided: Decided, result: Result | None, log: str = "", log_text: str = "", diagnosis: tuple[str, str] = ("", "")
) -> Row:
    """The row of one subproject.

    Args:
        decided: what was to be done.
        result: how the job ended; ``None`` where none was started.
        log: its log's path relative to the root.
        log_text: the end of the log.
        diagnosis: the ecosystem's sentence and hint for that log.
    """
    if result is None:
        outcomes: dict[str, Outcome] = {
            "fresh": "fresh",
            "no lock": "no lock",
            "left out": "left out",
            "cannot": "failed",
            "install": "would install",
        }
        return Row(decided, outcomes[decided.verdict], decided.reason, decided.hint)
    endings: dict[str, Outcome] = {
        "done": "installed",
        "failed": "failed",
        "timed out": "timed out",
        "blocked": "not tried",
        "interrupted": "interrupted",
    }
    outcome = endings[result.status]
    if outcome == "installed":
        return Row(decided, outcome, decided.reason, duration_s=result.duration_s, log=log, tries=result.tries)
    sentence, hint = diagnosis if outcome == "failed" and result.code else ("", "")
    if outcome in ("not tried", "interrupted"):
        return Row(decided, outcome, result.reason, "invoke bootstrap --retry-failed", result.duration_s)
    return Row(
        decided, outcome, sentence or result.reason, hint, result.duration_s, log, last_lines(log_text), result.tries
    )


def text(rows: Sequence[Row], elapsed_s: float, facts: Sequence[str], columns: int = 0) -> str:
    """The table, the failures with the end of their logs, the sum, and the next step.

    Args:
        rows: what became of each subproject.
        elapsed_s: seconds that all of it took.
        facts: what :func:`facts` says.
        columns: width of the terminal; 0 for a log, which has none.
    """
    lines = table(
        ("subproject", "ecosystem", "manager", "chosen by", "lock", "result", "time"),
        [_cells(row) for row in rows],
        right=("time",),
        columns=columns,
        spare=("lock", "ecosystem"),
    )
    for row in rows:
        if not row.failed or row.outcome == "interrupted":  # of which the table says all there is
            continue
        item = row.decided.subproject
        lines += ["", hanging("", f"{row.outcome}: {flat(item.path)} - {row.reason}", columns)]
        lines += [f"    {line}" for line in row.tail]
        if row.log:
            lines.append(f"    log   {row.log}")
        if row.hint and row.hint != next_step(rows):
            lines.append(f"    fix   {row.hint}")
    lines += ["", *facts, *_notes(rows, columns)]
    lines.append(f"{summary(rows)} in {seconds(elapsed_s)}")
    step = next_step(rows)
    return "\n".join([*lines, f"next  {step}"] if step else lines)


def _notes(rows: Sequence[Row], columns: int) -> list[str]:
    """What ecosystems have to say of installs."""
    return [
        hanging("", f"{row.decided.subproject.path}: {row.decided.install.note}", columns)
        for row in rows
        if row.decided.install.note and row.outcome != "fresh"
    ]


def _cells(row: Row) -> tuple[str, ...]:
    item = row.decided.subproject
    tool = row.decided.tools[-1] if row.decided.tools else None
    manager = f"{tool.name} {tool.version}" if tool else (f"{item.choice.value} {item.version or ''}".strip())
    lock = item.lockfile.rpartition("/")[2] if item.lockfile else "-"
    return (
        item.path,
        item.ecosystem,
        manager,
        item.choice.why if item.path == "." else item.choice.why.replace(f"{item.path}/", ""),
        lock,
        row.outcome,
        seconds(row.duration_s) if row.duration_s else "-",
    )


def facts(rows: Sequence[Row], columns: int = 0) -> list[str]:
    """Which tools came from where, and what was decided about install scripts; a paragraph each."""
    # What stands in for a version that cannot be had is said for each such version: others hide it otherwise.
    tools: dict[tuple[str, str, str, str], str] = {}
    for row in rows:
        for tool in row.decided.tools:
            tools.setdefault((tool.name, tool.version, tool.provider, tool.instead_of), tool.why)
    names = max((len(f"{name} {version}") for name, version, *_ in tools), default=0)
    lines = [
        hanging(f"{f'{name} {version}':<{names}}  {provider:<6}  ", why, columns)
        for (name, version, provider, _), why in sorted(tools.items())
    ]
    policies: dict[str, list[str]] = {}
    for row in rows:
        if row.decided.install.policy:
            policies.setdefault(row.decided.install.policy, []).append(row.decided.subproject.path)
    told = [
        f"{policy} ({paths[0] if len(paths) == 1 else f'{len(paths)} subprojects'})"
        for policy, paths in sorted(policies.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    if len(told) > _POLICY_LINES:
        told = [
            *told[: _POLICY_LINES - 1],
            f"and {len(told) - _POLICY_LINES + 1} more such lines: --format json has them all",
        ]
    return lines + [hanging("", line, columns) for line in told]


def summary(rows: Sequence[Row]) -> str:
    """The counts in words, for example ``7 installed, 1 fresh, 1 failed``."""
    if rows and all(row.outcome == "fresh" for row in rows):
        return f"{len(rows)} subproject{'s' if len(rows) != 1 else ''} fresh"
    words = {"no lock": "without a lock", "would install": "to install"}
    order: tuple[Outcome, ...] = (
        "installed",
        "would install",
        "fresh",
        "no lock",
        "left out",
        "not tried",
        "interrupted",
        "timed out",
        "failed",
    )
    counts = [(sum(row.outcome == outcome for row in rows), words.get(outcome, outcome)) for outcome in order]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "no subprojects"


def next_step(rows: Sequence[Row]) -> str:
    """The one thing to do next; empty if there is nothing."""
    if any(row.failed for row in rows):
        hints = [row.hint for row in rows if row.outcome == "failed"]
        if hints and all(hint.startswith("invoke lock ") for hint in hints):  # to try again before that fails again
            return hints[0].partition(", then")[0]
        return "invoke bootstrap --retry-failed"
    hints = [row.hint for row in rows if row.outcome == "no lock"]
    return hints[0] if len(hints) == 1 else "invoke lock-missing" if hints else ""


def plan(rows: Sequence[Row], columns: int = 0) -> str:
    """What would be done, with the commands and the reasons; nothing was written."""
    lines: list[str] = []
    unlocked = sum(row.outcome == "no lock" for row in rows)
    for row in rows:
        item = row.decided.subproject
        why = item.choice.why if item.path == "." else item.choice.why.replace(f"{item.path}/", "")
        reason = f": {row.reason}" if row.reason else ""
        lines.append(hanging(f"{row.outcome:<13}  ", f"{flat(item.path)} ({item.ecosystem}, {why}){reason}", columns))
        if row.outcome == "would install":
            lines += [
                f"               $ {shlex.join(step.argv)}{'' if step.cwd == item.path else f'   (in {word(step.cwd)})'}"
                for step in row.decided.install.steps
            ]
        if row.hint and (row.outcome != "no lock" or unlocked == 1):
            lines.append(f"               fix  {row.hint}")
    lines += [*facts(rows, columns), *_notes(rows, columns), summary(rows)]
    return "\n".join([*lines, "next  invoke lock-missing"] if unlocked > 1 else lines)


def exit_code(rows: Sequence[Row], *, strict: bool) -> int:
    """1 after a failure, and where a lock is missing: with ``strict`` any, else all there could be."""
    locks = [row.outcome != "no lock" for row in rows if row.outcome != "left out"]
    return int(any(row.failed for row in rows) or not (all(locks) if strict else not locks or any(locks)))


def to_json(root: Path, rows: Sequence[Row], elapsed_s: float, code: int) -> str:
    """The rows for programs.

    Args:
        root: the repository.
        rows: one for each subproject.
        elapsed_s: seconds that all of it took.
        code: what the command ends with.
    """
    return json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "root": str(root),
            "results": [_object(row) for row in rows],
            "summary": {"text": summary(rows), **_counts(rows)},
            "duration_s": round(elapsed_s, 3),
            "exit_code": code,
        },
        indent=2,
    )


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.outcome] = found.get(row.outcome, 0) + 1
    return found


def _object(row: Row) -> dict[str, Any]:
    item, decided = row.decided.subproject, row.decided
    return {
        "path": item.path,
        "ecosystem": item.ecosystem,
        "family": item.family,
        "lockfile": item.lockfile,
        "why": item.choice.why,
        "tools": [{"name": t.name, "version": t.version, "provider": t.provider, "why": t.why} for t in decided.tools],
        "commands": [list(step.argv) for step in decided.install.steps],
        "policy": decided.install.policy,
        "note": decided.install.note,
        "result": row.outcome,
        "reason": row.reason,
        "hint": row.hint,
        "duration_s": round(row.duration_s, 3),
        "tries": row.tries,
        "log": row.log or None,
    }
