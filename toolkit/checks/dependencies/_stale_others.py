"""Whether the locks of Cargo, uv, Poetry, Go and pip-tools hold what the manifests ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.dependencies._manifests import read_text
from toolkit.checks.dependencies._stale_javascript import Complaint
from toolkit.context import Unreadable
from toolkit.documents import gomod, requirements, toml
from toolkit.errors import ConfigurationError
from toolkit.places import folder_of, inside, matching, table, texts, upward
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["go", "pip", "python", "rust"]

_CRATE = re.compile(r'^\[\[(?:package|patch\.unused)\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"', re.MULTILINE)
_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")
_UV_PACKAGE = re.compile(r'^name = "([^"]+)"', re.MULTILINE)
_FULL_FROM = (1, 17)
"""From this Go on ``go.mod`` lists every module, so that ``go.sum`` must hold each."""


def normalized(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def rust(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Members and requirements that ``cargo --locked`` would not find in ``Cargo.lock``."""
    text = read_text(context, subproject.lockfile or "")
    locked: dict[str, list[str]] = {}
    for name, version in _CRATE.findall(text):
        locked.setdefault(name, []).append(version)
    if not locked and "[[package]]" in text:
        return
    root = _document(context, inside(subproject.path, "Cargo.toml"))
    workspace = table(root.data, "workspace") if root else {}
    crates = [*(subproject.members), subproject.path]
    members = {
        folder for glob in texts(workspace.get("members")) for folder in matching(crates, subproject.path, glob)
    } | {subproject.path}
    for folder in (subproject.path, *subproject.members):
        path = inside(folder, "Cargo.toml")
        document = _document(context, path)
        if document is None or not table(document.data, "package"):
            continue
        yield from _crate(path, document, workspace, locked, is_member=folder in members)


def _document(context: Inspection, path: str) -> toml.Document | None:
    if not context.is_file(path):
        return None
    try:
        return context.document(path, toml.parse)
    except Unreadable:
        return None


def _crate(
    path: str, document: toml.Document, workspace: dict[str, Any], locked: dict[str, list[str]], *, is_member: bool
) -> Iterator[Complaint]:
    package = table(document.data, "package")
    name, version = package.get("name"), package.get("version", "0.0.0")
    if isinstance(version, dict):
        version = table(workspace, "package").get("version")
    if isinstance(name, str) and name not in locked:
        yield Complaint(path, document.line(("package", "name")), f"the crate {name} is not in the lock")
        return
    if isinstance(name, str) and isinstance(version, str) and version not in locked[name]:
        held = ", ".join(locked[name])
        yield Complaint(path, document.line(("package", "version")), f"{name} is locked at {held}, not {version}")
    for at, target in _tables(document.data):
        if not is_member and at[-1] == "dev-dependencies":
            continue  # those of a path dependency are not resolved
        for key, value in target.items():
            wanted = table(workspace, "dependencies").get(key) if _is_inherited(value) else value
            lack = _lacks(key, wanted, locked)
            if lack:
                yield Complaint(path, document.line((*at, key)), lack)


def _tables(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    for kind in _TABLES:
        yield (kind,), table(data, kind)
    for condition in table(data, "target"):
        for kind in _TABLES:
            yield ("target", condition, kind), table(data, "target", condition, kind)


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
    wanted = ", ".join(f"^{part.strip()}" if part.strip()[:1].isdigit() else part.strip() for part in spec.split(","))
    try:
        fits = any(overlap(version.partition("+")[0], wanted) for version in locked[name])
    except ConfigurationError:
        return ""
    return "" if fits else f"{name} is locked at {', '.join(locked[name])}, which {spec} does not allow"


def python(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Dependencies of uv and Poetry projects whose names the lock does not know."""
    text = read_text(context, subproject.lockfile or "")
    locked = {normalized(name) for name in _UV_PACKAGE.findall(text)}
    if not locked:
        return
    for folder in (subproject.path, *subproject.members):
        path = inside(folder, "pyproject.toml")
        document = _document(context, path)
        if document is None:
            continue
        for at, name in declared(document.data):
            if normalized(name) not in locked:
                yield Complaint(path, document.line(at), f"{name} is not in the lock")


def declared(data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Place and name of every dependency in a ``pyproject.toml``."""
    places: list[tuple[str, ...]] = [("project", "dependencies"), ("tool", "uv", "dev-dependencies")]
    places += [("project", "optional-dependencies", key) for key in table(data, "project", "optional-dependencies")]
    places += [("dependency-groups", key) for key in table(data, "dependency-groups")]
    for at in places:
        for number, item in enumerate(_list(table(data, *at[:-1]).get(at[-1]))):
            if isinstance(item, str) and (match := _NAME.match(item)):
                yield (*at, number), match[1]
    poetry: list[tuple[str, ...]] = [("tool", "poetry", kind) for kind in ("dependencies", "dev-dependencies")]
    poetry += [("tool", "poetry", "group", key, "dependencies") for key in table(data, "tool", "poetry", "group")]
    for at in poetry:
        yield from (((*at, name), name) for name in table(data, *at) if name != "python")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def go(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Required modules without the checksum that every Go command asks for."""
    folders = {folder_of(subproject.manifest), *subproject.members}
    for folder in sorted(folders):
        path = inside(folder, "go.mod")
        try:
            document = context.document(path, gomod.parse) if context.is_file(path) else None
        except Unreadable:
            continue
        if document is None or inside(folder, "vendor") in context.inventory.folders:
            continue
        sums = "".join(
            read_text(context, inside(up, name))
            for up in upward(folder)
            for name in ("go.sum", "go.work.sum")
            if (name == "go.work.sum" or up == folder) and context.is_file(inside(up, name))
        )
        if sums:
            yield from _sums(path, document, sums, subproject.members)


def _sums(path: str, document: gomod.Document, sums: str, members: tuple[str, ...]) -> Iterator[Complaint]:
    replaced = {item.module: item for item in document.replaces}
    full = tuple(int(part) for part in re.findall(r"\d+", document.go)[:2]) >= _FULL_FROM
    held = {" ".join(line.split()[:2]) for line in sums.splitlines()}
    for item in document.requires:
        stand_in = replaced.get(item.module)
        if stand_in is not None and (stand_in.is_local or stand_in.version not in ("", item.version)):
            continue
        module, version = (stand_in.target, stand_in.target_version) if stand_in else (item.module, item.version)
        if full and not members and f"{module} {version}/go.mod" not in held:
            yield Complaint(path, item.line, f"go.sum has no checksum of {module} {version}")


def pip(context: Inspection, path: str) -> Iterator[Complaint]:
    """Names in a ``requirements.in`` that the file compiled from it does not hold."""
    compiled = f"{path.removesuffix('.in')}.txt"
    head = read_text(context, compiled)[:2000] if context.is_file(compiled) else ""
    if not re.search(r"autogenerated by pip-compile|generated by uv|uv pip compile", head):
        return
    try:
        asked, held = context.document(path, requirements.parse), context.document(compiled, requirements.parse)
    except Unreadable:
        return
    known = {normalized(item.name) for item in held.requirements}
    for item in asked.requirements:
        if item.name and normalized(item.name) not in known:
            yield Complaint(path, item.line, f"{item.name} is not in {compiled}")
