"""Values of GitHub's expressions, known or partly known: comparing them, combining them, calling functions with them."""

from __future__ import annotations

import math
import re
from typing import Any

from toolkit.values import frozen

__all__ = [
    "UNKNOWN",
    "OneOf",
    "Text",
    "Unknown",
    "both",
    "called",
    "compared",
    "either",
    "is_open",
    "may_be_true",
    "shown",
    "truthy",
]


@frozen
class Unknown:
    """A value that only the run knows."""


@frozen
class Text:
    """A text of which only the form is known.

    Args:
        prefix: what it begins with.
        form: a regular expression that all of it matches, letter case ignored.
    """

    prefix: str = ""
    form: str = ".*"


@frozen
class OneOf:
    """One of a few values."""

    values: tuple[Any, ...]


UNKNOWN = Unknown()
_OPEN = (Unknown, Text, OneOf)
"""What is not one value yet."""


def is_open(value: Any) -> bool:
    """Whether a value is not one value yet."""
    return isinstance(value, _OPEN)


def shown(value: Any) -> str:
    """A value in words, to end a sentence."""
    if isinstance(value, OneOf):
        kept = [item for item in value.values if item is not None]
        if kept and all(isinstance(item, bool) for item in kept):
            return "true or false, and never a text"
        listed = [f"{item.prefix}..." if isinstance(item, Text) else str(item) or "''" for item in kept]
        return (
            f"always {listed[0]}"
            if len(listed) == 1
            else f"one of {', '.join(listed[:6])}{', ...' * (len(listed) > 6)}"
        )
    if isinstance(value, Text):
        return f"a text that begins with {value.prefix!r}" if value.prefix else "another text"
    if value is None:
        return "nothing here"
    return repr(value) if isinstance(value, str) else str(value).lower()


def truthy(value: Any) -> bool:
    """Whether a known value counts as true."""
    return value not in (False, None, 0.0, "") if not isinstance(value, list) else True


def may_be_true(value: Any) -> bool:
    """Whether a value may count as true."""
    if isinstance(value, OneOf):
        return any(truthy(item) for item in value.values)
    return isinstance(value, _OPEN) or truthy(value)


def either(one: Any, other: Any) -> Any:
    """What ``||`` makes of two values."""
    if not isinstance(one, _OPEN):
        return one if truthy(one) else other
    return other if not isinstance(other, _OPEN) and truthy(other) else UNKNOWN


def both(one: Any, other: Any) -> Any:
    """What ``&&`` makes of two values."""
    if not isinstance(one, _OPEN):
        return other if truthy(one) else one
    return other if not isinstance(other, _OPEN) and not truthy(other) else UNKNOWN


def compared(operator: str, one: Any, other: Any) -> Any:
    """What a comparison makes of two values."""
    if operator not in ("==", "!=") or isinstance(one, Unknown) or isinstance(other, Unknown):
        return UNKNOWN
    found = {
        _equal(left, right)
        for left in (one.values if isinstance(one, OneOf) else (one,))
        for right in (other.values if isinstance(other, OneOf) else (other,))
    }
    if len(found) != 1 or None in found:
        return UNKNOWN
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


def called(name: str, arguments: list[Any]) -> Any:
    """What a function gives, by its name in lower case."""
    if name == "always":
        return True
    if name == "fromjson" and len(arguments) == 1 and isinstance(arguments[0], str):
        import json

        found = json.loads(arguments[0])
        return found if isinstance(found, list) else UNKNOWN
    if name in ("startswith", "endswith", "contains") and len(arguments) == 2 and isinstance(arguments[1], str):
        return _searched(name, "" if arguments[0] is None else arguments[0], arguments[1].lower())
    return UNKNOWN


def _searched(name: str, whole: Any, part: str) -> Any:
    if isinstance(whole, OneOf):
        each = [_searched(name, "" if item is None else item, part) for item in whole.values]
        return each[0] if all(one is each[0] for one in each) else UNKNOWN
    if isinstance(whole, Text) and name == "startswith":
        return _begins(whole.prefix.lower(), part)
    if isinstance(whole, list) and name == "contains":
        return part in [str(item).lower() for item in whole]
    tests = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}
    return tests[name](whole.lower(), part) if isinstance(whole, str) else UNKNOWN


def _begins(prefix: str, wanted: str) -> Any:
    if prefix.startswith(wanted):
        return True
    return UNKNOWN if wanted.startswith(prefix) else False
