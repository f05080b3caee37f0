"""Members of one workspace that want versions of a package that exclude each other."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import SubprojectCheck
from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.errors import ConfigurationError
from toolkit.model import EditFile, Fix
from toolkit.places import inside, table
from toolkit.system.files import digest_bytes
from toolkit.versions import overlap, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import jsonc
    from toolkit.model import Finding, Subproject

_KINDS = ("dependencies", "devDependencies", "optionalDependencies")
_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
_RANGE = re.compile(r"[\^~<>=v]*\s*\d[\w.*+-]*")
_ONCHAIN = ("solana-", "anchor-", "spl-")
"""Crates whose types of two versions do not fit together, so that a program with both does not compile."""


class _Wanted(NamedTuple):
    path: str
    at: tuple[str, ...]
    spec: str
    document: jsonc.Document | toml.Document


class DependencyVersionSkew(SubprojectCheck):
    """Members of one workspace want versions of a package that exclude each other.

    What it checks:
        Plain ranges of the same package in the members of one JavaScript or Cargo workspace, peers left out: those
        that no single version satisfies. Ranges that overlap, tags, catalogs and other sources are left alone, and
        so are separate projects. Pins that differ within one major version are info, and so are crates other than
        those of Solana and Anchor.

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
        info = (rust and not name.startswith(_ONCHAIN)) or _is_slight([item.spec for item in items])
        yield self.finding(
            context,
            first.path,
            f"{name} {first.spec} here, {newest} in {same[0].path}: the workspace gets two copies",
            line=first.document.line(first.at),
            evidence=", ".join(f"{spec} ({count})" for spec, count in counts.most_common()),
            severity="info" if info else "warning",
            fixes=(Fix(f"take {newest} everywhere", "unsafe", tuple(_edits(context, odd, newest))),),
        )


def _all(context: Inspection, subproject: Subproject) -> Iterator[tuple[str, _Wanted]]:
    for folder in (subproject.path, *subproject.members):
        if subproject.family == "javascript":
            path = inside(folder, "package.json")
            document = package(context, path)
            for kind, name, spec in requirements_of(document.data, _KINDS) if document else ():
                if document and _RANGE.fullmatch(spec.strip()):
                    yield name, _Wanted(path, (kind, name), spec, document)
        elif subproject.family == "rust":
            yield from _of_crate(context, inside(folder, "Cargo.toml"))


def _of_crate(context: Inspection, path: str) -> Iterator[tuple[str, _Wanted]]:
    try:
        document = context.document(path, toml.parse)
    except Unreadable:
        return
    for kind in _TABLES:
        for name, value in table(document.data, kind).items():
            at = (kind, name) if isinstance(value, str) else (kind, name, "version")
            spec = document.get(at)
            given = table({"": value}, "").get("package", name)
            if isinstance(spec, str) and isinstance(given, str) and _RANGE.fullmatch(spec.strip()):
                yield given, _Wanted(path, at, spec, document)


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


def _is_slight(specs: list[str]) -> bool:
    """Whether all are of one major version from 1 on: two copies that are meant to be interchangeable."""
    majors = {_lowest(spec)[0][:1] for spec in specs}
    return len(majors) == 1 and majors != {(0,)}


def _read(spec: str, *, rust: bool) -> str:
    return f"^{spec}" if rust and spec.strip()[:1].isdigit() else spec


def _lowest(spec: str) -> tuple[tuple[int, ...], bool, str]:
    return sort_key(spec.strip().lstrip("^~<>=v ").replace(".x", ".0").replace(".*", ".0"))


def _edits(context: Inspection, items: list[_Wanted], spec: str) -> Iterator[EditFile]:
    by_path: dict[str, list[_Wanted]] = {}
    for item in items:
        by_path.setdefault(item.path, []).append(item)
    for path, found in by_path.items():
        spans = tuple(item.document.replace(item.at, spec) for item in found)
        yield EditFile(path, spans, digest_bytes(context.read(path)))
