"""See :class:`UnusedExportClass`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import matches
from toolkit.checks.code._see.classes import STARTED
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.checks.code._uses import imported, uses
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import folder_of, home_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.model import Finding

_FOUND_BY_OTHERS = regex(
    r"(?i)\b(?:extends|implements)\s+[\w.]*(?:migration|HTMLElement|LitElement|DurableObject|WorkflowEntrypoint|WorkerEntrypoint|Command|Plugin|Entity|Model|Error|Exception|Seeder|TestCase|Component|BaseTask)\w*"
)
_BY_CONVENTION = regex(
    r"(?i)(?:^|/)(?:migrations?|seeds?|entities|models?|commands?|plugins?|pages|app/api|routes|controllers|dto|stubs)/"
)

_KEPT = regex(r"(?i)(?:^|/)(?:docs?|deprecated|archived?|attic|obsolete|legacy|old|backups?)/")
"""Folders of what is only kept or shown: that nothing uses it is known."""
_OF_DATA = regex(r"(?:Dto|DTO|Input|Output|Payload|Schema|Entity|Exception|Error|Utils?|Helpers?)$")
"""Classes that hold data, or helpers, and do nothing by themselves: that one is not used breaks nothing."""
_FOR_TESTS = regex(
    r"(?:In)?Memory[A-Z]|Mock[A-Z]|Fake[A-Z]|Stub[A-Z]|Noop[A-Z]|NoOp[A-Z]|Null[A-Z]|Dummy[A-Z]|Test[A-Z]|Demo[A-Z]|Example[A-Z]|Sample[A-Z]"
)
"""Names of what stands in for something else, which tests or others choose."""
_SERVES = regex(r"(?:^|[\s;&])(?:node|nodemon|tsx|ts-node\S*|bun|deno|next|nest|pm2|wrangler|vite|remix\S*)\b")
_SDK = regex(r"(?i)(?:^|/)[\w-]*sdk[\w-]*/")
_ROLE = regex(r"(?<=[a-z\d])(?:Service|Middleware|Interceptor|Manager|Provider|Pipe|Filter|Client)$")
"""The last words of names that tell how the same work is put in: as a service, or before each request."""
_MANIFESTS = ("package.json", "pyproject.toml", "setup.py", "requirements.txt")
_FEW = 3
"""Classes of a package for others, up to which each is told."""
_MATTERS = regex(rf"{STARTED.pattern}|Guard$")
"""Names of classes that are told each, however many there are: what they were written for is lost, or lets everybody in."""
_MANY = 4
"""Files of one package with such classes, from which on they have one cause: a part that was never connected."""


class UnusedExportClass(Check):
    """A class is exported, and nothing in the repository uses it.

    What it checks: Exported classes of TypeScript and JavaScript (named, default, in a list, CommonJS), and classes of Python that are named like a
        processor or consumer and have no base, whose name stands nowhere else in sources and configurations; imports, tests and handing on are no
        use. Those of one file are one finding. In a package that others can install, of a class that its tests use, and in a folder beside the members of
        a workspace that is none, it is ``info``, for more than three of a package once; more than four files of one package are one warning, but for
        those that have to be started and guards; one beside a class of the same name but for its role, or for a word behind it, that is used is ``info``. Decorated classes (but for those of Nest and Angular, which a module has to name), those of data, and kinds that frameworks find by their folder or base class stay
        quiet.
    Why it matters: What such a class was written for does not happen: a queue's processor that the queue handler never calls loses every message.
    How to fix: Use it where it belongs, or remove it.
    Fix safety: Manual. Whether it was forgotten or is left over is not in the code.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        candidates = [
            one
            for one in matches(context, self.id)
            if not _FOUND_BY_OTHERS.search(one.captures["head"])
            and not one.captures["head"].startswith("abstract ")
            and not _BY_CONVENTION.search(one.path)
            and not _KEPT.search(one.path)
            and not _OF_DATA.search(one.captures["name"])
            and not _FOR_TESTS.match(one.captures["name"])
            and not context.is_foreign(one.path)
        ]
        counted, tested = uses(context, {one.captures["name"] for one in candidates})
        unused = [one for one in candidates if counted[one.captures["name"]] <= int(one.captures["own"])]
        named = imported(context, {one.path for one in unused if one.captures["default"]})
        used = sorted({one.captures["name"] for one in candidates} - {one.captures["name"] for one in unused})
        unused = [
            replace(
                one,
                captures={
                    **one.captures,
                    "tested": "1" if one.captures["name"] in tested else "",
                    "other": _in_its_place(one.captures["name"], used),
                },
            )
            for one in unused
        ]
        packages: dict[str, list[Match]] = {}
        for one in unused:
            if not one.captures["default"] or one.path not in named:
                packages.setdefault(home_of(context, one.path, _MANIFESTS), []).append(one)
        for several in packages.values():
            apart = [one for one in several if _is_beside_members(context, one.path)]
            if apart:
                told = f"Nothing uses {apart[0].captures['name']}, which lies beside the members of the workspace and is none"
                yield self._several(
                    context, apart, told + (f"; nor {len(apart) - 1} more classes there." if apart[1:] else ".")
                )
            rest = [one for one in several if one not in apart]
            if len(rest) > _FEW and all(_is_published(context, one.path) for one in rest):
                told = (
                    f"Nothing here uses {len(rest)} exported classes of this package, which may be installed by others."
                )
                yield self._several(context, rest, told)
                continue
            files: dict[str, list[Match]] = {}
            for one in rest:
                files.setdefault(one.path, []).append(one)
            for number, group in enumerate(files.values()):
                yield self._finding(context, group, len(rest) if number == 0 else 0, is_one=len(files) <= _MANY)

    def _several(self, context: Inspection, several: list[Match], message: str) -> Finding:
        """Classes of a package that others may install, or of no package: that they are not used here says little of each."""
        first = several[0]
        return self.finding(
            context,
            first.path,
            message,
            line=(first.line, first.column),
            evidence="; ".join(f"{one.path}:{one.line} {one.captures['name']}" for one in several),
            severity="info",
            fixes=(Fix("use them where they belong, or remove them", "manual"),),
            related=[(one.path, one.line) for one in several],
        )

    def _finding(self, context: Inspection, group: list[Match], count: int, *, is_one: bool) -> Finding:
        """The classes of a file that nothing uses; the first file of many of one package tells how many, the others are ``info``."""
        one = next((one for one in group if _MATTERS.search(one.captures["name"])), group[0])
        name, others = one.captures["name"], [other for other in group if other is not one]
        published = _is_published(context, one.path)
        tested = all(one.captures.get("tested") for one in group)
        more = f" Nor {count - len(group)} more classes of this package." if count and not is_one else ""
        beside = f" Nor {len(others)} more of this file." if others else ""
        other = one.captures.get("other", "")
        instead = f", and {other}, which is used, may do its work" if other else ""
        further = "".join(f"; likewise {other.captures['name']} in line {other.line}" for other in others)
        return self.finding(
            context,
            one.path,
            f"Nothing here uses the exported class {name}; the package may be installed by others.{beside}"
            if published
            else f"Nothing uses the exported class {name}: its code never runs{instead}.{beside}{more}",
            line=(one.line, one.column),
            evidence=f"{name} is used in no other code of this repository{' but in tests' if tested else ''}{further}",
            severity="info"
            if published
            or (instead and not others)
            or (tested and not STARTED.search(name))
            or not (is_one or count or _MATTERS.search(name))
            else "warning",
            fixes=(Fix(f"use {name} where it belongs, or remove it", "manual"),),
            related=[(one.path, other.line) for other in others],
        )


def _in_its_place(name: str, used: Iterable[str]) -> str:
    """A class that is used, whose name differs by its role or by a word behind it: the other one is left over."""
    stem = _ROLE.sub("", name)
    alike = (one for one in used if stem not in (name, one) and _ROLE.sub("", one) == stem)
    longer = (one for one in used if _ROLE.search(one) and re.fullmatch(rf"{re.escape(one)}[A-Z][a-z\d]+", name))
    return next(alike, "") or next(longer, "")


def _is_beside_members(context: Inspection, path: str) -> bool:
    """Whether a file lies in a folder beside the members of a workspace that is none of them and has no manifest: nothing builds it."""
    members = {member for one in context.subprojects if one.family == "javascript" for member in one.members}
    around = [one for one in upward(folder_of(path)) if one != "."]
    beside = {folder_of(one) for one in members} - {"."}
    lone = (one for one in around if folder_of(one) in beside and home_of(context, f"{one}/.", _MANIFESTS) != one)
    return members.isdisjoint(around) and any(lone)


def _is_served(manifest: dict[str, Any]) -> bool:
    """Whether a package is a program that is started, rather than one that others import."""
    scripts = manifest.get("scripts")
    started = [scripts.get(name) for name in ("start", "dev", "serve")] if isinstance(scripts, dict) else []
    return any(isinstance(one, str) and _SERVES.search(one) for one in started)


def _is_published(context: Inspection, path: str) -> bool:
    """Whether the package around a file is meant for others: not private, with an entry."""
    if _SDK.search(path):
        return True
    for folder in upward(folder_of(path)):
        manifest = inside(folder, "package.json")
        if context.is_file(manifest):
            try:
                data = context.document(manifest, jsonc.parse).data
            except Unreadable:
                return True
            if not isinstance(data, dict):
                return True
            entry = any(key in data for key in ("main", "module", "exports", "types", "bin"))
            library = any(key in data for key in ("exports", "types", "typings", "module", "publishConfig"))
            return (
                entry
                and (library or not _is_served(data))
                and (not data.get("private") or "exports" in data or "main" in data)
            )
    return False
