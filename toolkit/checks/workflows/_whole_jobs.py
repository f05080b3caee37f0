"""Jobs that look for faults and swallow what they find, in all their steps or beside other work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.workflows._alternatives import swallowed_scans
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._kept import shows
from toolkit.checks.workflows._optional import is_asked_later, says_it_is_optional, stands_aside
from toolkit.checks.workflows._proving import is_setup, looks_for_faults, weight
from toolkit.checks.workflows._unfailing import Unfailing
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job, Step

__all__ = ["swallowing_all"]

_SCANS = regex(
    r"snyk|trivy|gitleaks|trufflehog|semgrep|checkov|kics|zap|-audit|audit-|scan-action|dependency-check|tfsec|lighthouse"
)
_SETS_UP = regex(
    r"actions/(?:checkout|cache|setup-)|(?:^|/)setup-|-setup$|action-setup|rust-toolchain|rust-cache|install-action|/install|login|harden-runner"
)


def swallowing_all(job: Job) -> Iterator[Unfailing]:
    """That a job looks for faults and swallows all that it finds, told at the last of its steps, or its first scanner that does."""
    whole = _swallowed(job)[-1:]
    for step, command in whole:
        line = step.line(command.line) if command else job.workflow.document.position((*step.path, "uses"))[0]
        text = f"job {job.id} cannot fail: whatever it finds is swallowed"
        yield Unfailing(line, text, command.text[:120] if command else step.uses)
    if not whole:
        yield from _scans(job)


def _scans(job: Job) -> Iterator[Unfailing]:
    """Scanners whose failure a job swallows beside other work: the first stands for all."""
    steps = (step for step in job.steps if not (says_it_is_optional(step) or stands_aside(step)))
    found = [(step, one) for step in steps for one in swallowed_scans(step.script)]
    for step, command in found[:1]:
        more = f" ({len(found) - 1} more in this job)" if found[1:] else ""
        text = f"`{' '.join(command.words[:2])}` in job {job.id} cannot fail: its failure is swallowed{more}"
        yield Unfailing(step.line(command.line), text, f"{command.text[:80]} || ...", "info")


def _swallowed(job: Job) -> list[tuple[Step, Simple | None]]:
    """Every step of a job that looks for faults in vain; none where anything may fail.

    What keeps reports (an upload, a comment) is about them; what a test or a build swallows is told for itself.
    """
    found: list[tuple[Step, Simple | None]] = []
    if is_on(job.data.get("continue-on-error")):
        return []
    for step in job.steps:
        if says_it_is_optional(step) or is_asked_later(step) or stands_aside(step):
            return []
        forgiven = is_on(step.data.get("continue-on-error"))
        if step.uses:
            if _SCANS.search(step.action) and forgiven:
                found.append((step, None))
            elif not _SETS_UP.search(step.action):
                return []
            continue
        lost = _lost(step, forgiven=forgiven)
        if lost is None:
            return []
        found += [(step, one) for one in lost]
    return found


def _lost(step: Step, *, forgiven: bool) -> list[Simple] | None:
    """The commands of a step that look for faults in vain; ``None`` where another may fail or proves something."""
    found = []
    known = step.commands
    if not known:
        return None
    for index, command in enumerate(known):
        caught = command.after == "||" and index + 1 < len(known) and shows(known[index + 1])
        if looks_for_faults(command) and (caught or forgiven):
            if ">" in command.text:
                return None
            found.append(command)
        elif not (shows(command) or is_setup(command)) or (weight(command) and (caught or forgiven)):
            return None
    return found
