"""Arithmetic of paths: what a path that counted from the subproject is when it counts from the root."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["UnknownPathError", "filter_pattern", "matches_filter", "moved", "owners_pattern", "slug"]

_EXPRESSION = regex(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_ELSEWHERE = regex(r"~|/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.-]*://|\$(?!\{\{)|%[A-Za-z_]+%|\\\\")
"""What begins so does not count from the workspace: home, absolute, an address, a shell's variable."""

_ABSOLUTE_CONTEXTS = ("runner.", "github.action_path")


class UnknownPathError(ValueError):
    """It cannot be told what the path counts from; the text says why."""


def slug(folder: str) -> str:
    """A folder as part of a file's name: ``apps/My Web`` becomes ``apps-my-web``."""
    return re.sub(r"[^a-z0-9._]+", "-", folder.lower()).strip("-.") or "subproject"


def moved(value: str, sub: str, literals: Callable[[str], tuple[str, ...] | None] | None = None) -> str:
    """A path of the workspace after the subproject became a folder of it.

    Args:
        value: the path or glob, perhaps with ``!`` before it or expressions in it.
        sub: the subproject's folder.
        literals: the texts that an expression can have; ``None`` if they are not known.

    Raises:
        UnknownPathError: the path climbs out, or begins with an expression of unknown value.
    """
    sign, body = ("!", value[1:]) if value.startswith("!") else ("", value)
    if not body or _ELSEWHERE.match(body):
        return value
    expression = _EXPRESSION.match(body)
    if expression is not None:
        return sign + _from_expression(body, expression, sub, literals)
    while body.startswith(("./", ".\\")):
        body = body[2:].lstrip("/\\")
    if re.match(r"\.\.(?:[/\\]|$)", body):
        raise UnknownPathError("climbs out of the subproject")
    if body in ("", "."):
        return sign + sub
    joined = f"{sub}/{body}"
    if "${{" in body or "\\" in body:
        return sign + joined
    return sign + posixpath.normpath(joined) + ("/" if body.endswith("/") else "")


def _from_expression(
    body: str, match: re.Match[str], sub: str, literals: Callable[[str], tuple[str, ...] | None] | None
) -> str:
    name = match[1]
    if name == "github.workspace":
        rest = body[match.end() :]
        return f"{match[0]}/{sub}{rest}" if rest in ("", "/") or rest.startswith(("/", "\\")) else _refuse(name)
    if name.startswith(_ABSOLUTE_CONTEXTS):
        return body
    values = literals(name) if literals else None
    if not values:
        return _refuse(name)
    elsewhere = [bool(_ELSEWHERE.match(value)) for value in values]
    if all(elsewhere):
        return body
    if any(elsewhere) or any(value.startswith("..") for value in values):
        return _refuse(name)
    return f"{sub}/{body}"


def _refuse(name: str) -> str:
    raise UnknownPathError(f"begins with ${{{{ {name} }}}}, whose value is not known here")


def filter_pattern(pattern: str, sub: str) -> str:
    """A pattern of a trigger's ``paths`` after the move.

    Raises:
        UnknownPathError: it begins with ``./``, ``../`` or ``/``, which GitHub never matches.
    """
    sign, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if body.startswith(("./", "../", "/")):
        raise UnknownPathError("never matches: GitHub compares with paths like src/x")
    return f"{sign}{_escaped(sub)}/{body}"


def _escaped(folder: str) -> str:
    """A folder's name as a literal part of a filter pattern."""
    return re.sub(r"([\[\]*?+!\\])", r"\\\1", folder)


def matches_filter(path: str, patterns: list[str]) -> bool:
    """Whether GitHub's path filter lets a changed file start the workflow; the last pattern that matches decides."""
    result = False
    for pattern in patterns:
        negative = pattern.startswith("!")
        if _filter_regex(pattern.removeprefix("!")).fullmatch(path):
            result = not negative
    return result


def _filter_regex(pattern: str) -> re.Pattern[str]:
    """GitHub's filter syntax: ``*`` stays in a folder, ``**`` does not, ``?`` and ``+`` repeat what is before them."""
    found: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if pattern.startswith("**/", at):
            found.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            found.append(".*")
            at += 2
        elif char == "\\" and at + 1 < len(pattern):
            found.append(re.escape(pattern[at + 1]))
            at += 2
        elif char == "[" and (end := pattern.find("]", at + 2)) > 0:
            found.append("[" + pattern[at + 1 : end].replace("\\", "\\\\") + "]")
            at = end + 1
        else:
            special = {"*": "[^/]*", "?": "?", "+": "+"}
            found.append(special[char] if char in special and (found or char == "*") else re.escape(char))
            at += 1
    try:
        return re.compile("".join(found), re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))


def owners_pattern(pattern: str, sub: str) -> str:
    """A CODEOWNERS pattern after the move; without a slash inside it matches at any depth, as in gitignore."""
    folder = sub.replace(" ", "\\ ")
    if pattern in ("*", "/", "/*", "**", "/**"):
        return f"/{folder}/" if pattern != "/*" else f"/{folder}/*"
    anchored = "/" in pattern.rstrip("/")
    return f"/{folder}/{pattern.lstrip('/')}" if anchored else f"/{folder}/**/{pattern}"
