"""What a wrangler configuration claims about the rest of the repository, and what of it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.runs import broken
from toolkit.checks.references._wrangler.configurations import entry, scopes
from toolkit.checks.references._wrangler.worker_code import exports, handled_beside, handles
from toolkit.places import listed, path_from, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = [
    "Claim",
    "items_of",
    "tables",
    "unbuildable",
    "unexported",
    "unhandled",
    "unmigrated",
]


@frozen
class Claim:
    """One claim that does not hold: its place, the finding's text, and what a person does; ``near`` may be written there."""

    where: Path
    text: str
    todo: str
    severity: Severity
    evidence: str = ""
    near: str = ""


def tables(value: Any) -> list[dict[str, Any]]:
    """The mappings of a list; nothing of what is none."""
    return [table(item) for item in listed(value)]


def items_of(data: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mappings of a list of one scope, each with its place."""
    value: Any = data
    for step in path:
        value = table(value).get(step)
    for index, item in enumerate(tables(value)):
        yield (*path, index), item


def unexported(context: Inspection, config: Config) -> Iterator[Claim]:
    """Classes of durable objects, workflows and containers that the entry does not export."""
    told: set[str] = set()
    for where, data in scopes(config):
        main = entry(config, data)
        kinds = ((("durable_objects", "bindings"), "durable object"), (("workflows",), "workflow"))
        for path, what in kinds:
            for place, item in items_of(data, path):
                name = item.get("class_name")
                if not isinstance(name, str) or "script_name" in item or name in told:
                    continue
                if exports(context, main, name) is False:
                    told.add(name)
                    text = f"{main} does not export the class {name} of a {what}: the deployment is refused."
                    yield Claim((*where, *place, "class_name"), text, f"export {name} from {main}", "error", main)


def unmigrated(context: Inspection, config: Config) -> Iterator[Claim]:
    """Own durable objects whose class no migration brings in, and migrations that bring in what the entry does not export."""
    told: set[str] = set()
    for where, data in scopes(config):
        at: Path = where if "migrations" in data else ()
        migrations = tables(data.get("migrations", config.data.get("migrations")))
        # Newer configurations declare their classes in ``exports``, without migrations.
        migrated = _migrated(migrations)
        known = migrated | table(config.data, "exports").keys()
        lost = [
            ((*where, *place, "class_name"), name)
            for place, item in items_of(data, ("durable_objects", "bindings"))
            if isinstance(name := item.get("class_name"), str) and "script_name" not in item and not config.is_pages
            if name not in known and name not in told
        ]
        main = entry(config, data)
        adrift = [name for name in sorted(migrated) if name not in told and exports(context, main, name) is False]
        told.update(adrift)
        for name in adrift:
            near = likely(name, [wanted for _, wanted in lost], 0.6) or (
                lost[0][1] if len(lost) == 1 == len(adrift) else ""
            )
            lost = [one for one in lost if one[1] != near]
            told.add(near)
            text = f"A migration brings in the class {name}, which {main} does not export: the deployment is refused."
            todo = instead(name, near, f"export {name} from {main}, or add it to deleted_classes of a new migration")
            place = _brought(migrations, name)
            yield Claim((*at, "migrations", *place), text, todo, "error", f"bound: {near}" if near else main, near)
        for place, name in lost:
            told.add(name)
            text = f"No migration brings in the class {name} of a durable object: the deployment is refused."
            todo = f'add a migration with new_sqlite_classes = ["{name}"]'
            yield Claim(place, text, todo, "error", f"migrated: {', '.join(sorted(known)) or 'none'}")


def _brought(migrations: list[dict[str, Any]], name: str) -> Path:
    """Where a migration names a class, below the list of migrations."""
    for index, step in enumerate(migrations):
        for key in ("new_sqlite_classes", "new_classes"):
            if name in listed(step.get(key)):
                return (index, key, listed(step[key]).index(name))
    return ()


def _migrated(migrations: list[dict[str, Any]]) -> set[str]:
    known: set[str] = set()
    for step in migrations:
        for key in ("new_classes", "new_sqlite_classes"):
            value = step.get(key)
            known.update(str(item) for item in value if isinstance(item, str)) if isinstance(value, list) else None
        for key in ("renamed_classes", "transferred_classes"):
            known.update(str(item.get("to")) for item in tables(step.get(key)))
        known.difference_update(str(item.get("from")) for item in tables(step.get("renamed_classes")))
        removed = step.get("deleted_classes")
        known.difference_update(item for item in removed if isinstance(item, str)) if isinstance(
            removed, list
        ) else None
    return known


def unhandled(context: Inspection, config: Config) -> Iterator[Claim]:
    """Queues and schedules for which the entry has no handler."""
    told: set[str] = set()
    for where, data in scopes(config):
        main = entry(config, data)
        wanted = (
            (("queues", "consumers"), "queue", "A queue is consumed"),
            (("triggers", "crons"), "scheduled", "A schedule is set"),
        )
        for (section, key), event, what in wanted:
            value = table(data, section).get(key)
            if not value or not isinstance(value, list) or event in told:
                continue
            beside = handled_beside(context, main, event)
            if beside or handles(context, main, event) is False:
                told.add(event)
                text = f"{what}, and {main} has no {event} handler."
                if beside:
                    text = f"{what}, and {main} exports {event} beside its default export: no worker calls it there."
                todo = f"write the handler {event} in {main}, or remove {section}.{key}"
                yield Claim((*where, section, key), text, todo, "warning", main)


def unbuildable(context: Inspection, config: Config) -> Iterator[Claim]:
    """A build command that runs what is not there, or in a folder that is not there; wrangler builds no Pages project."""
    if config.is_pages:
        return
    for where, data in scopes(config):
        build = table(data, "build")
        command, folder = build.get("command"), build.get("cwd", ".")
        if not isinstance(command, str) or not isinstance(folder, str):
            continue
        base = path_from(config.folder, folder)
        if base.startswith("..") or "$" in base:
            continue
        if base != "." and base not in context.inventory.folders:
            text = f"build.cwd names {folder}, which does not exist: the build cannot start."
            yield Claim((*where, "build", "cwd"), text, f"correct build.cwd, or bring {base} back", "error", base)
            continue
        for one in (trouble for step in commands(command) for trouble in broken(context, step, base)):
            near = command.replace(one.word, one.near) if one.near and command.count(one.word) == 1 else ""
            text = f"build.command fails: {one.text}."
            yield Claim((*where, "build", "command"), text, one.todo, one.severity, command, near)
