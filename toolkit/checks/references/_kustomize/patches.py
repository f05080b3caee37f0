"""The patches of a kustomization: what they are for, and what they change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kustomize.files import joined
from toolkit.checks.references._kustomize.parts import Part, Source, inlined
from toolkit.checks.references._repair import strings
from toolkit.documents import DocumentError
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.documents import Path, yaml

__all__ = ["Patch", "Selection", "patches_of"]

_LONGEST = 200
_WILD = regex(r"[^\w.-]")
_PATTERN = regex(r"[\w.|*+^$()-]*")
_REQUIREMENT = regex(r"\s*(!?)\s*([\w./-]+)\s*(?:(==?|!=)\s*([\w.-]*)\s*)?")


class Selection(NamedTuple):
    """The objects that a patch is for, of what is empty any; kind and name are patterns unless it is plain."""

    kind: str
    name: str
    group: str = ""
    labels: str = ""
    annotations: str = ""
    is_plain: bool = False

    def fits(self, api: str, kind: str, names: tuple[str, ...], data: dict[str, Any]) -> bool:
        """Whether an object is meant: by what it is or was called, and the labels that it has."""
        metadata = table(data, "metadata")
        return (
            self._is(self.kind, (kind,))
            and self._is(self.name, names)
            and (not self.group or self.group == api)
            and _bears(self.labels, table(metadata, "labels"))
            and _bears(self.annotations, table(metadata, "annotations"))
        )

    def _is(self, pattern: str, names: tuple[str, ...]) -> bool:
        return not pattern or pattern in names or (not self.is_plain and any(_matches(pattern, one) for one in names))


class Patch(NamedTuple):
    """One patch.

    Args:
        selection: what it is for.
        part: an object, or a list of operations.
        file: that in which it stands alone; empty for one in the kustomization.
        source, place: where the name of what it is for is written.
        deletes: whether it takes the object away.
    """

    selection: Selection
    part: Part
    file: str
    source: Source
    place: Path
    deletes: bool = False

    @property
    def is_operations(self) -> bool:
        """Whether it is a list of operations of JSON 6902."""
        return self.part.kind is list


def patches_of(path: str, document: yaml.Document, read: Callable[[str], tuple[yaml.Document, ...]]) -> Iterator[Patch]:
    """The patches of a kustomization in the order in which they are applied.

    Args:
        path: of the kustomization.
        document: its content.
        read: gives the documents of a file; none where it cannot be read.
    """
    data = table(document.data)
    where: Path
    for below, value in strings(data.get("patchesStrategicMerge")):
        where = ("patchesStrategicMerge", *below)
        yield from _read(
            path, document, where, value if "\n" in value else "", "" if "\n" in value else value, {}, read
        )
    for key in ("patches", "patchesJson6902"):
        for index, item in enumerate(listed(data.get(key))):
            entry = table(item)
            text, file = entry.get("patch"), entry.get("path")
            inline, outer = text if isinstance(text, str) else "", file if isinstance(file, str) else ""
            where = (key, index, "patch")
            yield from _read(path, document, where, inline, outer, table(entry, "target"), read)


def _read(  # noqa: PLR0913, PLR0917 - a text or a file, with its place and what it is for
    path: str,
    document: yaml.Document,
    where: Path,
    inline: str,
    outer: str,
    target: dict[str, Any],
    read: Callable[[str], tuple[yaml.Document, ...]],
) -> Iterator[Patch]:
    file = joined(path, outer) if outer else ""
    try:
        found = inlined(document, where, inline) if inline else read(file) if file else ()
    except DocumentError:
        found = ()
    spot: tuple[Source, Path] = Source(path, document), (*where[:-1], "target", "name")
    for one in found:
        if isinstance(one.data, dict):
            yield from _strategic(Part(one.data, Source(file or path, one)), file, target, spot)
    if target and not any(isinstance(one.data, dict) for one in found):
        # Also of what cannot be read it is known what it is for.
        operations = next((one for one in found if isinstance(one.data, list)), document)
        steps = [] if operations is document else operations.data
        yield Patch(_selection(target), Part(steps, Source(file or path, operations)), file, *spot)


def _strategic(part: Part, file: str, target: dict[str, Any], spot: tuple[Source, Path]) -> Iterator[Patch]:
    data: dict[str, Any] = part.plain
    name, kind = table(data, "metadata").get("name"), data.get("kind")
    deletes = data.get("$patch") == "delete"
    if target:
        if "metadata" in part.table:  # the object keeps its name, whatever the patch calls it
            part.table["metadata"].table.pop("name", None)
        part.table.pop("kind", None)
        part.table.pop("apiVersion", None)
        yield Patch(_selection(target), part, file, *spot, deletes)
    elif isinstance(name, str) and isinstance(kind, str):
        group = str(data.get("apiVersion", "")).rpartition("/")[0]
        yield Patch(Selection(kind, name, group, is_plain=True), part, file, part.source, ("metadata", "name"), deletes)


def _selection(target: dict[str, Any]) -> Selection:
    kind, name, group, labels, annotations = (
        str(target.get(key) or "") for key in ("kind", "name", "group", "labelSelector", "annotationSelector")
    )
    return Selection(kind, name, group, labels, annotations, is_plain=_WILD.search(f"{kind}{name}") is None)


def _matches(pattern: str, text: str) -> bool:
    """Whether a whole text is as a pattern says, which may have alternatives and wild cards; others match nothing."""
    plain = pattern.removeprefix("^").removesuffix("$")
    if len(plain) > _LONGEST or not _PATTERN.fullmatch(plain):
        return False
    if plain.startswith("(") and plain.endswith(")"):
        plain = plain[1:-1]
    return any(_is_like(one, text) for one in plain.split("|") if not set("()^$+") & set(one.replace(".+", "")))


def _is_like(pattern: str, text: str) -> bool:
    """Whether a text begins, goes on and ends as the pieces between wild cards do."""
    first, *others = re.split(r"\.[*+]", pattern)
    if not others:
        return _same(first, text)
    *middle, last = others
    if len(text) < len(first) + len(last) or not _same(first, text[: len(first)]):
        return False
    if last and not _same(last, text[-len(last) :]):
        return False
    at = len(first)
    for piece in middle:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at <= len(text) - len(last)


def _same(pattern: str, text: str) -> bool:
    """Whether two texts of one length are equal but for dots, which are anything."""
    return len(pattern) == len(text) and all(one in (".", other) for one, other in zip(pattern, text, strict=True))


def _bears(selector: str, labels: dict[str, Any]) -> bool:
    """Whether labels are as a selector says; one that is not understood fits nothing."""
    for one in selector.split(",") if selector else ():
        match = _REQUIREMENT.fullmatch(one.strip()) if len(one) <= _LONGEST else None
        if match is None:
            return False
        negated, key, sign, value = match.groups()
        has = key in labels if not sign else str(labels.get(key)) == value
        if has == (bool(negated) or sign == "!="):
            return False
    return True
