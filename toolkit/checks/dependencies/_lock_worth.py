"""How much it matters that a project has no lock: what others lock when they use it is only worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import dockerfiles, package
from toolkit.checks.dependencies._requirements_installed import is_installed
from toolkit.context import Unreadable
from toolkit.documents import requirements
from toolkit.expressions import regex
from toolkit.packages import KINDS
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.model import Severity, Subproject

__all__ = ["is_pinned", "worth"]

_NONE = regex(r"(?m)^[^\S\n]*(?:package-)?lock(?:file)?\s*=\s*false")


def worth(context: Inspection, subproject: Subproject) -> Severity:
    """``info`` for what others lock when they use it."""
    folders = (subproject.path, *subproject.members)
    if subproject.family == "javascript":
        if _NONE.search(text_of(context, inside(subproject.path, ".npmrc"))):
            return "info"  # npm is told to keep none
        found = [package(context, inside(folder, "package.json")) for folder in folders]
        kinds = {kind for one in found if one for kind in KINDS if one.data.get(kind)}
        return "info" if kinds <= {"peerDependencies"} else "warning"
    if subproject.family == "rust":
        return "warning" if any(_is_program(context, folder) for folder in folders) else "info"
    if subproject.family == "python":
        return _of_python(context, subproject)
    return "info" if subproject.family == "terraform" and subproject.role == "example" else "warning"


def _of_python(context: Inspection, subproject: Subproject) -> Severity:
    if subproject.ecosystem == "pip":
        slight = is_pinned(context, subproject.manifest) or not is_installed(context, subproject.manifest)
        return "info" if slight else "warning"
    try:
        data = context.toml(subproject.manifest)
    except Unreadable:
        return "info"
    told = table(data, "project").keys() | table(data, "tool", "poetry").keys()
    shown = {"classifiers", "urls", "keywords", "homepage", "repository"} & told
    program = any(dockerfiles(context, folder_of(subproject.manifest)))
    published = "build-system" in data and bool(shown) and "uv" not in table(data, "tool") and not program
    declared = table(data, "project").get("dependencies") or table(data, "tool", "poetry", "dependencies")
    return "info" if published or not (declared or table(data, "dependency-groups")) else "warning"


def is_pinned(context: Inspection, path: str) -> bool:
    """Whether every requirement names one version: what a lock would add is hashes."""
    if (found := context.readable(path, requirements.parse)) is None:
        return False
    return bool(found.requirements) and all(one.is_pinned or one.is_local for one in found.requirements)


def _is_program(context: Inspection, folder: str) -> bool:
    """Whether a crate gives something to run or to deploy."""
    try:
        data = context.toml(inside(folder, "Cargo.toml"))
    except Unreadable:
        return False
    kinds = table(data, "lib").get("crate-type")
    return (
        bool(data.get("bin"))
        or context.is_file(inside(folder, "src/main.rs"))
        or inside(folder, "src/bin") in context.inventory.folders
        or (isinstance(kinds, list) and "cdylib" in kinds)
    )
