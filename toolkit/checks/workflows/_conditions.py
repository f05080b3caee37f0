"""``if:`` of jobs and steps, decided as far as what is known of the values in it decides it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OneOf", "Text", "Unknown", "bare", "is_expression", "is_off", "why_never"]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?))|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[!<>().,\[\]*]))"
)
_MAX_TOKENS = 500


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only the run knows."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of which only the form is known.

    Args:
        prefix: what it begins with.
        form: a regular expression that all of it matches, letter case ignored.
    """

    prefix: str = ""
    form: str = ".*"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few values."""

    values: tuple[Any, ...]


_UNKNOWN = Unknown()
_OPEN = (Unknown, Text, OneOf)
"""What is not one value yet."""


def why_never(condition: Any, values: Mapping[str, Any]) -> str | None:
    """Why a condition cannot hold; ``None`` where it may, or is not understood.

    Args:
        condition: ``if:`` as written.
        values: dotted names such as ``github.event_name`` to their values; what lies below a name that is ``None`` is
            nothing either, below a :class:`Text` is text, all others are unknown.

    Returns:
        What decides it, in words; empty where the condition itself is a plain ``false``.
    """
    if isinstance(condition, bool):
        return None if condition else ""
    text = bare(condition) if isinstance(condition, str) else None
    if text is None:
        return None  # text around an expression makes it a text, which is true
    try:
        parser = _Parser(_tokens(text), values)
        found = parser.whole()
    except (ValueError, IndexError, RecursionError):
        return None
    if _may_be_true(found):
        return None
    return parser.reasons[0] if parser.reasons else ""


def bare(condition: str) -> str | None:
    """The expression of a condition without its marks; ``None`` where it is more than one expression."""
    text = condition.strip()
    if text.startswith("${{") and text.endswith("}}"):
        text = text[3:-2]
    return None if "${{" in text else text


def is_off(condition: Any) -> bool:
    """Whether somebody has switched off on purpose what a condition belongs to."""
    return condition is False or str(condition).replace(" ", "").lower() in ("${{false}}", "false")


def is_expression(text: str) -> bool:
    """Whether GitHub can read an expression; very long ones are not looked at."""
    try:
        _Parser(_tokens(text), {}).whole()
    except (ValueError, IndexError):
        return len(text) > _MAX_TOKENS
    except RecursionError:
        return True
    return True


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or len(found) > _MAX_TOKENS:
            raise ValueError(text[at:])
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Parser:
    """Evaluates while it parses; the grammar is that of GitHub's expressions."""

    def __init__(self, tokens: list[tuple[str, str]], values: Mapping[str, Any]) -> None:
        self.tokens = [*tokens, ("end", "")]
        self.values = values
        self.at = 0
        self.reasons: list[str] = []

    def whole(self) -> Any:
        found = self.either()
        if self.tokens[self.at][0] != "end":
            raise ValueError("more than one expression")
        return found

    def taken(self, *texts: str) -> str:
        kind, text = self.tokens[self.at]
        if kind == "operator" and text in texts:
            self.at += 1
            return text
        return ""

    def either(self) -> Any:
        found = self.both()
        while self.taken("||"):
            other = self.both()
            found = _or(found, other)
        return found

    def both(self) -> Any:
        found = self.compared()
        while self.taken("&&"):
            other = self.compared()
            found = _and(found, other)
        return found

    def compared(self) -> Any:
        start = self.at
        found = self.negated()
        while operator := self.taken("==", "!=", "<", ">", "<=", ">="):
            middle, one = self.at - 1, found
            other = self.negated()
            found = _compare(operator, one, other)
            if found is False:
                left, right = (_written(self.tokens[a:b]) for a, b in ((start, middle), (middle + 1, self.at)))
                self.reasons += [
                    f"{name} is {_shown(value)}" for name, value in ((left, one), (right, other)) if name[:1].isalpha()
                ]
        return found

    def negated(self) -> Any:
        if self.taken("!"):
            found = self.negated()
            return _UNKNOWN if isinstance(found, _OPEN) else not _truthy(found)
        return self.value()

    def value(self) -> Any:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(int(text, 16)) if "0x" in text else float(text)
        if kind == "operator" and text == "(":
            found = self.either()
            if not self.taken(")"):
                raise ValueError("a bracket is open")
            return self.member(found)
        if kind == "name":
            return self.named(text)
        raise ValueError(text)

    def named(self, name: str) -> Any:
        if self.taken("("):
            arguments = []
            while not self.taken(")"):
                arguments.append(self.either())
                self.taken(",")
            return self.member(_called(name.lower(), arguments))
        if name in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[name]
        known = True
        while True:
            if self.taken("."):
                name += f".{self.tokens[self.at][1]}"
                self.at += 1
            elif self.taken("["):
                inner = self.either()
                known = known and isinstance(inner, str)
                name += f".{inner}"
                if not self.taken("]"):
                    raise ValueError("a bracket is open")
            else:
                found = self.looked_up(name.lower()) if known else _UNKNOWN
                if found is None:
                    self.reasons.append(f"{name} is {_shown(None)}")
                return found

    def member(self, found: Any) -> Any:
        """What stands behind a bracket that closes: a member of the result, which nobody knows."""
        while self.taken(".", "["):
            if self.tokens[self.at - 1][1] == ".":
                self.at += 1
            else:
                self.either()
                if not self.taken("]"):
                    raise ValueError("a bracket is open")
            found = _UNKNOWN
        return found

    def looked_up(self, name: str) -> Any:
        """The value of a name; below a name that is nothing there is nothing, and below one of texts there are texts."""
        if name in self.values:
            return self.values[name]
        while "." in name:
            name = name.rpartition(".")[0]
            if name in self.values:
                found = self.values[name]
                return found if found is None or isinstance(found, Text) else _UNKNOWN
        return _UNKNOWN


def _written(tokens: list[tuple[str, str]]) -> str:
    return "".join(text for _, text in tokens)


def _shown(value: Any) -> str:
    if isinstance(value, OneOf):
        listed = [str(item) for item in value.values if item is not None]
        return (
            f"always {listed[0]}"
            if len(listed) == 1
            else f"one of {', '.join(listed[:6])}{', ...' * (len(listed) > 6)}"
        )
    if isinstance(value, Text):
        return f"a text that begins with {value.prefix!r}" if value.prefix else "another text"
    if value is None:
        return "nothing here"
    return f"the text {value!r}" if isinstance(value, str) else str(value).lower()


def _truthy(value: Any) -> bool:
    return value not in (False, None, 0.0, "") if not isinstance(value, list) else True


def _may_be_true(value: Any) -> bool:
    if isinstance(value, OneOf):
        return any(_truthy(item) for item in value.values)
    return isinstance(value, _OPEN) or _truthy(value)


def _or(one: Any, other: Any) -> Any:
    if not isinstance(one, _OPEN):
        return one if _truthy(one) else other
    return other if not isinstance(other, _OPEN) and _truthy(other) else _UNKNOWN


def _and(one: Any, other: Any) -> Any:
    if not isinstance(one, _OPEN):
        return other if _truthy(one) else one
    return other if not isinstance(other, _OPEN) and not _truthy(other) else _UNKNOWN


def _compare(operator: str, one: Any, other: Any) -> Any:
    if operator not in ("==", "!=") or isinstance(one, Unknown) or isinstance(other, Unknown):
        return _UNKNOWN
    found = {
        _equal(left, right)
        for left in (one.values if isinstance(one, OneOf) else (one,))
        for right in (other.values if isinstance(other, OneOf) else (other,))
    }
    if len(found) != 1 or None in found:
        return _UNKNOWN
    return found.pop() == (operator == "==")


def _equal(one: Any, other: Any) -> bool | None:
    """Whether two values are equal as GitHub compares: texts without letter case, different kinds as numbers."""
    if isinstance(one, Text) or isinstance(other, Text):
        part, whole = (one, other) if isinstance(one, Text) else (other, one)
        if whole is True:
            return False  # a text is a number then, and 'true' is none
        if not isinstance(whole, str):
            return None
        fits = whole.lower().startswith(part.prefix.lower()) and re.fullmatch(
            part.form, whole, re.IGNORECASE | re.DOTALL
        )
        return None if fits else False
    if isinstance(one, Unknown | list) or isinstance(other, Unknown | list):
        return None
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return _number(one) == _number(other)


def _number(value: Any) -> float:
    if isinstance(value, str):
        try:
            return float(value) if value.strip() else 0.0
        except ValueError:
            return math.nan
    return float(value or 0)


def _called(name: str, arguments: list[Any]) -> Any:
    if name == "always":
        return True
    if name == "fromjson" and len(arguments) == 1 and isinstance(arguments[0], str):
        import json

        found = json.loads(arguments[0])
        return found if isinstance(found, list) else _UNKNOWN
    if name in ("startswith", "endswith", "contains") and len(arguments) == 2 and isinstance(arguments[1], str):
        return _searched(name, "" if arguments[0] is None else arguments[0], arguments[1].lower())
    return _UNKNOWN


def _searched(name: str, whole: Any, part: str) -> Any:
    if isinstance(whole, OneOf):
        each = [_searched(name, "" if item is None else item, part) for item in whole.values]
        return each[0] if all(one is each[0] for one in each) else _UNKNOWN
    if isinstance(whole, Text) and name == "startswith":
        return _begins(whole.prefix.lower(), part)
    if isinstance(whole, list) and name == "contains":
        return part in [str(item).lower() for item in whole]
    tests = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}
    return tests[name](whole.lower(), part) if isinstance(whole, str) else _UNKNOWN


def _begins(prefix: str, wanted: str) -> Any:
    if prefix.startswith(wanted):
        return True
    return _UNKNOWN if wanted.startswith(prefix) else False
