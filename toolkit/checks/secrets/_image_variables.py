"""Secrets that ENV of a Dockerfile keeps in the image: what the build is given by ARG, and what names only a program know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.secrets._setting_grades import OF_PAGES
from toolkit.checks.secrets._values import names_a_secret
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["Kept", "kept"]

_ARGUMENT = regex(r"\$(?:\{(\w+)(?::?[-+][^}]*)?\}|(\w+))")
_COOKIE = regex(r"(?:RELEASE|ERLANG|ERL|RABBITMQ_ERLANG)_COOKIE")
"""What opens a shell of Erlang to everybody who knows it."""


class Kept(NamedTuple):
    """A secret in the environment of a stage.

    Args:
        name: of the variable.
        line: where ENV sets it.
        lasts: whether the stage is a part of the image that is built in the end.
        written: whether its value stands in the file.
    """

    name: str
    line: int
    lasts: bool
    written: bool


def kept(document: Document) -> Iterator[Kept]:
    """The secrets of all stages, those of the last image first."""
    last = _last(document)
    found = [
        Kept(name, item.line, number in last, written)
        for number, stage in enumerate(document.stages)
        for item, name, written in _of_stage(stage.instructions)
    ]
    yield from sorted(found, key=lambda one: not one.lasts)


def _last(document: Document) -> set[int]:
    """The stages that the image consists of."""
    names = {stage.name.lower(): number for number, stage in enumerate(document.stages) if stage.name}
    number, found = len(document.stages) - 1, set[int]()
    while number >= 0 and number not in found:
        found.add(number)
        number = names.get(document.stages[number].image.lower(), -1)
    return found


def _of_stage(items: tuple[Instruction, ...]) -> Iterator[tuple[Instruction, str, bool]]:
    given: set[str] = set()
    for item in items:
        if item.name == "ARG":
            # One with a value of its own is made up for the build.
            given |= {word for word in item.words if "=" not in word}
        for name, value in _pairs(item.words) if item.name == "ENV" else ():
            match = _ARGUMENT.fullmatch(value)
            if match and {match[1], match[2]} & given and names_a_secret(name) and not OF_PAGES.match(name):
                yield item, name, False
            elif value and "$" not in value and _COOKIE.fullmatch(name):
                yield item, name, True


def _pairs(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The variables of an ENV, also in its old form with a blank."""
    if words and "=" not in words[0]:
        words = (f"{words[0]}={' '.join(words[1:])}",)
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            yield name, value
