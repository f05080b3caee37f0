"""The functions of Helm's templates that tell names, labels and ports; every other one gives what is not known."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._helm.templates import TemplateError
from toolkit.checks.references._helm.values import (
    LONGEST,
    MOST,
    Given,
    Off,
    Unknown,
    is_tainted,
    plain,
    printed,
    truth,
    yaml_text,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS"]

_VERB = regex(r"%[-+#0]*\d{0,3}(?:\.\d{1,3})?([a-zA-Z%])")


def _number(value: Any) -> int:
    try:
        number = int(float(printed(value) or 0))
    except (ValueError, OverflowError):
        return 0
    if abs(number) > 2**53:
        raise TemplateError("too large")
    return number


def _printf(pattern: Any, *values: Any) -> str:
    rest = list(values)

    def fill(match: Any) -> str:
        if match[1] == "%":
            return "%"
        value = rest.pop(0) if rest else None
        return json.dumps(printed(value)) if match[1] == "q" else printed(value)

    return _VERB.sub(fill, printed(pattern))


def _indent(count: Any, text: Any) -> Any:
    width = _number(count)
    if not 0 <= width <= MOST:
        raise TemplateError("too wide")
    if isinstance(text, Unknown):
        return Unknown(text.label, is_block=True)
    lines = printed(text).split("\n")
    if len(lines) * width > LONGEST:
        raise TemplateError("too long")
    return "\n".join(" " * width + line for line in lines)


def _nindent(count: Any, text: Any) -> Any:
    inner = _indent(count, text)
    return inner if isinstance(inner, Unknown) else f"\n{inner}"


def _quote(*values: Any) -> Any:
    text = " ".join(json.dumps(printed(value), ensure_ascii=False) for value in values if value is not None)
    return Given(text) if len(values) == 1 and isinstance(values[0], Given) else text


def _default(fallback: Any = None, value: Any = None) -> Any:
    known = truth(value)
    return value if known or known is None else fallback


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if truth(value) is not False), None)


def _ternary(first: Any, second: Any, test: Any = None) -> Any:
    known = truth(test)
    return Unknown("choice") if known is None else first if known else second


def _trunc(count: Any, text: Any) -> Any:
    width, whole = _number(count), printed(text)
    return text if is_tainted(text) else whole[:width] if width >= 0 else whole[width:]


def _trim_suffix(end: Any, text: Any) -> Any:
    return text if is_tainted(text) else printed(text).removesuffix(printed(end))


def _replace(old: Any, new: Any, text: Any) -> str:
    first, second, whole = printed(old), printed(new), printed(text)
    if not first or len(whole) * (len(second) + 1) > LONGEST:
        raise TemplateError("too long")
    return whole.replace(first, second)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(printed(key))
        elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        elif value is not None:
            return Unknown("index")
    return value


def _dict(*words: Any) -> dict[str, Any]:
    return {printed(key): value for key, value in zip(words[::2], words[1::2], strict=False)}


def _merge(*tables: Any) -> Any:
    """What ``merge`` gives: the first table that has a key counts."""
    if not all(isinstance(table, dict) for table in tables):
        return Unknown("merge")
    found: dict[str, Any] = {}
    for table in reversed(tables):
        found.update(table)
    return found


def _same(first: Any, *others: Any) -> bool:
    return any(_bare(first) == _bare(other) for other in others)  # lists and tables are like nothing


def _bare(value: Any) -> Any:
    return False if isinstance(value, Off) else object() if isinstance(value, list | dict) else value


def _semver(constraint: Any, *_: Any) -> bool:
    """Every cluster is taken for a new one."""
    return not printed(constraint).lstrip().startswith("<")


def _dig(*words: Any) -> Any:
    *keys, fallback, table = words
    for key in keys:
        if not isinstance(table, dict) or printed(key) not in table:
            return fallback
        table = table[printed(key)]
    return table


def _set(table: Any, key: Any, value: Any) -> Any:
    if isinstance(table, dict) and len(table) < MOST:
        table[printed(key)] = value
    return table


def _split_list(separator: Any, text: Any) -> Any:
    return printed(text).split(printed(separator)) if printed(separator) else Unknown("split")


def _joined(separator: Any, items: Any) -> Any:
    return printed(separator).join(map(printed, plain(items))) if isinstance(items, list) else Unknown("join")


def _product(*values: Any) -> int:
    found = 1
    for value in values:
        found = _number(found * _number(value))
    return found


def _kind(value: Any) -> str:
    for kind, names in (
        ("bool", (bool, Off)),
        ("string", str),
        ("map", dict),
        ("slice", list),
        ("invalid", type(None)),
    ):
        if isinstance(value, names):
            return kind
    return "float64"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "printf": _printf,
    "print": lambda *values: "".join(map(printed, values)),
    "cat": lambda *values: " ".join(map(printed, values)),
    "quote": _quote,
    "squote": lambda *values: " ".join(f"'{printed(value)}'" for value in values if value is not None),
    "indent": _indent,
    "nindent": _nindent,
    "default": _default,
    "coalesce": _coalesce,
    "ternary": _ternary,
    "trunc": _trunc,
    "trimSuffix": _trim_suffix,
    "list": lambda *values: list(values),
    "tuple": lambda *values: list(values),
    "dict": _dict,
    "set": _set,
    "merge": _merge,
    "mergeOverwrite": lambda *tables: _merge(*reversed(tables)),
    "empty": lambda value=None: Unknown("empty") if truth(value) is None else not truth(value),
    "toYaml": lambda value=None: value if is_tainted(value) else yaml_text(value),
    "toString": lambda value=None: value if is_tainted(value) else printed(value),
    "required": lambda _, value=None: Unknown("required") if value in (None, "") else value,
    "get": lambda table, key: table.get(printed(key), "") if isinstance(table, dict) else Unknown("get"),
    "hasKey": lambda table, key: printed(key) in table if isinstance(table, dict) else Unknown("hasKey"),
    "dig": _dig,
    "not": lambda value: Unknown("not") if truth(value) is None else not truth(value),
    "lookup": lambda *_: {},
    "break": lambda: None,
    "continue": lambda: None,
    "index": _index,
}
"""Functions that take what is not known, and hand it on or do without it."""

_STRICT: dict[str, Callable[..., Any]] = {
    "lower": lambda text: printed(text).lower(),
    "upper": lambda text: printed(text).upper(),
    "title": lambda text: printed(text).title(),
    "trim": lambda text: printed(text).strip(),
    "trimPrefix": lambda begin, text: printed(text).removeprefix(printed(begin)),
    "trimAll": lambda signs, text: printed(text).strip(printed(signs)),
    "replace": _replace,
    "contains": lambda part, text: printed(part) in printed(text),
    "hasPrefix": lambda begin, text: printed(text).startswith(printed(begin)),
    "hasSuffix": lambda end, text: printed(text).endswith(printed(end)),
    "kebabcase": lambda text: printed(text).replace("_", "-").lower(),
    "b64enc": lambda text: base64.b64encode(printed(text).encode()).decode(),
    "eq": _same,
    "ne": lambda first, *others: not _same(first, *others),
    "gt": lambda first, second: _number(first) > _number(second),
    "ge": lambda first, second: _number(first) >= _number(second),
    "lt": lambda first, second: _number(first) < _number(second),
    "le": lambda first, second: _number(first) <= _number(second),
    "int": _number,
    "int64": _number,
    "float64": lambda value: value,
    "add": lambda *values: _number(sum(map(_number, values))),
    "add1": lambda value: _number(_number(value) + 1),
    "sub": lambda first, second: _number(_number(first) - _number(second)),
    "mul": _product,
    "len": lambda value: len(value) if isinstance(value, str | list | dict) else 0,
    "semverCompare": _semver,
    "has": lambda item, items: isinstance(items, list) and any(_same(item, other) for other in items),
    "first": lambda items: items[0] if isinstance(items, list) and items else None,
    "last": lambda items: items[-1] if isinstance(items, list) and items else None,
    "keys": lambda *tables: [key for table in tables if isinstance(table, dict) for key in table],
    "until": lambda count: list(range(min(max(_number(count), 0), MOST))),
    "splitList": _split_list,
    "join": _joined,
    "toJson": lambda value: json.dumps(plain(value))[:LONGEST],
    "kindIs": lambda kind, value: _kind(value) == kind,
    "kindOf": _kind,
}


def _strictly(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        unknown = next((value for value in values if is_tainted(value)), None)
        if unknown is not None:
            return unknown if isinstance(unknown, Unknown) else Unknown("text")
        return function(*values)

    return call


FUNCTIONS.update({name: _strictly(function) for name, function in _STRICT.items()})
