"""What was applied: entries of the journal, the state of each action on disk, and the end of the quarantine."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from toolkit.apply._journal import JOURNAL, NOTHING, Mark, Record, mark_of, read_log
from toolkit.errors import UsageError
from toolkit.system.quarantine import FOLDER, erase
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from toolkit.context import Context

__all__ = ["Entry", "State", "entries", "find", "purge", "purgeable", "states"]

State = Literal["before", "after", "changed", "purged"]
"""On which side of an action the disk is; ``changed`` by others since, or ``purged`` from the quarantine."""

_DAY_S = 86_400


@frozen
class Entry:
    """A plan in the journal.

    Args:
        folder: its folder.
        when: local time of its beginning, ISO 8601.
        status: ``applied``, ``interrupted`` (killed on the way) or ``undone``.
        ended: status and reason of each action that came to an end, by index.
        records: what each action that was begun changes.
        commands: programs that were run and of which nobody knows what they changed: nothing undoes that.
        undone: indexes of the actions that were undone.
        total: actions of the plan.
    """

    id: str
    folder: Path
    title: str
    command: str
    when: str
    status: Literal["applied", "interrupted", "undone"]
    records: tuple[Record, ...]
    ended: tuple[tuple[int, str, str], ...]
    commands: tuple[tuple[str, ...], ...]
    undone: frozenset[int]
    total: int

    @property
    def done(self) -> int:
        """How many actions were done."""
        return sum(status == "done" for _, status, _ in self.ended)


def entries(context: Context) -> tuple[Entry, ...]:
    """Every plan of the journal, the newest first."""
    top = context.state / JOURNAL
    try:
        names = sorted(os.listdir(top), reverse=True)
    except FileNotFoundError:
        return ()
    return tuple(found for name in names if (found := _entry(top / name)) is not None)


def _entry(folder: Path) -> Entry | None:
    log = read_log(folder)
    if not log or log[0].get("event") != "plan":
        return None
    head = log[0]

    def all_of(event: str) -> Iterator[dict[str, Any]]:
        return (line for line in log if line["event"] == event)

    undone = frozenset(int(line["index"]) for line in all_of("undo"))
    known = {line["index"] for line in all_of("known")}
    closed, over = any(all_of("closed")), any(all_of("undone"))
    return Entry(
        head["id"],
        folder,
        head["title"],
        head["command"],
        datetime.fromisoformat(head["when"]).astimezone().isoformat(timespec="seconds"),
        "undone" if over else "applied" if closed else "interrupted",
        tuple(Record.parse(line) for line in all_of("begin")),
        tuple((int(line["index"]), str(line["status"]), str(line["reason"])) for line in all_of("end")),
        tuple(tuple(line["argv"]) for line in all_of("run") if line["index"] not in known),
        undone,
        int(head["actions"]),
    )


def find(context: Context, name: str = "") -> Entry:
    """The entry of a name or of the beginning of one; without a name the newest that is not undone.

    Raises:
        UsageError: there is none, or several fit.
    """
    known = entries(context)
    if not name:
        left = [entry for entry in known if entry.status != "undone"]
        if not left:
            raise UsageError("nothing was applied that could be undone", "invoke history shows what was")
        return left[0]
    fitting = [entry for entry in known if entry.id.startswith(name)]
    if len(fitting) != 1:
        begin = f"{len(fitting)} plans of the journal have names" if fitting else "no plan of the journal has a name"
        raise UsageError(f"{begin} that begin{'' if fitting else 's'} with {name}", "invoke history shows the names")
    return fitting[0]


def _state(record: Record, look: Callable[[str], Mark]) -> State:
    here = look(record.path)
    if record.kind in ("WriteFile", "EditFile", "RunCommand"):
        if here.same(record.after):
            return "after"
        return "before" if here.same(record.before) else "changed"
    there = look(record.target)
    if here is NOTHING and there.same(record.after):
        return "after"
    if here.same(record.before) and there is NOTHING:
        return "before"
    if here is NOTHING and there is NOTHING and record.kind == "RemoveTree":
        return "purged"
    return "changed"


def states(context: Context, entry: Entry) -> tuple[tuple[Record, State], ...]:
    """On which side of each action that was begun the disk is, by looking.

    The last action is judged first, and each earlier one by what is there once the later ones are taken back: a file
    that was moved and then edited is no stranger's.
    """
    taken_back: dict[str, Mark] = {}

    def look(path: str) -> Mark:
        return taken_back[path] if path in taken_back else mark_of(context.root / path)

    found: list[tuple[Record, State]] = []
    for record in reversed(entry.records):
        state = _state(record, look)
        found.append((record, state))
        if state == "after":
            taken_back[record.path] = record.before if record.before.kind != "nothing" else NOTHING
            if record.target:
                taken_back[record.target] = NOTHING
    return tuple(reversed(found))


def purgeable(context: Context, age_days: float) -> tuple[Path, ...]:
    """Folders of the quarantine that are older than an age in days, oldest first."""
    top = context.state / FOLDER
    limit = time.time() - age_days * _DAY_S
    try:
        found = [entry for entry in os.scandir(top) if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return ()
    old = [entry for entry in found if entry.stat(follow_symlinks=False).st_mtime <= limit]
    return tuple(top / entry.name for entry in sorted(old, key=lambda entry: entry.name))


def purge(folders: tuple[Path, ...]) -> None:
    """Delete folders of the quarantine for good.

    Raises:
        OSError: one cannot be deleted; the others before it are gone.
    """
    for folder in folders:
        erase(folder)
