"""Backends of an Ingress that lie in another namespace than it: an Ingress only reaches its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import cluster
from toolkit.checks.references._kubernetes.routes import backends
from toolkit.checks.references._scripts.texts import lines
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.manifests import Manifest

__all__ = ["astray"]

_PLACING = ("Application", "ApplicationSet", "HelmRelease", "Fleet", "GitRepo")
"""Objects that say into which namespace something is deployed."""


def astray(context: Inspection) -> Iterator[Lost]:
    """One for each Ingress: its first backend that is defined in other namespaces only."""
    services: dict[str, set[str]] = {}
    for one in cluster(context).of("Service"):
        services.setdefault(one.name, set()).add(one.namespace)
    told: set[tuple[str, str]] = set()
    for backend in backends(context):
        route, spaces = backend.route, services.get(backend.name, set())
        sure = route.kind == "Ingress" and spaces and not spaces & {"", route.namespace}
        if not sure or (route.path, route.name) in told or (not route.namespace and _is_placed(context, route, spaces)):
            continue
        told.add((route.path, route.name))
        there = ", ".join(sorted(spaces))
        own = f"namespace {route.namespace}" if route.namespace else "the default namespace, as it names none"
        todo = f"write namespace: {min(spaces)} in Ingress {route.name}, or move the Service"
        if route.namespace:
            todo = f"define Service {backend.name} in {route.namespace}, or write namespace: {min(spaces)} in Ingress {route.name} if it is for that"
        yield Lost(
            route.path,
            route.at(backend.where),
            f"Ingress {route.name} is in {own}, and Service {backend.name} in {there}: an Ingress only reaches its own.",
            todo,
            "error" if route.namespace else "warning",
        )


def _is_placed(context: Inspection, route: Manifest, spaces: set[str]) -> bool:
    """Whether a command, a kustomization or what deploys it may put an object that names no namespace into one of these."""
    given = any(table(document.data).get("namespace") for _, document in cluster(context).kustomizations)
    if route.chart or given or any(True for _ in cluster(context).of(*_PLACING)):
        return True
    names = "|".join(map(re.escape, spaces))
    needle = re.compile(rf"(?:(?<!\S)-n|--namespace)[ =][\"']?(?:\$|(?:{names})(?![\w-]))")
    return any(True for _ in lines(context, needle, "-n ", "-n=", "--namespace"))
