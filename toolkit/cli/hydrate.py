"""Bringing evicted files back, and keeping them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli._hydration import find_repository, progress, size, waits
from toolkit.cli._task import Run, choose_format, task
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.features.hydration.hydrate import Options, Owner

__all__ = ["hydrate"]


@task(
    group="cloud files",
    downloads=True,
    help={
        "only": "only this file or folder, besides git's control files (repeatable; or several behind --)",
        "scan": "count what is away, read nothing",
        "plan": "say what would be done, write nothing",
        "check": "as --plan; end with 1 if anything needed is away",
        "everything": "regenerable folders (node_modules, target) too",
        "from-git": "rebuild from git what git has (--no-from-git downloads it)",
        "objects-from": "fetch evicted git objects from this remote, not from the provider",
        "jobs": "files at a time (4 to 8 is polite)",
        "deadline": "seconds for one file; 1.5 s for each megabyte come on top",
        "patience": "seconds without any success after which the provider is given up",
        "budget": "bytes to download at most, for example 500MB",
        "reserve": "bytes that stay free on the disk",
        "settle": "seconds until the second look for what was evicted again",
        "fsck": "auto, full, quick or off",
        "pin": "mark the repository as Keep Downloaded",
        "exclude": "keep regenerable folders out of the synced tree",
        "trustctime": "set core.trustctime=false: an eviction changes the ctime, and git would read again",
        "format": "text or json",
    },
    iterable=("only",),
    words="only",
)
def hydrate(
    run: Run,
    only: Sequence[str] = (),
    scan: bool = False,
    plan: bool = False,
    check: bool = False,
    everything: bool = False,
    from_git: bool = True,
    objects_from: str = "",
    jobs: int = 4,
    deadline: float = 30.0,
    patience: float = 20.0,
    budget: str = "",
    reserve: str = "512MB",
    settle: float = 30.0,
    fsck: str = "auto",
    pin: bool = False,
    exclude: bool = False,
    trustctime: bool = False,
    format: str = "text",
) -> int:
    """Bring evicted files back, git first, and prove it."""
    from toolkit.features.hydration import hydrate as feature

    shape = choose_format(format, ("text", "json"))
    if fsck not in ("auto", "full", "quick", "off"):
        raise UsageError(f"--fsck {fsck} is not known", "one of: auto, full, quick, off")
    root = find_repository(run)
    limits = feature.Limits(
        jobs=jobs,
        deadline_s=deadline,
        canary_s=patience,
        reserve=size(reserve, "--reserve"),
        budget=size(budget, "--budget") if budget else None,
    )
    options = feature.Options(
        paths=_paths(root, (*only, *run.remainder)),
        everything=everything,
        from_git=from_git,
        limits=limits,
        settle_s=settle,
        fsck=fsck,
        objects_from=objects_from,
    )
    owner = feature.identify(root, Path.home())
    if scan or plan or check:
        return _show(run, root, owner, options, shape, check=check)
    if pin or exclude or trustctime:
        return _prevent(run, root, owner, pin=pin, exclude=exclude, trustctime=trustctime)
    return _bring(run, root, owner, options, shape)


def _show(run: Run, root: Path, owner: Owner | None, options: Options, shape: str, *, check: bool) -> int:
    from toolkit.features.hydration import hydrate as feature
    from toolkit.report import hydration as report
    from toolkit.system.dataless import seam

    capable = seam(root).capable
    feature.require_repository(root)
    survey = feature.scan(root)
    if shape == "json":
        run.print(report.survey_json(survey, owner, options, capable=capable))
    else:
        run.print(*report.plan(survey, owner, options, capable=capable))
    away = bool(feature.needed(survey, options) or survey.unknown)
    if away and shape == "text":
        run.print("next  invoke hydrate")
    return int(check and away)


def _bring(run: Run, root: Path, owner: Owner | None, options: Options, shape: str) -> int:
    from toolkit.features.hydration import hydrate as feature
    from toolkit.report import hydration as report
    from toolkit.system import lock, process
    from toolkit.system.dataless import seam

    capable = seam(root).capable
    feature.require_repository(root)
    if not capable:
        survey = feature.scan(root)
        done = feature.Result(survey, survey)
        shown = report.plan(survey, owner, options, capable=False)
        run.print(report.result_json(done, owner, options, capable=False) if shape == "json" else "\n".join(shown))
        return 0
    if shape == "text":
        survey = feature.scan(root)
        run.print(*report.plan(survey, owner, options, capable=True))
        if not survey.items and not survey.unknown and not survey.leftovers and not survey.conflicts:
            return 0
        run.print("")
        run.out.flush()
    state = run.context.prepare_state()
    with lock.hold(state / "hydrate.lock", "hydrate", lambda holder: run.note(waits(holder))):
        done = feature.hydrate(root, options, progress(run), owner)
    if shape == "json":
        run.print(report.result_json(done, owner, options, capable=True))
    else:
        target = f"~/Developer/{process.show([root.name])}" if owner is not None else ""
        run.print(*report.result(done, repository=target))
    return int(done.exit_code)


def _prevent(run: Run, root: Path, owner: Owner | None, *, pin: bool, exclude: bool, trustctime: bool) -> int:
    from toolkit.features.hydration import hydrate as feature
    from toolkit.features.hydration import prevent, require_local

    feature.require_repository(root)
    marked: list[prevent.Marked] = []
    if pin:
        marked.append(prevent.pin(root, owner))
    if exclude:
        survey = feature.scan(root)
        away = {item.path for item in survey.unknown}
        folders = [folder for folder in survey.regenerable if folder not in away]
        marked += prevent.exclude(root, folders, owner, run.context.prepare_state())
        run.note(f"{len(folders)} regenerable folders; bootstrap sets the mark again after each install")
    for item in marked:
        state = item.reason or ("set and read back" if item.changed else "was set already")
        run.print(f"{item.path}: {item.attribute} {state}")
    if trustctime:
        require_local(root, "hydrate --trustctime", areas=("git control",))
        changed = prevent.trust_no_ctime(root)
        run.print(
            f"core.trustctime=false {'set' if changed else 'was set already'}: an eviction changes the ctime only, "
            "and git would read, so download, every such file again"
        )
    return int(any(item.reason for item in marked))


def _paths(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """The given parts relative to the root.

    Raises:
        UsageError: one lies outside of the repository, or does not exist.
    """
    result = []
    for given in paths:
        absolute = os.path.normpath(Path.cwd() / Path(given).expanduser())
        relative = os.path.relpath(absolute, root)
        if relative == ".." or relative.startswith("../"):
            raise UsageError(f"{given} is outside of the repository {root}", "name a path inside of it")
        if not os.path.lexists(absolute) and os.path.lexists(os.path.dirname(absolute)):
            raise UsageError(f"{given} does not exist", "name a file or folder of the repository")
        result.append(relative)
    return tuple(result)
