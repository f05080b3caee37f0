"""Packages that share a namespace: of ``google.cloud.pubsub_v1`` the first two parts tell no distribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Part", "explained", "parts"]

_STATEMENT = regex(
    r"(?m)^(?:from[ \t]+google\.cloud[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#]+)"
    r"|(?:from|import)[ \t]+google\.cloud\.(?P<name>\w+))"
)
_NAME = regex(r"(?P<name>\w+)(?:[ \t]+as[ \t]+\w+)?")
_VERSION = regex(r"_v\d\w*$")
_OTHERS = frozenset({"exceptions", "client", "devtools", "sql", "location", "obsolete", "operation"})
"""Parts of Google's core, or of distributions that are called otherwise."""
_BROUGHT = {
    "firebase-admin": ("storage", "firestore"),
    "google-cloud-aiplatform": ("storage", "bigquery", "resourcemanager"),
    "vertexai": ("aiplatform", "storage", "bigquery"),
    "google-cloud-bigquery": ("bigquery",),
    "langchain-google": ("storage", "aiplatform", "bigquery"),
}
"""Distributions by the beginning of their name, with the parts that they bring along."""


class Part(NamedTuple):
    """A part of the namespace that a file imports at its top, with its line."""

    name: str
    line: int


def parts(text: str) -> Iterator[Part]:
    """The parts of Google's namespace that a file imports unconditionally, each once."""
    told: set[str] = set()
    for statement in _STATEMENT.finditer(text):
        line = line_at(text, statement.start())
        listed = re.sub(r"#[^\n]*", "", statement["names"] or "").strip("()")
        names = [statement["name"]] if statement["name"] else [item.strip() for item in listed.split(",")]
        for item in names:
            match = _NAME.match(item)
            name = _VERSION.sub("", match["name"]) if match else ""
            if name and name not in told and name not in _OTHERS and not name.startswith("_"):
                told.add(name)
                yield Part(name, line)


def explained(name: str, text: str) -> bool:
    """Whether manifests speak of the distribution of a part.

    Args:
        name: of :class:`Part`.
        text: all that is declared, in lower case and with hyphens for all that separates.
    """
    if f"googlecloud{name.replace('_', '')}" in text.replace("-", ""):
        return True
    return any(known in text and name in brought for known, brought in _BROUGHT.items())
