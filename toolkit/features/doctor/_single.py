"""Running one check: what it finds, and what is known where it crashes, hangs or is lost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.features.doctor._results import CheckResult, CheckStatus

if TYPE_CHECKING:
    from toolkit.checking import Check, Inspection
    from toolkit.model import Finding

__all__ = ["Ran", "given_up", "lost", "run_check"]

MAX_FINDINGS = 2000
"""Findings of one check that are kept: more than that is one cause, and nobody reads them."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A check's result with what it found."""

    result: CheckResult
    findings: tuple[Finding, ...] = ()


def given_up(check: Check) -> Ran:
    """The result of a check that took longer than it may."""
    reason = f"gave up after {check.timeout_s:g} s"
    return Ran(CheckResult(check.id, check.family, "unknown", reason, round(check.timeout_s * 1000)))


def lost(check: Check, reason: str) -> Ran:
    """The result of a check whose process ended before it."""
    return Ran(CheckResult(check.id, check.family, "unknown", reason))


def run_check(context: Inspection, check: Check) -> Ran:
    """Run a check to its end; whatever it raises is a result."""
    began = time.monotonic()
    findings: list[Finding] = []
    reason = ""
    try:
        for finding in check.run(context):
            hash(finding)  # a list where a tuple belongs is found here, in the check that made it
            findings.append(finding)
            if len(findings) >= MAX_FINDINGS:
                reason = f"stopped at {MAX_FINDINGS} findings: there are at least these"
                break
    except ToolkitError as error:
        reason = error.message
    except Exception as error:  # noqa: BLE001 - a leaf may not hurt the house
        reason = f"crashed: {type(error).__name__}: {' '.join(str(error).split())[:200]}{_where(error)}"
    took = round((time.monotonic() - began) * 1000)
    bad = any(one.severity != "info" for one in findings)
    status: CheckStatus = "unknown" if reason else "failed" if bad else "passed"
    return Ran(CheckResult(check.id, check.family, status, reason, took), tuple(findings))


def _where(error: Exception) -> str:
    """The place in our own sources, for a report of the bug."""
    trace, last = error.__traceback__, None
    while trace is not None:
        trace, last = trace.tb_next, trace
    if last is None:
        return ""
    return f" ({last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno})"
