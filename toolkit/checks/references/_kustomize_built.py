"""What a kustomization is built of: every object that it brings, through those that it lists, too."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kubernetes import cluster, containers, pods
from toolkit.checks.references._kustomize import NAMES, is_closed, joined, kustomizations, named_files
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._manifests import Manifest
    from toolkit.documents import Path
    from toolkit.documents.yaml import Document

__all__ = ["Again", "Idle", "built_twice", "idle_images"]

_DEEPEST = 12
_MOST = 3000
"""Objects of one kustomization that are compared."""
_UNLIKE = 0.1
_RENAMING = ("namePrefix", "nameSuffix")
_CLUSTER_WIDE = (
    "Namespace",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "PersistentVolume",
    "StorageClass",
)


class Again(NamedTuple):
    """An object that a kustomization brings twice: it cannot be built."""

    kustomization: str
    first: Manifest
    later: Manifest


class _Brought(NamedTuple):
    one: Manifest
    namespace: str


@once_a_run
def built_twice(context: Inspection) -> tuple[Again, ...]:
    """Objects of one kind, name and namespace that two files of one kustomization define."""
    known = {path: table(document.data) for path, document in cluster(context).kustomizations}
    files: dict[str, list[Manifest]] = {}
    for one in cluster(context).objects:
        files.setdefault(one.path, []).append(one)
    found: dict[tuple[str, str, str], Again] = {}
    for path in sorted(known, key=lambda path: path.count("/")):
        for again in _twice(path, list(_brought(known, files, path, 0))):
            later = again.later
            # What a base has twice, everything above it has, too.
            found.setdefault((later.path, later.kind, later.name), again)
    return tuple(found.values())


def _brought(
    known: dict[str, dict[str, Any]], files: dict[str, list[Manifest]], path: str, depth: int
) -> Iterator[_Brought]:
    """Everything that a kustomization brings, in its order; nothing of one that renames what it brings."""
    data = known[path]
    given = data.get("namespace")
    for where, value in named_files(data):
        if where[0] not in ("resources", "bases"):
            continue
        full = joined(path, value)
        inner = next((one for name in NAMES if (one := posixpath.join(full, name)) in known), "")
        if inner and inner != path and depth < _DEEPEST and not any(known[inner].get(key) for key in _RENAMING):
            found = _brought(known, files, inner, depth + 1)
        else:
            found = (_Brought(one, _written(one)) for one in files.get(full, ()))
        for item in found:
            yield item._replace(namespace=given) if isinstance(given, str) else item


def _written(one: Manifest) -> str:
    """The namespace that the file itself says."""
    namespace = table(one.data, "metadata").get("namespace")
    return namespace if isinstance(namespace, str) else ""


def _twice(path: str, brought: list[_Brought]) -> Iterator[Again]:
    seen: dict[tuple[str, str, str, str], Manifest] = {}
    for one, namespace in brought[:_MOST]:
        place = "" if one.kind in _CLUSTER_WIDE else namespace
        first = seen.setdefault((one.api, one.kind, place, one.name), one)
        if first is not one and first.path != one.path:
            swapped = first.folder == one.folder and _likeness(first) + _UNLIKE < _likeness(one)
            yield Again(path, one, first) if swapped else Again(path, first, one)


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
    for path, document in kustomizations(context):
        data = table(document.data)
        entries = listed(data.get("images"))
        if not entries or data.get("kind") == "Component" or not is_closed(context, path):
            continue
        images, texts = _images(context, path)
        idle: list[tuple[Path, str]] = []
        for index, entry in enumerate(entries) if images else ():
            name = table(entry).get("name")
            if not isinstance(name, str) or name in images:
                continue
            word = re.compile(rf"(?:image|newName)[\"']?[ ]*:[ ]*[\"']?{re.escape(name)}(?![\w./-])")
            if not any(name in text and word.search(text) for text in texts) and name not in str(data.get("patches")):
                idle.append((("images", index, "name"), name))
        if idle:
            yield Idle(path, document, idle, sorted(images))


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
    found = {_name(image) for pod in pods(context) if pod.owner.path in files for image in _of_pod(pod)}
    texts = {one.path: one.document.text.content for one in cluster(context).objects if one.path in files}
    texts |= {name: known[name].text.content for name in seen - {path}}
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
