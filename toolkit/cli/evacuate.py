"""Moving a repository out of a synced tree."""

from __future__ import annotations

import os
from pathlib import Path

from toolkit.cli._hydration import find_repository, progress, size, waits
from toolkit.cli._task import Run, choose_format, task
from toolkit.errors import UsageError

__all__ = ["evacuate"]


@task(
    group="cloud files",
    downloads=True,
    help={
        "target": "the folder to move to; must not exist",
        "git-dir": "move only .git there, and leave a pointer",
        "plan": "say what would be done, write nothing",
        "jobs": "files at a time",
        "deadline": "seconds for one file",
        "patience": "seconds without any success after which the provider is given up",
        "reserve": "bytes that stay free on the disk",
        "settle": "seconds until the second look for what was evicted again",
        "format": "text or json",
    },
    positional=("target",),
)
def evacuate(
    run: Run,
    target: str,
    git_dir: bool = False,
    plan: bool = False,
    jobs: int = 4,
    deadline: float = 30.0,
    patience: float = 20.0,
    reserve: str = "512MB",
    settle: float = 5.0,
    format: str = "text",
) -> int:
    """Copy the repository out of the synced tree and prove the copy; the original stays."""
    from toolkit.features.hydration import evacuate as feature
    from toolkit.features.hydration import hydrate
    from toolkit.report import hydration as report
    from toolkit.system import lock

    shape = choose_format(format, ("text", "json"))
    if not target:
        raise UsageError("no target", "evacuate ~/Developer/NAME")
    root = find_repository(run)
    place = Path(os.path.normpath(Path.cwd() / Path(target).expanduser()))
    owner = hydrate.identify(root, Path.home())
    limits = hydrate.Limits(jobs=jobs, deadline_s=deadline, canary_s=patience, reserve=size(reserve, "--reserve"))
    options = hydrate.Options(paths=(".git",) if git_dir else (), limits=limits, settle_s=settle)
    work = feature.evacuate_git if git_dir else feature.evacuate
    feature.require_target(root, place, probe=not plan)
    if plan:
        hydrate.require_repository(root)
        survey = hydrate.scan(root)
        if shape == "json":
            run.print(report.survey_json(survey, owner, options, capable=True))
            return 0
        run.print(*report.plan(survey, owner, options, capable=True))
        run.print(f"then {'.git' if git_dir else 'everything that git does not ignore as regenerable'} goes to {place}")
        return 0
    state = run.context.prepare_state()
    with lock.hold(state / "hydrate.lock", "evacuate", lambda holder: run.note(waits(holder))):
        done = work(root, place, options, progress(run), owner)
    if shape == "json":
        run.print(report.evacuated_json(done))
    else:
        run.print(*report.evacuated(done, git_only=git_dir))
    return int(done.hydrated.exit_code)
