"""Manifests and locks of the repository as several checks of this family look at them; each is read once a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import line_at, text_of
from toolkit.documents import jsonc, toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import KINDS
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = [
    "asked_at",
    "cargo",
    "dockerfiles",
    "installers",
    "is_of_the_repository",
    "line_of",
    "manager_of",
    "package",
    "packages",
    "pyprojects",
    "requirements_of",
]

_ASKS = regex(
    r'"(?:(?:dev|optional|peer)D|d)ependencies"[ \t]*:|^[ \t]*(?:\[(?:workspace\.|dev-|build-|tool\.poetry\.)?dependencies\b'
    r"|dependencies[ \t]*=|install_requires\b|(?:required_providers|provider)\b|require\b|gem\b)",
    re.MULTILINE,
)
_REQUIRED = regex(r"^[ \t]*[A-Za-z0-9].*", re.MULTILINE)
_INSTALLER = regex(r"ockerfile|\.sh$|akefile$|^justfile$")


def manager_of(ecosystem: str) -> str:
    """The manager's own name: both kinds of yarn are ``yarn``."""
    return ecosystem.partition("_")[0]


def packages(context: Inspection) -> Iterator[tuple[str, jsonc.Document]]:
    """Folder and document of every ``package.json`` that is an object, none of installed packages."""
    for path in sorted(context.inventory.named("package.json")):
        if "node_modules" not in path.split("/") and (found := package(context, path)) is not None:
            yield folder_of(path), found


def package(context: Inspection, path: str) -> jsonc.Document | None:
    """One ``package.json``; ``None`` where there is none that a manager would accept."""
    found = context.readable(path, jsonc.parse)
    return found if found and isinstance(found.data, dict) and found.strict_error is None else None


def requirements_of(data: Mapping[str, Any], kinds: tuple[str, ...] = KINDS) -> Iterator[tuple[str, str, str]]:
    """Kind, name and range of everything that a ``package.json`` declares."""
    for kind in kinds:
        table = data.get(kind)
        if isinstance(table, dict):
            yield from ((kind, name, spec) for name, spec in table.items() if isinstance(spec, str))


def is_of_the_repository(context: Inspection, name: str) -> bool:
    """Whether a name has the scope of the repository's own packages, of which it is none, and nothing of that scope comes from elsewhere."""
    scope, slash, _ = name.partition("/")
    return bool(slash) and name not in _names(context)[0] and scope in _names(context)[1]


@once_a_run
def _names(context: Inspection) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the repository's packages, and the scopes that they alone have."""
    documents = [document for _, document in packages(context)]
    own = frozenset(str(document.data.get("name")) for document in documents)
    asked = {name for document in documents for _, name, _ in requirements_of(document.data)} - own
    scopes = {name.partition("/")[0] for name in own if name.startswith("@")}
    return own, frozenset(scopes - {name.partition("/")[0] for name in asked})


def cargo(context: Inspection) -> Iterator[tuple[str, toml.Document]]:
    """Path and document of every ``Cargo.toml`` that parses."""
    return _toml(context, "Cargo.toml")


def pyprojects(context: Inspection) -> Iterator[tuple[str, toml.Document]]:
    """Path and document of every ``pyproject.toml`` that parses."""
    return _toml(context, "pyproject.toml")


def _toml(context: Inspection, name: str) -> Iterator[tuple[str, toml.Document]]:
    return context.documents(sorted(context.inventory.named(name)), toml.parse)


@once_a_run
def installers(context: Inspection) -> tuple[str, ...]:
    """Images and scripts, which may install packages by name."""
    listed = context.inventory.by_name
    return tuple(path for name, paths in listed.items() if _INSTALLER.search(name) for path in paths)


def line_of(text: str, pattern: str) -> int:
    """The 1-based line of an expression's first match; 0 without one."""
    match = re.search(pattern, text, re.MULTILINE)
    return line_at(text, match.start()) if match else 0


def asked_at(context: Inspection, path: str) -> int:
    """The line at which a manifest begins to say what it depends on; 0 where none does."""
    text = text_of(context, path)
    match = (_REQUIRED if path.endswith((".txt", ".in")) else _ASKS).search(text)
    return line_at(text, match.start()) if match else 0


def dockerfiles(context: Inspection, folder: str) -> Iterator[str]:
    """The texts of the Dockerfiles in a folder."""
    for name in ("Dockerfile", "Containerfile", "Dockerfile.dev", "Dockerfile.prod", "Dockerfile.production"):
        if context.is_file(path := inside(folder, name)):
            yield text_of(context, path)
