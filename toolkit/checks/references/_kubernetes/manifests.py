"""Kubernetes manifests: every object of the repository with its file."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.checks.references._helm.charts import charts
from toolkit.checks.references._kubernetes.manifest import Manifest, file_of, nearest, objects_of, same_namespace, sides
from toolkit.checks.references._kustomize.tree import Trees
from toolkit.checks.references._repair import strings
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import path_from, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = [
    "SEEN",
    "Cluster",
    "Manifest",
    "cluster",
    "file_of",
    "in_focus",
    "nearest",
    "objects_of",
    "reported",
    "same_namespace",
    "sides",
]

SEEN = "references.chart"
"""The name of the objects that a run sees which looks at one chart."""

_TOP = regex(rb"^(?:apiVersion|kind|- apiVersion|- kind|[\"']?apiVersion[\"']?)[ \t]*:", re.MULTILINE)
_NAMES = regex(rb"(?m)^[ \t-]*(?:name|secretName):[ \t]*[\"']?([\w.-]+)[\"']?[ \t]*\r?$")
_FILLED_IN = regex(r"\{\{|[<>$]")
"""In names of objects that a person or a program has to fill in first."""
_LARGEST = 3_000_000


@dataclass
class Cluster:
    """Every object that is read, by kind.

    Args:
        written: every object as its file has it, the patches among them.
        trees: every kustomization as it is built.
        opaque: names in templates and files that do not parse.
        unread: those in what is not read or made, whose labels are not known.
        charted: labels of what charts make.
        broken: those in files that do not parse.
        elsewhere: of a chart: names of what others make beside it.
        foreign: of a chart: names of charts that it brings from elsewhere.
        kinds: of a chart: kinds of which it may have more than is known; ``*`` for all.
        asleep: of a chart: kinds of which it has more under conditions that its defaults do not meet.
    """

    objects: tuple[Manifest, ...]
    by_kind: dict[str, list[Manifest]]
    kustomizations: tuple[tuple[str, yaml.Document], ...]
    opaque: frozenset[str]
    unread: frozenset[str] = frozenset()
    charted: tuple[dict[str, str], ...] = ()
    broken: frozenset[str] = frozenset()
    written: tuple[Manifest, ...] = ()
    trees: Trees | None = None
    elsewhere: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    asleep: frozenset[str] = frozenset()

    def is_asleep(self, one: Manifest, path: Path, *kinds: str) -> bool:
        """Whether what a chart names under a condition may be what another condition of it brings."""
        return one.is_conditional(path) and not self.asleep.isdisjoint(kinds)

    def may_have(self, kind: str, name: str) -> bool:
        """Whether an object that is not read may be of a kind and name."""
        return (
            "$" in name
            or name in self.opaque
            or name in self.elsewhere
            or not self.kinds.isdisjoint((kind, "*"))
            or any(part in name for part in self.foreign)
        )

    def of(self, *kinds: str) -> Iterator[Manifest]:
        """The objects of some kinds."""
        for kind in kinds:
            yield from self.by_kind.get(kind, ())


def cluster(context: Inspection) -> Cluster:
    """All manifests of the repository without those of charts; seen from a chart, its own."""
    return context.shared.get(SEEN) or _load(context)


def reported(context: Inspection) -> Iterator[Manifest]:
    """The objects to report on."""
    return (one for one in cluster(context).objects if in_focus(context, one))


def in_focus(context: Inspection, one: Manifest) -> bool:
    """Whether an object is to be reported on: one of its files is."""
    return context.shows(*one.files)


@once_a_run
def _load(context: Inspection) -> Cluster:
    objects: list[Manifest] = []
    kustomizations: list[tuple[str, yaml.Document]] = []
    broken: set[str] = set()
    for path in _candidates(context):
        for document in _documents(context, path, broken):
            data = table(document.data)
            name = posixpath.basename(path)
            if name in ("kustomization.yaml", "kustomization.yml") or data.get("kind") in (
                "Kustomization",
                "Component",
            ):
                kustomizations.append((path, document))
            else:
                objects.extend(one for one in objects_of(path, document) if not _FILLED_IN.search(one.name))
    by_kind: dict[str, list[Manifest]] = {}
    namespaces = _namespaces(tuple(kustomizations))
    written = tuple(_placed(one, namespaces) for one in objects)
    trees = Trees(written, tuple(kustomizations), lambda path: _read(context, path))
    final = trees.final(written)
    names, unread, charted = _of_charts(context)
    unread |= broken | trees.unmade
    for one in final:
        by_kind.setdefault(one.kind, []).append(one)
    return Cluster(
        final,
        by_kind,
        tuple(kustomizations),
        frozenset(names | unread),
        frozenset(unread),
        charted,
        frozenset(broken),
        written,
        trees,
    )


def _read(context: Inspection, path: str) -> tuple[yaml.Document, ...]:
    """The documents of a file; none where it cannot be read."""
    try:
        return context.document(path, yaml.parse_all) if context.is_file(path) else ()
    except Unreadable:
        return ()


def _of_charts(context: Inspection) -> tuple[set[str], set[str], tuple[dict[str, str], ...]]:
    """The names of what charts make, also without that of an installation, those in what is not rendered, and the labels."""
    names: set[str] = set()
    labels: list[dict[str, str]] = []
    for chart in charts(context):
        for one in (one for path, document in chart.documents for one in objects_of(path, document)):
            names |= {one.name, one.name.removeprefix(f"{chart.release}-")}
            borne = (table(one.data, "metadata"), table(one.data, "spec", "template", "metadata"))
            labels += [{str(key): str(value) for key, value in table(data, "labels").items()} for data in borne]
    unread = {name for chart in charts(context) for path in chart.unread for name in _names_in(context, path)}
    return names, unread, tuple(filter(None, labels))


def _names_in(context: Inspection, path: str) -> Iterator[str]:
    """Everything in a file that may be the name of an object."""
    content = context.content(path) or b""
    yield from (match.decode("utf-8", "replace") for match in _NAMES.findall(content[:_LARGEST]))


def _candidates(context: Inspection) -> Iterator[str]:
    inventory = context.inventory
    names = [name for name in inventory.by_name if name.endswith((".yaml", ".yml"))]
    for path in context.living_first(sorted(set(inventory.named(*names)))):
        parts = path.split("/")
        if path in inventory.links or ".github" in parts or parts[-1].startswith(("values", "Chart", "pnpm-")):
            continue
        yield path


def _is_chart(context: Inspection, parts: list[str]) -> bool:
    return "templates" in parts and context.is_file("/".join((*parts[: parts.index("templates")], "Chart.yaml")))


def _documents(context: Inspection, path: str, broken: set[str]) -> tuple[yaml.Document, ...]:
    """The documents of a file of manifests; names of one that cannot be read as such go to ``broken``."""
    try:
        content = context.read(path)
    except Unreadable:
        return ()
    named = path.endswith(("kustomization.yaml", "kustomization.yml"))
    if len(content) > _LARGEST or not (named or len(set(_TOP.findall(content))) > 1):
        return ()
    if _is_chart(context, path.split("/")):
        return ()
    documents = _read(context, path)
    # Of two objects that run into each other only the last is seen.
    if not documents or any(one.path == ("kind",) for document in documents for one in document.duplicates):
        broken.update(_names_in(context, path))
    return documents


def _namespaces(kustomizations: tuple[tuple[str, yaml.Document], ...]) -> dict[str, str]:
    """File or folder to the namespace that the kustomization which lists it gives everything it lists."""
    found = {}
    for path, document in kustomizations:
        data = table(document.data)
        namespace = data.get("namespace")
        for key in ("resources", "bases", "components") if isinstance(namespace, str) else ():
            for _, value in strings(data.get(key)):
                found[path_from(posixpath.dirname(path), value)] = str(namespace)
    return found


def _placed(one: Manifest, namespaces: dict[str, str]) -> Manifest:
    """The object with the namespace that it is given; with none where another kustomization moves all of its folder."""
    above = upward(one.folder)
    given = "" if any(folder in namespaces for folder in above) else namespaces.get(one.path)
    if given is None or one.namespace == given:
        return one
    return replace(one, namespace=given)
