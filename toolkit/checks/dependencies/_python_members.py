"""Members and folders that Python projects name and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import pyprojects
from toolkit.expressions import regex
from toolkit.packages import PYTHON_SOURCES, normalized, poetry_tables, python_requirements
from toolkit.places import below, folder_of, inside, join, matching, table, texts
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["Lost", "members", "paths", "requirements", "texts_in_place"]

_MAGIC = regex(r"[*?\[]")
_OF_TOX = regex(
    r"(?m)^[ \t]*(?:deps[ \t]*=[ \t]*)?-r[ \t]*(?:\{toxinidir\}/)?(?P<path>[\w./-]+\.(?:txt|in))[ \t]*(?:[;#].*)?$"
)
"""What environments of tox install, from the folder of their file."""
_LINE = regex(
    r"(?m)^[ \t]*(?:-e|--editable|-r|--requirement|-c|--constraint)[ =]+(?P<path>\.{0,2}[\w./-]+)(?:\[[\w,-]+\])?[ \t]*(?:[;#].*)?$"
)


class Lost(NamedTuple):
    """An entry that names what is not there: its file, line, text, what is wrong, and how much that matters."""

    path: str
    line: int
    entry: str
    text: str
    severity: Severity


def members(context: Inspection) -> Iterator[Lost]:
    """Members of uv's workspaces: uv passes over what does not exist, and refuses a folder without a manifest."""
    for path, document in pyprojects(context):
        workspace = table(document.data, "tool", "uv", "workspace")
        excluded = [one for item in texts(workspace.get("exclude")) for one in _folders(context, path, item)]
        for number, entry in enumerate(texts_in_place(workspace.get("members"))):
            line = document.line(("tool", "uv", "workspace", "members", number))
            found = _folders(context, path, entry)
            if not found:
                yield Lost(path, line, entry, f"the workspace's {entry} matches no folder", "warning")
            bare = [one for one in found if _is_bare(context, one) and not any(below(item, one) for item in excluded)]
            if bare and _MAGIC.search(entry):
                text = f"{bare[0]} matches the workspace's {entry} and has no pyproject.toml: uv refuses the workspace"
                yield Lost(path, line, ", ".join(bare), text, "error")
            elif bare:
                yield Lost(path, line, entry, f"the workspace lists {entry}, which has no pyproject.toml", "error")


def texts_in_place(value: Any) -> list[str]:
    """A list's texts; what is no text counts as the folder itself, so that positions stay."""
    return [item if isinstance(item, str) else "." for item in value] if isinstance(value, list) else []


def _folders(context: Inspection, path: str, entry: str) -> list[str]:
    """The folders of a clone that an entry names; all it may name where a submodule or a link hides them."""
    base = folder_of(path)
    target = join(base, entry)
    if target is None or (not _MAGIC.search(entry) and resolve(context, entry, base).fine):
        return [target or "."]
    found = matching(context.inventory.folders, base, entry) if _MAGIC.search(entry) else ()
    return [
        one for one in found if resolve(context, one).kind == "exists" and not one.rpartition("/")[2].startswith(".")
    ]


def _is_bare(context: Inspection, folder: str) -> bool:
    tracked = any(one in context.inventory.tracked_set for one in context.below(folder))
    return tracked and resolve(context, inside(folder, "pyproject.toml")).kind == "missing"


def paths(context: Inspection) -> Iterator[Lost]:
    """Dependencies by path or as members of the workspace, in ``[tool.uv.sources]`` and Poetry's tables."""
    names = {normalized(str(table(one.data, "project").get("name"))) for _, one in pyprojects(context)}
    for path, document in pyprojects(context):
        asked = {normalized(name) for _, name in python_requirements(document.data)}
        for at in (PYTHON_SOURCES, *poetry_tables(document.data)):
            for name, value in table(document.data, *at).items():
                given = table({"": value}, "")
                target, line = given.get("path"), document.line((*at, name))
                if isinstance(target, str) and resolve(context, target, folder_of(path)).kind == "missing":
                    yield Lost(
                        path, line, target, f"{name} is at {target}, which does not exist: the install fails", "error"
                    )
                elif given.get("workspace") is True and normalized(name) in asked - names:
                    text = f"{name} is to come from the workspace, which has no such member: uv refuses to lock"
                    yield Lost(path, line, name, text, "error")


def requirements(context: Inspection) -> Iterator[Lost]:
    """Files and folders that requirements files include; pip counts ``-r`` from the file and ``-e`` from its own folder."""
    for path in sorted(set(context.matching("*requirements*.txt", "*requirements*.in", "tox.ini"))):
        text = text_of(context, path)
        for match in (_OF_TOX if path.endswith("tox.ini") else _LINE).finditer(text):
            bases = {folder_of(path), ".", folder_of(folder_of(path)) if "/" in path else "."}
            found = [resolve(context, match["path"], base).kind for base in bases]
            if "missing" in found and set(found) <= {"missing", "outside"}:
                line = line_at(text, match.start("path"))
                what = f"{match['path']} is included, which does not exist: the install fails"
                yield Lost(path, line, match[0].strip(), what, "error")
