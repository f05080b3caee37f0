"""Objects of Kubernetes that one command would apply twice, and which of them are variants of each other."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checks.references._kubernetes.pods import cluster, in_focus, plain_ports
from toolkit.checks.references._kubernetes.repeated import Twice
from toolkit.checks.references._scripts.texts import texts_with
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.model import Severity

__all__ = [
    "are_of_set",
    "folders_of_variants",
    "is_alike",
    "is_refused",
    "level_of",
    "node_ports",
    "pairs_of",
    "variants",
]

_VARIANT = regex(
    r"(^|[-_.])(overlays?|patch(es)?|env(ironment)?s?|dev(elopment)?|prod(uction)?|stag(e|ing)|test(s|ing|net)?|qa|uat|local|minikube|kind"
    r"|mainnet|devnet|ci|e2e|canary|blue|green|examples?|samples?|demos?|alternatives?|variants?|optional|clusters?|v\d+|step\w*|aws|gcp"
    r"|gke|eks|aks|azure|openshift|all-in-one|bundle|full|combined|generated|rendered|archived?|deprecated|base|components?|tutorials?|docs|templates?|charts?|release)([-_.\d]|$)",
    re.IGNORECASE,
)
_CLUSTER_WIDE = ("ClusterRole", "ClusterRoleBinding", "Namespace", "PersistentVolume", "StorageClass", "PriorityClass")
_LOOSE = ("Pod", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "Job", "Namespace")
"""Kinds of which demonstrations keep several variants under one name."""
_RUNNING = ("Deployment", "StatefulSet", "DaemonSet")
_LEFT_OVER = regex(r"(^|[-_.])(old|new|copy|backup|bak|tmp|orig|\d+)$", re.IGNORECASE)
_VERSION = regex(r"v?\d+(?:[._]\d+)+")
"""A version within the name of a file: of several releases somebody applies one."""
_CHOSEN = regex(r"[\w./-]{0,100}(?:\$(?:\{\{[^{}\n]{1,80}\}\}|\{\w+\}|\w+)[\w./-]{0,100}){1,5}\.ya?ml\b")
_PART = regex(r"\$(?:\{\{\s*[^{}]+\}\}|\{?\w+\}?)")
"""A file of manifests in whose name a script puts a variable."""
_MOST_OF_TWO = 2
"""More files than these that define one object are variants of a set."""


def pairs_of(
    context: Inspection, resources: frozenset[str], others: frozenset[str]
) -> dict[tuple[str, str], list[tuple[Manifest, Manifest]]]:
    """Objects that one command would apply twice with different content, by the two files."""
    groups: dict[tuple[str, str, str, str], list[Manifest]] = {}
    pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]] = {}
    for one in cluster(context).written:
        # Charts have alternatives, and a part of an object is laid over it.
        # Services of Cloud Run are replaced one by one, each in the region that the command says.
        apart = one.api.startswith("serving.knative.dev") and "run.googleapis.com/" in str(one.data)
        if one.path not in others and not one.is_conditional() and not _is_part(one) and not apart:
            groups.setdefault((one.api, one.kind, _space(one), one.name), []).append(one)
    for group in groups.values():
        group.sort(key=lambda one: (one.path.count("/"), one.path, one.at(())))
        for index, later in enumerate(group[1:], 1):
            known = (one for one in group[:index] if _together(one, later, resources) and one.data != later.data)
            first = next((one for one in known if not _is_chosen(context, one.path, later.path)), None)
            if first is not None and (in_focus(context, later)):
                pairs.setdefault((first.path, later.path), []).append((first, later))
    return pairs


def _is_chosen(context: Inspection, *paths: str) -> bool:
    """Whether a script applies one of two files, whichever a variable says."""
    return len({*paths}) > 1 and any(all(map(re.compile(one).fullmatch, paths)) for one in _choices(context))


@once_a_run
def _choices(context: Inspection) -> tuple[str, ...]:
    """What matches the files of which a script applies the one that a variable names; a loop applies them all."""
    found: dict[str, None] = {}
    for text in texts_with(context, "kubectl"):
        for match in _CHOSEN.finditer(text):
            whole = re.sub(r"^(?:\./|\$\{?\w+\}?/)+", "", match[0])
            names = [part.strip("${} ") for part in _PART.findall(whole)]
            literal = _PART.split(whole)
            is_named = "".join(literal).strip("./") not in ("yaml", "yml")
            if is_named and not any(_is_looped(text, one) for one in names):
                found[f"(?:.*/)?{'[^/]+'.join(map(re.escape, literal))}"] = None
    return tuple(found)


def _is_looped(text: str, name: str) -> bool:
    """Whether a variable goes through a list, or a job runs for each of its values."""
    word = re.escape(name)
    return name.startswith("matrix.") or re.search(rf"\b(?:for\s+{word}\s+in|read\b[^\n]*\b{word})\b", text) is not None


def _is_part(one: Manifest) -> bool:
    """Whether a workload says nothing of what it runs, and so can only be a patch."""
    spec = table(one.data, "spec")
    runs = listed(table(spec, "template", "spec").get("containers"))
    return one.kind in _RUNNING and not any("image" in table(item) for item in runs)


def folders_of_variants(pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]]) -> frozenset[tuple[str, str]]:
    """Pairs of a folder and one below it of which many files share objects: the whole stands there once more."""
    found = Counter((posixpath.dirname(first), posixpath.dirname(later)) for first, later in pairs)
    return frozenset(key for key, count in found.items() if key[0] != key[1] and count > _MOST_OF_TWO)


def variants(pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]]) -> dict[str, tuple[str, ...]]:
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


def are_of_set(sets: dict[str, tuple[str, ...]], first: str, later: str) -> bool:
    """Whether two files belong to one set of variants."""
    return first != later and first in sets and sets[first] == sets.get(later)


def _space(one: Manifest) -> str:
    """The namespace of an object; what stands outside of all of them has none, whatever it says."""
    return "" if one.kind in _CLUSTER_WIDE or one.namespace == "default" else one.namespace


def node_ports(context: Inspection, resources: frozenset[str]) -> Iterator[Twice]:
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


def level_of(first: Manifest, later: Manifest) -> Severity:
    """Files of one folder that are alike in name are mostly variants, of which a person applies one; so are two pods of one name."""
    if is_refused(first, later):
        return "info"
    if first.path == later.path:
        return "error"
    if later.namespace:
        return "warning" if first.folder == later.folder and is_alike(first, later) else "error"
    if later.kind in _LOOSE:
        return "info"
    return "info" if is_alike(first, later) else "warning" if first.folder != later.folder else "error"


def is_refused(first: Manifest, later: Manifest) -> bool:
    """Whether two files hold what is never changed by a second file: a pod or a job of no controller, each applied by hand on its own."""
    return first.path != later.path and later.kind in ("Pod", "Job") and not later.chart


def is_alike(first: Manifest, later: Manifest) -> bool:
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
    if names[0] != names[1] and len({_VERSION.sub("", name) for name in names}) == 1:
        return False
    # A file beside another of nearly the same name is mostly a variant; one below the root of everything has no set.
    return first != "." and not any(_VARIANT.search(part) for part in (*apart, *names))
