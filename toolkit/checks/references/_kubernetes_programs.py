"""Which program of the repository a container of a manifest runs, and the variables that it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.references._kubernetes import nearest, same_namespace
from toolkit.checks.references._kubernetes_made import makers
from toolkit.checks.references._services import Program, programs
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Container, Manifest
    from toolkit.documents import Path

__all__ = ["running", "variables"]


def running(context: Inspection) -> tuple[tuple[Program, Container], ...]:
    """The containers whose program is known, each with it."""
    return tuple((program, container) for program in programs(context) for container in program.containers)


def variables(context: Inspection, container: Container) -> Iterator[tuple[Manifest, Path, str]]:
    """The variables that a container is given by name: its own, and those of the ConfigMaps that it takes as a whole."""
    owner = container.pod.owner
    for index, item in enumerate(listed(container.data.get("env"))):
        if isinstance(name := table(item).get("name"), str):
            yield owner, (*container.where, "env", index, "name"), name
    for item in listed(container.data.get("envFrom")):
        name = table(item, "configMapRef").get("name")
        if not isinstance(name, str) or table(item).get("prefix"):
            continue
        found = [one.source for one in makers(context, "ConfigMap").get(name, ()) if same_namespace(one.source, owner)]
        for source in nearest(owner, found):
            if source.kind == "ConfigMap":
                yield from ((source, ("data", key), key) for key in table(source.data, "data"))
