"""Whether a lock of npm holds what the manifests ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.checks.dependencies._manifests import requirements_of
from toolkit.checks.dependencies._stale import ELSEWHERE, Complaint, manifests, members_names, overridden
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.packages import INSTALLED_KINDS, KINDS
from toolkit.places import table
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Subproject

__all__ = ["npm"]


_LEGACY = ("legacy-peer-deps", "legacy_peer_deps", "npm ci --force", "npm install --force", "npm i --force")
_IN_MODULES = regex(r"(?:[\w@./-]*/)?node_modules/")
_AGAIN = "npm install --package-lock-only, or legacy-peer-deps=true in .npmrc if the lock was made so"
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
        unmet = list(_unmet(data, key, path, document, lambda name: name in own or f"'{name}" in changed))
        yield from (one for _, one in unmet)
        if table(modern, key):
            yield from _recorded(path, document, table(modern, key), {name for name, _ in unmet}, {} if key else modern)
        lacking = () if key else tuple(_alone(path, modern, changed))
        if lacking and not files_with(context, _LEGACY, everything=True):  # which looks at every file
            yield from lacking


def _unmet(
    data: Mapping[str, Any], key: str, path: str, document: jsonc.Document, is_left: Callable[[str], bool]
) -> Iterator[tuple[str, Complaint]]:
    """The packages that a manifest asks for and does not get so, those left aside that are not to be judged.

    Of a package among the dependencies and the devDependencies npm takes the latter's range (tried with npm 11).
    """
    later = table(document.data, "devDependencies")
    for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS):
        is_outdone = kind == "dependencies" and name in later
        version = "" if is_outdone or is_left(name) else _installed(data, key, name)
        if version is None:
            text = f"{name} is not in the lock"
        elif version and not ELSEWHERE.search(spec) and not may_overlap(version, spec):
            text = f"{name} is locked at {version}, which {spec} does not allow"
        else:
            continue
        one = Complaint(path, document.line((kind, name)), text)
        nested = bool(version and key) and f"{key}/node_modules/{name}" in table(data, "packages")
        todo = f"npm install '{name}@{spec}' --workspace {key}, or let {path} allow {version}"
        yield name, _kept(one, todo, nested)


def _alone(path: str, modern: Mapping[str, Any], changed: str) -> Iterator[Complaint]:
    """What locked packages want beside them and the lock lacks: so npm 7 and later locks only where it is told to leave peers alone.

    ``npm ci`` (8 to 11, tried) compares the packages that the root leads to, and none that only members of its workspace ask for.
    """
    lone = [
        (place, name)
        for place, entry in modern.items()
        for name in (table(entry, "peerDependencies") if _IN_MODULES.match(place) else ())
        if not table(entry, "peerDependenciesMeta", name).get("optional")
        and f"'{name}" not in changed
        and not _resolved(modern, place, name)
    ]
    reached = _reached(modern) if lone else set()  # which follows the whole lock
    for place, name in lone:
        if place in reached:
            text = f"{name} is not in the lock, which {place.rpartition('node_modules/')[2]} needs beside it"
            yield Complaint(path, 0, text, todo=_AGAIN)


def _reached(modern: Mapping[str, Any]) -> set[str]:
    """The places of a lock to which dependencies lead from the root; a link is not followed."""
    found, waiting = {""}, [""]
    while waiting:
        place = waiting.pop()
        for name in (name for kind in KINDS for name in table(modern, place, kind)):
            other = _resolved(modern, place, name)
            if other and other not in found and not table(modern, other).get("link"):
                found.add(other)
                waiting.append(other)
    return found


def _resolved(modern: Mapping[str, Any], place: str, name: str) -> str:
    """Where a locked package finds another one: in its own folder of packages, or in one that it lies in; empty for nowhere."""
    while place and f"{place}/node_modules/{name}" not in modern:
        place = place.rpartition("node_modules/")[0].rstrip("/")
    found = f"{place}/node_modules/{name}".lstrip("/")
    return found if found in modern else ""


def _kept(one: Complaint, todo: str, nested: bool) -> Complaint:
    """What the lock puts into a member's own folder is installed whatever the member asks for: npm (8 to 11) looks only whether it is there."""
    return one._replace(severity="warning", ending=_KEPT, todo=todo) if nested else one


def _recorded(
    path: str, document: jsonc.Document, held: Mapping[str, Any], told: set[str], modern: Mapping[str, Any]
) -> Iterator[Complaint]:
    """Where the copy of a manifest's tables in the lock differs; ``npm ci`` installs, the next ``npm install`` rewrites.

    What only the manifest kept at a version that another package excludes goes with it: ``npm ci`` refuses then, too.
    """
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
        text = f"the lock still has {name}, which is no longer asked for"
        version, excluded = _excluded(modern, name)
        more = f" at {version}, and another package wants {excluded}" if excluded else ""
        yield Complaint(path, 0, text + more, "error" if excluded else "warning")


def _excluded(modern: Mapping[str, Any], name: str) -> tuple[str, str]:
    """The version of a locked package, and the range of another one that wants it beside itself and excludes that; empty for none."""
    at = f"node_modules/{name}"
    version = str(table(modern, at).get("version", ""))
    for place, entry in modern.items() if version else ():
        spec = table(entry, "peerDependencies").get(name)
        if isinstance(spec, str) and _resolved(modern, place, name) == at and not may_overlap(version, spec):
            return version, spec
    return version, ""


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
