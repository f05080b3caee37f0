"""Places in sources and documents that show how something is called or answers, where a secret is made up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.secrets._values import lowered
from toolkit.checks.secrets._written import named
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.secrets._written import Written

__all__ = ["TEXTS", "is_answer", "is_shown", "meant"]

TEXTS = (".md", ".mdx", ".rst", ".adoc", ".txt")
_LINE = regex(
    r"""^[ \t>]*(?:export[ \t]+)?(?P<name>(?:[A-Z][A-Z0-9]*_)+)(?P<what>(?:API_|ACCESS_|SECRET_|PRIVATE_)?KEY|(?:API_|ACCESS_)?TOKEN|SECRET|PASSWORD)=(?P<quote>["']?)(?P<value>[^\s"'`$(){}\[\],;<>]{24,300})(?P=quote)[ \t]*$""",
    re.MULTILINE,
)
"""A line of an environment file that a document shows."""
_LINES = ((regex(r"=[\"']?[^\s\"'`]{24}"), _LINE),)
_NAMES = ("KEY=", "TOKEN=", "SECRET=", "PASSWORD=")
_MOST_DIGITS = 0.3
"""Share of digits: letters and digits by lot have a sixth, and who makes up a value for readers takes them by turns."""

_SHOWN = regex(r"(?i)\bexamples?\b|\busage\b|>>>|```")
_ANSWER = regex(r"<(?:Response|Request)Example>(?:(?!</(?:Response|Request)Example>).)*\Z", re.DOTALL)
"""A block of a manual of an API that shows what is sent or comes back."""
_COMMENT = 600
"""Characters of a comment before a value."""


def meant(content: str) -> Iterator[Written]:
    """What a document has its readers put into the environment that nobody made up for them."""
    for hit in named(content, lowered(content), _LINES) if any(one in content for one in _NAMES) else ():
        digits = sum(map(str.isdigit, hit.value))
        if digits <= _MOST_DIGITS * len(hit.value) or re.fullmatch(r"[0-9a-fA-F-]+", hit.value):
            yield hit


def is_answer(path: str, content: str, at: int) -> bool:
    """Whether a place lies in the block of a manual that shows what a service is sent or answers."""
    return path.endswith((".md", ".mdx")) and _ANSWER.search(content, max(at - _COMMENT, 0), at) is not None


def is_shown(path: str, content: str, at: int) -> bool:
    """Whether a place lies in a text of documentation, behind a word that says that an example follows."""
    if path.endswith(".py"):
        start = content.rfind('"""', 0, at)
        return start >= 0 and content.count('"""', 0, at) % 2 == 1 and _SHOWN.search(content, start, at) is not None
    line = content[content.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("* ", "/// ", "//! ")) and _SHOWN.search(content, max(at - _COMMENT, 0), at) is not None
