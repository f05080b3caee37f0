"""Kustomizations: the files that they list, and the objects, keys and labels that they make."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._kubernetes.manifests import cluster
from toolkit.checks.references._kustomize.files import GENERATORS, NAMES, REMOTE, joined, named_files
from toolkit.checks.references._repair import strings
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.manifests import Manifest
    from toolkit.documents import yaml

__all__ = [
    "added_labels",
    "bare",
    "generated",
    "is_closed",
    "is_patch",
    "kustomizations",
    "kustomized",
]

_OF_PATCHES = regex(r"(?:^|[/_.-])patch(?:es)?[/_.-]")
_DEEPEST = 12


def kustomizations(context: Inspection) -> Iterator[tuple[str, yaml.Document]]:
    """Kustomization files to report on."""
    for path, document in cluster(context).kustomizations:
        if context.shows(path):
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


def generated(context: Inspection, kind: str) -> Iterator[tuple[str, yaml.Document, str, frozenset[str] | None]]:
    """The ConfigMaps or Secrets that generators make: file, document, name, and keys; ``None`` where these are open."""
    for path, document in cluster(context).kustomizations:
        for entry in listed(table(document.data).get(GENERATORS.get(kind, ""))):
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
            or any(map(data.get, ("helmCharts", "helmChartInflationGenerator", "generators")))
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
