"""Names of environment variables that mean the same."""

from __future__ import annotations

from toolkit.checks._likeness import likely

__all__ = ["renamed", "reworded"]

_SHORT = {
    "DB": "DATABASE",
    "PG": "POSTGRES",
    "URI": "URL",
    "PASS": "PASSWORD",
    "PWD": "PASSWORD",
    "HOSTNAME": "HOST",
    "USERNAME": "USER",
}
"""Short words, and what they stand for."""
_ALIKE = (
    {"DIR", "DIRECTORY", "PATH", "FOLDER", "ROOT", "BASE"},
    {"URL", "ENDPOINT", "ADDRESS", "ADDR", "DSN"},
    {"KEY", "TOKEN", "SECRET"},
    {"ENV", "ENVIRONMENT", "MODE", "STAGE"},
    {"TIMEOUT", "TTL", "EXPIRY", "EXPIRES", "EXPIRATION"},
    {"USER", "LOGIN"},
    {"SIZE", "LIMIT", "MAX"},
    {"ENABLED", "ENABLE", "ON"},
)
"""Words of which one is written for another."""
_APART = frozenset((
    *("TEST", "DEV", "PROD", "STAGING", "LOCAL", "PUBLIC", "PRIVATE", "READ", "WRITE", "READER", "WRITER", "REPLICA", "ADMIN"),
    *("INTERNAL", "EXTERNAL", "MIN", "MAX", "OLD", "NEW", "NEXT", "PREVIOUS", "BACKUP", "PRIMARY", "SECONDARY", "REFRESH", "ACCESS"),
    *("DEFAULT", "FALLBACK", "DIRECT", "POOL", "POOLED", "SHADOW", "NO", "DISABLE", "SKIP", "CLIENT", "SERVER"),
))  # fmt: skip
"""Words with which a variable is another one than without."""


def renamed(name: str, missing: set[str]) -> str:
    """The missing variable that another name most likely stands for."""
    long = _spelled(name)
    same = [other for other in sorted(missing) if _spelled(other) == long]
    if same:
        return same[0]
    near = likely(name, sorted(missing), 0.85, slip=True)
    # API_KEY_1 and API_KEY_2, or FOO_HOST and FOO_PORT, are two variables.
    return near if near and len(near) > 5 and abs(len(near) - len(name)) == 1 and not near[-1].isdigit() else ""


def reworded(name: str, missing: set[str]) -> str:
    """The one missing variable that differs from another name by a word; empty if none or several do."""
    words = _spelled(name).split("_")
    near = sorted(other for other in missing if _differs_by_a_word(words, _spelled(other).split("_")))
    return near[0] if len(near) == 1 else ""


def _differs_by_a_word(one: list[str], other: list[str]) -> bool:
    """Whether two names have the same words in another order, one word more, or one that is written for another."""
    if len(one) == len(other):
        pairs = [(left, right) for left, right in zip(one, other, strict=True) if left != right]
        alike = len(pairs) == 1 and len(one) > 1 and any(set(pairs[0]) <= group for group in _ALIKE)
        return alike or (len(one) > 2 and sorted(one) == sorted(other))
    short, long = sorted((one, other), key=len)
    more = [word for word in long if word not in short]
    # What is left without the word has to be a name of its own: PORT and API_PORT are two variables.
    return (
        len(long) == len(short) + 1 == len(short) + len(more)
        and len(short) > 1
        and [word for word in long if word not in more] == short
        and more[0] not in _APART
        and not more[0].isdigit()
    )


def _spelled(name: str) -> str:
    return "_".join(_SHORT.get(part, part) for part in name.upper().split("_") if part)
