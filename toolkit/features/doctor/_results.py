"""What a doctor's run found, before anything shows it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from toolkit.context import Unreadable
from toolkit.errors import ExitCode
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.context import Context
    from toolkit.model import Finding, Severity

__all__ = ["RANK", "CheckResult", "CheckStatus", "Examination", "Silenced", "fingerprints", "worst_first"]

CheckStatus = Literal["passed", "failed", "skipped", "unknown"]

RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@frozen
class CheckResult:
    """How one check went.

    Args:
        status: ``failed`` means that it found something above ``info``; ``unknown`` that it could not find out.
        reason: for ``skipped`` and ``unknown``.
        asked: it was named by ``--only``, so that skipping it is no answer.
    """

    id: str
    family: str
    status: CheckStatus
    reason: str = ""
    duration_ms: int = 0
    asked: bool = False


@frozen
class Silenced:
    """A finding that somebody accepted, and where they say why."""

    finding: Finding
    by: Literal["comment", "baseline", "settings"]
    reason: str


@frozen
class Examination:
    """Everything that a report may show.

    Args:
        root: the repository's absolute folder.
        findings: worst first, without the silenced ones.
        checks: a result for each check that was chosen.
        silenced: what comments, the settings and the baseline accept.
        fixed: accepted findings of the baseline that are gone.
        duration_ms: of the whole run.
    """

    root: str
    findings: tuple[Finding, ...]
    checks: tuple[CheckResult, ...]
    silenced: tuple[Silenced, ...] = ()
    fixed: int = 0
    duration_ms: int = 0

    def count(self, severity: Severity) -> int:
        """How many findings have the severity."""
        return sum(one.severity == severity for one in self.findings)

    @property
    def exit_code(self) -> ExitCode:
        """1 with an error among the findings, else 3 if a check could not find out, else 0."""
        if self.count("error"):
            return ExitCode.FAILED
        lost = any(one.status == "unknown" or (one.status == "skipped" and one.asked) for one in self.checks)
        return ExitCode.UNKNOWN if lost else ExitCode.OK


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by severity, then place, then check; the same whatever order threads ended in."""
    return tuple(
        sorted(findings, key=lambda one: (RANK[one.severity], one.path, one.line, one.column, one.check, one.message))
    )


def fingerprints(context: Context, findings: Iterable[Finding]) -> dict[Finding, str]:
    """A name for each finding that survives moved lines: check, path and the text of the line it stands on.

    Where there is no line, or it cannot be read, the message stands for it; equal ones are numbered.
    """
    seen: dict[tuple[str, str, str], int] = {}
    found: dict[Finding, str] = {}
    for one in sorted(findings, key=lambda item: (item.check, item.path, item.line, item.column, item.message)):
        if one in found:
            continue
        key = (one.check, one.path, _text_of(context, one))
        seen[key] = seen.get(key, 0) + 1
        text = "\0".join((*key, str(seen[key])))
        found[one] = sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:20]
    return found


def _text_of(context: Context, finding: Finding) -> str:
    if finding.line > 0:
        try:
            lines = context.read(finding.path).splitlines()
        except Unreadable:
            lines = []
        if finding.line <= len(lines) and (text := lines[finding.line - 1].strip()):
            return text.decode("utf-8", "surrogateescape")
    return finding.message
