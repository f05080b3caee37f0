"""Commands that a package manager hands on: to another member of the workspace, or by a script that only selects one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks._package_managers import place_of, script_in
from toolkit.checks._packages import named
from toolkit.checks._workspaces import arguments, nearest, selected, workspace
from toolkit.checks.references._scripts.commands import commands, plain
from toolkit.packages import EVERYWHERE, JAVASCRIPT_MANAGERS
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._scripts.commands import Command

__all__ = ["followed"]

_EXEC = ("exec", "x")
_DEEPEST = 3
"""How many scripts that only select a member are followed."""


def followed(
    context: Inspection, package: Package, command: Command, depth: int = 0
) -> Iterator[tuple[Package, Command]]:
    """A command, and what it comes to, each with the package in whose folder that runs.

    Args:
        context: the run.
        package: whose script it is.
        command: one of its commands.
        depth: how many scripts have been followed.
    """
    yield package, command
    if command.words[0] not in JAVASCRIPT_MANAGERS or command.guarded or command.folder != ".":
        return
    if (inner := _handed(context, package, command)) is not None:
        yield inner
    elif depth < _DEEPEST and (words := _selecting(package, command.words)):
        yield from followed(context, package, replace(command, words=words), depth + 1)


def _handed(context: Inspection, package: Package, command: Command) -> tuple[Package, Command] | None:
    """The command behind ``exec``, which runs in the folder of the one member that is chosen."""
    words = command.words
    if words[:2] == ("yarn", "workspace") and len(words) > 4 and words[3] in _EXEC:
        target, rest = named(context).get(words[2]), words[4:]
    else:
        at = next((n for n, word in enumerate(words) if word in _EXEC), 0)
        if not at or arguments(words[1:])[:1] != [words[at]] or not EVERYWHERE.isdisjoint(words):
            return None
        target, rest = _chosen(context, package, words), words[at + 1 :]
    while rest and rest[0].startswith("-"):
        if rest[0] in ("-w", "--workspace", "--filter"):
            rest = rest[1:]
        rest = rest[1:]
    inner = tuple(plain(list(rest)))
    return (target, replace(command, words=inner)) if target is not None and inner else None


def _chosen(context: Inspection, package: Package, words: tuple[str, ...]) -> Package | None:
    chosen = selected(words, words[0])
    if len(chosen) == 1 and chosen[0] != "..." and not any("..." in word for word in words):
        return workspace(context, chosen[0], package.folder)
    folder = place_of(words)
    return nearest(context, path_from(package.folder, folder), exact=True) if folder else None


def _selecting(package: Package, words: tuple[str, ...]) -> tuple[str, ...]:
    """A script that only chooses a member (``yarn workspace api``), with the words that its caller adds; empty for others."""
    rest = arguments(words[1:])
    name, _ = script_in(words[0], rest)
    text = package.scripts.get(name, "")
    at = rest.index(name) if name in rest else 0  # ``npm t`` runs ``test``
    given = [word for word in rest[at + 1 :] if word != "--"] if text else []
    inner = list(commands(text)) if given else []
    if len(inner) != 1 or inner[0].words[0] not in JAVASCRIPT_MANAGERS or inner[0].folder != ".":
        return ()
    chooses = inner[0].words
    own = arguments(chooses[1:])
    bare = own[:1] == ["workspace"] and len(own) == 2
    bare = bare or (own in ([], ["run"]) and (bool(selected(chooses, chooses[0])) or bool(place_of(chooses))))
    return (*chooses, *given) if bare else ()
