"""What source files import: a quick look by expressions, and a careful one for the names that are suspicious."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import blank, line_at
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Import", "component", "is_tried", "javascript"]

_PIECE = regex(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<noise>//[^\n]*|/\*.*?\*/|`(?:[^`\\]|\\.)*`)""",
    re.DOTALL,
)
_BEFORE = regex(r"(?:(?P<word>\bfrom|\bimport)\s*|(?P<call>(?<![.\w])(?<!typeof )(?:require|import))\s*\(\s*)$")
_USE = regex(r"\s*(?:\(|\.\w)")
_NEW = regex(r"\bnew\s+\Z")
_TYPED = regex(r"(?:[:<|&]|\b(?:as|implements|is|keyof))\s*\Z")
_CLOSED = regex(r"[\s)]*")
_STEP = regex(r"\s*\.(?P<word>then|catch|finally)\s*\(")
_DEPTHS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_OF_A_TYPE = regex(r"\s*\)\.[A-Z]")
"""What follows an ``import()`` that names a type."""
# A static import stands at the top of a module, hence in the first column: an indented one is text for another file.
_START = regex(r"(?m)^(?P<word>import|export)\b(?P<type>\s+type\b(?!\s*,|\s+from))?")
_SCRIPT = regex(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
_FRONT = regex(r"---[ \t]*\n(.*?)\n---", re.DOTALL)
_NO_NAME = regex(r"""[\s"'`]""")
_TRY = regex(r"\btry\s*\Z")
_BRACE = regex(r"[{}]")
_NEAR = 60
"""Characters before a specifier in which its word stands."""
_WINDOW = 2000
"""Characters before a specifier in which its statement begins."""
_TRY_WINDOW = 4000


class Import(NamedTuple):
    """A name that a file imports, with its 1-based line.

    Args:
        runs: whether something of it is used as a value, and not only as a type.
        typed: the statement imports types and says so.
        late: it stands within a function or a class.
        idle: it gives names, and nothing else in the file has one of them.
        erased: it gives names of types by their form, which stand nowhere but where a type does.
        called: it is a call, made where the code comes by.
    """

    name: str
    line: int
    runs: bool = True
    typed: bool = False
    late: bool = False
    idle: bool = False
    erased: bool = False
    called: bool = False


def javascript(text: str, names: Iterable[str]) -> list[Import]:
    """Where packages are imported unconditionally, not in ``try`` or in comments: for a value first, else for types alone."""
    code = _PIECE.sub(_blank, text)
    found = []
    for name in names:
        places = list(re.finditer(rf"""["']({re.escape(name)}(?:/[^"'\s]*)?)["']""", code))
        for typed in (False, True):
            match = next((one for one in places if _counts(code, one.start(), one.end(), typed=typed)), None)
            if match:
                line = line_at(code, match.start())
                given = _given(code, match.start())
                runs = not typed and (given is None or any(_is_used(code, one, match.end()) for one in given))
                idle = given is not None and _is_idle(code, given, match.start())
                erased = bool(given) and all(_is_type(code, one, match.end()) for one in given or ())
                found.append(Import(match[1], line, runs, typed, idle=idle, erased=erased, called=given is None))
                break
    return sorted(found, key=lambda item: item.line)


def is_tried(text: str, name: str) -> bool:
    """Whether a file takes a package by a call, and goes on without it."""
    code = _PIECE.sub(_blank, text)
    calls = (
        one
        for one in re.finditer(rf"""["']{re.escape(name)}(?:/[^"'\s]*)?["']""", code)
        if (before := _BEFORE.search(code, max(0, one.start() - _NEAR), one.start())) and before["call"]
    )
    return any(not _counts(code, one.start(), one.end(), typed=False) for one in calls)


def _given(code: str, start: int) -> list[str] | None:
    """The names that a static import brings; ``None`` for another one, such as a call of require."""
    before = code[max(0, start - _WINDOW) : start]
    starts = list(_START.finditer(before))
    clause = re.search(r"\bfrom\s*$", before)
    if clause is None or not starts:
        return None
    return re.findall(r"[\w$]+(?=\s*(?:,|\}|$|\bfrom\b))", before[starts[-1].end() : clause.start()])


def _is_idle(code: str, names: list[str], start: int) -> bool:
    """Whether none of the names that an import before a place brings stands anywhere else; JSX has React without its name."""
    words = re.compile(rf"(?<![\w$])(?:{'|'.join(map(re.escape, names))})(?![\w$])")
    begins = list(_START.finditer(code, max(0, start - _WINDOW), start))[-1]
    elsewhere = words.search(code, 0, begins.start()) or words.search(code, start)
    return bool(names) and "React" not in names and begins["word"] == "import" and elsewhere is None


def _is_used(code: str, name: str, at: int) -> bool:
    """Whether a name is called, made or read from behind a place."""
    while (at := code.find(name, at)) >= 0:
        end = at + len(name)
        if not _is_word(code, at - 1) and (
            _USE.match(code, end) or (_NEW.search(code, max(at - _NEAR, 0), at) and not _is_word(code, end))
        ):
            return True
        at = end
    return False


def _is_type(code: str, name: str, at: int) -> bool:
    """Whether a name with a capital stands behind a place only where a type does."""
    places = re.finditer(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", code[at:])
    return name[:1].isupper() and all(
        _TYPED.search(code, max(at, end - _NEAR), end) for end in (at + one.start() for one in places)
    )


def _is_word(code: str, at: int) -> bool:
    return 0 <= at < len(code) and (code[at].isalnum() or code[at] == "_")


def component(text: str) -> str:
    """The scripts of a Vue, Svelte or Astro file at their lines, in the first column; all else blank."""
    ends = re.sub(r"[^\n]", "", text)
    parts = [(match.start(1), match[1]) for match in _SCRIPT.finditer(text)]
    if front := _FRONT.match(text):
        parts.append((front.start(1), front[1]))
    lines = ends.split("\n")
    for at, script in parts:
        first = text.count("\n", 0, at)
        for number, line in enumerate(script.split("\n")):
            lines[first + number] = line.strip()
    return "\n".join(lines)


def _counts(code: str, start: int, end: int, *, typed: bool) -> bool:
    match = _BEFORE.search(code, max(0, start - _NEAR), start)
    if match is None:
        return False
    before = code[max(0, start - _WINDOW) : start]
    if match["call"]:
        if typed or _OF_A_TYPE.match(code, end):
            return False
        return not _is_tried(code[max(0, start - _TRY_WINDOW) : start]) and not _is_caught(code, end)
    starts = list(_START.finditer(before))
    return bool(starts) and bool(starts[-1]["type"]) is typed and ";" not in before[starts[-1].end() :]


def _is_caught(code: str, end: int) -> bool:
    """Whether the promise that an import gives is handed to a ``catch`` somewhere in its chain, or to a second function of a ``then``."""
    closed = _CLOSED.match(code, end)
    step = _STEP.match(code, closed.end()) if closed else None
    while step is not None:
        depth, place, second = 1, step.end(), False
        while depth and place < min(len(code), step.end() + _TRY_WINDOW):
            depth += _DEPTHS.get(code[place], 0)
            second = second or (depth == 1 and code[place] == "," and code[place + 1 :].lstrip()[:1] != ")")
            place += 1
        if step["word"] == "catch" or (step["word"] == "then" and second):
            return True
        step = _STEP.match(code, place)
    return False


def _is_tried(before: str) -> bool:
    """Whether one of the blocks that are open behind some code is that of a ``try``."""
    closed = 0
    for match in reversed(list(_BRACE.finditer(before))):
        closed += 1 if match[0] == "}" else -1
        if closed < 0 and _TRY.search(before, max(0, match.start() - _NEAR), match.start()):
            return True
        closed = max(closed, 0)
    return False


def _blank(match: re.Match[str]) -> str:
    """Strings without blanks or quotes stay; others, comments and templates become blanks of the same length."""
    text = match["string"]
    if text is not None and not _NO_NAME.search(text, 1, len(text) - 1):
        return text
    return blank(match[0])
