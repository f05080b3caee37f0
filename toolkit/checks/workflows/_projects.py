"""Commands that only work within a project: the file by which each finds it, and where that is not to be found."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["lacking_project"]


@frozen
class _Kind:
    """What a program needs.

    Args:
        subcommands: those that need it; any where there are none.
        files: names, or an ending with a star before it, of which one has to be there.
        upwards: whether it looks in the folders above as well.
        elsewhere: options by which the project is found another way.
    """

    subcommands: frozenset[str]
    files: tuple[str, ...]
    upwards: bool = True
    elsewhere: tuple[str, ...] = ()


def _kind(subcommands: str, *files: str, upwards: bool = True, elsewhere: str = "") -> _Kind:
    return _Kind(frozenset(subcommands.split()), files, upwards, tuple(elsewhere.split()))


_COMPOSE = _kind(
    "up build run config pull",
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml",
    elsewhere="-f --file --project-directory --help",
)  # fmt: skip
_NEEDS = {
    "cargo": _kind(
        "build check test clippy run bench doc fmt nextest tarpaulin llvm-cov publish package tree metadata update fetch deny machete udeps",
        "Cargo.toml",
        elsewhere="--manifest-path --config -C --version --help",
    ),
    "go": _kind("test build vet mod generate", "go.mod", "go.work", elsewhere="-C init"),
    "npm": _kind("run run-script test t install i", "package.json", elsewhere="--prefix -C -g --global"),
    "pnpm": _kind("run test t install i", "package.json", elsewhere="--dir -C --prefix -g --global"),
    "yarn": _kind("run test", "package.json", elsewhere="--cwd global"),
    "poetry": _kind("install build run check lock publish", "pyproject.toml", elsewhere="-C --directory -P --project"),
    "bundle": _kind("install exec", "Gemfile", elsewhere="--gemfile"),
    "composer": _kind("install update validate", "composer.json", elsewhere="-d --working-dir global"),
    "mvn": _kind("test verify package install compile deploy clean", "pom.xml", upwards=False, elsewhere="-f --file"),
    "anchor": _kind("build test deploy", "Anchor.toml", elsewhere="--version init"),
    "alembic": _kind("upgrade downgrade current check", "alembic.ini", upwards=False, elsewhere="-c --config"),
    "terraform": _kind("plan apply validate destroy", "*.tf", "*.tf.json", upwards=False, elsewhere="-chdir"),
    "make": _kind(
        "", "Makefile", "makefile", "GNUmakefile", upwards=False, elsewhere="-C -f --file --directory --version"
    ),
}
_WORD = regex(r"[\w-]+")


def lacking_project(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    """Which file a command would need in its folder and does not find, as a sentence; empty where nothing is amiss."""
    head, rest = words[0], words[1:]
    kind = _NEEDS.get(head)
    if head == "docker-compose" or words[:2] == ("docker", "compose"):
        kind, rest = _COMPOSE, words[1 if head == "docker-compose" else 2 :]
    if kind is None or any(word.partition("=")[0] in kind.elsewhere for word in rest):
        return ""
    rest = rest[1:] if rest[:1] and rest[0].startswith("+") else rest
    if kind.subcommands and not (rest and rest[0] in kind.subcommands):
        return ""
    if words[:2] == ("terraform", "apply") and not rest[-1].startswith("-") and len(rest) > 1:
        return ""  # a plan that is kept has all in it
    far = head == "go" and not (
        _is_own_build(rest) or rest in (("mod", "download"), ("mod", "tidy"), ("mod", "verify"))
    )
    # A package by its name, for which npm makes a project.
    named = rest[:1] in (("install",), ("i",)) and head in ("npm", "pnpm") and not all(map(_is_option, rest[1:]))
    if far or named:
        return ""
    if (folder != "." and folder not in context.inventory.folders) or _has(context, kind, folder):
        return ""  # a folder that is not there is told for itself
    where = "the root" if folder == "." else f"{folder} or above" if kind.upwards else folder
    return f"`{' '.join(words[:2])}` finds no {kind.files[0]} in {where}"


def _is_own_build(rest: tuple[str, ...]) -> bool:
    return rest[0] in ("test", "build", "vet", "generate") and all(_is_own(word) for word in rest[1:])


def _is_option(word: str) -> bool:
    return word.startswith("-")


def _is_own(word: str) -> bool:
    """Whether an argument of go means what lies here."""
    return word.startswith(("-", "./")) or word in (".", "./...") or _WORD.fullmatch(word) is not None


def _has(context: Inspection, kind: _Kind, folder: str) -> bool:
    tracked = context.inventory.tracked_set
    while True:
        for name in kind.files:
            if name.startswith("*"):
                if any(
                    path.endswith(name[1:]) and (posixpath.dirname(path) or ".") == folder
                    for path in context.below(folder)
                ):
                    return True
            elif path_from(folder, name) in tracked:
                return True
        if not kind.upwards or folder in (".", ""):
            return False
        folder = posixpath.dirname(folder) or "."
