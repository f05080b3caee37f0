"""See :class:`KubernetesPortMismatch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._kubernetes import cluster, containers, listed, plain_ports, pods, same_namespace
from toolkit.checks.references._repair import mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Manifest, Pod
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity


class KubernetesPortMismatch(Check):
    """A Service, route or probe names a port that is not open behind it.

    What it checks: ``targetPort`` of a Service against the ports that its pods declare, ports of Ingress and HTTPRoute
        backends against the Service, and named ports of probes against their container. A number is only judged
        where the pods declare ports.
    Why it matters: Requests are refused although every pod is healthy; a probe on an unknown name is refused.
    How to fix: Write the port that the container listens on, best by name.
    Fix safety: Manual. Which of the two numbers is right depends on what the program listens on.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for service in cluster(context).of("Service"):
            if context.focus is None or service.path in context.focus:
                yield from self._service(context, service)
        for route in cluster(context).of("Ingress", "HTTPRoute"):
            if context.focus is None or route.path in context.focus:
                yield from self._route(context, route)
        for pod in pods(context):
            if context.focus is None or pod.owner.path in context.focus:
                yield from self._probes(context, pod)

    def _service(self, context: Inspection, service: Manifest) -> Iterator[Finding]:
        spec = mapping(service.data.get("spec"))
        labels = {str(key): str(value) for key, value in mapping(spec.get("selector")).items()}
        behind = [
            pod
            for pod in pods(context)
            if labels and same_namespace(pod.owner, service) and labels.items() <= pod.labels.items()
        ]
        # Of several workloads with equal labels those beside the Service are meant: others are other deployments of it.
        behind = [pod for pod in behind if pod.owner.folder == service.folder] or behind
        ports = [port for pod in behind for one in containers(pod) for port in one.ports]
        if not ports:
            return
        numbers = {port.get("containerPort") for port in ports}
        names = {port.get("name") for port in ports}
        for index, port in enumerate(plain_ports(spec.get("ports"))):
            where: Path = ("spec", "ports", index)
            data = mapping(port)
            target = data.get("targetPort", data.get("port"))
            where = (*where, "targetPort" if "targetPort" in data else "port")
            if (
                target in names
                or target in numbers
                or (isinstance(target, str) and target.isdigit() and int(target) in numbers)
            ):
                continue
            named = isinstance(target, str) and not target.isdigit()
            if not named and not isinstance(target, int | str):
                continue
            # Ports need not be declared: one of several that is not is no proof.
            level: Severity = "error" if named or len(numbers) == 1 else "info"
            open_ = ", ".join(_shown(one) for one in ports)
            yield self.finding(
                context,
                service.path,
                f"Service {service.name} sends to port {target}, and its pods declare {open_}: {'requests are refused' if level == 'error' else 'perhaps nothing listens there'}.",
                line=service.at(where),
                evidence=f"{behind[0].owner.path}: {behind[0].owner.kind} {behind[0].owner.name}",
                severity=level,
            )

    def _route(self, context: Inspection, route: Manifest) -> Iterator[Finding]:
        for where, name, port in _routed(route):
            services = [
                one for one in cluster(context).of("Service") if one.name == name and same_namespace(one, route)
            ]
            offered = [
                one for service in services for one in plain_ports(mapping(service.data.get("spec")).get("ports"))
            ]
            known = {one.get("port") for one in offered} | {one.get("name") for one in offered}
            if offered and isinstance(port, str | int) and port not in known:
                yield self.finding(
                    context,
                    route.path,
                    f"{route.kind} {route.name} sends to port {port} of Service {name}, which offers "
                    f"{', '.join(str(one.get('port')) for one in offered)}: requests are answered with 503.",
                    line=route.at(where),
                    evidence=services[0].path,
                )

    def _probes(self, context: Inspection, pod: Pod) -> Iterator[Finding]:
        for container in containers(pod):
            names = {port.get("name") for port in container.ports}
            for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
                for how in ("httpGet", "tcpSocket"):
                    port = mapping(mapping(container.data.get(probe)).get(how)).get("port")
                    if isinstance(port, str) and not port.isdigit() and "$" not in port and port not in names:
                        yield self.finding(
                            context,
                            pod.owner.path,
                            f"The {probe} of container {container.data.get('name')} asks port {port}, which it does not name.",
                            line=pod.owner.at((*container.where, probe, how, "port")),
                            evidence=f"named: {', '.join(sorted(str(name) for name in names if name)) or 'none'}",
                        )


def _shown(port: dict[str, Any]) -> str:
    name = port.get("name")
    return f"{port.get('containerPort')} ({name})" if name else str(port.get("containerPort"))


def _routed(route: Manifest) -> Iterator[tuple[Path, str, Any]]:
    for index, rule in enumerate(listed(mapping(route.data.get("spec")).get("rules"))):
        where: Path = ("spec", "rules", index)
        for inner, path in enumerate(listed(mapping(mapping(rule).get("http")).get("paths"))):
            place = (*where, "http", "paths", inner, "backend")
            backend = mapping(mapping(path).get("backend"))
            service = mapping(backend.get("service"))
            for key, port in mapping(service.get("port")).items():
                if port not in (None, "use-annotation"):
                    yield (*place, "service", "port", key), str(service.get("name")), port
            if "servicePort" in backend and backend["servicePort"] != "use-annotation":
                yield (*place, "servicePort"), str(backend.get("serviceName")), backend["servicePort"]
        for inner, item in enumerate(listed(mapping(rule).get("backendRefs"))):
            backend = mapping(item)
            if backend.get("kind", "Service") == "Service" and "port" in backend and "namespace" not in backend:
                yield (*where, "backendRefs", inner, "port"), str(backend.get("name")), backend["port"]
