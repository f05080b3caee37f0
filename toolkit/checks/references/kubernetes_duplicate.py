"""See :class:`KubernetesDuplicate`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._kubernetes import cluster, file_of, in_focus, plain_ports
from toolkit.checks.references._kubernetes_charts import in_every_view
from toolkit.checks.references._kubernetes_repeated import Twice, repeated
from toolkit.checks.references._kustomize import is_patch, kustomized
from toolkit.checks.references._kustomize_built import built_twice, listed_twice
from toolkit.checks.references._repair import by_hand, position
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Manifest
    from toolkit.checks.references._kustomize_built import Again, Listed
    from toolkit.model import Finding, Severity

_VARIANT = regex(
    r"(^|[-_.])(overlays?|patch(es)?|env(ironment)?s?|dev(elopment)?|prod(uction)?|stag(e|ing)|test(s|ing|net)?|qa|uat|local|minikube|kind"
    r"|mainnet|devnet|ci|e2e|canary|blue|green|examples?|samples?|demos?|alternatives?|variants?|optional|clusters?|v\d+|step\w*|aws|gcp"
    r"|gke|eks|aks|azure|openshift|all-in-one|bundle|full|combined|generated|rendered|archived?|deprecated|base|components?|tutorials?|docs|templates?|charts?|release)([-_.\d]|$)",
    re.IGNORECASE,
)


_CLUSTER_WIDE = ("ClusterRole", "ClusterRoleBinding", "Namespace", "PersistentVolume", "StorageClass", "PriorityClass")
_LOOSE = ("Pod", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "Job", "Namespace")
"""Kinds of which demonstrations keep several variants under one name."""
_LEFT_OVER = regex(r"(^|[-_.])(old|new|copy|backup|bak|tmp|orig|\d+)$", re.IGNORECASE)

_MOST_OF_TWO = 2
"""More files than these that define one object are variants of a set."""


class KubernetesDuplicate(Check):
    """One object, or one entry of a pod, is defined twice, with different content.

    What it checks: Objects of one kind, name and namespace that stand twice in a file, in files of one folder, or in a
        folder and one below it; objects that a kustomization brings from two files, also through its bases, and bases or files that it lists twice; ConfigMaps and Secrets, each with keys of
        its own, of which a kustomization of another folder lists one; ports of the nodes that two Services take; variables, containers, volumes, mounts and ports
        of one pod that bear one name. Environments, overlays, patches and other variants that are applied apart, and copies
        that are equal, are left alone.
    Why it matters: Whichever file is applied last wins, so what runs depends on the order of file names; the API server
        refuses a pod with two containers or volumes of one name, and a port that is taken.
    How to fix: Remove the outdated definition.
    Fix safety: Manual. Which one is right only the team knows.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        return in_every_view(context, self._seen)

    def _seen(self, context: Inspection) -> Iterator[Finding]:
        built = _built(context)
        for unbuilt in built.values():
            yield self._unbuilt(context, unbuilt)
        for twofold in listed_twice(context):
            if context.focus is None or twofold.kustomization in context.focus:
                yield self._listed(context, twofold)
        resources, others = kustomized(context)
        pairs = _pairs(context, resources, others)
        sets = _variants(pairs)
        for key, many in pairs.items():
            if key not in built and key[::-1] not in built and not _are_of_set(sets, *key):
                yield self._told(context, many)
        for files in dict.fromkeys(sets.values()):
            yield self._variants(context, files, pairs)
        for listed, later in _left_out(context, resources):
            yield self._beside(context, listed, later)
        for twice in (*repeated(context), *_node_ports(context, resources)):
            if not twice.owner.is_conditional(twice.where):
                line = twice.owner.at(twice.where)
                yield self.finding(
                    context,
                    file_of(line, twice.owner.path),
                    twice.text,
                    line=line,
                    evidence=twice.evidence,
                    fixes=by_hand(twice.todo),
                    severity=twice.severity,
                )

    def _listed(self, context: Inspection, one: Listed) -> Finding:
        """One finding for what a kustomization names a second time, or brings through another one, too."""
        more = " and more" if one.names[4:] else ""
        how = "lists it twice" if one.value == one.first else f"has them from {one.first}, too"
        return self.finding(
            context,
            one.kustomization,
            f"{one.value} brings {', '.join(one.names[:4])}{more}, and the kustomization {how}: it cannot be built.",
            line=position(one.document, one.where),
            evidence=f"{one.kustomization}: {one.first} and {one.value}",
            fixes=by_hand(f"take one of {one.first} and {one.value} out of the kustomization"),
        )

    def _unbuilt(self, context: Inspection, many: list[Again]) -> Finding:
        """One finding for two files of a kustomization that share objects."""
        kustomization, first, later = min(many, key=lambda one: one.later.at(()))
        names = ", ".join(f"{one.later.kind} {one.later.name}" for one in many[:9])
        return self.finding(
            context,
            later.path,
            f"{kustomization} brings {names} twice, from here and from {first.path}: it cannot be built.",
            line=later.at(("metadata", "name")),
            evidence="; ".join(f"{one.first.path}:{one.first.at(('metadata', 'name'))[0]}" for one in many[:9]),
            fixes=by_hand(f"list {later.path} as a patch if it changes what {first.path} defines, or remove it"),
        )

    def _beside(self, context: Inspection, listed: Manifest, later: Manifest) -> Finding:
        """A map beside one of its name that a kustomization of another folder lists alone."""
        return self.finding(
            context,
            later.path,
            f"{later.kind} {later.name} in namespace {_written(later)} is defined here and, with other keys, in {listed.path}, "
            "which alone a kustomization lists: together they are never there.",
            line=later.at(("metadata", "name")),
            evidence=f"{listed.path}:{listed.at(('metadata', 'name'))[0]}",
            severity="info" if context.role(later.path)[0] == "example" else "warning",
            fixes=by_hand(f"give {later.kind} {later.name} in {later.path} a name of its own, or join the two"),
        )

    def _variants(
        self, context: Inspection, files: tuple[str, ...], pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]]
    ) -> Finding:
        """One finding for files of a folder that define the same objects, of which a person applies one."""
        shared = [pair for key, many in pairs.items() if {*key} <= {*files} and key[0] != key[1] for pair in many]
        first, later = min(shared, key=lambda pair: (pair[1].path, pair[1].at(())))
        names = dict.fromkeys(f"{one.kind} {one.name}" for _, one in shared)
        return self.finding(
            context,
            later.path,
            f"{len(files)} files of {later.folder} define {', '.join(tuple(names)[:4])} with other content: of those that are applied "
            "the last one wins.",
            line=later.at(("metadata", "name")),
            evidence=f"{', '.join(files[:12])}; {first.path}:{first.at(('metadata', 'name'))[0]}",
            severity="info" if context.role(later.path)[0] == "example" else "warning",
            fixes=by_hand("keep the file that is applied, or give each a folder of its own"),
        )

    def _told(self, context: Inspection, many: list[tuple[Manifest, Manifest]]) -> Finding:
        """One finding for two files, however many objects they share."""
        many = sorted(many, key=lambda pair: pair[1].at(()))
        first, later = many[0]
        space = f" in namespace {later.namespace}" if later.namespace else ""
        more = f" So are {', '.join(f'{one.kind} {one.name}' for _, one in many[1:9])}." if many[1:] else ""
        role = context.role(later.path)[0]
        level = _severity(first, later)
        if len(many) > 1 and level == "error" and first.path != later.path and _is_alike(first, later):
            level = "warning"  # a file that has a whole set once more is mostly a variant of it
        return self.finding(
            context,
            later.path,
            f"{later.kind} {later.name}{space} is defined here and, with other content, in {first.path}: the last one applied wins.{more}",
            line=later.at(("metadata", "name")),
            evidence="; ".join(f"{one.path}:{one.at(('metadata', 'name'))[0]}" for one, _ in many[:9]),
            severity="info" if role == "example" else level,
            fixes=by_hand(
                f"remove {later.kind} {later.name} from {later.path} or from {first.path}, whichever is outdated"
            ),
        )


def _pairs(
    context: Inspection, resources: frozenset[str], others: frozenset[str]
) -> dict[tuple[str, str], list[tuple[Manifest, Manifest]]]:
    """Objects that one command would apply twice with different content, by the two files."""
    groups: dict[tuple[str, str, str, str], list[Manifest]] = {}
    pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]] = {}
    for one in cluster(context).written:
        if one.path not in others and not one.is_conditional():  # charts have alternatives
            groups.setdefault((one.api, one.kind, _space(one), one.name), []).append(one)
    for group in groups.values():
        group.sort(key=lambda one: (one.path.count("/"), one.path, one.at(())))
        for index, later in enumerate(group[1:], 1):
            known = (one for one in group[:index] if _together(one, later, resources) and one.data != later.data)
            first = next(known, None)
            if first is not None and (in_focus(context, later)):
                pairs.setdefault((first.path, later.path), []).append((first, later))
    return pairs


def _variants(pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]]) -> dict[str, tuple[str, ...]]:
    """The files of one folder of which three and more define one object: each with all that share objects with them."""
    holders: dict[tuple[str, str, str], set[str]] = {}
    for many in pairs.values():
        for first, later in many:
            if first.folder == later.folder and first.path != later.path:
                holders.setdefault((later.folder, later.kind, later.name), set()).update((first.path, later.path))
    sets: list[set[str]] = []
    for files in (one for one in holders.values() if len(one) > _MOST_OF_TWO):
        joined = files.union(*(one for one in sets if one & files))
        sets = [*(one for one in sets if not one & files), joined]
    return {path: tuple(sorted(one)) for one in sets for path in one}


def _are_of_set(sets: dict[str, tuple[str, ...]], first: str, later: str) -> bool:
    return first != later and first in sets and sets[first] == sets.get(later)


def _left_out(context: Inspection, resources: frozenset[str]) -> Iterator[tuple[Manifest, Manifest]]:
    """Maps of one folder, name and namespace of which a kustomization elsewhere lists one, and each has keys of its own.

    A map with fewer keys, or with other values of the same keys, is a variant.
    """
    own = {posixpath.dirname(path) or "." for path, _ in cluster(context).kustomizations}
    groups: dict[tuple[str, str, str, str], list[Manifest]] = {}
    for one in cluster(context).written:
        if one.kind in ("ConfigMap", "Secret") and _written(one) and one.folder not in own and not one.chart:
            groups.setdefault((one.folder, one.kind, _written(one), one.name), []).append(one)
    for group in groups.values():
        listed = [one for one in group if one.path in resources]
        others = [one for one in group if one.path not in resources]
        if not len(listed) == len(others) == 1 or is_patch(context, others[0]):
            continue
        if _are_apart(listed[0], others[0]) and (in_focus(context, others[0])):
            yield listed[0], others[0]


def _keys(one: Manifest) -> set[str]:
    return {key for part in ("data", "stringData", "binaryData") for key in table(one.data, part)}


def _written(one: Manifest) -> str:
    """The namespace as the file says it, wherever a kustomization moves the object."""
    return str(table(one.data, "metadata").get("namespace") or "")


def _are_apart(*both: Manifest) -> bool:
    """Whether each of two maps has keys of its own, and neither is named as a variant."""
    first, second = map(_keys, both)
    names = [posixpath.splitext(posixpath.basename(one.path))[0] for one in both]
    return bool(first - second and second - first) and not any(map(_VARIANT.search, names))


def _built(context: Inspection) -> dict[tuple[str, str], list[Again]]:
    """What kustomizations bring twice, by the two files."""
    found: dict[tuple[str, str], list[Again]] = {}
    for again in built_twice(context):
        if in_focus(context, again.later):
            found.setdefault((again.first.path, again.later.path), []).append(again)
    return found


def _space(one: Manifest) -> str:
    """The namespace of an object; what stands outside of all of them has none, whatever it says."""
    return "" if one.kind in _CLUSTER_WIDE or one.namespace == "default" else one.namespace


def _node_ports(context: Inspection, resources: frozenset[str]) -> Iterator[Twice]:
    """Ports of the nodes that two Services of one set take."""
    taken: dict[int, list[Manifest]] = {}
    for one in cluster(context).of("Service"):
        for index, port in enumerate(plain_ports(table(one.data, "spec").get("ports"))):
            number = port.get("nodePort")
            if not isinstance(number, int):
                continue
            others = taken.setdefault(number, [])
            known = (item for item in others if item.name != one.name and not _are_built_apart(item, one))
            first = next((item for item in known if _together(item, one, resources)), None)
            others.append(one)
            if first is not None and (in_focus(context, one)):
                text = f"Service {one.name} takes port {number} of the nodes, and so does Service {first.name}: the second is refused."
                todo = f"give Service {one.name} or Service {first.name} another nodePort than {number}"
                yield Twice(one, ("spec", "ports", index, "nodePort"), text, todo, f"{first.path}:{first.at(())[0]}")


def _are_built_apart(one: Manifest, other: Manifest) -> bool:
    """Whether no kustomization brings both: they are of two overlays."""
    return bool(one.trees and other.trees) and set(one.trees).isdisjoint(other.trees)


def _severity(first: Manifest, later: Manifest) -> Severity:
    """Files of one folder that are alike in name are mostly variants, of which a person applies one."""
    if first.path == later.path or later.namespace:
        return "error"
    if later.kind in _LOOSE:
        return "info"
    return "info" if _is_alike(first, later) else "warning" if first.folder != later.folder else "error"


def _is_alike(first: Manifest, later: Manifest) -> bool:
    """Whether the names of two files tell of variants."""
    names = [posixpath.splitext(posixpath.basename(one.path))[0] for one in (first, later)]
    shared = len(posixpath.commonprefix(names))
    return shared * 2 >= min(map(len, names)) and not any(_LEFT_OVER.search(name) for name in names)


def _together(one: Manifest, other: Manifest, resources: frozenset[str]) -> bool:
    """Whether one command would apply both: the same file, the same folder, or a folder with all below it."""
    if one.path == other.path or one.chart:
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
