"""Values of ``toolkit.toml``, each read as what it has to be.

A reader takes the value and the full name of its key, and returns what the settings hold. It raises ConfigurationError
where the value is something else. ``docs/_settings.py`` writes the page of the settings from the calls of readers.
"""

from __future__ import annotations

import math
import posixpath
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from toolkit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.settings import Argv

__all__ = [
    "NAME",
    "Table",
    "argv",
    "argvs",
    "flag",
    "folder",
    "number",
    "one_of",
    "one_or_more",
    "text",
    "texts",
    "variable",
]

NAME = "toolkit.toml"

T = TypeVar("T")
D = TypeVar("D")


class Table:
    """A table whose keys are taken one by one; what is left over at the end is an unknown key."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, dict):
            raise ConfigurationError(
                f"{NAME}: [{where}] must be a table, not {_kind(data)}", f"begin it with [{where}]"
            )
        self.data = data
        self.where = where
        self.known: list[str] = []

    def name(self, key: str) -> str:
        """A key with the tables around it."""
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str, read: Callable[[Any, str], T], default: D) -> T | D:
        """The value of a key; the default where the table does not have it."""
        self.known.append(key)
        return read(self.data[key], self.name(key)) if key in self.data else default

    def table(self, key: str) -> Table:
        """The table that a key holds; an empty one where there is none."""
        self.known.append(key)
        return Table(self.data.get(key, {}), self.name(key))

    def mapping(
        self, key: str, read: Callable[[Any, str], T], named: Callable[[str, str], None] | None = None
    ) -> Mapping[str, T]:
        """A table whose keys are free, each value read the same way.

        Args:
            key: the table's.
            read: reads a value.
            named: refuses a key that cannot be one.
        """
        child = self.table(key)
        if named is not None:
            for name in child.data:
                named(name, f'{NAME}: {child.where}."{name}"')
        return MappingProxyType({name: read(value, child.name(name)) for name, value in child.data.items()})

    def done(self) -> None:
        """End reading.

        Raises:
            ConfigurationError: a key is left that nobody asked for.
        """
        for key in self.data:
            if key in self.known:
                continue
            import difflib

            near = difflib.get_close_matches(key, self.known, 1, 0.5)
            hint = f'did you mean "{near[0]}"?' if near else f"known keys: {', '.join(sorted(self.known))}"
            raise ConfigurationError(f'{NAME}: unknown key "{self.name(key)}"', hint)


def _kind(value: Any) -> str:
    names = {str: "text", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _wrong(where: str, wanted: str, value: Any) -> ConfigurationError:
    return ConfigurationError(
        f"{NAME}: {where} must be {wanted}, not {_kind(value)}", "docs/settings.md shows each key with an example"
    )


def text(value: Any, where: str) -> str:
    """Text."""
    if not isinstance(value, str):
        raise _wrong(where, "text", value)
    return _whole(value, where)


def _whole(value: str, where: str) -> str:
    """The text, if a program can be given it."""
    if "\0" in value:
        raise ConfigurationError(f"{NAME}: {where} holds a NUL, which no program can be given", "take it out")
    return value


def variable(name: str, where: str) -> None:
    """Refuse a name that no shell takes for a variable's: it would be read as a command."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        near = re.sub(r"\W|^(?=\d|$)", "_", name, flags=re.ASCII)
        raise ConfigurationError(f"{where} is no name of a variable", f"letters, digits and _: {near}")


def folder(name: str, where: str) -> None:
    """Refuse a folder (``PATH`` or ``PATH:ECOSYSTEM``) that is not written as subprojects have it."""
    path, colon, ecosystem = name.rpartition(":") if ":" in name else (name, "", "")
    plain = posixpath.normpath(path)
    if plain == ".." or plain.startswith(("../", "/")):
        raise ConfigurationError(f"{where} lies outside of the repository", "name a folder below the root")
    if plain != path:
        raise ConfigurationError(
            f"{where} names a folder as nothing else does, so that it decides nothing",
            f'write [projects."{plain}{colon}{ecosystem}"]',
        )


def flag(value: Any, where: str) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise _wrong(where, "true or false", value)
    return value


def texts(value: Any, where: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(where, "a list of texts", value)
    return tuple(_whole(item, where) for item in value)


def one_or_more(value: Any, where: str) -> tuple[str, ...]:
    """A version or a list of them, none of them empty."""
    if not isinstance(value, str | list):
        raise ConfigurationError(f"{NAME}: {where} must be text, not {_kind(value)}", f'write it in quotes: "{value}"')
    found = (value,) if isinstance(value, str) else texts(value, where)
    if not found or not all(found):
        raise ConfigurationError(f"{NAME}: {where} names no version", "name one, or leave the key out")
    return found


def argv(value: Any, where: str) -> Argv:
    """A command as text or as words."""
    if isinstance(value, str):
        import shlex

        try:
            value = shlex.split(value)
        except ValueError as error:
            raise ConfigurationError(
                f"{NAME}: {where} cannot be split into words: {error}", "close each quote"
            ) from error
    found = texts(value, where)
    if not found:
        raise ConfigurationError(f"{NAME}: {where} is an empty command", "name a program, or leave the key out")
    return found


def argvs(value: Any, where: str) -> tuple[Argv, ...]:
    """A command as text or as words, or a list of commands as words."""
    if isinstance(value, list) and value and all(isinstance(item, list) for item in value):
        return tuple(argv(item, where) for item in value)
    return (argv(value, where),)


def one_of(choices: tuple[str, ...]) -> Callable[[Any, str], str]:
    """A reader of one of the choices."""

    def read(value: Any, where: str) -> str:
        if value not in choices:
            raise ConfigurationError(f"{NAME}: {where} is {value!r}", f"one of: {', '.join(choices)}")
        return str(value)

    return read


def number(low: float) -> Callable[[Any, str], float]:
    """A reader of numbers from ``low`` on."""

    def read(value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(where, "a number", value)
        if not (math.isfinite(value) and value >= low):
            less = f", less than {low:g}" if value < low else ""
            raise ConfigurationError(f"{NAME}: {where} is {value}{less}", f"at least {low:g}, and finite")
        return value

    return read
