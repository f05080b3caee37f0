"""What a kustomization is built of: every object that it brings, through those that it lists, too."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks.references._kubernetes import cluster, containers, pods
from toolkit.checks.references._kustomize import is_closed, kustomizations
from toolkit.checks.references._kustomize_files import NAMES, joined, named_files
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kustomize_items import Fault
    from toolkit.checks.references._manifests import Manifest
    from toolkit.documents import Path
    from toolkit.documents.yaml import Document

__all__ = ["Again", "Idle", "Listed", "built_twice", "idle_images", "listed_twice"]

_UNLIKE = 0.1
_SAME = 0.91
"""More than the likeness of ``org/api`` to ``org/api-worker``, which is a name of its own."""


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


class Idle(NamedTuple):
    """Images that a kustomization replaces and nothing that it brings has, each with its place, and those that there are."""

    path: str
    document: Document
    names: list[tuple[Path, str]]
    images: list[str]


def idle_images(context: Inspection) -> Iterator[Idle]:
    """What kustomizations replace and do not have, one for each file."""
    trees = cluster(context).trees
    for path, document in kustomizations(context):
        data = table(document.data)
        build = trees.builds.get(path) if trees is not None else None
        entries = listed(data.get("images"))
        if not entries or build is None:
            continue
        images, texts = _images(context, path)
        named = {name for entry in entries if isinstance(name := table(entry).get("name"), str)}
        # What comes from elsewhere may have any image: then only a slip of one that is here is sure.
        slips = None if is_closed(context, path) and build.is_sure else images - named
        idle: list[tuple[Path, str]] = []
        for index, entry in enumerate(entries) if images else ():
            name = table(entry).get("name")
            if not isinstance(name, str) or name in images or (slips is not None and not _is_slip(name, slips)):
                continue
            word = re.compile(rf"(?:image|newName|value)[\"']?[ ]*:[ ]*[\"']?{re.escape(name)}(?![\w./-])")
            if not any(name in text and word.search(text) for text in texts):
                idle.append((("images", index, "name"), name))
        if idle:
            yield Idle(path, document, idle, sorted(images))


def _is_slip(name: str, images: set[str]) -> bool:
    """Whether a name is nearly that of an image of the same owner."""
    owner = posixpath.dirname(name)
    return owner != "" and likely(name, [one for one in images if posixpath.dirname(one) == owner], _SAME) != ""


def _images(context: Inspection, path: str) -> tuple[set[str], list[str]]:
    """The images of all that a kustomization brings, and the texts of its files, in which others may stand."""
    known = dict(cluster(context).kustomizations)
    waiting, seen = [path], {path}
    files: set[str] = set()
    while waiting:
        here = waiting.pop()
        for _, value in named_files(table(known[here].data)):
            full = joined(here, value)
            inner = next((one for name in NAMES if (one := posixpath.join(full, name)) in known), "")
            files.add(full)
            if inner and inner not in seen:
                seen.add(inner)
                waiting.append(inner)
    brought = (pod for pod in pods(context) if path in pod.owner.trees or pod.owner.path in files)
    found = {_name(image) for pod in brought for image in _of_pod(pod)}
    texts = {one.path: one.document.text.content for one in cluster(context).written if one.path in files}
    texts |= {name: known[name].text.content for name in seen - {path}}
    texts[path] = str(table(known[path].data).get("patches"))
    return found, list(texts.values())


def _of_pod(pod: Any) -> Iterator[str]:
    for container in containers(pod):
        if isinstance(image := container.data.get("image"), str):
            yield image


def _name(image: str) -> str:
    """An image without tag and digest."""
    plain = image.partition("@")[0]
    head, slash, last = plain.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"
