"""What a document speaks for: a subproject, a folder of it, and whether that has sources and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._test_code import is_test
from toolkit.checks.code._sources import LANGUAGES
from toolkit.checks.code._subjects import (
    heading,
)
from toolkit.context import Unreadable
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["MANIFESTS", "has_sources", "has_tests", "name_of", "place_of", "scope_of"]

_WHOLE = frozenset({".", "docs", "doc", "reports", "report", "documentation", ".github", "status"})
_OF_WORDS = frozenset(
    {"ops", "operations", "runbooks", "guides", "summaries", "audits", "project", "management", "notes", "wiki"}
)
MANIFESTS = (
    "package.json", "Cargo.toml", "pyproject.toml", "setup.py", "requirements.txt", "go.mod", "Anchor.toml", "pom.xml", "build.gradle", "foundry.toml", "composer.json", "Gemfile",
)  # fmt: skip
_TEST_NAMES = ("#[test]", "#[tokio::test]", "def test_")


def name_of(context: Inspection, path: str) -> tuple[str, ...]:
    """The words of the heading of a README, which name the whole."""
    try:
        return tuple(sorted(heading(context.read(path).decode("utf-8", "replace"))))
    except Unreadable:
        return ()


def scope_of(context: Inspection, path: str) -> str:
    """The subproject that a document speaks for: the nearest folder with a manifest and sources."""
    found = (up for up in upward(folder_of(path)) if up.rpartition("/")[2].lower() not in _WHOLE)
    return next((up for up in found if _is_project(context, up) and has_sources(context, up)), ".")


def _is_project(context: Inspection, folder: str) -> bool:
    return folder == "." or any(context.is_file(inside(folder, name)) for name in MANIFESTS)


def place_of(path: str, scope: str) -> str:
    """Where the stubs lie that a document may speak of: its own folder, if that is one of neither documents nor a subproject.

    What is said in a folder of manifests for a cluster is said of them, not of the services.
    """
    folder = folder_of(path)
    documents = any(up.rpartition("/")[2].lower() in _WHOLE | _OF_WORDS for up in upward(folder) if up != ".")
    return scope if documents or below(folder, scope) else folder


def has_sources(context: Inspection, folder: str) -> bool:
    """Whether a folder holds code."""
    return any(path.endswith(tuple(LANGUAGES)) for path in context.below(folder))


@once_a_run
def has_tests(context: Inspection, scope: str) -> bool:
    """Whether there is a test at all: by its name, or as Rust keeps them, within the sources."""
    paths = context.below(scope)
    if any(
        is_test(path)
        for path in paths
        if path.endswith((".ts", ".tsx", ".js", ".jsx", ".mjs", ".py", ".rs", ".go", ".sol", ".java", ".dart"))
    ):
        return True
    for path in paths:
        if path.endswith((".rs", ".py")):
            try:
                if any(name.encode() in context.read(path) for name in _TEST_NAMES):
                    return True
            except Unreadable:
                return True
    return inside(scope, "package.json") not in context.inventory.files and not paths
