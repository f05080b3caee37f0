"""Ports that network policies and monitors name of what they select."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import instead
from toolkit.checks.references._kubernetes.addresses import addresses
from toolkit.checks.references._kubernetes.pods import (
    cluster,
    containers,
    has_room,
    plain_ports,
    reported,
    same_namespace,
)
from toolkit.checks.references._kubernetes.ports import Closed, is_open, like_name, selected, shown
from toolkit.checks.references._kubernetes.routes import backends
from toolkit.places import below, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.documents import Path

__all__ = ["of_denials", "of_monitors", "of_policies"]

_OTHER_POLICIES = frozenset(
    {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy"}
)
"""Policies of plugins, which may let in what the plain ones do not."""


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


def of_denials(context: Inspection) -> Iterator[Closed]:
    """Network policies that let nobody in to any pod of a namespace, where no other one lets anybody in to what is called there."""
    policies = list(cluster(context).of("NetworkPolicy"))
    foreign = any(one.kind in _OTHER_POLICIES for one in cluster(context).objects)
    for policy in reported(context):
        spec = table(policy.data, "spec")
        denies = policy.kind == "NetworkPolicy" and "Ingress" in _ways(policy) and not listed(spec.get("ingress"))
        if foreign or not denies or _of_pods(policy):
            continue
        beside = [
            one for one in policies if listed(table(one.data, "spec").get("ingress")) and same_namespace(one, policy)
        ]
        asked = {backend.name for backend in backends(context) if same_namespace(backend.route, policy)}
        asked |= {one.service for one in addresses(context) if same_namespace(one.owner, policy)}
        lost: dict[str, Manifest] = {}
        for service in cluster(context).of("Service"):
            labels = table(service.data, "spec", "selector")
            if service.name in asked and _is_beside(service, policy):
                sides_ = selected(context, service, labels)
                let_in = [any(_selects(one, pod.labels) for one in beside) for side in sides_ for pod in side]
                if let_in and not any(let_in):
                    lost.setdefault(service.name, service)
        if lost:
            names = " and ".join(filter(None, (", ".join([*lost][:-1]), [*lost][-1])))
            yield Closed(
                policy,
                ("spec", "podSelector"),
                f"NetworkPolicy {policy.name} lets nobody in to any pod, and no other one lets anybody in to {names}: what calls "
                f"{'them' if len(lost) > 1 else 'it'} waits in vain where policies are enforced.",
                "; ".join(one.path for one in {one.path: one for one in lost.values()}.values()),
                f"add a policy that lets in who calls {names}",
                "warning",
            )


def _is_beside(service: Manifest, policy: Manifest) -> bool:
    """Whether a Service is certainly in the namespace of a policy: it says so, or both lie together and neither says another."""
    named = service.namespace == policy.namespace != ""
    return named or (below(policy.folder, service.path) and same_namespace(service, policy))


def _ways(policy: Manifest) -> list[Any]:
    """The ways that a policy closes: the one in, where it does not say."""
    return listed(table(policy.data, "spec").get("policyTypes")) or ["Ingress"]


def _of_pods(policy: Manifest) -> dict[str, Any]:
    """What a policy asks of the pods that it is for; nothing where it is for all."""
    return table(policy.data, "spec", "podSelector")


def _selects(policy: Manifest, labels: dict[str, str]) -> bool:
    """Whether a policy is for pods with some labels, or may be: of expressions that is not looked at."""
    asked = _of_pods(policy)
    wanted = {str(key): str(value) for key, value in table(asked, "matchLabels").items()}
    return bool(asked.get("matchExpressions")) or wanted.items() <= labels.items()


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
