"""Words of a command: the values of its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["option", "values_of"]


def values_of(words: Sequence[str], *names: str) -> Iterator[str]:
    """The values of options in their order, behind a blank or a sign of equality.

    Args:
        words: of the command.
        names: of the options, with their dashes.
    """
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names and (equals or index + 1 < len(words)):
            yield value if equals else words[index + 1]


def option(words: Sequence[str], *names: str) -> str:
    """The first value of any of these options; empty if none is given."""
    return next(values_of(words, *names), "")
