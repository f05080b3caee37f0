"""What a selector of Kubernetes most likely means, and how bad it is that nothing bears its labels."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks.references._kubernetes.made import is_pods_owner
from toolkit.checks.references._kubernetes.selectors import everything

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.checks.references._kubernetes.selectors import Selector
    from toolkit.model import Severity

__all__ = ["Labelled", "bears", "judged", "nearest"]

_OWN_PODS = (("spec", "podSelector"), ("spec", "selector"))
"""Places of selectors of what is protected, and not of who is let in."""
Labelled = tuple["Manifest", dict[str, str]]


def bears(found: dict[str, str], labels: dict[str, str]) -> bool:
    """Whether something has labels; one that only an installation knows may be any."""
    return labels.items() <= found.items() or all(
        found.get(key) == value or "$" in found.get(key, "") for key, value in labels.items()
    )


def judged(context: Inspection, one: Selector, hits: list[Labelled], near: Labelled | None) -> tuple[Severity, str]:
    """How bad it is that nothing in its namespace bears the labels of a selector, and the sentence that says so.

    Args:
        context: the run.
        one: the selector.
        hits: what bears the labels in other namespaces.
        near: what was most likely meant.
    """
    what = "pods" if one.kind == "Pod" else "Services"
    if hits:
        known = [owner for owner, _ in everything(context, one.kind)]
        near_by = one.owner.kind == "Service" or (
            any(owner.folder == one.owner.folder for owner in known)
            and any(owner.namespace == one.owner.namespace for owner in known)
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


def nearest(around: list[Labelled], one: Selector) -> Labelled | None:
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
    """Whether all labels but one are borne, and that one with another value."""
    different = [key for key, value in wanted.items() if borne.get(key) != value]
    return len(wanted) > 1 and len(different) == 1 and different[0] in borne


def _likeness(one: Selector, item: Labelled) -> float:
    """How much the names of a Service and of the owner of pods have in common."""
    return difflib.SequenceMatcher(None, one.owner.name, item[0].name, autojunk=False).ratio()
