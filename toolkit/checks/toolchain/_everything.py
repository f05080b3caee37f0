"""Everything in the repository that says which version of a tool is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.toolchain import _bytecode, _from_ci, _from_images, _from_manifests, _from_pins, _from_settings
from toolkit.memory import once_a_run
from toolkit.path_names import is_backup

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said

__all__ = ["everything", "has_programs"]

_SOURCES = (_from_pins, _from_manifests, _bytecode, _from_images, _from_ci, _from_settings)

_PROSE = (
    ".md",
    ".mdx",
    ".txt",
    ".rst",
    ".adoc",
    ".png",
    ".jpg",
    ".svg",
    ".pdf",
    ".json",
    ".yaml",
    ".yml",
    ".html",
    ".css",
)
_MANIFESTS = ("package.json", "pnpm-workspace.yaml")


@once_a_run
def everything(context: Inspection) -> tuple[Said, ...]:
    """Every demand in the repository's own files, by path and line; copies put aside demand nothing."""
    said = (one for source in _SOURCES for one in source.said(context))
    found = [one for one in said if not context.is_foreign(one.path) and not is_backup(one.path)]
    kept = [one for one in found if one.kind != "file" or one.folder == "." or has_programs(context, one.folder)]
    return tuple(sorted(kept, key=lambda one: (one.path, one.line, one.tool)))


def has_programs(context: Inspection, folder: str) -> bool:
    """Whether a folder holds anything but prose: a version file among documents concerns nobody."""
    names = (path.rpartition("/")[2] for path in context.below(folder))
    return any(name in _MANIFESTS or not (name.startswith(".") or name.endswith(_PROSE)) for name in names)
