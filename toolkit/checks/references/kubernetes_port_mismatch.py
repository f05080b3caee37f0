"""See :class:`KubernetesPortMismatch`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._kubernetes.charts import in_every_view
from toolkit.checks.references._kubernetes.pods import file_of
from toolkit.checks.references._kubernetes.ports import (
    of_addresses,
    of_probes,
    of_routes,
    of_services,
)
from toolkit.checks.references._kubernetes.selecting import of_denials, of_monitors, of_policies
from toolkit.checks.references._kubernetes.told import of_config_maps, of_variables
from toolkit.checks.references._kustomize.parts import Patched
from toolkit.checks.references._repair import by_hand, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class KubernetesPortMismatch(Check):
    """A Service, route, address, policy or probe names a port that is not open behind it.

    What it checks: ``targetPort`` of a Service against the ports that its pods declare; ports of Ingress, Gateway API, Istio
        and Traefik routes, and of addresses in variables and ConfigMaps, against the Service; ports that variables,
        their own or those of a ConfigMap, tell containers; ports that a network policy lets in, Services that one which lets nobody in cuts off from what calls them, probes, and endpoints of service monitors. A number is only judged where the pods declare ports. Charts are
        rendered with their own values; what these turn off is told less loudly.
    Why it matters: Requests are refused although every pod is healthy; a probe on an unknown name is refused, and one on a
        closed port restarts the pod for ever.
    How to fix: Write the port that the container listens on, best by name.
    Fix safety: Unsafe. A misspelled name of a port is replaced by the one that is like it; which of two numbers is right
        depends on what the program listens on.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        return in_every_view(context, self._seen)

    def _seen(self, context: Inspection) -> Iterator[Finding]:
        told: set[tuple[str, str]] = set()
        for look in (
            of_services,
            of_routes,
            of_addresses,
            of_variables,
            of_config_maps,
            of_probes,
            of_policies,
            of_denials,
            of_monitors,
        ):
            for one in look(context):
                if (one.owner.path, one.text) in told:
                    continue
                told.add((one.owner.path, one.text))
                owner = one.owner
                place, line = (*owner.where, *one.where), one.line or owner.at(one.where)
                path = file_of(line, owner.path)
                built = owner.trees[:1] if isinstance(owner.document, Patched) and path == owner.path else ()
                fixes = replace(context, path, owner.document, place, one.near) if one.near else ()
                yield self.finding(
                    context,
                    path,
                    one.text,
                    line=line,
                    evidence="; ".join((one.evidence, *(f"as {tree} builds it" for tree in built))),
                    severity=one.owner.level(one.where, one.severity),
                    fixes=fixes or by_hand(one.todo),
                )
