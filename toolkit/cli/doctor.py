"""Looking for trouble, explaining it, and repairing what can be repaired."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli._progress import Progress
from toolkit.cli._task import Run, choose_format, task
from toolkit.cli._values import inside_repository
from toolkit.errors import ToolkitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.checking import Inspection
    from toolkit.features.doctor import Examination, Order, Repair
    from toolkit.system.file_facts import FileFacts

_RELOCATE = ("invoke", "relocate-workflows")
_PATIENCE = 200
"""Questions about files of a change that are answered sooner than what is remembered of all files is read."""
_FORMATS = "text, json, jsonl, sarif, github or markdown"


@task(
    group="diagnose",
    help={
        "path": "a file or folder to report on (repeatable; more words behind --)",
        "only": "ids or families of checks (repeatable)",
        "skip": "ids or families that are left out (repeatable)",
        "changed": "only what differs from --base",
        "base": "the commit to compare with (default: origin/main, else main)",
        "offline": "skip checks that ask the network",
        "timings": "show how long each check took",
        "jobs": "checks at once",
        "list": "show every check and end",
        "verbose": "show info findings, skipped checks and accepted findings too",
        "format": _FORMATS,
        "baseline": "a file of accepted findings: only others count, and what is fixed is dropped from it",
        "accept": "write everything found into the baseline",
        "fix": "apply the safe fixes as one plan, and look again (only shown where CI is set, without --in-ci)",
        "unsafe": "with --fix: fixes that are right in most repositories, too",
        "plan": "with --fix: print the plan, write nothing",
        "check": "with --fix: print the plan, write nothing, end with 1 if it is not empty",
        "in-ci": "with --fix: apply in CI, too",
    },
    iterable=("path", "only", "skip"),
    words="path",
)
def doctor(
    run: Run,
    path: Sequence[str] = (),
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    changed: bool = False,
    base: str = "",
    offline: bool = False,
    timings: bool = False,
    jobs: int = 0,
    list: bool = False,
    verbose: bool = False,
    format: str = "text",
    baseline: str = "",
    accept: bool = False,
    fix: bool = False,
    unsafe: bool = False,
    plan: bool = False,
    check: bool = False,
    in_ci: bool = False,
) -> int:
    """Find what is wrong with the repository and the machine, with a fix for each."""
    from toolkit.features.doctor import Order, chosen_checks, examine, selected
    from toolkit.report import doctor as report

    shape = choose_format(format, report.FORMATS)
    repairing = fix or plan or check
    if (unsafe or in_ci) and not repairing:
        raise UsageError(
            f"--{'unsafe' if unsafe else 'in-ci'} says how to repair", "add --fix, or --fix --plan to see it"
        )
    if repairing and (shape != "text" or accept):
        other = "--accept" if accept else f"--format {shape}"
        raise UsageError(f"--fix and {other} cannot be had at once", f"first invoke doctor {other}, then --fix")
    paths = inside_repository(run.context.root, (*path, *run.remainder))
    order = Order(_split(only), _split(skip), paths, jobs or min(8, os.cpu_count() or 1))
    context = _inspection(run, base if base or not changed else _default_base(run), offline=offline)
    if list:
        run.print(report.listing(chosen_checks(context, order), columns=run.columns))
        return 0
    with Progress(run, "checks", len(selected(context, order))) as progress:
        examination = examine(context, order, progress.ended)
    examination = _ratchet(run, context, examination, _Baseline(baseline, accept, not paths and context.focus is None))
    if repairing:
        shown_only = plan or check or (context.ci and not in_ci)
        return _fix(run, context, order, examination, _Repairing(unsafe, shown_only, check))
    if shape == "text":
        run.show(report.lines(examination, verbose=verbose, columns=run.columns))
    elif shown := report.render(examination, shape):
        run.print(shown)
    if timings:
        run.note("", report.timings(examination.checks))
    return int(examination.exit_code)


class _Repairing:
    """How a repair is asked for.

    Args:
        unsafe: take unsafe fixes too.
        shown: show the plan only.
        check: end with 1 if there is a plan.
    """

    def __init__(self, unsafe: bool, shown: bool, check: bool) -> None:
        self.unsafe = unsafe
        self.shown = shown
        self.check = check


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


def _fix(run: Run, context: Inspection, order: Order, examination: Examination, wanted: _Repairing) -> int:
    """Show the plan of all fixes, apply it, look again with the checks concerned, and say what became of each."""
    from toolkit.cli._applying import perform
    from toolkit.features.doctor import Order, aftermath, examine, repair_of
    from toolkit.report import doctor as report

    repair = _with_relocation(context, repair_of(examination.findings, unsafe=wanted.unsafe))
    run.print(report.repair(repair))
    if wanted.shown or not repair.plan.actions:
        if wanted.shown and not wanted.check and repair.plan.actions:
            run.note("nothing was written    next  invoke doctor --fix" + (" --unsafe" if wanted.unsafe else ""))
        return int(bool(repair.plan.actions)) if wanted.check else int(examination.exit_code if not wanted.shown else 0)
    applied = perform(run, repair.plan, "doctor --fix", context)
    undone = {outcome.action for outcome in applied.outcomes if outcome.status != "done"}
    failed = tuple(one.finding for one in repair.chosen if undone.intersection(one.fix.actions))
    tried = tuple(one.finding for one in repair.chosen if one.finding not in failed)
    concerned = tuple(dict.fromkeys(one.finding.check for one in repair.chosen))
    fresh = type(context)(context.root, context.variables)
    fresh.offline = context.offline
    again = examine(fresh, Order(concerned, (), order.paths, order.jobs))
    before = [one for one in examination.findings if one.check in concerned]
    result = aftermath((context, before), (fresh, again.findings), tried)
    run.print("", report.aftermath(result, failed))
    left = [one for one in examination.findings if one.check not in concerned and one.severity == "error"]
    return int(bool(failed or result.still or left or again.count("error")))


@task(group="diagnose", help={"check": "the id of a check"}, positional=("check",))
def explain(run: Run, check: str) -> int:
    """Tell what a check looks for, why it matters and how to fix what it finds."""
    import difflib

    from toolkit.catalog import catalog, load
    from toolkit.checking import FAMILIES
    from toolkit.report import doctor as report

    known = [listed.id for listed in catalog()]
    if check not in known:
        if check in FAMILIES:
            raise UsageError(f"{check} is a family of checks", f"invoke doctor --only {check} --list shows them")
        near = difflib.get_close_matches(check, known, 1, 0.5)
        raise UsageError(
            f"there is no check {check}", f"did you mean {near[0]}?" if near else "invoke doctor --list shows them all"
        )
    run.print(report.explanation(load(check)))
    return 0


def _split(names: Sequence[str]) -> tuple[str, ...]:
    """Names given one by one or with commas between."""
    return tuple(name for given in names for name in given.replace(",", " ").split())


def _default_base(run: Run) -> str:
    from toolkit.features.affected import default_base

    return default_base(run.context)


def _inspection(run: Run, base: str, *, offline: bool) -> Inspection:
    from toolkit.checking import Inspection
    from toolkit.features.affected import changed_files

    focus = frozenset(changed_files(run.context, base)) if base else None
    made = Inspection(run.context.root, run.context.variables, focus)
    made.offline = offline
    made.facts = _kept_facts(run, 0 if focus is None else _PATIENCE)
    return made


def _kept_facts(run: Run, patience: int) -> FileFacts:
    """What earlier runs found out about files; it holds for these programs and parsers only."""
    import toolkit
    from toolkit.system.file_facts import FileFacts, program_stamp
    from toolkit.system.store import default_folder

    parsers = (f"{name} {_place(name)}" for name in ("yaml", "ast_grep_py", "sqlglot"))
    stamp = "\n".join((sys.version, program_stamp(Path(toolkit.__file__).parent), *parsers))
    return FileFacts(os.fspath(run.context.root), default_folder().parent / "facts", stamp, patience)


def _place(module: str) -> str:
    """Where a module lies and since when; empty if it is not installed."""
    found = importlib.util.find_spec(module)
    return f"{found.origin} {os.stat(found.origin).st_mtime_ns}" if found is not None and found.origin else ""


class _Baseline:
    """What the flags say of the baseline.

    Args:
        name: the file as given, from the current folder; else the one of the settings.
        accept: write what is found.
        whole: nothing was left out, so that fixed findings can be told.
    """

    def __init__(self, name: str, accept: bool, whole: bool) -> None:
        self.name = name
        self.accept = accept
        self.whole = whole


def _ratchet(run: Run, context: Inspection, examination: Examination, wanted: _Baseline) -> Examination:
    """The examination against the baseline; writes the file where it shrinks or is asked for.

    Raises:
        UsageError: there is no such file, or ``--accept`` without a name for it.
    """
    from toolkit.features.doctor import accept, parse, with_baseline, written
    from toolkit.system.files import read_bounded

    configured = context.settings.checks.baseline
    path = Path.cwd() / wanted.name if wanted.name else context.root / configured if configured else None
    if path is None:
        if wanted.accept:
            raise UsageError(
                "--accept needs a file to write", "invoke doctor --baseline .toolkit-baseline.json --accept"
            )
        return examination
    if path.is_dir():
        raise UsageError(f"the baseline {path.name} is a folder", "name a file, for example .toolkit-baseline.json")
    if wanted.accept:
        accepted: Mapping[str, Mapping[str, str]] = accept(context, examination.findings)
        _write(path, written(accepted))
        run.note(f"{path.name}: {len(accepted)} findings accepted")
    elif path.exists():
        accepted = parse(path.name, read_bounded(path))
    elif wanted.name:
        raise UsageError(f"the baseline {wanted.name} does not exist", "add --accept to make it from what is found now")
    else:
        return examination
    result, found = with_baseline(context, examination, accepted, whole=wanted.whole)
    if found.fixed and not context.ci:
        _write(path, written(found.left))
        run.note(f"{path.name}: {found.fixed} fixed and dropped")
    return result


def _write(path: Path, content: bytes) -> None:
    """Write the baseline.

    Raises:
        ToolkitError: it cannot be written.
    """
    from toolkit.system.files import atomic_write

    try:
        atomic_write(path, content)
    except OSError as error:
        raise ToolkitError(
            f"the baseline {path.name} cannot be written: {error.strerror}", "name a file in a folder that exists"
        ) from error
