"""Times that are taken once, and stand for the present ever after."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._clock_queries import by_life, depends_on, ends_soon, is_of_build, only_asks
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._pretence import stands_in
from toolkit.checks.code._tree import (
    CLASSES,
    body_of,
    function_name,
    function_of,
    name_of,
    statements,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = [
    "frozen_cached",
    "frozen_default",
    "frozen_field",
    "frozen_module",
    "frozen_part",
    "frozen_property",
    "frozen_rust",
    "frozen_view",
]

_NOW = (
    r"(?:\bnew Date\(\)|\bDate\.now\(\)|\b(?:dayjs|moment)(?:\.utc)?\(\)|\bDateTime\.(?:now|utc|local)\(\)"
    r"|\b(?:datetime|date|dt|timezone|pendulum|arrow|Timestamp)\.(?:utcnow|now|today|localdate|localtime)\([^()]*(?:\([^()]*\))?[^()]*\)|\btime\.time\(\))"
)
_FIND_NOW = regex(_NOW)
_WHOLE = regex(rf"(?:\+|Number\(|[\w.]*(?={_NOW}))?{_NOW}\)?(?:\.(?:getTime|valueOf|timestamp|date|isoformat)\(\))?")
_PART = regex(
    rf"{_NOW}\)?\s*\.(?:get(?:UTC)?(?:Hours|Minutes|Day|Date|Month)\(\)|(?:hour|minute|day|month|weekday|isoweekday)\b(?!\())"
    rf"|{_NOW}\.(?:hour|minute|day|month|weekday|date)\(\)"
)
_DAY = regex(
    rf"{_NOW}\)?\s*\.(?:to(?:Locale)?DateString\(|toISOString\(\)\s*\.(?:(?:slice|substring|substr)\(\s*0\s*,\s*(?:7|10|13)\s*\)|split\()|strftime\(|format\()"
)
"""A day, month or hour as a text."""
_OF_DAY = regex(r"(?i)day|date|hour|month|week|quarter|period|bucket|partition|stamp")
_YEAR = regex(rf"{_NOW}\)?\s*\.(?:getFullYear\(\)|getUTCFullYear\(\)|year\b)")
_STARTS = regex(
    r"(?i)start|boot|launch|load|init|began|begin|birth|uptime|\bt0|creat|buil[dt]|deploy|version|seed|session|copyright|nonce|salt|_?id$|run|suffix|prefix|unique|file|path"
    r"|dir$|epoch|mark|last|prev|instance|process|open|mount|seen|generated|published|updated|release"
)
"""Names of times that are meant to be those of the beginning, or to make something unique."""
_PRESENT = regex(
    r"(?i)(?:^|_)now|today|tomorrow|yesterday|current|this_?(?:hour|day|week|month)|cut_?off|deadline|expir|until|threshold|window|ago(?:$|_)|range|(?:min|max)_?date"
    r"|due|^(?:time_?stamp|hours?|day|month|time|date)$|(?:^|_)(?:hour|day|month)$"
)
_IS_PRESENT = regex(
    r"(?i)^(?:now|today|current_?(?:time|date|hour|day|timestamp|month)|this_?hour|time|hours?|clock|tick)(?:_?(?:ms|utc|str|iso))?$"
)
_WINDOW = regex(r"(?i)window|cut_?off")
_DATA = regex(r"(?i)range|window|period|dates")
_OF_MOMENT = regex(
    r"\b(\w+)\.get(?:UTC)?(?:Hours|Minutes|Day|Date|Month|FullYear)\(\)|\b(?:startOf|endOf|add|sub|format|set)[A-Z]?\w*\((\w+)\b"
    r"|^(\w+)\.(?:toISOString\(\)\.(?:slice|substring|split)|toLocaleDateString|toDateString|startOf|endOf|subtract|add|format)\("
)
"""What is made of a moment of its own name: a part of it, or the beginning of its day or month."""
_ONLY_YEAR = regex(r"(?:String\()?\w+\.get(?:UTC)?FullYear\(\)(?:\.toString\(\)|\))?")
_BEGINS = regex(
    r"(?i)boot|launch|uptime|copyright|version|build|deploy|suffix|prefix|file|path|unique|seed|_?id$|mock|sample|fixture|example|demo"
)
_OF_START = regex(
    rf"{_BEGINS.pattern}|(?i:start|load|init|began|begin|birth|creat|built|dir$|salt|nonce|generated|published|updated|release)"
)
"""Names of what is kept of the day of the beginning; no hour of a session, and no day of an opening."""
_BOUNDS = regex(
    rf"\b(?:to|until|end|endDate|end_date|toDate|to_date|maxDate|max_date|today|before)[\"']?\s*:\s*[^,{{}}]{{0,60}}?{_NOW}\s*[,}}]"
)
"""A bound of a range that is the present."""
_LIVES = regex(
    r"\bexports?\b|\.listen\(|\bsetInterval\(|\bcreateServer\(|\bServer\(|\bserve\(|\baddEventListener\(|\bcron\.schedule\("
)
"""What a module of JavaScript has that others load, or that lives on by itself."""
_PRETENDED = regex(r"(?i)mock|sample|fixture|example|demo|dummy|fake|seed|test")
_NEAR = 30
_LONGEST = 300
_OF_ERROR = regex(r"(?i)(?:^|[/_.-])[\w-]*(?:error|crash)(?:[-_]?(?:page|boundary|view|screen))?\.\w+\Z")
"""Pages of a failure, which has a moment of its own."""
_LATER = regex(r"=>|\bfunction\b|\blambda\b|\bdef\b|\basync\b|\bclass\b")
_RUST_NOW = regex(
    r"(?:=|^)\s*(?:[\w:]+\(\s*)?(?:\|\|)?\s*\{?\s*(?:[\w:]+\(\s*&?\s*){0,3}(?:\w+::)*(?:Utc|Local|OffsetDateTime|SystemTime|Zoned|Timestamp)::now(?:_utc|_local)?\b"
)


def _value(node: Any) -> str:
    found = node.field("value") or node.field("right")
    return found.text() if found is not None else ""


def _grade(name: str, value: str, text: str = "") -> str | None:
    """How bad it is that a value is taken once: ``info`` for years, ``None`` if its name means that and the text does not compare it with an hour or day."""
    if _LATER.search(value) or len(value) > 400:
        return None
    part = _PART.search(value)
    named = (_OF_START if part or _DAY.match(value) else _STARTS).search(name) and not _WINDOW.search(name)
    if named and not (part and re.search(rf"(?<![\w.]){re.escape(name)}\s*(?:[<>]=?|[=!]==?)\s*\d", text)):
        return None
    if _YEAR.search(value) or part:
        return "info" if _YEAR.search(value) else "error" if re.search(r"[Hh]our|[Mm]inute", value) else "warning"
    if value[:1] in "{[":
        said = not _PRETENDED.search(name) and (_DATA.search(name) or _BOUNDS.search(value))
        return "warning" if said and _FIND_NOW.search(value) else None
    if _WHOLE.fullmatch(value):
        present = _IS_PRESENT.match(name)
    else:
        present = (_PRESENT.search(name) and _FIND_NOW.search(value)) or (_OF_DAY.search(name) and _DAY.match(value))
    return "warning" if present else None


def _seen(name: str, grade: str | None) -> Seen:
    return {"name": name, "grade": grade} if grade else None


def frozen_module(node: Any, path: str) -> Seen:
    """A time that is taken when a module is loaded, and used by its functions or by others."""
    if is_script(path) or function_of(node) is not None or any(one.kind() in CLASSES for one in up(node)):
        return None
    if is_of_build(node, path):
        return None
    left = node.field("name") or node.field("left")
    name = left.text() if left is not None else ""
    top = list(up(node))[-1]
    text = top.text()
    grade = _grade(name, _value(node), text) if re.fullmatch(r"\w+", name) else None
    if grade is None:
        return None
    if len(re.findall(rf"(?<![\w.=!<>]){re.escape(name)}\s*(?::[^=\n]*)?(?:=(?![=>])|\+\+|\+=)", text)) > 1:
        return None
    if text.startswith("#!") or re.search(r"©|(?i:copyright)|process\.exit\(", text):
        return None
    if ends_soon(path, text) or _PRETENDED.search(path.rpartition("/")[2]):
        grade = "info" if grade == "error" else None
    if path.endswith((".tsx", ".jsx")) and grade == "warning" and ("use client" in text or not depends_on(top, name)):
        grade = "info"  # a page is loaded more often than a server starts
    exports = path.endswith(".py") or _LIVES.search(text)
    given = re.search(rf"\bexport\s+(?:const|let|var)\s+{re.escape(name)}\b", text)
    further = 2 if _PART.search(_value(node)) else 0  # what is made of a whole moment is seen by itself
    return _seen(name, grade) if grade and exports and (given or _used_in_function(top, name, further)) else None


def frozen_part(node: Any, path: str) -> Seen:
    """The hour of a moment that a module has taken when it was loaded, or the day or month that it makes of it."""
    value, name = _value(node), name_of(node)
    found = _OF_MOMENT.search(value) if len(value) <= _LONGEST and not _LATER.search(value) else None
    if found is None or is_script(path) or function_of(node) is not None:
        return None
    top = list(up(node))[-1]
    text, moment = top.text(), next(one for one in found.groups() if one)
    taken = rf"^(?:export )?const {re.escape(moment)}\b[^=\n]*=\s*(?:{_NOW});?\s*(?://.*)?$"
    if not re.search(taken, text, re.MULTILINE) or _ONLY_YEAR.fullmatch(value) or _BEGINS.search(name):
        return None
    given = re.search(rf"\bexport\s+const\s+{re.escape(name)}\b", text)
    if not given and not _used_in_function(top, name):
        return None
    return _seen(name, "error" if re.fullmatch(r"\w+\.get(?:UTC)?(?:Hours|Minutes)\(\)", value) else "warning")


def _used_in_function(top: Any, name: str, further: int = 0) -> bool:
    """Whether a function uses a name, or what the module has made of it when it was loaded."""
    uses = list(top.find_all(kind="identifier", regex=f"^{re.escape(name)}$"))
    if any(function_of(one) is not None for one in uses):
        return True
    made = {given for one in uses if (given := _made_of(one)) not in ("", name)} if further else ()
    return any(_used_in_function(top, one, further - 1) for one in made)


def _made_of(use: Any) -> str:
    """The name that a module gives to a value in which another is used."""
    for one in islice(up(use), _NEAR):
        if one.kind() in ("variable_declarator", "assignment"):
            left = one.field("name") or one.field("left")
            return left.text() if left is not None else ""
    return ""


def frozen_field(node: Any, path: str) -> Seen:
    """A field of a class, or of each instance the hour, that nobody fills again."""
    around = next((one for one in up(node) if one.kind() in CLASSES), None)
    field = node.field("name") or node.field("property") or node.field("left")
    if is_script(path) or around is None or field is None or function_of(node) is not None:
        return None
    if stands_in(node):
        return None
    name = field.text()
    grade = _grade(name, _value(node))
    for_all = path.endswith(".py") or re.match(r"(?:\w+ )*static\b", node.text())
    if grade is None or not (for_all or _PART.search(_value(node)) or _DAY.match(_value(node))):
        return None
    if ends_soon(path, list(up(node))[-1].text()):
        return None
    grade = grade if for_all else by_life(around, name, grade)
    of = rf"(?:this|self|cls|{re.escape(name_of(around) or 'this')})"
    again = re.search(rf"{of}\.{re.escape(name)}\s*(?:[-+]?=(?!=)|\+\+|--)", around.text())
    return None if again else _seen(name, grade)


def frozen_property(node: Any, path: str) -> Seen:
    """A property that a constructor fills with the hour or the present, and nobody fills again."""
    function, left = function_of(node), node.field("left")
    if is_script(path) or function is None or function_name(function) not in ("constructor", "__init__"):
        return None
    around = next((one for one in up(node) if one.kind() in CLASSES), None)
    name = left.text() if left is not None else ""
    if around is None or not name.startswith(("this.", "self.")):
        return None
    if len(re.findall(rf"{re.escape(name)}\s*(?::[^=\n]*)?=(?!=)", around.text())) != 1:
        return None
    short = name.partition(".")[2]
    if not (_PART.search(_value(node)) or _IS_PRESENT.match(short)) or ends_soon(path, list(up(node))[-1].text()):
        return None
    return _seen(name, by_life(around, short, _grade(short, _value(node))))


def frozen_cached(node: Any, path: str) -> Seen:
    """A function of Python without parameters that answers with the present, and whose first answer a cache keeps for ever."""
    function = next((one for one in node.children() if one.kind() == "function_definition"), None)
    if is_script(path) or function is None or function.field("parameters").named_children():
        return None
    name, body = name_of(function), body_of(function)
    answer = next(reversed(statements(body)), None) if body is not None else None
    value = (
        answer.text().removeprefix("return").strip()
        if answer is not None and answer.kind() == "return_statement"
        else ""
    )
    grade = _grade(re.sub(r"^_?(?:get|fetch|compute)_", "", name), value)
    return {**seen, "line": str(function.range().start.line + 1)} if (seen := _seen(name, grade)) else None


def frozen_default(node: Any, path: str) -> Seen:
    """A default of a column, a field or a parameter that is computed once, when the definition is read."""
    if is_script(path):
        return None
    kind = node.kind()
    if ends_soon(path, list(up(node))[-1].text()):
        return None
    if kind in ("pair", "keyword_argument", "call_expression"):
        return {"name": "the default", "grade": "warning"} if function_of(node) is None else None
    if kind == "assignment":  # of a class in Python, with a type: a field of each instance
        around = next((one for one in up(node) if one.kind() in CLASSES), None)
        typed = node.field("type") is not None and function_of(node) is None and around is not None
        value = _value(node)
        return {"name": node.field("left").text(), "grade": "warning"} if typed and _is_now(value) else None
    name = name_of(node)
    return {"name": name, "grade": "warning"} if _is_now(_value(node)) else None


def _is_now(value: str) -> bool:
    return bool(_WHOLE.fullmatch(value)) or bool(re.fullmatch(rf"(?:\w+\.)*{_NOW}(?:\.\w+\(\))?", value))


def frozen_view(node: Any, path: str) -> Seen:
    """A time that a component of React keeps from its first drawing, as if it went on."""
    value, holder = _value(node), node.field("name")
    name = re.sub(r"[\[\]\s]", "", holder.text()).split(",")[0] if holder is not None else ""
    state = re.match(rf"(?:React\.)?useState(?:<[^>]*>)?\((?:\(\)\s*=>\s*)?{_NOW}[^)]*(?:\(\))?\)$", value)
    memo = re.match(rf"(?:React\.)?useMemo(?:<[^>]*>)?\(\(\)\s*=>\s*{_NOW}.*,\s*\[\]\s*\)$", value, re.DOTALL)
    if not (state or memo) or not _IS_PRESENT.match(name):
        return None
    setter = re.search(r",\s*(\w+)\s*\]", holder.text())
    top = list(up(node))[-1]
    if only_asks(top, name):
        return None
    if setter and len(re.findall(rf"\b{re.escape(setter[1])}\b", top.text())) > 1:
        return None
    day = re.match(r"(?i)today|current_?(?:date|day|month|year)|.*date$", name)
    matters = not day and not _OF_ERROR.search(path) and (_PART.search(value) or depends_on(top, name))
    return {"name": name, "grade": "warning" if matters else "info", "view": "1"}


def frozen_rust(node: Any, path: str) -> Seen:
    """A static of Rust that is filled with the time when it is first asked for."""
    if is_script(path):
        return None
    text = node.text()
    for found in re.finditer(r"\bstatic\s+(?:ref\s+)?(\w+)\s*:|^\*?&?\s*(\w+)\s*\.get_or_init\(", text):
        name = found[1] or found[2]
        rest = text[found.end() :].partition(";")[0]
        now = _RUST_NOW.search(rest.partition("=")[1] + rest.partition("=")[2] if found[1] else rest)
        if now and not _STARTS.search(name):
            line = node.range().start.line + 1 + text.count("\n", 0, found.start())
            part = re.search(r"\.(?:hour|minute)\(\)|Timelike::(?:hour|minute)\(", rest)
            return {"name": name, "grade": "error" if part else "warning", "line": str(line)}
    return None
