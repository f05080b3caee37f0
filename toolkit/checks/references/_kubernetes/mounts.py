"""Mounts of containers of volumes that their pods do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import LASTING, containers
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._kubernetes.pods import Container, Pod
    from toolkit.documents import Path

__all__ = ["lost_mounts"]


def lost_mounts(pod: Pod) -> Iterator[Lost]:
    """Mounts of a volume that the pod does not have.

    A template without a selector of its own is a patch, whose volumes stand elsewhere.
    """
    spec = table(pod.owner.data, "spec")
    if pod.owner.kind in LASTING and not (spec.get("selector") and pod.labels):
        return
    known = [table(item).get("name") for item in listed(pod.data.get("volumes"))]
    known += [table(item, "metadata").get("name") for item in listed(spec.get("volumeClaimTemplates"))]
    if pod.owner.is_open((*pod.spec, "volumes")) or any("$" in str(name) for name in known):
        return
    for container in containers(pod):
        for key in ("volumeMounts", "volumeDevices"):
            for index, mount in enumerate(listed(container.data.get(key))):
                name = table(mount).get("name")
                if isinstance(name, str) and name not in known and "$" not in name:
                    yield _unmounted(
                        container, (*container.where, key, index, "name"), name, [str(one) for one in known]
                    )


def _unmounted(container: Container, where: Path, name: str, known: list[str]) -> Lost:
    owner, near = container.pod.owner, likely(name, known)
    text = (
        f"Container {container.data.get('name')} mounts {name}, and the pod has no volume of that name: it is refused."
    )
    todo = instead(name, near, f"add the volume {name} to the pod, or remove the mount")
    evidence = f"volumes: {', '.join(known) or 'none'}"
    return Lost(
        owner.path, owner.at(where), text, todo, "error", evidence, near, owner.document, (*owner.where, *where)
    )
