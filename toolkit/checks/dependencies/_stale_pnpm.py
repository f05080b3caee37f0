"""Whether a lock of pnpm holds what the manifests ask for; read by lines, because a YAML parser takes seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.checks.dependencies._stale import Complaint, manifests, overridden
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import inside, join, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Subproject

__all__ = ["Lock", "pnpm", "read"]

_SECTIONS = frozenset({"importers", "specifiers", "overrides", "catalogs", *INSTALLED_KINDS})
_OF_MANIFESTS = 10
"""The last version that reads overrides in a package.json."""
_HOOKS = (".pnpmfile.cjs", "pnpmfile.js", ".pnpmfile.mjs")
_REWRITES = regex(
    r"\bObject\.(?:keys|entries|assign|values)\(|\bfor\s*\(|\.(?:forEach|map|filter|reduce)\(|dependencies['\"]?\]?\s*=[^=>]|\bpkg\[|\[(?!['\"])\w+\]\s*="
)
"""A hook that changes ranges of packages that it does not name; one that names them says so in its text."""
_KEY = regex(r"^(?P<indent> *)(?P<quote>['\"]?)(?P<key>[^\s'\"].*?)(?P=quote):(?: (?P<value>.*))?$")


class Lock:
    """What a lock says of the manifests.

    Attributes:
        importers: folder to name to specifier.
        kinds: folder to name to the table that it stands in.
        overrides: selector to version.
        catalogs: catalog to name to specifier.
    """

    def __init__(self) -> None:
        self.importers: dict[str, dict[str, str]] = {}
        self.kinds: dict[str, dict[str, str]] = {}
        self.overrides: dict[str, str] = {}
        self.catalogs: dict[str, dict[str, str]] = {}

    def take(self, path: list[str], value: str | None) -> None:
        """One line: the keys above it, its own key last, and its value."""
        if path[0] == "overrides":
            if len(path) == 2:
                self.overrides[path[1]] = _bare(value)
        elif path[0] == "catalogs":
            if len(path) == 4 and path[3] == "specifier":
                self.catalogs.setdefault(path[1], {})[path[2]] = _bare(value)
        elif path[0] != "importers" or len(path) > 1:
            importer, inner = (path[1], path[2:]) if path[0] == "importers" else (".", path)
            held = self.importers.setdefault(importer, {})
            if (len(inner) == 2 and inner[0] == "specifiers") or (len(inner) == 3 and inner[2] == "specifier"):
                held[inner[1]] = _bare(value)
            if len(inner) == 2 and inner[0] in INSTALLED_KINDS:
                self.kinds.setdefault(importer, {})[inner[1]] = inner[0]


def read(text: str) -> Lock:
    """The beginning of a lock: what is asked for stands before what is installed."""
    found = Lock()
    path: list[str] = []
    for line in text.partition("\npackages:")[0].splitlines():
        match = _KEY.match(line)
        if match is None:
            continue
        del path[len(match["indent"]) // 2 :]
        path.append(match["key"])
        if path[0] in _SECTIONS:
            found.take(path, match["value"])
    return found


def _bare(value: str | None) -> str:
    text = (value or "").strip()
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] else text


def pnpm(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    """The recorded specifiers of every member against its manifest, and the overrides and catalogs of all."""
    hooks = "\n".join(text_of(context, inside(subproject.path, name)) for name in _HOOKS)
    if _REWRITES.search(hooks):
        return  # what the manifests say is not what pnpm compares
    held = read(text_of(context, lock))
    if not held.importers:
        return
    spoken = overridden(context, subproject) + hooks
    for folder, path, document in manifests(context, subproject):
        yield from _importer(path, document, held, folder, spoken)
    for folder in sorted(held.importers):
        place = join(subproject.path, folder)
        is_away = place is not None and not {*context.inventory.gitlinks}.isdisjoint(upward(place))  # in a submodule
        if place is not None and not is_away and not context.is_file(inside(place, "package.json")):
            yield Complaint(lock, 0, f"the lock holds the member {folder}, which is not there", "warning")
    yield from _settings(context, subproject, held)


def _importer(path: str, document: jsonc.Document, lock: Lock, folder: str, overridden: str) -> Iterator[Complaint]:
    asked = {name: (kind, spec) for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS)}
    if folder not in lock.importers:
        if asked:
            yield Complaint(path, 0, "the lock does not know this member of the workspace")
        return
    held, kinds = lock.importers[folder], lock.kinds.get(folder, {})
    peers = table(document.data, "peerDependencies")
    for name, (kind, spec) in asked.items():
        if name in overridden or spec.startswith("link:"):
            continue
        if held.get(name) != spec:
            text = f"the lock was made for {name} {held[name]}" if name in held else f"{name} is not in the lock"
            yield Complaint(path, document.line((kind, name)), f"{text}, {spec} is asked for")
        elif name in kinds and kinds[name] != kind and name not in peers and _times(document, name) == 1:
            text = f"{name} stands in {kinds[name]} in the lock, and in {kind} here"
            yield Complaint(path, document.line((kind, name)), text)
    for name in sorted(held.keys() - asked.keys() - peers.keys()):
        # What devEngines.runtime and engines.runtime name pnpm writes there by itself.
        if name not in overridden and not held[name].startswith("runtime:"):
            yield Complaint(path, 0, f"the lock still has {name}, which is no longer asked for")


def _times(document: jsonc.Document, name: str) -> int:
    return sum(name in table(document.data, kind) for kind in INSTALLED_KINDS)


def _reads_manifest(root: jsonc.Document) -> bool:
    """Whether the version of pnpm that a manifest names, if it names one, takes overrides from it."""
    named = re.match(r"pnpm@(\d+)", str(root.data.get("packageManager")))
    return named is None or int(named[1]) <= _OF_MANIFESTS


def _settings(context: Inspection, subproject: Subproject, lock: Lock) -> Iterator[Complaint]:
    """Overrides and catalogs, which pnpm compares whole; those that it works out itself (``$name``) by their keys."""
    workspace = inside(subproject.path, "pnpm-workspace.yaml")
    settings = _yaml(context, workspace)
    data = settings.data if settings else {}
    root = package(context, inside(subproject.path, "package.json"))
    at = ("pnpm", "overrides")
    if table(data, "overrides"):
        yield from _overrides(workspace, settings, ("overrides",), lock)
    elif root and table(root.data, *at) and _reads_manifest(root) and not table(root.data, "resolutions"):
        yield from _overrides(inside(subproject.path, "package.json"), root, at, lock)
    catalogs = {**table(data, "catalogs"), **({"default": table(data, "catalog")} if table(data, "catalog") else {})}
    for catalog, held in lock.catalogs.items():
        for name, spec in held.items():
            asked = table(catalogs, catalog).get(name)
            where = ("catalog", name) if catalog == "default" else ("catalogs", catalog, name)
            if settings is not None and isinstance(asked, str) and asked != spec:
                text = f"the lock was made for {name} {spec}, the catalog asks for {asked}"
                yield Complaint(workspace, settings.line(where), text)


def _overrides(path: str, document: Any, at: tuple[str, ...], lock: Lock) -> Iterator[Complaint]:
    asked = table(document.data, *at)
    for name, spec in asked.items():
        known = name in lock.overrides
        plain = isinstance(spec, str) and not spec.startswith(("$", "catalog:", "link:", "file:"))
        if not known or (plain and lock.overrides[name] != spec):
            text = f"the override of {name} is {lock.overrides[name] if known else 'not'} in the lock"
            yield Complaint(path, document.line((*at, name)), text)


def _yaml(context: Inspection, path: str) -> yaml.Document | None:
    return context.readable(path, yaml.parse) if context.is_file(path) else None
