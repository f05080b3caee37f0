"""Folders that Python files put on the module search path, worked out from the text alone."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

__all__ = ["Added", "added"]

_ADDS = regex(r"(?m)^[ \t]*(?:sys\.path\.(?:insert\([^,\n]*,|append\(|extend\()|site\.addsitedir\()(?P<value>[^\n]*)")
_NAMED = regex(r"(?m)^[ \t]*(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?P<value>[^\n]*)$")
_TEXT = regex(r"""[frb]?(?P<quote>["'])(?P<text>(?:(?!(?P=quote)).)*)(?P=quote)""")
_UP = regex(r"\bdirname\(|\.parent\b(?!s)|\.parents\[(?P<count>\d+)\]|\bpardir\b")
_ABSOLUTE = regex(r"/(?:home|Users|root|mnt|opt/[\w.-]+/)|[A-Za-z]:[\\/]")
_DEEPEST = 4


class Added(NamedTuple):
    """One folder: its line, how it is written, and where it lies; ``/`` before one of this machine, ``..`` outside."""

    line: int
    text: str
    folder: str


def added(path: str, content: str, home: str, folders: Container[str]) -> Iterator[Added]:
    """The folders that a file adds, as far as its text tells.

    Args:
        path: the file, relative to the root.
        content: its text.
        home: the folder of its project.
        folders: those of the repository; a plain relative path counts from the file, or else from the project, where
            that leads to one.
    """
    known = {match["name"]: match["value"] for match in _NAMED.finditer(content)}
    for match in _ADDS.finditer(content):
        value = _filled(match["value"], known)
        texts = [one["text"] for one in _TEXT.finditer(value)]
        line = line_at(content, match.start("value"))
        if "__file__" in value:
            steps = sum(int(one["count"]) + 1 if one["count"] else 1 for one in _UP.finditer(value))
            yield Added(line, match["value"].strip(), path_from(path, *[".."] * steps, *texts))
        elif len(texts) == 1 and "(" not in value.split(texts[0])[0]:
            absolute = _ABSOLUTE.match(texts[0]) is not None
            if absolute or texts[0].startswith("."):
                bases = (posixpath.dirname(path), home)
                near = [path_from(base, texts[0]) for base in bases]
                folder = texts[0] if absolute else next((one for one in near if one in folders), near[0])
                yield Added(line, match["value"].strip(), f"/{folder.lstrip('/')}" if absolute else folder)


def _filled(value: str, known: dict[str, str]) -> str:
    """An expression with the names of the file's own folders replaced by what they were given."""
    for _ in range(_DEEPEST):
        name = next((word for word in re.findall(r"\b[A-Za-z_]\w*\b", value) if "__file__" in known.get(word, "")), "")
        if not name:
            return value
        before, after = re.split(rf"\b{name}\b", value, maxsplit=1)
        value = f"{before}({known[name]}){after}"
    return value
