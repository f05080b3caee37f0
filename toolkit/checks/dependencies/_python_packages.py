"""What a manifest of Python speaks for: the folders that a ``pyproject.toml`` makes a package of, and the program that a list is called after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, inside, listed, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_of_one", "is_outside"]

_OF_ONE = regex(
    r"(?i)(?:.*/)?(?!(?:[\w.-]+[-_.])?(?:dev\w*|tests?|testing|base|prod\w*|docs?|lint|ci|local|all|full|common|core|pip\d?|py\w*|build|[cg]pu|min)[-_.])"
    r"[\w.-]+[-_.]requirements\.(?:txt|in)"
)


def is_of_one(path: str) -> bool:
    """Whether a list is for the one program that it is called after: it does not speak for all that lies beside it."""
    return _OF_ONE.fullmatch(path) is not None


def is_outside(context: Inspection, manifest: str, path: str) -> bool:
    """Whether a source lies in a folder that starts by itself, and in none that a ``pyproject.toml`` above it says its packages are in.

    A source in the manifest's own folder is the program's.
    """
    if not manifest.endswith("pyproject.toml") or folder_of(path) == folder_of(manifest):
        return False
    found = _packages(context, manifest)
    return bool(found) and not any(below(one, path) for one in found)


@once_a_run
def _packages(context: Inspection, manifest: str) -> tuple[str, ...]:
    """The folders that a manifest names for its packages; empty where it names none."""
    document = context.readable(manifest, toml.parse)
    folder = folder_of(manifest)
    named = dict.fromkeys(one.partition("*")[0].strip("./") for one in (_named(document.data) if document else ()))
    return tuple(inside(folder, one) for one in named if one)


def _named(data: dict[str, Any]) -> Iterator[str]:
    setuptools = table(data, "tool", "setuptools")
    yield from (one.replace(".", "/") for one in texts(setuptools.get("packages")))
    find = table(setuptools, "packages", "find")
    wheres = [one for one in texts(find.get("where")) if one != "."]
    yield from wheres or (one.partition(".")[0].rstrip("*") for one in texts(find.get("include")))
    for kind in ("wheel", "sdist"):
        yield from texts(table(data, "tool", "hatch", "build", "targets", kind).get("packages"))
    for one in map(table, listed(table(data, "tool", "poetry").get("packages"))):
        yield "/".join(str(one[key]) for key in ("from", "include") if key in one)
