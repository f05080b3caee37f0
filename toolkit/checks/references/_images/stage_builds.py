"""Folders that a build makes, copied from a stage in which nothing is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import all_packages
from toolkit.checks.references._images.dockerfiles import ignored_by
from toolkit.checks.references._images.stages import IMAGES, chain
from toolkit.expressions import regex
from toolkit.places import inside, path_from, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.references._images.stages import Content
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["nothing_built"]

_BUILT = regex(r"/(?:dist|build|out|\.next|\.output)(?:/|$)")
_APART = regex(r"&&|\|\||[;|\n]")
_PREPARING = frozenset(
    """mkdir chown chmod adduser addgroup groupadd useradd rm set export echo cd ls true corepack apt-get apt apk yum dnf pip pip3
    update-ca-certificates""".split()  # noqa: SIM905 - as one reads it
)
"""Programs that build nothing."""
_MANAGERS = frozenset({"npm", "pnpm", "yarn"})
_INSTALLING = frozenset({"ci", "i", "install", "fetch", "config", "cache", "prune", "set"})
_HOOKS = frozenset({"preinstall", "install", "postinstall", "prepare", "prepublish"})
"""Scripts that an install runs."""
_IMAGE = regex(r"(?:docker\.io/)?(?:library/)?([\w-]+)(?:[:@].*)?")
_OF_OTHERS = regex(r"/(?:node_modules|site-packages|vendor)/")


def nothing_built(
    context: Inspection, place: tuple[str, Document, int], stage: Content, source: str, folders: tuple[str, ...]
) -> str:
    """Why a stage cannot have a folder that a build makes; empty where something may make or bring it.

    Args:
        context: the run.
        place: the Dockerfile, what it says, and the number of the stage.
        stage: what it holds at its end.
        source: what is copied from it, from the root of the image.
        folders: the build contexts that are likely.
    """
    path, document, index = place
    origins = stage.origins(source)
    stages = [document.stages[number] for number in chain(document, index)]
    image = _IMAGE.fullmatch(stages[0].image)
    items = [item for one in stages for item in one.instructions if item.name in ("RUN", "ADD")]
    home = stage.folder.rstrip("/")
    below = source[len(home) :] if source.startswith(f"{home}/") else ""
    own = _BUILT.search(below) and not _OF_OTHERS.search(f"{below}/")
    if not own or stage.folder == "/" or origins is None or image is None or image[1] not in IMAGES.split():
        return ""
    if not all(map(_prepares, items)) or _has_hooks(context, folders):
        return ""
    for folder in folders:
        for origin in origins:
            there = resolve(context, path_from(folder, origin)).kind == "exists"
            if there or not ignored_by(context, folder, path, origin):
                return ""
    brought = ", and .dockerignore leaves out that of the build context" if origins else ""
    return f"no command of the stage builds anything{brought}"


def _prepares(item: Instruction) -> bool:
    """Whether all that an instruction runs installs packages or arranges folders."""
    if item.heredocs or item.name == "ADD":
        return False
    commands = _APART.split(" ".join(item.json_form) if item.json_form is not None else item.value)
    return all(_is_harmless(command.split()) for command in commands if command.strip())


def _is_harmless(words: list[str]) -> bool:
    while words and re.fullmatch(r"\w+=\S*", words[0]):
        words = words[1:]
    if not words or words[0] in _PREPARING:
        return True
    plain = [word for word in words[1:] if not word.startswith("-")]
    # `yarn` alone installs; a value of an option, such as a folder, stands before or behind the verb.
    installs = not plain or not _INSTALLING.isdisjoint(plain)
    return words[0] in _MANAGERS and installs and not {"run", "exec", "build"} & set(plain)


def _has_hooks(context: Inspection, folders: tuple[str, ...]) -> bool:
    """Whether an install may run a script of a package of the build contexts."""
    inner = tuple(inside(folder, "") for folder in folders if folder != ".")
    return any(
        not _HOOKS.isdisjoint(table(package.data, "scripts"))
        for package in all_packages(context)
        if "." in folders or package.path.startswith(inner)
    )
