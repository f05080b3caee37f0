"""Whether a lock of npm holds what the manifests ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.dependencies._manifests import requirements_of
from toolkit.checks.dependencies._stale import ELSEWHERE, Complaint, manifests, members_names, overridden
from toolkit.context import Unreadable
from toolkit.packages import INSTALLED_KINDS, KINDS
from toolkit.places import table
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Subproject

__all__ = ["npm"]


_KEPT = "npm ci and npm install keep it all the same, and npm ls calls it invalid"


def npm(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    """What the manifests ask for, the locked versions first, then what the lock remembers of each manifest."""
    try:
        data = context.json(lock)
    except Unreadable:
        return
    modern = table(data, "packages")
    if not modern and not table(data, "dependencies") and "lockfileVersion" not in table({"": data}, ""):
        return
    changed = overridden(context, subproject)
    own = members_names(context, subproject)
    for folder, path, document in manifests(context, subproject):
        key = "" if folder == "." else folder
        if modern and key and key not in modern:
            text = f"the lock does not know the workspace member {folder}"
            yield Complaint(path, document.line(("name",)), text)
            continue
        lacking = set()
        for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS):
            if name in own or f"'{name}" in changed:
                continue
            version = _installed(data, key, name)
            if version is None:
                text = f"{name} is not in the lock"
            elif version and not ELSEWHERE.search(spec) and not may_overlap(version, spec):
                text = f"{name} is locked at {version}, which {spec} does not allow"
            else:
                continue
            lacking.add(name)
            one = Complaint(path, document.line((kind, name)), text)
            nested = bool(version and key) and f"{key}/node_modules/{name}" in modern
            yield _kept(one, f"npm install '{name}@{spec}' --workspace {folder}, or let {path} allow {version}", nested)
        if table(modern, key):
            yield from _recorded(path, document, table(modern, key), lacking)


def _kept(one: Complaint, todo: str, nested: bool) -> Complaint:
    """What the lock puts into a member's own folder is installed whatever the member asks for: npm (8 to 11) looks only whether it is there."""
    return one._replace(severity="warning", ending=_KEPT, todo=todo) if nested else one


def _recorded(path: str, document: jsonc.Document, held: Mapping[str, Any], told: set[str]) -> Iterator[Complaint]:
    """Where the copy of a manifest's tables in the lock differs; ``npm ci`` installs, the next ``npm install`` rewrites."""
    tables = {kind: table(held, kind) for kind in KINDS}
    locked = {name: spec for one in tables.values() for name, spec in one.items()}
    asked = {name: (kind, spec) for kind, name, spec in requirements_of(document.data, KINDS)}
    for name, (kind, spec) in asked.items():
        specs = {one[name] for one in tables.values() if name in one}
        if name not in told and spec not in specs and not spec.startswith("workspace:"):
            text = (
                f"the lock was made for {name} {locked[name]}" if name in locked else f"{name} was not asked for then"
            )
            yield Complaint(path, document.line((kind, name)), f"{text}, {spec} is", "warning")
    for name in sorted(locked.keys() - asked.keys() - {"workspaces"}):
        yield Complaint(path, 0, f"the lock still has {name}, which is no longer asked for", "warning")


def _installed(data: Mapping[str, Any], folder: str, name: str) -> str | None:
    """The locked version that a folder gets; empty for a link, ``None`` where there is none."""
    modern = table(data, "packages")
    if not modern:
        found = table(data, "dependencies").get(name)
        return str(found.get("version", "")) if isinstance(found, dict) else None
    while True:
        entry = modern.get(f"{folder}/node_modules/{name}" if folder else f"node_modules/{name}")
        if isinstance(entry, dict):
            return "" if entry.get("link") else str(entry.get("version", ""))
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
