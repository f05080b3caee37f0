"""Services whose health is waited for though nothing measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.sections import builds
from toolkit.checks.references._images.dockerfiles import read
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build
    from toolkit.documents import Path

__all__ = ["unhealthy"]


def unhealthy(context: Inspection, compose: Compose) -> Iterator[tuple[Path, str, str]]:
    """Conditions that can never hold: where each stands, the service that it names, and why nothing measures its health.

    Docker's own images have no health check, and a Dockerfile here says itself whether it has one; what another
    registry's image does is not known.
    """
    built = {build.service: build for build in builds(compose)}
    for where, value in compose.values("depends_on"):
        for name, how in table(value).items():
            service = compose.services.get(name)
            if service is None or table(how).get("condition") != "service_healthy":
                continue
            others = [other.services.get(name, {}) for other in bundle(context, compose)]
            if any(one.keys() & {"healthcheck", "extends"} for one in (service, *others)):
                continue
            if name in built:
                why = _of_build(context, built[name])
            else:
                image = service.get("image")
                known = isinstance(image, str) and not set("/$") & set(image)
                why = f"neither compose nor the image {image} has a health check" if known else ""
            if why:
                yield (*where, name, "condition"), name, why


def _of_build(context: Inspection, build: Build) -> str:
    """Why a build has no health check; empty where it has one, or a base that may have one."""
    path = build.file
    document = read(context, path) if context.is_file(path) and not build.is_inline else None
    if document is None or not document.stages:
        return ""
    stages = {stage.name.lower(): stage for stage in document.stages if stage.name}
    stage = stages.get((build.target or "").lower(), document.stages[-1])
    for _ in document.stages:
        if any(item.name == "HEALTHCHECK" for item in stage.instructions):
            return ""
        if stage.image.lower() not in stages:
            break
        stage = stages[stage.image.lower()]
    return "" if set("/$") & set(stage.image) else f"neither compose nor {path} has a health check"
