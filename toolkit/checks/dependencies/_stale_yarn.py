"""Whether locks of yarn and bun hold what the manifests ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.checks.dependencies._stale import ELSEWHERE, Complaint, manifests, members_names, overridden
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import inside, table
from toolkit.versions import is_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["bun", "yarn"]

_KEY = regex(r"^(?!#)(\S.*):\s*$", re.MULTILINE)
_MEMBER = regex(r'(?m)^"[^"\n]*@workspace:(?P<folder>[^",\n]+)[^\n]*":\n(?P<body>(?:  .*\n?)+)')
_ASKED = regex(r'(?m)^    "?(?P<name>[^":\n]+(?:/[^":\n]+)?)"?: ')


def yarn(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    """The ranges of every manifest among the keys, and, from yarn 2 on, what the lock says of each member."""
    content = text_of(context, lock)
    if not content.strip():
        return
    berry = "__metadata:" in content
    keys = {key.strip().strip('"') for line in _KEY.findall(content) for key in line.strip('"').split(",")}
    changed = overridden(context, subproject)
    own = members_names(context, subproject)
    blocks = _members(content) if berry else {}
    for folder, path, document in manifests(context, subproject):
        if blocks:
            yield from _member(path, document, blocks.get(folder), folder)
        for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS):
            plain = not ELSEWHERE.search(spec)
            if name in own or f"'{name}" in changed or f"/{name}'" in changed or not plain:
                continue
            wanted = f"{name}@npm:{spec}" if berry else f"{name}@{spec}"
            if wanted not in keys and f"{name}@{spec}" not in keys and not _patched(keys, name, spec):
                text = f"{name}@{spec} is not in the lock"
                yield Complaint(path, document.line((kind, name)), text)


def _members(content: str) -> dict[str, set[str]]:
    """Folder of each member to the names that it asks for, as the lock of yarn 2 and later tells them."""
    found: dict[str, set[str]] = {}
    for match in _MEMBER.finditer(content):
        part = re.search(r"(?m)^  dependencies:\n((?:    .*\n?)*)", match["body"])
        resolution = re.search(r'resolution: "[^"]*@workspace:([^"]+)"', match["body"])
        folder = resolution[1] if resolution else match["folder"]
        found[folder] = {one["name"] for one in _ASKED.finditer(part[1])} if part else set()
    return found


def _member(path: str, document: jsonc.Document, held: set[str] | None, folder: str) -> Iterator[Complaint]:
    if held is None:
        yield Complaint(path, document.line(("name",)), f"the lock does not know the workspace member {folder}")
        return
    asked = {name for _, name, _ in requirements_of(document.data, INSTALLED_KINDS)}
    for name in sorted(held - asked - table(document.data, "peerDependencies").keys()):
        yield Complaint(path, 0, f"the lock still has {name}, which is no longer asked for")


def _patched(keys: set[str], name: str, spec: str) -> bool:
    """Yarn's built-in patches and odd spacing: any key of the name that contains the range."""
    return any(key.startswith(f"{name}@") and (not spec or spec in key) for key in keys)


def bun(context: Inspection, subproject: Subproject, lock: str) -> Iterator[Complaint]:
    """The recorded specifiers of every member against its manifest, and the catalogs of all."""
    if (locked_by := context.readable(lock, jsonc.parse)) is None:
        return
    data = locked_by.data
    spaces = table(data, "workspaces")
    for folder, path, document in manifests(context, subproject):
        key = "" if folder == "." else folder
        if key not in spaces:
            text = f"the lock does not know the workspace member {folder}"
            yield Complaint(path, document.line(("name",)), text)
            continue
        locked = {name: spec for kind in INSTALLED_KINDS for name, spec in table(spaces, key, kind).items()}
        asked = {name: (kind, spec) for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS)}
        for name, (kind, spec) in asked.items():
            # Bun compares what it reads in a range, and not how that is written.
            if locked.get(name) != spec and not is_same(str(locked.get(name)), spec):
                was = f"the lock was made for {name} {locked[name]}" if name in locked else f"{name} is not in the lock"
                yield Complaint(path, document.line((kind, name)), f"{was}, {spec} is asked for")
        for name in sorted(locked.keys() - asked.keys() - table(document.data, "peerDependencies").keys()):
            yield Complaint(path, 0, f"the lock still has {name}, which is no longer asked for")
    root = package(context, inside(subproject.path, "package.json"))
    for holder, above in ((root.data, ()), (table(root.data, "workspaces"), ("workspaces",))) if root else ():
        for name, spec in table(holder, "catalog").items():
            locked_as = table(data, "catalog").get(name)
            if root and locked_as is not None and locked_as != spec:
                text = f"the lock was made for {name} {locked_as}, the catalog asks for {spec}"
                yield Complaint(inside(subproject.path, "package.json"), root.line((*above, "catalog", name)), text)
