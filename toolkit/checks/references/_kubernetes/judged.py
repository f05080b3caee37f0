"""Which of the names in manifests nobody makes, with what follows from it and how sure that is."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._kubernetes.backends import is_inhabited
from toolkit.checks.references._kubernetes.charts import chart_of
from toolkit.checks.references._kubernetes.lost import Lost, like_key
from toolkit.checks.references._kubernetes.made import AMBIENT, is_operators_secret, made_by_command, makers
from toolkit.checks.references._kubernetes.pods import cluster, nearest, same_namespace
from toolkit.checks.references._kubernetes.spoken import OF_PODS, is_beside, keys_by_command, may_give, spoken_of
from toolkit.checks.references._kustomize.kustomizations import bare
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.asked import Wanted
    from toolkit.checks.references._kubernetes.made import Maker
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.model import Severity

__all__ = ["lost_objects"]

_EXAMPLE = regex(r"example|sample|template|\.dist\b", re.IGNORECASE)
_PROSE = regex(r"\.(?:md|mdx|rst)$")
_EFFECTS = {
    "PersistentVolumeClaim": "the pod stays pending",
    "ServiceAccount": "its pods are refused",
    "Role": "it grants nothing",
    "ClusterRole": "it grants nothing",
    "Gateway": "nothing serves the route",
    "Middleware": "the route is not served",
    "Service": "its pods have no names of their own",
    "SecretStore": "no Secret is made",
    "ClusterSecretStore": "no Secret is made",
    "Issuer": "no certificate is issued",
    "ClusterIssuer": "no certificate is issued",
    "SecretProviderClass": "the pod does not start",
    "PriorityClass": "its pods are refused",
    "StorageClass": "the claim stays pending",
    "AnalysisTemplate": "the rollout does not proceed",
    "ClusterAnalysisTemplate": "the rollout does not proceed",
    "Ingress": "no traffic is split",
}
_OF_CLUSTERS = (
    *("SecretStore", "ClusterSecretStore", "Issuer", "ClusterIssuer"),
    *("SecretProviderClass", "PriorityClass", "StorageClass"),
)
"""Kinds that a platform mostly has already: only a slip of one that the repository defines is told."""
_WITHOUT_NAMESPACE = (
    *("ClusterRole", "ClusterAnalysisTemplate", "ClusterSecretStore", "ClusterIssuer"),
    *("PriorityClass", "StorageClass"),
)
_OF_ROLLOUTS = ("Service", "AnalysisTemplate", "ClusterAnalysisTemplate", "Ingress")
_SAME = 0.9
_MARK = regex(r"[A-Z0-9_-]*[A-Z][A-Z0-9_-]*|.*(?:[<>{}$]|PLACEHOLDER).*")
"""What is to be filled in: no object may have such a name."""
_OF_CLOUD_RUN = ("serving.knative.dev/", "run.googleapis.com/")
_FEW = {"Secret": 2, "ServiceAccount": 1}
"""How many of a kind that nobody makes are told each; in a chart one."""
_SCALED = ("Deployment", "StatefulSet", "Rollout")
_LOUD = ("ConfigMap", "PersistentVolumeClaim", "ServiceAccount", "Role", "ClusterRole")


def lost_objects(context: Inspection, wanted: Iterable[Wanted]) -> Iterator[Lost]:
    """Objects and keys that nobody makes: one for each, at the first that asks for it, with all others as evidence."""
    groups: dict[tuple[str, str, str, str], list[Wanted]] = {}
    for one in wanted:
        trouble = _trouble(context, one)
        if trouble:
            # A misspelt key is a fault of its own; keys that are like none are what the object as a whole lacks.
            made = keys_by_command(context, one.kind, one.name) if trouble == "ungiven" else None
            keys = made[1] if made else _holder(context, one)[1] if trouble == "key" else frozenset()
            own = like_key(one.key, keys)
            groups.setdefault((trouble, one.kind, one.name, one.key if own else ""), []).append(one)
    for (trouble, *_), many in _together(context, groups).items():
        many.sort(key=lambda one: not one.is_vital)
        judge = {"ungiven": _ungiven, "absent": _absent, "apart": _apart, "key": _keyless}[trouble]
        yield judge(context, many)._replace(related=tuple(one.place for one in many[1:]))


def _together(
    context: Inspection, groups: dict[tuple[str, str, str, str], list[Wanted]]
) -> dict[tuple[str, str, str, str], list[Wanted]]:
    """The groups, where many Secrets or accounts that are like none are one: who makes them elsewhere makes them all."""
    kinds: dict[str, list[tuple[str, str, str, str]]] = {}
    for key, many in groups.items():
        plain = key[0] == "absent" and key[1] in _FEW and many[0].is_vital and not many[0].is_given
        if plain and not likely(key[2], makers(context, key[1])) and not spoken_of(context, many[0]):
            kinds.setdefault(key[1], []).append(key)
    found = dict(groups)
    for kind, keys in kinds.items():
        if len(keys) > (1 if chart_of(context) else _FEW[kind]):
            together = [one for key in keys for one in found[key]]
            found = {key: together if key == keys[0] else many for key, many in found.items() if key not in keys[1:]}
    return found


def _trouble(context: Inspection, one: Wanted) -> str:
    """What is wrong with what is asked for: ``absent``, ``apart`` (in another namespace), ``key``; empty if nothing."""
    ambient = one.name in AMBIENT.get(one.kind, ()) or one.name.startswith("system:") or _is_of_cloud(one)
    if ambient or _MARK.fullmatch(one.name) or one.kind not in (*OF_PODS, *_EFFECTS, *_SCALED):
        return ""
    made = _makers(context, one)
    fitting = [maker for maker in made if _fits(maker, one)]
    seen = cluster(context)
    # A chart may make an object of that name, too: the one in the asking object's own folder is what goes with it.
    if one.name in seen.opaque and not any(maker.source.folder == one.owner.folder for maker in fitting):
        return ""
    given = seen.may_have(one.kind, one.name) or is_operators_secret(context, one.kind, one.name)
    if not made and (given or seen.is_asleep(one.owner, one.where, one.kind)):
        return ""
    if not made:
        told = one.kind not in _OF_CLUSTERS or likely(one.name, makers(context, one.kind), 0.82, slip=True)
        return ("ungiven" if _is_ungiven(context, one) else "absent") if told else ""
    if not fitting:
        return "apart"
    holders = [maker.keys for maker in made if one.key and _holds(maker, one)]
    return "key" if holders and all(keys is not None and one.key not in keys for keys in holders) else ""


def _is_of_cloud(one: Wanted) -> bool:
    """Whether an account is asked for by what may be a service of Cloud Run: it is one of the cloud then."""
    return one.kind == "ServiceAccount" and str(one.owner.data.get("apiVersion", "")).startswith(_OF_CLOUD_RUN)


def _makers(context: Inspection, one: Wanted) -> list[Maker]:
    found = [maker for name in bare(context, one.name) for maker in makers(context, one.kind).get(name, ())]
    sources = {id(source) for source in nearest(one.owner, (maker.source for maker in found))}
    return [maker for maker in found if id(maker.source) in sources]


def _fits(maker: Maker, one: Wanted) -> bool:
    if one.kind in _WITHOUT_NAMESPACE or not one.namespace:
        return one.kind in _WITHOUT_NAMESPACE or same_namespace(maker.source, one.owner)
    # A kustomization that moves an object moves what names it along.
    written = table(maker.source.data, "metadata").get("namespace")
    return maker.source.namespace in ("", one.namespace) or written == one.namespace


def _holds(maker: Maker, one: Wanted) -> bool:
    """Whether the keys of an object count: it fits, or does so where no kustomization moves it."""
    written = table(maker.source.data, "metadata").get("namespace")
    return _fits(maker, one) or (written is not None and written == (one.namespace or one.owner.namespace))


def _others(many: list[Wanted]) -> str:
    first = many[0]
    other = {one.owner.shown(one.where): f" ({one.name})" * (one.name != first.name) for one in many[1:]}
    places = [f"{place}{name}" for place, name in sorted(other.items()) if place != first.owner.shown(first.where)]
    return f"; so do {', '.join(places[:24])}" if places else ""


def _effect(one: Wanted) -> str:
    if one.kind == "ServiceAccount" and one.owner.kind.endswith("Binding"):
        return "it grants nothing"
    if one.key_where[-1:] == ("subPath",):
        return "an empty folder is mounted in its place"
    if one.owner.kind == "Rollout" and one.kind in _OF_ROLLOUTS:
        return "the rollout does not proceed"
    if not one.is_vital:
        return "a private image cannot be fetched"
    return _EFFECTS.get(one.kind, "it never acts" if one.kind in _SCALED else "the pod does not start")


def _absent(context: Inspection, many: list[Wanted]) -> Lost:
    one = many[0]
    known = makers(context, one.kind)
    asked = {item.key for item in many if item.key and item.name == one.name}
    # What has none of the keys that are asked for is another object.
    fit = (name for name, made in known.items() if not asked or any(it.keys is None or asked & it.keys for it in made))
    near = likely(one.name, fit)
    maker = spoken_of(context, one)
    hint = f"; {maker} speaks of it" if maker else f"; {near} is there" if near else ""
    by = "manifest, script or instruction makes" if one.kind in OF_PODS else "manifest defines"
    owner = one.owner
    names = tuple(dict.fromkeys(item.name for item in many))
    more = f" (as {len(names) - 1} more {one.kind}{'s' * (len(names) > 2)})" if names[1:] else ""
    what = f"the {one.kind} {one.name}" if not more else f"{one.kind} {', '.join(names[:12])}"
    return Lost(
        owner.path,
        owner.at(one.where),
        f"{owner.kind} {owner.name} names {one.kind} {one.name}{more}, which no {by}{hint}: {_effect(one)}.",
        f"make {one.name} as {maker} says"
        if maker
        else instead(one.name, near, f"add {what}, or a script that makes {'them' if more else 'it'}"),
        "info" if maker or (one.is_given and not near) else _level(context, one, known, near),
        f"{owner.kind} {owner.name} names it{_others(many)}",
        near if not maker else "",
        owner.document,
        (*owner.where, *one.where),
        f"{one.name}.{owner.namespace}" if one.kind == "Service" else "",
    )


def _level(context: Inspection, one: Wanted, known: dict[str, list[Maker]], near: str) -> Severity:
    """How loud an object that nobody makes is: what a repository has none of, an installer may bring."""
    if one.kind in _LOUD:
        plain = known or (one.kind in OF_PODS and cluster(context).by_kind.get("ConfigMap"))
        foreign = one.kind == "ClusterRole" and not near
        if one.owner.kind.endswith("Binding") and not near and not is_inhabited(context, one.namespace, one.owner):
            return "info"  # an installation of others makes it
        # Where those beside bring no account of their own, it is made with the cluster.
        beside = any(_is_beside(maker.source, one.owner) for many in known.values() for maker in many)
        brought = one.kind == "ServiceAccount" and not near and not beside
        return "warning" if foreign or brought or not plain else "error"
    if one.kind == "Secret" and not one.is_vital:
        # Images may be public, and what fetches private ones is made by hand: only a slip is worth a word.
        pulls = (str(maker.source.data.get("type", "")) for maker in known[near]) if near else ()
        return "warning" if any("dockerc" in one for one in pulls) else "info"
    if one.kind == "Secret" and near and _is_slip(one, near, known[near]):
        return "error"
    if one.kind == "Gateway":
        return (
            "warning"
            if any(_is_beside(maker.source, one.owner) for many in known.values() for maker in many)
            else "info"
        )
    return "warning"


def _is_slip(one: Wanted, near: str, many: list[Maker]) -> bool:
    """Whether a name differs from that of an object beside by a letter or two."""
    beside = any(_is_beside(maker.source, one.owner) for maker in many)
    return beside and difflib.SequenceMatcher(None, one.name, near, autojunk=False).ratio() >= _SAME


def _is_beside(one: Manifest, other: Manifest) -> bool:
    return (
        not set(one.trees).isdisjoint(other.trees)
        or one.folder == other.folder
        or bool(one.namespace and one.namespace == other.namespace)
    )


def _is_ungiven(context: Inspection, one: Wanted) -> bool:
    """Whether the commands that make an object give it other keys."""
    made = keys_by_command(context, one.kind, one.name) if one.key else None
    return made is not None and one.key not in made[1] and not is_beside(context, one.name, one.key)


def _ungiven(context: Inspection, many: list[Wanted]) -> Lost:
    one = many[0]
    path, keys = keys_by_command(context, one.kind, one.name) or ("", frozenset())
    near, owner = like_key(one.key, keys), one.owner
    names = tuple(dict.fromkeys(item.key for item in many))
    if len(names) > len(keys) and _PROSE.search(path):
        return _absent(context, many)  # what changes a key or two of an object does not make it
    hint = f"; it has {near}" if near else ""
    text = f"{path} makes {one.kind} {one.name}, and gives it no key {', '.join(names[:12])}{hint}: {_effect(one)}."
    todo = instead(one.key, near, f"add {', '.join(names[:12])} to the command in {path}")
    evidence = f"{path}: {', '.join(sorted(keys))}{_others(many)}"
    place = (*owner.where, *one.key_where)
    return Lost(owner.path, owner.at(one.key_where), text, todo, "warning", evidence, near, owner.document, place)


def _apart(context: Inspection, many: list[Wanted]) -> Lost:
    one = many[0]
    there = _makers(context, one)[0].source
    owner = one.owner
    wanted = one.namespace or owner.namespace
    text = f"{one.kind} {one.name} is in namespace {there.namespace}, and {owner.kind} {owner.name} looks in {wanted}"
    evidence = f"{there.path} defines it{_others(many)}"
    todo = f"define {one.kind} {one.name} in {wanted}, or move {owner.kind} {owner.name} to {there.namespace}"
    return Lost(owner.path, owner.at(one.where), f"{text}: {_effect(one)}.", todo, "warning", evidence)


def _keyless(context: Inspection, many: list[Wanted]) -> Lost:
    one = many[0]
    holder, keys = _holder(context, one)
    near = like_key(one.key, keys)
    hint, owner = f"; it has {near}" if near else "", one.owner
    lacks = ", ".join(dict.fromkeys(item.key for item in many))
    text = f"{one.kind} {one.name} has no key {lacks}{hint}: {_effect(one)}."
    paths = dict.fromkeys(maker.source.path for maker in _makers(context, one) if _holds(maker, one))
    evidence = f"{', '.join(tuple(paths)[:4])}: {', '.join(sorted(keys)) or 'no keys'}{_others(many)}"
    # What an example lists is not all that a real one holds.
    example = _EXAMPLE.search(holder.path) and not near
    level: Severity = "error" if not example else "info" if made_by_command(context, one.key) else "warning"
    # What is built apart from the object may be given another one of that name, which no clone has.
    apart = bool(one.owner.trees) and not any(_is_beside(maker.source, one.owner) for maker in _makers(context, one))
    level = "info" if (apart and not near) or may_give(context, one) else level
    place = (*owner.where, *one.key_where)
    todo = instead(one.key, near, f"add {lacks} to {one.kind} {one.name} in {holder.path}, or name a key that it has")
    return Lost(owner.path, owner.at(one.key_where), text, todo, level, evidence, near, owner.document, place)


def _holder(context: Inspection, one: Wanted) -> tuple[Manifest, frozenset[str]]:
    """The first object that should have a key, and the keys of all that bear its name."""
    found = [maker for maker in _makers(context, one) if _holds(maker, one)]
    source = next(maker.source for maker in found if _fits(maker, one))
    return source, frozenset().union(*(maker.keys or () for maker in found))
