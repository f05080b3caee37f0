"""What manifests ask for by name: objects and keys of pods, and what other objects point at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._helm.documents import Rendered
from toolkit.checks.references._kubernetes.pods import containers
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._kubernetes.pods import Container, Manifest, Pod
    from toolkit.documents import Path

__all__ = ["Wanted", "of_object", "of_pod"]

_SCALERS = {
    "HorizontalPodAutoscaler": "scaleTargetRef",
    "ScaledObject": "scaleTargetRef",
    "VerticalPodAutoscaler": "targetRef",
}
_ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute")
_ANALYSES = ("analysis", "prePromotionAnalysis", "postPromotionAnalysis")
_REFERRING = {"ExternalSecret": ("secretStoreRef", "SecretStore"), "Certificate": ("issuerRef", "Issuer")}


@dataclass(frozen=True)
class Wanted:
    """What one object asks for.

    Args:
        owner: who asks.
        kind, name: of the object that is asked for.
        where: the place of the name in the owner.
        namespace: where it has to be; the owner's if empty.
        key, key_where: the key within it; empty where the whole object is wanted.
        is_vital: whether the owner does not work without it.
    """

    owner: Manifest
    kind: str
    name: str
    where: Path
    namespace: str = ""
    key: str = ""
    key_where: Path = ()
    is_vital: bool = True

    @property
    def place(self) -> tuple[str, tuple[int, int]]:
        """File and line where it is asked for."""
        return self.owner.path, self.owner.at(self.where)

    @property
    def is_given(self) -> bool:
        """Whether the values of a chart give the whole name, which an installation replaces by its own."""
        document = self.owner.document
        return isinstance(document, Rendered) and document.is_given((*self.owner.where, *self.where))


def of_pod(pod: Pod) -> Iterator[Wanted]:
    """Everything that a pod's template names."""
    spec, owner = pod.data, pod.owner
    for key in ("serviceAccountName", "serviceAccount"):
        if isinstance(spec.get(key), str) and (key == "serviceAccountName" or "serviceAccountName" not in spec):
            yield Wanted(owner, "ServiceAccount", spec[key], (*pod.spec, key))
    for index, secret in enumerate(listed(spec.get("imagePullSecrets"))):
        where = (*pod.spec, "imagePullSecrets", index)
        yield from _named(owner, "Secret", where, secret, "name", is_vital=False)
    yield from _named(owner, "PriorityClass", pod.spec, spec, "priorityClassName")
    for index, volume in enumerate(listed(spec.get("volumes"))):
        yield from _of_volume(pod, (*pod.spec, "volumes", index), table(volume))
    for container in containers(pod):
        yield from _of_container(container)


def _of_container(container: Container) -> Iterator[Wanted]:
    owner = container.pod.owner
    for index, source in enumerate(listed(container.data.get("envFrom"))):
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            where = (*container.where, "envFrom", index, key)
            yield from _named(owner, kind, where, table(source).get(key), "name")
    for index, variable in enumerate(listed(container.data.get("env"))):
        source = table(variable, "valueFrom")
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            where = (*container.where, "env", index, "valueFrom", key)
            yield from _named(owner, kind, where, source.get(key), "name")
    yield from _of_mounts(container)


def _of_mounts(container: Container) -> Iterator[Wanted]:
    """The keys of ConfigMaps and Secrets that are mounted as single files."""
    pod = container.pod
    volumes = {
        str(table(one).get("name")): (index, table(one)) for index, one in enumerate(listed(pod.data.get("volumes")))
    }
    for number, mount in enumerate(listed(container.data.get("volumeMounts"))):
        part = table(mount).get("subPath")
        index, volume = volumes.get(str(table(mount).get("name")), (0, {}))
        for key, name, kind in (("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret")):
            source = table(volume, key)
            text = source.get(name)
            whole = isinstance(text, str) and not source.get("items") and source.get("optional") is not True
            if whole and isinstance(part, str) and part and "/" not in part and "$" not in f"{part}{text}":
                where = (*pod.spec, "volumes", index, key, name)
                place = (*container.where, "volumeMounts", number, "subPath")
                yield Wanted(pod.owner, kind, str(text), where, "", part, place)


def _of_volume(pod: Pod, where: Path, volume: dict[str, Any]) -> Iterator[Wanted]:
    owner = pod.owner
    yield from _named(owner, "ConfigMap", (*where, "configMap"), volume.get("configMap"), "name")
    yield from _named(owner, "Secret", (*where, "secret"), volume.get("secret"), "secretName")
    csi = table(volume, "csi", "volumeAttributes")
    yield from _named(owner, "SecretProviderClass", (*where, "csi", "volumeAttributes"), csi, "secretProviderClass")
    claim = volume.get("persistentVolumeClaim")
    if owner.kind != "StatefulSet":
        yield from _named(owner, "PersistentVolumeClaim", (*where, "persistentVolumeClaim"), claim, "claimName")
    for index, source in enumerate(listed(table(volume, "projected").get("sources"))):
        for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            place = (*where, "projected", "sources", index, key)
            yield from _named(owner, kind, place, table(source).get(key), "name")


def _named(  # noqa: PLR0913 - an object, what it asks for, and where
    owner: Manifest, kind: str, where: Path, reference: Any, name: str, *, is_vital: bool = True
) -> Iterator[Wanted]:
    data = table(reference)
    text = data.get(name)
    if not isinstance(text, str) or not text or "$" in text or data.get("optional") is True:
        return
    key = data.get("key")
    one = Wanted(owner, kind, text, (*where, name), is_vital=is_vital)
    items = [(index, table(item).get("key")) for index, item in enumerate(listed(data.get("items")))]
    keys = [((*where, "items", index, "key"), inner) for index, inner in items if isinstance(inner, str)]
    keys += [((*where, "key"), key)] if isinstance(key, str) else []
    yield from (Wanted(owner, kind, text, one.where, "", inner, place) for place, inner in keys)
    if not keys:
        yield one


def of_object(one: Manifest) -> Iterator[Wanted]:
    """What an object that is no pod points at."""
    spec = table(one.data, "spec")
    if one.kind in _SCALERS:
        key = _SCALERS[one.kind]
        target = table(spec, key)
        yield from _target(one, ("spec", key), target, str(target.get("kind", "Deployment")))
    elif one.kind in ("RoleBinding", "ClusterRoleBinding"):
        yield from _bound(one)
    elif one.kind == "StatefulSet":
        yield from _named(one, "Service", ("spec",), spec, "serviceName")
    elif one.kind in _ROUTES:
        for index, parent in enumerate(listed(spec.get("parentRefs"))):
            data = table(parent)
            yield from _target(one, ("spec", "parentRefs", index), data, str(data.get("kind", "Gateway")))
    elif one.kind == "IngressRoute":
        yield from _of_traefik(one, spec)
    elif one.kind == "Rollout":
        yield from _of_rollout(one, spec)
    elif one.kind in _REFERRING:
        key, default = _REFERRING[one.kind]
        target = table(spec, key)
        yield from _target(one, ("spec", key), target, str(target.get("kind", default)))
    elif one.kind == "PersistentVolumeClaim":
        yield from _named(one, "StorageClass", ("spec",), spec, "storageClassName")


def _of_traefik(one: Manifest, spec: dict[str, Any]) -> Iterator[Wanted]:
    for outer, route in enumerate(listed(spec.get("routes"))):
        for inner, item in enumerate(listed(table(route).get("middlewares"))):
            where = ("spec", "routes", outer, "middlewares", inner)
            if "@" not in str(table(item).get("name")):  # of another provider of Traefik
                yield from _target(one, where, table(item), "Middleware")


def _of_rollout(one: Manifest, spec: dict[str, Any]) -> Iterator[Wanted]:
    """What Argo Rollouts name: Services to shift traffic between, templates of analyses, the workload that is taken over."""
    strategy = table(spec, "strategy")
    for way, names in (
        ("canary", ("stableService", "canaryService")),
        ("blueGreen", ("activeService", "previewService")),
    ):
        data, where = table(strategy, way), ("spec", "strategy", way)
        for name in names:
            yield from _named(one, "Service", where, data, name)
        nginx = table(data, "trafficRouting", "nginx")
        yield from _named(one, "Ingress", (*where, "trafficRouting", "nginx"), nginx, "stableIngress")
        places: list[tuple[Path, Any]] = [((*where, key), data.get(key)) for key in _ANALYSES]
        for index, step in enumerate(listed(data.get("steps"))):
            places.append(((*where, "steps", index, "analysis"), table(step).get("analysis")))
        for place, analysis in places:
            for index, item in enumerate(listed(table(analysis).get("templates"))):
                kind = "ClusterAnalysisTemplate" if table(item).get("clusterScope") is True else "AnalysisTemplate"
                yield from _named(one, kind, (*place, "templates", index), item, "templateName")
    reference = table(spec, "workloadRef")
    yield from _target(one, ("spec", "workloadRef"), reference, str(reference.get("kind", "Deployment")))


def _bound(one: Manifest) -> Iterator[Wanted]:
    role = table(one.data, "roleRef")
    yield from _target(one, ("roleRef",), role, str(role.get("kind")))
    for index, subject in enumerate(listed(one.data.get("subjects"))):
        data = table(subject)
        if data.get("kind") == "ServiceAccount":
            yield from _target(one, ("subjects", index), data, "ServiceAccount")


def _target(one: Manifest, where: Path, data: dict[str, Any], kind: str) -> Iterator[Wanted]:
    name, namespace = data.get("name"), data.get("namespace")
    if isinstance(name, str) and name and "$" not in name:
        yield Wanted(one, kind, name, (*where, "name"), namespace if isinstance(namespace, str) else "")
