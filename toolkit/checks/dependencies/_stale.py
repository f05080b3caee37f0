"""What the comparisons of locks and manifests share."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import package
from toolkit.expressions import regex
from toolkit.places import inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Severity, Subproject

__all__ = ["ELSEWHERE", "Complaint", "lists_members", "manifests", "members_names", "overridden"]

ELSEWHERE = regex(r"^(?:file|link|portal|workspace|npm|git[+:\w]*|https?|github|catalog|patch|exec|ssh)[:+]|/")
"""Specifications that are no range of versions."""


class Complaint(NamedTuple):
    """What a lock lacks: the manifest and its line that ask for it, and the lack in words.

    Args:
        severity: ``error`` where a frozen install refuses; ``warning`` where the next install rewrites the lock.
        ending: what comes of it where that is neither of the two.
        todo: what mends it where a new lock does not.
    """

    path: str
    line: int
    text: str
    severity: Severity = "error"
    ending: str = ""
    todo: str = ""


def lists_members(context: Inspection, subproject: Subproject) -> bool:
    """Whether a manager of JavaScript installs the members: those of a workspace of Nx that lists none are Nx's alone, and no lock tells of them."""
    root = package(context, inside(subproject.path, "package.json"))
    listed = root is not None and "workspaces" in root.data
    return listed or context.is_file(inside(subproject.path, "pnpm-workspace.yaml"))


def manifests(context: Inspection, subproject: Subproject) -> Iterator[tuple[str, str, jsonc.Document]]:
    """Folder relative to the root of the subproject, path and document of each manifest that its manager reads."""
    for folder in (subproject.path, *(subproject.members if lists_members(context, subproject) else ())):
        path = inside(folder, "package.json")
        document = package(context, path)
        if document is not None:
            yield posixpath.relpath(folder, subproject.path), path, document


def overridden(context: Inspection, subproject: Subproject) -> str:
    """The text in which overrides stand; a name that occurs there is not judged."""
    root = package(context, inside(subproject.path, "package.json"))
    data = root.data if root else {}
    tables = [data.get("overrides"), data.get("resolutions"), table(data, "pnpm").get("overrides")]
    extra = text_of(context, inside(subproject.path, "pnpm-workspace.yaml"))
    return repr([item for item in tables if item]) + extra.partition("overrides:")[2]


def members_names(context: Inspection, subproject: Subproject) -> set[str]:
    """The names of all packages of a workspace."""
    return {str(document.data.get("name")) for _, _, document in manifests(context, subproject)}
