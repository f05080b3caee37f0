"""See :class:`KubernetesSelectorUnmatched`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._kubernetes import cluster, pods, same_namespace
from toolkit.checks.references._repair import mapping, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Manifest, Pod
    from toolkit.model import Finding, Fix, Severity


class KubernetesSelectorUnmatched(Check):
    """A selector matches the labels of no pod.

    What it checks: Selectors of Services and disruption budgets against the labels of the pod templates in the same
        namespace, and ``matchLabels`` of a workload against its own template. A selector whose labels are those of an
        operator, or that matches in another namespace, is told less loudly.
    Why it matters: The Service has no endpoints and every request to it fails; a workload whose selector differs from
        its template is refused.
    How to fix: Give selector and template the same labels.
    Fix safety: Unsafe. Where one workload bears the Service's name, the selector is set to the label of its pods.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for pod in pods(context):
            if context.focus is None or pod.owner.path in context.focus:
                yield from self._own(context, pod)
        for one in cluster(context).of("Service", "PodDisruptionBudget"):
            if context.focus is None or one.path in context.focus:
                yield from self._service(context, one)

    def _own(self, context: Inspection, pod: Pod) -> Iterator[Finding]:
        wanted = mapping(mapping(mapping(pod.owner.data.get("spec")).get("selector")).get("matchLabels"))
        for key, value in wanted.items():
            if pod.owner.kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet") and pod.labels.get(
                key
            ) != str(value):
                yield self.finding(
                    context,
                    pod.owner.path,
                    f"{pod.owner.kind} {pod.owner.name} selects {key}: {value}, and its own pods are labelled "
                    f"{pod.labels.get(key, 'without it')}: the API server refuses it.",
                    line=pod.owner.at(("spec", "selector", "matchLabels", key)),
                    evidence=_shown(pod.labels),
                )

    def _service(self, context: Inspection, one: Manifest) -> Iterator[Finding]:
        spec = mapping(one.data.get("spec"))
        where: tuple[str, ...] = ("spec", "selector")
        wanted = mapping(spec.get("selector"))
        if one.kind == "PodDisruptionBudget":
            wanted, where = mapping(wanted.get("matchLabels")), (*where, "matchLabels")
        labels = {str(key): str(value) for key, value in wanted.items()}
        if not labels or spec.get("type") == "ExternalName" or any("$" in value for value in labels.values()):
            return
        hits = [pod for pod in pods(context) if labels.items() <= pod.labels.items()]
        if any(same_namespace(pod.owner, one) for pod in hits):
            return
        near = _nearest(context, one, labels)
        key = next((name for name, value in labels.items() if near is None or near.labels.get(name) != value), "")
        level, told = _judged(context, one, labels, hits, near)
        fixes: tuple[Fix, ...] = ()
        if near is not None and key in near.labels and near.owner.name == one.name:
            fixes = replace(context, one.path, one.document, (*one.where, *where, key), near.labels[key])
        yield self.finding(
            context,
            one.path,
            f"{one.kind} {one.name} selects {_shown(labels)}, {told}",
            line=one.at((*where, key)),
            evidence=f"{near.owner.path}: {near.owner.kind} {near.owner.name} has {_shown(near.labels)}"
            if near
            else "",
            severity=level,
            fixes=fixes,
        )


def _judged(
    context: Inspection, one: Manifest, labels: dict[str, str], hits: list[Pod], near: Pod | None
) -> tuple[Severity, str]:
    if hits:
        return "warning", f"which pods have only in namespace {hits[0].owner.namespace}: it has no endpoints."
    beside = [pod for pod in pods(context) if pod.owner.folder == one.folder]
    operated = any("/" in key and not key.startswith("app.kubernetes.io/") for key in labels)
    kin = any(labels.keys() & pod.labels.keys() for pod in beside)
    if near is None and (operated or not kin):
        return "info", "which no pod of the repository has; an operator or another repository may make them."
    level: Severity = "error" if near is not None and beside and one.kind == "Service" else "warning"
    return level, "which no pod has: it has no endpoints." if one.kind == "Service" else "which no pod has."


def _nearest(context: Inspection, one: Manifest, labels: dict[str, str]) -> Pod | None:
    """The pod that was most likely meant: of the same name, else with one of the same keys beside."""
    around = [pod for pod in pods(context) if same_namespace(pod.owner, one)]
    named = [pod for pod in around if pod.owner.name == one.name and pod.owner.folder == one.folder]
    beside = [pod for pod in around if pod.owner.path == one.path and labels.keys() & pod.labels.keys()]
    return next(iter(named or beside), None)


def _shown(labels: dict[str, str]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in labels.items()) or "no labels"
