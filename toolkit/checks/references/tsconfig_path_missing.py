"""See :class:`TsconfigPathMissing`."""

from __future__ import annotations

import dataclasses
import posixpath
from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit import tsconfig
from toolkit.checking import Check
from toolkit.checks._packages import all_packages, named
from toolkit.checks.references._compiler_inputs import HOME, OUTPUT, Lack, is_idle, lacks
from toolkit.checks.references._imports.alias_users import user_of
from toolkit.checks.references._repair import Entry, by_hand, position, relative, replace, strings
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.near_paths import near
from toolkit.packages import KINDS
from toolkit.places import folder_of, inside, listed, table, upward
from toolkit.references import lost_part, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Finding, Fix, Severity
    from toolkit.references import Verdict

_SUFFIXES = (
    ".ts",
    ".tsx",
    ".d.ts",
    ".js",
    ".jsx",
    ".mts",
    ".json",
    "/index.ts",
    "/index.tsx",
    "/index.d.ts",
    "/index.js",
    "/package.json",
)
_OF_SOURCES = regex(r"(?<=\*)\.[cm]?jsx?$")
"""The ending with which the compiler looks for a source, behind what an import puts in."""
_LAYOUTS = frozenset({"", ".", "src", "lib", "source", "dist"})
_SINGLY = 2
"""Configurations that lack the same up to which each has a finding of its own."""
_NAMED = 40
"""Entries of one file that the evidence of one finding names."""


class TsconfigPathMissing(Check):
    """A TypeScript configuration names a file or folder that is not there.

    What it checks: Targets of ``paths`` after the ``extends`` chain, each from the ``baseUrl`` that is in force or else from the file
        that writes it, with the endings that the compiler tries; ``extends`` and ``references`` by a relative path; ``files``;
        ``extends`` of packages of this repository or of none; ``baseUrl`` and ``rootDir``; an ``include`` that takes nothing.
        An alias is an error if an import uses it, unless the package asks for another one of its name, and else information. What leads into one folder that
        is not there is one finding; a lack of inputs and of their root is information where no command is known to compile by the file.
    Why it matters: The compiler stops at a missing parent or reference, and no import through the alias is found.
    How to fix: Correct the path, or remove an alias that nobody uses.
    Fix safety: Unsafe. A missing parent or reference is replaced by the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        causes: dict[object, list[Finding]] = {}
        for one in self._all(context):
            causes.setdefault(one.causes if one.causes and one.severity != "info" else one, []).append(one)
        told = map(_joined, causes.values())
        alike: dict[object, list[Finding]] = {}
        for one in told:
            actions = any(fix.actions for fix in one.fixes)
            alike.setdefault(one if actions else (one.severity, one.message), []).append(one)
        return [found for many in alike.values() for found in ([_repeated(many)] if len(many) > _SINGLY else many)]

    def _all(self, context: Inspection) -> Iterator[Finding]:
        for path in context.matching("tsconfig*.json", "jsconfig*.json"):
            try:
                document = context.document(path, jsonc.parse)
                config = tsconfig.read(context, path)
            except Unreadable:
                continue
            data = table(document.data)
            parents = list(self._parents(context, path, document, data))
            rows = [_Row(one, "warning" if one.tested else "error") for one in lacks(context, path, data)]
            aliases = list(_aliases(context, path, document, data, config))
            named = posixpath.basename(path) not in ("tsconfig.json", "jsconfig.json")
            found = [*rows, *aliases]
            if (any(row.stops for row in rows) or (named and (found or parents))) and is_idle(context, path):
                found = [row._replace(level="info") if row.stops or named else row for row in found]
                parents = [dataclasses.replace(one, severity="info") for one in parents] if named else parents
            yield from (*parents, *self._rows(context, path, document, found))

    def _rows(self, context: Inspection, path: str, document: Any, rows: list[_Row]) -> Iterator[Finding]:
        """One finding for all that a configuration takes from one folder that is not there."""
        groups: dict[object, list[_Row]] = {}
        for index, row in enumerate(rows):
            groups.setdefault(row.lack.cause or index, []).append(row)
        for first, *others in groups.values():
            also = ", ".join(row.name for row in others)
            more = f" {also} lead{'s' * (not others[1:])} there, too." if also else ""
            idle = first.level == "info"
            yield self.finding(
                context,
                path,
                first.lack.text + more,
                line=position(document, first.lack.where),
                evidence=f"{first.lack.evidence}; nothing compiles by this file" if idle else first.lack.evidence,
                severity=first.level,
                fixes=first.fixes or by_hand(first.lack.todo),
                causes=(f"folder {first.lack.cause}",) if first.lack.cause else (),
            )

    def _parents(self, context: Inspection, path: str, document: Any, data: dict[str, Any]) -> Iterator[Finding]:
        """Files that are named by path, one finding for each kind: many wrong ones share one mistaken base."""
        groups: dict[str, list[tuple[Path, str, Verdict]]] = {}
        for where, value, what in _named(data):
            if not OUTPUT.search(value) and (verdict := _missing(context, path, value, what)):
                groups.setdefault(what, []).append((where, value, verdict))
        for what, found in groups.items():
            where, value, verdict = found[0]
            beside = verdict.near if posixpath.dirname(verdict.near) == posixpath.dirname(verdict.path) else ""
            alone = len(found) == 1 and verdict.sure and beside.endswith(".json")
            new = relative(beside, posixpath.dirname(path) or ".", value) if alone else ""
            lines = (f"{one[1]} ({position(document, one[0])[0]})" for one in found[:_NAMED])
            files = {one[2].path for one in found if one[2].path.endswith(".json")}
            causes = {lost_part(context, one[2].path) for one in found} - files
            more = f" and {len(found) - 1} more, which do" if len(found) > 1 else ", which does"
            todo = (
                f"add {verdict.path}, or correct {what}"
                if len(found) == 1
                else f"correct the paths of {what} in {path}"
            )
            yield self.finding(
                context,
                path,
                f"{what} {value}{more} not exist{' in any clone' if verdict.kind == 'outside' else ''}: the compiler stops.",
                line=position(document, where),
                evidence=f"{verdict.path} {verdict.why}" if len(found) == 1 else ", ".join(lines),
                fixes=(replace(context, path, document, where, new) if alone else ()) or by_hand(todo),
                related=[(path, position(document, one[0])) for one in found],
                causes=(f"folder {min(causes)}",) if len(causes) == 1 else (),
            )


def _joined(found: list[Finding]) -> Finding:
    """One finding for what configurations want from one folder that is not there: the gravest, and the first of several."""
    first, *others = sorted(found, key=lambda one: one.severity != "error")
    paths = {one.path for one in others} - {first.path}
    more = f" So it is in {len(paths)} more configurations." if len(paths) >= _SINGLY else ""
    evidence = "; ".join((first.evidence, *(f"{one.path}:{one.line}: {one.message}" for one in others)))
    related = tuple(dict.fromkeys(place for one in (first, *others) for place in one.places))[1:]
    return dataclasses.replace(first, message=first.message + more, evidence=evidence, related=related)


def _repeated(found: list[Finding]) -> Finding:
    """One finding for what many configurations lack in the same words: one layout that all of them were written for."""
    first, *others = found
    return dataclasses.replace(
        first,
        message=f"{first.message} So it is in {len(others)} more configurations.",
        evidence=", ".join(f"{one.path}:{one.line}" for one in found),
        related=tuple(dict.fromkeys(place for one in found for place in one.places))[1:],
    )


class _Row(NamedTuple):
    """What one place of a configuration lacks, how bad that is, and the repair."""

    lack: Lack
    level: Severity
    fixes: tuple[Fix, ...] = ()

    @property
    def name(self) -> str:
        return str(self.lack.where[-1])

    @property
    def stops(self) -> bool:
        """Whether it matters to the compiler alone, and only where it is started."""
        return self.name in ("include", "rootDir")


def _aliases(
    context: Inspection, path: str, document: Any, data: dict[str, Any], config: tsconfig.Tsconfig
) -> Iterator[_Row]:
    """Aliases all of whose targets are missing: those that a source imports from, then the others together."""
    if any(parent for parent, _ in config.missing):
        return  # the missing parent may set the base
    base = config.options.get("baseUrl")
    folder = base if isinstance(base, str) else posixpath.dirname(path) or "."
    unused: dict[str, str] = {}
    told: set[str] = set()
    for alias, targets in table(data, "compilerOptions", "paths").items():
        values = [value for _, value in strings(targets)]
        if any(HOME in text for text in (*values, str(table(data, "compilerOptions").get("baseUrl")))):
            continue  # it counts from whatever folder extends this file
        verdicts = [resolve(context, _OF_SOURCES.sub("", value), folder, suffixes=_SUFFIXES) for value in values]
        astray = len(verdicts) == 1 and alias != "*" and _astray(context, verdicts[0])
        lost = all(verdict.kind == "missing" and not verdict.command for verdict in verdicts) and not any(
            OUTPUT.search(value) for value in values
        )
        if not verdicts or alias == "*" or not (lost or astray):
            continue
        cause = lost_part(context, verdicts[0].path.partition("/*")[0])
        user = user_of(context, path, alias)
        if user:
            told.add(cause)
            entry = Entry(path, document, ("compilerOptions", "paths", alias), values[0])
            yield _used(context, entry, values, user, (verdicts[0], folder))
        elif not _is_repeated(context, path, alias, values):
            unused[alias] = cause
    names = [alias for alias, cause in unused.items() if cause not in told]
    if names:
        several = f"aliases {', '.join(names[:3])}{f' and {len(names) - 3} more' if names[3:] else ''} lead nowhere; no import uses them"
        text = f"The {several if names[1:] else f'alias {names[0]} leads nowhere; no import uses it'} yet."
        todo = (
            f"correct the targets of {', '.join(names[:12])}{' and the others' if names[12:] else ''}, or remove them"
        )
        causes = {unused[name] for name in names}
        evidence = f"targets of {len(names)} aliases count from {folder}"
        where = ("compilerOptions", "paths", names[0])
        yield _Row(Lack(where, text, evidence, todo, causes.pop() if len(causes) == 1 else ""), "info")


def _used(context: Inspection, entry: Entry, values: list[str], user: str, lost: tuple[Verdict, str]) -> _Row:
    """An alias whose targets are all missing, and which a source imports from."""
    alias, (verdict, base) = str(entry.where[-1]), lost
    new = relative(verdict.near, base, values[0]) if verdict.sure else ""
    astray = _astray(context, verdict)
    instead = f" ({astray} does)" if astray else ""
    cause = lost_part(context, verdict.path.partition("/*")[0])
    by_git = " and is ignored by git" if context.inventory.ignored((f"{cause}/",)) else ""
    text = f"The alias {alias} leads to {', '.join(values)}, which does not exist{by_git}{instead}; {user} imports from it."
    todo = f"lead {alias} to what is there in place of {', '.join(values)}, or bring {verdict.path} back"
    level: Severity = "warning" if _is_declared(context, entry.path, alias.removesuffix("/*")) else "error"
    lack = Lack(entry.where, text, f"{verdict.path} does not exist", todo, cause)
    return _Row(lack, level, _led(context, entry, values, new))


def _is_declared(context: Inspection, path: str, name: str) -> bool:
    """Whether a manifest above asks for a package of the repository: the compiler goes on to look for it."""
    above = {inside(up, "package.json") for up in upward(folder_of(path))} if name in named(context) else ()
    return any(name in table(one.data, kind) for one in all_packages(context) if one.path in above for kind in KINDS)


def _is_repeated(context: Inspection, path: str, alias: str, values: list[str]) -> bool:
    """Whether the configuration beside has the same alias, where it is told already."""
    first = posixpath.join(posixpath.dirname(path), "tsconfig.json")
    if first == path or not context.is_file(first):
        return False
    try:
        data = table(context.document(first, jsonc.parse).data)
    except Unreadable:
        return False
    return [value for _, value in strings(table(data, "compilerOptions", "paths").get(alias))] == values


def _named(data: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """The files that a configuration names by path: place, text and how it names them."""
    for inner, value in strings(data.get("extends")):
        if value.startswith("."):
            yield ("extends", *inner), value, "extends"
    for index, item in enumerate(listed(data.get("references"))):
        if isinstance(target := table(item).get("path"), str):
            yield ("references", index, "path"), target, "references"
    for inner, value in strings(data.get("files")):
        yield ("files", *inner), value, "files lists"


def _led(context: Inspection, entry: Entry, values: list[str], near: str) -> tuple[Fix, ...]:
    """An alias led to the only file that is like its one target; none where that cannot be written, or is that of another part."""
    if values[1:] or not near or near.startswith("..") or "*" in str(entry.where[-1]):
        return ()
    parts = set(posixpath.dirname(values[0]).split("/")) - set(posixpath.dirname(near).split("/"))
    if posixpath.basename(near).startswith("index.") and parts - _LAYOUTS:
        return ()
    is_list = isinstance(entry.document.get(entry.where), list)
    return replaced(entry, where=(*entry.where, 0) if is_list else entry.where).written(context, near)


def _astray(context: Inspection, verdict: Verdict) -> str:
    """A folder beside the first one of a path that is not there, and whose name is nearly the same: no build makes another."""
    lost = lost_part(context, verdict.path) if verdict.kind in ("missing", "ignored", "built") else verdict.path
    found = near(context, lost) if lost != verdict.path and not OUTPUT.search(posixpath.basename(lost)) else ""
    return found if found in context.inventory.folders and posixpath.dirname(found) == posixpath.dirname(lost) else ""


def _missing(context: Inspection, path: str, value: str, what: str) -> Verdict | None:
    """The verdict on a file that is not there; a folder that is referenced must hold a configuration."""
    folder = posixpath.dirname(path) or "."
    verdict = resolve(context, value, folder, suffixes=(".json", "/tsconfig.json"))
    if verdict.kind == "exists" and what == "references" and verdict.path in context.inventory.folders:
        inner = resolve(context, posixpath.join(value, "tsconfig.json"), folder)
        return inner if inner.kind == "missing" else None
    return verdict if verdict.kind in ("missing", "outside") and not verdict.command else None
