"""What a source of JavaScript or TypeScript is to the repository: whether anything that lives loads it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal

from toolkit.checks._compiled import is_compiled
from toolkit.checks._entries import has_an_entry, is_entry
from toolkit.checks._packages import by_folder
from toolkit.checks._search import files_with, holders, holding
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import KINDS
from toolkit.places import below, folder_of, home_of, inside, path_from, table
from toolkit.specifiers import ENDING, SOURCES, importers, last_part, leads_to, specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Standing", "is_copy", "is_idle", "standing"]

Standing = Literal["used", "unused", "nobody's"]

_MOST = 300
"""Sources that a search for who imports one goes through: what so many lead to is used."""
_TELLING = regex(r"[a-z][A-Z]|\w[-_]\w")
"""A name of several words, which says by itself which file is meant."""
_HELPER = regex(
    r"(?:^|/)(?:libs?|utils?|helpers?|common|shared|components?|hooks|middlewares?|services?)/(?:[\w.-]+/)*[\w.-]+$"
)
"""What no program and no framework loads by itself."""
_COPY = regex(r"(?:[-_.](?:backup|old|copy|unused)| \(?\d\)?| copy)\.[cm]?[jt]sx?$")
"""What somebody put aside of a source, or a sync program made of it."""
_OWN = ("@/", "~/")
"""What an alias of a package's own sources begins with."""
_FEW = 12
"""Sources without an importer whose names are looked for in everything else."""
_TOGETHER = 200
"""Sources of which the names of all that have no importer are looked for at once, whichever of them is asked for."""
_WITHIN = regex(r"(?:src|app|source|server|client)/")
_GIVES = regex(r"\"(?:exports|module|publishConfig)\"\s*:")
_TYPED = regex(r"\"(?:types|typings)\"\s*:")
"""What a package has that gives its sources to others; types are written by tools for programs, too."""
_STARTS = regex(r"\b(?:node|tsx|ts-node|bun|nest start|next start|pm2)\b")
_TESTED = regex(r"(?:src/|tests?/|e2e|__tests__/|specs?/|cypress|playwright|stories/|integration|[^/]*$)")
"""Where tests of the repository itself lie."""
_ALL = ("@Entity", "importmap")
_OF_PACKAGES = ("unplugin-auto-import", '"nuxt"')
_CALLS = ("import.meta.glob", "require.context(", "import(`")
_GLOBS = (*_CALLS, *_OF_PACKAGES, *_ALL)
"""What loads sources that no text names one by one; that of packages, in their manifests, and some words anywhere load any."""
_LOOKS = regex(
    r"(?:\bimport\.meta\.glob(?:Eager)?\s*(?:<[^()]*>)?\(\s*\[?\s*[\"'`]|\brequire\.context\(\s*[\"'`]|\bimport\(`)(?P<begin>[^*${\"'`]*?)(?=/?[^/*${\"'`]*[*${\"'`])"
)
"""Where such a call looks: its path as far as it is fixed."""
_RUN = regex(
    r"(?i)\b(?:node|tsx|ts-node|bunx?|deno|npx|esbuild|rollup|webpack|tsc|vite|ncc|swc|pm2|nodemon|electron|k6|artillery|hardhat|cp|(?-i:COPY|ADD|CMD|ENTRYPOINT))\b"
)
_SETTINGS = regex(
    r"(?i)\.(?:html|toml|tf|hcl)$|(?:^|/)(?:serverless|template|app|angular|vercel|netlify|firebase|manifest|nest-cli|deno|project|workspace|[jt]sconfig)[\w.-]*\.(?:jsonc?|ya?ml)$"
)
"""What names a source to have it loaded; of other texts only the lines that run or copy it do."""


def is_copy(path: str) -> bool:
    """Whether the name of a script says that another one is the one that counts."""
    return _COPY.search(path) is not None


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
    if is_compiled(context, home, path) or _is_led_to(context, home, path):
        return "used"
    if alone:
        return "nobody's"
    return "unused" if _HELPER.search(path) or has_an_entry(context, home) else "used"


@once_a_run
def is_idle(context: Inspection, path: str) -> bool:
    """Whether nothing that starts by itself loads a source of an application, though a compiler may look at it; or it lies where no package builds anything."""
    if not path.endswith(SOURCES) or is_test(path):
        return False
    home = home_of(context, path, ("package.json", "deno.json", "deno.jsonc"))
    if _gives(context, home):
        return False
    if home == "." and any(folder != "." for folder in by_folder(context)):
        return "/" in path and not _WITHIN.match(path) and standing(context, path) == "nobody's"
    own = path if home == "." else path.removeprefix(f"{home}/")
    within = _HELPER.search(own) or _WITHIN.match(own)  # a source beside the manifest may be run by hand
    return within is not None and has_an_entry(context, home) and not _is_led_to(context, home, path)


@once_a_run
def _gives(context: Inspection, home: str) -> bool:
    """Whether others may import the sources of a package: one with types that is started, and that none here depends on, is a program."""
    text = text_of(context, inside(home, "package.json"))
    if _GIVES.search(text) or not _TYPED.search(text):
        return _GIVES.search(text) is not None
    package = by_folder(context).get(home)
    if package is None or not _STARTS.search(package.scripts.get("start", "")):
        return True
    name = package.data.get("name")
    return any(name in table(one.data, kind) for one in by_folder(context).values() for kind in KINDS)


def _is_led_to(context: Inspection, home: str, path: str) -> bool:
    """Whether something that starts by itself imports a source, or all that is asked of it is beyond telling."""
    seen, waiting, ends = {path}, [path], []
    while waiting:
        one = waiting.pop()
        if is_entry(context, one) or len(seen) > _MOST:
            return True
        before = [source for source in _importers(context, one) if source != one]
        if not before:
            ends.append(one)
        waiting += [source for source in before if source not in seen]
        seen.update(before)
    folders = _found_below(context, home)
    found = any(below(folder, one) for one in ends for folder in folders)
    return len(ends) > _FEW or found or any(_is_named(context, one) for one in ends)


def _importers(context: Inspection, path: str) -> Iterator[str]:
    """The sources that may import one, tests aside."""
    known, stem = importers(context), last_part(path)
    names = (stem, ".", "..") if posixpath.basename(path).startswith("index.") else (stem,)
    home = home_of(context, path, ("package.json",))
    for source in sorted({one for name in names for one in known.get(name, ())}):
        # An application may call a folder of its own sources templates.
        if is_test(source) or (context.is_foreign(source) and context.role(source)[0] != "template"):
            continue
        for written in context.fact(specifiers, source):
            if (
                last_part(written) in names
                and (
                    leads_to(written, source, path)
                    if written.startswith(".")
                    else last_part(written) == stem
                    and (
                        not written.startswith(_OWN)
                        or (_ends_like(path, written) and home_of(context, source, ("package.json",)) == home)
                    )
                )
                and not _is_erased(text_of(context, source, errors="replace"), written)
            ):
                yield source
                break


def _ends_like(path: str, written: str) -> bool:
    """Whether a path ends with what stands behind an alias of the sources."""
    stem = ENDING.sub("", written.partition("?")[0].partition("/")[2].rstrip("/")).removesuffix("/index")
    return f"/{ENDING.sub('', path)}".removesuffix("/index").endswith(f"/{stem}")


def _is_erased(text: str, written: str) -> bool:
    """Whether all that a source takes from a file are types, of which nothing is left when it runs."""
    quoted = rf"[\"']{re.escape(written)}[\"']"
    typed = re.findall(rf"\b(?:import|export)\s+type\b[^;\"'()]{{0,2000}}?\bfrom\s*{quoted}", text)
    return bool(typed) and len(typed) == len(re.findall(quoted, text))


@once_a_run
def _is_named(context: Inspection, path: str) -> bool:
    """Whether a text that is no import of another file names a source by its folder and its name."""
    needle = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, _words(path)))})(?![\w-])")
    for other in sorted(_with_its_name(context, path)):
        if other == path or is_test(other) or other.endswith(".tsbuildinfo"):
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


def _words(path: str) -> tuple[str, ...]:
    """What a text that names a source holds: its folder with its name, or its name where that is one of several words."""
    tail, name = "/".join(posixpath.splitext(path)[0].split("/")[-2:]), posixpath.basename(path)
    return (tail, name) if _TELLING.search(name) else (tail,)


def _with_its_name(context: Inspection, path: str) -> frozenset[str]:
    """The files that hold what would name a source that no other one imports."""
    number = _numbers(context).get(path)
    known = {} if number is None else _naming(context, number // _TOGETHER)
    words = _words(path)
    if not all(word in known for word in words):
        return holding(context, words)
    return frozenset[str]().union(*(known[word] for word in words))


@once_a_run
def _numbers(context: Inspection) -> dict[str, int]:
    """The sources that are no tests, in their order."""
    listed = (path for path in sorted(context.inventory.files) if path.endswith(SOURCES))
    return {path: at for at, path in enumerate(one for one in listed if not is_test(one))}


def _is_alone(context: Inspection, path: str) -> bool:
    """Whether no other source imports one; not asked of a name that half of the sources import."""
    many = len(importers(context).get(last_part(path), ())) > _MOST or posixpath.basename(path).startswith("index.")
    return not many and all(source == path for source in _importers(context, path))


@once_a_run
def _naming(context: Inspection, part: int) -> dict[str, frozenset[str]]:
    """What would name those sources of one part that no other one imports, each text with the files that hold it.

    One search for all of them takes three times as long as for a single one, and who asks for one asks for its neighbours, too.
    """
    near = list(_numbers(context))[part * _TOGETHER : (part + 1) * _TOGETHER]
    alone = (path for path in near if not is_entry(context, path) and _is_alone(context, path))
    return holders(context, {word for path in alone for word in _words(path)})


@once_a_run
def _found_below(context: Inspection, home: str) -> frozenset[str]:
    """The folders in which a package, or the repository where it has none, loads sources that no text names."""
    names = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.vue", "*.svelte", "package.json", "*.html")
    found = (one for one in files_with(context, _GLOBS, names, everything=True) if not is_test(one))
    return frozenset(
        folder
        for one in found
        if home_of(context, one, ("package.json",)) == home
        for folder in context.fact(_looks_below, one)
        if below(home, folder) or below(folder, home)
    )


def _looks_below(context: Inspection, path: str) -> tuple[str, ...]:
    """The folders in which one file has sources looked for; the root where that cannot be told."""
    text = text_of(context, path, errors="replace")
    is_source = path.endswith(SOURCES)
    if any(word in text for word in (_ALL if is_source else (*_ALL, *_OF_PACKAGES))):
        return (".",)
    if not is_source or not any(word in text for word in _CALLS):
        return ()
    written = [match["begin"] for match in _LOOKS.finditer(text)]
    return tuple({path_from(folder_of(path), one) if one.startswith(".") else "." for one in written}) or (".",)
