"""Repairing what the doctor found: one plan, the programs that it needs, and a look at what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.cli._task import Run
    from toolkit.extension import ToolNeed
    from toolkit.features.doctor import Examination, Order, Repair
    from toolkit.model import Action, Finding, RunCommand

    Judged = Callable[[Inspection, Examination], Examination]

__all__ = ["Wanted", "fix_all"]

_RELOCATE = ("invoke", "relocate-workflows")


@frozen
class Wanted:
    """How a repair is asked for.

    Args:
        unsafe: take unsafe fixes too.
        shown: show the plan only.
        check: end with 1 if there is a plan.
    """

    unsafe: bool
    shown: bool
    check: bool


def fix_all(
    run: Run, context: Inspection, order: Order, examination: Examination, wanted: Wanted, judged: Judged
) -> int:
    """Show the plan of all fixes, apply it, look again, and say what became of each.

    Args:
        run: the task's run.
        context: the state in which the examination was made.
        order: what was asked for; the second look asks for the same, because one fix may lead to another finding.
        examination: what was found.
        wanted: how to repair.
        judged: leaves out of an examination what the baseline accepts.
    """
    from toolkit.cli._applying import perform
    from toolkit.features.doctor import aftermath, examine, repair_of
    from toolkit.report import doctor as report

    findings = tuple(_without_registry(examination.findings)) if context.offline else examination.findings
    repair = _with_relocation(context, repair_of(findings, unsafe=wanted.unsafe))
    run.print(report.repair(repair, run.columns))
    if wanted.shown or not repair.plan.actions:
        if next_step := report.after_plan(repair, unsafe=wanted.unsafe, check=wanted.check, ci=context.ci):
            run.note(next_step)
        return int(bool(repair.plan.actions)) if wanted.check else int(examination.exit_code if not wanted.shown else 0)
    repair = _with_tools(run, context, repair)
    applied = perform(run, repair.plan, "doctor --fix", context)
    undone = {outcome.action for outcome in applied.outcomes if outcome.status != "done"}
    failed = tuple(one.finding for one in repair.chosen if undone.intersection(one.fix.actions))
    half = tuple(
        one.finding for one in repair.chosen if 0 < len(undone.intersection(one.fix.actions)) < len(one.fix.actions)
    )
    tried = tuple(one.finding for one in repair.chosen if one.finding not in failed)
    fresh = _afresh(run, context)
    again = judged(fresh, examine(fresh, order))
    result = aftermath((context, findings), (fresh, again.findings), tried)
    run.print("", report.aftermath(result, failed, half))
    if repair.unsafe:
        run.note(f"next  invoke doctor --fix --unsafe --plan    (for {len(repair.unsafe)} more)")
    return int(bool(failed or result.still or again.count("error")))


def _without_registry(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings without the fixes that end in making a lock, which asks a registry: half of one leaves a lock that nothing installs."""
    from dataclasses import replace

    from toolkit.model import RunCommand

    for one in findings:
        yield replace(
            one,
            fixes=tuple(
                replace(fix, actions=())
                if any(
                    isinstance(action, RunCommand) and action.changes and action.argv[0] != "git"
                    for action in fix.actions
                )
                else fix
                for fix in one.fixes
            ),
        )


def _afresh(run: Run, context: Inspection) -> Inspection:
    """A state that has read nothing of the repository yet, for the same files."""
    from toolkit.cli._facts import kept_facts

    fresh = type(context)(context.root, context.variables, context.focus)
    fresh.offline = context.offline
    fresh.facts = kept_facts(run)
    return fresh


def _with_relocation(context: Inspection, repair: Repair) -> Repair:
    """The repair with the actions of ``relocate-workflows`` in place of its calls: one plan for all folders."""
    from dataclasses import replace

    from toolkit.cli._relocation import decide
    from toolkit.model import RunCommand

    calls = [
        action for action in repair.plan.actions if isinstance(action, RunCommand) and action.argv[:2] == _RELOCATE
    ]
    if not calls:
        return repair
    folders = dict.fromkeys(word for call in calls for word in call.argv[2:] if not word.startswith("-"))
    change = decide(context, tuple(folders)).plan
    kept = tuple(action for action in repair.plan.actions if action not in calls)
    plan = replace(repair.plan, actions=(*kept, *change.actions), notes=(*repair.plan.notes, *change.notes))
    return replace(repair, plan=plan)


def _with_tools(run: Run, context: Inspection, repair: Repair) -> Repair:
    """The repair with the package managers that its commands run, fetched where they are missing, as for ``lock``.

    One that cannot be had is left to fail by itself, and named.
    """
    from dataclasses import replace

    from toolkit.cli._environment import enter
    from toolkit.errors import ToolkitError
    from toolkit.features._tools import choose_all
    from toolkit.features.toolchain.toolbox import Tools

    needs = dict(_needs(context, repair))
    if not needs:
        return repair
    enter(run)
    tools = Tools(context, context.settings.bootstrap.provider, offline=context.offline)
    known: dict[Action, Action] = {}
    for action, wanted in needs.items():
        try:
            env = tools.environment(choose_all(tools, wanted), run.note)
        except ToolkitError as error:
            run.note(f"toolkit: {error.message}")
            continue
        known[action] = replace(action, env=tuple({**env, **dict(action.env)}.items()))
    return _replaced(repair, known)


def _needs(context: Inspection, repair: Repair) -> Iterator[tuple[RunCommand, tuple[ToolNeed, ...]]]:
    """The commands that are the way in which a subproject's lock is made, with the programs that they run."""
    from toolkit.discovery import discover
    from toolkit.errors import ToolkitError
    from toolkit.extension import ecosystem
    from toolkit.model import RunCommand

    for action in repair.plan.actions:
        if not isinstance(action, RunCommand) or not action.changes:
            continue
        for item in discover(context).subprojects:
            if item.path != action.cwd:
                continue
            try:
                install = ecosystem(item.ecosystem).lock(context, item)
            except ToolkitError:
                continue
            if any(step.argv == action.argv for step in install.steps):
                yield action, tuple(need for need in install.tools if need.required)


def _replaced(repair: Repair, known: Mapping[Action, Action]) -> Repair:
    """The repair with some actions replaced, in the plan and in the fixes that it holds."""
    from dataclasses import replace

    plan = replace(repair.plan, actions=tuple(known.get(action, action) for action in repair.plan.actions))
    chosen = tuple(
        replace(one, fix=replace(one.fix, actions=tuple(known.get(action, action) for action in one.fix.actions)))
        for one in repair.chosen
    )
    return replace(repair, plan=plan, chosen=chosen)
