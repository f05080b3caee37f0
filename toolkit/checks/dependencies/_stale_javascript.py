"""Whether the locks of npm, pnpm, yarn and bun hold what the manifests ask for; compared as text, no network."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.dependencies._manifests import manager_of, package, read_text, requirements_of
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.errors import ConfigurationError
from toolkit.places import inside, table
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["Complaint", "complaints", "pnpm_importers"]

_KINDS = ("dependencies", "devDependencies", "optionalDependencies")
_ELSEWHERE = re.compile(r"^(?:file|link|portal|workspace|npm|git[+:\w]*|https?|github|catalog|patch|exec|ssh)[:+]|/")
"""Specifications that are no range of versions."""
_YARN_KEY = re.compile(r"^(?!#)(\S.*):\s*$", re.MULTILINE)
_PNPM_SECTIONS = frozenset({"importers", "specifiers", *_KINDS})
_PNPM_KEY = re.compile(r"^(?P<indent> *)(?P<quote>['\"]?)(?P<key>[^\s'\"].*?)(?P=quote):(?: (?P<value>.*))?$")


class Complaint(NamedTuple):
    """What a lock lacks: the manifest and its line that ask for it, and the lack in words."""

    path: str
    line: int
    text: str


def complaints(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Everything that the lock of a JavaScript subproject does not hold as its manifests ask for."""
    lock = subproject.lockfile
    if lock is None or lock.endswith(".lockb"):
        return
    judge = {"npm": _npm, "pnpm": _pnpm, "yarn": _yarn, "bun": _bun}[manager_of(subproject.ecosystem)]
    yield from judge(context, subproject, lock)


def _manifests(context: Inspection, subproject: Subproject) -> Iterator[tuple[str, str, jsonc.Document]]:
    """Folder relative to the root of the subproject, path and document of each manifest."""
    for folder in (subproject.path, *subproject.members):
        path = inside(folder, "package.json")
        document = package(context, path)
        if document is not None:
            yield posixpath.relpath(folder, subproject.path), path, document


def _overridden(context: Inspection, subproject: Subproject) -> str:
    """The text in which overrides stand; a name that occurs there is not judged."""
    root = package(context, inside(subproject.path, "package.json"))
    data = root.data if root else {}
    tables = [data.get("overrides"), data.get("resolutions"), table(data, "pnpm").get("overrides")]
    extra = read_text(context, inside(subproject.path, "pnpm-workspace.yaml"))
    return repr([item for item in tables if item]) + extra.partition("overrides:")[2]


def _names(context: Inspection, subproject: Subproject) -> set[str]:
    return {str(document.data.get("name")) for _, _, document in _manifests(context, subproject)}


def _npm(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    try:
        data = context.json(lock)
    except Unreadable:
        return
    modern = table(data, "packages")
    if not modern and not table(data, "dependencies") and "lockfileVersion" not in table({"": data}, ""):
        return
    overridden = _overridden(context, subproject)
    own = _names(context, subproject)
    for folder, path, document in _manifests(context, subproject):
        for kind, name, spec in requirements_of(document.data, _KINDS):
            if name in own or f"'{name}" in overridden:
                continue
            version = _installed(data, "" if folder == "." else folder, name)
            if version is None:
                text = f"{name} is not in the lock"
            elif version and not _ELSEWHERE.search(spec) and not _allows(version, spec):
                text = f"{name} is locked at {version}, which {spec} does not allow"
            else:
                continue
            yield Complaint(path, document.line((kind, name)), text)


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


def _allows(version: str, spec: str) -> bool:
    """Whether a range allows a version; what cannot be read, a tag for example, is taken for right."""
    try:
        return overlap(version, spec)
    except ConfigurationError:
        return True


def pnpm_importers(text: str) -> dict[str, dict[str, str]]:
    """Importer to name to specifier, read by lines: a YAML parser takes seconds for such a file."""
    found: dict[str, dict[str, str]] = {}
    path: list[str] = []
    for line in text.partition("\npackages:")[0].splitlines():  # what is asked for stands before what is installed
        match = _PNPM_KEY.match(line)
        if match is None:
            continue
        del path[len(match["indent"]) // 2 :]
        path.append(match["key"])
        if path[0] not in _PNPM_SECTIONS:
            continue
        importer, inner = (path[1], path[2:]) if path[0] == "importers" and len(path) > 1 else (".", path)
        if path[0] != "importers" or len(path) > 1:
            held = found.setdefault(importer, {})
            if (len(inner) == 2 and inner[0] == "specifiers") or (len(inner) == 3 and inner[2] == "specifier"):
                held[inner[1]] = _bare(match["value"])
    return found


def _bare(value: str | None) -> str:
    text = (value or "").strip()
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] else text


def _pnpm(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    hooks = (".pnpmfile.cjs", "pnpmfile.js", ".pnpmfile.mjs")
    if any(context.is_file(inside(subproject.path, name)) for name in hooks):
        return  # its hooks may change what the manifests say
    importers = pnpm_importers(read_text(context, lock))
    if not importers:
        return
    overridden = _overridden(context, subproject)
    for folder, path, document in _manifests(context, subproject):
        asked = {name: (kind, spec) for kind, name, spec in requirements_of(document.data, _KINDS)}
        if folder not in importers:
            if asked:
                yield Complaint(path, 0, "the lock does not know this member of the workspace")
            continue
        held = importers[folder]
        peers = table(document.data, "peerDependencies")
        for name, (kind, spec) in asked.items():
            if name in overridden or spec.startswith("link:") or held.get(name) == spec:
                continue
            text = f"the lock was made for {name} {held[name]}" if name in held else f"{name} is not in the lock"
            yield Complaint(path, document.line((kind, name)), f"{text}, {spec} is asked for")
        for name in sorted(held.keys() - asked.keys() - peers.keys()):
            if name not in overridden:
                yield Complaint(path, 0, f"the lock holds {name}, which is not asked for any more")


def _yarn(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    content = read_text(context, lock)
    if not content.strip():
        return
    berry = "__metadata:" in content
    keys = {key.strip().strip('"') for line in _YARN_KEY.findall(content) for key in line.strip('"').split(",")}
    overridden = _overridden(context, subproject)
    own = _names(context, subproject)
    for _, path, document in _manifests(context, subproject):
        for kind, name, spec in requirements_of(document.data, _KINDS):
            plain = not _ELSEWHERE.search(spec)
            if name in own or f"'{name}" in overridden or f"/{name}'" in overridden or not plain:
                continue
            wanted = f"{name}@npm:{spec}" if berry else f"{name}@{spec}"
            if wanted not in keys and f"{name}@{spec}" not in keys and not _patched(keys, name, spec):
                text = f"{name}@{spec} is not in the lock"
                yield Complaint(path, document.line((kind, name)), text)


def _patched(keys: set[str], name: str, spec: str) -> bool:
    """Yarn's built-in patches and odd spacing: any key of the name that contains the range."""
    return any(key.startswith(f"{name}@") and (not spec or spec in key) for key in keys)


def _bun(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    try:
        data = context.document(lock, jsonc.parse).data
    except Unreadable:
        return
    spaces = table(data, "workspaces")
    for folder, path, document in _manifests(context, subproject):
        held = table(spaces, "" if folder == "." else folder)
        if not held and folder not in (".", *spaces):
            continue
        for kind, name, spec in requirements_of(document.data, _KINDS):
            locked = {key: value for each in _KINDS for key, value in table(held, each).items()}
            if locked.get(name) != spec:
                text = f"the lock was made for {locked[name]}" if name in locked else f"{name} is not in the lock"
                yield Complaint(path, document.line((kind, name)), text)
