"""Selectors of objects: what they look at, and what follows where they match nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._kubernetes.pods import Manifest, cluster, in_focus, pods, reported, same_namespace
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Pod
    from toolkit.documents import Path

__all__ = ["Selector", "everything", "labelled", "selectors"]


class Selector(NamedTuple):
    """One selector.

    Args:
        owner: the object that has it.
        where: the place of its labels.
        labels: what it asks for.
        kind: ``Pod`` or ``Service``.
        effect: what follows if nothing matches, to end a sentence.
        is_own: for a rule of a pod's own template, which is mostly about pods of its kind.
        anywhere: it looks into other namespaces.
    """

    owner: Manifest
    where: Path
    labels: dict[str, str]
    kind: str
    effect: str
    is_own: bool = False
    anywhere: bool = False


def selectors(context: Inspection) -> Iterator[Selector]:
    """The selectors of everything to report on, but those of workloads for their own pods."""
    for one in reported(context):
        spec = table(one.data, "spec")
        if one.kind == "Service" and spec.get("type") != "ExternalName":
            yield from _plain(one, ("spec", "selector"), spec.get("selector"), "it has no endpoints")
        elif one.kind == "PodDisruptionBudget":
            yield from _matching(one, ("spec", "selector"), spec.get("selector"), "it protects none")
        elif one.kind == "NetworkPolicy":
            yield from _of_policy(one, spec)
        elif one.kind in ("ServiceMonitor", "PodMonitor"):
            anywhere = bool(spec.get("namespaceSelector"))
            kind = "Service" if one.kind == "ServiceMonitor" else "Pod"
            effect = "nothing is scraped"
            for item in _matching(one, ("spec", "selector"), spec.get("selector"), effect, kind):
                yield item._replace(anywhere=anywhere)
    for pod in pods(context):
        if in_focus(context, pod.owner):
            yield from _of_placement(pod)


def labelled(context: Inspection, one: Selector) -> list[tuple[Manifest, dict[str, str]]]:
    """What a selector may look at: the objects of its kind in its namespace, with their labels."""
    return [item for item in everything(context, one.kind) if one.anywhere or same_namespace(item[0], one.owner)]


def everything(context: Inspection, kind: str) -> list[tuple[Manifest, dict[str, str]]]:
    """Pods or Services of the whole repository, with their labels."""
    if kind == "Pod":
        return [(pod.owner, pod.labels) for pod in pods(context)]
    found = []
    for one in cluster(context).of("Service"):
        labels = table(one.data, "metadata", "labels")
        found.append((one, {str(key): str(value) for key, value in labels.items()}))
    return found


def _plain(one: Manifest, where: Path, value: Any, effect: str, kind: str = "Pod") -> Iterator[Selector]:
    labels = {str(key): str(text) for key, text in table(value).items() if not isinstance(text, dict | list)}
    if labels and not any("$" in text for text in labels.values()):
        yield Selector(one, where, labels, kind, effect)


def _matching(one: Manifest, where: Path, value: Any, effect: str, kind: str = "Pod") -> Iterator[Selector]:
    """``matchLabels``; beside ``matchExpressions`` that ask for more it is at least necessary."""
    yield from _plain(one, (*where, "matchLabels"), table(value).get("matchLabels"), effect, kind)


def _of_policy(one: Manifest, spec: dict[str, Any]) -> Iterator[Selector]:
    yield from _matching(one, ("spec", "podSelector"), spec.get("podSelector"), "it protects none")
    for way, key in (("ingress", "from"), ("egress", "to")):
        effect = "nobody is let in by it" if way == "ingress" else "nothing can be reached by it"
        for outer, rule in enumerate(listed(spec.get(way))):
            for inner, peer in enumerate(listed(table(rule).get(key))):
                where: Path = ("spec", way, outer, key, inner, "podSelector")
                # Pods of another namespace are mostly another team's.
                if "namespaceSelector" not in table(peer):
                    yield from _matching(one, where, table(peer).get("podSelector"), effect)


def _of_placement(pod: Pod) -> Iterator[Selector]:
    where: Path = (*pod.spec, "topologySpreadConstraints")
    for index, item in enumerate(listed(pod.data.get("topologySpreadConstraints"))):
        selector = table(item).get("labelSelector")
        for one in _matching(pod.owner, (*where, index, "labelSelector"), selector, "it spreads nothing"):
            yield one._replace(is_own=True)
    for key in ("podAffinity", "podAntiAffinity"):
        rules = table(pod.data, "affinity", key)
        for how, value in rules.items():
            for index, item in enumerate(listed(value)):
                inner = table(item, "podAffinityTerm")
                selector = (inner or table(item)).get("labelSelector")
                below: Path = ("podAffinityTerm", "labelSelector") if inner else ("labelSelector",)
                place = (*pod.spec, "affinity", key, str(how), index, *below)
                for one in _matching(pod.owner, place, selector, "the rule does nothing"):
                    yield one._replace(is_own=key == "podAntiAffinity")
