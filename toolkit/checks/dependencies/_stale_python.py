"""Whether the locks of uv, Poetry and pip-tools hold what the manifests ask for."""

from __future__ import annotations

import json
import re
import tomllib
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import installers
from toolkit.checks.dependencies._stale import Complaint
from toolkit.context import Unreadable
from toolkit.documents import requirements, toml
from toolkit.expressions import regex
from toolkit.packages import normalized, python_requirements
from toolkit.places import inside, table, upward
from toolkit.versions import may_satisfy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Subproject

__all__ = ["is_unread", "pip", "python"]

_PACKAGE = regex(r'^name = "([^"]+)"', re.MULTILINE)
_SPEC = regex(r"\s*[\w.-]+\s*(?:\[[^\]]*\])?\s*\(?(?P<spec>[^;@)]*)")
_OWN = regex(r'(?m)^source = \{ (?:editable|virtual|directory|workspace) = "[^"]*"')
_SOURCES = frozenset({"editable", "virtual", "directory", "git", "url", "path", "index"})
"""Keys of what comes from elsewhere, by which uv forgets the range."""
_PIP = regex(
    r"(?<![\w-])pip3?[ \t]+install[ \t]+(?:-\S+[ \t]+)*(?:-e[ \t]+|--editable[ \t]+)?[\"']?(?:\.|-r\b|--requirement\b|[\w./-]*requirements)"
)
_WORKFLOW = regex(r"(?:^|/)\.(?:github|gitlab|circleci)\b.*\.ya?ml$")
_HASH = regex(r'(?m)^content-hash = "([0-9a-f]{64})"')
_FLOOR = regex(r">=\s*(\d+(?:\.\d+)*)")
_POETRY = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
"""Tables of ``[tool.poetry]`` and ``[project]`` that Poetry's hash is of (``poetry/packages/locker.py``), with the groups."""


def python(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    """Dependencies of uv and Poetry projects that the lock does not know or knows otherwise."""
    text = text_of(context, subproject.lockfile or "")
    locked = {normalized(name) for name in _PACKAGE.findall(text)}
    if not locked:
        return
    told = False
    for folder in (subproject.path, *subproject.members):
        path = inside(folder, "pyproject.toml")
        document = context.readable(path, toml.parse)
        for at, name in python_requirements(document.data) if document else ():
            if document and normalized(name) not in locked:
                told = True
                yield Complaint(path, document.line(at), f"{name} is not in the lock")
    if subproject.ecosystem == "uv":
        yield from _uv(context, subproject, text)
    elif subproject.ecosystem == "poetry" and not told:
        yield from _poetry(context, subproject, text)


def is_unread(context: Inspection, subproject: Subproject) -> bool:
    """Whether pip installs here, in images, workflows and scripts, and the manager of the lock is called by none of them, nor in the README."""
    tool = re.compile(
        rf"(?<![\w-])(?:setup-)?{subproject.ecosystem}(?:@|[ \t]+(?:sync|run|install|lock|export|pip|add|build)\b)|astral-sh/{subproject.ecosystem}\b"
    )
    workflows = filter(_WORKFLOW.search, context.inventory.files)
    pages = (inside(up, "README.md") for up in upward(subproject.path))
    found = [text_of(context, path, errors="replace") for path in (*installers(context), *workflows)]
    by_pip = any(_PIP.search(text) for text in found)
    return by_pip and not any(tool.search(text) for text in (*found, *(text_of(context, page) for page in pages)))


def _uv(context: Inspection, subproject: Subproject, text: str) -> Iterator[Complaint]:
    """What the lock remembers of each member, which ``uv sync --locked`` compares."""
    blocks = _members(text)
    floors = []
    for folder in (subproject.path, *subproject.members):
        path = inside(folder, "pyproject.toml")
        document = context.readable(path, toml.parse)
        project = table(document.data, "project") if document else {}
        name = project.get("name")
        if document is None or not isinstance(name, str):
            continue
        floors.append(_FLOOR.search(str(project.get("requires-python"))))
        known = blocks.get(normalized(name))
        if known is None:
            lack = f"the lock does not know the workspace member {name}"
            yield Complaint(path, document.line(("project", "name")), lack, "warning")
        elif "dependencies" not in project.get("dynamic", ()) and "metadata" in known:
            yield from _remembered(path, document, known)
    yield from _floor(context, subproject, text, [match[1] for match in floors if match] if all(floors) else [])


def _members(text: str) -> dict[str, dict[str, Any]]:
    """The lock's entries of folders, by name; only these are parsed, because a lock is long."""
    found = {}
    for block in text.split("\n[[package]]\n")[1:]:
        if _OWN.search(block):
            try:
                entry = tomllib.loads(f"[[package]]\n{block}")["package"][0]
            except ValueError:
                continue
            found[normalized(str(entry.get("name")))] = entry
    return found


def _floor(context: Inspection, subproject: Subproject, text: str, floors: list[str]) -> Iterator[Complaint]:
    """The lowest Python that all members take, which the lock was resolved for."""
    match = re.search(r'(?m)^requires-python = "[^"\n]*?>=\s*(\d+(?:\.\d+)*)', text.partition("[[package]]")[0])
    if match is None or not floors:
        return
    wanted = max(floors, key=_numbers)
    if _numbers(match[1])[:2] != _numbers(wanted)[:2]:
        path = inside(subproject.path, "pyproject.toml")
        document = context.readable(path, toml.parse)
        line = document.line(("project", "requires-python")) if document else 0
        yield Complaint(
            path, line, f"the lock was made for Python {match[1]} and later, {wanted} is asked for", "warning"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in f"{version}.0".split(".")[:3])


def _remembered(path: str, document: toml.Document, entry: dict[str, Any]) -> Iterator[Complaint]:
    """The requirements of a member in its manifest and in the lock."""
    held: dict[str, set[str]] = {}
    sourced: set[str] = set()
    groups = table(entry, "metadata", "requires-dev").values()
    for items in (table(entry, "metadata").get("requires-dist"), *groups):
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict):
                name = normalized(str(item.get("name")))
                held.setdefault(name, set()).add(_sorted(str(item.get("specifier", ""))))
                sourced |= {name} if item.keys() & _SOURCES else set()
    asked: set[str] = set()
    for at, name in python_requirements(document.data):
        key = normalized(name)
        asked.add(key)
        if key not in held:
            yield Complaint(path, document.line(at), f"{name} was not asked for here when the lock was made", "warning")
            continue
        match = _SPEC.match(str(document.get(at)))
        if (
            match
            and "@" not in str(document.get(at))
            and key not in sourced
            and _sorted(match["spec"]) not in held[key]
        ):
            was = " or ".join(sorted(held[key])) or "any version"
            text = f"the lock was made for {name} {was}, {match['spec'].strip() or 'any version'} is asked for"
            yield Complaint(path, document.line(at), text, "warning")
    for name in sorted(held.keys() - asked):
        yield Complaint(path, 0, f"the lock still has {name}, which is no longer asked for", "warning")


def _sorted(spec: str) -> str:
    return ",".join(sorted(part for part in re.sub(r"\s+", "", spec).split(",") if part))


def _poetry(context: Inspection, subproject: Subproject, text: str) -> Iterator[Complaint]:
    """The hash of the manifest's tables, as each version of Poetry makes it."""
    match = _HASH.search(text)
    path = inside(subproject.path, "pyproject.toml")
    try:
        data = context.toml(path)
    except Unreadable:
        return
    if match is None or match[1] in _hashes(data):
        return
    change = "the manifest's dependencies changed after the lock was made (content-hash)"
    document = context.readable(path, toml.parse)
    line = document.line(("tool", "poetry", "dependencies")) if document else 0
    yield Complaint(path, line, change)


def _hashes(data: dict[str, Any]) -> set[str]:
    poetry, project, groups = table(data, "tool", "poetry"), table(data, "project"), table(data, "dependency-groups")
    first = {key: poetry.get(key) for key in (*_POETRY, "group") if key in poetry or key != "group"}
    found = [first]
    asked = {key: project[key] for key in _PROJECT if project.get(key) is not None}
    for group in ({}, groups):
        around = {**({"project": asked} if asked else {}), **({"dependency-groups": group} if group else {})}
        if around:
            present = {key: poetry[key] for key in (*_POETRY, "group") if poetry.get(key) is not None}
            found.append({**around, "tool": {"poetry": present}})
    return {sha256(json.dumps(one, sort_keys=True, default=str).encode()).hexdigest() for one in found}


def pip(context: Inspection, path: str) -> Iterator[Complaint]:
    """Requirements of an ``.in`` file that the file compiled from it does not hold."""
    compiled = f"{path.removesuffix('.in')}.txt"
    head = text_of(context, compiled)[:2000] if context.is_file(compiled) else ""
    if not re.search(r"autogenerated by pip-compile|generated by uv|uv pip compile", head):
        return
    try:
        asked, held = context.document(path, requirements.parse), context.document(compiled, requirements.parse)
    except Unreadable:
        return
    known = {normalized(item.name): item for item in held.requirements}
    for item in asked.requirements:
        if not item.name:
            continue
        found = known.get(normalized(item.name))
        if found is None:
            yield Complaint(path, item.line, f"{item.name} is not in {compiled}", "warning")
        elif (
            item.specifier
            and (pin := re.fullmatch(r"==\s*([\d.]+)", found.specifier))
            and not may_satisfy(pin[1], item.specifier)
        ):
            text = f"{item.name} is {found.specifier} in {compiled}, which {item.specifier} does not allow"
            yield Complaint(path, item.line, text, "warning")
