"""Which subprojects the repository has: every ecosystem is asked, one list comes back."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, UsageError
from toolkit.extension import ecosystem, ecosystems, ecosystems_of
from toolkit.memory import once_a_run
from toolkit.path_names import has_placeholder, is_kept_only
from toolkit.places import acyclic, upward, word
from toolkit.roles import matches, role_of
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = ["Discovered", "addressed", "discover", "kept_only", "lock_command", "select"]


@frozen
class Discovered:
    """What was found.

    Args:
        subprojects: those that tasks work on.
        excluded: vendored copies, templates, fixtures, what is only kept and what the settings leave out, each with its rule.
    """

    subprojects: tuple[Subproject, ...]
    excluded: tuple[Subproject, ...]


def discover(context: Context) -> Discovered:
    """Find every subproject, with its role, and the settings' ``after`` added to what it needs.

    Raises:
        CannotCheckError: git could not list the files.
        ConfigurationError: ``toolkit.toml`` is wrong, names a folder or an ecosystem that is not there, a folder in
            ``after`` that is no subproject, or leads in a circle by it.
    """
    everything = [item for leaf in ecosystems_of(context.inventory.by_name) for item in leaf.discover(context)]
    found = _without_kept(context, [_with_role(context, item) for item in _in_order(everything)])
    found.sort(key=lambda item: (item.path != ".", item.path, item.ecosystem))
    active = tuple(item for item in found if item.active)
    known = {item.path for item in found}
    _refuse_unknown(context, known | {item.key for item in found})
    for path, project in context.settings.projects.items():
        for needed in project.after:
            if needed not in known:
                raise ConfigurationError(
                    f'toolkit.toml: [projects."{path}"] after names {needed}, which is no subproject',
                    "toolkit projects lists them",
                )
    if any(project.after for project in context.settings.projects.values()):
        _refuse_circles(active)
    return Discovered(active, tuple(item for item in found if not item.active))


def _in_order(items: Iterable[Subproject]) -> Iterator[Subproject]:
    """The items without the needs that lead back to where they started.

    Two packages may name each other by their folders, and of two folders the one may need the other in one ecosystem and
    be needed in the next: no order satisfies both.
    """
    known = tuple(items)
    wanted: dict[str, set[str]] = {}
    for item in known:
        wanted.setdefault(item.path, set()).update(item.needs)
    kept = acyclic(wanted)
    for item in known:
        yield replace(item, needs=tuple(path for path in item.needs if path in kept[item.path]))


def _refuse_unknown(context: Context, known: Collection[str]) -> None:
    """See that the settings speak of what is there: what they say of anything else decides nothing.

    A folder without a subproject may have a role, and a submodule may wait for its checkout.

    Raises:
        ConfigurationError: they name a folder or an ecosystem that is not there.
    """
    for path in context.settings.projects:
        if path in known or path in context.inventory.folders or os.path.isdir(context.absolute(path)):
            continue
        hint = _nearest(path, known) or "toolkit projects lists what there is"
        raise ConfigurationError(
            f'toolkit.toml: [projects."{path}"] is no folder or subproject of this repository', hint
        )
    for name in context.settings.bootstrap.install_scripts:
        if name == "*":
            continue
        try:
            ecosystem(name)
        except KeyError:
            names = [leaf.name for leaf in ecosystems()]
            raise ConfigurationError(
                f"toolkit.toml: bootstrap.install-scripts names {name}, which is no ecosystem",
                _nearest(name, names) or f"one of: {', '.join(names)}",
            ) from None


def _nearest(name: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, 1)
    return f'did you mean "{near[0]}"?' if near else ""


def _refuse_circles(items: Iterable[Subproject]) -> None:
    """See that the items can be put in an order; what ecosystems find by themselves always can.

    Raises:
        ConfigurationError: some need each other in a circle.
    """
    from graphlib import CycleError, TopologicalSorter

    by_path: dict[str, list[Subproject]] = {}
    for item in items:
        by_path.setdefault(item.path, []).append(item)
    graph = {
        item.key: [other.key for path in item.needs for other in by_path.get(path, ()) if other.key != item.key]
        for item in items
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = reversed(error.args[1])
        raise ConfigurationError(
            f"these subprojects need each other in a circle: {' -> '.join(circle)}",
            'see [projects."PATH"] after in toolkit.toml',
        ) from error


def _with_role(context: Context, item: Subproject) -> Subproject:
    settings = context.settings
    role, why = role_of(context, item.path)
    if given := settings.project(item.key).role:
        role, why = given, f'role in [projects."{item.key}"]'
    if role in ("own", "example") and not why.startswith("role in") and has_placeholder(item.name):
        role, why = "template", f"{item.manifest} has a placeholder for a name"
    needs = tuple(dict.fromkeys((*item.needs, *settings.of(item).after)))
    return replace(item, role=role, role_why=why, needs=needs)


def _without_kept(context: Context, items: list[Subproject]) -> list[Subproject]:
    """The subprojects, those ignored that lie in a folder that is only kept, unless settings name them or a living one needs them."""
    kept = {
        item.path: folder
        for item in items
        if item.active and not item.role_why and context.settings.projects.keys().isdisjoint((item.path, item.key))
        for folder in upward(item.path)[1:-1]
        if is_kept_only(folder, context.is_file)
    }
    waiting = [item for item in items if item.path not in kept] if kept else []
    while waiting:
        wanted = [path for path in waiting.pop().needs if path in kept]
        waiting += [item for item in items if item.path in wanted]
        for path in wanted:
            del kept[path]
    return [_left_out(item, kept[item.path]) if item.path in kept else item for item in items]


def _left_out(item: Subproject, folder: str) -> Subproject:
    why = f'{folder}/ is only kept; include = ["{folder}"] under [bootstrap] in toolkit.toml installs it'
    return replace(item, role="ignored", role_why=why, kept_in=folder)


def kept_only(found: Discovered) -> tuple[str, ...]:
    """What is left out because its folder is only kept: a line for each folder, with how to have it installed."""
    lines: dict[str, list[str]] = {}
    for item in found.excluded:
        if item.kept_in:
            lines.setdefault(item.role_why, []).append(item.path)
    return tuple(f"left out: {', '.join(dict.fromkeys(paths))}: {why}" for why, paths in lines.items())


def lock_command(context: Context, item: Subproject) -> str:
    """How a person makes the lock of a subproject; in a folder of several its ecosystem has to be named."""
    several = item.path in _crowded(context)
    return f"invoke lock {word(item.path)}" + (f" --ecosystem {item.ecosystem}" if several else "")


def addressed(context: Context, item: Subproject, hint: str) -> str:
    """An ecosystem's hint, which knows no folder, with the command for the subproject at hand."""
    return hint.replace("invoke lock PATH", lock_command(context, item)) if "PATH" in hint else hint


@once_a_run
def _crowded(context: Context) -> frozenset[str]:
    """Folders that hold subprojects of several ecosystems."""
    paths = [item.path for item in discover(context).subprojects]
    return frozenset(path for path in paths if paths.count(path) > 1)


def select(
    items: Iterable[Subproject], only: tuple[str, ...] = (), skip: tuple[str, ...] = ()
) -> tuple[Subproject, ...]:
    """The subprojects that the globs leave.

    Args:
        items: the candidates.
        only: globs of folders, names of ecosystems or ``path:ecosystem``, of which one must match; empty for all.
        skip: globs of which none may match.

    Raises:
        UsageError: one of ``only`` matches nothing, or ``skip`` leaves nothing of it: neither must pass for success.
    """
    items = tuple(items)

    def hit(item: Subproject, patterns: tuple[str, ...]) -> bool:
        return bool(matches(item.path, patterns)) or bool({item.ecosystem, item.name, item.key} & set(patterns))

    for pattern in only:
        if not any(hit(item, (pattern,)) for item in items):
            raise UsageError(f"--only {pattern} is no subproject", "toolkit projects lists them, and what is left out")
    found = tuple(item for item in items if (not only or hit(item, only)) and not hit(item, skip))
    if only and not found:
        raise UsageError("--skip leaves out all that --only names", "toolkit projects lists what there is")
    return found
