"""What a title, a row or a sentence of a document is about, told by the beginnings of its words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CRITICAL",
    "TICK",
    "area_of",
    "closeness",
    "heading",
    "is_claimed",
    "is_named_after_part",
    "is_of_part",
    "is_part_of",
    "telling",
    "title",
]

TICK = regex(r"✅|☑|✔|(?i:\[x\])|\|\s*\**(?i:100\s?%|complete[d]?|done|implemented|finished)\**\s*\|")
_PARTS = regex(r"(?i)\b(?:features?|pages?|components?|modules?|screens?|widgets?|design|integration)\b")
_AREA = regex(
    r"(?i)\b(?:dev-?ops|docker\w*|kubernetes|k8s|ci/?cd|terraform|helm|monitoring|observability|infrastructure|(?:api )?documentation|docs|branding|seo)\b"
)
"""What a document may be about that is no code of the product."""
_OF_WHOLE = regex(
    r"(?i)(?:readme|index|status)(?:[._-](?:[a-z]{2}(?:[-_][a-z]{2})?|new|final|old|main|updated?|report|summary|v?\d+))*\Z"
)
CRITICAL = regex(
    r"(?i)auth|login|verif|permission|pay|charge|refund|sign|token|encrypt|withdraw|transfer|never compiled"
)
"""Names of what hurts most where it is missing."""
_VERBS = frozenset(
    {
        "get", "set", "create", "make", "do", "run", "handle", "process", "fetch", "load", "on", "use", "init",
        "is", "has", "add", "update", "delete", "remove", "send", "the", "a", "an", "of", "for", "to", "and", "by",
        "with", "from", "new", "async", "service", "manager", "handler", "data",
    }
)  # fmt: skip
_WORD = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_GENERIC = frozenset(
    {
        "implementation", "status", "report", "summary", "final", "complete", "completion", "completed", "project",
        "production", "readiness", "ready", "deployment", "launch", "audit", "progress", "release", "overview",
        "documentation", "docs", "system", "platform", "verification", "validation", "checklist", "guide", "phase",
        "step", "sprint", "milestone", "hackathon", "submission", "handoff", "session", "development", "technical",
        "engineering", "test", "testing", "tests", "quality", "current", "master", "living", "document", "service",
        "services", "integration", "support", "feature", "features", "management", "infrastructure", "component",
        "components", "architecture", "module", "application", "review", "results", "executive", "delivery", "work",
        "overall", "general", "conclusion", "highlights", "metrics", "at", "glance", "version", "date", "update", "code", "base", "codebase", "everything", "what", "done", "notice", "state", "health", "build",
    }
)  # fmt: skip
"""Words of titles and rows that name no part."""


def telling(words: Iterable[str], least: int) -> frozenset[str]:
    """The beginnings of the words of a length that name a part of the work."""
    small = (word.lower() for word in words if len(word) >= least)
    return frozenset(_stem(word) for word in small if word not in _GENERIC | _VERBS)


def title(path: str, text: str) -> frozenset[str]:
    """The beginnings of the words of a document's title, or of its name, that tell a part of the work; none for a README."""
    name = _stem_of(path)
    return frozenset() if _OF_WHOLE.match(name) else heading(text) or telling(_WORD.findall(name), 4)


def _stem_of(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def area_of(path: str, text: str) -> str:
    """What a document is about by its title, if that is an area beside the code; empty for any other."""
    found = re.search(r"^# +(.{3,120})$", text[:3000], re.MULTILINE)
    said = _AREA.search(f"{path.rpartition('/')[2].replace('_', ' ')} {found[1] if found else ''}")
    return said[0].lower() if said else ""


def is_named_after_part(path: str) -> bool:
    """Whether a document's file name has a word that is not said of any work: ``PRODUCTION_STATUS`` has none."""
    return bool(telling(_WORD.findall(_stem_of(path)), 4))


def is_of_part(path: str, text: str) -> bool:
    """Whether a document's title says that it is about a part: features, a page, a design."""
    found = re.search(r"^# +(.{3,120})$", text[:3000], re.MULTILINE)
    return _PARTS.search(found[1] if found else path.rpartition("/")[2].replace("_", " ")) is not None


def heading(text: str) -> frozenset[str]:
    """The beginnings of the words of the first heading that are not said of any work."""
    found = re.search(r"^# +(.{3,120})$", text[:3000], re.MULTILINE)
    return telling(_WORD.findall(found[1]), 4) if found else frozenset()


def is_claimed(name: str, line: str) -> bool:
    """Whether a short row is about the function of a name: all words of the name stand in it, by their beginnings."""
    named, said = _words_of_name(name), _said_in(line)
    whole = len(named) > 1 or re.search(rf"\b{re.escape(name)}\b", line, re.IGNORECASE) is not None
    return bool(named) and whole and named <= said[0] and said[1] <= len(named) + 1


@lru_cache(maxsize=5_000)
def _words_of_name(name: str) -> frozenset[str]:
    """The beginnings of the words that tell a function from others; none if they are too few for that."""
    words = [word.lower() for word in _WORD.findall(name)]
    found = frozenset(_stem(word) for word in words if word not in _VERBS and len(word) > 2)
    one = len(found) == 1 and (len(name) < 6 or len(words) > 1)
    return frozenset() if one else found


@lru_cache(maxsize=5_000)
def _said_in(line: str) -> tuple[frozenset[str], int]:
    """The beginnings of a row's words, and how many words it has."""
    said = [_stem(word.lower()) for word in _WORD.findall(TICK.sub("|", line)) if word.lower() not in _VERBS]
    return frozenset(said), len(said)


@lru_cache(maxsize=5_000)
def _words_of(place: str) -> frozenset[str]:
    return frozenset(_stem(word.lower()) for word in _WORD.findall(place) if len(word) > 4)


def is_part_of(about: frozenset[str], place: str) -> bool:
    """Whether a claim about a part is about the code at a place: a path and a name."""
    return not about or len(about & _words_of(place)) >= min(len(about), 2)


def closeness(near: frozenset[str], place: str) -> tuple[int, bool]:
    """How much the code at a place has to do with a section, and whether it is of the kind that hurts most; more is greater."""
    return len(near & _words_of(place)), CRITICAL.search(place) is not None


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return re.sub(r"(?:ations?|ing|ions?|als?|ies|es|ed|s|e|y)$", "", word)[:6] if len(word) > 4 else word.rstrip("s")
