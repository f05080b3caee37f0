"""See :class:`KubernetesSelectorUnmatched`."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._likeness import likely
from toolkit.checks.references._kubernetes import LASTING, cluster, file_of, in_focus, pods
from toolkit.checks.references._kubernetes_charts import in_every_view
from toolkit.checks.references._kubernetes_made import is_pods_owner
from toolkit.checks.references._kubernetes_selectors import everything, labelled, selectors
from toolkit.checks.references._kustomize import added_labels, is_patch
from toolkit.checks.references._repair import by_hand, replace
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Manifest, Pod
    from toolkit.checks.references._kubernetes_selectors import Selector
    from toolkit.model import Finding, Fix, Severity

_OWN_PODS = (("spec", "podSelector"), ("spec", "selector"))
"""Places of selectors of what is protected, and not of who is let in."""
_Labelled = tuple["Manifest", dict[str, str]]


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
            for bare, found in self._selector(context, one):
                # Services of one file without any label lack them for one reason.
                groups.setdefault(found.path if bare else id(found), []).append(found)
        yield from map(_together, groups.values())

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

    def _selector(self, context: Inspection, one: Selector) -> Iterator[tuple[bool, Finding]]:
        labels = {key: value for key, value in one.labels.items() if (key, value) not in added_labels(context)}
        hits = [item for item in everything(context, one.kind) if _bears(item[1], labels)]
        around = labelled(context, one)
        # Pods in a file that cannot be read, or in a template, may have them.
        seen = cluster(context)
        opaque = not seen.opaque.isdisjoint(labels.values()) or any(
            part in value for part in seen.foreign for value in labels.values()
        )
        kinds = LASTING if one.kind == "Pod" else ("Service",)
        opaque |= not seen.kinds.isdisjoint(("*", *kinds)) or seen.is_asleep(one.owner, one.where, *kinds)
        if not labels or opaque or any(hit in around for hit in hits):
            return
        owner = one.owner
        near = _nearest(around, one)
        borne = {pair for _, many in around for pair in many.items()} if near is None else near[1].items()
        key = next((name for name, value in labels.items() if (name, value) not in borne), next(iter(labels)))
        level, told = _judged(context, one, hits, near)
        fixes: tuple[Fix, ...] = ()
        line = owner.at((*one.where, key))
        path = file_of(line, owner.path)
        if near is not None and key in near[1] and near[0].name == owner.name:
            fixes = replace(context, path, owner.document, (*owner.where, *one.where, key), near[1][key])
        found = self.finding(
            context,
            path,
            f"{owner.kind} {owner.name} selects {_shown(labels)}, {told}",
            line=line,
            evidence=f"{near[0].path}: {near[0].kind} {near[0].name} has {_shown(near[1])}" if near else "",
            severity=owner.level((*one.where, key), level),
            fixes=fixes or by_hand(_todo(one, near)),
        )
        yield near is not None and not near[1], found


def _together(found: list[Finding]) -> Finding:
    first, *others = found
    if not others:
        return first
    lines = ", ".join(str(one.line) for one in others[:20])
    text = f"{first.message} So it is with {len(others)} more."
    return dataclasses.replace(first, message=text, evidence=f"{first.evidence}; so with lines {lines}")


def _todo(one: Selector, near: _Labelled | None) -> str:
    """What a person does about a selector that cannot be corrected in its place."""
    if near is None:
        return (
            f"label the {'pods' if one.kind == 'Pod' else 'Services'} {_shown(one.labels)}, or remove {one.owner.name}"
        )
    return f"select {_shown(near[1])}, or label {near[0].kind} {near[0].name} {_shown(one.labels)}"


def _bears(found: dict[str, str], labels: dict[str, str]) -> bool:
    """Whether something has labels; one that only an installation knows may be any."""
    return labels.items() <= found.items() or all(
        found.get(key) == value or "$" in found.get(key, "") for key, value in labels.items()
    )


def _judged(context: Inspection, one: Selector, hits: list[_Labelled], near: _Labelled | None) -> tuple[Severity, str]:
    what = "pods" if one.kind == "Pod" else "Services"
    if hits:
        near_by = one.owner.kind == "Service" or any(
            owner.folder == one.owner.folder for owner, _ in everything(context, one.kind)
        )
        return (
            "warning" if near_by else "info",
            f"which {what} have only in namespace {hits[0][0].namespace}: {one.effect}.",
        )
    beside = [labels for owner, labels in everything(context, one.kind) if owner.folder == one.owner.folder]
    operated = any("/" in key and not key.startswith("app.kubernetes.io/") for key in one.labels)
    operated |= any(is_pods_owner(context, value) for value in one.labels.values())
    kin = any(one.labels.keys() & labels.keys() for labels in beside)
    kindred = near is not None and one.where[:2] in _OWN_PODS and _misses_one(one.labels, near[1])
    sure = near is not None and (one.owner.kind == "Service" or kindred or near[0].name == one.owner.name)
    sure &= not operated or (near is not None and near[0].folder == one.owner.folder)
    if not sure and (operated or not kin or not _is_meant(context, one)):
        text = f"which no {what[:-1]} of the repository has; an operator or another repository may make them."
        return "info", text
    loud = near is not None and beside and one.owner.kind == "Service"
    return "error" if loud else "warning", f"which no {what[:-1]} has: {one.effect}."


def _is_meant(context: Inspection, one: Selector) -> bool:
    """Whether a selector is for what the repository holds: a rule for what is deployed from elsewhere does no harm."""
    if one.owner.kind == "Service":
        return True
    known = everything(context, one.kind)
    return any(likely(value, {labels.get(key, "") for _, labels in known}) for key, value in one.labels.items())


def _nearest(around: list[_Labelled], one: Selector) -> _Labelled | None:
    """What was most likely meant: of the same name, else with one of the same keys beside."""
    if one.is_own:
        around = [item for item in around if item[0] == one.owner]
    named = [item for item in around if item[0].name == one.owner.name]
    named = [item for item in named if item[0].folder == one.owner.folder] or (named if len(named) == 1 else [])
    beside = [item for item in around if item[0].path == one.owner.path and one.labels.keys() & item[1].keys()]
    found = next(iter(named or beside), None)
    if found is None and (one.owner.kind == "Service" or one.where[:2] in _OWN_PODS):
        # All labels but one are those of pods beside, as templates and teams share theirs: the one is a slip.
        kin = [item for item in around if item[0].folder == one.owner.folder and _misses_one(one.labels, item[1])]
        found = max(kin, key=lambda item: _likeness(one, item), default=None)
    return found


def _misses_one(wanted: dict[str, str], borne: dict[str, str]) -> bool:
    different = [key for key, value in wanted.items() if borne.get(key) != value]
    return len(wanted) > 1 and len(different) == 1 and different[0] in borne


def _likeness(one: Selector, item: _Labelled) -> float:
    """How much the names of a Service and of the owner of pods have in common."""
    return difflib.SequenceMatcher(None, one.owner.name, item[0].name, autojunk=False).ratio()


def _shown(labels: dict[str, str]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in labels.items()) or "no labels"
