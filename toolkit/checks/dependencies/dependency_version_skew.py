"""Members of one workspace that want versions of a package that exclude each other."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checking import SubprojectCheck
from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.context import Unreadable
from toolkit.documents import toml, yaml
from toolkit.errors import ConfigurationError
from toolkit.model import EditFile, Fix
from toolkit.places import inside, table, texts
from toolkit.system.files import digest_bytes
from toolkit.versions import overlap, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Finding, Subproject

_KINDS = ("dependencies", "devDependencies", "optionalDependencies")
_END = {"python": "no version does for both, and uv cannot lock"}
_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
_REQUIREMENT = re.compile(r"\s*(?P<name>[\w.-]+)\s*(?:\[[^\]]*\])?\s*(?P<spec>[<>=~!][^;@]*?)\s*")
_RANGE = re.compile(r"[\^~<>=v]*\s*\d[\w.*+-]*")
_SHARED_TYPES = frozenset({"@types/react", "@types/react-dom"})
_SINGLETONS = frozenset(
    {"react-native", "@coral-xyz/anchor", "@project-serum/anchor", "drizzle-orm", "typeorm", "expo-router"}
)
"""Packages before 1.0 that exist once in a program, or whose types members hand to each other."""
_ONCHAIN = ("solana-", "anchor-", "spl-")
"""Crates whose types of two versions do not fit together, so that a program with both does not compile."""


class _Wanted(NamedTuple):
    path: str
    at: tuple[str | int, ...]
    spec: str
    document: jsonc.Document | toml.Document
    shared: bool = False
    """Taken from a catalog or the workspace, and therefore not written where it is wanted."""


class DependencyVersionSkew(SubprojectCheck):
    """Members of one workspace want versions of a package that exclude each other.

    What it checks:
        Plain ranges of the same package in the members of one JavaScript, Cargo or uv workspace, peers left out: those
        that no single version satisfies. Ranges that overlap, tags and other sources are left alone, and so are
        separate projects. Entries of a catalog and of ``[workspace.dependencies]`` count where they are asked for.
        Pins that differ within one major version (before 1.0: one minor) are info, and so are ``@types`` of single
        packages, most packages of npm before 1.0, and crates other than those of Solana and Anchor.

    Why it matters:
        Two copies are installed: types of the one do not fit the other, singletons (React, a database pool, a
        validator's registry) exist twice, bundles carry both.

    How to fix:
        Take the newer range everywhere, or say it once (pnpm's catalog, Cargo's ``[workspace.dependencies]``).

    Fix safety:
        Unsafe: the member may not work with the other version yet; its lock has to be made again.
    """

    def inspect(self, context: Inspection, subproject: Subproject) -> Iterator[Finding]:
        """Group what members want by name."""
        if not subproject.members:
            return
        wanted: dict[str, list[_Wanted]] = {}
        for name, item in _all(context, subproject):
            wanted.setdefault(name, []).append(item)
        for name, items in sorted(wanted.items()):
            if len({item.path for item in items}) > 1 and len({item.spec for item in items}) > 1:
                yield from self._judge(context, subproject, name, items)

    def _judge(self, context: Inspection, subproject: Subproject, name: str, items: list[_Wanted]) -> Iterator[Finding]:
        rust = subproject.family == "rust"
        odd = _dissenters(items, rust=rust)
        if not odd:
            return
        newest = max((item.spec for item in items if item not in odd), key=_lowest)
        counts = Counter(item.spec for item in items)
        first = odd[0]
        same = [item for item in items if item.spec == newest]
        info = (rust and not name.startswith(_ONCHAIN)) or _is_slight(name, [item.spec for item in items], rust=rust)
        edits = tuple(_edits(context, odd, newest))
        yield self.finding(
            context,
            first.path,
            f"{name} {first.spec} here, {newest} in {same[0].path}: {_END.get(subproject.family, 'the workspace gets two copies')}",
            line=first.document.line(first.at),
            evidence=", ".join(f"{spec} ({count})" for spec, count in counts.most_common()),
            severity="error" if subproject.family == "python" else "info" if info else "warning",
            fixes=(Fix(f"take {newest} everywhere", "unsafe" if edits else "manual", edits),),
        )


def _all(context: Inspection, subproject: Subproject) -> Iterator[tuple[str, _Wanted]]:
    catalogs = _catalogs(context, subproject)
    shared = _shared(context, subproject) if subproject.family == "rust" else {}
    for folder in (subproject.path, *subproject.members):
        if subproject.family == "javascript":
            path = inside(folder, "package.json")
            document = package(context, path)
            for kind, name, spec in requirements_of(document.data, _KINDS) if document else ():
                asked = catalogs.get((spec.removeprefix("catalog:") or "default", name), spec)
                if document and _RANGE.fullmatch(asked.strip()):
                    yield name, _Wanted(path, (kind, name), asked, document, shared=asked is not spec)
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


def _of_crate(context: Inspection, path: str, shared: dict[str, Any]) -> Iterator[tuple[str, _Wanted]]:
    try:
        document = context.document(path, toml.parse)
    except Unreadable:
        return
    for kind in _TABLES:
        for name, value in table(document.data, kind).items():
            inherits = table({"": value}, "").get("workspace") is True
            source = shared.get(name) if inherits else value
            spec = source if isinstance(source, str) else table({"": source}, "").get("version")
            given = table({"": source}, "").get("package", name)
            at = (kind, name) if inherits or isinstance(value, str) else (kind, name, "version")
            if isinstance(spec, str) and isinstance(given, str) and _RANGE.fullmatch(spec.strip()):
                yield given, _Wanted(path, at, spec, document, shared=inherits)


def _of_project(context: Inspection, path: str) -> Iterator[tuple[str, _Wanted]]:
    """Requirements of a member of a workspace of uv, which resolves all of them together."""
    try:
        document = context.document(path, toml.parse)
    except Unreadable:
        return
    for number, text in enumerate(texts(table(document.data, "project").get("dependencies"))):
        if match := _REQUIREMENT.fullmatch(text):
            name = re.sub(r"[-_.]+", "-", match["name"]).lower()
            yield name, _Wanted(path, ("project", "dependencies", number), match["spec"], document, shared=True)


def _dissenters(items: list[_Wanted], *, rust: bool) -> list[_Wanted]:
    """The fewer of two camps: those that allow the newest version, and those that exclude it.

    None where all fit together or one cannot be read.
    """
    try:
        newest = max(items, key=lambda item: _lowest(item.spec))
        fits = [overlap(_read(item.spec, rust=rust), _read(newest.spec, rust=rust)) for item in items]
    except ConfigurationError:
        return []
    camps = [[item for item, fit in zip(items, fits, strict=True) if fit is side] for side in (False, True)]
    return min(camps, key=len)


def _is_slight(name: str, specs: list[str], *, rust: bool) -> bool:
    """Whether the copies are meant to be interchangeable, or are nobody's trouble.

    Those of one major version are (before 1.0: of one minor one); packages of npm that are all before 1.0 are mostly used
    within one member, and bundled with it.

    Types of packages stay within their package, but for those that every file of a program shares.
    """
    versions = [_lowest(spec)[0] for spec in specs]
    lines = {version[:1] if version[0] else version[:2] for version in versions}
    early = not rust and not any(version[0] for version in versions) and name not in _SINGLETONS
    return len(lines) == 1 or early or (name.startswith("@types/") and name not in _SHARED_TYPES)


def _read(spec: str, *, rust: bool) -> str:
    return f"^{spec}" if rust and spec.strip()[:1].isdigit() else spec


def _lowest(spec: str) -> tuple[tuple[int, ...], bool, str]:
    """A range by its first version."""
    first = re.search(r"\d[^\s,]*", spec)
    return sort_key((first[0] if first else spec).replace(".x", ".0").replace(".*", ".0"))


def _edits(context: Inspection, items: list[_Wanted], spec: str) -> Iterator[EditFile]:
    by_path: dict[str, list[_Wanted]] = {}
    for item in (one for one in items if not one.shared):
        by_path.setdefault(item.path, []).append(item)
    for path, found in by_path.items():
        spans = tuple(item.document.replace(item.at, spec) for item in found)
        yield EditFile(path, spans, digest_bytes(context.read(path)))
