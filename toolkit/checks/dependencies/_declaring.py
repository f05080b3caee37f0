"""Declaring a package that is imported, as data: in the range that the rest of the workspace, or the lock, has of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.dependencies._locking import locking
from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.checks.dependencies._undeclared_javascript import is_test
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import EditFile
from toolkit.places import folder_of, inside, table
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Action, Span, Subproject

__all__ = ["declaring"]

_KINDS = ("dependencies", "devDependencies")
_FIXED = regex(r"(?:workspace|catalog):|[\^~]?\d|\*$")
"""Ranges that mean the same in every folder."""


class _Demand(NamedTuple):
    """How a package is declared elsewhere."""

    kind: str
    spec: str


def declaring(context: Inspection, manifest: str, names: Mapping[str, str]) -> tuple[Action, ...]:
    """The edit of a ``package.json`` that declares packages, and the lock made again.

    None where one range is not known: neither another manifest of the workspace has just one, nor npm's lock.

    Args:
        context: the run.
        manifest: the ``package.json``.
        names: the packages, each with a file that imports it.
    """
    document, item = package(context, manifest), _owner(context, manifest)
    if document is None or document.strict_error is not None or item is None:
        return ()
    spans: list[Span] = []
    for name in sorted(names):
        demand = _demand(context, item, name, tested=is_test(names[name]))
        kind = next((one for one in (demand.kind, *_KINDS) if table(document.data, one)), "") if demand else ""
        if demand is None or not kind:
            return ()
        spans.append(_insertion(document, kind, name, demand.spec))
    edit = EditFile(manifest, tuple(spans), digest_bytes(context.read(manifest)))
    return (edit, *(locking(context, item) if item.lockfile else ()))


def _owner(context: Inspection, manifest: str) -> Subproject | None:
    """The project whose lock holds what a manifest declares."""
    folder = folder_of(manifest)
    return next(
        (
            item
            for item in context.subprojects
            if item.family == "javascript" and (item.path == folder or folder in item.members)
        ),
        None,
    )


def _demand(context: Inspection, item: Subproject, name: str, *, tested: bool) -> _Demand | None:
    """How the workspace asks for a package, else how it may."""
    kind = _KINDS[1] if tested else _KINDS[0]
    found = list(_demands(context, item, name))
    specs = {one.spec for one in found}
    if len(specs) == 1:
        return Counter(found).most_common(1)[0][0]
    if specs:
        return None
    members = [package(context, inside(folder, "package.json")) for folder in item.members]
    if any(member is not None and member.data.get("name") == name for member in members):
        linked = any(
            spec.startswith("workspace:")
            for member in members
            for _, _, spec in (requirements_of(member.data, _KINDS) if member else ())
        )
        return _Demand(kind, "workspace:*" if linked else "*")
    version = _locked(context, item, name)
    return _Demand(kind, f"^{version}") if version else None


def _demands(context: Inspection, item: Subproject, name: str) -> Iterator[_Demand]:
    for folder in (item.path, *item.members):
        document = package(context, inside(folder, "package.json"))
        for kind, other, spec in requirements_of(document.data, _KINDS) if document else ():
            if other == name and _FIXED.match(spec):
                yield _Demand(kind, spec)


def _locked(context: Inspection, item: Subproject, name: str) -> str:
    """The version that npm has installed for others; empty if there is none."""
    if item.ecosystem != "npm" or item.lockfile is None:
        return ""
    try:
        version = table(context.json(item.lockfile), "packages", f"node_modules/{name}").get("version")
    except Unreadable:
        return ""
    return version if isinstance(version, str) and version[:1].isdigit() else ""


def _insertion(document: jsonc.Document, kind: str, name: str, spec: str) -> Span:
    """A new line among the packages: at its place where they are sorted, else at the end."""
    keys = list(table(document.data, kind))
    after = next((key for key in keys if key > name), None)
    place = document.place((kind, after)) if after is not None and keys == sorted(keys) else None
    content = document.text.content
    line = content.rfind("\n", 0, place.key_start) + 1 if place else 0
    if place is None or content[line : place.key_start].strip():
        return document.insert((kind, name), spec)
    lead = content[line : place.key_start]
    return document.span(place.key_start, place.key_start, f'"{name}": "{spec}",{document.text.newline}{lead}')
