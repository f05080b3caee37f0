"""Replacements of a kustomization: fields that it fills in from those of another object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kustomize_parts import Part
from toolkit.checks.references._kustomize_patches import Selection
from toolkit.expressions import regex
from toolkit.places import listed, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._kustomize_parts import Source

__all__ = ["Replacement", "fields", "replacements_of"]

_STEP = regex(r"\[([^\]=]{1,100})=([^\]]{0,200})\]|\[([^\]]{1,200})\]|((?:[^.\[\]\\]|\\.)+)")
_UNKNOWN = "$(replaced)"
"""A text that no check takes for a name."""


class Replacement(NamedTuple):
    """Where a value comes from, and where it goes: objects and paths of fields.

    ``is_whole`` if the whole value is replaced, and not a part of it.
    """

    source: Selection
    path: str
    target: Selection
    to: str
    is_whole: bool

    def value(self, part: Part | None, place: Source) -> Part:
        """What is written: the field of the source, else a text that stands for anything."""
        found = next(fields(part, self.path), None) if part is not None and self.is_whole else None
        return found.copy() if found is not None else Part(_UNKNOWN, place)


def replacements_of(data: dict[str, Any]) -> Iterator[Replacement]:
    """The replacements that stand in a kustomization itself."""
    for entry in listed(data.get("replacements")):
        source = table(entry, "source")
        for target in listed(table(entry).get("targets")):
            options = table(target).get("options")
            whole = not (set(table(options)) - {"create"} or source.get("options"))
            for path in texts(table(target).get("fieldPaths")) or ["metadata.name"]:
                yield Replacement(
                    _selection(source),
                    str(source.get("fieldPath") or "metadata.name"),
                    _selection(table(target, "select")),
                    path,
                    whole,
                )


def _selection(data: dict[str, Any]) -> Selection:
    return Selection(
        str(data.get("kind") or ""), str(data.get("name") or ""), str(data.get("group") or ""), is_plain=True
    )


def fields(part: Part, path: str) -> Iterator[Part]:
    """The fields that a path of a replacement means: ``spec.containers.[name=a].image``, ``data.KEY``, ``rules.*.host``."""
    found = [part]
    for match in _STEP.finditer(path):
        key, value, other, plain = match.groups()
        step = (other or plain or "").replace("\\.", ".")
        found = [inner for one in found for inner in _below(one, step, key, value)]
    yield from found


def _below(part: Part, step: str, key: str | None, value: str | None) -> Iterator[Part]:
    if key is not None:
        yield from (one for one in part.items if one.kind is dict and str(one.plain.get(key)) == value)
    elif step == "*":
        yield from (*part.items, *part.table.values())
    elif (inner := part.below(step)) is not None:
        yield inner
