"""package.json files and the commands of their scripts."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._repair import mapping, remembered
from toolkit.context import Unreadable
from toolkit.documents import jsonc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Command", "Package", "all_packages", "commands", "option", "packages"]

_SEPARATOR = re.compile(r"(&&|\|\||[;|&\n])")
_ASSIGNMENT = re.compile(r"\w+=\S*")
_TOOLS = frozenset(
    {"ts-mocha", "mocha", "ts-node", "tsx", "tsc", "jest", "vitest", "wrangler", "playwright", "webpack", "vite"}
)
_RUNNERS = frozenset({"npx", "bunx", "pnpx", "cross-env", "dotenv", "env", "exec", "dlx", "time", "nohup", "sudo"})


@dataclass(frozen=True)
class Package:
    """One package.json.

    Args:
        data: its content.
        document: the same with places.
    """

    path: str
    data: dict[str, Any] = field(repr=False)
    document: Any = field(repr=False)

    @property
    def folder(self) -> str:
        """The package's folder."""
        return posixpath.dirname(self.path) or "."

    @cached_property
    def scripts(self) -> dict[str, str]:
        """The scripts that are text."""
        return {name: text for name, text in mapping(self.data.get("scripts")).items() if isinstance(text, str)}

    def at(self, folder: str) -> str:
        """A folder of one of its commands, relative to the root."""
        return posixpath.normpath(posixpath.join(self.folder, folder))


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command of a script.

    Args:
        words: the program and its arguments; assignments and ``npx`` before it are dropped.
        folder: where ``cd`` has led by then; ``$`` where that is not known.
        first: whether no command ran before it, so that nothing can have been made by the script itself.
        guarded: what follows catches a failure (``|| true``).
    """

    words: tuple[str, ...]
    folder: str
    first: bool
    guarded: bool


def all_packages(context: Inspection) -> tuple[Package, ...]:
    """Every package.json that is an object."""

    def make() -> tuple[Package, ...]:
        found = []
        for path in sorted(set(context.inventory.named("package.json"))):
            try:
                document = context.document(path, jsonc.parse)
            except Unreadable:
                continue
            if path not in context.inventory.links and isinstance(document.data, dict):
                found.append(Package(path, document.data, document))
        return tuple(found)

    loaded: tuple[Package, ...] = remembered(context, "references.packages", make)
    return loaded


def packages(context: Inspection) -> Iterator[Package]:
    """The packages to report on."""
    return (one for one in all_packages(context) if context.focus is None or one.path in context.focus)


def commands(text: str) -> Iterator[Command]:
    """The simple commands of a script in their order, as far as a reader without a shell can tell."""
    folder, first = ".", True
    parts = _SEPARATOR.split(text.replace("\\\n", " ").replace("(", " ").replace(")", " "))
    for index in range(0, len(parts), 2):
        try:
            words = shlex.split(parts[index], comments=True)
        except ValueError:
            words = parts[index].split()
        while words and (_ASSIGNMENT.fullmatch(words[0]) or words[0] in _RUNNERS or words[0] == "--"):
            words = words[1:]
        words = _unwrapped(words)
        if not words:
            continue
        guarded = index + 1 < len(parts) and parts[index + 1] == "||"
        yield Command(tuple(words), folder, first, guarded)
        if words[0] in ("cd", "pushd"):
            target = words[1] if len(words) > 1 else "~"
            folder = "$" if re.search(r"[$~`]|^-$|^/", target) or folder == "$" else posixpath.join(folder, target)
        else:
            first = False


def _unwrapped(words: list[str]) -> list[str]:
    """A tool that a package manager starts, as in ``yarn run ts-mocha``; a script of that name is not known here."""
    if len(words) > 1 and words[0] in ("yarn", "pnpm", "bun", "npm"):
        at = 2 if words[1] in ("run", "exec", "x", "--") and len(words) > 2 else 1
        if words[at] in _TOOLS:
            return words[at:]
    return words


def option(words: tuple[str, ...], *names: str) -> str:
    """The value of an option, as ``--name value`` or ``--name=value``; empty if it is not given."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else "".join(words[index + 1 : index + 2])
    return ""
