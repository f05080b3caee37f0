"""What a missing path of a service is likely to mean: nothing that is another service's, and no other program's image."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._environment.files import env_files
from toolkit.checks.references._images.dockerfiles import read
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build
    from toolkit.references import Verdict

__all__ = ["image_of", "own"]

_ENVIRONMENT = regex(r"(?i)dev|develop|development|local|test|testing|ci|stage|staging|prod|production")
"""Words by which the Dockerfiles of one program differ."""


def own(compose: Compose, service: str, verdict: Verdict) -> Verdict:
    """A verdict without what was meant, where that is what another service is built from, mounts or reads."""
    others = verdict.near and any(verdict.near == path for path in _of_others(compose, service))
    return replace(verdict, near="") if others else verdict


def _of_others(compose: Compose, service: str) -> Iterator[str]:
    for build in builds(compose):
        if build.service != service:
            yield from (build.folder, build.file)
    yield from (compose.at(mount.source) for mount in mounts(compose) if mount.service != service and mount.is_bind)
    for name, data in compose.services.items():
        yield from (compose.at(path) for path in env_files(data) if name != service)


def image_of(context: Inspection, build: Build, verdict: Verdict) -> tuple[Verdict, str]:
    """What a service with a missing Dockerfile may be built from: a file to name in its place, and what a person does.

    A file whose name has another word is of another program, unless the word is misspelt or says an environment. Where a stage
    of the plain file beside is called like the word or the service, that is what to build to.
    """
    words, near = _words(verdict.path), verdict.near
    plain = posixpath.join(posixpath.dirname(verdict.path), "Dockerfile")
    document = read(context, plain) if context.is_file(plain) else None
    stages = {stage.name.lower(): stage.name for stage in document.stages if stage.name} if document else {}
    stage = next((stages[word] for word in (*words, build.service.lower()) if word in stages), "")
    if stage:
        return replace(verdict, near=""), f"build {build.service} from {plain} with target: {stage}"
    if not near and document is not None and any(map(_ENVIRONMENT.fullmatch, words)):
        verdict, near = replace(verdict, near=plain), plain
    others = _words(near)
    mine, theirs = " ".join(sorted({*words} - {*others})), " ".join(sorted({*others} - {*words}))
    same = likely(mine, (theirs,)) if mine and theirs else _ENVIRONMENT.fullmatch(mine or theirs or "dev")
    return (verdict if same else replace(verdict, near="")), ""


def _words(path: str) -> list[str]:
    return posixpath.basename(path).lower().split(".")
