"""Folders and globs as leaves reckon with them, relative to the root, and values taken for what they should be."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.context import Context

__all__ = [
    "acyclic",
    "as_index",
    "below",
    "folder_of",
    "inside",
    "join",
    "listed",
    "matching",
    "name_of",
    "path_from",
    "several",
    "table",
    "texts",
    "upward",
    "variable",
    "word",
]


def folder_of(path: str) -> str:
    """The folder that holds a path, ``"."`` for the root."""
    return path.rpartition("/")[0] or "."


def inside(folder: str, name: str) -> str:
    """The path of a name below a folder."""
    return name if folder == "." else f"{folder}/{name}"


def path_from(folder: str, *names: str) -> str:
    """The path that a name means which counts from a folder, normalised; it may leave the repository."""
    return posixpath.normpath(posixpath.join(folder, *names))


def join(folder: str, relative: str) -> str | None:
    """A folder or file named from a folder, normalised; ``None`` where it leaves the repository."""
    if relative.startswith("/"):
        return None
    found = path_from(folder, relative.replace("\\", "/"))
    return None if found == ".." or found.startswith("../") else found


def below(folder: str, path: str) -> bool:
    """Whether the path is the folder or lies in it."""
    return folder in (".", path) or path.startswith(f"{folder}/")


def as_index(path: str) -> str:
    """The index of the folder that is called like a module: ``a/b/index.d.ts`` for ``a/b.d.ts``."""
    folder, _, name = path.rpartition("/")
    stem, _, ending = name.partition(".")
    return inside(inside(folder or ".", stem), f"index.{ending}")


def upward(folder: str) -> tuple[str, ...]:
    """The folder and its ancestors, the root last."""
    found = [folder]
    while found[-1] != ".":
        found.append(folder_of(found[-1]))
    return tuple(found)


def home_of(context: Context, path: str, manifests: Iterable[str]) -> str:
    """The nearest folder around a file that holds one of some manifests; the root where none does."""
    around = upward(folder_of(path))
    return next((up for up in around if any(context.is_file(inside(up, name)) for name in manifests)), ".")


def word(path: str) -> str:
    """A path as a shell takes it for one word, for commands that a person is told to run."""
    from shlex import quote

    return quote(path)


def name_of(context: Context, folder: str) -> str:
    """What a folder is called; the root by the name of the clone's folder."""
    return context.root.name if folder == "." else folder.rpartition("/")[2]


def variable(context: Context, folder: str, name: str) -> str:
    """An environment variable as an install in that folder sees it; empty where it is not set."""
    settings = context.settings
    return settings.project(folder).env.get(name) or settings.env.get(name) or context.variables.get(name, "")


def table(data: Any, *keys: str) -> dict[str, Any]:
    """The nested table of that name, an empty one where there is none or something else."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def listed(data: Any) -> list[Any]:
    """The list, an empty one where there is something else."""
    return data if isinstance(data, list) else []


def several(data: Any) -> list[Any]:
    """What may be a text alone or a list, as a list; an empty one where there is something else."""
    return [data] if isinstance(data, str) else listed(data)


def texts(data: Any) -> list[str]:
    """The texts of a list, an empty one where there is something else."""
    return [item for item in listed(data) if isinstance(item, str)]


@lru_cache(maxsize=512)
def _expression(pattern: str) -> re.Pattern[str]:
    """A glob whose ``*`` stays within one part of the path and whose ``**`` spans any number of them."""
    out = ""
    for part in pattern.split("/"):
        if part == "**":
            out += r"(?:[^/]+/)*"
            continue
        pieces = re.split(r"(\*+|\?|\[[^\]]+\])", part)
        for piece in pieces:
            if piece.startswith("*"):
                out += "[^/]*"
            elif piece == "?":
                out += "[^/]"
            elif piece.startswith("["):
                out += piece.replace("[!", "[^")
            else:
                out += re.escape(piece)
        out += "/"
    try:
        return re.compile(out)
    except re.error:  # a class that closes nowhere or runs backwards stands for itself
        return re.compile(re.escape(f"{pattern}/"))


def matching(folders: Iterable[str], folder: str, pattern: str) -> tuple[str, ...]:
    """Those of the folders that a glob, written in ``folder``, names.

    A pattern without a wildcard names one folder, whether it is among the candidates or not.

    Args:
        folders: the candidates, relative to the root.
        folder: where the pattern is written and counts from.
        pattern: with ``*``, ``**``, ``?`` and ``[...]``.
    """
    target = join(folder, pattern)
    if target is None:
        return ()
    if not re.search(r"[*?\[]", pattern):
        return (target,)
    expression = _expression(target)
    return tuple(sorted(path for path in folders if expression.fullmatch(f"{path}/")))


def acyclic(needs: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The same needs without those that lead back to where they started.

    Path dependencies between two workspaces may run both ways (between different crates); an order of
    installs cannot, and no install depends on it.
    """
    kept: dict[str, set[str]] = {path: set() for path in needs}

    def reaches(start: str, goal: str) -> bool:
        pending, seen = [start], {start}
        while pending:
            for path in kept.get(pending.pop(), ()):
                if path == goal:
                    return True
                if path not in seen:
                    seen.add(path)
                    pending.append(path)
        return False

    for path in sorted(needs):
        for needed in sorted(set(needs[path])):
            if needed != path and not reaches(needed, path):
                kept[path].add(needed)
    return {path: tuple(sorted(found)) for path, found in kept.items()}
