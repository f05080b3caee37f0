"""Services that routes send to and that nothing defines."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.made import is_operated, made_by_command
from toolkit.checks.references._kubernetes.pods import cluster, pods
from toolkit.checks.references._kubernetes.routes import backends
from toolkit.checks.references._kustomize.kustomizations import bare, is_closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.model import Severity

__all__ = ["is_inhabited", "lost_backends"]

_MOST = 8


def lost_backends(context: Inspection) -> Iterator[Lost]:
    """Services that routes send to and that nothing defines; those that are like none are one for each route."""
    groups: dict[object, list[tuple[str, Lost]]] = {}
    for name, one in _lost(context):
        key = id(one) if one.near or one.evidence else (one.path, one.text.partition(" sends ")[0], one.severity)
        groups.setdefault(key, []).append((name, one))
    for (name, first), *others in groups.values():
        more = ", ".join(other for other, _ in others)
        text = (
            first.text.replace(f"Service {name}, which", f"the Services {name}, {more}, which") if more else first.text
        )
        lines = "; ".join(f"line {one.line[0]}: {other}" for other, one in others[:_MOST])
        yield first._replace(text=text, evidence=lines or first.evidence)


def _lost(context: Inspection) -> Iterator[tuple[str, Lost]]:
    """Each Service that a route sends to in vain, with its name."""
    services: dict[str, list[Manifest]] = {}
    for one in cluster(context).of("Service"):
        services.setdefault(one.name, []).append(one)
    told: set[tuple[str, str]] = set()
    for backend in backends(context):
        name, route = backend.name, backend.route
        defined = any(item in services or cluster(context).may_have("Service", item) for item in bare(context, name))
        known = (
            defined
            or cluster(context).is_asleep(route, backend.where, "Service")
            or is_operated(context, name)
            or not _is_whole(context, route)
        )
        if known or (route.path, name) in told:
            continue
        told.add((route.path, name))
        maker = made_by_command(context, name)
        near = likely(name, services)
        beside = any(one.folder == route.folder for many in services.values() for one in many)
        level: Severity = "error" if near and beside and not backend.namespace else "warning"
        space = backend.namespace or route.namespace
        foreign = space and not near and not is_inhabited(context, space, route)
        hint = f"; {near} is there" if near else ""
        lost = Lost(
            route.path,
            route.at(backend.where),
            f"{route.kind} {route.name} sends requests to Service {name}, which no manifest defines{hint}.",
            instead(name, near, f"add the Service {name}, or take the route out of {route.name}"),
            "info" if maker or foreign or not services else level,
            f"{maker} speaks of it" if maker else "",
            near,
            route.document,
            (*route.where, *backend.where),
            f"{name}.{space}",
        )
        yield name, lost


def is_inhabited(context: Inspection, namespace: str, route: Manifest) -> bool:
    """Whether the repository has a Service or a pod for a namespace, so that what an object asks for there may be its own."""
    known = [*cluster(context).of("Service"), *(pod.owner for pod in pods(context))]
    if not namespace or any(one.name == namespace for one in cluster(context).of("Namespace")):
        return True
    return any(one.namespace == namespace or (not one.namespace and one.folder == route.folder) for one in known)


def _is_whole(context: Inspection, route: Manifest) -> bool:
    """Whether the kustomization of a route's folder brings nothing from elsewhere, which may define the Service."""
    paths = [path for path, _ in cluster(context).kustomizations if (posixpath.dirname(path) or ".") == route.folder]
    return all(is_closed(context, path) for path in paths)
