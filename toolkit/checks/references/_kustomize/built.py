"""What a kustomization is built of: every object that it brings, through those that it lists, too."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kubernetes.pods import cluster
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.manifests import Manifest
    from toolkit.checks.references._kustomize.items import Fault
    from toolkit.documents import Path
    from toolkit.documents.yaml import Document

__all__ = ["Again", "Listed", "built_twice", "listed_twice"]

_UNLIKE = 0.1


class Again(NamedTuple):
    """An object that a kustomization brings twice: it cannot be built."""

    kustomization: str
    first: Manifest
    later: Manifest


class Listed(NamedTuple):
    """A file or folder whose objects a kustomization brings a second time, with the place, and how it is written."""

    kustomization: str
    document: Document
    where: Path
    value: str
    first: str
    names: tuple[str, ...]


@once_a_run
def built_twice(context: Inspection) -> tuple[Again, ...]:
    """Objects of one kind, name and namespace that two files of one kustomization define."""
    found: dict[tuple[str, str, str], Again] = {}
    for path, fault in _twice(context):
        if fault.item is not None and fault.first is not None and fault.item.raw.path != fault.first.raw.path:
            one, first = fault.item.raw, fault.first.raw
            swapped = first.folder == one.folder and _likeness(first) + _UNLIKE < _likeness(one)
            again = Again(path, one, first) if swapped else Again(path, first, one)
            # What a base has twice, everything above it has, too.
            found.setdefault((again.later.path, again.later.kind, again.later.name), again)
    return tuple(found.values())


def listed_twice(context: Inspection) -> Iterator[Listed]:
    """Files and folders whose objects a kustomization brings twice, by naming them twice or through another one."""
    groups: dict[tuple[str, Path, Path], list[Fault]] = {}
    for path, fault in _twice(context):
        if fault.item is not None and fault.first is not None and fault.item.raw is fault.first.raw:
            groups.setdefault((path, fault.item.way, fault.first.way), []).append(fault)
    for (path, way, first), faults in groups.items():
        document = faults[0].source.document
        names = tuple(f"{one.item.raw.kind} {one.item.names[-1]}" for one in faults if one.item is not None)
        yield Listed(path, document, way, _value(document, way), _value(document, first), names)


def _twice(context: Inspection) -> Iterator[tuple[str, Fault]]:
    """The objects that kustomizations bring twice, those of the highest folders first."""
    trees = cluster(context).trees
    builds = trees.builds if trees is not None else {}
    for path in sorted(builds, key=lambda path: path.count("/")):
        yield from ((path, fault) for fault in builds[path].faults if fault.kind == "twice")


def _value(document: Document, where: Path) -> str:
    value: Any = document.data
    for step in where:
        value = value[step]
    return str(value)


def _likeness(one: Manifest) -> float:
    """How much an object is named like its file: the one in a file of another name was copied there."""
    stem = posixpath.splitext(posixpath.basename(one.path))[0]
    return difflib.SequenceMatcher(None, stem, one.name, autojunk=False).ratio()
