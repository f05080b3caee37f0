"""Files that a configuration of nginx includes, and that neither a mount nor the image brings."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._compose.files import all_files, filled
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._compose.settings_files import mounted
from toolkit.checks.references._images.build_contexts import contexts
from toolkit.checks.references._images.dockerfiles import dockerfiles, read
from toolkit.checks.references._images.stages import chain
from toolkit.checks.references._kubernetes.manifests import cluster
from toolkit.expressions import regex
from toolkit.places import path_from, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.sections import Mount
    from toolkit.documents.dockerfile import Copy

__all__ = ["Unbrought", "unbrought"]

_INCLUDE = regex(r"(?m)^[ \t]*include[ \t]+[\"']?([\w./-]+)[\"']?[ \t]*;")
"""With a pattern nginx takes what is there, and goes on without any."""
_IMAGE = regex(r"(?:docker\.io/)?(?:library/nginx|nginx|nginxinc/nginx-unprivileged)(?:[:@].*)?")
_HOME = "/etc/nginx"
_OWN = frozenset(
    f"{_HOME}/{name}"
    for name in ("mime.types", "fastcgi_params", "fastcgi.conf", "scgi_params", "uwsgi_params", "nginx.conf", "conf.d/default.conf")
)  # fmt: skip
"""What the image of nginx has."""
_LARGEST = 100_000
_MOST_STAGES = 60


class Unbrought(NamedTuple):
    """A configuration with the files that it includes and its container lacks, each with the line; and who runs it."""

    path: str
    lacks: dict[str, int]
    runner: str


class _Image(NamedTuple):
    """What a Dockerfile gives an image of nginx: its copies, what it runs, and the folders that they may count from."""

    copies: tuple[Copy, ...]
    text: str
    folders: tuple[str, ...]


def unbrought(context: Inspection) -> Iterator[Unbrought]:
    """Every configuration that compose mounts into nginx, or that an image of nginx is given."""
    built = dict(_images(context))
    for one in mounted(context):
        service = one.compose.services[one.service]
        image = _IMAGE.fullmatch(filled(str(service.get("image", "")))) if "build" not in service else None
        if not one.image and image and one.target.startswith(f"{_HOME}/"):
            own = tuple(mount for mount in mounts(one.compose) if mount.service == one.service)
            yield from _judged(context, one.path, one.compose.path, (own, one.compose.folder), None)
    for file, image_of in built.items():
        for copy in image_of.copies:
            if copy.target.startswith(_HOME) and not copy.origin:
                for path in _sources(context, copy, image_of.folders):
                    yield from _judged(context, path, file, _all_mounts(context, file), image_of)


def _judged(
    context: Inspection, path: str, runner: str, given: tuple[tuple[Mount, ...], str], image: _Image | None
) -> Iterator[Unbrought]:
    text = text_of(context, path, _LARGEST, errors="replace")
    lacks: dict[str, int] = {}
    for match in _INCLUDE.finditer(text):
        wanted = path_from(_HOME, match[1])
        brought = (
            wanted in _OWN or _is_mounted(context, given, wanted) or (image and _is_copied(context, image, wanted))
        )
        if not brought and not _is_clusters(context, wanted):
            lacks.setdefault(match[1], line_at(text, match.start()))
    if lacks:
        yield Unbrought(path, lacks, runner)


def _is_mounted(context: Inspection, given: tuple[tuple[Mount, ...], str], path: str) -> bool:
    found, folder = given
    for mount in found:
        target = posixpath.normpath(mount.target)
        if target == f"{_HOME}/templates" and path.startswith(f"{_HOME}/conf.d/"):
            return True  # the image fills them in
        if path == target or path.startswith(f"{target}/"):
            source = path_from(folder, mount.source)
            paths = (source, path_from(source, posixpath.relpath(path, target)))
            lost = [one for one in paths if resolve(context, one).kind == "missing"]
            # A mount whose own folder is missing is told of in the compose file.
            if not mount.is_bind or mount.source.startswith(("/", "~")) or lost != [paths[1]]:
                return True
    return False


def _is_copied(context: Inspection, image: _Image, path: str) -> bool:
    """Whether a copy or a command of the image may make a file."""
    if posixpath.basename(path) in image.text or f"{_HOME}/templates" in image.text:
        return True
    for copy in image.copies:
        target = posixpath.normpath(copy.target)
        rest = posixpath.relpath(path, target) if path == target or path.startswith(f"{target.rstrip('/')}/") else ""
        if target.startswith(f"{_HOME}/templates") or (rest and copy.origin):
            return True
        for source in copy.sources if rest else ():
            is_glob = bool(set("*?[$") & set(source))
            places = (path_from(folder, source.lstrip("/") or ".") for folder in image.folders)
            names = {name for place in places for name in (place, path_from(place, rest))}
            direct = rest == posixpath.basename(source.rstrip("/")) or path == target
            held = any(context.is_file(name) for name in names) if not direct else True
            if is_glob or held:
                return True
    return False


def _sources(context: Inspection, copy: Copy, folders: tuple[str, ...]) -> Iterator[str]:
    for source in copy.sources:
        for folder in folders:
            path = path_from(folder, source.lstrip("/") or ".")
            if context.is_file(path) and path.endswith((".conf", ".template")):
                yield path
                break


def _images(context: Inspection) -> Iterator[tuple[str, _Image]]:
    """The Dockerfiles whose last stage begins from nginx's own image."""
    for path in dockerfiles(context):
        document = read(context, path)
        number = len(document.stages) if document is not None else 0
        if document is None or not 0 < number < _MOST_STAGES:
            continue
        stages = [document.stages[one] for one in chain(document, number - 1)]
        if not _IMAGE.fullmatch(stages[0].image):
            continue
        items = [item for stage in stages for item in stage.instructions]
        own = {id(item) for item in items}
        copies = tuple(copy for copy in document.copies() if id(copy.instruction) in own)
        if any(copy.target.startswith(_HOME) for copy in copies):
            text = "\n".join(
                item.value + "".join(part.content for part in item.heredocs)
                for item in items
                if item.name not in ("COPY", "ADD")
            )
            names = [source for copy in document.copies() if not copy.origin for source in copy.sources]
            yield path, _Image(copies, text, contexts(context, path, names)[0])


def _all_mounts(context: Inspection, file: str) -> tuple[tuple[Mount, ...], str]:
    """What compose files mount into the services that they build of a Dockerfile."""
    for compose in all_files(context):
        services = {build.service for build in builds(compose) if build.file == file}
        found = tuple(mount for mount in mounts(compose) if mount.service in services)
        if found:
            return found, compose.folder
    return (), "."


def _is_clusters(context: Inspection, path: str) -> bool:
    """Whether a ConfigMap has a file of the name, which a cluster may mount."""
    name = posixpath.basename(path)
    return any(name in table(one.data, "data") for one in cluster(context).of("ConfigMap"))
