"""See :class:`KubernetesReferenceMissing`."""

from __future__ import annotations

import difflib
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._kubernetes import (
    Manifest,
    cluster,
    containers,
    kustomizations,
    listed,
    pods,
    same_namespace,
)
from toolkit.checks.references._repair import mapping, position, relative, remembered, replace, strings
from toolkit.checks.references._scripts import mentioned
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Pod
    from toolkit.documents import Path
    from toolkit.model import Finding, Fix, Severity

_REMOTE = re.compile(r"^\w[\w+.-]*://|^[\w.-]+@|^(github|gitlab|bitbucket)\.(com|org)/|\?ref=|^[\w.-]+\.(com|io|org)/")
_AMBIENT = {
    "ConfigMap": {"kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"},
    "ServiceAccount": {"default"},
}
_BREAKS = {
    "ConfigMap": "the pod does not start",
    "Secret": "the pod does not start",
    "PersistentVolumeClaim": "the pod stays pending",
    "ServiceAccount": "its pods are refused",
}


@dataclass(frozen=True)
class _Wanted:
    """What a pod asks for: a key is empty where the whole object is wanted."""

    kind: str
    where: Path
    name: str
    key: str = ""
    key_where: Path = ()


class KubernetesReferenceMissing(Check):
    """A manifest names an object, a key or a file that the repository does not hold.

    What it checks: ConfigMaps, Secrets and their keys, claims and service accounts of pods; Services behind Ingress and
        HTTPRoute; targets of autoscalers; files of kustomizations. Objects that generators, SealedSecrets,
        ExternalSecrets, certificates or scripts make count as there; what is ``optional`` is left alone.
    Why it matters: The API server accepts the manifest, and the pod then hangs in ``CreateContainerConfigError`` or
        stays pending; a route answers 503.
    How to fix: Correct the name or the key, or add the object.
    Fix safety: Unsafe. A misspelled key is replaced by the one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for pod in pods(context):
            if context.focus is None or pod.owner.path in context.focus:
                told: set[tuple[str, str, str]] = set()
                for wanted in _of_pod(pod):
                    for finding in self._wanted(context, pod, wanted):
                        # One object that misses is one cause, however many of its keys are wanted.
                        key = (wanted.kind, wanted.name, wanted.key if "has no key" in finding.message else "")
                        if key not in told:
                            told.add(key)
                            yield finding
        yield from self._backends(context)
        yield from self._scaled(context)
        for path, document in kustomizations(context):
            yield from self._files(context, path, document)

    def _wanted(self, context: Inspection, pod: Pod, wanted: _Wanted) -> Iterator[Finding]:
        owner = pod.owner
        candidates = _makers(context, wanted.kind).get(wanted.name, [])
        fitting = [one for one in candidates if same_namespace(one[0], owner)]
        if not candidates:
            if wanted.name not in _AMBIENT.get(wanted.kind, ()) and wanted.name not in cluster(context).opaque:
                yield from self._absent(context, pod, wanted)
        elif not fitting:
            there = candidates[0][0]
            yield self.finding(
                context,
                owner.path,
                f"{wanted.kind} {wanted.name} is in namespace {there.namespace}, and {owner.kind} {owner.name} in "
                f"{owner.namespace}: {_BREAKS[wanted.kind]}.",
                line=owner.at(wanted.where),
                evidence=f"{there.path} defines it",
                severity="warning",
            )
        elif wanted.key and all(keys is not None and wanted.key not in keys for _, keys in fitting):
            yield self._key(context, pod, wanted, fitting)

    def _absent(self, context: Inspection, pod: Pod, wanted: _Wanted) -> Iterator[Finding]:
        maker = mentioned(context, wanted.name)
        known = _makers(context, wanted.kind)
        near = difflib.get_close_matches(wanted.name, known, 1, 0.75)
        level: Severity = "warning" if wanted.kind == "Secret" else "error"
        if maker or not (known or cluster(context).by_kind.get("ConfigMap") or wanted.kind == "Secret"):
            level = "info" if maker else "warning"
        hint = f"; {maker} speaks of it" if maker else f"; {near[0]} is there" if near else ""
        owner = pod.owner
        yield self.finding(
            context,
            owner.path,
            f"No manifest, script or instruction makes {wanted.kind} {wanted.name}{hint}: {_BREAKS[wanted.kind]} unless something else makes it.",
            line=owner.at(wanted.where),
            evidence=f"{owner.kind} {owner.name} names it",
            severity=level,
        )

    def _key(
        self, context: Inspection, pod: Pod, wanted: _Wanted, fitting: list[tuple[Manifest, frozenset[str] | None]]
    ) -> Finding:
        holder, keys = fitting[0]
        near = _like(wanted.key, keys or frozenset())
        owner = pod.owner
        fixes: tuple[Fix, ...] = ()
        if near:
            where = (*owner.where, *wanted.key_where)
            fixes = replace(context, owner.path, owner.document, where, near)
        return self.finding(
            context,
            owner.path,
            f"{wanted.kind} {wanted.name} has no key {wanted.key}{f'; it has {near}' if near else ''}: {_BREAKS[wanted.kind]}.",
            line=owner.at(wanted.key_where),
            evidence=f"{holder.path}: {', '.join(sorted(keys or ())) or 'no keys'}",
            fixes=fixes,
        )

    def _backends(self, context: Inspection) -> Iterator[Finding]:
        services: dict[str, list[Manifest]] = {}
        for one in cluster(context).of("Service"):
            services.setdefault(one.name, []).append(one)
        for route in cluster(context).of("Ingress", "HTTPRoute", "GRPCRoute"):
            if context.focus is not None and route.path not in context.focus:
                continue
            for where, name, namespace in _routed(route):
                if name in services or name in cluster(context).opaque or _is_made(context, name):
                    continue
                maker = mentioned(context, name)
                near = difflib.get_close_matches(name, services, 1, 0.8)
                beside = any(one.folder == route.folder for many in services.values() for one in many)
                level: Severity = "error" if near and beside and not namespace else "warning"
                yield self.finding(
                    context,
                    route.path,
                    f"{route.kind} {route.name} sends requests to Service {name}, which no manifest defines"
                    f"{f'; {near[0]} is there' if near else ''}.",
                    line=route.at(where),
                    severity="info" if maker or not services else level,
                    evidence=f"{maker} speaks of it" if maker else "",
                    fixes=replace(context, route.path, route.document, (*route.where, *where), near[0]) if near else (),
                )

    def _scaled(self, context: Inspection) -> Iterator[Finding]:
        for one in cluster(context).of("HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler"):
            key = "targetRef" if one.kind == "VerticalPodAutoscaler" else "scaleTargetRef"
            target = mapping(mapping(one.data.get("spec")).get(key))
            name, kind = target.get("name"), target.get("kind", "Deployment")
            if not isinstance(name, str) or (context.focus is not None and one.path not in context.focus):
                continue
            known = {other.name for other in cluster(context).of(str(kind))}
            if name not in known and kind in ("Deployment", "StatefulSet") and not mentioned(context, name):
                yield self.finding(
                    context,
                    one.path,
                    f"{one.kind} {one.name} scales {kind} {name}, which no manifest defines: it never acts.",
                    line=one.at(("spec", key, "name")),
                    severity="warning",
                    evidence=f"defined: {', '.join(sorted(known)) or 'none'}",
                )

    def _files(self, context: Inspection, path: str, document: Any) -> Iterator[Finding]:
        folder = posixpath.dirname(path) or "."
        for where, value in _kustomized_files(mapping(document.data)):
            if not value or _REMOTE.search(value) or "\n" in value or value.startswith("{"):
                continue
            verdict = resolve(context, value, folder)
            if verdict.kind == "missing":
                near = verdict.near if posixpath.dirname(verdict.near) == posixpath.dirname(verdict.path) else ""
                fixes = replace(context, path, document, where, relative(near, folder, value)) if near else ()
                yield self.finding(
                    context,
                    path,
                    f"{where[0]} names {value}, which does not exist: the kustomization cannot be built.",
                    line=position(document, where),
                    evidence=f"{verdict.path} {verdict.why}",
                    fixes=fixes,
                )
            elif verdict.kind == "ignored":
                yield self.finding(
                    context,
                    path,
                    f"{where[0]} names {value}, which git ignores: it has to be made first.",
                    line=position(document, where),
                    severity="info",
                )


def _like(key: str, keys: frozenset[str]) -> str:
    plain = {re.sub(r"[-_.]", "", other).lower(): other for other in keys}
    found = plain.get(re.sub(r"[-_.]", "", key).lower())
    near = difflib.get_close_matches(key, keys, 1, 0.8)
    return found or (near[0] if near else "")


def _of_pod(pod: Pod) -> Iterator[_Wanted]:
    spec = pod.data
    account = spec.get("serviceAccountName", spec.get("serviceAccount"))
    if isinstance(account, str):
        key = "serviceAccountName" if "serviceAccountName" in spec else "serviceAccount"
        yield _Wanted("ServiceAccount", (*pod.spec, key), account)
    for index, volume in enumerate(listed(spec.get("volumes"))):
        yield from _of_volume((*pod.spec, "volumes", index), mapping(volume), pod)
    for container in containers(pod):
        for index, source in enumerate(listed(container.data.get("envFrom"))):
            for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                yield from _named(kind, (*container.where, "envFrom", index, key), mapping(source).get(key), "name")
        for index, variable in enumerate(listed(container.data.get("env"))):
            source = mapping(mapping(variable).get("valueFrom"))
            for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                where = (*container.where, "env", index, "valueFrom", key)
                yield from _named(kind, where, source.get(key), "name")


def _of_volume(where: Path, volume: dict[str, Any], pod: Pod) -> Iterator[_Wanted]:
    yield from _named("ConfigMap", (*where, "configMap"), volume.get("configMap"), "name")
    yield from _named("Secret", (*where, "secret"), volume.get("secret"), "secretName")
    claim = mapping(volume.get("persistentVolumeClaim"))
    if isinstance(claim.get("claimName"), str) and pod.owner.kind != "StatefulSet":
        yield _Wanted("PersistentVolumeClaim", (*where, "persistentVolumeClaim", "claimName"), claim["claimName"])
    for index, source in enumerate(listed(mapping(volume.get("projected")).get("sources"))):
        for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            yield from _named(kind, (*where, "projected", "sources", index, key), mapping(source).get(key), "name")


def _named(kind: str, where: Path, reference: Any, name: str) -> Iterator[_Wanted]:
    data = mapping(reference)
    if not isinstance(data.get(name), str) or "$" in data[name] or data.get("optional") is True:
        return
    key = data.get("key")
    yield _Wanted(kind, (*where, name), data[name], key if isinstance(key, str) else "", (*where, "key"))
    for index, item in enumerate(listed(data.get("items"))):
        if isinstance(inner := mapping(item).get("key"), str):
            yield _Wanted(kind, (*where, name), data[name], inner, (*where, "items", index, "key"))


Makers = dict[str, list[tuple[Manifest, "frozenset[str] | None"]]]


def _makers(context: Inspection, kind: str) -> Makers:
    """Name to the objects that are or make one of a kind, with their keys; ``None`` where these are not known."""

    def make() -> Makers:
        found: Makers = {}
        for one in cluster(context).objects:
            for name, keys in _made(kind, one):
                found.setdefault(name, []).append((one, keys))
        if kind in ("ConfigMap", "Secret"):
            for path, document in cluster(context).kustomizations:
                section = "configMapGenerator" if kind == "ConfigMap" else "secretGenerator"
                for entry in listed(mapping(document.data).get(section)):
                    given = mapping(entry).get("name")
                    if isinstance(given, str):
                        found.setdefault(given, []).append((Manifest(path, document, (), kind, given, "", {}), None))
        return found

    made: Makers = remembered(context, f"references.makers.{kind}", make)
    return made


def _made(kind: str, one: Manifest) -> Iterator[tuple[str, frozenset[str] | None]]:
    if one.kind == kind:
        keys = {key for part in ("data", "stringData", "binaryData") for key in mapping(one.data.get(part))}
        yield one.name, frozenset(keys)
    spec = mapping(one.data.get("spec"))
    if kind == "Secret":
        yield from _secrets(one, spec)
    if kind == "PersistentVolumeClaim":
        for item in listed(spec.get("volumeClaimTemplates")):
            yield str(mapping(mapping(item).get("metadata")).get("name", "")), None
    secretive = one.kind in ("SealedSecret", "ExternalSecret", "ClusterExternalSecret")
    if one.api and "." in one.api and not secretive and not one.api.endswith(("k8s.io", "networking.istio.io")):
        # An operator's object: it may make objects of its own name.
        yield one.name, None


def _secrets(one: Manifest, spec: dict[str, Any]) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The secrets that another object makes."""
    if one.kind == "SealedSecret":
        yield one.name, frozenset(mapping(spec.get("encryptedData"))) or None
    elif one.kind in ("ExternalSecret", "ClusterExternalSecret"):
        inner = mapping(spec.get("externalSecretSpec")) or spec
        keys = {str(mapping(item).get("secretKey", "")) for item in listed(inner.get("data"))}
        opaque = "dataFrom" in inner or "template" in mapping(inner.get("target"))
        name = str(mapping(inner.get("target")).get("name") or one.name)
        yield name, None if opaque or not keys else frozenset(keys)
    elif one.kind not in ("Deployment", "Ingress", "Pod") and isinstance(spec.get("secretName"), str):
        yield spec["secretName"], None
    for key in ("secretObjects", "tls"):
        for item in listed(spec.get(key)):
            yield str(mapping(item).get("secretName", "")), None


def _is_made(context: Inspection, name: str) -> bool:
    """Whether an operator's object of that name, or with that prefix, may make it."""
    return any(
        name == one.name or name.startswith(f"{one.name}-")
        for one in cluster(context).objects
        if one.api and "." in one.api and not one.api.endswith("k8s.io")
    )


def _routed(route: Manifest) -> Iterator[tuple[Path, str, str]]:
    spec = mapping(route.data.get("spec"))
    for key in ("defaultBackend", "backend"):
        yield from _backend(("spec", key), mapping(spec.get(key)))
    for index, rule in enumerate(listed(spec.get("rules"))):
        where: Path = ("spec", "rules", index)
        for inner, path in enumerate(listed(mapping(mapping(rule).get("http")).get("paths"))):
            yield from _backend((*where, "http", "paths", inner, "backend"), mapping(mapping(path).get("backend")))
        for inner, backend in enumerate(listed(mapping(rule).get("backendRefs"))):
            data = mapping(backend)
            if data.get("kind", "Service") == "Service" and isinstance(data.get("name"), str):
                yield (*where, "backendRefs", inner, "name"), data["name"], str(data.get("namespace", ""))


def _backend(where: Path, data: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    name = mapping(data.get("service")).get("name")
    port = mapping(mapping(data.get("service")).get("port")).get("name")
    if isinstance(name, str) and port != "use-annotation":
        yield (*where, "service", "name"), name, ""
    if isinstance(data.get("serviceName"), str) and data.get("servicePort") != "use-annotation":
        yield (*where, "serviceName"), data["serviceName"], ""


def _kustomized_files(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for key in ("resources", "bases", "components", "patchesStrategicMerge", "configurations", "crds", "generators"):
        yield from (((key, *below), value) for below, value in strings(data.get(key)))
    for key in ("patches", "patchesJson6902", "replacements"):
        for index, entry in enumerate(listed(data.get(key))):
            if isinstance(path := mapping(entry).get("path"), str):
                yield (key, index, "path"), path
    for key in ("configMapGenerator", "secretGenerator"):
        for index, entry in enumerate(listed(data.get(key))):
            for part in ("files", "envs"):
                for below, value in strings(mapping(entry).get(part)):
                    yield (key, index, part, *below), value.rpartition("=")[2]
