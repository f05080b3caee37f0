"""See :class:`PortConflict`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._compose import files
from toolkit.checks.references._kubernetes import listed
from toolkit.checks.references._repair import mapping
from toolkit.checks.references._services import code_ports, environment, exposed, programs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.checks.references._kubernetes import Container
    from toolkit.checks.references._services import Program
    from toolkit.documents import Path
    from toolkit.model import Finding

_SHORT = re.compile(
    r"(?:(?P<address>\d+(?:\.\d+){3}|\[[0-9a-fA-F:]*\]|localhost):)?(?:(?P<host>[^:/]*):)?(?P<inside>[^:/]+)(?:/(?P<protocol>\w+))?"
)
_DEFAULT = re.compile(r"\$\{\w+:?-(\d+)\}")
_DEBUG = frozenset({9229, 9222, 5005, 2345, 5678, 40000, 4040, 35729, 24678, 6060, 9000})


@dataclass(frozen=True, slots=True)
class _Port:
    service: str
    where: Path
    address: str
    host: int
    inside: int
    protocol: str


class PortConflict(Check):
    """Two services publish one port, or the places that name a program's port do not agree.

    What it checks: Host ports published twice in one compose file by services that run together. For a program with a
        Dockerfile: ``PORT`` and published container ports of compose, EXPOSE, ``containerPort`` and ``PORT`` of the manifest,
        and the default in the code.
    Why it matters: Compose stops at a port that is taken; a container that listens on another port than the one published
        is healthy and unreachable.
    How to fix: Publish another host port; or write the port that the program listens on everywhere.
    Fix safety: Manual. Which number is right depends on who else uses it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for compose in files(context):
            yield from self._published(context, compose)
            yield from self._unreached(context, compose)
        for program in programs(context):
            for container in program.containers:
                if context.focus is None or container.pod.owner.path in context.focus:
                    yield from self._container(context, program, container)
            yield from self._dockerfile(context, program)

    def _published(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        seen: dict[tuple[int, str], list[_Port]] = {}
        for port in _ports(compose):
            others = seen.setdefault((port.host, port.protocol), [])
            clash = next((one for one in others if port.host and _clash(compose, one, port)), None)
            if clash is not None:
                same = "again " if clash.service == port.service else ""
                yield self.finding(
                    context,
                    compose.path,
                    f"Service {port.service} {same}publishes host port {port.host}, which {clash.service} publishes: only one can start.",
                    line=compose.line(port.where),
                    evidence=f"line {compose.line(clash.where)[0]}: {clash.service}",
                )
            others.append(port)

    def _unreached(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        for service, data in compose.services.items():
            told = environment(data.get("environment")).get("PORT")
            inside = [port for port in _ports(compose) if port.service == service]
            if "build" not in data or not inside or not str(told).isdigit() or "command" in data:
                continue
            if int(str(told)) not in {port.inside for port in inside}:
                yield self.finding(
                    context,
                    compose.path,
                    f"Service {service} is told to listen on PORT {told}, and port {inside[0].inside} is published: nothing answers there.",
                    line=compose.line(inside[0].where),
                    evidence=f"PORT: {told}",
                    severity="warning",
                )

    def _container(self, context: Inspection, program: Program, container: Container) -> Iterator[Finding]:
        owner = container.pod.owner
        declared = [port.get("containerPort") for port in container.ports]
        told = _told(container)
        known = dict.fromkeys(exposed(context, program), f"EXPOSE in {program.dockerfile}")
        known |= {port: f"the code ({path})" for port, path in code_ports(context, program.folder).items()}
        for compose, service in program.services:
            known |= {port.inside: f"{compose.path}" for port in _ports(compose) if port.service == service}
        if not declared or container.data.get("args") or container.data.get("command"):
            return
        where = (*container.where, "ports", 0, "containerPort")
        if told and told not in declared:
            says = f", as {known[told]} says" if told in known else ""
            text = f"is told to listen on PORT {told}{says}, and declares port {declared[0]}"
        elif not told and known and not set(declared) & known.keys():
            port, source = next(iter(known.items()))
            text = f"declares port {declared[0]}, and {source} says {port}"
        else:
            return
        yield self.finding(
            context,
            owner.path,
            f"Container {container.data.get('name')} {text}: one of them is wrong, and there nothing listens.",
            line=owner.at(where),
            evidence="; ".join(f"{source}: {port}" for port, source in known.items()),
            severity="error" if told and told in known else "warning",
        )

    def _dockerfile(self, context: Inspection, program: Program) -> Iterator[Finding]:
        open_ = exposed(context, program)
        for compose, service in program.services:
            inside = [port for port in _ports(compose) if port.service == service and port.inside not in _DEBUG]
            data = compose.services[service]
            overridden = data.keys() & {"command", "entrypoint"} or "PORT" in environment(data.get("environment"))
            wrong = inside and open_ and not {port.inside for port in inside} & open_.keys()
            if wrong and not overridden and (context.focus is None or compose.path in context.focus):
                yield self.finding(
                    context,
                    compose.path,
                    f"Service {service} publishes container port {inside[0].inside}, and its Dockerfile exposes "
                    f"{', '.join(map(str, open_))}: nothing may listen there.",
                    line=compose.line(inside[0].where),
                    evidence=f"{program.dockerfile}:{min(open_.values())}",
                    severity="warning",
                )


def _told(container: Container) -> int:
    for item in listed(container.data.get("env")):
        value = str(mapping(item).get("value", ""))
        if mapping(item).get("name") == "PORT" and value.isdigit():
            return int(value)
    return 0


def _clash(compose: Compose, one: _Port, other: _Port) -> bool:
    """Whether both are published at once: no profiles that exclude each other, no two addresses, no pair of one service."""
    first, second = (set(listed(compose.services[item.service].get("profiles"))) for item in (one, other))
    if first and second and not first & second:
        return False
    wild = ("", "0.0.0.0", "[::]")  # noqa: S104 - compared with, not bound to
    if one.service == other.service and (one.inside == other.inside or one.address != other.address):
        return False
    return one.address == other.address or one.address in wild or other.address in wild


def _ports(compose: Compose) -> Iterator[_Port]:
    for where, value in compose.values("ports"):
        for index, entry in enumerate(listed(value)):
            found = _port(str(where[1]), (*where, index), entry)
            if found is not None:
                yield found


def _port(service: str, where: Path, entry: Any) -> _Port | None:
    if isinstance(entry, dict):
        host, inside = str(entry.get("published", "")), str(entry.get("target", ""))
        address, protocol = str(entry.get("host_ip", "")), str(entry.get("protocol", "tcp"))
    else:
        match = _SHORT.fullmatch(_DEFAULT.sub(r"\1", str(entry)))
        if match is None:
            return None
        host, inside = match["host"] or "", match["inside"]
        address, protocol = match["address"] or "", match["protocol"] or "tcp"
    if not inside.isdigit() or (host and not host.isdigit()):
        return None
    return _Port(service, where, address, int(host or 0), int(inside), protocol)
