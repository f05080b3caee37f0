"""What is one cause: many paths below a folder that is gone are one fault and one finding."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from toolkit.expressions import regex
from toolkit.references import lost_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

__all__ = ["by_cause", "joined", "owner_of_output"]

_Item = TypeVar("_Item")
_NAMED = 24
"""Places that the evidence of one finding names."""
_OUTPUT = regex(r"(^|/)(dist|build|out|target|\.output|\.build|\.next)(?:/|$)")


def by_cause(
    context: Inspection, items: Iterable[_Item], path: Callable[[_Item], str]
) -> list[tuple[_Item, tuple[_Item, ...]]]:
    """The first item of every cause with the others that have the same one, in the order of the first."""
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(lost_part(context, path(item)), []).append(item)
    return [(first, tuple(others)) for first, *others in groups.values()]


def owner_of_output(context: Inspection, path: str) -> str:
    """The folder whose build should make a path, if that folder is not there; else empty."""
    match = _OUTPUT.search(path)
    folder = path[: match.start()] if match else ""
    return folder if folder and folder not in context.inventory.folders else ""


def joined(found: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """Findings, those of one cause as one: what several scripts go into or run and nobody has, and what one lacks line after line."""
    groups: dict[object, list[Finding]] = {}
    for cause, one in found:
        groups.setdefault(cause or one, []).append(one)
    for first, *others in groups.values():
        scripts = {one.path for one in others} - {first.path}
        more = (
            f" So do{'es' * (len(scripts) == 1)} {len(scripts)} more script{'s' * (len(scripts) > 1)}."
            if scripts
            else ""
        )
        places = tuple(dict.fromkeys((*first.related, *(place for one in others for place in one.places))))
        so = f"; so with {', '.join(f'{one.path}:{one.line}' for one in others[:_NAMED])}" if others else ""
        yield dataclasses.replace(first, message=first.message + more, evidence=first.evidence + so, related=places)
