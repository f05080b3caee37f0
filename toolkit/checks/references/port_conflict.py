"""See :class:`PortConflict`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._compose.files import all_files, files, included
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._images.dockerfiles import dockerfiles
from toolkit.checks.references._kubernetes.made import makers
from toolkit.checks.references._kubernetes.pods import in_focus
from toolkit.checks.references._ports.disagreements import of_service
from toolkit.checks.references._ports.host_addresses import of_host_addresses
from toolkit.checks.references._ports.image_ports import of_image
from toolkit.checks.references._ports.listening import told
from toolkit.checks.references._ports.machines import of_machine
from toolkit.checks.references._ports.proxied import of_proxies
from toolkit.checks.references._ports.published import clashes, published, several
from toolkit.checks.references._repair import by_hand
from toolkit.checks.references._scripts.texts import mentioned
from toolkit.checks.references._services import code_ports, exposed, programs
from toolkit.expressions import regex
from toolkit.places import folder_of, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._fault import Fault
    from toolkit.checks.references._kubernetes.pods import Container
    from toolkit.checks.references._ports.published import Port
    from toolkit.checks.references._services import Program
    from toolkit.model import Finding

_CONFIGURED = regex(
    r"(?i)\.(?:ya?ml|json|conf)$|(?:^|/)fly[^/]*\.toml$|template$|Caddyfile$|(?:^|/)\.?env[^/]*$|(?:docker|container)file"
)


class PortConflict(Check):
    """Two services publish one port, or the places that name a program's port do not agree.

    What it checks: Host ports published twice, in one compose file and what it includes, by services that run together;
        ranges, addresses, protocols and profiles count; a port of the host for a service that is wanted several times. For a program with a Dockerfile: ``PORT`` and published container
        ports of compose, EXPOSE, the port that its command, its environment or its health check names (two of ``*_PORT``, health
        check and EXPOSE where nothing else tells), ``containerPort``
        and ``PORT`` of the manifest, the own port of well-known images, ``internal_port`` of Fly, ``listen`` of the nginx configuration and the default in the code. The ports at which nginx, Caddy and
        Traefik ask a service of their compose file, and those in addresses of variables of other services, against all of that; Prometheus and nginx asked at the host's port of a service; stores
        that an example of an environment seeks on this machine at a port which compose does not publish. What only
        information says, such as EXPOSE, gives way to what decides, such as a command or ``ASPNETCORE_URLS``.
    Why it matters: Compose stops at a port that is taken; a container that listens on another port than the one published
        is healthy and unreachable.
    How to fix: Publish another host port; or write the port that the program listens on everywhere.
    Fix safety: Manual. Which number is right depends on who else uses it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        if context.focus is not None and not any(map(_CONFIGURED.search, context.focus)):
            return  # code alone: what it disagrees with is as it was, and reading all of that takes its time
        for compose in files(context):
            yield from self._published(context, compose)
            yield from self._several(context, compose)
        for one in _disagreements(context):
            if context.shows(one.path):
                yield finding_of(self, context, one)
        yield from self._contained(context)

    def _contained(self, context: Inspection) -> Iterator[Finding]:
        """What containers of manifests say of their programs; the same of several manifests is one cause."""
        told: dict[str, Finding] = {}
        seen: set[tuple[str, int]] = set()  # several overlays bring one container
        for program in programs(context):
            for container in program.containers:
                if in_focus(context, container.pod.owner):
                    every = self._container(context, program, container)
                    found = [one for one in every if (one.path, one.line) not in seen]
                    seen.update((one.path, one.line) for one in found)
                    for one in found:
                        known = told.get(one.message)
                        more = f"; so in {one.path}:{one.line}"
                        told[one.message] = replace(known, evidence=known.evidence + more) if known else one
        yield from told.values()

    def _published(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        inner = {compose.at(value) for _, value in included(compose)}
        others = tuple(one for one in all_files(context) if one.path in inner and one.path != compose.path)
        together: dict[tuple[str, str, str], list[tuple[Compose, Port, Port, int]]] = {}
        for one in clashes((compose, *others)):
            together.setdefault((one[0].path, one[1].service, one[2].service), []).append(one)
        for found in together.values():
            other, first, second, _ = found[0]
            numbers = ", ".join(dict.fromkeys(str(number) for *_, number in found))
            same = "again " if first.service == second.service else ""
            where = "" if other is compose else f"{other.path} "
            profiles = [
                bool(listed(file.services[port.service].get("profiles")))
                for file, port in ((other, first), (compose, second))
            ]
            yield self.finding(
                context,
                compose.path,
                f"Service {second.service} {same}publishes host port {numbers}, which {first.service} publishes: "
                "only one can start.",
                line=compose.line(second.where),
                evidence=f"{where}line {other.line(first.where)[0]}: {first.service}",
                severity="warning" if any(profiles) and not all(profiles) else "error",
                fixes=by_hand(f"publish another host port than {numbers} for {second.service} or {first.service}"),
            )

    def _several(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        """One for each file whose services are wanted more than once with a port of the host."""
        found = list(several(compose))
        if not found or mentioned(context, "stack deploy"):
            return
        (port, wanted), *others = found
        more = "".join(f"; line {compose.line(one.where)[0]}: {one.service}, {many}" for one, many in others)
        yield self.finding(
            context,
            compose.path,
            f"Service {port.service} is wanted {wanted} times{f' (as {len(others)} more)' if others else ''} and publishes host "
            f"port {port.host[0]}: only the first can start, unless a swarm runs them.",
            line=compose.line(port.where),
            evidence=f"{wanted} of {port.service}{more}",
            severity="info" if compose.is_aside else "warning",
            fixes=by_hand(f"publish a range or no port of {port.service} and put a proxy before it, or want it once"),
        )

    def _container(self, context: Inspection, program: Program, container: Container) -> Iterator[Finding]:
        owner = container.pod.owner
        declared = [port.get("containerPort") for port in container.ports]
        told = _told(container)
        known = dict.fromkeys(exposed(context, program.dockerfile), f"EXPOSE in {program.dockerfile}")
        known |= {port: f"the code ({path})" for port, (path, _) in code_ports(context, program.folder).items()}
        for compose, service in program.services:
            known |= {port.inside: f"{compose.path}" for port in published(compose) if port.service == service}
        beside = [path for path in dockerfiles(context) if folder_of(path) == program.folder]
        agreed = any(declared[0] in exposed(context, path) for path in beside) if declared else True
        if agreed or container.data.get("args") or container.data.get("command"):
            return  # of several Dockerfiles the image is built from the one that agrees
        where = (*container.where, "ports", 0, "containerPort")
        if told and told not in declared:
            says = f", as {known[told]} says" if told in known else ""
            text = f"is told to listen on PORT {told}{says}, and declares port {declared[0]}"
            port = told
        elif not told and not _may_be_told(context, container) and known and not set(declared) & known.keys():
            port, source = next(iter(known.items()))
            text = f"declares port {declared[0]}, and {source} says {port}"
        else:
            return
        line = owner.at(where)
        yield self.finding(
            context,
            line.path,
            f"Container {container.data.get('name')} {text}: one of them is wrong, and there nothing listens.",
            line=line,
            evidence="; ".join(f"{source}: {port}" for port, source in known.items()),
            severity="error" if told and told in known else "warning",
            fixes=by_hand(
                f"write {port} as containerPort of {container.data.get('name')}, if it listens there, else {declared[0]} everywhere"
            ),
        )


def _disagreements(context: Inspection) -> Iterator[Fault]:
    """What does not agree about the services of all compose files, the machines of Fly, and the images that are left."""
    built = {(compose.path, service): program for program in programs(context) for compose, service in program.services}
    known: set[str] = set()
    for compose in all_files(context):
        for service in compose.services:
            program = built.get((compose.path, service))
            for one in of_service(context, compose, service, program):
                known.add(program.dockerfile if program else "")
                yield one
    yield from of_proxies(context, built)
    yield from of_host_addresses(context)
    for path in context.matching("fly.toml", "fly.*.toml"):
        yield from of_machine(context, path)
    by_file = {program.dockerfile: program for program in programs(context)}
    for path in dockerfiles(context):
        if path not in known:  # one cause: its service has been told of
            yield from of_image(context, path, is_told=_is_told(by_file.get(path)))


def _is_told(program: Program | None) -> bool:
    """Whether who runs a program tells it the port, or may do so in a file."""
    services = [compose.services[service] for compose, service in (program.services if program else ())]
    return any("env_file" in one or told(one.get("environment")) for one in services) or any(
        map(_told, program.containers if program else ())
    )


def _may_be_told(context: Inspection, container: Container) -> bool:
    """Whether a ConfigMap may tell a program its port."""
    if any(table(item).get("name") == "PORT" for item in listed(container.data.get("env"))):
        return True
    known = makers(context, "ConfigMap")
    named = [table(item, "configMapRef").get("name") for item in listed(container.data.get("envFrom"))]
    found = [known.get(name, ()) for name in named if isinstance(name, str)]
    return any(not one or any(maker.keys is None or "PORT" in maker.keys for maker in one) for one in found)


def _told(container: Container) -> int:
    for item in listed(container.data.get("env")):
        value = str(table(item).get("value", ""))
        if table(item).get("name") == "PORT" and value.isdigit():
            return int(value)
    return 0
