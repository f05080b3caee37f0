"""Whether the locks of Cargo and Go hold what the manifests ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._stale import Complaint
from toolkit.documents import gomod, toml
from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import CRATE_KINDS
from toolkit.places import folder_of, inside, matching, table, texts, upward
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["go", "rust"]

_CRATE = regex(r'^\[\[(?:package|patch\.unused)\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"', re.MULTILINE)
_NAME = regex(r'(?m)^name = "([^"]+)"')
_DEPENDS = regex(r'"([^"\s]+)')
_STARTS = (
    "*.yml",
    "*.yaml",
    "*.sh",
    "Dockerfile*",
    "*.Dockerfile",
    "[Mm]akefile",
    "*.mk",
    "justfile",
    "package.json",
    "*.toml",
)
_HELD = regex(r"\bcargo\b(?:[^\n\\]|\\\n?)*--(?:locked|frozen)(?![\w-])")
"""Where cargo is started, and how it is held to the lock."""
_FULL_FROM = (1, 17)
"""From this Go on ``go.mod`` lists every module, so that ``go.sum`` must hold each."""


class _Root(NamedTuple):
    """The manifest of a workspace, its table of that name, and what the lock says that each member depends on."""

    path: str
    document: toml.Document | None
    workspace: dict[str, Any]
    depends: dict[str, frozenset[str]]


def _members(text: str) -> dict[str, frozenset[str]]:
    """What each package of this repository depends on by the lock, if anything; those of a registry have a source."""
    found: dict[str, frozenset[str]] = {}
    for block in text.split("[[package]]")[1:]:
        name = _NAME.search(block)
        if name and "\nsource = " not in block:
            listed = block.partition("dependencies = [")[2].partition("]")[0]
            found.update({name[1]: frozenset(_DEPENDS.findall(listed))} if listed.strip() else {})
    return found


def rust(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Members and requirements that ``cargo --locked`` would not find in ``Cargo.lock``."""
    text = text_of(context, subproject.lockfile or "")
    locked: dict[str, list[str]] = {}
    for name, version in _CRATE.findall(text):
        locked.setdefault(name, []).append(version)
    if not locked and "[[package]]" in text:
        return
    manifest = inside(subproject.path, "Cargo.toml")
    top = context.readable(manifest, toml.parse)
    workspace = table(top.data, "workspace") if top else {}
    root = _Root(manifest, top, workspace, _members(text))
    crates = [*(subproject.members), subproject.path]
    members = {
        folder for glob in texts(workspace.get("members")) for folder in matching(crates, subproject.path, glob)
    } | {subproject.path}
    for folder in (subproject.path, *subproject.members):
        path = inside(folder, "Cargo.toml")
        document = context.readable(path, toml.parse)
        if document is None or not table(document.data, "package"):
            continue
        yield from _own_version(context, path, document, root, locked)
        yield from _crate(path, document, root, locked, is_member=folder in members)


def _own_version(
    context: Inspection, path: str, document: toml.Document, root: _Root, locked: dict[str, list[str]]
) -> Iterator[Complaint]:
    """A version of the crate itself that the lock has otherwise: Cargo writes it anew without a word, unless it is held to the lock."""
    package = table(document.data, "package")
    name, version = package.get("name"), package.get("version", "0.0.0")
    if isinstance(version, dict):
        version = table(root.workspace, "package").get("version")
    if isinstance(name, str) and isinstance(version, str) and version not in (held := locked.get(name, [version])):
        said = f"{name} is locked at {', '.join(held)}, not {version}"
        line = document.line(("package", "version"))
        yield Complaint(path, line, said, severity="error" if _is_held(context) else "warning")


@once_a_run
def _is_held(context: Inspection) -> bool:
    """Whether something here has cargo refuse a lock that does not fit."""
    files = holding(context, ("--locked", "--frozen"), _STARTS)
    return any(_HELD.search(text_of(context, path, errors="replace")) for path in files)


def _crate(
    path: str, document: toml.Document, root: _Root, locked: dict[str, list[str]], *, is_member: bool
) -> Iterator[Complaint]:
    name = table(document.data, "package").get("name")
    if isinstance(name, str) and name not in locked:
        yield Complaint(path, document.line(("package", "name")), f"the crate {name} is not in the lock")
        return
    for at, target in _tables(document.data):
        if not is_member and at[-1] == "dev-dependencies":
            continue  # those of a path dependency are not resolved
        for key, value in target.items():
            inherited = _is_inherited(value)
            wanted = table(root.workspace, "dependencies").get(key) if inherited else value
            lack = _lacks(key, wanted, locked)
            if not lack and is_member and not _has(root.depends, str(name), key, wanted):
                yield Complaint(path, document.line((*at, key)), f"the lock has {key}, but not for {name}")
            elif lack and inherited and root.document is not None and key in locked:
                yield Complaint(root.path, root.document.line(("workspace", "dependencies", key)), lack)
            elif lack:
                yield Complaint(path, document.line((*at, key)), lack)


def _tables(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for kind in CRATE_KINDS:
        yield (kind,), table(data, kind)
    for condition in table(data, "target"):
        for kind in CRATE_KINDS:
            yield ("target", condition, kind), table(data, "target", condition, kind)


def _has(depends: dict[str, frozenset[str]], crate: str, key: str, value: Any) -> bool:
    """Whether the lock gives a requirement to a crate; what cannot be told counts as given."""
    name = table({"": value}, "").get("package", key)
    return crate not in depends or name in (*depends[crate], crate) or not isinstance(value, str | dict)


def _is_inherited(value: Any) -> bool:
    return isinstance(value, dict) and value.get("workspace") is True


def _lacks(key: str, value: Any, locked: dict[str, list[str]]) -> str:
    """What the lock lacks of one requirement; empty if nothing, or if it cannot be told."""
    spec = value if isinstance(value, str) else table({"": value}, "").get("version")
    name = table({"": value}, "").get("package", key)
    if not isinstance(value, str | dict) or not isinstance(name, str):
        return ""
    if name not in locked:
        return f"{name} is not in the lock"
    from_registry = isinstance(value, str) or not ({"path", "git", "registry"} & value.keys())
    if not isinstance(spec, str) or not from_registry:
        return ""
    exact = spec.strip().removeprefix("=").strip()
    if spec.strip().startswith("=") and "-" in exact:  # a pre-release that is named is no other one
        return (
            ""
            if exact in locked[name]
            else f"{name} is locked at {', '.join(locked[name])}, which {spec} does not allow"
        )
    wanted = ", ".join(f"^{part.strip()}" if part.strip()[:1].isdigit() else part.strip() for part in spec.split(","))
    try:
        fits = any(overlap(version.partition("+")[0], wanted) for version in locked[name])
    except ConfigurationError:
        return ""
    return "" if fits else f"{name} is locked at {', '.join(locked[name])}, which {spec} does not allow"


def go(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Required modules without the checksum that every Go command asks for."""
    folders = {folder_of(subproject.manifest), *subproject.members}
    own = frozenset(_module(context, folder) for folder in folders)
    for folder in sorted(folders):
        path = inside(folder, "go.mod")
        document = context.readable(path, gomod.parse)
        if document is None or inside(folder, "vendor") in context.inventory.folders:
            continue
        paths = {inside(up, "go.work.sum") for up in upward(folder)} | {inside(one, "go.sum") for one in folders}
        sums = "\n".join(text_of(context, one) for one in sorted(paths) if context.is_file(one))
        if sums:
            yield from _sums(path, document, sums, own)


def _module(context: Inspection, folder: str) -> str:
    """The module of a folder: in a workspace its requirement is met by the folder, whatever version is named."""
    match = re.search(r"(?m)^module\s+(\S+)", text_of(context, inside(folder, "go.mod")))
    return match[1] if match else ""


def _sums(path: str, document: gomod.Document, sums: str, own: frozenset[str]) -> Iterator[Complaint]:
    replaced = {item.module: item for item in document.replaces}
    full = tuple(int(part) for part in re.findall(r"\d+", document.go)[:2]) >= _FULL_FROM
    held = {" ".join(line.split()[:2]) for line in sums.splitlines()}
    for item in document.requires:
        stand_in = replaced.get(item.module)
        if stand_in is not None and (stand_in.is_local or stand_in.version not in ("", item.version)):
            continue
        module, version = (stand_in.target, stand_in.target_version) if stand_in else (item.module, item.version)
        if full and module not in own and f"{module} {version}/go.mod" not in held:
            yield Complaint(path, item.line, f"go.sum has no checksum of {module} {version}")
