"""Workspace globs as the JavaScript managers match them, each with its own idea of ``!`` and ``**``.

What is told here was measured with npm 11, pnpm 8 to 11, yarn 1, 3 and 4 and bun 1.4 on one tree; a test
with the real tools repeats it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["claimed", "expand_braces"]

_HIDDEN = r"(?!\.)"
_MAGIC = regex(r"[*?\[\]{}()!+@]")
_EXTENDED = {"@": ")", "?": ")?", "*": ")*", "+": ")+"}


def claimed(manager: str, patterns: Iterable[str], folders: Iterable[str]) -> tuple[str, ...]:
    """The folders that a manager takes for members of a workspace.

    Args:
        manager: ``npm``, ``pnpm``, ``yarn``, ``yarn_classic`` or ``bun``.
        patterns: the globs as declared.
        folders: candidates that hold a ``package.json``, relative to the workspace's root, without the root.
    """
    wanted, unwanted = _split(manager, patterns)
    deep = manager != "yarn"
    yes = [_matcher(pattern, hidden=False, itself=deep) for pattern in wanted]
    no = [_matcher(pattern, hidden=True, itself=True) for pattern in unwanted]
    literal = {_clean(pattern) for pattern in wanted if not _MAGIC.search(pattern)} if manager == "bun" else set()
    return tuple(
        folder
        for folder in folders
        if any(one.fullmatch(folder) for one in yes)
        and (folder in literal or not any(one.fullmatch(folder) for one in no))
    )


def _split(manager: str, patterns: Iterable[str]) -> tuple[list[str], list[str]]:
    """Patterns that take and patterns that take away.

    npm forgets a negation once a later pattern lies within it; yarn classic knows no negation at all; the
    others let every negation win, wherever it stands.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for pattern in patterns:
        bare = pattern.lstrip("!")
        if (len(pattern) - len(bare)) % 2:
            unwanted.append(bare)
            continue
        if manager == "npm":
            clean = _clean(bare)
            unwanted = [other for other in unwanted if not _matcher(other, hidden=True, itself=True).fullmatch(clean)]
        wanted.append(bare)
    return wanted, [] if manager == "yarn_classic" else unwanted


def _clean(pattern: str) -> str:
    return re.sub(r"^(?:\.?/+)+", "", pattern).rstrip("/")


@lru_cache(maxsize=1024)
def _matcher(pattern: str, *, hidden: bool, itself: bool) -> re.Pattern[str]:
    """A glob as a regular expression for a whole relative path.

    Args:
        pattern: with braces, ``**``, classes and extended globs.
        hidden: whether wildcards match names that begin with a dot.
        itself: whether ``a/**`` matches ``a``.
    """
    options = [_path(one.split("/"), hidden, itself) for one in expand_braces(_clean(pattern))]
    return re.compile("|".join(f"(?:{one})" for one in options))


def _path(segments: list[str], hidden: bool, itself: bool) -> str:
    name = ("" if hidden else _HIDDEN) + "[^/]+"
    out = ""
    for count, segment in enumerate(segments):
        last = count == len(segments) - 1
        if segment != "**":
            out += _segment(segment, hidden) + ("" if last else "/")
        elif not last:
            out += f"(?:{name}/)*"
        elif not count:
            out += f"{name}(?:/{name})*"
        else:
            out = f"{out.removesuffix('/')}(?:/{name}){'*' if itself else '+'}"
    return out


def _segment(text: str, hidden: bool) -> str:
    out = _HIDDEN if not hidden and text[:1] in ("*", "?", "[", "!", "+", "@") else ""
    place = 0
    while place < len(text):
        char = text[place]
        close = _closing(text, place + 1) if text[place + 1 : place + 2] == "(" and char in "@?*+!" else -1
        if close > 0:
            inner = "|".join(_segment(part, hidden=True) for part in text[place + 2 : close].split("|"))
            out += f"(?:(?!(?:{inner})(?:/|$))[^/]*)" if char == "!" else f"(?:{inner}{_EXTENDED[char]}"
            place = close + 1
            continue
        if char == "[" and (end := text.find("]", place + 2)) > 0:
            body = text[place + 1 : end].replace("\\", "\\\\")
            out += "[^" + body[1:] + "]" if body[0] in "!^" else f"[{body}]"
            place = end + 1
            continue
        out += {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
        place += 1
    return out


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if not depth:
            return place
    return -1


def expand_braces(pattern: str) -> list[str]:
    """``a/{b,c}`` as ``a/b`` and ``a/c``; braces without a comma stay as they are."""
    start = pattern.find("{")
    while start >= 0:
        depth, parts, last = 0, [], start + 1
        for place in range(start, len(pattern)):
            char = pattern[place]
            depth += (char == "{") - (char == "}")
            if char == "," and depth == 1:
                parts.append(pattern[last:place])
                last = place + 1
            elif not depth:
                if not parts:
                    break
                parts.append(pattern[last:place])
                head, tail = pattern[:start], pattern[place + 1 :]
                return [done for part in parts for done in expand_braces(head + part + tail)]
        start = pattern.find("{", start + 1)
    return [pattern]
