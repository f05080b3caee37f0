"""Environment variables that the schemas of a source have fields for: of zod, envalid and pydantic."""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING

from toolkit.checks.references._environment.forms import NAME
from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

__all__ = ["declared_in"]

_ZOD = regex(
    rf"(?m)^([^\S\n]*)({NAME})\s*:\s*(z\s*\.[^\n]*(?:\n\1[ \t]+[^\n]*|\n[ \t]*\}}\)(?=\n\1[ \t]+\.)){{0,60}}|(?:str|url|host|port|num|bool|email|json)\([^\n]*)"
)
"""A field with the lines of its chain, which are indented deeper, but for what a compiler closes."""
_PYDANTIC = regex(r"(?m)^class\s+\w+\([^)\n]*BaseSettings[^)\n]*\)\s*:[^\n]*\n((?:[ \t]+[^\n]*\n|[ \t]*\n)+)")
_FIELD = regex(
    r"(?m)^(?P<indent>[ \t]{1,80})(?P<name>[a-zA-Z]\w{0,80})[ \t]{0,8}:(?P<type>[^=\n#]{1,200})(?:=[ \t]{0,8}(?P<value>Field\([^\n]*|\.\.\.))?"
    r"[ \t]{0,80}(?:#[^\n]*)?$"
)
_ANNOTATED = regex(r"(?m)^([ \t]{1,80})([a-zA-Z]\w{0,80})[ \t]{0,8}:[ \t]")
_ENVIRONMENT = regex(r"process\.env|createEnv|cleanEnv")
_OPTIONAL = regex(r"\.(?:optional|default|nullish|catch|or)\(|\bdefault\s*:|devDefault|\boptional\b")
_ALIAS = regex(r"\b(?:validation_)?alias=[\"'](\w+)[\"']|\benv=[\"'](\w+)[\"']")
_NO_VALUE = regex(r"Field\(\s*\.\.\.|\.\.\.$")
_MAY_LACK = ("None", "Optional", "ClassVar")
"""Words of the types that stand without a value."""


def declared_in(text: str) -> dict[str, bool]:
    """The variables that a source has fields for, and whether the program stops without each."""
    found: dict[str, bool] = {}
    for name, needed in (*_of_objects(text), *_of_classes(text)):
        found[name] = found.get(name, False) or needed
    return found


def _of_objects(text: str) -> Iterator[tuple[str, bool]]:
    for match in _ZOD.finditer(text) if _ENVIRONMENT.search(text) else ():
        yield match[2], not _OPTIONAL.search(match[3])


def _of_classes(text: str) -> Iterator[tuple[str, bool]]:
    for settings in _PYDANTIC.finditer(text) if "BaseSettings" in text and "env_prefix" not in text else ():
        fields = list(_ANNOTATED.finditer(settings[1]))
        outer = min((len(field[1]) for field in fields), default=0)
        for field in fields:
            if len(field[1]) > outer or iskeyword(field[2]) or field[2] == "model_config":
                continue
            whole = _FIELD.match(settings[1], field.start())
            alias = _ALIAS.search(whole["value"] or "") if whole else None
            yield (
                next(filter(None, alias.groups())) if alias else field[2].upper(),
                whole is not None and _is_needed(whole),
            )


def _is_needed(field: re.Match[str]) -> bool:
    """Whether a field of a class has neither a value nor a type that stands without one."""
    bare = not field["value"] or _NO_VALUE.match(field["value"]) is not None
    return bare and not any(word in field["type"] for word in _MAY_LACK)
