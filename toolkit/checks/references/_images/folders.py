"""Folders from elsewhere in the repository that the images of a project copy, and its services mount, beside its own."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.references._compose.files import files
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._images.dockerfiles import dockerfiles, read
from toolkit.checks.references._services import environment
from toolkit.memory import once_a_run
from toolkit.places import below, path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_brought"]

_ANYWHERE = "*"
"""Stands for what a search path of the environment names."""


def is_brought(context: Inspection, home: str, folder: str) -> bool:
    """Whether the container in which a project runs has a folder from outside of it.

    Args:
        context: the run.
        home: the folder of the project.
        folder: the other one; the root for one that is the parent of all that the container has.
    """
    return any(
        one == _ANYWHERE or folder == "." or below(folder, one) or below(one, folder) for one in _brought(context, home)
    )


@once_a_run
def _brought(context: Inspection, home: str) -> frozenset[str]:
    found = [*_of_images(context, home), *_of_services(context, home)]
    return frozenset(one for one in found if one == _ANYWHERE or not (below(home, one) or below(one, home)))


def _of_images(context: Inspection, home: str) -> Iterator[str]:
    """What Dockerfiles of the project copy from elsewhere: those in its folder, and those that copy it."""
    for path in dockerfiles(context):
        document = read(context, path)
        sources = [posixpath.normpath(one) for copy in document.copies() for one in copy.sources] if document else []
        if document is None or not (below(home, path) or any(below(home, one) for one in sources)):
            continue
        yield from (one for one in sources if one in context.inventory.folders and one != ".")
        if any(item.name == "ENV" and "PYTHONPATH" in item.value for item in document.instructions):
            yield _ANYWHERE


def _of_services(context: Inspection, home: str) -> Iterator[str]:
    """What services that compose builds from the project mount from elsewhere."""
    for compose in files(context):
        own = {
            one.service
            for one in builds(compose)
            if below(home, compose.at(one.context))
            or below(home, path_from(compose.at(one.context), one.dockerfile or ""))
        }
        for mount in mounts(compose):
            if mount.service in own and mount.is_bind:
                yield path_from(compose.folder, mount.source)
        for where, value in compose.values("environment"):
            if where[1] in own and "PYTHONPATH" in environment(value):
                yield _ANYWHERE
