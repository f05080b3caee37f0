"""What ``doctor --fix`` is about to do, and what became of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from toolkit.catalog import documentation, load
from toolkit.report._plan import action_line, outcome_lines
from toolkit.report._text import hanging
from toolkit.report.doctor._blocks import blocks, most_common
from toolkit.report.doctor._text import place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from toolkit.features.doctor import Aftermath, Repair
    from toolkit.model import Finding, Outcome

__all__ = ["after_plan", "aftermath", "outcomes", "repair"]


_SHOWN = 3
"""Places of one thing to do that are named."""


def repair(found: Repair, columns: int = 0) -> str:
    """The plan with its reasons, and what it leaves.

    Args:
        found: the plan.
        columns: width of the terminal; 0 for lines as long as they need.
    """
    lines = []
    for one in found.chosen:
        lines.append(f"{one.finding.check}  {place(one.finding)}")
        lines.append(hanging("  ", f"{one.fix.title}  ({one.fix.safety})", columns))
        lines += [f"    {action_line(action)}" for action in one.fix.actions]
    for clash in found.conflicts:
        lines.append(
            hanging(
                "left out  ",
                f"{clash.loser.finding.check} {place(clash.loser.finding)}: "
                f"the fix of {clash.winner.finding.check} touches {clash.path} too; run doctor again afterwards",
                columns,
            )
        )
    if found.unsafe:
        lines.append(hanging("", f"{len(found.unsafe)} more with --unsafe: {_names(found.unsafe)}", columns))
    if found.manual:
        lines += _for_people(found.manual, columns)
    return "\n".join(lines) if lines else "nothing to fix"


def _for_people(findings: Sequence[Finding], columns: int) -> Iterator[str]:
    """What is left, with what to do about each: the finding's own words, or those of the check's page."""
    known = [one for one in findings if one.severity != "info"]
    less = len(findings) - len(known)
    if not known:
        yield f"{less} more for information only: invoke doctor --verbose shows them"
        return
    yield f"{len(findings)} need a person" + (f", {less} of them for information only" if less else "")
    for block in blocks(known):
        same = block.findings
        more = f" and {len(same) - _SHOWN} more" if len(same) > _SHOWN else ""
        places = ", ".join(place(one) for one in same[:_SHOWN])
        yield hanging("  ", f"{block.first.check}  {places}{more}", columns)
        if len(same) == 1:
            yield hanging("    ", same[0].message, columns)
        advice, others = most_common(one.fixes[0].title if one.fixes else _advice(one.check) for one in same)
        yield hanging("    to do  ", advice + (f", and {others} more like it" if others else ""), columns)


def after_plan(found: Repair, *, unsafe: bool, check: bool, ci: bool) -> str:
    """The next step after a plan that was only shown; empty if there is none.

    Args:
        found: the plan, and what it leaves.
        unsafe: unsafe fixes are in the plan already.
        check: only the exit code was asked for.
        ci: in CI a repair is applied only on request.
    """
    wish = " --in-ci" if ci else ""
    if check:
        return ""
    if found.plan.actions:
        return f"nothing was written    next  invoke doctor --fix{' --unsafe' if unsafe else ''}{wish}"
    return "next  invoke doctor --fix --unsafe --plan" if found.unsafe else ""


@cache
def _advice(check: str) -> str:
    """How the page of a check says that its findings are mended, in one line."""
    try:
        found = dict(documentation(load(check)).sections)["How to fix"]
    except KeyError:  # a check of the repository's own
        found = ""
    return " ".join(found.replace("``", "`").split()) or f"see invoke explain {check}"


def _names(findings: Iterable[Finding]) -> str:
    names = [one.check for one in findings]
    return ", ".join(
        f"{name} ({names.count(name)})" if names.count(name) > 1 else name for name in dict.fromkeys(names)
    )


def outcomes(found: Iterable[Outcome]) -> str:
    """What became of each action."""
    return "\n".join(outcome_lines(found))


def aftermath(found: Aftermath, failed: Iterable[Finding], half: Collection[Finding] = ()) -> str:
    """What looking again showed.

    Args:
        found: the comparison of both examinations.
        failed: what could not be repaired.
        half: those of them of which a part was done, and stays: an edit whose lock could not be made.
    """
    lines = [f"fixed        {one.check}  {place(one)}" for one in found.fixed]
    lines += [
        f"{'half done  ' if one in half else 'failed     '}  {one.check}  {place(one)}"
        + (": what was done of it stays, invoke undo takes it back" if one in half else "")
        for one in failed
    ]
    lines += [f"still there  {one.check}  {place(one)}" for one in found.still]
    lines += [f"new          {one.check}  {place(one)}: {one.message}" for one in found.new if one.severity != "info"]
    return "\n".join(lines) if lines else "nothing was changed"
