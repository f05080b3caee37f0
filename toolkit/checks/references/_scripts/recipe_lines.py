"""Commands of a shell's script, a Makefile or a justfile, each with its line and the folder that it runs in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.shell_values import ROOT, Values, filled
from toolkit.expressions import regex
from toolkit.places import path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Recipe", "entered", "here_of", "joined", "of_justfile", "of_makefile", "of_script", "shell"]

_MAKE = regex(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(?::=|::=|\?=|=)[ \t]*([^\n#]{0,500})")
_VALUE = regex(r"\$\((\w+)\)|\$\{(\w+)\}")
_ASKED = regex(
    r"\b(?:wrangler|terraform|tofu|zip|flyctl|(?:fly|firebase|serverless|sls)[ ]+deploy|cp|mv|cd|pushd|popd)\b"
)
"""Lines without one of these are not taken apart, which takes long: the programs that recipes are asked for, and ``cd``."""
_SET = regex(r"(?<!\S)[A-Z_]{3,40}=[\w.-]+")


class Recipe(NamedTuple):
    """One command.

    Args:
        path, line: where it stands.
        words: the program and its arguments.
        folders: where it may run, the likeliest first; scripts are started from the root or from their own folder.
        variables: what is set for it alone (``NAME=value`` before the program).
    """

    path: str
    line: int
    words: tuple[str, ...]
    folders: tuple[str, ...]
    variables: dict[str, str]


def here_of(path: str) -> str:
    """The folder of a file."""
    return posixpath.dirname(path) or "."


def _logical(text: str, first: int) -> Iterator[tuple[int, str]]:
    """The lines of a script, those that a back slash continues joined to the first, with their numbers."""
    held, start = "", first
    for number, line in enumerate(text.split("\n"), first):
        if not held:
            start = number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield start, held + line
        held = ""
    if held:
        yield start, held


def shell(path: str, text: str, first: int, folders: tuple[str, ...], values: Values) -> Iterator[Recipe]:
    """The commands of a script that matter here; what a subshell does to the folder ends with it."""
    stack: list[tuple[str, ...]] = []
    for number, line in _logical(text, first):
        stripped = line.strip()
        values.follow(stripped)
        if stripped.startswith("#") or values.learn(stripped) or not _ASKED.search(stripped):
            continue
        before = after = folders
        for variant in filled(stripped, values):
            after = before
            variables = dict(item.split("=", 1) for item in _SET.findall(variant))
            for command in commands(variant):
                if command.words[0] == "popd":
                    after = stack.pop() if stack else after
                elif command.words[0] in ("cd", "pushd"):
                    stack += [after] if command.words[0] == "pushd" else []
                    after = tuple(entered(folder, command.words) for folder in after)
                else:
                    yield Recipe(path, number, _relative(command.words, after[0]), after, variables)
        folders = before if stripped.startswith("(") and stripped.count("(") == stripped.count(")") else after


def entered(folder: str, words: tuple[str, ...]) -> str:
    """Where ``cd`` leads from a folder; ``$`` where that is not known."""
    target = next((word for word in words[1:] if not word.startswith("-")), "~")
    if target.startswith(ROOT):
        return posixpath.normpath(target.removeprefix(ROOT))
    return "$" if re.search(r"[$~`]|^/", target) else joined(folder, target)


def _relative(words: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """Words with paths from the root written as they count from a folder."""
    if folder == "$" or not any(ROOT in word for word in words):
        return words
    return tuple(
        before + posixpath.relpath(path, folder) if mark else word
        for word in words
        for before, mark, path in (word.partition(ROOT),)
    )


def joined(folder: str, inner: str) -> str:
    """A folder within another; ``$`` where either is not known."""
    return "$" if "$" in folder + inner else path_from(folder, inner)


def of_script(path: str, text: str) -> Iterator[Recipe]:
    """Those of a script, which people start from the root, from its own folder or from one between, as that of its package."""
    folders = tuple(dict.fromkeys((".", *upward(here_of(path)))))
    yield from shell(path, text, 1, folders, Values(here_of(path)))


def of_makefile(path: str, text: str) -> Iterator[Recipe]:
    """Those of a Makefile, of which every line runs in a shell of its own."""
    here = here_of(path)
    known = {match[1]: match[2].strip() for match in _MAKE.finditer(text)}
    for number, line in _logical(text, 1):
        if line.startswith("\t") and _ASKED.search(
            plain := _VALUE.sub(lambda match: known.get(match[1] or match[2], match[0]), line)
        ):
            yield from shell(path, plain.strip().lstrip("@-+").replace("$$", "$"), number, (here,), Values(here))


def of_justfile(path: str, text: str) -> Iterator[Recipe]:
    """Those of a justfile, of which every line runs in a shell of its own."""
    here = here_of(path)
    for number, line in _logical(text, 1):
        if line[:1] in (" ", "\t") and _ASKED.search(line):
            yield from shell(path, line.strip().lstrip("@-"), number, (here,), Values(here))
