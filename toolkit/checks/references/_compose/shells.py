"""Variables that the shell of a command sets itself, and that compose fills in before it comes to that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path

__all__ = ["of_shells"]

_TEXTS = ("command", "entrypoint", "healthcheck", "content")
"""What is read by a shell."""
_SET = r"(?:^|[\s;(&|])(?:{0}=(?!\$\{{?{0}\b)|for\s+{0}\s+in\b|read\s+(?:-\w+\s+)*{0}\b)"


def of_shells(compose: Compose, first: dict[str, Path]) -> Iterator[Fault]:
    """One fault for each text; its variables are taken out of those that nothing gives a value.

    Args:
        compose: the file.
        first: the variables that nothing gives a value, each with the first place that uses it.
    """
    texts: dict[Path, list[str]] = {}
    for name, where in tuple(first.items()):
        if set(_TEXTS) & set(where) and re.search(_SET.format(name), str(compose.document.get(where))):
            texts.setdefault(where, []).append(name)
            del first[name]
    for where, names in texts.items():
        doubled = ", ".join(f"$${name}" for name in names)
        yield Fault(
            compose.path,
            compose.line(where),
            f"${', $'.join(names)} {'are' if names[1:] else 'is'} set by the shell of this text, and compose puts an empty text in place before.",
            ".".join(map(str, where)),
            f"write {doubled}: compose hands on a dollar that is doubled",
            severity="warning",
        )
