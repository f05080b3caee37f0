"""Which Dockerfile an image is built from, told by the image's name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = ["dockerfile_of", "name_of"]

_CAPITAL = regex(r"(?<=[a-z0-9])(?=[A-Z])")


def name_of(image: str) -> str:
    """The last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0].partition("$")[0].rstrip("-_")


def dockerfile_of(context: Inspection, image: str, built: Mapping[str, list[str]]) -> str:
    """The Dockerfile of an image; empty where none or several may be meant.

    Args:
        context: the run.
        image: as a manifest names it.
        built: the Dockerfiles that compose builds into images, by the images' names; these come first.
    """
    known = built.get(name_of(image), []) if "/" in image else []
    if not known:
        folders = _folders(context)
        known = next((folders[name] for name in _names(image) if name in folders), [])
    return known[0] if len(set(known)) == 1 else ""


def _names(image: str) -> Iterator[str]:
    """The names that the folder of an image may have: the image's, or the end of it (``shop/api``, ``shop-api``)."""
    name = _plain(name_of(image))
    parts = name.split("-")
    for start in range(len(parts)):
        # An image of a plain name and no owner is a public one, whatever folder has the same name.
        if start or "/" in image or "-" in name:
            yield "-".join(parts[start:])


@once_a_run
def _folders(context: Inspection) -> dict[str, list[str]]:
    """The plain name of a folder to the Dockerfiles in folders of that name."""
    found: dict[str, list[str]] = {}
    for path in context.inventory.named("Dockerfile"):
        if "/" in path and path in context.inventory.tracked_set:
            found.setdefault(_plain(posixpath.basename(posixpath.dirname(path))), []).append(path)
    return found


def _plain(name: str) -> str:
    return _CAPITAL.sub("-", name).replace("_", "-").lower()
