"""What a source of JavaScript or TypeScript is to the repository: whether anything that lives loads it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal

from toolkit import tsconfig
from toolkit.checks._packages import by_folder
from toolkit.checks._search import files_with
from toolkit.checks._specifiers import SOURCES, importers, last_part, leads_to, specifiers
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.references._lost_exports import is_unchecked
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, home_of, inside, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Standing", "standing"]

Standing = Literal["used", "unused", "nobody's"]

_MOST = 300
"""Sources that a search for who imports one goes through: what so many lead to is used."""
_TELLING = regex(r"[a-z][A-Z]|\w[-_]\w")
"""A name of several words, which says by itself which file is meant."""
_FEW = 12
"""Sources without an importer whose names are looked for in everything else."""
_ENTRY = regex(
    r"(?:(?:src|lib|app|apps|server|source|client|electron)/)?(?:index|main|server|app|worker|cli|entry|start|run|boot|bootstrap|handler|lambda"
    r"|instrumentation|middleware|proxy|root|popup|background|content|preload|renderer|sw|service-worker|mod|lib|client|types|extension|plugin)[\w.-]*",
    re.IGNORECASE,
)
"""What a program loads by its name, at the top of a package or of its sources."""
_PLACE = (
    r"(?:api|plugins|commands|migrations|seeds?|seeders|functions|handlers|lambdas?|workers?|jobs|crons?|scripts?|bin|tasks"
    r"|subscribers|listeners|netlify|supabase|convex|server|public|extensions?|mcp|tools?|agents|examples?|demos?|bench\w*)/"
)
_PLACES = regex(rf"(?:^|/){_PLACE}")
_AT_THE_TOP = regex(rf"(?:src/)?{_PLACE}")
"""Folders whose files a framework or a person loads by where they lie; below the root of several packages only at its top."""
_PAGES = regex(r"(?:^|/)(?:app|pages|routes|layouts|middleware|islands|content)/")
_ROUTED = regex(
    r"\"(?:next|nuxt|astro|gatsby|vike|umi|meteor|blitz|vitepress|expo-router|@sveltejs/kit|@remix-run/\w+|@react-router/\w+|@solidjs/start|@builder\.io/qwik\w*"
    r"|@tanstack/(?:react-start|router-plugin|start)|@generouted/[\w-]+|vite-plugin-pages|unplugin-vue-router|@redwoodjs/\w+|@docusaurus/core|@angular/core|ember-source)\"\s*:"
)
"""Frameworks that load pages by where they lie."""
_TESTED = regex(r"(?:src/|tests?/|e2e|__tests__/|specs?/|cypress|playwright|stories/|integration|[^/]*$)")
"""Where tests of the repository itself lie."""
_NAMED = regex(
    r"\.(?:config|stories|entity|model|schema|module|controller|route|job|worker|command|d)\.\w+$|(?:^|/)[._][^/]*$"
)
_GLOBS = ("import.meta.glob", "require.context(", "import(`", "unplugin-auto-import", '"nuxt"', "importmap", "@Entity")
"""What loads sources that no text names one by one."""
_COMPILING = regex(
    r"(?:pre|post)?(?:build|compile|prepare|prepack|prepublishOnly|type-?check|check-types|check:types|types|tsc|check|lint|ci|test|dev|start|watch)"
)
_COMPILER = regex(r"(?<![\w./-])(?:(?:vue-)?tsc|tspc|tsgo|nest build|svelte-check)(?![\w-])([^\n&|;]*)")
_PROJECT = regex(r"(?:-p|--project|-b|--build)[ =]+([\w./-]+)")
_NEXT = regex(r"(?<![\w./-])next build\b")
_PASSES = regex(r"ignoreBuildErrors\s*:\s*true")
_RUN = regex(
    r"(?i)\b(?:node|tsx|ts-node|bunx?|deno|npx|esbuild|rollup|webpack|tsc|vite|ncc|swc|pm2|nodemon|electron|k6|artillery|hardhat|copy|add|cp|cmd|entrypoint)\b"
)
_SETTINGS = regex(
    r"(?i)\.(?:html|toml|tf|hcl)$|(?:^|/)(?:serverless|template|app|angular|vercel|netlify|firebase|manifest|nest-cli|deno|project|workspace|[jt]sconfig)[\w.-]*\.(?:jsonc?|ya?ml)$"
)
"""What names a source to have it loaded; of other texts only the lines that run or copy it do."""


@once_a_run
def standing(context: Inspection, path: str) -> Standing:
    """Whether a source is used, lies unused in a package that has sources which are, or lies where no package builds anything.

    It is used where something that starts by itself imports it, through others perhaps: what a program or a framework loads by its
    name or its place, what a script, a manifest or another text names, and all that a package's own scripts have a compiler take.
    Where none of this can be told, it is used, too.
    """
    if not path.endswith(SOURCES):
        return "used"
    home = home_of(context, path, ("package.json", "deno.json", "deno.jsonc"))
    alone = home == "." and any(folder != "." for folder in by_folder(context))
    if is_test(path):
        return "nobody's" if alone and not _TESTED.match(path) else "used"
    if _is_compiled(context, home, path) or _is_led_to(context, home, path):
        return "used"
    if alone:
        return "nobody's"
    return "unused" if _has_an_entry(context, home) else "used"


def _is_led_to(context: Inspection, home: str, path: str) -> bool:
    """Whether something that starts by itself imports a source, or all that is asked of it is beyond telling."""
    seen, waiting, ends = {path}, [path], []
    while waiting:
        one = waiting.pop()
        if _is_entry(context, one) or len(seen) > _MOST:
            return True
        before = [source for source in _importers(context, one) if source != one]
        if not before:
            ends.append(one)
        waiting += [source for source in before if source not in seen]
        seen.update(before)
    return len(ends) > _FEW or _finds_by_glob(context, home) or any(_is_named(context, one) for one in ends)


def _importers(context: Inspection, path: str) -> Iterator[str]:
    """The sources that may import one, tests aside."""
    known, stem = importers(context), last_part(path)
    names = (stem, ".", "..") if posixpath.basename(path).startswith("index.") else (stem,)
    home = home_of(context, path, ("package.json",))
    for source in sorted({one for name in names for one in known.get(name, ())}):
        if is_test(source) or context.is_foreign(source):
            continue
        for written in context.fact(specifiers, source):
            if last_part(written) in names and (
                leads_to(written, source, path)
                if written.startswith(".")
                else last_part(written) == stem
                and (not written.startswith(("@/", "~/")) or home_of(context, source, ("package.json",)) == home)
            ):
                yield source
                break


def _is_entry(context: Inspection, path: str) -> bool:
    """Whether a source is loaded by its name, or by where it lies."""
    if is_test(path):
        return False
    home = home_of(context, path, ("package.json", "deno.json", "deno.jsonc"))
    own = path if home == "." else path.removeprefix(f"{home}/")
    places = _AT_THE_TOP.match if home == "." and len(by_folder(context)) > 1 else _PLACES.search
    paged = _PAGES.search(own) and (
        _ROUTED.search(text_of(context, inside(home, "package.json"))) or places is not _PLACES.search
    )
    return bool(_ENTRY.fullmatch(own) or places(own) or _NAMED.search(own) or paged or _is_in_manifest(context, path))


def _is_in_manifest(context: Inspection, path: str) -> bool:
    """Whether a manifest or a page beside the package's top names a source, or what is made of it."""
    stem = re.escape(last_part(path))
    word = re.compile(rf"/{stem}(?=[.\"'])|[\"' ]{stem}\.[cm]?[jt]sx?\b")
    around = upward(folder_of(path))
    texts = (
        text_of(context, inside(up, name)) for up in around for name in ("package.json", "index.html", "project.json")
    )
    return any(word.search(text) for text in texts if text)


def _is_named(context: Inspection, path: str) -> bool:
    """Whether a text that is no import of another file names a source by its folder and its name."""
    tail, name = "/".join(posixpath.splitext(path)[0].split("/")[-2:]), posixpath.basename(path)
    words = (tail, name) if _TELLING.search(name) else (tail,)
    needle = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")
    for other in files_with(context, words, everything=True):
        if other == path or is_test(other):
            continue
        text = text_of(context, other, errors="replace")
        at = [match.start() for match in needle.finditer(text)]
        if other.endswith(SOURCES):
            imported = {written for written in context.fact(specifiers, other) if last_part(written) == last_part(path)}
            at = [
                one
                for one in at
                if not any(text[max(one - 200, 0) : one + 200].find(written) >= 0 for written in imported)
            ]
        elif not _SETTINGS.search(other):
            at = [one for one in at if _RUN.search(text, text.rfind("\n", 0, one) + 1, one)]
        if at:
            return True
    return False


@once_a_run
def _finds_by_glob(context: Inspection, home: str) -> bool:
    """Whether a package, or the repository where it has none, holds what loads sources that no text names."""
    found = files_with(
        context,
        _GLOBS,
        ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.vue", "*.svelte", "package.json", "*.html"),
        everything=True,
    )
    return any(home_of(context, one, ("package.json",)) == home and not is_test(one) for one in found)


@once_a_run
def _has_an_entry(context: Inspection, home: str) -> bool:
    """Whether a package has a source that is loaded by its name or place: what none of them leads to is loaded by nothing."""
    sources = (one for one in context.below(home) if one.endswith(SOURCES) and not _NAMED.search(one))
    return any(_is_entry(context, one) for one in sources)


def _is_compiled(context: Inspection, home: str, path: str) -> bool:
    """Whether the scripts of its package, or of one around it, have a compiler take a source whoever imports it."""
    if is_unchecked(text_of(context, path, errors="replace")):
        return False
    known = by_folder(context)
    return any(path in _compiled(context, up) for up in upward(home) if up in known)


@once_a_run
def _compiled(context: Inspection, folder: str) -> frozenset[str]:
    """The sources that the scripts of a package have a compiler take."""
    package = by_folder(context)[folder]
    scripts = [text for name, text in package.scripts.items() if _COMPILING.fullmatch(name)]
    configs = {
        inside(folder, chosen[1]) if (chosen := _PROJECT.search(rest)) else inside(folder, "tsconfig.json")
        for text in scripts
        for rest in _COMPILER.findall(text)
    }
    if any(map(_NEXT.search, scripts)) and not _passes(context, folder):
        configs.add(inside(folder, "tsconfig.json"))
    found: set[str] = set()
    for config in configs:
        found.update(_taken(context, config if config.endswith(".json") else inside(config, "tsconfig.json")))
    return frozenset(found)


def _taken(context: Inspection, config: str, depth: int = 0) -> Iterator[str]:
    """The sources that a configuration takes, with those of the ones that it refers to."""
    if not context.is_file(config):
        return
    try:
        read = tsconfig.read(context, config)
        data = context.document(config, jsonc.parse).data
    except Unreadable:
        return
    yield from tsconfig.sources(context, read)
    references = data.get("references") if isinstance(data, dict) and not depth else None
    for one in references if isinstance(references, list) else ():
        to = one.get("path") if isinstance(one, dict) else None
        if isinstance(to, str):
            inner = path_from(folder_of(config), to)
            yield from _taken(context, inner if inner.endswith(".json") else inside(inner, "tsconfig.json"), 1)


def _passes(context: Inspection, folder: str) -> bool:
    """Whether Next is told to build whatever the compiler says."""
    names = (f"next.config.{end}" for end in ("js", "mjs", "ts", "cjs"))
    return any(_PASSES.search(text_of(context, inside(folder, name))) for name in names)
