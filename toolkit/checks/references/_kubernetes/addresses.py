"""Addresses of Services within the values of manifests: ``http://api:3000``, ``db.shop.svc.cluster.local:5432``."""

from __future__ import annotations

import base64
import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import instead, likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._kubernetes.files import SCHEMES, place_of, written
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.made import AMBIENT, is_operated, made_by_command
from toolkit.checks.references._kubernetes.pods import cluster, containers, in_focus, plain_ports, pods, sides
from toolkit.checks.references._kubernetes.routes import host_of
from toolkit.checks.references._kustomize.kustomizations import bare
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.manifest import Spot
    from toolkit.checks.references._kubernetes.pods import Manifest, Pod
    from toolkit.documents import Path

__all__ = ["Address", "addresses", "is_agreed", "lost_hosts", "offered", "values"]

_OPTIONAL = regex(r"(?i)\b(?:if (?:using|used|enabled|you use|needed)|optional)\b")
_URL = regex(
    r"\b(?P<scheme>[a-z][a-z0-9+]{1,14})://(?:[^\s@/,]{1,200}@)?(?P<host>[a-z0-9][a-z0-9.-]{0,200})(?::(?P<port>\d{1,5}))?(?![\w.:@$-])"
)
_PAIR = regex(r"(?P<host>[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(?P<port>\d{2,5})")
_UNNAMED = regex(r"://[^\s@/]{1,200}@")
_PLAIN = regex(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*")
_HOST = regex(r"(?:^|_)(?:HOST|HOSTNAME|SERVER)$", re.IGNORECASE)
_LARGEST = 4000
_ENOUGH = 2
"""Services in one namespace from which it is taken to be defined here as a whole."""


class Address(NamedTuple):
    """An address in a value: the port is 0 where none is written and none follows from the scheme.

    In a file ``before`` says how often its text stands there earlier.
    """

    owner: Manifest
    where: Path
    text: str
    service: str
    namespace: str
    port: int
    is_full: bool
    is_implied: bool = False
    before: int = -1

    @property
    def is_in_file(self) -> bool:
        """Whether it is one of a whole file that a ConfigMap holds."""
        return self.before >= 0

    @property
    def position(self) -> Spot:
        """Line and column: within a file those of the address itself."""
        if self.is_in_file:
            return place_of(self.owner, self.where, self.text, self.before)
        return self.owner.at(self.where)


@once_a_run
def addresses(context: Inspection) -> tuple[Address, ...]:
    """Every address of the manifests to report on whose host may be a Service."""
    known = (one for one in values(context) if in_focus(context, one[0]))
    found = [one for owner, where, text in known for one in _found(owner, where, text)]
    for one in cluster(context).of("ConfigMap"):
        if in_focus(context, one):
            found += _in_files(one)
    return tuple(found)


def values(context: Inspection) -> Iterator[tuple[Manifest, Path, str]]:
    """Every value of a variable, a ConfigMap or a readable Secret that is one line: owner, place and text."""
    for pod in pods(context):
        for container in containers(pod):
            for index, item in enumerate(listed(container.data.get("env"))):
                if isinstance(value := table(item).get("value"), str):
                    yield pod.owner, (*container.where, "env", index, "value"), value
    for one in cluster(context).of("ConfigMap", "Secret"):
        key = "data" if one.kind == "ConfigMap" else "stringData"
        for name, value in table(one.data, key).items():
            if isinstance(value, str) and "\n" not in value.strip():  # a whole file is another program's
                yield one, (key, name), value.strip()
        for name, value in table(one.data, "data").items() if one.kind == "Secret" else ():
            if text := _decoded(value):
                yield one, ("data", name), text


def is_agreed(context: Inspection, behind: list[Pod], target: int, ports: list[dict[str, Any]]) -> bool:
    """Whether a variable tells a program one of the ports that its pods declare, and nothing speaks of the one that is asked for."""
    told = [(str(where[-1]), text) for _, where, text in values(context)]
    pods_said = " ".join(str(pod.owner.data) for pod in behind)
    told += re.findall(r"'name': '(\w*PORT)', 'value': '(\d+)'", pods_said)
    declared = {str(port.get("containerPort")) for port in ports}
    says = any(name.upper().endswith("PORT") and text in declared for name, text in told)
    return says and not re.search(rf"\b{target}\b", " ".join((pods_said, *(text for _, text in told))))


def _decoded(value: Any) -> str:
    """The one line that the data of a Secret hold; empty if they hold anything else."""
    if not isinstance(value, str) or len(value) > _LARGEST:
        return ""
    try:
        text = base64.b64decode(value, validate=True).decode().strip()
    except ValueError:
        return ""
    return text if text.isprintable() else ""


def _in_files(owner: Manifest) -> Iterator[Address]:
    for name, value in table(owner.data, "data").items():
        for one in written(value) if isinstance(value, str) and "\n" in value.strip() else ():
            service, namespace = host_of(one.host)
            implied = not one.port and one.scheme == "http"
            port = int(one.port or (80 if implied else 0))
            if service and service != "localhost":
                full = ".svc" in one.host
                yield Address(owner, ("data", name), one.text, service, namespace, port, full, implied, one.before)


def _found(owner: Manifest, where: Path, text: str) -> Iterator[Address]:
    if len(text) > _LARGEST:
        return
    pairs = [_PAIR.fullmatch(part.strip()) for part in text.split(",")]
    for match in pairs if all(pairs) else _URL.finditer(text):
        host = match["host"].rstrip(".") if match else ""
        service, namespace = host_of(host)
        scheme = (match.groupdict().get("scheme") or "http").partition("+")[0] if match else ""
        if match is None or not service or service == "localhost" or service.isdigit() or scheme not in SCHEMES:
            continue
        implied = not match["port"] and match.groupdict().get("scheme") == "http"
        port = int(match["port"] or (80 if implied else 0))
        text = _UNNAMED.sub("://", match[0])
        yield Address(owner, where, text, service, namespace, port, ".svc" in host, implied)
    if _HOST.search(str(where[-1] if where[-1] != "value" else _name(owner, where))) and _PLAIN.fullmatch(text):
        service, namespace = host_of(text)
        if service:
            yield Address(owner, where, text, service, namespace, 0, ".svc" in text)


def _name(owner: Manifest, where: Path) -> str:
    """The name of the variable whose value stands at a place."""
    value: Any = owner.data
    for step in where[:-1]:
        value = value[step]
    return str(table(value).get("name", ""))


def offered(context: Inspection, one: Address) -> Iterator[tuple[Manifest, set[int]]]:
    """The Service that an address means with its ports, in each kustomization that may mean another; none where they are not known."""
    wanted = one.namespace or one.owner.namespace
    services = [
        service
        for service in cluster(context).of("Service")
        if service.name == one.service and (not wanted or not service.namespace or service.namespace == wanted)
    ]
    for side in sides(one.owner, services):
        specs = [table(service.data, "spec") for service in side]
        # Behind a Service without an address of its own, and behind a foreign name, every port of the host is open.
        if any(spec.get("clusterIP") == "None" or spec.get("type") == "ExternalName" for spec in specs):
            continue
        ports = {port.get("port") for spec in specs for port in plain_ports(spec.get("ports"))}
        if ports:
            yield side[0], {port for port in ports if isinstance(port, int)}


def lost_hosts(context: Inspection) -> Iterator[Lost]:
    """Services that addresses name and nobody defines, where the name can mean nothing else."""
    known: dict[str, list[Manifest]] = {}
    for service in cluster(context).of("Service"):
        known.setdefault(service.name, []).append(service)
    told: set[tuple[str, str]] = set()
    for one in addresses(context) if known else ():
        defined = any(
            name in known or cluster(context).may_have("Service", name) for name in bare(context, one.service)
        )
        defined |= one.service in AMBIENT["Service"]
        if defined or (one.owner.path, one.service) in told:
            continue
        near = _near(one, known)
        space = one.namespace or one.owner.namespace
        count = sum(service.namespace == space for many in known.values() for service in many)
        if not near and not (one.is_full and count >= _ENOUGH):
            continue
        if is_operated(context, one.service) or made_by_command(context, one.service):
            continue
        told.add((one.owner.path, one.service))
        hint = f"; {near} is there" if near else ""
        yield Lost(
            one.owner.path,
            one.position,
            f"{one.owner.kind} {one.owner.name} calls {one.text}, and no manifest defines a Service {one.service}{hint}: the name does not resolve.",
            instead(one.service, near, f"add the Service {one.service}, or correct the address"),
            "info" if _is_optional(context, one) else "warning",
            f"in namespace {space or 'of the manifest'}: {', '.join(sorted(known)[:8])}",
            "" if one.is_in_file else _corrected(one, near),
            one.owner.document,
            (*one.owner.where, *one.where),
            f"{one.service}.{space}",
        )


def _is_optional(context: Inspection, one: Address) -> bool:
    """Whether the comment over the lines of an address says that what it is for need not be there."""
    above = text_of(context, one.owner.path).splitlines()[: one.position[0]]
    block = list(takewhile(str.strip, reversed(above)))
    comment = next((line for line in block if line.lstrip().startswith("#")), "")
    return _OPTIONAL.search(comment) is not None


def _corrected(one: Address, near: str) -> str:
    """The whole value with the Service's name corrected; empty where the name stands in it more than once."""
    value: Any = one.owner.data
    for step in one.where:
        value = value[step]
    parts = re.split(rf"(?<![\w.-]){re.escape(one.service)}(?![\w-])", str(value))
    return near.join(parts) if near and len(parts) == 2 else ""


def _near(one: Address, known: dict[str, list[Manifest]]) -> str:
    """A Service of the same folder or namespace whose name differs by a usual ending or a slip."""
    beside = [
        name
        for name, many in known.items()
        if any(service.folder == one.owner.folder or service.namespace == one.owner.namespace != "" for service in many)
    ]
    if one.namespace:
        beside += [name for name, many in known.items() if any(item.namespace == one.namespace for item in many)]
    plain = {_stem(name): name for name in beside}
    if (found := plain.get(_stem(one.service))) is not None:
        return found
    return likely(one.service, beside, 0.8) if len(one.service) > 5 else ""


def _stem(name: str) -> str:
    return re.sub(r"[-_]?(service|svc|server|srv)$", "", name)
