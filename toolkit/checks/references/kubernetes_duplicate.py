"""See :class:`KubernetesDuplicate`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._kubernetes import cluster, kustomized

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Manifest
    from toolkit.model import Finding, Severity

_VARIANT = re.compile(
    r"(^|[-_.])(overlays?|patch(es)?|env(ironment)?s?|dev(elopment)?|prod(uction)?|stag(e|ing)|test(s|ing|net)?|qa|uat|local|minikube|kind"
    r"|mainnet|devnet|ci|e2e|canary|blue|green|examples?|samples?|demos?|alternatives?|variants?|optional|clusters?|v\d+|step\w*|aws|gcp"
    r"|gke|eks|aks|azure|openshift|all-in-one|bundle|full|combined|generated|rendered|archived?|deprecated|base|components?|tutorials?|docs|templates?|charts?|release)([-_.\d]|$)",
    re.IGNORECASE,
)


_LOOSE = ("Pod", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "Job", "Namespace")
"""Kinds of which demonstrations keep several variants under one name."""
_LEFT_OVER = re.compile(r"(^|[-_.])(old|new|copy|backup|bak|tmp|orig|\d+)$", re.IGNORECASE)


class KubernetesDuplicate(Check):
    """One object is defined twice, with different content.

    What it checks: Objects of one kind, name and namespace that stand twice in a file, in files of one folder, or in a
        folder and one below it. Environments, overlays, patches and other variants that are applied apart, and copies
        that are equal, are left alone.
    Why it matters: Whichever file is applied last wins, so what runs depends on the order of file names.
    How to fix: Remove the outdated definition.
    Fix safety: Manual. Which one is right only the team knows.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        groups: dict[tuple[str, str, str, str], list[Manifest]] = {}
        for one in cluster(context).objects:
            groups.setdefault((one.api, one.kind, one.namespace, one.name), []).append(one)
        resources, others = kustomized(context)
        for group in groups.values():
            whole = [one for one in group if one.path not in others]
            whole.sort(key=lambda one: (one.path.count("/"), one.path, one.at(())))
            for index, later in enumerate(whole[1:], 1):
                first = next(
                    (one for one in whole[:index] if _together(one, later, resources) and one.data != later.data), None
                )
                if first is not None and (context.focus is None or later.path in context.focus):
                    yield self._told(context, first, later)

    def _told(self, context: Inspection, first: Manifest, later: Manifest) -> Finding:
        space = f" in namespace {later.namespace}" if later.namespace else ""
        role = context.role(later.path)[0]
        return self.finding(
            context,
            later.path,
            f"{later.kind} {later.name}{space} is defined here and, with other content, in {first.path}: the last one applied wins.",
            line=later.at(()),
            evidence=f"{first.path}:{first.at(())[0]}",
            severity="info" if role == "example" else _severity(first, later),
        )


def _severity(first: Manifest, later: Manifest) -> Severity:
    """Files of one folder that are alike in name are mostly variants, of which a person applies one."""
    if first.path == later.path or later.namespace:
        return "error"
    if later.kind in _LOOSE:
        return "info"
    names = [posixpath.splitext(posixpath.basename(one.path))[0] for one in (first, later)]
    shared = len(posixpath.commonprefix(names))
    alike = shared * 2 >= min(map(len, names)) and not any(_LEFT_OVER.search(name) for name in names)
    return "info" if alike else "warning" if first.folder != later.folder else "error"


def _together(one: Manifest, other: Manifest, resources: frozenset[str]) -> bool:
    """Whether one command would apply both: the same file, the same folder, or a folder with all below it."""
    if one.path == other.path:
        return True
    if one.path in resources or other.path in resources:
        return posixpath.dirname(one.path) == posixpath.dirname(other.path) and {one.path, other.path} <= resources
    first, second = one.folder, other.folder
    if first != second and not second.startswith(f"{first}/" if first != "." else ""):
        return False
    apart = second.removeprefix(first).strip("/").split("/") if first != second else []
    names = [posixpath.splitext(posixpath.basename(item.path))[0] for item in (one, other)]
    # A file beside another of nearly the same name is mostly a variant; one below the root of everything has no set.
    return first != "." and not any(_VARIANT.search(part) for part in (*apart, *names))
