"""How much it matters that a project has no lock: what others lock when they use it is only worth knowing."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import dockerfiles, package, requirements_of
from toolkit.checks.dependencies._requirements_installed import is_installed
from toolkit.context import Unreadable
from toolkit.documents import requirements, toml
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, join, table, texts

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.model import Severity, Subproject

__all__ = ["is_of_another", "is_pinned", "worth"]

_SIDE = regex(
    r"(?:^|/)(?:docs?|documentation|(?:[\w-]+[-_])?(?:tests?|trials?|experiments?|benchmarks?|notebooks?)|examples?)/[^/]+$"
    r"|(?:^|/)requirements[-_.](?!(?:prod|production|base|main|common|core|app|api|web|server|worker|backend|runtime|deploy)\b)[\w.-]+\.txt$"
)
"""Requirements of documents, trials and single features, which nobody ships."""
_PATHS = regex(
    r"""\bpath\s{0,9}=\s{0,9}["'](?P<python>[^"'\n]{1,200})["']|"(?:file|link|portal):(?P<javascript>[^"\n]{1,200})\""""
)
_HERE = regex(r"(?:file|link|portal|workspace):|\.{0,2}/")
"""A folder of the repository, which a lock has nothing to say of."""
_NONE = regex(r"(?m)^[^\S\n]*(?:package-)?lock(?:file)?\s*=\s*false")


def is_of_another(context: Inspection, subproject: Subproject) -> bool:
    """Whether another project with a lock takes a library by its path: that lock holds what it brings, and it has no install of its own."""
    for other in context.subprojects:
        if other.family != subproject.family or other.lockfile is None or other.path == subproject.path:
            continue
        for folder in (other.path, *other.members):
            name = inside(folder, posixpath.basename(other.manifest))
            for match in _PATHS.finditer(text_of(context, name)) if context.is_file(name) else ():
                if join(folder, match["python"] or match["javascript"]) == subproject.path:
                    return True
    return False


def _is_copy(context: Inspection, subproject: Subproject) -> bool:
    """Whether a member of a workspace has the name of a package that no workspace holds: that one is installed, and this is left over."""
    own = package(context, inside(subproject.path, "package.json"))
    name = own.data.get("name") if own is not None else None
    folders = (folder for one in context.subprojects if one.family == "javascript" for folder in one.members)
    others = (package(context, inside(folder, "package.json")) for folder in folders if folder != subproject.path)
    return isinstance(name, str) and any(one is not None and one.data.get("name") == name for one in others)


_ROOT = regex(r"(?m)^[^\S\n]*(?:provider|backend|module)\s+\"|^[^\S\n]*cloud\s*\{")
"""What the configuration says that terraform is started in: a module has none of it, and takes the lock of its caller."""


def worth(context: Inspection, subproject: Subproject) -> Severity:
    """``info`` for what others lock when they use it."""
    folders = (subproject.path, *subproject.members)
    if subproject.role == "example":
        return "info"
    if subproject.family == "javascript":
        return _of_javascript(context, subproject)
    if subproject.family == "rust":
        return "warning" if any(_is_program(context, folder) for folder in folders) else "info"
    if subproject.family == "python":
        return _of_python(context, subproject)
    return "info" if subproject.family == "terraform" and not _is_started(context, subproject) else "warning"


def _of_javascript(context: Inspection, subproject: Subproject) -> Severity:
    folders = (subproject.path, *subproject.members)
    if _NONE.search(text_of(context, inside(subproject.path, ".npmrc"))):
        return "info"  # npm is told to keep none
    if not subproject.members and _is_copy(context, subproject):
        return "info"
    found = [package(context, inside(folder, "package.json")) for folder in folders]
    asked = [one for document in found if document for one in requirements_of(document.data)]
    return "info" if all(kind == "peerDependencies" or _HERE.match(spec) for kind, _, spec in asked) else "warning"


def _is_started(context: Inspection, subproject: Subproject) -> bool:
    """Whether terraform is started in a folder, which is no module."""
    here = (path for path in context.below(subproject.path) if folder_of(path) == subproject.path)
    return any(_ROOT.search(text_of(context, path)) for path in here if path.endswith((".tf", ".tofu")))


def _of_python(context: Inspection, subproject: Subproject) -> Severity:
    if subproject.ecosystem == "pip":
        slight = is_pinned(context, subproject.manifest) or not is_installed(context, subproject.manifest)
        return "info" if slight or _SIDE.search(subproject.manifest) else "warning"
    try:
        data = context.toml(subproject.manifest)
    except Unreadable:
        return "info"
    told = table(data, "project").keys() | table(data, "tool", "poetry").keys()
    shown = {"classifiers", "urls", "keywords", "homepage", "repository"} & told
    program = any(dockerfiles(context, folder_of(subproject.manifest)))
    if not program and subproject.choice.why.startswith("default"):
        return "info"  # pip installs it, and reads no lock that another manager makes
    published = "build-system" in data and bool(shown) and "uv" not in table(data, "tool") and not program
    declared = table(data, "project").get("dependencies") or table(data, "tool", "poetry", "dependencies")
    pinned = bool(declared) and is_pinned(context, subproject.manifest)
    return "info" if published or pinned or not (declared or table(data, "dependency-groups")) else "warning"


def is_pinned(context: Inspection, path: str) -> bool:
    """Whether every requirement of a list or of a ``pyproject.toml`` names one version: what a lock would add is hashes."""
    if path.endswith(".toml"):
        document = context.readable(path, toml.parse)
        asked = texts(table(document.data, "project").get("dependencies")) if document else []
        found = requirements.parse("\n".join(asked)).requirements
    else:
        listed = context.readable(path, requirements.parse)
        found = listed.requirements if listed else ()
    return bool(found) and all(one.is_pinned or one.is_local for one in found)


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
