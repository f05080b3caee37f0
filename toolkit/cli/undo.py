"""What was applied, taking it back, and emptying the quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._task import Run, choose_format, task

if TYPE_CHECKING:
    from toolkit.apply import Undone


@task(
    group="repair",
    help={
        "id": "the plan's name in the history or its beginning (default: the newest that is not undone)",
        "plan": "print what would be taken back, write nothing",
        "check": "like --plan, and end with 1 if there is something to take back",
        "partial": "take back what can be, though other places were changed since",
    },
    words="id",
)
def undo(run: Run, id: str = "", plan: bool = False, check: bool = False, partial: bool = False) -> int:
    """Take back the last applied plan, or the one named; an interrupted one too."""
    from toolkit.apply import entries
    from toolkit.apply import undo as take_back
    from toolkit.cli._applying import say_waiting

    name = id or " ".join(run.remainder)
    known = entries(run.context)
    if not name and all(entry.status == "undone" for entry in known):
        run.print(f"nothing to take back: {'all of it was' if known else 'nothing was applied here'}")
        return 0
    done = take_back(
        run.context, name, partial=partial, plan=plan or check, waiting=lambda holder: say_waiting(run, holder)
    )
    return _told(run, done, plan=plan or check, check=check, partial=partial)


def _told(run: Run, done: Undone, *, plan: bool, check: bool, partial: bool) -> int:
    verb = "would be as before" if plan else "as before"
    entry = done.entry
    run.print(f"{entry.id}  {entry.title}  ({entry.when})")
    if entry.status == "undone":
        run.print("  it was taken back already")
        return 0
    if not (done.paths or done.refused or done.commands):
        run.print("  there is nothing of it to take back")
    run.print(*(f"  {verb}  {path}" for path in done.paths))
    run.print(*(f"  refused  {one.path}{f' (now {one.now})' if one.now else ''}: {one.reason}" for one in done.refused))
    run.print(*(f"  not undone: {' '.join(argv)} was run, and what it did stays" for argv in done.commands))
    if done.refused and not partial and not plan:
        run.note(
            "nothing was taken back" + ("    next  invoke undo --partial takes back the rest" if done.possible else "")
        )
    if check:
        return int(bool(done.paths or done.refused))
    return int(bool(done.refused))


@task(group="repair", help={"format": "text or json"})
def history(run: Run, format: str = "text") -> int:
    """List the applied plans, and for interrupted ones how far they came."""
    from toolkit.apply import entries
    from toolkit.report import history as report

    shape = choose_format(format, ("text", "json"))
    found = entries(run.context)
    run.print(report.to_json(run.context, found) if shape == "json" else report.text(run.context, found, run.columns))
    return 0


@task(
    group="repair",
    help={
        "purge": "delete for good what is older than --age; nothing brings it back",
        "age": "in days",
        "plan": "print what --purge would delete, delete nothing",
    },
)
def quarantine(run: Run, purge: bool = False, age: float = 30.0, plan: bool = False) -> int:
    """Show what lies in the quarantine, and delete what is old."""
    from toolkit.apply import purge as erase
    from toolkit.apply import purgeable
    from toolkit.report import history as report
    from toolkit.system.sizes import measure

    every = purgeable(run.context, 0.0)
    old = purgeable(run.context, age)
    sizes = {folder: measure(str(folder)) for folder in every}
    run.print(report.quarantine(run.context.root, sizes, old if purge or plan else (), run.columns))
    if purge and not plan:
        erase(old)
        run.note(f"{len(old)} deleted")
    return 0
