"""See :class:`UnusedExportClass`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches
from toolkit.checks.code._see_classes import STARTED
from toolkit.checks.code._uses import imported_stems, uses
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
    r"(?i)\b(?:extends|implements)\s+[\w.]*(?:migration|HTMLElement|LitElement|DurableObject|WorkflowEntrypoint|WorkerEntrypoint|Command|Plugin|Entity|Model|Error|Exception|Seeder|TestCase|Component)\w*"
)
_BY_CONVENTION = regex(
    r"(?i)(?:^|/)(?:migrations?|seeds?|entities|models?|commands?|plugins?|pages|app/api|routes|controllers|dto|stubs)/"
)

_OF_DATA = regex(r"(?:Dto|DTO|Input|Output|Payload|Schema|Entity|Exception|Error)$")
"""Classes that hold data and do nothing: that one is not used breaks nothing."""
_FOR_TESTS = regex(
    r"(?:In)?Memory[A-Z]|Mock[A-Z]|Fake[A-Z]|Stub[A-Z]|Noop[A-Z]|NoOp[A-Z]|Null[A-Z]|Dummy[A-Z]|Test[A-Z]"
)
"""Names of what stands in for something else, which tests or others choose."""
_SERVES = regex(r"(?:^|[\s;&])(?:node|nodemon|tsx|ts-node\S*|bun|deno|next|nest|pm2|wrangler|vite|remix\S*)\b")
_SDK = regex(r"(?i)(?:^|/)[\w-]*sdk[\w-]*/")
_MANIFESTS = ("package.json", "pyproject.toml", "setup.py", "requirements.txt")
_FEW = 3
"""Classes of a package for others, up to which each is told."""
_MATTERS = regex(rf"{STARTED.pattern}|Guard$")
"""Names of classes that are told each, however many there are: what they were written for is lost, or lets everybody in."""
_MANY = 8
"""Classes of one package, from which on they have one cause: a part that was never connected."""


class UnusedExportClass(Check):
    """A class is exported, and nothing in the repository uses it.

    What it checks: Exported classes of TypeScript and JavaScript (named, default, in a list, CommonJS), and classes of Python that are named like a
        processor or consumer and have no base, whose name stands nowhere else in sources and configurations; imports, tests and handing on are no
        use. In a package that others can install, and of a class that its tests use, it is ``info``, for more than three of a package once; more than
        eight of one package are one warning, but for those that have to be started and guards. Decorated classes (but for those of Nest and Angular, which a module has to name), those of data, and kinds that frameworks find by their folder or base class stay
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
            and not _BY_CONVENTION.search(one.path)
            and not _OF_DATA.search(one.captures["name"])
            and not _FOR_TESTS.match(one.captures["name"])
            and not context.is_foreign(one.path)
        ]
        counted, tested = uses(context, {one.captures["name"] for one in candidates})
        unused = [one for one in candidates if counted[one.captures["name"]] <= int(one.captures["own"])]
        imported = imported_stems(context, {one.path for one in unused if one.captures["default"]})
        unused = [
            replace(one, captures={**one.captures, "tested": "1"}) if one.captures["name"] in tested else one
            for one in unused
        ]
        packages: dict[str, list[Match]] = {}
        for one in unused:
            if not one.captures["default"] or one.path not in imported:
                packages.setdefault(home_of(context, one.path, _MANIFESTS), []).append(one)
        for several in packages.values():
            if len(several) > _FEW and all(_is_published(context, one.path) for one in several):
                yield self._for_others(context, several)
                continue
            for number, one in enumerate(several):
                yield self._finding(context, one, len(several) if number == 0 else 0, is_one=len(several) <= _MANY)

    def _for_others(self, context: Inspection, several: list[Match]) -> Finding:
        """The classes of a package that others may install: that they are not used here says little of each."""
        first = several[0]
        return self.finding(
            context,
            first.path,
            f"Nothing here uses {len(several)} exported classes of this package, which may be installed by others.",
            line=(first.line, first.column),
            evidence="; ".join(f"{one.path}:{one.line} {one.captures['name']}" for one in several),
            severity="info",
            fixes=(Fix("use them where they belong, or remove them", "manual"),),
        )

    def _finding(self, context: Inspection, one: Match, count: int, *, is_one: bool) -> Finding:
        """A class that nothing uses; the first of many of one package tells how many, the others are ``info``."""
        name = one.captures["name"]
        published, tested = _is_published(context, one.path), bool(one.captures.get("tested"))
        more = f" So it is with {count - 1} more classes of this package." if count and not is_one else ""
        return self.finding(
            context,
            one.path,
            f"Nothing here uses the exported class {name}; the package may be installed by others."
            if published
            else f"Nothing uses the exported class {name}: what it was written for does not happen.{more}",
            line=(one.line, one.column),
            evidence=f"{name} stands nowhere else in this repository{' but in tests' if tested else ''}",
            severity="info"
            if published or (tested and not STARTED.search(name)) or not (is_one or count or _MATTERS.search(name))
            else "warning",
            fixes=(Fix(f"use {name} where it belongs, or remove it", "manual"),),
        )


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
