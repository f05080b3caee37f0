"""Sources that are mounted over the folder of an image, so that what it has built and starts is gone."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._shell import commands
from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._compose.sections import built, mounts
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.commands import work_folder
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import final
from toolkit.expressions import regex
from toolkit.places import below, listed, path_from
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build

__all__ = ["hidden"]

_BUILT = regex(r"(?:\./|/[\w./-]+/)?(?:dist|build|out|lib|\.next|\.output)/[\w./-]+\.[cm]?js")
_BUILDS = regex(
    r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?[\w:-]*build|\btsc\b|\bnest\s+build|\bvite\s+build|\bturbo\b|\besbuild\b|\btsup\b"
)
_STARTS = (
    ("npm", "start"),
    ("npm", "run", "start"),
    ("yarn", "start"),
    ("yarn", "run", "start"),
    ("pnpm", "start"),
    ("pnpm", "run", "start"),
)


def hidden(context: Inspection, compose: Compose) -> Iterator[Fault]:
    """One for each service that is started by what its image builds, where a folder that no build has filled is mounted over it."""
    for build in built(context, compose) if not compose.is_aside else ():
        data = compose.services[build.service]
        if data.keys() & {"command", "entrypoint", "extends", "working_dir"} or build.target:
            continue
        document = read(context, build.file)
        items = final(document) if document is not None else ()
        ran = (
            " ".join(item.value for stage in document.stages for item in stage.instructions if item.name == "RUN")
            if document
            else ""
        )
        starts = [item for item in items if item.name in ("CMD", "ENTRYPOINT")]
        if len(starts) != 1 or not _BUILDS.search(ran) or _is_laid_over(context, compose, build.service):
            continue
        first = next((one.words for one in commands(starts[0].value)), ())
        yield from _hidden(context, compose, build, starts[0].json_form or first)


def _hidden(context: Inspection, compose: Compose, build: Build, words: Sequence[str]) -> Iterator[Fault]:
    folder = work_folder(context, build.file, build.target)
    targets = _targets(compose, build.service)
    for mount in mounts(compose):
        target = posixpath.normpath(mount.target)
        if (
            mount.service != build.service
            or not mount.is_bind
            or mount.source.startswith(("/", "~"))
            or not below(target, folder)
        ):
            continue
        source = path_from(compose.at(mount.source), posixpath.relpath(folder, target))
        program = _program(context, source, words)
        place = path_from("/", folder, program) if program else ""
        if (
            not program
            or not below(target, place)
            or any(one != target and below(target, one) and below(one, place) for one in targets)
        ):
            continue
        file = path_from(compose.at(mount.source), posixpath.relpath(place, target))
        verdict = resolve(context, file)
        if source in context.inventory.folders and verdict.kind != "exists":
            yield Fault(
                compose.path,
                compose.line(mount.where),
                f"Service {build.service} mounts {mount.source} over {target}, where the image has built {program}, which it starts: a clone has no "
                f"{file}, and the container stops.",
                f"{build.file} starts {' '.join(words)}",
                f"take the mount out, put a volume over {posixpath.dirname(place)}, or start what runs the sources",
                severity="warning",
            )
            return


def _program(context: Inspection, source: str, words: Sequence[str]) -> str:
    """The built file that a command starts, also by the script of the package that is mounted; empty for any other."""
    if tuple(words) in _STARTS:
        package = by_folder(context).get(source)
        script = package.scripts.get("start", "") if package is not None and "prestart" not in package.scripts else ""
        found = commands(script)
        words = found[0].words if len(found) == 1 else ()
    plain = [word for word in words[1:] if not word.startswith("-")]
    return plain[0] if words and words[0] == "node" and plain and _BUILT.fullmatch(plain[0]) else ""


def _targets(compose: Compose, service: str) -> list[str]:
    """All places of a container over which something is mounted, anonymous volumes too."""
    found = []
    for entry in listed(compose.services[service].get("volumes")):
        text = str(entry.get("target", "")) if isinstance(entry, dict) else filled(str(entry))
        parts = [part for part in text.split(":") if part.startswith("/")]
        found += [posixpath.normpath(one) for one in parts[-1:]]
    return found


def _is_laid_over(context: Inspection, compose: Compose, service: str) -> bool:
    """Whether another file gives the service a command or volumes of its own."""
    return any(
        {"command", "entrypoint", "volumes"} & other.services.get(service, {}).keys()
        for other in bundle(context, compose)
    )
