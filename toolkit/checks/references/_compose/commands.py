"""Commands that compose starts services with, and what they need and no clone has."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from toolkit.checks.references._broken import Broken
from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._compose.made import is_made
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._images.commands import broken_start, work_folder
from toolkit.checks.references._images.entries import unheard
from toolkit.checks.references._scripts.start_commands import lacking
from toolkit.expressions import regex
from toolkit.places import path_from, texts
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build
    from toolkit.documents import Path

__all__ = ["broken_services"]

_SETTINGS = regex(r"(?<![^\s=\"'])(/[\w./-]+\.(?:ya?ml|toml|conf|cfg|ini|json|properties|hcl|xml|cnf))(?![\w./-])")
"""A file that a program is told to read."""
_MANIFESTS = ("package.json", "pyproject.toml", "manage.py")
"""What tells the folder of a container that a mounted file makes a project's."""


def broken_services(context: Inspection, compose: Compose) -> Iterator[tuple[Path, str, Broken]]:
    """Where a command stands, the command as text, and what it lacks: in the folder that is mounted, else in the image."""
    built = {build.service: build for build in builds(compose) if not build.is_inline}
    for key in ("command", "entrypoint"):
        for where, value in compose.values(key):
            words = [value] if isinstance(value, str) else list(texts(value))
            text = filled(words[0] if isinstance(value, str) else shlex.join(words)) if words else ""
            build = built.get(str(where[1]))
            for one in (
                *_lacking(context, compose, str(where[1]), build, text),
                *_unbrought(context, compose, str(where[1]), text),
            ):
                if one.severity != "info":
                    yield where, text, one


def _unbrought(context: Inspection, compose: Compose, service: str, text: str) -> Iterator[Broken]:
    """Files of settings that a command names by their paths in a folder that is mounted, and that this does not hold."""
    folders = {
        posixpath.normpath(mount.target): compose.at(mount.source)
        for mount in mounts(compose)
        if mount.service == service and mount.is_bind and not mount.source.startswith(("/", "~"))
    }
    others = [posixpath.normpath(mount.target) for mount in mounts(compose) if mount.service == service]
    for match in _SETTINGS.finditer(text) if folders else ():
        path = posixpath.normpath(match[1])
        target = max((one for one in others if path.startswith(f"{one}/")), key=len, default="")
        source = folders.get(target, "")
        verdict = (
            resolve(context, path_from(source, posixpath.relpath(path, target)))
            if source in context.inventory.folders
            else None
        )
        if (
            verdict is not None
            and verdict.kind == "missing"
            and not verdict.command
            and not is_made(context, verdict.path)
        ):
            here = f"; {verdict.near} is there" if verdict.near else ""
            lost = f"{source}, which is mounted at {target}, holds no {posixpath.relpath(path, target)}{here}"
            yield Broken(match[1], lost, f"add {verdict.path}, or correct {match[1]}")


def _lacking(context: Inspection, compose: Compose, service: str, build: Build | None, text: str) -> Iterator[Broken]:
    file = build.file if build and context.is_file(build.file) else ""
    given = compose.services[service].get("working_dir")
    own = work_folder(context, file, build.target) if build and file else "/"
    folder = path_from(own, str(given)) if given else own
    mounted, covered = _mounted(context, compose, service, folder)
    entered = "entrypoint" in compose.services[service]
    behind = unheard(context, file, build.folder, build.target, text.split()) if build and file and not entered else ()
    if unrun := list(behind):
        yield from unrun
    elif mounted:
        yield from lacking(context, text, mounted)
    elif build and file and not covered and not given:
        yield from broken_start(context, file, build.folder, build.target, text)


def _mounted(context: Inspection, compose: Compose, service: str, folder: str) -> tuple[tuple[str, ...], bool]:
    """The folder of the repository that is mounted where a command runs, and whether anything else may be mounted there."""
    covered = False
    for mount in mounts(compose):
        target = posixpath.normpath(mount.target)
        rest = (
            posixpath.relpath(folder, target) if folder == target or folder.startswith(f"{target.rstrip('/')}/") else ""
        )
        source = compose.at(mount.source)
        if mount.service != service:
            continue
        if target in {posixpath.join(folder, name) for name in _MANIFESTS} and context.is_file(source):
            return (posixpath.dirname(source) or ".",), True
        if rest and mount.is_bind and not mount.source.startswith(("/", "~")):
            return (path_from(source, rest),), True
        covered |= bool(rest)
    return (), covered
