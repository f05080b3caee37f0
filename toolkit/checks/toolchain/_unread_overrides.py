"""Versions that a manifest forces on the dependencies of others, in a word that the manager does not read.

npm and bun read ``overrides``; yarn, pnpm and bun read ``resolutions``; pnpm has ``pnpm.overrides`` and the settings of its
workspace beside (tried with npm 11, yarn 1, pnpm 9 and bun 1). In a member of a workspace none of them reads any.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.toolchain._project_managers import LOCKS, Amiss, locks_of_others, workspace_of
from toolkit.documents import jsonc, yaml
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["unread_overrides"]

_ABOUT = regex(r"(?P<name>(?:@[\w.-]+/)?\b\w[\w.-]*)(?:@(?:[^>\s]|>(?![@A-Za-z]))*)?$")
_READERS = {"overrides": ("npm", "bun"), "resolutions": ("yarn", "pnpm", "bun")}
_NAMED = 4
_OTHER = {"npm": "overrides", "yarn": "resolutions", "bun": "overrides", "pnpm": "pnpm.overrides"}


def unread_overrides(context: Inspection) -> Iterator[Amiss]:
    """The words with entries that are in force nowhere; a manifest whose manager is not known says nothing."""
    for path, document in context.documents(sorted(context.named("package.json")), jsonc.parse):
        folder, data = folder_of(path), table({"": document.data}, "")
        written = {word: table(data, word) for word in _READERS if table(data, word)}
        owner = context.owner(folder, "javascript") if written and context.role(path)[0] == "own" else None
        manager = owner.ecosystem.partition("_")[0] if owner and owner.lockfile else ""
        if owner is None or manager not in LOCKS:
            continue
        member = workspace_of(context, folder) is not None
        if not member and folder != owner.path:
            continue
        known = _in_force(context, owner.path, manager)
        for word, entries in written.items():
            names = tuple(name for name in entries if _package(name) not in known)
            readers = {lock for one in _READERS[word] for lock in LOCKS[one]}
            others = not readers.isdisjoint(
                posixpath.basename(one) for one in locks_of_others(context, folder, manager)
            )
            if names and (member or (manager not in _READERS[word] and not others)):
                line = document.line((word,))
                why = f"the workspace's root decides ({owner.manifest})" if member else f"{manager} installs here"
                named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
                are = "are" if names[1:] else "is"
                text = f"{word} is not read here, for {why}: {named} {are} whatever the others ask for"
                where = f"{_OTHER[manager]} of {owner.manifest}"
                yield Amiss(
                    path, line, text, ", ".join(names[:20]), "warning", f"write them into {where}, and lock again"
                )


def _in_force(context: Inspection, folder: str, manager: str) -> frozenset[str]:
    """The packages whose version the root of a project forces, in a word that its manager reads."""
    document = context.readable(inside(folder, "package.json"), jsonc.parse)
    data = table({"": document.data}, "") if document else {}
    found = {name for word, readers in _READERS.items() if manager in readers for name in table(data, word)}
    if manager == "pnpm":
        settings = context.readable(inside(folder, "pnpm-workspace.yaml"), yaml.parse)
        found |= {*table(data, "pnpm", "overrides"), *table({"": settings.data if settings else {}}, "", "overrides")}
    return frozenset(map(_package, found))


def _package(name: str) -> str:
    """The package that an entry is about, without who asks for it and in which versions."""
    found = _ABOUT.search(name)
    return found["name"] if found else name
