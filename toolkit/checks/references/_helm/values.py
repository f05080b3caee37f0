"""Values of Helm's templates: what is not known, what is turned off, and how a template prints them."""

from __future__ import annotations

import json
from typing import Any

from toolkit.checks.references._helm.templates import TemplateError
from toolkit.expressions import regex

__all__ = [
    "GUARDS",
    "LONGEST",
    "MOST",
    "OFF",
    "Given",
    "Off",
    "Unknown",
    "is_tainted",
    "plain",
    "printed",
    "truth",
    "yaml_text",
]

LONGEST = 200_000
"""Characters of a value beyond which nothing is rendered."""
MOST = 500
"""Items, or spaces to indent by, beyond which nothing is rendered."""
_DEEPEST = 50
_PLAIN = regex(r"[A-Za-z_][\w./-]{0,200}")
_WORDS = regex(r"(?i:true|false|yes|no|on|off|null|y|n)")


class Unknown:
    """A value that only an installation knows: in a text ``$(label)``, which no check takes for a name."""

    __slots__ = ("is_block", "label")

    def __init__(self, label: str = "unknown", *, is_block: bool = False) -> None:
        self.label = label[:80]
        self.is_block = is_block

    def __str__(self) -> str:
        return f"$({self.label})"


class Off:
    """A switch that ``values.yaml`` turns off and an installation may turn on."""

    def __bool__(self) -> bool:
        return False


class Given(str):
    """A text that ``values.yaml`` gives."""

    __slots__ = ()


OFF = Off()

GUARDS = frozenset(
    (
        "default",
        "coalesce",
        "required",
        "ternary",
        "empty",
        "hasKey",
        "get",
        "dig",
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "kindIs",
        "kindOf",
        "typeOf",
        "typeIs",
        "fail",
        "toYaml",
        "toJson",
        "lookup",
        "merge",
        "mergeOverwrite",
        "pluck",
        "tpl",
        "len",
        "has",
    )
)
"""Functions that expect a value which is not there."""


def is_tainted(value: Any) -> bool:
    """Whether a value is not known, or has a part that is not."""
    return isinstance(value, Unknown) or (isinstance(value, str) and "$(" in value)


def truth(value: Any) -> bool | None:
    """Whether a value counts as true; ``None`` where that is not known."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value != 0
    return bool(value)


def printed(value: Any) -> str:
    """A value as a template prints it."""
    if value is None:
        return ""
    if isinstance(value, bool | Off):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | dict):
        text = json.dumps(plain(value))
        return str(Unknown("data")) if "$(" in text else text
    return str(value)


def plain(value: Any) -> Any:
    """A value as plain data.

    Raises:
        TemplateError: it is too large, as lists of lists of themselves are.
    """
    return _plain(value, [LONGEST], 0)


def _plain(value: Any, left: list[int], depth: int) -> Any:
    left[0] -= len(value) + 1 if isinstance(value, str) else 1
    if left[0] < 0 or depth > _DEEPEST:
        raise TemplateError("too large")
    if isinstance(value, dict):
        return {str(key): _plain(item, left, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, left, depth + 1) for item in value]
    return str(value) if isinstance(value, Unknown) else False if isinstance(value, Off) else value


def yaml_text(value: Any) -> str:
    """A value as ``toYaml`` prints it."""
    text = "\n".join(_lines(plain(value)))
    if len(text) > LONGEST:
        raise TemplateError("too long")
    return text


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict) and value:
        found = []
        for key, item in value.items():
            name = key if _PLAIN.fullmatch(key) and not _WORDS.fullmatch(key) else json.dumps(key)
            inner = _lines(item)
            nested = isinstance(item, dict | list) and item
            found += [f"{name}:", *(f"  {line}" for line in inner)] if nested else [f"{name}: {inner[0]}"]
        return found
    if isinstance(value, list) and value:
        found = []
        for item in value:
            first, *rest = _lines(item)
            found += [f"- {first}", *(f"  {line}" for line in rest)]
        return found
    plain = isinstance(value, str) and _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value)
    return [value if plain else json.dumps(value)]
