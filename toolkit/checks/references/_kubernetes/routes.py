"""Where routes send requests: the Services and ports that Ingress, Gateway API, Istio and Traefik name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kubernetes.pods import cluster, in_focus
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.documents import Path

__all__ = ["Backend", "backends", "host_of"]


class Backend(NamedTuple):
    """One place that a route sends to: a port of ``None`` is not given."""

    route: Manifest
    where: Path
    name: str
    namespace: str
    port: Any
    port_where: Path


def backends(context: Inspection) -> Iterator[Backend]:
    """Every backend of the routes to report on."""
    for route in cluster(context).of(*_READERS):
        if in_focus(context, route):
            # What has a star is no name of one Service.
            yield from (one for one in _READERS[route.kind](route) if "$" not in one.name and "*" not in one.name)


def host_of(text: str) -> tuple[str, str]:
    """Service and namespace of a name within the cluster; both empty for any other host."""
    parts = text.removesuffix(".").removesuffix(".cluster.local").split(".")
    if parts[-1] == "svc":
        parts = parts[:-1][-2:]
    elif len(parts) > 1:
        return "", ""
    return parts[0], parts[1] if len(parts) > 1 else ""


def _of_ingress(route: Manifest) -> Iterator[Backend]:
    spec = table(route.data, "spec")
    for key in ("defaultBackend", "backend"):
        yield from _of_backend(route, ("spec", key), table(spec, key))
    for index, rule in enumerate(listed(spec.get("rules"))):
        for inner, path in enumerate(listed(table(rule, "http").get("paths"))):
            where: Path = ("spec", "rules", index, "http", "paths", inner, "backend")
            yield from _of_backend(route, where, table(path, "backend"))


def _of_backend(route: Manifest, where: Path, data: dict[str, Any]) -> Iterator[Backend]:
    service = table(data, "service")
    ports = table(service, "port")
    key = next((name for name in ("number", "name") if name in ports), "number")
    if isinstance(name := service.get("name"), str) and ports.get("name") != "use-annotation":
        place = (*where, "service")
        yield Backend(route, (*place, "name"), name, "", ports.get(key), (*place, "port", key))
    port = data.get("servicePort")
    if isinstance(name := data.get("serviceName"), str) and port != "use-annotation":
        yield Backend(route, (*where, "serviceName"), name, "", port, (*where, "servicePort"))


def _of_gateway(route: Manifest) -> Iterator[Backend]:
    for index, rule in enumerate(listed(table(route.data, "spec").get("rules"))):
        for inner, item in enumerate(listed(table(rule).get("backendRefs"))):
            data = table(item)
            if data.get("kind", "Service") == "Service" and isinstance(name := data.get("name"), str):
                where: Path = ("spec", "rules", index, "backendRefs", inner)
                space = str(data.get("namespace", ""))
                yield Backend(route, (*where, "name"), name, space, data.get("port"), (*where, "port"))


def _of_mesh(route: Manifest) -> Iterator[Backend]:
    spec = table(route.data, "spec")
    for kind in ("http", "tcp", "tls"):
        for index, rule in enumerate(listed(spec.get(kind))):
            for inner, item in enumerate(listed(table(rule).get("route"))):
                data = table(item, "destination")
                name, space = host_of(str(data.get("host", "")))
                where: Path = ("spec", kind, index, "route", inner, "destination")
                if name:
                    port = table(data, "port").get("number")
                    yield Backend(route, (*where, "host"), name, space, port, (*where, "port", "number"))


def _of_traefik(route: Manifest) -> Iterator[Backend]:
    for index, rule in enumerate(listed(table(route.data, "spec").get("routes"))):
        for inner, item in enumerate(listed(table(rule).get("services"))):
            data = table(item)
            name = data.get("name")
            if isinstance(name, str) and data.get("kind", "Service") == "Service" and "@" not in name:
                where: Path = ("spec", "routes", index, "services", inner)
                space = str(data.get("namespace", ""))
                yield Backend(route, (*where, "name"), name, space, data.get("port"), (*where, "port"))


_READERS: dict[str, Callable[[Manifest], Iterator[Backend]]] = {
    "Ingress": _of_ingress,
    "HTTPRoute": _of_gateway,
    "GRPCRoute": _of_gateway,
    "TCPRoute": _of_gateway,
    "VirtualService": _of_mesh,
    "IngressRoute": _of_traefik,
}
