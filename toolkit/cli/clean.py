"""Moving away what should not lie in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._task import Run, choose_format, task

if TYPE_CHECKING:
    from collections.abc import Sequence


@task(
    group="repair",
    help={
        "only": "kinds, or wrong, outputs, caches, installs, all (repeatable; default: wrong)",
        "tracked": "also what git tracks: out of the index, into .gitignore",
        "older": "only what nobody wrote to for this many days",
        "plan": "print what would be moved, move nothing",
        "check": "like --plan, and end with 1 if there is something to move",
        "purge": "delete what was moved, in the background; nothing brings it back",
        "format": "text or json",
    },
    iterable=("only",),
    words="only",
)
def clean(
    run: Run,
    only: Sequence[str] = (),
    tracked: bool = False,
    older: float = 0.0,
    plan: bool = False,
    check: bool = False,
    purge: bool = False,
    format: str = "text",
) -> int:
    """Move stray installs, tracked outputs, dead environments and litter into the quarantine."""
    from toolkit.checking import Inspection
    from toolkit.cli._applying import perform
    from toolkit.features.clean import candidates, kinds_of, plan_of
    from toolkit.report import clean as report

    shape = choose_format(format, ("text", "json"))
    kinds = kinds_of(tuple(name for given in only for name in given.replace(",", " ").split()))
    context = Inspection(run.context.root, run.context.variables)
    found = candidates(context, kinds, tracked=tracked, older_days=older)
    run.print(report.to_json(context.root, found) if shape == "json" else report.text(found, run.columns))
    change = plan_of(context, found)
    if plan or check:
        return int(check and bool(change.actions))
    applied = perform(run, change, "clean", context)
    if purge and applied.id:
        _purge(run, applied.id)
    return int(not applied.ok)


def _purge(run: Run, name: str) -> None:
    """Delete one plan's part of the quarantine in a process that outlives this one."""
    from toolkit.system.quarantine import FOLDER, erase_later

    folder = run.context.state / FOLDER / name
    if folder.is_dir():
        erase_later(folder)
        run.note(f"deleting {folder.name} in the background")
