"""Environment variables that a container starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks.references._images.dockerfiles import read as dockerfile
from toolkit.checks.references._kubernetes.made import makers
from toolkit.checks.references._kubernetes.pods import nearest, same_namespace
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container
    from toolkit.checks.references._services import Program

__all__ = ["given"]


def given(context: Inspection, program: Program, container: Container, *, bare: bool = False) -> frozenset[str] | None:
    """The variables that a container starts with, or ``bare``, that its manifest gives; ``None`` where some are not known."""
    found = {str(table(item).get("name", "")) for item in listed(container.data.get("env"))}
    owner = container.pod.owner
    if any(owner.is_open((*container.where, key)) for key in ("env", "envFrom")) or "$" in "".join(found):
        return None
    if not container.data.keys() & {"env", "envFrom"} and owner.is_open(container.where):
        return None
    for source in listed(container.data.get("envFrom")):
        prefix = str(table(source).get("prefix") or "")
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            name = table(source, key).get("name")
            if not isinstance(name, str):
                continue
            keys = [*_keys(context, container, kind, name)]
            if not keys or None in keys:
                return None
            found.update(prefix + one for many in keys for one in many or ())
    return frozenset(found if bare else found | _of_image(context, program))


def _keys(context: Inspection, container: Container, kind: str, name: str) -> Iterator[frozenset[str] | None]:
    known = makers(context, kind)
    # A misspelt name is told elsewhere; what it was to be is what the program would get.
    owner = container.pod.owner
    many = known[name] if name in known else known.get(likely(name, known), [])
    found = [maker for maker in many if same_namespace(maker.source, owner)]
    sources = {id(source) for source in nearest(owner, (maker.source for maker in found))}
    yield from (maker.keys for maker in found if id(maker.source) in sources)


def _of_image(context: Inspection, program: Program) -> set[str]:
    """The variables that the Dockerfile sets."""
    document = dockerfile(context, program.dockerfile)
    found: set[str] = set()
    for stage in document.stages if document is not None else ():
        for item in stage.instructions:
            if item.name == "ENV":
                words = list(item.words)
                names = words if any("=" in word for word in words) else words[:1]
                found |= {word.partition("=")[0] for word in names}
    return found
