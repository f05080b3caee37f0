"""The pods of Kubernetes manifests, with their containers; what else manifests hold is in ``_kubernetes.manifests``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._kubernetes.manifests import (
    Cluster,
    Manifest,
    cluster,
    file_of,
    in_focus,
    nearest,
    reported,
    same_namespace,
    sides,
)
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = [
    "LASTING",
    "Cluster",
    "Container",
    "Manifest",
    "Pod",
    "cluster",
    "containers",
    "file_of",
    "has_room",
    "in_focus",
    "nearest",
    "plain_ports",
    "pods",
    "reported",
    "same_namespace",
    "sides",
]

LASTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
"""Kinds that keep their pods running, by a selector."""


@dataclass(frozen=True)
class Pod:
    """The template of a pod: ``spec`` is where its specification stands in the object."""

    owner: Manifest
    spec: Path
    labels: dict[str, str]
    data: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Container:
    """One container of a pod."""

    pod: Pod
    where: Path
    data: dict[str, Any] = field(repr=False)

    @property
    def ports(self) -> tuple[dict[str, Any], ...]:
        """What it declares to listen on."""
        return plain_ports(self.data.get("ports"))


def has_room(container: Container) -> bool:
    """Whether an installation of a chart may add ports to a container, or decides on one."""
    owner, where = container.pod.owner, container.where
    place = (*where, "ports") if "ports" in container.data else where
    return owner.is_open(place) or any("$" in str(value) for port in container.ports for value in port.values())


def plain_ports(value: Any) -> tuple[dict[str, Any], ...]:
    """The entries of a list of ports whose names and numbers are text or numbers, as they have to be."""
    found = (table(port) for port in listed(value))
    return tuple(port for port in found if all(isinstance(item, str | int | None) for item in port.values()))


@once_a_run
def pods(context: Inspection) -> tuple[Pod, ...]:
    """The pod templates of every workload, those of unknown kinds that have one too."""
    return tuple(pod for one in cluster(context).objects for pod in _pods(one))


def _pods(one: Manifest) -> Iterator[Pod]:
    places: tuple[tuple[str, ...], ...] = (
        ("spec", "template"),
        ("spec", "jobTemplate", "spec", "template"),
        ("spec", "podTemplate"),
    )
    if one.kind == "Pod":
        yield _pod(one, (), one.data)
        return
    for place in places:
        template = one.data
        for step in place:
            template = table(template, step)
        if isinstance(template.get("spec"), dict) and listed(template["spec"].get("containers")):
            yield _pod(one, place, template)


def _pod(one: Manifest, place: Path, template: dict[str, Any]) -> Pod:
    labels = table(template, "metadata", "labels")
    texts = {key: str(value) for key, value in labels.items()}
    return Pod(one, (*place, "spec"), texts, table(template, "spec"))


def containers(pod: Pod) -> Iterator[Container]:
    """The containers of a pod, those that run first included."""
    for key in ("initContainers", "containers"):
        for index, item in enumerate(listed(pod.data.get(key))):
            if isinstance(item, dict):
                yield Container(pod, (*pod.spec, key, index), item)
