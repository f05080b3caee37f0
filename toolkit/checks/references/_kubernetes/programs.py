"""Which program of the repository a container of a manifest runs, and the variables that it is given."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.references._images.names import name_of
from toolkit.checks.references._kubernetes.made import makers
from toolkit.checks.references._kubernetes.pods import containers, nearest, pods, same_namespace
from toolkit.checks.references._services import Program, programs
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container, Manifest
    from toolkit.documents import Path

__all__ = ["is_of_others", "running", "variables"]

_OF_PACKAGES = ("package.json", "pyproject.toml", "Cargo.toml", "go.mod")


@once_a_run
def running(context: Inspection) -> tuple[tuple[Program, Container], ...]:
    """The containers whose program is known, each with it: by its Dockerfile, or by the package that an image is called after."""
    found = [(program, container) for program in programs(context) for container in program.containers]
    known = {(id(container.pod.owner), container.where) for _, container in found}
    packages: dict[str, list[str]] = {}
    for path in context.inventory.named(*_OF_PACKAGES):
        folder = posixpath.dirname(path)
        packages.setdefault(posixpath.basename(folder), []).append(folder)
    for pod in pods(context):
        for container in containers(pod):
            image = str(container.data.get("image"))
            folders = set(packages.get(name_of(image), ())) if "/" in image else set()
            if len(folders) == 1 and (id(pod.owner), container.where) not in known:
                # Several packages share one Dockerfile, which tells them apart by its arguments.
                found.append((Program(folders.pop(), ""), container))
    return tuple(found)


def is_of_others(context: Inspection, container: Container) -> bool:
    """Whether a container's image has an owner, and nothing in the repository is called after it or may be what it is built from."""
    image = str(container.data.get("image"))
    if "/" not in image or "$" in image or "Dockerfile" in context.inventory.files:
        return False
    own = {posixpath.basename(folder) for folder in context.inventory.folders}
    return name_of(image) not in own and not any(container == one for _, one in running(context))


def variables(context: Inspection, container: Container) -> Iterator[tuple[Manifest, Path, str]]:
    """The variables that a container is given by name: its own, and those of the ConfigMaps and Secrets that it takes as a whole."""
    owner = container.pod.owner
    for index, item in enumerate(listed(container.data.get("env"))):
        if isinstance(name := table(item).get("name"), str):
            yield owner, (*container.where, "env", index, "name"), name
    for item in listed(container.data.get("envFrom")):
        for reference, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            name = table(item, reference).get("name")
            if not isinstance(name, str) or table(item).get("prefix"):
                continue
            found = [one.source for one in makers(context, kind).get(name, ()) if same_namespace(one.source, owner)]
            for source in nearest(owner, found):
                yield from ((source, where, key) for where, key in _keys(source))


def _keys(source: Manifest) -> Iterator[tuple[Path, str]]:
    """The keys that a ConfigMap, a Secret, or what an operator makes one of, writes down, each with its place."""
    places: tuple[Path, ...] = (("data",), ("stringData",)) if source.kind in ("ConfigMap", "Secret") else ()
    places = (("spec", "encryptedData"),) if source.kind == "SealedSecret" else places
    for place in places:
        yield from (((*place, key), key) for key in table(source.data, *map(str, place)))
    if source.kind == "ExternalSecret":
        for index, item in enumerate(listed(table(source.data, "spec").get("data"))):
            if isinstance(key := table(item).get("secretKey"), str):
                yield ("spec", "data", index, "secretKey"), key
