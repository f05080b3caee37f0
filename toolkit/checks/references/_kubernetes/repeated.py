"""Entries of one pod that bear one name: containers, volumes, variables, mounts and ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kubernetes.pods import containers, in_focus, pods
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container, Manifest, Pod
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["Twice", "repeated"]


class Twice(NamedTuple):
    """What stands twice: its owner, the place of the second, the finding's text, and what a person does."""

    owner: Manifest
    where: Path
    text: str
    todo: str
    evidence: str
    severity: Severity = "error"


def repeated(context: Inspection) -> Iterator[Twice]:
    """Everything in the pods to report on that stands twice under one name."""
    for pod in pods(context):
        if in_focus(context, pod.owner):
            yield from _of_pod(pod)
            for container in containers(pod):
                yield from _of_container(container)


def _of_pod(pod: Pod) -> Iterator[Twice]:
    for key, what in (("containers", "container"), ("volumes", "volume")):
        for where, name, *_ in _again(pod.data.get(key), "name"):
            text = f"{pod.owner.kind} {pod.owner.name} has two {what}s named {name}: the API server refuses it."
            todo = f"rename one of the two {what}s {name}, or remove it"
            yield Twice(pod.owner, (*pod.spec, key, *where), text, todo, f"{key}: {name}")


def _of_container(container: Container) -> Iterator[Twice]:
    owner, name = container.pod.owner, container.data.get("name")
    for where, variable, first, second in _again(container.data.get("env"), "name"):
        if first != second:
            text = f"Container {name} is given {variable} twice, with different values: the last one counts."
            todo = f"keep one value of {variable}"
            yield Twice(owner, (*container.where, "env", *where), text, todo, f"env: {variable}", "warning")
    for key, part, what in (
        ("volumeMounts", "mountPath", "mounts two volumes at"),
        ("ports", "name", "names two ports"),
    ):
        for where, text, *_ in _again(container.data.get(key), part):
            told = f"Container {name} {what} {text}: the API server refuses it."
            todo = f"keep one entry {text} in {key} of {name}, or give the other its own"
            yield Twice(owner, (*container.where, key, *where), told, todo, f"{key}: {text}")


def _again(value: Any, key: str) -> Iterator[tuple[Path, str, dict[str, Any], dict[str, Any]]]:
    """The entries of a list whose name an earlier one has: place of the name, name, and both."""
    seen: dict[str, dict[str, Any]] = {}
    for index, item in enumerate(listed(value)):
        data = table(item)
        name = data.get(key)
        if isinstance(name, str) and name in seen:
            yield (index, key), name, seen[name], data
        elif isinstance(name, str):
            seen[name] = data
