"""What a kustomization brings: its objects as patches make them, and why it cannot be built."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kustomize.parts import Part, Patched, Source
from toolkit.places import table

if TYPE_CHECKING:
    from toolkit.checks.references._kubernetes.manifest import Manifest
    from toolkit.documents import Path

__all__ = ["CLUSTER_WIDE", "Build", "Fault", "Item", "changed", "written"]

CLUSTER_WIDE = ("Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "PersistentVolume")
_PLAIN = frozenset((
    *("annotations", "replicas", "minReplicas", "maxReplicas", "resources", "imagePullPolicy", "strategy", "nodeSelector"),
    *("tolerations", "securityContext", "terminationGracePeriodSeconds", "progressDeadlineSeconds", "metrics"),
))  # fmt: skip
"""Keys of what no other object has to do with: an object that differs in nothing else stays the one that it was."""


class Item(NamedTuple):
    """An object as a kustomization brings it.

    Args:
        one: as far as it matters to others; of what a generator makes, without data.
        part: with everything that patches have changed; empty where none has.
        names: what it was called, and last what it is called now.
        namespace: the one that it is given, else that of its file.
        raw: as its file has it.
        way: the place in the kustomization that brings it.
        is_made: by a generator.
    """

    one: Manifest
    part: Part | None
    names: tuple[str, ...]
    namespace: str
    raw: Manifest
    way: Path = ()
    is_made: bool = False


class Fault(NamedTuple):
    """Why a kustomization cannot be built: ``twice``, ``exists``, ``absent``, ``spaces`` or ``path``, with who is concerned.

    Args:
        kind: two objects of one name; a generator for what is there, or is to be changed and is not; several Namespaces that are given one name; a patch of a value
            that is not there.
        kustomization: the file.
        source, place: where it is written.
        what: the name, or the path.
        item: the object that is concerned.
        first: the one before it.
    """

    kind: str
    kustomization: str
    source: Source
    place: Path
    what: str
    item: Item | None = None
    first: Item | None = None


@dataclass
class Build:
    """What a kustomization brings.

    ``is_sure`` if nothing of it lies elsewhere, ``is_marked`` if labels or annotations are put on all of it.
    """

    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_sure: bool = True
    is_marked: bool = False


def changed(item: Item, part: Part) -> Item:
    """The object with a patch: another one only where others may have to do with the change."""
    data = table(part.plain)
    name = str(table(data, "metadata").get("name") or item.one.name)
    names = item.names if name == item.one.name else (*item.names, name)
    if _gist(data) == _gist(item.one.data):
        return item._replace(part=part)
    plain = item.raw.document
    document = Patched(plain.text, plain.data, plain.root, plain.duplicates, plain.start, part)
    one = replace(item.one, document=document, where=(), name=name, data=data)
    return item._replace(one=one, part=part, names=names)


def _gist(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _gist(one) for key, one in value.items() if key not in _PLAIN}
    return [_gist(one) for one in value] if isinstance(value, list) else value


def written(one: Manifest) -> str:
    """The namespace that the file itself says."""
    namespace = table(one.data, "metadata").get("namespace")
    return namespace if isinstance(namespace, str) else ""
