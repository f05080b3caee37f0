"""Ports that network policies and monitors name of what they select."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead
from toolkit.checks.references._kubernetes.pods import cluster, containers, has_room, plain_ports, reported
from toolkit.checks.references._kubernetes.ports import Closed, is_open, like_name, selected, shown
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["of_monitors", "of_policies"]


def of_policies(context: Inspection) -> Iterator[Closed]:
    """Network policies that let no port in that their pods have: they count ports of pods, not those of Services."""
    for policy in reported(context):
        spec = table(policy.data, "spec")
        if policy.kind != "NetworkPolicy":
            continue
        behind = [pod for side in selected(context, policy, table(spec, "podSelector", "matchLabels")) for pod in side]
        ports = [port for pod in behind for one in containers(pod) for port in one.ports]
        rules = [listed(table(rule).get("ports")) for rule in listed(spec.get("ingress"))]
        let_in = [
            (("spec", "ingress", outer, "ports", inner, "port"), table(item).get("port"))
            for outer, items in enumerate(rules)
            for inner, item in enumerate(items)
        ]
        opened = any("endPort" in table(item) for items in rules for item in items) or not all(rules)
        numbers = [(where, port) for where, port in let_in if isinstance(port, int | str)]
        unsure = any(has_room(one) for pod in behind for one in containers(pod))
        if ports and numbers and not opened and not unsure and not any(is_open(port, ports) for _, port in numbers):
            where, port = numbers[0]
            open_ = ", ".join(dict.fromkeys(map(shown, ports)))
            text = (
                f"NetworkPolicy {policy.name} lets port {port} in, and its pods declare {open_}: requests are dropped."
            )
            todo = f"write {open_} in {policy.name}: a policy counts the ports of pods, not those of Services"
            yield Closed(policy, where, text, behind[0].owner.path, todo, "warning")


def of_monitors(context: Inspection) -> Iterator[Closed]:
    """Endpoints of service monitors by a name that the selected Services give to no port."""
    for monitor in reported(context):
        spec = table(monitor.data, "spec")
        wanted = table(spec, "selector", "matchLabels")
        if monitor.kind != "ServiceMonitor" or not wanted:
            continue
        services = [
            service
            for service in cluster(context).of("Service")
            if wanted.items() <= table(service.data, "metadata", "labels").items()
        ]
        names = {port.get("name") for item in services for port in plain_ports(table(item.data, "spec").get("ports"))}
        asked = [table(item).get("port") for item in listed(spec.get("endpoints"))] if services else []
        lost = [
            (index, port)
            for index, port in enumerate(asked)
            if isinstance(port, str) and port not in names and "$" not in f"{port} {names}"
        ]
        if lost:  # what one monitor lacks is one cause
            (index, port), *others = lost
            called = ", ".join(sorted(str(name) for name in names if name))
            every = " and ".join(str(name) for _, name in lost)
            near = like_name(port, names) if not others else ""
            todo = f"name a port {every} in Service {services[0].name}"
            text = (
                f"ServiceMonitor {monitor.name} scrapes port {every}, and the ports of the Services that it selects "
                f"are called {called}"
                if called
                else f"ServiceMonitor {monitor.name} scrapes port {every}, and the "
                "ports of the Services that it selects have no names"
            )
            where: Path = ("spec", "endpoints", index, "port")
            todo = instead(port, near, f"{todo}, or write one of {called}" if called else todo)
            yield Closed(monitor, where, f"{text}: nothing is scraped.", services[0].path, todo, "warning", near)
