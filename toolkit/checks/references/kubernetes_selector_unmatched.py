"""See :class:`KubernetesSelectorUnmatched`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._kubernetes.charts import in_every_view
from toolkit.checks.references._kubernetes.pods import LASTING, cluster, file_of, in_focus, pods
from toolkit.checks.references._kubernetes.selected_labels import Labelled, bears, judged, nearest
from toolkit.checks.references._kubernetes.selectors import everything, labelled, selectors
from toolkit.checks.references._kustomize.kustomizations import added_labels, is_patch
from toolkit.checks.references._repair import by_hand, replace
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Pod
    from toolkit.checks.references._kubernetes.selectors import Selector
    from toolkit.model import Finding, Fix

_FEW = 3
"""Selectors of one kind in one file that are told one by one."""


class KubernetesSelectorUnmatched(Check):
    """A selector matches the labels of nothing.

    What it checks: Selectors of Services, disruption budgets, network policies (also the peers they let in), pod monitors,
        affinities and topology constraints against the labels of the pod templates in the same namespace, those of service
        monitors against Services, and the selector of a workload against its own template. Labels that a kustomization adds
        count. A selector whose labels are those of an operator, or that matches in another namespace, is told less loudly. Charts are rendered with
        their own values.
    Why it matters: The Service has no endpoints and every request to it fails; a policy protects nothing; a workload whose
        selector differs from its template is refused.
    How to fix: Give selector and template the same labels.
    Fix safety: Unsafe. Where one workload bears the Service's name, the selector is set to the label of its pods.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        return in_every_view(context, self._seen)

    def _seen(self, context: Inspection) -> Iterator[Finding]:
        for pod in pods(context):
            if in_focus(context, pod.owner):
                yield from self._own(context, pod)
        groups: dict[object, list[Finding]] = {}
        for one in selectors(context):
            for near, found in self._selector(context, one):
                # Services of one file without any label lack them for one reason, and so do many objects that are like nothing.
                key = (found.path, one.owner.kind, found.severity) if near is None else id(found)
                groups.setdefault(found.path if near is not None and not near[1] else key, []).append(found)
        for name, many in groups.items():
            yield from many if isinstance(name, tuple) and len(many) <= _FEW else (_together(many),)

    def _own(self, context: Inspection, pod: Pod) -> Iterator[Finding]:
        if pod.owner.kind not in LASTING or is_patch(context, pod.owner):
            return
        selector = table(pod.owner.data, "spec", "selector")
        wanted: list[tuple[tuple[str | int, ...], str, tuple[str, ...]]] = [
            (("matchLabels", key), key, (str(value),)) for key, value in table(selector, "matchLabels").items()
        ]
        for index, item in enumerate(listed(selector.get("matchExpressions"))):
            data: dict[str, Any] = table(item)
            if data.get("operator") == "In" and listed(data.get("values")):
                wanted.append((("matchExpressions", index), str(data.get("key")), tuple(map(str, data["values"]))))
        for where, key, values in wanted:
            if (
                pod.labels.get(key) in values
                or "$" in f"{pod.labels.get(key)}{values}"
                or any((key, value) in added_labels(context) for value in values)
            ):
                continue
            line = pod.owner.at(("spec", "selector", *where))
            yield self.finding(
                context,
                file_of(line, pod.owner.path),
                f"{pod.owner.kind} {pod.owner.name} selects {key}: {', '.join(values)}, and its own pods are labelled "
                f"{pod.labels.get(key, 'without it')}: the API server refuses it.",
                line=line,
                severity=pod.owner.level(("spec", "selector", *where), self.severity),
                evidence=_shown(pod.labels),
                fixes=by_hand(
                    f"give the template of {pod.owner.name} the label {key}: {values[0]}, or select what it has"
                ),
            )

    def _selector(self, context: Inspection, one: Selector) -> Iterator[tuple[Labelled | None, Finding]]:
        labels = {key: value for key, value in one.labels.items() if (key, value) not in added_labels(context)}
        hits = [item for item in everything(context, one.kind) if bears(item[1], labels)]
        around = labelled(context, one)
        # Pods in a file that cannot be read, or in a template, may have them.
        seen = cluster(context)
        opaque = not seen.unread.isdisjoint(labels.values()) or any(
            part in value for part in seen.foreign for value in labels.values()
        )
        opaque |= not hits and any(bears(borne, labels) for borne in seen.charted)
        kinds = LASTING if one.kind == "Pod" else ("Service",)
        opaque |= not seen.kinds.isdisjoint(("*", *kinds)) or seen.is_asleep(one.owner, one.where, *kinds)
        if not labels or opaque or any(hit in around for hit in hits):
            return
        owner = one.owner
        near = nearest(around, one)
        borne = {pair for _, many in around for pair in many.items()} if near is None else near[1].items()
        key = next((name for name, value in labels.items() if (name, value) not in borne), next(iter(labels)))
        level, told = judged(context, one, hits, near)
        fixes: tuple[Fix, ...] = ()
        line = owner.at((*one.where, key))
        path = file_of(line, owner.path)
        if near is not None and key in near[1] and near[0].name == owner.name:
            fixes = replace(context, path, owner.document, (*owner.where, *one.where, key), near[1][key])
        found = self.finding(
            context,
            path,
            f"{owner.kind} {owner.name} selects {_shown(dict([*labels.items()][:2]))}{', ...' if len(labels) > 2 else ''}, {told}",
            line=line,
            evidence=f"{near[0].path}: {near[0].kind} {near[0].name} has {_shown(near[1])}" if near else "",
            severity=owner.level((*one.where, key), level),
            fixes=fixes or by_hand(_todo(one, near)),
        )
        yield near, found


def _together(found: list[Finding]) -> Finding:
    first, *others = found
    if not others:
        return first
    lines = ", ".join(str(one.line) for one in others[:20])
    text = f"{first.message} The same holds for {len(others)} more."
    return dataclasses.replace(first, message=text, evidence=f"{first.evidence}; so with lines {lines}")


def _todo(one: Selector, near: Labelled | None) -> str:
    """What a person does about a selector that cannot be corrected in its place."""
    if near is None:
        return (
            f"label the {'pods' if one.kind == 'Pod' else 'Services'} {_shown(one.labels)}, or remove {one.owner.name}"
        )
    return f"select {_shown(near[1])}, or label {near[0].kind} {near[0].name} {_shown(one.labels)}"


def _shown(labels: dict[str, str]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in labels.items()) or "no labels"
