"""What makes the objects that manifests ask for: manifests, generators, operators and those that hold secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._helm.releases import foreign_releases
from toolkit.checks.references._kubernetes.pods import Manifest, cluster
from toolkit.checks.references._kustomize.kustomizations import generated, kustomized
from toolkit.checks.references._scripts.texts import lines
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["AMBIENT", "Maker", "is_operated", "is_operators_secret", "is_pods_owner", "made_by_command", "makers"]

AMBIENT = {
    "ConfigMap": {"kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"},
    "Service": {"kubernetes", "kube-dns"},
    "ServiceAccount": {"default"},
    "ClusterRole": {"cluster-admin", "admin", "edit", "view"},
    "Role": {"extension-apiserver-authentication-reader"},
}
"""Objects that every cluster has."""

_KEYED = ("ConfigMap", "Secret")
_MADE = (
    "ConfigMap",
    "Secret",
    "PersistentVolumeClaim",
    "ServiceAccount",
    "Service",
    "Role",
    "Deployment",
    "StatefulSet",
)
"""Kinds of which operators make some for their own objects."""
_PASSIVE = ("k8s.io", "istio.io", "traefik.io", "traefik.containo.us", "keda.sh")
"""API groups with a dot whose objects configure others and make none."""
_MAKING_NO_PODS = ("cert-manager.io", "external-secrets.io", "bitnami.com")
_MESH = regex(r"istio-(?:ingress|egress|eastwest)gateway|istiod")
"""Services that the installation of Istio makes."""
_SECRETS = regex(
    r".+-(?:cluster-ca-cert|clients-ca-cert|es-elastic-user|es-http-certs-public|default-user|pguser-.+)"
    r"|.+\.credentials\.postgresql\.acid\.zalan\.do"
)
"""Names that the operators of Kafka, Elasticsearch, RabbitMQ and Postgres give to Secrets."""
_GOES_TO = regex(r"^(?:destination|target|output)$|^managed\w*Secret|^write\w*To\w*|[cC]onnectionSecret")
"""Where an operator's object says to which Secret it writes."""
_MOST_REPLICAS = 50
_MAKING = regex(
    r"\b(?:(?:kubectl|oc)\b[^\n]{0,80}\b(?:create|expose|run)\b|helm\b[^\n]{0,40}\b(?:install|upgrade)\b|eksctl\b|istioctl\b|linkerd\b)"
)
"""Commands that make objects, and not those that only name them."""
_AFTER = regex(r"`|&&|;|[ ]\|[ ]")
_RULES = (
    "ServiceMonitor",
    "PodMonitor",
    "PrometheusRule",
    "Rollout",
    "AnalysisTemplate",
    "Application",
    "ApplicationSet",
    "AppProject",
)


class Maker(NamedTuple):
    """Who makes an object, and its keys; ``None`` where these are not known."""

    source: Manifest
    keys: frozenset[str] | None


@once_a_run
def makers(context: Inspection, kind: str) -> dict[str, list[Maker]]:
    """Name to the objects that are or make one of a kind."""
    found: dict[str, list[Maker]] = {}
    _, patches = kustomized(context)
    for one in cluster(context).objects:
        # A patch adds keys to an object, and makes none.
        for name, keys in _made(kind, one) if one.path not in patches or kind in _KEYED else ():
            found.setdefault(name, []).append(Maker(one, keys))
    trees = cluster(context).trees
    for path, document, name, keys in generated(context, kind):
        above = trees.above(path) if trees is not None else ()
        found.setdefault(name, []).append(Maker(Manifest(path, document, (), kind, name, "", {}, trees=above), keys))
    return found


def _made(kind: str, one: Manifest) -> Iterator[tuple[str, frozenset[str] | None]]:
    if one.kind == kind:
        keys = {key for part in ("data", "stringData", "binaryData") for key in table(one.data, part)}
        parts = ("data", "stringData", "binaryData")
        room = any(one.is_open((part,)) for part in parts) or (not keys and one.is_open(()))
        yield one.name, None if room or any("$" in key for key in keys) else frozenset(keys)
    spec = table(one.data, "spec")
    if kind == "Secret":
        yield from _secrets(one, spec)
    if kind == "PersistentVolumeClaim":
        replicas = spec.get("replicas")
        count = min(replicas, _MOST_REPLICAS) if isinstance(replicas, int) else 1
        for item in listed(spec.get("volumeClaimTemplates")):
            name = str(table(item, "metadata").get("name", ""))
            yield name, None
            yield from ((f"{name}-{one.name}-{number}", None) for number in range(max(count, 1)))
    secretive = one.kind in ("SealedSecret", "ExternalSecret", "ClusterExternalSecret")
    if _is_operators(one) and not secretive and kind in _MADE:
        # An operator's object: it may make objects of its own name.
        yield one.name, None


def _secrets(one: Manifest, spec: dict[str, Any]) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The secrets that another object makes."""
    if one.kind == "SealedSecret":
        sealed = frozenset(table(spec, "encryptedData"))
        yield one.name, None if any("placeholder" in key.lower() for key in sealed) else sealed or None
    elif one.kind in ("ExternalSecret", "ClusterExternalSecret"):
        inner = table(spec, "externalSecretSpec") or spec
        keys = {str(table(item).get("secretKey", "")) for item in listed(inner.get("data"))}
        opaque = "dataFrom" in inner or "template" in table(inner, "target")
        name = str(table(inner, "target").get("name") or one.name)
        yield name, None if opaque or not keys else frozenset(keys)
    elif one.kind not in ("Deployment", "Ingress", "Pod"):
        names = [spec.get("secretName")]
        names += [table(spec, key).get(part) for key in spec if _GOES_TO.search(key) for part in ("name", "secretName")]
        yield from ((name, None) for name in names if isinstance(name, str))
    for key in ("secretObjects", "tls"):
        for item in listed(spec.get(key)):
            yield str(table(item).get("secretName", "")), None


def _is_operators(one: Manifest) -> bool:
    return "." in one.api and not one.api.endswith(_PASSIVE) and one.kind not in _RULES


def is_operated(context: Inspection, name: str) -> bool:
    """Whether an operator's object or a chart of others of that name, or with that prefix, may make it, or the installation of a mesh does."""
    names = [one.name for one in cluster(context).objects if _is_operators(one)]
    return _MESH.fullmatch(name) is not None or any(
        name == one or name.startswith(f"{one}-") for one in (*names, *foreign_releases(context))
    )


def is_operators_secret(context: Inspection, kind: str, name: str) -> bool:
    """Whether an operator that makes pods or a chart of others may make a Secret or ConfigMap: for an object of the beginning of its name, or under a name of its own kind."""
    if kind not in _KEYED:
        return False
    known = any(
        name.startswith(f"{one.name}-") and _is_operators(one) and not one.api.endswith(_MAKING_NO_PODS)
        for one in cluster(context).objects
    )
    known |= any(name == one or name.startswith(f"{one}-") for one in foreign_releases(context))
    return known or (kind == "Secret" and _SECRETS.fullmatch(name) is not None)


def is_pods_owner(context: Inspection, name: str) -> bool:
    """Whether an operator's object of that name makes pods, as far as is known: not certificates and Secrets."""
    return any(
        name == one.name and _is_operators(one) and not one.api.endswith(_MAKING_NO_PODS)
        for one in cluster(context).objects
    )


def made_by_command(context: Inspection, name: str) -> str:
    """The first script or instruction with a command that makes an object of a name; empty if none does."""
    known = _making(context)
    word = re.compile(rf"(?<![\w./-]){re.escape(name)}(?![\w./-])")
    return next((path for path, line in known if name in line and word.search(line)), "")


@once_a_run
def _making(context: Inspection) -> tuple[tuple[str, str], ...]:
    """Commands that make objects, each with its file."""
    found = lines(context, _MAKING, "kubectl", "helm", "oc ", "eksctl", "istioctl", "linkerd")
    return tuple((path, command) for path, line in found for command in _commands(line))


def _commands(line: str) -> Iterator[str]:
    """The commands of a line that make something, without what is said around them."""
    for match in _MAKING.finditer(line):
        yield _AFTER.split(line[match.start() :], maxsplit=1)[0]
