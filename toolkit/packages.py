"""What package managers call things: tables of manifests, files of locks, names of packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "CRATE_KINDS",
    "EVERYWHERE",
    "INSTALLED_KINDS",
    "INSTALL_SCRIPTS",
    "JAVASCRIPT_MANAGERS",
    "KINDS",
    "LOCKS",
    "MANAGERS",
    "MANIFESTS",
    "PNPM_FOR_SETTINGS",
    "PYTHON_SOURCES",
    "SETUP_NODE_CACHES",
    "SETUP_PYTHON_CACHES",
    "TEXT_LOCKS",
    "is_settings_only",
    "normalized",
    "poetry_tables",
    "python_requirements",
]

EVERYWHERE = frozenset({"-r", "--recursive", "--workspaces", "-ws"})
"""Options by which a manager runs a script in every package of a workspace."""
MANIFESTS = ("package.json", "pyproject.toml", "setup.py", "requirements.txt", "Cargo.toml", "go.mod")
"""What a project of any language begins with."""
INSTALLED_KINDS = ("dependencies", "devDependencies", "optionalDependencies")
KINDS = (*INSTALLED_KINDS, "peerDependencies")
"""Tables of a ``package.json``; of peers a manager installs what it likes."""
INSTALL_SCRIPTS = ("preinstall", "install", "postinstall", "prepare")
"""Scripts of a ``package.json`` that an install of it runs, in this order."""
CRATE_KINDS = ("dependencies", "dev-dependencies", "build-dependencies")
"""Tables of a ``Cargo.toml``."""
PYTHON_SOURCES = ("tool", "uv", "sources")

PNPM_FOR_SETTINGS = ">=10.5.0"
"""The versions of pnpm that take a ``pnpm-workspace.yaml`` with settings and without ``packages`` (tried with 9.15, 10.0, 10.4, 10.5 and 10.34)."""

SETUP_NODE_CACHES: Mapping[str, tuple[str, ...]] = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock"),
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
}
"""What ``setup-node`` looks for at the workspace's root, by its own list of patterns."""
SETUP_PYTHON_CACHES: Mapping[str, tuple[str, ...]] = {
    "pip": ("requirements.txt", "pyproject.toml"),
    "pipenv": ("Pipfile.lock",),
    "poetry": ("poetry.lock",),
}
"""What ``setup-python`` looks for anywhere in the workspace."""

MANAGERS: Mapping[str, str] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}
"""Locks of JavaScript with the manager that writes them."""
JAVASCRIPT_MANAGERS = tuple(dict.fromkeys(MANAGERS.values()))
TEXT_LOCKS = tuple(name for name in MANAGERS if name != "bun.lockb")

LOCKS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("package-lock.json", "npm-shrinkwrap.json", "bun.lock", "bun.lockb"), ("package.json",)),
    "yarn.lock": ("package.json",),
    "pnpm-lock.yaml": ("package.json", "pnpm-workspace.yaml"),
    "Cargo.lock": ("Cargo.toml",),
    "poetry.lock": ("pyproject.toml",),
    "uv.lock": ("pyproject.toml",),
    "pdm.lock": ("pyproject.toml",),
    "Pipfile.lock": ("Pipfile",),
    "go.sum": ("go.mod",),
    "go.work.sum": ("go.work",),
    "flake.lock": ("flake.nix",),
    "composer.lock": ("composer.json",),
    "Gemfile.lock": ("Gemfile", "gems.rb"),
    "mix.lock": ("mix.exs",),
    "pubspec.lock": ("pubspec.yaml",),
    "Podfile.lock": ("Podfile",),
}
"""Locks with the manifests of which one must lie beside."""

_NAME = regex(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")


def is_settings_only(data: object) -> bool:
    """Whether what a ``pnpm-workspace.yaml`` holds are settings and no packages; an empty list names none, and every pnpm takes it."""
    return isinstance(data, dict) and bool(data) and data.get("packages") is None


def normalized(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def python_requirements(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Place and name of every dependency in a ``pyproject.toml``, of whatever group."""
    places: list[tuple[str, ...]] = [("project", "dependencies"), ("tool", "uv", "dev-dependencies")]
    places += [("project", "optional-dependencies", key) for key in table(data, "project", "optional-dependencies")]
    places += [("dependency-groups", key) for key in table(data, "dependency-groups")]
    for at in places:
        items = table(data, *at[:-1]).get(at[-1])
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, str) and (match := _NAME.match(item)):
                yield (*at, number), match[1]
    for at in poetry_tables(data):
        yield from (((*at, name), name) for name in table(data, *at) if name != "python")


def poetry_tables(data: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Places of the tables in which Poetry's dependencies stand."""
    yield ("tool", "poetry", "dependencies")
    yield ("tool", "poetry", "dev-dependencies")
    yield from (("tool", "poetry", "group", key, "dependencies") for key in table(data, "tool", "poetry", "group"))
