"""Which program of the repository a container of a manifest runs, also where only the names are alike."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.references._kubernetes import containers, listed, pods, same_namespace
from toolkit.checks.references._kubernetes_made import makers
from toolkit.checks.references._repair import mapping, remembered
from toolkit.checks.references._services import Program, programs
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Container, Manifest
    from toolkit.documents import Path

__all__ = ["running", "variables"]

_CAPITAL = regex(r"(?<=[a-z0-9])(?=[A-Z])")


def running(context: Inspection) -> tuple[tuple[Program, Container], ...]:
    """The containers whose program is known, each with it."""

    def make() -> tuple[tuple[Program, Container], ...]:
        known = [(program, container) for program in programs(context) for container in program.containers]
        seen = {(*container.where, container.pod.owner.path) for _, container in known}
        folders = _folders(context)
        for pod in pods(context) if folders else ():
            for container in containers(pod):
                image = container.data.get("image")
                if isinstance(image, str) and (*container.where, pod.owner.path) not in seen:
                    found = _program(context, folders, image)
                    known += [(found, container)] if found is not None else []
        return tuple(known)

    pairs: tuple[tuple[Program, Container], ...] = remembered(context, "references.running", make)
    return pairs


def variables(context: Inspection, container: Container) -> Iterator[tuple[Manifest, Path, str]]:
    """The variables that a container is given by name: its own, and those of the ConfigMaps that it takes as a whole."""
    owner = container.pod.owner
    for index, item in enumerate(listed(container.data.get("env"))):
        if isinstance(name := mapping(item).get("name"), str):
            yield owner, (*container.where, "env", index, "name"), name
    for item in listed(container.data.get("envFrom")):
        name = mapping(mapping(item).get("configMapRef")).get("name")
        if not isinstance(name, str) or mapping(item).get("prefix"):
            continue
        for maker in makers(context, "ConfigMap").get(name, ()):
            if maker.source.kind == "ConfigMap" and same_namespace(maker.source, owner):
                yield from ((maker.source, ("data", key), key) for key in mapping(maker.source.data.get("data")))


def _folders(context: Inspection) -> dict[str, list[str]]:
    """The plain name of a folder to the Dockerfiles in folders of that name."""
    found: dict[str, list[str]] = {}
    for path in context.inventory.named("Dockerfile"):
        if "/" in path and path in context.inventory.tracked_set:
            found.setdefault(_plain(posixpath.basename(posixpath.dirname(path))), []).append(path)
    return found


def _program(context: Inspection, folders: dict[str, list[str]], image: str) -> Program | None:
    """The program whose folder bears the name of an image, or the end of it: ``shop/api``, ``shop-api``."""
    name = _plain(image.partition("@")[0].rpartition("/")[2].partition(":")[0].partition("$")[0].rstrip("-_"))
    parts = name.split("-")
    names = ["-".join(parts[start:]) for start in range(len(parts))]
    # An image of a plain name and no owner is a public one, whatever folder has the same name.
    names = names if "/" in image else [one for one in names if one != name or "-" in one]
    files = next((folders[one] for one in names if one in folders), [])
    if len(files) != 1:
        return None
    given = next((one for one in programs(context) if one.dockerfile == files[0]), None)
    return given or Program(posixpath.dirname(files[0]), files[0])


def _plain(name: str) -> str:
    return _CAPITAL.sub("-", name).replace("_", "-").lower()
