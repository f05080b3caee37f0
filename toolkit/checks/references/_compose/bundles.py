"""Which compose files run together: those that include or extend each other, that one command takes, that lie in one folder."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.files import Compose, all_files, included, referred
from toolkit.checks.references._scripts.texts import compositions
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checking import Inspection

__all__ = ["assembled", "bundle", "partners", "spoken", "written_with"]

_SETTINGS = ("*.json", "*.toml")
_DEFAULT_NAME = regex(r"(?:docker-)?compose(?:\.override)?\.ya?ml")


@once_a_run
def _takers(context: Inspection) -> dict[str, tuple[Compose, ...]]:
    """The files that include or extend one, by its path."""
    found: dict[str, tuple[Compose, ...]] = {}
    for one in all_files(context):
        for path in dict.fromkeys(path for _, path, _ in referred(one)):
            found[path] = (*found.get(path, ()), one)
    return found


def assembled(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """The files that include or extend one, and what these include beside it: it runs as a part of them. What it includes itself is a part of it."""
    takers = _takers(context)
    above = _closure([*takers.get(compose.path, ())], lambda one: takers.get(one.path, ()))
    inner = {compose.at(value) for _, value in included(compose)}
    return _with_parts(context, [*above, *(one for one in all_files(context) if one.path in inner)])


def spoken(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """The files that include others and name one in a comment, with what they include: it may be taken in, too."""
    named = (one for one in all_files(context) if next(included(one), None))
    return _with_parts(
        context,
        [
            one
            for one in named
            if posixpath.relpath(compose.path, one.folder) in text_of(context, one.path, errors="replace")
        ],
    )


def written_with(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """The files that a file of settings names beside one, both by their paths from the root: what reads it may start them together."""
    places = _naming(context, compose.path) if "/" in compose.path else ()
    texts = [text_of(context, path, errors="replace") for path in places]
    others = (one for one in all_files(context) if one.path not in (compose.path, *places) and "/" in one.path)
    return tuple(one for one in others if any(f'"{one.path}"' in text for text in texts))


@once_a_run
def _naming(context: Inspection, path: str) -> tuple[str, ...]:
    """The files of settings that hold a path."""
    return tuple(sorted(holding(context, (path,), _SETTINGS)))


def _with_parts(context: Inspection, roots: list[Compose]) -> tuple[Compose, ...]:
    known = {one.path: one for one in all_files(context)} if roots else {}
    return tuple(_closure(roots, lambda one: tuple(known[path] for _, path, _ in referred(one) if path in known)))


def _closure(found: list[Compose], next_to: Callable[[Compose], tuple[Compose, ...]]) -> list[Compose]:
    seen = {one.path for one in found}
    for one in found:  # it grows meanwhile
        new = [other for other in next_to(one) if other.path not in seen]
        seen |= {other.path for other in new}
        found += new
    return found


def bundle(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """Other files that one may be run together with: included ones, ``-f`` neighbours, siblings of its folder."""
    together = {compose.at(value) for _, value in included(compose)}
    found = [other for other in all_files(context) if other.path != compose.path]
    name = posixpath.basename(compose.path)
    return tuple(
        other
        for other in found
        if other.path in together
        or other.folder == compose.folder
        or _run_together(context, name, posixpath.basename(other.path))
    )


def partners(context: Inspection, compose: Compose) -> tuple[Compose, ...]:
    """Those of a bundle that a file may count on: no other way to run the same services, unless it is the default file."""
    together = {compose.at(value) for _, value in included(compose)}
    name = posixpath.basename(compose.path)
    return tuple(
        other
        for other in bundle(context, compose)
        if other.path in together
        or (name not in _alone(context) and _DEFAULT_NAME.fullmatch(posixpath.basename(other.path)))
        or _run_together(context, name, posixpath.basename(other.path))
        or not _is_instead(compose, other)
    )


def _is_instead(one: Compose, other: Compose) -> bool:
    """Whether either of two files is run alone: they are projects of two names, or define the same services in full."""
    names = {str(table(file.document.data).get("name", "")) for file in (one, other)}
    if len(names) == 2 and "" not in names and not one.is_override:
        return True
    whole = [
        {name for name, service in file.services.items() if service.keys() & {"image", "build"}}
        for file in (one, other)
    ]
    shared = whole[0] & whole[1]
    return not one.is_override and len(shared) * 2 >= max(len(whole[0]), 1) and len(shared) > 1


def _run_together(context: Inspection, first: str, second: str) -> bool:
    pairs = _pairs(context)
    return frozenset((first, second)) in pairs


@once_a_run
def _alone(context: Inspection) -> frozenset[str]:
    """The names of files that commands take by themselves, and no command with another one."""
    taken = [{posixpath.basename(value) for value in one.values("-f", "--file")} for one in compositions(context)]
    return frozenset(next(iter(one)) for one in taken if len(one) == 1).difference(
        *(one for one in taken if len(one) > 1)
    )


@once_a_run
def _pairs(context: Inspection) -> frozenset[frozenset[str]]:
    """Files of a name of their own that one command takes together."""
    found: set[frozenset[str]] = set()
    for command in compositions(context):
        named = {posixpath.basename(value) for value in command.values("-f", "--file")}
        found.update(frozenset((one, other)) for one in named for other in named if one != other)
    return frozenset(found)
