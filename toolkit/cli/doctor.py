"""Looking for trouble, explaining it, and repairing what can be repaired."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli._progress import Progress
from toolkit.cli._task import Run, choose_format, task
from toolkit.cli._values import inside_repository
from toolkit.errors import ToolkitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.checking import Inspection
    from toolkit.features.doctor import Examination

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
    jobs: int | None = None,
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
    asked = _Asked(run, base, changed=changed)

    from toolkit.cli._repairing import Wanted, fix_all
    from toolkit.features.doctor import Order, chosen_checks, examine, selected
    from toolkit.report import doctor as report

    shape = choose_format(format, report.FORMATS)
    repairing = fix or plan or check
    if repairing:
        _refuse_beside_fix("--accept" if accept else f"--format {shape}" if shape != "text" else "")
    elif unsafe or in_ci:
        raise UsageError(
            f"--{'unsafe' if unsafe else 'in-ci'} says how to repair", "add --fix, or --fix --plan to see it"
        )
    paths = inside_repository(run.context.root, (*path, *run.remainder))
    order = Order(_split(only), _split(skip), paths, jobs or min(8, os.cpu_count() or 1))
    context = asked.inspection(run, offline=offline)
    if list:
        run.print(report.listing(chosen_checks(context, order), columns=run.columns))
        return 0
    with Progress(run, "checks", len(selected(context, order))) as progress:
        examination = examine(context, order, progress.ended)
    accepted = _Baseline(baseline, accept, not paths and context.focus is None)
    examination = _ratchet(run, context, examination, accepted)
    if repairing:
        shown_only = plan or check or (context.ci and not in_ci)
        wanted = Wanted(unsafe, shown_only, check)
        return fix_all(
            run, context, order, examination, wanted, lambda fresh, found: _ratchet(run, fresh, found, accepted)
        )
    if shape == "text":
        run.show(report.lines(examination, verbose=verbose, columns=run.columns))
    elif shown := report.render(examination, shape):
        run.print(shown)
    if timings:
        run.note("", report.timings(examination.checks))
    return int(examination.exit_code)


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


def _refuse_beside_fix(other: str) -> None:
    """Refuse a flag that does not go with a repair.

    Args:
        other: the flag; empty if there is none.

    Raises:
        UsageError: there is one.
    """
    if other:
        raise UsageError(f"--fix and {other} cannot be had at once", f"first invoke doctor {other}, then --fix")


def _split(names: Sequence[str]) -> tuple[str, ...]:
    """Names given one by one or with commas between."""
    return tuple(name for given in names for name in given.replace(",", " ").split())


class _Asked:
    """What git is asked while the rest of the doctor is imported: to list the files, and to compare them.

    Args:
        run: the command.
        base: the commit to compare with; empty for the usual one.
        changed: whether to compare at all, where no commit is named.
    """

    def __init__(self, run: Run, base: str, *, changed: bool) -> None:
        from toolkit.checking import Inspection

        self._made = Inspection(run.context.root, run.context.variables)
        self._focus: frozenset[str] | ToolkitError | None = None
        asked = (self._list, self._compare) if base or changed else (self._list,)
        self._base = base
        self._threads = [threading.Thread(target=ask) for ask in asked]
        for thread in self._threads:
            thread.start()

    def inspection(self, run: Run, *, offline: bool) -> Inspection:
        """The context of the run, once git has answered.

        Raises:
            UsageError: there is no such commit.
        """
        from toolkit.cli._facts import PATIENCE, kept_facts

        self._made.facts = kept_facts(run, PATIENCE if len(self._threads) > 1 else 0)
        self._made.offline = offline
        for thread in self._threads:
            thread.join()
        if isinstance(self._focus, ToolkitError):
            raise self._focus
        self._made.focus = self._focus
        return self._made

    def _list(self) -> None:
        with suppress(ToolkitError):  # told to whoever asks for the files next
            _ = self._made.inventory

    def _compare(self) -> None:
        from toolkit.features.affected import changed_files, default_base

        try:
            self._focus = frozenset(changed_files(self._made, self._base or default_base(self._made)))
        except ToolkitError as error:
            self._focus = error


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
        # What was accepted elsewhere stays: this run may have looked at one folder, or with one check.
        before = _accepted_before(path)
        left = with_baseline(context, examination, before, whole=wanted.whole)[1].left
        accepted: Mapping[str, Mapping[str, str]] = {**left, **accept(context, examination.findings)}
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


def _accepted_before(path: Path) -> Mapping[str, Mapping[str, str]]:
    """What a baseline holds that is about to be written anew; nothing where it is none, or none any more."""
    from toolkit.errors import ConfigurationError
    from toolkit.features.doctor import parse
    from toolkit.system.files import read_bounded

    try:
        return parse(path.name, read_bounded(path)) if path.exists() else {}
    except ConfigurationError:
        return {}  # its own hint says to make it anew like this


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
