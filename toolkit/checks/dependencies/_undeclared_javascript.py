"""Bare specifiers of JavaScript and TypeScript that nothing explains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._held import LESS
from toolkit.checks.dependencies._imports import component, is_tried, javascript
from toolkit.checks.dependencies._javascript_world import World, package_name
from toolkit.checks.dependencies._manifests import packages
from toolkit.checks.dependencies._script_aliases import ENDINGS, mapped
from toolkit.checks.dependencies._source_places import counted
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.packages import INSTALLED_KINDS
from toolkit.path_names import has_placeholder
from toolkit.places import below, folder_of, inside, table, upward
from toolkit.roles import ASSISTANTS
from toolkit.specifiers import specifiers

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._held import Held
    from toolkit.checks.dependencies._imports import Import

__all__ = ["Undeclared", "find", "is_test"]


_SETTINGS = regex(r"\.config\.[cm]?ts$|(?:^|/)\.[^/]+\.[cm]?ts$")
"""Settings that their tool reads without a compiler: their types are a help for the editor. No ``**/*.ts`` of a tsconfig matches a hidden file."""
_LINTED = regex(
    r"(?:^|/)\.|(?:^|/)(?:eslint|prettier|stylelint|commitlint|knip|lint-staged|release|changelog|vitest|jest|playwright|cypress|drizzle|prisma)[\w.-]*"
    r"\.(?:config\.)?[cm]?[jt]s$"
)
"""Settings of what judges or prepares the code, and folders of tools: none of it is what runs."""
_BUNDLER = regex(r"webpack|rollup|parcel|gulp|karma|craco")
_TYPED = (".ts", ".mts", ".cts", ".tsx", ".vue")
_DROPPED = (".ts", ".mts", ".cts", ".tsx")
"""Sources whose translation leaves out what is imported and not used."""
_COMPONENTS = (".vue", ".svelte", ".astro")
_TEST = regex(
    r"(?:^|/)(?:tests?|__tests?__|e2e|spec|examples?|scripts)/|[.-](?:test|spec|stories)\.[cm]?[jt]sx?$|(?:^|/)test[-_][^/]*\.[cm]?[jt]s$"
)
_OLD_LINT = regex(r"(?:^|/)\.eslintrc[^/]*$")
_FLAT = tuple(f"eslint.config.{end}" for end in ("js", "mjs", "cjs", "ts", "mts", "cts"))
"""Settings beside which the older ones are not read."""
_OTHERS = ("mix.exs", "Gemfile", "composer.json", "deno.json", "deno.jsonc", "pubspec.yaml", "importmap.json")
"""Manifests of those who bring JavaScript in their own way."""
_OUTPUT = regex(r"(?:dist|out)/")
_PROSE = regex(r"(?i)(?:docs?|documentation|dev[-_]?logs?|notes|journal|diary|wireframes|mock-?ups|prototypes)/")
"""Folders beside a manifest for what people read."""
_FROM_ELSEWHERE = regex(
    r"\b([\w$]+)\s*=\s*createRequire\(\s*(?:(?:new URL|(?:path\.)?(?:resolve|join))\([^\"'\n;]{0,60})?[\"'][^\"'\n]*/[^\"'\n]*package\.json[\"']"
)
"""A ``require`` that looks for packages where the manifest of another one lies."""
_MINIFIED = 5000
"""Characters of a line from which a file is taken for a bundle."""


class Undeclared(NamedTuple):
    """An import that nothing explains, and the manifest that should."""

    path: str
    line: int
    name: str
    manifest: str
    held: Held
    here: str = ""
    """The source of the package that is meant, where an alias is missing."""
    idle: bool = False
    """Whether nothing uses what is imported, so that a compiler drops it."""


def is_test(path: str) -> bool:
    """Whether a file belongs to tests, examples or scripts, none of which is shipped."""
    return _TEST.search(path) is not None


def find(context: Inspection) -> Iterator[Undeclared]:
    """Every unexplained import of the repository's own files, in the order of paths."""
    known = dict(packages(context))
    names = {str(document.data.get("name")) for document in known.values()}
    scopes = {name.split("/")[0] for name in names if name.startswith("@")}
    worlds: dict[str, World] = {}
    owners: dict[str, str] = {}
    for path in sorted(set(context.matching(*(f"*{ending}" for ending in (*ENDINGS, *_COMPONENTS))))):
        place = folder_of(path)
        if place not in owners:
            owners[place] = _owner(context, place, known)
        folder = owners[place]
        if not folder or "node_modules" in path or path.endswith((".d.ts", ".min.js")) or context.is_foreign(path):
            continue
        if ASSISTANTS.search(path) or _PROSE.match(path if folder == "." else path[len(folder) + 1 :]):
            continue  # run by itself, or only shown, and no part of the package around it
        if has_placeholder(path.rpartition("/")[2]) or _is_made_of(context, path):
            continue  # a generator fills it in, or a compiler made it of the source beside it
        if _OUTPUT.match(path if folder == "." else path[len(folder) + 1 :]) and _is_told_by_sources(
            context, folder, known
        ):
            continue
        if folder not in worlds:
            worlds[folder] = World(context, folder, names, scopes)
        yield from _judge(context, path, worlds[folder])


def _is_made_of(context: Inspection, path: str) -> bool:
    stem = path.removesuffix(".js")
    return stem != path and any(f"{stem}{end}" in context.inventory.files for end in (".ts", ".tsx"))


def _is_told_by_sources(context: Inspection, folder: str, known: Mapping[str, jsonc.Document]) -> bool:
    """Whether what a build of a package made is not published, and its sources are there to be looked at."""
    return known[folder].data.get("private") is True and inside(folder, "src") in context.inventory.folders


def _owner(context: Inspection, place: str, known: Container[str]) -> str:
    """The folder of the package that a folder belongs to; empty if it has none, or is brought in another way."""
    for up in upward(place):
        if any(context.is_file(inside(up, name)) for name in _OTHERS):
            return ""
        if up in known:
            return up
        if context.is_file(inside(up, "package.json")):
            return ""  # it cannot be read, which ``config-unparsable`` tells: what it declares is not known
    return ""


def _judge(context: Inspection, path: str, world: World) -> Iterator[Undeclared]:
    named = _named(context, path)
    yield from _above(context, path, world, {name for found in named if (name := package_name(found)) in world.above})
    suspects = {name for found in named if not world.explains(name := package_name(found), found)}
    content = context.read(path) if suspects else b""
    if b"NODE_PATH=" in content or (suspects and _OLD_LINT.search(path) and _has_flat(context, path)):
        return  # says itself where its packages lie, or is read by nothing
    if not suspects or any(len(line) > _MINIFIED for line in content.split(b"\n", 50)[:50]):
        return
    text = content.decode("utf-8", "replace")
    elsewhere = _FROM_ELSEWHERE.search(text) if "createRequire" in text else None
    for item in javascript(component(text) if path.endswith(_COMPONENTS) else text, sorted(suspects)):
        name = package_name(item.name)
        if elsewhere is not None and _is_of(elsewhere[1], item.name, text):
            continue
        if not item.runs and (
            world.is_typed(name)
            or not (_is_needed(path, world, name) if item.typed else _is_value(path, world, name, item))
        ):
            continue
        if not world.explains(name, item.name) and not world.is_near(path, name):
            if _is_declared_beside(context, path, name) or (item.called and _is_optional(context, world, name)):
                continue
            if is_test(path) and (item.typed or name in world.replaced):
                continue  # what runs scripts and tests throws types away, and jest takes stand-ins
            meant = mapped(context, path, item.name)
            if meant is not None and meant.serves:
                continue
            held = "types" if item.typed else _seen(context, path, world.held(name))
            idle = item.idle and path.endswith(_DROPPED)
            # JSX has React without its name; of other names that stand for types alone nothing is left to be loaded.
            erased = item.erased and held == "isolated" and name != "react" and path.endswith(_DROPPED)
            held, place = counted(context, path, world, LESS.get(held, held) if idle or erased else held)
            manifest = inside(world.folder, "package.json")
            there = meant.target if meant is not None and name not in world.own else ""
            here = "" if place else world.module_here(item.name) or there
            yield Undeclared(path, item.line, name, manifest, "unknown" if here else held, here or place, idle)


def _is_declared_beside(context: Inspection, path: str, name: str) -> bool:
    """Whether a manifest under another name beside a file declares a package for it: ``server-package.json``, which starts the file."""
    folder, _, file = path.rpartition("/")
    for other in context.matching("*[-_.]package.json"):
        document = context.readable(other, jsonc.parse) if folder_of(other) == (folder or ".") else None
        if document is not None and any(name in table(document.data, kind) for kind in INSTALLED_KINDS):
            return file in text_of(context, other)
    return False


def _is_optional(context: Inspection, world: World, name: str) -> bool:
    """Whether a source of the package looks in ``try`` whether another one is there: what calls for it elsewhere then asks that one."""
    sources = (one for one in holding(context, (name,)) if one.endswith(ENDINGS) and below(world.folder, one))
    return any(is_tried(text_of(context, one, errors="replace"), name) for one in sources)


def _is_of(require: str, name: str, text: str) -> bool:
    """Whether a package is only taken by a certain ``require``."""
    quoted = rf"[\"']{re.escape(name)}[\"']"
    taken = re.findall(rf"(?<![\w$.]){re.escape(require)}\(\s*{quoted}", text)
    return bool(taken) and len(taken) == len(re.findall(quoted, text))


def _has_flat(context: Inspection, path: str) -> bool:
    return any(context.is_file(inside(folder_of(path), name)) for name in _FLAT)


def _above(context: Inspection, path: str, world: World, names: set[str]) -> Iterator[Undeclared]:
    """What a member runs and the manifest of its workspace's root alone declares."""
    if (
        not names
        or is_test(path)
        or _LINTED.search(path)
        or _SETTINGS.search(path)
        or context.role(path)[0] == "example"
    ):
        return
    text = text_of(context, path)
    for item in javascript(component(text) if path.endswith(_COMPONENTS) else text, sorted(names)):
        if item.runs and not item.typed:
            yield Undeclared(path, item.line, package_name(item.name), inside(world.folder, "package.json"), "above")


def _is_needed(path: str, world: World, name: str) -> bool:
    """Whether the compiler has to find the types of a package, and nothing brings them."""
    return (
        path.endswith(_TYPED)
        and not _SETTINGS.search(path)
        and world.held(name) in ("no", "isolated")
        and not world.has_types(name)
    )


def _is_value(path: str, world: World, name: str, item: Import) -> bool:
    """Whether an import that does not say so may take more than types: not where the lock has the types alone, or the names are theirs."""
    alone = item.erased or world.held(name) in ("no", "dropped")
    return not path.endswith(_TYPED) or not alone or not world.has_types(name)


def _seen(context: Inspection, path: str, held: Held) -> Held:
    """What tests and scripts lack is met by those who run them, and what settings of a bundler lack that nothing starts by nobody."""
    less = is_test(path) or _LINTED.search(path) or _is_left_over(context, path)
    return LESS.get(held, held) if less else held


def _is_left_over(context: Inspection, path: str) -> bool:
    """Whether neither the manifests beside settings of a bundler speak of it, nor those above of the file."""
    folder, name = folder_of(path), path.rpartition("/")[2]
    tool = _BUNDLER.match(name)
    beside = (text_of(context, inside(folder, one)) for one in ("package.json", "project.json"))
    above = (text_of(context, inside(up, "package.json")) for up in upward(folder))
    return tool is not None and not any(tool[0] in text for text in beside) and not any(name in text for text in above)


def _named(context: Inspection, path: str) -> tuple[str, ...]:
    """The names of packages and their parts that a source may import, by a quick look."""
    return tuple(name for name in context.fact(specifiers, path) if not name.startswith((".", "/")))
