"""A shell script with what its own text says put in: the folder that it lies in, and variables that are assigned once."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

__all__ = ["DEFAULT", "ROOT", "expanded", "looped", "without_lists"]

ROOT = "\ua66e"
"""Stands for the root of the repository, before a path that surely counts from there: a letter, which no script has."""
DEFAULT = "\ua64a"
"""Stands before what a variable is unless somebody says otherwise."""
_SELF = r"(?:\$0|\$\{0\}|\$\{BASH_SOURCE(?:\[0\])?(?::-\$0|:-\$\{0\})?\}|\$BASH_SOURCE|\$\{\(%\):-%[xN]\})"
_OWN = regex(
    rf"""\$\(\s*dirname\s+(?:--\s+)?"?(?:\$\(\s*(?:g?readlink\s+-f|realpath)\s+(?:--\s+)?)?"?{_SELF}"?\s*\)?"?\s*\)"""
    rf"""|`dirname\s+"?{_SELF}"?`|\$\{{(?:0|BASH_SOURCE(?:\[0\])?)(?:%/\*|:[aA]:h)\}}"""
)
_TOP = regex(r"\$\(\s*git\s+(?:-C\s+\S{1,200}\s+)?rev-parse\s+--show-toplevel[^()\n]{0,60}\)")
_PLACE = rf'"?({ROOT}[^"$`()\s]*)"?'
_ENTERED = regex(
    rf"""\$\(\s*(?:CDPATH=\S{{0,9}}\s+)?(?:builtin\s+)?cd\s+(?:--\s+|-P\s+)?{_PLACE}\s*(?:&?>\s*/dev/null\s*)?(?:2>\s*(?:&1|/dev/null)\s*)?"""
    r"""(?:&&|;)\s*pwd(?:\s+-[PL])?\s*\)"""
)
_REAL = regex(rf"\$\(\s*(?:g?readlink\s+-f|realpath)\s+(?:--\s+|-m\s+)?{_PLACE}\s*\)")
_ABOVE = regex(rf"\$\(\s*dirname\s+(?:--\s+)?{_PLACE}\s*\)")
_ASSIGNED = regex(
    r"""(?m)^[ \t]*(?:(?:export|readonly|local|typeset|declare(?:[ \t]+-\w{1,4})?)[ \t]+)*([A-Za-z_]\w*)="""
    r"""("[^"\n$`]*"|'[^'\n]*'|[^\s;&|()"'$`]+|"?\$\{\w+:-[^${}"'`\n]+\}"?)[ \t]*(?:[;#&][^\n]*)?$"""
)
_GIVEN = regex(r"\bread\b((?:[ \t]+[\w-]+)+)|\bfor\s+(\w+)\s+in\b|\$\{(\w+):=|\bgetopts\s+\S+\s+(\w+)")
_VARIABLE = regex(r"(?<!\\)\$(?:(\w+)|\{(\w+)\})")
_OTHERWISE = regex(r'"?\$\{\w+:-([^}]*)\}"?')
_LOOP = regex(r"\bfor\s+([A-Za-z_]\w*)\s+in\s+([^;$`*\n(){}]{1,1000})(?:;|\n)")
_ARRAY = regex(r"(?m)^[ \t]*(?:(?:local|readonly|declare[ \t]+-a)[ \t]+)?([A-Za-z_]\w*)=\(([^()$`]{1,2000})\)")
_ARITHMETIC = regex(r"(?<!\$)\(\([^\n]{0,300}?\)\)")
_OVER = regex(r"\bfor\s+([A-Za-z_]\w*)\s+in\s+\"?\$\{(\w+)\[[@*]\]\}\"?")
_ROUNDS = 4
"""How deep variables that are made of others are followed."""
_LARGEST = 100_000


def expanded(text: str, folder: str) -> str:
    """The script with its variables put in, line by line as it was; those that are not known stay as they are."""
    if len(text) > _LARGEST:
        return ""
    own = _normal(f"{ROOT}/{folder}")
    text = _TOP.sub(ROOT, _OWN.sub(own, text))
    for _ in range(_ROUNDS):
        before = text
        for expression in (_ENTERED, _REAL):
            text = expression.sub(lambda match: _normal(match[1]), text)
        text = _ABOVE.sub(lambda match: _normal(posixpath.join(match[1], "..")), text)
        assigned = {match[1]: match[2] for match in _ASSIGNED.finditer(text)}
        counts = _counts(text, assigned)
        known = {name: _value(written) for name, written in assigned.items() if counts[name] == 1}
        text = _VARIABLE.sub(lambda match, known=known: _filled(match, known), text)  # type: ignore[misc]
        if text == before:
            break
    return text


def _counts(text: str, names: Iterable[str]) -> dict[str, int]:
    """How often each of some variables is given a value; rather too often, where another ends in its name."""
    found = {name: text.count(f"{name}=") + text.count(f"{name}+=") for name in names}
    for match in _GIVEN.finditer(text) if found else ():
        for name in next(filter(None, match.groups())).split():
            if name in found:
                found[name] += 1 + (match[1] is not None)
    return found


def _value(written: str) -> str:
    default = _OTHERWISE.fullmatch(written)
    return DEFAULT + default[1] if default else written.strip("\"'")


def _filled(match: re.Match[str], known: dict[str, str]) -> str:
    value = known.get(match[1] or match[2], "")
    return value or match[0]


def _normal(path: str) -> str:
    """A path from the root in its shortest form; what leaves the repository is not known."""
    rest = posixpath.normpath(path.replace(ROOT, "").lstrip("/") or ".")
    if rest.startswith(".."):
        return "$OUTSIDE"
    return ROOT if rest == "." else f"{ROOT}/{rest}"


def looped(text: str) -> dict[str, tuple[str, ...]]:
    """The variables of loops over names that are written there, or in an array; each with what it goes through."""
    arrays = {match[1]: _plain(match[2]) for match in _ARRAY.finditer(text)}
    found = {match[1]: _plain(match[2]) for match in _LOOP.finditer(text)}
    found |= {match[1]: arrays[match[2]] for match in _OVER.finditer(text) if match[2] in arrays}
    counts = _counts(text, found)
    return {name: words for name, words in found.items() if words and counts[name] <= 1}


def without_lists(text: str) -> str:
    """The script without arrays and arithmetic, which would be read as commands."""
    return _ARITHMETIC.sub("true", _ARRAY.sub(lambda match: "\n" * match[0].count("\n"), text))


def _plain(text: str) -> tuple[str, ...]:
    lines = (line.partition("#")[0] for line in text.splitlines())
    return tuple(word.strip("\"'") for line in lines for word in line.split())
