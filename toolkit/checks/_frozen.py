"""Installs that a lock holds to what it says, and that fail without one."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.values import frozen
from toolkit.words import option

if TYPE_CHECKING:
    from toolkit.checks._shell import Simple

__all__ = ["WORKSPACES", "Frozen", "frozen_by"]


@frozen
class Frozen:
    """An install that needs a lock.

    Args:
        names: the locks, any of which will do.
        workspace: the file beside a lock further up that makes the lock count below, and the key in it.
        fatal: whether it fails without.
    """

    names: tuple[str, ...]
    workspace: tuple[str, str] = ("", "")
    fatal: bool = True


WORKSPACES = ("package.json", "workspaces")
_FROZEN = (
    (
        regex(r"npm\b.* (?:ci|clean-install|install-clean|cit)\b"),
        Frozen(("package-lock.json", "npm-shrinkwrap.json"), WORKSPACES),
    ),
    (
        regex(r"pnpm\b.* (?:i|install)\b.*--frozen-lockfile(?!=false)|pnpm (?:ci|install-clean)\b"),
        Frozen(("pnpm-lock.yaml",), ("pnpm-workspace.yaml", "")),
    ),
    (regex(r"yarn\b.*--immutable\b"), Frozen(("yarn.lock",), WORKSPACES)),
    # Yarn 1 goes on without a lock, and freezes nothing.
    (regex(r"yarn\b.*--frozen-lockfile\b"), Frozen(("yarn.lock",), WORKSPACES, fatal=False)),
    # So does bun from 1.1 on.
    (
        regex(r"bun (?:i|install)\b.*--frozen-lockfile\b|bun ci\b"),
        Frozen(("bun.lock", "bun.lockb"), WORKSPACES, fatal=False),
    ),
    (regex(r"uv (?:sync|run)\b.*--(?:locked|frozen)\b"), Frozen(("uv.lock",), ("pyproject.toml", "tool"))),
    (
        regex(r"cargo (?:\+\S+ )?(?:build|test|check|clippy|run|nextest)\b.*--(?:locked|frozen)\b"),
        Frozen(("Cargo.lock",), ("Cargo.toml", "workspace")),
    ),
    (regex(r"pipenv (?:install\b.*--deploy|sync\b)"), Frozen(("Pipfile.lock",))),
    (regex(r"bundle install\b.*--(?:frozen|deployment)\b"), Frozen(("Gemfile.lock",))),
    (regex(r"pdm (?:install|sync)\b.*--frozen-lockfile\b"), Frozen(("pdm.lock",))),
    (regex(r"poetry check --lock\b"), Frozen(("poetry.lock",))),
    # Where there is no lock, ``sync`` makes one, as ``install`` does.
    (regex(r"poetry sync\b"), Frozen(("poetry.lock",), fatal=False)),
)
_PLACES = ("--prefix", "-C", "--dir", "--cwd", "--directory", "--project")
_SELECTS = regex(r" (?:-w|--workspaces?|--filter|-F|-r|--recursive|--package|--path|--script)\b")
"""Options that let another lock count: of a member, or with ``uv run --script`` the one beside the script, if that has requirements."""


def frozen_by(command: Simple) -> tuple[Frozen, str] | None:
    """The lock that a command needs, and the folder it is told to work in; ``None`` where it needs none for sure."""
    text = command.text
    kind = next((kind for pattern, kind in _FROZEN if pattern.match(text)), None)
    if kind is None or _SELECTS.search(text):
        return None
    place = option(command.words, *_PLACES)
    if manifest := option(command.words, "--manifest-path"):
        place = posixpath.dirname(manifest) or "."
    return None if place.startswith(("/", "~")) or re.search(r"[$*`]", place) else (kind, place or ".")
