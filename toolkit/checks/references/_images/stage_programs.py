"""Where the programs of a stage write what another stage copies: told by an option, or by the version of an image."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.references._images.stages import index_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.references._images.stages import Content
    from toolkit.documents.dockerfile import Document

__all__ = ["other_place", "other_version"]

_COMPILER = regex(
    r"\b(?:go build|gcc|g\+\+|clang|rustc|dotnet publish|crystal build|deno compile|bun build|esbuild|ncc build|swiftc|nim c)\b[^\n;&|]{0,500}"
)
_OUTPUT = regex(r"""(?<!\S)(?:-o|--output|--outfile|--out|-out)[ =]["']?([\w./-]+)["']?(?=\s|$)""")
_PYTHON = regex(r"^/usr/(?:local/)?lib/python(\d\.\d+)(?:/|$)")
_IMAGE = regex(r"(?:^|/)python:(\d\.\d+)(?![\d])")


def other_place(document: Document, index: int, stage: Content, path: str) -> str:
    """What a compiler of a stage writes in place of a path that is copied from it; empty where it may be there.

    Args:
        document: the Dockerfile.
        index: the stage.
        stage: what it holds at its end.
        path: from the root of the image.
    """
    found = [match[1] for one in _COMPILER.finditer(stage.text) for match in _OUTPUT.finditer(one[0])]
    made = [posixpath.normpath(stage.at(value)) for value in found]
    name, folder = posixpath.basename(path), posixpath.dirname(path)
    relative = [posixpath.normpath(value) for value in found if not value.startswith("/")]
    if not made or any(f"{path}/".startswith(f"{one}/") or one.startswith(f"{path.rstrip('/')}/") for one in made):
        return ""
    may_be = any(path.endswith(f"/{value}") or f"/{value}/" in path for value in relative)
    if (may_be and not _stays(document, index, stage)) or any(one.endswith("/") for one in found):
        return ""
    rest = _COMPILER.sub(lambda match: _OUTPUT.sub("", match[0].partition(" ")[2].partition(" ")[2]), stage.text)
    same = [one for one in made if posixpath.basename(one) == name]
    if (
        re.search(rf"\b(?:mv|cp|install|ln|tar)\b[^\n;&|]{{0,300}}(?<![\w-]){re.escape(name)}(?![\w-])", rest)
        or path in rest
    ):
        return ""
    if same:
        return same[0]
    beside = [one for one in made if posixpath.dirname(one) == folder]
    spoken = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", rest)
    return beside[0] if beside and not spoken and folder != "/" else ""


def other_version(document: Document, index: int, path: str) -> str:
    """That a folder of Python's own is of another version than the image of a stage; empty where it is not."""
    match = _PYTHON.match(path)
    image = _base(document, index)
    found = _IMAGE.search(image) if match else None
    return f"{image} has /usr/local/lib/python{found[1]}" if match and found and found[1] != match[1] else ""


def _stays(document: Document, index: int, stage: Content) -> bool:
    """Whether all of a stage runs in one folder."""
    own = document.stages[index]
    moves = [number for number, item in enumerate(own.instructions) if item.name == "WORKDIR"]
    runs = [number for number, item in enumerate(own.instructions) if item.name == "RUN"]
    alone = index_of(document, own.image) is None and len(moves) == 1 and all(moves[0] < number for number in runs)
    return alone and not re.search(r"\b(?:cd|pushd)\b", stage.text)


def _base(document: Document, index: int) -> str:
    """The image that a stage begins from, through other stages."""
    for _ in document.stages:
        image = document.stages[index].image
        base = index_of(document, image)
        if base is None or base >= index:
            return image
        index = base
    return ""
