"""Whether a workflow runs for a folder: it names it, fills its name in, or runs a command for the whole workspace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.places import inside, table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["has_workflow"]

_EVERYTHING = regex(
    r"\bturbo\b|\bnx\b|\blerna\b|pnpm (?:-r|--recursive|recursive)|--workspaces\b|\bworkspaces (?:foreach|run)\b|\binvoke ci\b|\btoolkit ci\b|bazel test"
    r"|\bmake (?:test|ci|check|all)\b|\bjust (?:test|ci)\b|\bmoon\b|\brush\b|--filter[= ]['\"]?\*|\bcargo\b[^\n]*\s--(?:workspace|all)\b"
)
_OF_CARGO = regex(
    r"\bcargo(?:\s+\+\S+)?\s+(?:test|nextest|build|check|clippy|llvm-cov)\b(?![^\n]*\s(?:-p|--package|--manifest-path)\b)"
)
_OF_JAVASCRIPT = regex(r"\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)")
_OF_GRADLE = regex(
    r"(?:\./)?\b(?:gradlew?|mvnw?)\b[^\n]*\b(?:test|build|check|verify|package|install)\b(?![^\n]*\s(?:-pl|-p)\b)"
)
_FILLED = r"/\$\{\{\s*(?:matrix|inputs|env)\."
_LISTED = regex(r"fromJSON\(", re.IGNORECASE)


def has_workflow(context: Inspection, folder: str) -> bool:
    """Whether one of the workflows that GitHub runs does something for a folder."""
    texts = [text_of(context, path) for path in context.below(".github/workflows") if path.endswith((".yml", ".yaml"))]
    named = re.compile(rf"(?<![\w/.-])(?:\./)?{re.escape(folder)}(?![\w.-])")
    if any(named.search(text) or _EVERYTHING.search(text) for text in texts):
        return True
    return _is_filled_in(folder, "\n".join(texts)) or any(_runs_workspace(context, folder, text) for text in texts)


def _is_filled_in(folder: str, text: str) -> bool:
    """Whether the folder's name is one of a matrix or an input that a path is filled in with, or the list is made in a step."""
    parent, _, name = folder.rpartition("/")
    if not parent or not re.search(re.escape(parent) + _FILLED, text):
        return False
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None or _LISTED.search(text) is not None


def _runs_workspace(context: Inspection, folder: str, text: str) -> bool:
    """Whether a command at the root of the workspace around a folder is one for all its members."""
    owner = context.owner(folder)
    if owner is None or owner.path != "." or folder not in owner.members:
        return False
    if owner.family == "rust":
        return _OF_CARGO.search(text) is not None
    if owner.family == "javascript":
        return any(_is_for_all(context, owner, name) for name in _OF_JAVASCRIPT.findall(text))
    return _OF_GRADLE.search(text) is not None


def _is_for_all(context: Inspection, owner: Subproject, name: str) -> bool:
    """Whether a script of the root's manifest runs for every member."""
    document = context.readable(inside(owner.path, "package.json"), jsonc.parse)
    script = table(document.data, "scripts").get(name) if document is not None else None
    return isinstance(script, str) and _EVERYTHING.search(script) is not None
