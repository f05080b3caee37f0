"""Imports of packages that no manifest declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._standing import is_copy, standing
from toolkit.checks.dependencies import (
    _shipped_javascript,
    _undeclared_go,
    _undeclared_javascript,
    _undeclared_python,
    _undeclared_rust,
)
from toolkit.checks.dependencies._declaring import declaring
from toolkit.checks.dependencies._grouping import MANIFESTS, alike, apart, cause, is_unmapped, lacking
from toolkit.checks.dependencies._held import APART, BROUGHT_BY_NOTHING, LEANS, LOWER, ORDER, SEVERITIES, TEXTS, TODO
from toolkit.checks.dependencies._manifests import is_of_the_repository
from toolkit.checks.dependencies._python_names import distribution, is_of_a_project
from toolkit.memory import once_a_run
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._held import Held
    from toolkit.checks.dependencies._undeclared_javascript import Undeclared
    from toolkit.model import Action, Finding, Severity

_NAMED = 3
_SINGLY = 3
"""Packages that only others bring, of one manifest, up to which each has a finding of its own."""
_SHOWN = 60
_GRADES: tuple[Severity, ...] = ("error", "warning", "info")


class DependencyUndeclared(Check):
    """A package is imported that no manifest declares.

    What it checks:
        Imports of JavaScript, TypeScript and Python files against the manifests of their folder and of all above, and
        what Rust and Go sources use (crates that a path alone begins with, ``serde_json::json!``, too) against their ``Cargo.toml`` and ``go.mod`` (or what ``go.work`` joins). Information: what
        members of a workspace of pnpm take from its root's manifest alone.
        Quiet: what the language or its runtime brings, names that ``tsconfig`` paths, import maps or a bundler's
        configuration explain, types that something brings, imports in ``try`` and calls for what another source of the package tries, packages and modules of this repository, distributions
        under another name, what an image or a workflow installs, modules for which the same function names a folder first. What only tests, scripts or the inside of functions import is never an error;
        what a lock has for development alone is told where what is shipped imports it at its top: of Python (an error where an image or a script installs without those groups), and of
        JavaScript where an image that npm installs without development starts what leads there;
        what TypeScript imports and nothing uses, and what nothing that is loaded leads to, counts one level less: helpers of JavaScript, pages of a program that is one page, sources beside the members of a workspace, scripts of Python that no other file names. A name that projects give to folders of their own (``app``, ``src``)
        is told as a missing module, and one with a scope that a folder of the package has as a missing alias. What examples, archives and folders that a program publishes to copy from lack is information. One finding a file and manifest; one for what several manifests of a workspace lack alike; one for a manifest that lacks
        more than eight or leans on many that others bring, and one for a folder that lies among the members of a workspace without a manifest.

    Why it matters:
        Where nothing brings the package, the import fails on the first clean install. Where another dependency
        happens to bring it (a warning; info for Python and in tests), it disappears or changes with that one's next version;
        where each package finds only what it declares (pnpm, Plug'n'Play, bun's isolated installs) the import fails. With locks of two managers side by side
        it is a warning, too: they put a package into different folders.

    How to fix:
        Declare it with the version that is used, and make the lock again.

    Fix safety:
        Unsafe: in a ``package.json``, the one range that the rest of the workspace, or npm's lock, has of the package is
        taken. Manual elsewhere: the version is not known here.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at all sources; the careful reading is for files with an unexplained name only."""
        yield from self._told(context, _undeclared_javascript.find(context))
        yield from self._told(context, _shipped_javascript.find(context))
        missing: dict[str, list[Undeclared]] = {}
        declared: list[Undeclared] = []
        for item in _undeclared_python.find(context):
            of_project = is_of_a_project(item.name) or bool(_unreachable(context, item.name))
            (missing.setdefault(item.name, []) if of_project else declared).append(item)
        yield from self._told(context, declared)
        yield from (self._missing(context, name, items) for name, items in missing.items())
        yield from self._told(context, _undeclared_rust.find(context))
        yield from self._told(context, _undeclared_go.find(context))

    def _told(self, context: Inspection, found: Iterable[Undeclared]) -> Iterator[Finding]:
        groups: dict[tuple[str, str, str], list[Undeclared]] = {}
        for item in found:
            groups.setdefault((item.manifest, item.name, item.here if item.held in APART else ""), []).append(item)
        every_one = [
            (manifest, name, min(items, key=lambda one: _rank(context, one)), items)
            for (manifest, name, _), items in groups.items()
        ]
        for (held, place), many in apart(every_one).items():
            yield self._many_apart(context, held, place, many)
        linked = [(name, first) for _, name, first, _ in every_one if first.held == "linked"]
        few_linked = len(linked) <= MANIFESTS
        yield from () if few_linked else (self._linked(context, linked),)
        told = [one for one in every_one if one[2].held not in APART and (few_linked or one[2].held != "linked")]
        leaning: dict[str, list[tuple[str, Undeclared]]] = {}
        for manifest, name, first, _ in told:
            if first.held in LEANS:
                leaning.setdefault(manifest, []).append((name, first))
        # Where the linker does not, each fails by itself; of many such manifests each has one finding.
        most = _SINGLY if len(leaning) <= MANIFESTS else 1
        poor = lacking(context, told)
        yield from (self._lacking(context, manifest, held, many) for (manifest, held, _), many in poor.items())
        folded = {(manifest, name) for (manifest, *_), many in poor.items() for name, _ in many}
        told = [one for one in told if (one[0], one[1]) not in folded]
        files: dict[tuple[str, str, Held], list[tuple[str, Undeclared, list[Undeclared]]]] = {}
        for manifest, name, first, items in told:
            few = manifest in leaning and len(leaning[manifest]) <= most
            if first.held not in LEANS or few:
                place = cause(name, first)
                files.setdefault((manifest, place, first.held), []).append((name, first, items))
        singly = []
        for (manifest, place, _), group in files.items():
            one = self._one(
                context, manifest, group if place else sorted(group, key=lambda one: one[1].path.endswith("_test.go"))
            )
            singly.append((manifest, () if is_unmapped(group[0][1]) else tuple(name for name, _, _ in group), one))
        yield from alike(context, singly)
        for manifest, many in leaning.items():
            if len(many) > most:
                many.sort(key=lambda one: (_undeclared_javascript.is_test(one[1].path), _rank(context, one[1])))
                names = ", ".join(name for name, _ in many)
                actions = declaring(context, manifest, {name: first.path for name, first in many})
                yield self._many(context, f"{manifest} does not declare {names}", many, actions)

    def _one(
        self, context: Inspection, manifest: str, group: list[tuple[str, Undeclared, list[Undeclared]]]
    ) -> Finding:
        """What one file imports and one manifest does not declare: one slip, however many packages."""
        name, first, _ = group[0]
        if is_unmapped(first):
            return self._unmapped(context, first, [one for _, _, all_ in group for one in all_])
        text = TEXTS[first.held].format(name=name, manifest=manifest, place=first.here)
        if first.path.endswith(".go"):
            tool = "go test" if first.path.endswith("_test.go") else "go build"
            text = f"{name} is imported, and {manifest} requires no module that has it: {tool} refuses"
        if first.path.endswith(".rs"):
            text = f"{name} is used, and {manifest} does not declare it: this does not compile"
        if first.path.endswith(".py"):
            text = text.replace(" does not declare it", " does not declare it, nor is there a module of that name")
        if group[1:]:
            more = f" and {len(group) - 3} more" if group[3:] else ""
            places = (
                (other, f"line {one.line}" if one.path == first.path else f"{one.path}:{one.line}")
                for other, one, _ in group[1:3]
            )
            text += f"; nor {', '.join(f'{other} ({place})' for other, place in places)}{more}"
        level, unused = _level(context, first.held, [one for _, _, all_ in group for one in all_])
        text += "; no source imports this file" if unused else ""
        brings = [distribution(one) if first.path.endswith(".py") else one for one, _, _ in group]
        names = dict.fromkeys((one for one, _, _ in group), first.path)
        actions = () if first.held in ("shipped", "developed") else declaring(context, manifest, names)
        todo = TODO.get(first.held, "add {names} to {manifest}, then lock again")
        if all(one.idle for _, _, all_ in group for one in all_):
            text += "; nothing uses what is imported"
            todo, actions = "take the import of {names} out, or add it to {manifest} where it is used", ()
        if first.held in (*BROUGHT_BY_NOTHING, "types") and all(is_of_the_repository(context, one) for one in names):
            todo = "bring {names} back into this repository, or correct the import; install no package of that name"
        return self.finding(
            context,
            first.path,
            text,
            line=first.line,
            evidence="; ".join(_places(items) for _, _, items in group),
            severity=level,
            fixes=(_fix(todo.format(names=", ".join(brings), manifest=manifest), actions),),
            related=[(item.path, item.line) for _, _, items in group for item in items],
        )

    def _unmapped(self, context: Inspection, first: Undeclared, items: list[Undeclared]) -> Finding:
        """A source of the package itself, or a member, under a name that no alias explains: what a registry has so is a stranger's."""
        scope = first.name.partition("/")[0]
        return self.finding(
            context,
            first.path,
            f"{scope}{'/...' if scope != first.name else ''} is imported as {first.here} is meant, and no paths of a tsconfig in force there nor another alias lead to it",
            line=first.line,
            evidence=_places(items),
            severity="warning",
            fixes=(
                Fix(
                    f"map {scope}{'/*' if scope != first.name else ''} in the configuration, or import {first.here} by its path",
                    "manual",
                ),
            ),
            related=[(item.path, item.line) for item in items],
        )

    def _missing(self, context: Inspection, name: str, items: list[Undeclared]) -> Finding:
        """A module of the project that is not there: what an index has under its name must not be installed."""
        near = _unreachable(context, name)
        todo = f"rename {near}, whose name no import can say," if near else f"bring back the module {name},"
        return self.finding(
            context,
            items[0].path,
            f"{name} is imported, and there is no module of that name: a module of this project is missing, the import fails",
            line=items[0].line,
            evidence=_places(items),
            severity=min((SEVERITIES[item.held] for item in items), key=_GRADES.index),
            fixes=(Fix(f"{todo} or take out what imports it; install no package of that name", "manual"),),
            related=[(item.path, item.line) for item in items],
        )

    def _many_apart(self, context: Inspection, held: Held, place: str, found: list[tuple[str, Undeclared]]) -> Finding:
        """One finding for imports in a place of its own kind: a workspace's members, a folder without a manifest, or one that is only kept."""
        first = found[0]
        names = ", ".join(name for name, _ in found[:_NAMED]) + (
            f" and {len(found) - _NAMED} more" if found[_NAMED:] else ""
        )
        said = {"name": first[0], "count": len(found), "names": names, "place": place, "manifest": first[1].manifest}
        text, todo = TEXTS[held].format(**said), TODO[held].format(**said)
        return self._together(context, found, text, SEVERITIES[held], Fix(todo, "manual"))

    def _linked(self, context: Inspection, linked: list[tuple[str, Undeclared]]) -> Finding:
        """One finding for a workspace whose members lean on each other without saying so."""
        text = f"{len(linked)} times a member of this workspace imports another that its manifest does not declare: builds do not know their order"
        fix = Fix("declare each sibling in the manifest of the member that imports it", "manual")
        return self._together(context, linked, text, "info", fix)

    def _lacking(self, context: Inspection, manifest: str, held: Held, many: list[tuple[str, Undeclared]]) -> Finding:
        """One finding for a manifest that nobody keeps: what its sources import is not in it."""
        many = sorted(many, key=lambda one: _rank(context, one[1]))
        names = ", ".join(name for name, _ in many[:_NAMED])
        ending = ": a clean install lacks them" if held == "no" else ""
        level, unused = _level(context, held, [item for _, item in many])
        ending += "; no source imports these files" if unused else ""
        text = f"{len(many)} packages are imported that {manifest} does not declare, {names} among them{ending}"
        actions = declaring(context, manifest, {name: item.path for name, item in many})
        fix = _fix(f"add each to {manifest}, then lock again", actions)
        return self._together(context, many, text, level, fix)

    def _many(
        self, context: Inspection, lack: str, many: list[tuple[str, Undeclared]], actions: tuple[Action, ...] = ()
    ) -> Finding:
        """One finding for a manifest, or a workspace, that leans on what others bring."""
        text = f"{len(many)} packages are imported that are here only as long as other dependencies bring them: {lack}"
        level = min((_level(context, item.held, [item])[0] for _, item in many), key=_GRADES.index)
        return self._together(context, many, text, level, _fix("add each to its manifest, then lock again", actions))

    def _together(
        self, context: Inspection, many: list[tuple[str, Undeclared]], text: str, level: Severity, fix: Fix
    ) -> Finding:
        """One finding for imports of one cause, at the first of them."""
        evidence = ", ".join(f"{name} ({item.path}:{item.line})" for name, item in many[:_SHOWN])
        first = many[0][1]
        return self.finding(
            context,
            first.path,
            text,
            line=first.line,
            evidence=evidence,
            severity=level,
            fixes=(fix,),
            related=[(item.path, item.line) for _, item in many],
        )


@once_a_run
def _unreachable(context: Inspection, name: str) -> str:
    """The Python file or folder that is called after a module, with a dot or a dash by which nothing imports it; empty for none."""
    paths = (path for path in context.matching("*.py") if not context.is_foreign(path))
    dashed = name.replace("_", "-") if "_" in name else ""
    for path in paths:
        folder, _, base = path.rpartition("/")
        if base.startswith(f"{name}."):
            return path
        if dashed and f"/{folder}".endswith(f"/{dashed}"):
            return folder
    return ""


def _places(items: list[Undeclared]) -> str:
    others = ", ".join(f"{item.path}:{item.line}" for item in items[:_NAMED])
    return others + (f" and {len(items) - _NAMED} more" if len(items) > _NAMED else "")


def _fix(title: str, actions: tuple[Action, ...]) -> Fix:
    return Fix(title, "unsafe" if actions else "manual", actions)


def _rank(context: Inspection, item: Undeclared) -> tuple[int, bool, bool]:
    """What is worst comes first, and of that what somebody loads."""
    return ORDER.index(item.held), standing(context, item.path) == "unused", is_copy(item.path)


def _level(context: Inspection, held: Held, items: list[Undeclared]) -> tuple[Severity, bool]:
    """How much a lack breaks, and whether it counts less because no source imports the files that have it."""
    level = SEVERITIES[held]
    unused = level != "info" and all(standing(context, path) == "unused" for path in {item.path for item in items})
    return (LOWER[level] if unused else level), unused
