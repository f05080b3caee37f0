"""Kustomizations: the files that they list, and the objects, keys and labels that they make."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._manifests import cluster
from toolkit.checks.references._repair import strings
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._manifests import Manifest
    from toolkit.documents import Path, yaml

__all__ = [
    "NAMES",
    "REMOTE",
    "Target",
    "added_labels",
    "bare",
    "generated",
    "is_closed",
    "is_patch",
    "joined",
    "kustomizations",
    "kustomized",
    "named_files",
    "targets",
]

REMOTE = regex(r"^\w[\w+.-]*://|^[\w.-]+@|^(github|gitlab|bitbucket)\.(com|org)/|\?ref=|^[\w.-]+\.(com|io|org)/")
_OF_PATCHES = regex(r"(?:^|[/_.-])patch(?:es)?[/_.-]")
_NAME = regex(r"[\w.-]+")
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_DEEPEST = 12
_GENERATORS = {"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}


class Target(NamedTuple):
    """What a patch is for: its place, the object, and the patch where it stands in a file of its own."""

    where: Path
    kind: str
    name: str
    owner: Manifest | None = None


def kustomizations(context: Inspection) -> Iterator[tuple[str, yaml.Document]]:
    """Kustomization files to report on."""
    for path, document in cluster(context).kustomizations:
        if context.focus is None or path in context.focus:
            yield path, document


@once_a_run
def kustomized(context: Inspection) -> tuple[frozenset[str], frozenset[str]]:
    """Files that a kustomization lists as resources, and files that one lists as patches or generates from."""
    resources: set[str] = set()
    others: set[str] = set()
    for path, document in cluster(context).kustomizations:
        data = table(document.data)
        for where, value in named_files(data):
            into = resources if where[0] in ("resources", "bases") else others
            into.add(joined(path, value))
    return frozenset(resources), frozenset(others)


def is_patch(context: Inspection, one: Manifest) -> bool:
    """Whether an object is only a part, which a kustomization lays over another; also one in a folder of such."""
    return one.path in kustomized(context)[1] or _OF_PATCHES.search(one.path) is not None


def named_files(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every file or folder that a kustomization names, with its place."""
    for key in ("resources", "bases", "components", "patchesStrategicMerge", "configurations", "crds", "generators"):
        yield from (((key, *below), value) for below, value in strings(data.get(key)))
    for key in ("patches", "patchesJson6902", "replacements"):
        for index, entry in enumerate(listed(data.get(key))):
            if isinstance(path := table(entry).get("path"), str):
                yield (key, index, "path"), path
    for key in _GENERATORS.values():
        for index, entry in enumerate(listed(data.get(key))):
            for part in ("files", "envs", "env"):
                for below, value in strings(table(entry).get(part)):
                    yield (key, index, part, *below), value.rpartition("=")[2]


def generated(context: Inspection, kind: str) -> Iterator[tuple[str, yaml.Document, str, frozenset[str] | None]]:
    """The ConfigMaps or Secrets that generators make: file, document, name, and keys; ``None`` where these are open."""
    for path, document in cluster(context).kustomizations:
        for entry in listed(table(document.data).get(_GENERATORS.get(kind, ""))):
            name = table(entry).get("name")
            if isinstance(name, str):
                yield path, document, name, _keys(context, path, table(entry))


def _keys(context: Inspection, path: str, entry: dict[str, Any]) -> frozenset[str] | None:
    found = {value.partition("=")[0] for _, value in strings(entry.get("literals"))}
    for _, value in strings(entry.get("files")):
        name, equals, file = value.partition("=")
        found.add(name if equals else posixpath.basename(file or name))
    for _, value in (*strings(entry.get("envs")), *strings(entry.get("env"))):
        try:
            content = context.read(joined(path, value))
        except Unreadable:
            return None
        found.update(name.decode("utf-8", "replace") for name in re.findall(rb"(?m)^[ \t]*([\w.-]+)[ \t]*=", content))
    return frozenset(found)


@once_a_run
def added_labels(context: Inspection) -> frozenset[tuple[str, str]]:
    """Labels that kustomizations put on pods, so that no template has them."""
    found: set[tuple[str, str]] = set()
    for _, document in cluster(context).kustomizations:
        data = table(document.data)
        found.update((str(key), str(value)) for key, value in table(data, "commonLabels").items())
        for entry in listed(data.get("labels")):
            found.update((str(key), str(value)) for key, value in table(entry, "pairs").items())
    return frozenset(found)


def bare(context: Inspection, name: str) -> tuple[str, ...]:
    """A name, and what it is without the prefixes and suffixes that kustomizations put to all of theirs."""
    known = _affixes(context)
    inner = {
        name.removeprefix(before).removesuffix(after)
        for before, after in known
        if name.startswith(before) and name.endswith(after)
    }
    return (name, *sorted(inner - {name, ""}))


@once_a_run
def _affixes(context: Inspection) -> frozenset[tuple[str, str]]:
    """The prefixes and suffixes of all kustomizations, in pairs."""
    found: set[tuple[str, str]] = set()
    for _, document in cluster(context).kustomizations:
        data = table(document.data)
        found.add((str(data.get("namePrefix") or ""), str(data.get("nameSuffix") or "")))
    return frozenset(found)


def is_closed(context: Inspection, path: str) -> bool:
    """Whether all that a kustomization is made of lies in the repository, none of it elsewhere."""
    known = _kustomizations(context)
    waiting, seen = [(path, 0)], {path}
    while waiting:
        here, depth = waiting.pop()
        data = known.get(here)
        if (
            data is None
            or depth > _DEEPEST
            or data.keys() & {"helmCharts", "helmChartInflationGenerator", "generators"}
        ):
            return False
        for where, value in named_files(data):
            if where[0] not in ("resources", "bases", "components"):
                continue
            full = joined(here, value)
            if REMOTE.search(value):
                return False
            inner = next((one for name in NAMES if (one := posixpath.join(full, name)) in known), "")
            if full in context.inventory.folders and inner not in seen:
                seen.add(inner)
                waiting.append((inner, depth + 1))
    return True


@once_a_run
def _kustomizations(context: Inspection) -> dict[str, dict[str, Any]]:
    """Every kustomization by its path."""
    return {name: table(document.data) for name, document in cluster(context).kustomizations}


def targets(context: Inspection, path: str, document: yaml.Document) -> Iterator[Target]:
    """The single objects that a kustomization's patches are for; patterns that mean several are left out."""
    data = table(document.data)
    for key in ("patches", "patchesJson6902"):
        for index, entry in enumerate(listed(data.get(key))):
            target = table(entry, "target")
            kind, name = target.get("kind"), target.get("name")
            if isinstance(kind, str) and isinstance(name, str) and _NAME.fullmatch(name):
                yield Target((key, index, "target", "name"), kind, name)
            elif not target and isinstance(file := table(entry).get("path"), str):
                yield from _patched(context, joined(path, file))
    for _, file in strings(data.get("patchesStrategicMerge")):
        if "\n" not in file:
            yield from _patched(context, joined(path, file))


def _patched(context: Inspection, path: str) -> Iterator[Target]:
    for one in cluster(context).objects:
        if one.path == path and one.data.get("$patch") != "delete":
            yield Target(("metadata", "name"), one.kind, one.name, one)


def joined(path: str, value: str) -> str:
    """A path that a kustomization names, seen from the root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), value))
