"""Versions of one package that separate projects of the repository want: modules of Go that build together, packages of npm that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.documents import gomod
from toolkit.expressions import regex
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import folder_of, inside, join
from toolkit.versions import lowest

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Asked", "of_go", "of_npm"]

_RANGE = regex(r"[\^~]?v?(\d+)(?:\.[\dx*]+){0,2}(?:[-+][\w.]+)?")

_TOOLS = regex(r"(?:ts-)?mocha|chai|sinon|typescript|ts-loader|@types/.*")
"""What judges and tests one package and is in none of what it hands on."""


class Asked(NamedTuple):
    """What one manifest wants of a package."""

    name: str
    spec: str
    path: str
    line: int


def of_go(context: Inspection) -> Iterator[list[Asked]]:
    """For each group of modules that a ``go.work`` or local replacements join, what they require directly in several versions."""
    modules = {
        folder_of(path): document
        for path, document in context.documents(sorted(context.inventory.named("go.mod")), gomod.parse)
    }
    for group in sorted(_joined(context, modules), key=min):
        by_name: dict[str, list[Asked]] = {}
        for folder in sorted(group):
            path = inside(folder, "go.mod")
            for item in modules[folder].requires if not context.is_foreign(path) else ():
                if not item.indirect:
                    by_name.setdefault(item.module, []).append(Asked(item.module, item.version, path, item.line))
        yield from _differing(by_name, lambda spec: spec)


def _joined(context: Inspection, modules: dict[str, gomod.Document]) -> Iterator[frozenset[str]]:
    """Folders of modules that are built with each other, each in one group."""
    links: dict[str, set[str]] = {folder: {folder} for folder in modules}
    pairs = [
        (folder, place)
        for folder, document in modules.items()
        for item in document.replaces
        if item.is_local and (place := join(folder, item.target)) in modules
    ]
    for path, document in context.documents(sorted(context.inventory.named("go.work")), gomod.parse):
        used = [place for item in document.uses if (place := join(folder_of(path), item.words[0])) in modules]
        pairs += [(used[0], one) for one in used[1:]]
    for first, second in pairs:
        if links[first] is not links[second]:
            merged = links[first] | links[second]
            links.update(dict.fromkeys(merged, merged))
    yield from {frozenset(group) for group in links.values() if len(group) > 1}


def of_npm(context: Inspection, tools: re.Pattern[str]) -> Iterator[list[Asked]]:
    """What separate JavaScript projects want in several major versions, but for tools that each runs by itself."""
    by_name: dict[str, list[Asked]] = {}
    for item in context.subprojects:
        if item.family != "javascript" or item.role != "own":
            continue
        path = inside(item.path, "package.json")
        document = package(context, path)
        for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS) if document else ():
            if document and _RANGE.fullmatch(spec.strip()) and not (tools.fullmatch(name) or _TOOLS.fullmatch(name)):
                by_name.setdefault(name, []).append(Asked(name, spec.strip(), path, document.line((kind, name))))
    yield from _differing(by_name, _major)


def _major(spec: str) -> str:
    match = _RANGE.fullmatch(spec)
    return match[1] if match else spec


def _differing(by_name: dict[str, list[Asked]], line_of: Callable[[str], str]) -> Iterator[list[Asked]]:
    """All demands of the names of which several lines are wanted, each name's oldest first; nothing where all agree."""
    found = [
        sorted(asked, key=lambda one: lowest(one.spec))
        for _, asked in sorted(by_name.items())
        if len({line_of(one.spec) for one in asked}) > 1
    ]
    if found:
        yield [one for asked in found for one in asked]
