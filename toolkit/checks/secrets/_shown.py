"""Places in sources and documents that show how something is called or answers, where a secret is made up."""

from __future__ import annotations

import re

from toolkit.expressions import regex

__all__ = ["is_answer", "is_shown"]

_SHOWN = regex(r"(?i)\bexamples?\b|\busage\b|>>>|```")
_ANSWER = regex(r"<(?:Response|Request)Example>(?:(?!</(?:Response|Request)Example>).)*\Z", re.DOTALL)
"""A block of a manual of an API that shows what is sent or comes back."""
_COMMENT = 600
"""Characters of a comment before a value."""


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
