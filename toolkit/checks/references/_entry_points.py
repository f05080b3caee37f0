"""Entries of a package.json, and how much one matters that is not there."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit import tsconfig
from toolkit.checks._texts import text_of
from toolkit.checks.references._entry_weight import COMPILED, ENDING, OUTPUT, is_asked, is_built, is_wanted, level_of
from toolkit.checks.references._packed import is_copied
from toolkit.checks.references._unbuilt import unbuilt, unmade
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.outputs import outputs
from toolkit.places import as_index, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Severity
    from toolkit.outputs import Output
    from toolkit.references import Verdict

__all__ = ["entries", "is_specifier", "judged"]

_OF_STYLE = ("style", "sass", "bin", "imports")
_INDEXES = (
    "index.js",
    "index.ts",
    "index.tsx",
    "index.mjs",
    "index.cjs",
    "index.json",
    "index.d.ts",
    "index.node",
    "package.json",
)
_TOOL = regex(r"[.-]?config\.[cm]?[jt]s$|(?:^|/)\.[\w.-]*rc(?:\.[cm]?js(?:on)?)?$")
_DECLARED = (".d.ts", ".d.mts", ".d.cts")


def judged(
    context: Inspection, package: Package, where: Path, value: str, verdict: Verdict
) -> tuple[Verdict, Severity | None]:
    """The verdict on an entry after what the build is known to make, and how much it matters; ``None`` for one that is right."""
    if verdict.kind == "exists":
        bare = where[0] not in _OF_STYLE and not value.endswith("/") and _has_no_index(context, verdict.path)
        level: Severity = "warning" if is_wanted(context, package) else "info"
        return replace(
            verdict, kind="missing", path=f"{verdict.path}/index.js"
        ) if bare else verdict, level if bare else None
    if verdict.kind in ("ignored", "built"):
        return _of_output(context, package, value, verdict)
    # What the compiler writes is said by the parent of its configuration, which may not be there.
    unsaid = value.endswith(_DECLARED) and _is_cut_off(context, package)
    if verdict.kind != "missing" or unsaid or _is_made(context, package, verdict.path):
        return verdict, None
    if COMPILED.search(value) and not verdict.command and is_copied(context, package):
        return verdict, None
    if value.endswith(_DECLARED) and verdict.command and _lacks_declarations(context, package, verdict.path):
        return replace(verdict, near=""), "warning" if is_wanted(context, package) else "info"
    if (
        not verdict.command
        and OUTPUT.search(value)
        and (made := _elsewhere(context, package, verdict.path)) is not None
    ):
        verdict = replace(verdict, producer=made.cwd, command=made.command, near=made.path)
    weight = level_of(context, package, where, value, verdict)
    if (
        weight
        and not verdict.command
        and "/" not in value.removeprefix("./")
        and (made := _elsewhere(context, package, verdict.path))
    ):
        verdict = replace(verdict, producer=made.cwd, command=made.command, near=made.path)
    return verdict, weight


def _of_output(context: Inspection, package: Package, value: str, verdict: Verdict) -> tuple[Verdict, Severity | None]:
    """The same for an entry that git ignores, or that lies where a build may write."""
    if is_copied(context, package) or _is_made(context, package, verdict.path):
        return verdict, None
    if (lost := unmade(context, package, value, verdict)) is not None:
        return lost, "warning" if is_wanted(context, package) else "info"
    if verdict.kind == "ignored" and OUTPUT.search(value) and unbuilt(context, package):
        return replace(verdict, kind="missing"), "warning" if is_asked(context, package) else "info"
    return verdict, None


def _has_no_index(context: Inspection, path: str) -> bool:
    """Whether an entry is a folder in which nothing is found."""
    inner = path in context.inventory.folders and not context.is_file(path)
    return inner and not any(context.is_file(f"{path}/{name}") for name in _INDEXES)


def _is_made(context: Inspection, package: Package, path: str) -> bool:
    """Whether a pattern of an entry matches a file, one that the build is known to make, or one in a folder that git ignores or a tool fills.

    What its star stands for may have slashes.
    """
    before, star, after = path.partition("*")
    made = [one.path for one in outputs(context, package.folder) if one.exact] if star else []
    there = context.below(package.folder) if star else ()
    folder = posixpath.dirname(before)
    return any(
        one.startswith(before) and one.endswith(after.rpartition("*")[2]) for many in (made, there) for one in many
    ) or bool(star and folder and is_built(package) and _is_filled(context, package, folder))


def _is_filled(context: Inspection, package: Package, folder: str) -> bool:
    """Whether git ignores a folder, or a configuration of a tool of the package names it as its output."""
    inner = folder.removeprefix(f"{package.folder}/")
    if context.inventory.ignored((f"{folder}/",)):
        return True
    tools = (
        one for one in context.below(package.folder) if posixpath.dirname(one) == package.folder and _TOOL.search(one)
    )
    quoted = re.compile(rf"[\"'`](?:\./)?{re.escape(inner)}/?[\"'`]")
    return inner != folder and any(quoted.search(text_of(context, path)) for path in tools)


def _lacks_declarations(context: Inspection, package: Package, path: str) -> bool:
    """Whether the compiler, of which all options are known, writes the module of a declaration and no declaration."""
    made = [one for one in outputs(context, package.folder) if one.whole and path.startswith(f"{one.whole}/")]
    stem = ENDING.sub("", path)
    if any(one.path.endswith(_DECLARED) for one in made) or not any(ENDING.sub("", one.path) == stem for one in made):
        return False
    for name in context.matching("tsconfig*.json"):
        if posixpath.dirname(name) == package.folder.removeprefix("."):
            try:
                if not tsconfig.read(context, name).is_known:
                    return False
            except Unreadable:
                return False
    return True


def _is_cut_off(context: Inspection, package: Package) -> bool:
    """Whether the configuration of the compiler extends what is not there, which tsconfig-path-missing tells."""
    path = inside(package.folder, "tsconfig.json")
    try:
        return context.is_file(path) and bool(tsconfig.read(context, path).missing)
    except Unreadable:
        return False


def _elsewhere(context: Inspection, package: Package, path: str) -> Output | None:
    """What a build that is known whole makes by the name of an entry, in another folder than that of the entry."""
    made = outputs(context, package.folder)
    known = all(one.exact and one.whole for one in made)
    same = [one for one in made if one.path == as_index(path)]
    same = same or [one for one in made if posixpath.basename(one.path) == posixpath.basename(path)]
    return same[0] if known and len(same) == 1 else None


def is_specifier(package: Package, value: str) -> bool:
    """Whether an entry names a file of a dependency, as Expo's does."""
    name = "/".join(value.split("/")[: 2 if value.startswith("@") else 1])
    return any(name in table(package.data, key) for key in ("dependencies", "devDependencies", "peerDependencies"))


def entries(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The places of a ``package.json`` that name a file of the package, with what they name."""
    for key in ("main", "module", "types", "typings", "style", "sass", "react-native", "browser", "bin"):
        value = data.get(key)
        if isinstance(value, str):
            yield (key,), value
        elif key in ("bin", "browser", "react-native") and isinstance(value, dict):
            # What a browser takes instead may be a package.
            local = ((name, path) for name, path in value.items() if isinstance(path, str))
            yield from (((key, name), path) for name, path in local if key == "bin" or path.startswith("./"))
    stack: list[tuple[Path, Any]] = [(("imports",), data.get("imports")), (("exports",), data.get("exports"))]
    while stack:
        where, value = stack.pop()
        if isinstance(value, str) and value.startswith("./"):
            yield where, value
        elif isinstance(value, dict):
            stack.extend(((*where, key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list) and value:
            # Of a list the first that is there is taken.
            stack.append(((*where, len(value) - 1), value[-1]))
