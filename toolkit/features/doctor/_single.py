"""Running one check: loading it, what it finds, and what is known where it crashes, hangs or is lost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from toolkit.catalog import Listed
from toolkit.checking import Check
from toolkit.errors import ToolkitError
from toolkit.features.doctor._custom import CustomCheck
from toolkit.features.doctor._results import CheckResult, CheckStatus
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

__all__ = ["LOADING_S", "NOT_OF_A_CHANGE", "Ran", "Runnable", "given_up", "lost", "run_check"]

Runnable = Listed | Check
"""A check, or one that is loaded where it runs: importing them all takes as long as running a third of them."""

NOT_OF_A_CHANGE = "not about the changed files"
"""Why a check of the machine is left out where only a change is looked at."""

LOADING_S = 60.0
"""Seconds for a check to be loaded; then its own limit counts."""

_ORDINARY = 5_000
"""Files up to which a check's own limit holds."""

MAX_FINDINGS = 2000
"""Findings of one check that are kept: more than that is one cause, and nobody reads them."""


@frozen
class Ran:
    """A check's result with what it found."""

    result: CheckResult
    findings: tuple[Finding, ...] = ()


def given_up(check: Runnable, after_s: float) -> Ran:
    """The result of a check that took longer than it may."""
    return Ran(CheckResult(check.id, check.family, "unknown", f"gave up after {after_s:g} s", round(after_s * 1000)))


def lost(check: Runnable, reason: str) -> Ran:
    """The result of a check whose process ended before it."""
    return Ran(CheckResult(check.id, check.family, "unknown", reason))


def run_check(context: Inspection, check: Runnable, begun: Callable[[float], None] = lambda _limit_s: None) -> Ran:
    """Load a check where that is still to be done, and run it to its end; whatever it raises is a result.

    Args:
        context: the run.
        check: what is run.
        begun: told how many seconds it may take, once it is loaded.
    """
    began = time.monotonic()
    findings: list[Finding] = []
    status: CheckStatus = "unknown"
    try:
        loaded = check.load() if isinstance(check, Listed) else check
        begun(_patience_s(context, loaded))
        status, reason = _unfit(context, loaded) or _looked(context, loaded, findings)
    except ToolkitError as error:
        reason = error.message
    except Exception as error:  # noqa: BLE001 - a leaf may not hurt the house
        reason = f"crashed: {type(error).__name__}: {' '.join(str(error).split())[:200]}{_where(error)}"
    took = round((time.monotonic() - began) * 1000)
    return Ran(CheckResult(check.id, check.family, status, reason, took), tuple(findings))


def _patience_s(context: Inspection, check: Check) -> float:
    """Seconds that a check may take here: its own limit is for a repository of ordinary size, and grows with the files."""
    if check.scope == "machine" or context.unlisted:
        return check.timeout_s
    return check.timeout_s * max(1.0, len(context.inventory.files) / _ORDINARY)


def _unfit(context: Inspection, check: Check) -> tuple[CheckStatus, str] | None:
    """The status of a check that cannot be run here, and why; ``None`` for one that can."""
    if check.scope == "machine" and context.focus is not None:
        return "skipped", NOT_OF_A_CHANGE
    if context.unlisted and check.scope != "machine":
        return "unknown", context.unlisted
    reason = check.needs.unmet(context)
    if not reason and isinstance(check, CustomCheck):
        reason = check.applies(context)
    return ("skipped", reason) if reason else None


def _looked(context: Inspection, check: Check, findings: list[Finding]) -> tuple[CheckStatus, str]:
    """Add what a check finds; how that went."""
    for finding in check.run(context):
        hash(finding)  # a list where a tuple belongs is found here, in the check that made it
        findings.append(finding)
        if len(findings) >= MAX_FINDINGS:
            return "unknown", f"stopped at {MAX_FINDINGS} findings: there are at least these"
    return "failed" if any(one.severity != "info" for one in findings) else "passed", ""


def _where(error: Exception) -> str:
    """The place in our own sources, for a report of the bug."""
    trace, last = error.__traceback__, None
    while trace is not None:
        trace, last = trace.tb_next, trace
    if last is None:
        return ""
    return f" ({last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno})"
