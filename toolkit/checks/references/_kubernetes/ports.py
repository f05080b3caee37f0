"""Ports of manifests: what is open, and who sends where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._kubernetes.addresses import addresses, is_agreed, offered, values
from toolkit.checks.references._kubernetes.pods import (
    cluster,
    containers,
    has_room,
    in_focus,
    plain_ports,
    pods,
    same_namespace,
    sides,
)
from toolkit.checks.references._kubernetes.programs import is_of_others
from toolkit.checks.references._kubernetes.routes import backends
from toolkit.checks.references._kustomize.kustomizations import is_patch
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.addresses import Address
    from toolkit.checks.references._kubernetes.pods import Container, Manifest, Pod
    from toolkit.checks.references._kubernetes.routes import Backend
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = [
    "Closed",
    "is_open",
    "like_name",
    "of_addresses",
    "of_probes",
    "of_routes",
    "of_services",
    "selected",
    "shown",
]

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOW = ("httpGet", "tcpSocket", "grpc")
_OF_FIGURES = regex(r"(?i)metrics|stats|prom")
_OF_BROWSERS = regex(
    r"(?i)cors|origin|referr?er|issuer|callback|redirect|public|site_?url|(?:frontend|client|web)_(?:base_)?url"
)
"""Variables with an address that pages and tokens hold, and that nobody in the cluster calls."""


class Closed(NamedTuple):
    """A port that is asked for and not open: who asks, where, what is known, and what a person does.

    ``near`` is the name of a port that was probably meant.
    """

    owner: Manifest
    where: Path
    text: str
    evidence: str
    todo: str
    severity: Severity = "error"
    near: str = ""
    line: tuple[int, int] | None = None


def selected(context: Inspection, one: Manifest, labels: dict[str, Any]) -> list[list[Pod]]:
    """The pods that an object of a namespace selects by labels, in each kustomization that may have others."""
    wanted = {str(key): str(value) for key, value in labels.items()}
    found = [
        pod
        for pod in pods(context)
        if wanted and same_namespace(pod.owner, one) and wanted.items() <= pod.labels.items()
    ]
    groups = ({id(owner) for owner in side} for side in sides(one, (pod.owner for pod in found)))
    return [[pod for pod in found if id(pod.owner) in owners] for owners in groups]


def of_services(context: Inspection) -> Iterator[Closed]:
    """Target ports of Services that their pods do not declare."""
    for service in cluster(context).of("Service"):
        if not in_focus(context, service):
            continue
        for behind in selected(context, service, table(service.data, "spec", "selector")):
            found = list(_of_service(context, service, behind))
            yield from found
            if found:  # in another overlay it is mostly the same fault
                break


def _of_service(context: Inspection, service: Manifest, behind: list[Pod]) -> Iterator[Closed]:
    # Of several workloads with equal labels those beside the Service are meant: others are other deployments of it.
    behind = [pod for pod in behind if pod.owner.folder == service.folder] or behind
    known = [one for pod in behind for one in containers(pod)]
    ports = [port for one in known for port in one.ports if not any(map(has_room, known))]
    silent = [str(one.data) for one in known if not one.ports and "initContainers" not in one.where]
    spec = table(service.data, "spec")
    targets = {one.get("targetPort", one.get("port")) for one in plain_ports(spec.get("ports"))}
    # The one port that a probe asks and nothing is sent to is what was meant.
    left = [
        names for port in ports if targets.isdisjoint(names := {port.get("containerPort"), port.get("name")} - {None})
    ]
    probed = {table(one.data.get(probe), how).get("port") for one in known for probe in _PROBES for how in _HOW}
    for index, port in enumerate(plain_ports(spec.get("ports")) if ports else ()):
        key = "targetPort" if "targetPort" in port else "port"
        target = port.get(key)
        if not isinstance(target, int | str) or "$" in str(target) or is_open(target, ports):
            continue
        named = isinstance(target, str) and not target.isdigit()
        # Ports need not be declared: one of several that is not is no proof.
        # A program needs not declare the number of what is turned off, as of its metrics.
        meant = len(left) == 1 and not probed.isdisjoint(left[0])
        off = service.is_conditional(("spec", "ports", index), only_off=True)
        apart = off and not service.is_conditional(("metadata",), only_off=True)
        sure = named or (len({port.get("containerPort") for port in ports}) == 1 and not apart) or meant
        # Without an address of its own a Service sends nowhere: who asks takes the port of the pods.
        direct = not named and spec.get("clusterIP") == "None"
        if not named and any(re.search(rf"(?<!\d){target}(?!\d)", text) for text in silent):
            continue  # a container that declares nothing speaks of it
        effect = "requests are refused" if sure else "perhaps nothing listens there"
        open_ = ", ".join(dict.fromkeys(map(shown, ports)))
        text = f"Service {service.name} sends to port {target}, and its pods declare {open_}: {effect}."
        evidence = f"{behind[0].owner.at((*behind[0].spec, 'containers', 0, 'ports', 0)).path}: {behind[0].owner.kind} {behind[0].owner.name}"
        near = like_name(target, (port.get("name") for port in ports))
        todo = instead(str(target), near, f"write {open_} as {key} of {service.name}, or open {target} in the pods")
        agreed = not sure and str(target).isdigit() and is_agreed(context, behind, int(target), ports)
        level: Severity = "error" if sure and not (silent and not named) else "warning" if agreed or sure else "info"
        level = "info" if direct else level
        yield Closed(service, ("spec", "ports", index, key), text, evidence, todo, level, near)


def like_name(wanted: int | str, names: Iterable[Any]) -> str:
    """The name of a port that another name is like."""
    return likely(wanted, [str(name) for name in names if name]) if isinstance(wanted, str) else ""


def is_open(target: int | str, ports: list[dict[str, Any]]) -> bool:
    """Whether a container has a port, by its number or its name."""
    known = {port.get("containerPort") for port in ports} | {port.get("name") for port in ports}
    return target in known or (isinstance(target, str) and target.isdigit() and int(target) in known)


def shown(port: dict[str, Any]) -> str:
    """A port of a container as a finding names it."""
    name = port.get("name")
    return f"{port.get('containerPort')} ({name})" if name else str(port.get("containerPort"))


def of_routes(context: Inspection) -> Iterator[Closed]:
    """Ports of routes that the Service does not offer."""
    for one in backends(context):
        services = [
            service
            for service in cluster(context).of("Service")
            if service.name == one.name
            and (service.namespace in ("", one.namespace) if one.namespace else same_namespace(service, one.route))
        ]
        if one.name in cluster(context).broken:
            continue  # a file that does not parse may define it otherwise
        closed = (_of_route(one, side) for side in sides(one.route, services))
        if (first := next(filter(None, closed), None)) is not None:
            yield first


def _of_route(one: Backend, services: list[Manifest]) -> Closed | None:
    ports = [port for item in services for port in plain_ports(table(item.data, "spec").get("ports"))]
    known = {port.get("port") for port in ports} | {port.get("name") for port in ports}
    unsure = "$" in f"{one.port} {known}" or any(item.is_open(("spec", "ports")) for item in services)
    named = isinstance(one.port, str | int) and str(one.port) in map(str, known)
    if not ports or unsure or named or not isinstance(one.port, str | int):
        return None
    offers = ", ".join(dict.fromkeys(str(port.get("port")) for port in ports))
    text = f"{one.route.kind} {one.route.name} sends to port {one.port} of Service {one.name}, which offers {offers}"
    near = like_name(one.port, (port.get("name") for port in ports))
    todo = instead(str(one.port), near, f"write {offers}, or let Service {one.name} offer {one.port}")
    said = f"{text}: requests are answered with 503."
    return Closed(one.route, one.port_where, said, services[0].at(("spec", "ports", 0)).path, todo, near=near)


def of_addresses(context: Inspection) -> Iterator[Closed]:
    """Addresses in variables and ConfigMaps with a port that the Service does not offer."""
    for one in addresses(context):
        if one.service in cluster(context).broken:
            continue
        closed = (known for known in offered(context, one) if one.port and one.port not in known[1])
        if (known := next(closed, None)) is not None:
            if one.is_implied and (_is_told_apart(context, one, known[1]) or _OF_BROWSERS.search(_name(one))):
                continue
            offers = ", ".join(map(str, sorted(known[1])))
            text = f"{one.owner.kind} {one.owner.name} calls {one.text}, and Service {one.service} offers port {offers}"
            level: Severity = "warning" if one.is_implied else "error"
            todo = f"write port {offers} in {one.text}, or let Service {one.service} offer {one.port}"
            said = f"{text}: the call is refused."
            yield Closed(one.owner, one.where, said, known[0].path, todo, level, line=one.position)


def _name(one: Address) -> str:
    """The variable or key whose value holds an address."""
    if one.where[-1:] != ("value",):
        return str(one.where[-1])
    value: Any = one.owner.data
    for step in one.where[:-1]:
        value = value[step]
    return str(table(value).get("name"))


def _is_told_apart(context: Inspection, one: Address, ports: set[int]) -> bool:
    """Whether the same manifest gives one of the ports as a value of its own: the program puts the two together."""
    texts = {str(port) for port in ports}
    return any(text in texts for owner, _, text in values(context) if owner.path == one.owner.path)


def of_probes(context: Inspection) -> Iterator[Closed]:
    """Ports of probes that the container does not declare."""
    for pod in (one for one in pods(context) if in_focus(context, one.owner)):
        for container in containers(pod):
            partial = has_room(container) or ("ports" not in container.data and is_patch(context, pod.owner))
            yield from _of_container(container, partial=partial, foreign=is_of_others(context, container))


def _of_container(container: Container, *, partial: bool, foreign: bool) -> Iterator[Closed]:
    names = sorted(str(port["name"]) for port in container.ports if port.get("name"))
    numbers = sorted(port["containerPort"] for port in container.ports if isinstance(port.get("containerPort"), int))
    # Of several ports one may be left out of the list, unless another probe keeps to it.
    ports = (table(container.data.get(probe), how).get("port") for probe in _PROBES for how in _HOW)
    every = [port for port in ports if isinstance(port, str | int)]
    declared, shown = {*names, *numbers}, " or ".join(map(str, numbers))
    for probe in _PROBES:
        for how in _HOW:
            port = table(container.data.get(probe), how).get("port")
            closed = f"The {probe} of container {container.data.get('name')} asks port {port}, which it does not"
            where = (*container.where, probe, how, "port")
            if isinstance(port, str) and not port.isdigit() and "$" not in port and port not in names and not partial:
                text, evidence = f"{closed} name.", f"named: {', '.join(names) or 'none'}"
                near = like_name(port, names)
                todo = instead(port, near, f"name a port of the container {port}, or write its number in {probe}")
                yield Closed(container.pod.owner, where, text, evidence, todo, near=near)
            elif (
                isinstance(port, int)
                and port not in numbers
                and not partial
                and (len(numbers) == 1 or declared & {*every})
            ):
                text = f"{closed} declare: if nothing listens there, the pod is restarted for ever or never ready."
                todo = f"write {shown} in {probe}, or declare port {port}, whichever the program listens on"
                # What others made listens where they say: all its probes agree, or what is declared is for figures alone.
                idle = foreign and (every.count(port) > 1 or (bool(names) and all(map(_OF_FIGURES.search, names))))
                level: Severity = "info" if idle else "warning"
                yield Closed(container.pod.owner, where, text, f"declared: {shown}", todo, level)
