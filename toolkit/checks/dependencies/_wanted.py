"""What the members of a workspace want of each package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.context import Unreadable
from toolkit.documents import toml, yaml
from toolkit.expressions import regex
from toolkit.packages import CRATE_KINDS, INSTALLED_KINDS, normalized
from toolkit.places import inside, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Subproject

__all__ = ["Wanted", "wanted"]

_RANGE = regex(r"[\^~<>=v]*\s*\d[\w.*+-]*")
_REQUIREMENT = regex(r"\s*(?P<name>[\w.-]+)\s*(?:\[[^\]]*\])?\s*(?P<spec>[<>=~!][^;@]*?)\s*")


class Wanted(NamedTuple):
    """One demand: its manifest and place there, the range, and the document."""

    path: str
    at: tuple[str | int, ...]
    spec: str
    document: jsonc.Document | toml.Document
    shared: bool = False
    """Taken from a catalog or the workspace, and therefore not written where it is wanted."""
    catalog: str = ""
    """The name of the catalog that gives the range, if it has one."""


def wanted(context: Inspection, subproject: Subproject) -> Iterator[tuple[str, Wanted]]:
    """Name and demand of all that the members of a workspace, its root among them, want in a range of versions."""
    catalogs = _catalogs(context, subproject)
    shared = _shared(context, subproject) if subproject.family == "rust" else {}
    for folder in (subproject.path, *subproject.members):
        if subproject.family == "javascript":
            path = inside(folder, "package.json")
            document = package(context, path)
            for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS) if document else ():
                asked = catalogs.get((spec.removeprefix("catalog:") or "default", name), spec)
                if document and _RANGE.fullmatch(asked.strip()):
                    catalog = spec.removeprefix("catalog:") if asked is not spec else ""
                    yield name, Wanted(path, (kind, name), asked, document, asked is not spec, catalog)
        elif subproject.family == "rust":
            yield from _of_crate(context, inside(folder, "Cargo.toml"), shared)
        elif subproject.ecosystem == "uv":
            yield from _of_project(context, inside(folder, "pyproject.toml"))


def _catalogs(context: Inspection, subproject: Subproject) -> dict[tuple[str, str], str]:
    """Catalog and name to the range that pnpm's or Bun's catalogs give."""
    root = package(context, inside(subproject.path, "package.json"))
    holders: list[Any] = [root.data, table(root.data, "workspaces")] if root else []
    path = inside(subproject.path, "pnpm-workspace.yaml")
    try:
        holders += [context.document(path, yaml.parse).data] if context.is_file(path) else []
    except Unreadable:
        return {}
    found: dict[tuple[str, str], str] = {}
    for holder in holders:
        for catalog, names in {"default": table(holder, "catalog"), **table(holder, "catalogs")}.items():
            found.update(
                {(catalog, name): spec for name, spec in table({"": names}, "").items() if isinstance(spec, str)}
            )
    return found


def _shared(context: Inspection, subproject: Subproject) -> dict[str, Any]:
    """What ``[workspace.dependencies]`` gives to members that ask for it."""
    path = inside(subproject.path, "Cargo.toml")
    try:
        return (
            table(context.document(path, toml.parse).data, "workspace", "dependencies") if context.is_file(path) else {}
        )
    except Unreadable:
        return {}


def _of_crate(context: Inspection, path: str, shared: dict[str, Any]) -> Iterator[tuple[str, Wanted]]:
    if (document := context.readable(path, toml.parse)) is None:
        return
    for kind in CRATE_KINDS:
        for name, value in table(document.data, kind).items():
            inherits = table({"": value}, "").get("workspace") is True
            source = shared.get(name) if inherits else value
            spec = source if isinstance(source, str) else table({"": source}, "").get("version")
            given = table({"": source}, "").get("package", name)
            at = (kind, name) if inherits or isinstance(value, str) else (kind, name, "version")
            if isinstance(spec, str) and isinstance(given, str) and _RANGE.fullmatch(spec.strip()):
                yield given, Wanted(path, at, spec, document, shared=inherits)


def _of_project(context: Inspection, path: str) -> Iterator[tuple[str, Wanted]]:
    """Requirements of a member of a workspace of uv, which resolves all of them together."""
    if (document := context.readable(path, toml.parse)) is None:
        return
    for number, text in enumerate(texts(table(document.data, "project").get("dependencies"))):
        if match := _REQUIREMENT.fullmatch(text):
            name = normalized(match["name"])
            yield name, Wanted(path, ("project", "dependencies", number), match["spec"], document, shared=True)
