"""What the name of a file or a folder says of what it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["archive_of", "handed_out", "has_placeholder", "is_backup", "is_kept_only"]

_ASIDE = r"[._]?(?:archived?|attic|deprecated|obsolete|retired|superseded|graveyard)|_(?:legacy|old|unused|disabled|deferred|parked)"
_ARCHIVES = regex(rf"(?i){_ASIDE}|[._]?old")
_OUT_OF_USE = regex(rf"(?i){_ASIDE}")
"""Those of them that a project with a manifest of its own has no other reason to be in."""
_BACKUPS = regex(
    r"(?i)(?:^|/)[^/]+(?:~|\.(?:bak|backup|orig|old|save)\d*(?:[-_.]\d[\w.-]*|[-_][\w.-]*)?|\.(?:bak|orig|old)\.\w+"
    r"|[-_]bak|[-_](?:backup|bak|old)[-_.]?\d{4}-?\d\d[\w.-]*)(?=/|$)"
    r"|(?:^|/)[._]?(?:back[-_]?ups?|bak|old|archived?|archives|legacy|retired)[-_./](?:[a-z]+[-_]){0,4}\d{4}(?:([-_.]?)\d\d\1\d\d(?:[-_.T]?\d{2}[-\d_.:]*)?Z?|[-_.]?\d\d(?:[-_.][a-z][\w.-]*)?)/"
)
"""What editors and people put aside of a file or folder, with a date perhaps; and whole trees below a date of their own."""
_MANIFESTS = (
    "package.json",
    "pyproject.toml",
    "setup.py",
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "Dockerfile",
    "__init__.py",
)
_PLACEHOLDER = regex(r"\{\{|\}\}|\{%|__[a-z]*[-_]?name(?:@[a-z]+)?__|<%")


def has_placeholder(name: str) -> bool:
    """Whether a name is to be filled in first: what bears it is handed out, and cannot be installed as it is."""
    return _PLACEHOLDER.search(name) is not None


_HANDED_OUT = regex(
    r"(?:^|[-_])(?:template|starter|boilerplate|skeleton|scaffold|cookiecutter)s?(?:$|[-_])", re.IGNORECASE
)


def is_kept_only(folder: str, is_file: Callable[[str], bool]) -> bool:
    """Whether a folder says by its name that what lies in it is only kept, and is no project itself."""
    return _ARCHIVES.fullmatch(folder.rpartition("/")[2]) is not None and not any(
        is_file(f"{folder}/{manifest}") for manifest in _MANIFESTS
    )


def archive_of(path: str) -> str:
    """The outermost folder around a path whose name says that what lies in it is out of use; empty if there is none."""
    parts = path.split("/")
    found = next((number for number, part in enumerate(parts[:-1], 1) if _OUT_OF_USE.fullmatch(part)), 0)
    return "/".join(parts[:found])


def is_backup(path: str) -> bool:
    """Whether the name of a file, or of a folder around it, says that it is what somebody put aside of another one."""
    return _BACKUPS.search(path) is not None


def handed_out(path: str) -> str:
    """The part of a path whose name says that it is copied to start something new; empty if there is none.

    What lies below it, its workflows among them, is right where it is: it is for the copies.
    """
    return next((part for part in path.split("/") if _HANDED_OUT.search(part)), "")
