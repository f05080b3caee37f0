"""``if:`` of jobs and steps, decided as far as what is known of the values in it decides it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._values import (
    UNKNOWN,
    Text,
    both,
    called,
    compared,
    either,
    is_open,
    may_be_true,
    shown,
    truthy,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXPRESSION", "bare", "is_expression", "is_off", "tokens_of", "why_never"]

EXPRESSION = regex(r"\$\{\{(.*?)\}\}", re.DOTALL)
"""What GitHub replaces in a text, over several lines."""
_TOKEN = regex(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?))|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[!<>().,\[\]*]))"
)
_MAX_TOKENS = 500


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
        parser = _Parser(tokens_of(text), values)
        found = parser.whole()
    except (ValueError, IndexError, RecursionError):
        return None
    if may_be_true(found):
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
        _Parser(tokens_of(text), {}).whole()
    except (ValueError, IndexError):
        return len(text) > _MAX_TOKENS
    except RecursionError:
        return True
    return True


def tokens_of(text: str) -> list[tuple[str, str]]:
    """The parts of a condition, each with its kind.

    Raises:
        ValueError: it is none, or too long; the text is what is left of it.
    """
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
            found = either(found, other)
        return found

    def both(self) -> Any:
        found = self.compared()
        while self.taken("&&"):
            other = self.compared()
            found = both(found, other)
        return found

    def compared(self) -> Any:
        start = self.at
        found = self.negated()
        while operator := self.taken("==", "!=", "<", ">", "<=", ">="):
            middle, one = self.at - 1, found
            other = self.negated()
            found = compared(operator, one, other)
            if found is False:
                left, right = (_written(self.tokens[a:b]) for a, b in ((start, middle), (middle + 1, self.at)))
                self.reasons += [
                    f"{name} is {shown(value)}" for name, value in ((left, one), (right, other)) if name[:1].isalpha()
                ]
        return found

    def negated(self) -> Any:
        if self.taken("!"):
            found = self.negated()
            return UNKNOWN if is_open(found) else not truthy(found)
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
            return self.member(called(name.lower(), arguments))
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
                found = self.looked_up(name.lower()) if known else UNKNOWN
                if found is None:
                    self.reasons.append(f"{name} is {shown(None)}")
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
            found = UNKNOWN
        return found

    def looked_up(self, name: str) -> Any:
        """The value of a name; below a name that is nothing there is nothing, and below one of texts there are texts."""
        if name in self.values:
            return self.values[name]
        while "." in name:
            name = name.rpartition(".")[0]
            if name in self.values:
                found = self.values[name]
                return found if found is None or isinstance(found, Text) else UNKNOWN
        return UNKNOWN


def _written(tokens: list[tuple[str, str]]) -> str:
    return "".join(text for _, text in tokens)
