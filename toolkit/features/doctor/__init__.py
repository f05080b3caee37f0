"""The doctor: run checks, grade what they find, drop what was accepted, and plan repairs.

Nothing here writes or prints.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.catalog import Listed, catalog
from toolkit.errors import CannotCheckError
from toolkit.extension import signs_of
from toolkit.features.doctor._baseline import Ratcheted, accept, parse, ratchet, written
from toolkit.features.doctor._causes import told_once
from toolkit.features.doctor._custom import FAMILY, custom_checks
from toolkit.features.doctor._fixing import Chosen, Conflict, Repair, repair_of
from toolkit.features.doctor._policy import aside, chosen, graded, uncommented
from toolkit.features.doctor._results import (
    RANK,
    CheckResult,
    CheckStatus,
    Examination,
    Silenced,
    fingerprints,
    worst_first,
)
from toolkit.features.doctor._running import run_checks
from toolkit.features.doctor._single import NOT_OF_A_CHANGE
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolkit.checking import Check, Inspection
    from toolkit.features.doctor._single import Runnable
    from toolkit.model import Finding

__all__ = [
    "FAMILY",
    "RANK",
    "Aftermath",
    "CheckResult",
    "CheckStatus",
    "Chosen",
    "Conflict",
    "Examination",
    "Order",
    "Ratcheted",
    "Repair",
    "Silenced",
    "accept",
    "aftermath",
    "chosen_checks",
    "examine",
    "fingerprints",
    "parse",
    "ratchet",
    "repair_of",
    "selected",
    "with_baseline",
    "worst_first",
    "written",
]


@frozen
class Order:
    """What the user wants examined.

    Args:
        only, skip: ids or families of checks.
        paths: folders or files that findings must lie in; empty for all.
        jobs: checks at once.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    jobs: int = 4


def selected(context: Inspection, order: Order) -> tuple[Runnable, ...]:
    """The checks that settings and flags leave, the project's own last; none is loaded for this.

    Raises:
        UsageError, ConfigurationError: a name that no check and no family has.
    """
    known: dict[str, Runnable] = {listed.id: listed for listed in catalog()}
    known |= {check.id: check for check in custom_checks(context)}
    families = {name: one.family for name, one in known.items()}
    return tuple(known[name] for name in chosen(context.settings.checks, families, order.only, order.skip))


def chosen_checks(context: Inspection, order: Order) -> tuple[Check, ...]:
    """The checks of :func:`selected`, loaded: to list them.

    Raises:
        UsageError, ConfigurationError: a name that no check and no family has.
    """
    return tuple(one.load() if isinstance(one, Listed) else one for one in selected(context, order))


def examine(context: Inspection, order: Order, ended: Callable[[CheckResult], None] | None = None) -> Examination:
    """Run the chosen checks and keep what nobody accepted.

    Raises:
        UsageError, ConfigurationError: wrong names or settings.
    """
    began = time.monotonic()
    checks = selected(context, order)
    context.unlisted = _unlisted(context)
    idle = _idle(context, checks)
    for result in idle.values():
        if ended is not None:
            ended(result)
    ready = tuple(check for check in checks if check.id not in idle)
    with nullcontext() if context.unlisted else context.inventory.rules.kept_open():
        ran = run_checks(context, ready, max(order.jobs, 1), ended)
    found = [finding for one in ran.values() for finding in one.findings if _within(context, order, finding)]
    kept, accepted = graded(context.settings.checks, dict.fromkeys(found), aside(context, found))
    kept, commented = uncommented(context, kept)
    findings = worst_first(told_once(kept))
    results = (idle.get(check.id) or ran[check.id].result for check in checks)
    results = (replace(one, asked=one.status == "skipped" and one.id in order.only) for one in results)
    return Examination(
        str(context.root),
        findings,
        tuple(_judged(one, findings) for one in results),
        (*accepted, *commented),
        duration_ms=round((time.monotonic() - began) * 1000),
    )


def _idle(context: Inspection, checks: Iterable[Runnable]) -> dict[str, CheckResult]:
    """Results of the checks that need not be loaded: nothing to look at passes, and a change says nothing of the machine."""
    if context.unlisted:
        return {}
    paths = context.inventory.files if context.focus is None else context.focus
    signs = signs_of({path.rpartition("/")[2] for path in paths})
    found: dict[str, CheckResult] = {}
    for check in checks:
        if check.family == "machine" and context.focus is not None:
            found[check.id] = CheckResult(check.id, check.family, "skipped", NOT_OF_A_CHANGE)
        elif isinstance(check, Listed) and not check.concerns(signs):
            found[check.id] = CheckResult(check.id, check.family, "passed")
    return found


def _judged(result: CheckResult, findings: Iterable[Finding]) -> CheckResult:
    """The result by what is left of its findings after grading: accepted ones do not fail a check."""
    if result.status not in ("passed", "failed"):
        return result
    bad = any(one.check == result.id and one.severity != "info" for one in findings)
    return replace(result, status="failed" if bad else "passed")


def _unlisted(context: Inspection) -> str:
    """Why the repository cannot be listed (a damaged index); empty if it can. Shared results are made here, once."""
    try:
        listed = context.inventory
        _ = context.discovered, listed.files, listed.folders, listed.by_name, context.below(".")
    except CannotCheckError as error:
        return error.message
    return ""


def _within(context: Inspection, order: Order, finding: Finding) -> bool:
    """Whether one of a finding's places lies in what was asked for: a file of it, or a folder that holds one."""
    return any(_asked_for(context, order, one.path) for one in finding.places)


def _asked_for(context: Inspection, order: Order, path: str) -> bool:
    if order.paths and not any(one in (".", path) or path.startswith(f"{one}/") for one in order.paths):
        return False
    if context.focus is None or path in context.focus:
        return True
    prefix = "" if path == "." else f"{path}/"
    return path not in context.inventory.files and any(one.startswith(prefix) for one in context.focus)


def with_baseline(
    context: Inspection, examination: Examination, accepted: Mapping[str, Mapping[str, str]], *, whole: bool
) -> tuple[Examination, Ratcheted]:
    """The examination without accepted findings, and what is left of the baseline.

    Args:
        context: the run.
        examination: what was found.
        accepted: the baseline.
        whole: nothing was left out by paths or by ``--changed``, so that what is not found any more is fixed.
    """
    answered = frozenset(one.id for one in examination.checks if one.status in ("passed", "failed") and whole)
    found = ratchet(context, accepted, examination.findings, answered)
    findings = worst_first(found.new)
    checks = tuple(_judged(one, findings) for one in examination.checks)
    silenced = (*examination.silenced, *found.old)
    return replace(examination, findings=findings, checks=checks, silenced=silenced, fixed=found.fixed), found


@frozen
class Aftermath:
    """What a repair did, by looking again.

    Args:
        fixed: findings that are gone.
        still: findings whose fix was applied and which are there all the same.
        new: findings of the same checks that were not there before.
    """

    fixed: tuple[Finding, ...]
    still: tuple[Finding, ...]
    new: tuple[Finding, ...]


def aftermath(
    before: tuple[Inspection, Sequence[Finding]],
    after: tuple[Inspection, Sequence[Finding]],
    repaired: Iterable[Finding],
) -> Aftermath:
    """Compare two examinations by what survives moved lines.

    Args:
        before: a context and the findings of the checks concerned.
        after: the same, after the repair.
        repaired: the findings whose fixes were applied.
    """
    old, new = fingerprints(*before), fingerprints(*after)
    left = set(new.values())
    known = set(old.values())
    said = {(one.check, one.path, one.message) for one in old}  # its own line may have changed by another fix
    done = tuple(repaired)
    return Aftermath(
        tuple(one for one in done if old.get(one) not in left),
        tuple(one for one in done if old.get(one) in left),
        tuple(one for one, name in new.items() if name not in known and (one.check, one.path, one.message) not in said),
    )
