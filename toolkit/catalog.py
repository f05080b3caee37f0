"""Which checks there are, found by folder, and what their docstrings say."""

from __future__ import annotations

import importlib
import inspect
import re
from functools import cache
from typing import TYPE_CHECKING

from toolkit.checking import FAMILIES, Check
from toolkit.expressions import regex
from toolkit.extension import modules_in
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["SECTIONS", "Documentation", "Listed", "catalog", "documentation", "load"]

SECTIONS = ("What it checks", "Why it matters", "How to fix", "Fix safety")
"""Headings of a check's docstring, in their order."""


@frozen
class Listed:
    """A check that is there, known by the place of its file and not loaded yet."""

    id: str
    family: str
    module: str

    def concerns(self, signs: Collection[str]) -> bool:
        """Whether the check may report on a file.

        Args:
            signs: names and endings of the files to look at, of :func:`toolkit.extension.signs_of`.
        """
        package = importlib.import_module("toolkit.checks")
        if self.id in package.SILENT:
            return not all(sign.endswith(package.SOURCES) for sign in signs)
        told = package.TELLING.get(self.id)
        return told is None or any(sign in signs for sign in told)

    def load(self) -> Check:
        """The check itself.

        Raises:
            TypeError: its file does not define exactly one check.
        """
        return _made(self.module)


@frozen
class Documentation:
    """A check's docstring in its parts.

    Args:
        title: the first line: the bad pattern in words.
        sections: heading to text, in the order of :data:`SECTIONS`.
        safety: ``safe``, ``unsafe`` or ``manual``, from the first word of "Fix safety".
    """

    title: str
    sections: tuple[tuple[str, str], ...]
    safety: str


@cache
def catalog() -> tuple[Listed, ...]:
    """Every check, by family and id; no check's file is loaded for this."""
    package = importlib.import_module("toolkit.checks")
    return tuple(
        Listed(name.replace("_", "-"), family, f"toolkit.checks.{family}.{name}")
        for family in FAMILIES
        for name in modules_in([f"{place}/{family}" for place in package.__path__])
    )


def load(name: str) -> Check:
    """The check of that id.

    Raises:
        KeyError: there is none.
        TypeError: its file does not define exactly one check.
    """
    listed = next((one for one in catalog() if one.id == name), None)
    if listed is None:
        raise KeyError(name)
    return listed.load()


@cache
def _made(name: str) -> Check:
    module = importlib.import_module(name)
    made = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Check) and value.__module__ == module.__name__
    ]
    if len(made) != 1:
        raise TypeError(f"{name} defines {len(made)} checks, not one")
    instance: Check = made[0]()
    return instance


_HEADING = regex(rf"^({'|'.join(SECTIONS)}):[ \t]*", re.MULTILINE)


def documentation(check: Check) -> Documentation:
    """The parts of a check's docstring; a missing section is an empty text."""
    text = inspect.cleandoc(type(check).__doc__ or "")
    first, *rest = _HEADING.split(text)
    given = {heading: inspect.cleandoc(body).strip() for heading, body in zip(rest[::2], rest[1::2], strict=True)}
    sections = tuple((heading, given.get(heading, "")) for heading in SECTIONS)
    word = re.match(r"\w*", given.get("Fix safety", ""))
    return Documentation(" ".join(first.split()), sections, word[0].lower() if word else "")
