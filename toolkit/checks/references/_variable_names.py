"""Names of environment variables that mean the same."""

from __future__ import annotations

from toolkit.checks._likeness import likely

__all__ = ["renamed"]

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


def renamed(name: str, missing: set[str]) -> str:
    """The missing variable that another name most likely stands for."""
    long = _spelled(name)
    same = [other for other in sorted(missing) if _spelled(other) == long]
    if same:
        return same[0]
    near = likely(name, sorted(missing), 0.85, slip=True)
    # API_KEY_1 and API_KEY_2, or FOO_HOST and FOO_PORT, are two variables.
    return near if near and len(near) > 5 and abs(len(near) - len(name)) == 1 and not near[-1].isdigit() else ""


def _spelled(name: str) -> str:
    return "_".join(_SHORT.get(part, part) for part in name.upper().split("_") if part)
