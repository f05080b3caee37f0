"""Packages of JavaScript that the program of an image imports, and that its install leaves out: npm's lock has them for development alone."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._imports import javascript
from toolkit.checks.dependencies._javascript_world import package_name
from toolkit.checks.dependencies._manifests import package
from toolkit.checks.dependencies._script_aliases import ENDINGS
from toolkit.checks.dependencies._undeclared_javascript import Undeclared
from toolkit.context import Unreadable
from toolkit.documents import dockerfile
from toolkit.expressions import regex
from toolkit.installs import is_dockerfile
from toolkit.places import folder_of, inside, join, path_from, table
from toolkit.specifiers import specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["find"]

_INSTALL = regex(r"\bnpm[ \t]+(?P<word>ci|clean-install|install|i|prune)\b(?P<rest>[^&|;\n]*)")
_OTHERS = regex(r"\b(?:pnpm|yarn|bun)\b|\bnpm[ \t]+(?:config|pkg|link)\b")
_WITHOUT = regex(r"--omit[= ]dev|--only[= ]prod|--production(?![=\w-])|--production=true")
_WITH = regex(r"--include[= ]dev|--production=false|--dev\b")
_GLOBAL = regex(r"(?:^|\s)(?:-g|--global)\b")
_PRODUCTION = regex(r"\bNODE_ENV(?:=|\s+)[\"']?production\b")
_STARTS = regex(r"node\s+(?:--?[\w=./:-]+\s+)*(?P<file>[\w./-]+)\s*$")
_COMPILES = regex(r"(?<![\w-])(?:tsc|nest\s+build|babel|swc)(?![\w-])")
_BUNDLES = regex(
    r"webpack|esbuild|tsup|rollup|vite|\bncc\b|parcel|bun build|unbuild|\bnext\b|\bnx\b|turbo|tsdown|rspack"
)
_BUILT = regex(r"(?:dist|build|out|lib)/")
_TOP = regex(r"import\b|export\b|\}|(?:const|let|var)\b|require\(")
_MOST = 2000
"""Sources of one program."""


def find(context: Inspection) -> Iterator[Undeclared]:
    """Every package that a source of an image's program imports at its top and that the image has not."""
    names = [name for name in context.inventory.by_name if is_dockerfile(name)]
    for path, document in context.documents(sorted(context.named(*names)), dockerfile.parse):
        folder = folder_of(path)
        left = (
            _left_out(context, folder)
            if document.stages and _state(document, len(document.stages) - 1) == "without"
            else set()
        )
        entry = _entry(context, folder, document) if left else None
        for source in _reached(context, entry) if entry else ():
            text = text_of(context, source, errors="replace")
            lines = text.splitlines()
            for item in javascript(text, sorted(left)):
                if item.runs and not item.typed and _TOP.match(lines[item.line - 1]):
                    yield Undeclared(
                        source, item.line, package_name(item.name), inside(folder, "package.json"), "shipped", path
                    )


def _left_out(context: Inspection, folder: str) -> set[str]:
    """What a manifest asks for in development, and npm's lock has for nothing else."""
    document = package(context, inside(folder, "package.json"))
    path = inside(folder, "package-lock.json")
    # Below another lock the Dockerfile may be built from there, with that one's manifest.
    unsure = folder != "." and context.is_file("package-lock.json")
    if document is None or unsure or not context.is_file(path) or "workspaces" in document.data:
        return set()
    try:
        entries = table(context.json(path), "packages")
    except Unreadable:
        return set()
    kept = {
        name
        for kind in ("dependencies", "optionalDependencies", "peerDependencies")
        for name in table(document.data, kind)
    }
    asked = set(table(document.data, "devDependencies")) - kept
    return {name for name in asked if table(entries, f"node_modules/{name}").get("dev") is True}


def _state(document: dockerfile.Document, number: int, depth: int = 0) -> str:
    """What ``node_modules`` a stage has: ``without`` development, ``all``, or empty where that is not known."""
    stage = document.stages[number]
    named = {one.name or str(at): at for at, one in enumerate(document.stages[:number])}
    state = (
        _state(document, named[stage.image], depth + 1) if stage.image in named and depth < len(document.stages) else ""
    )
    production = False
    for item in stage.instructions:
        production |= item.name in ("ENV", "ARG") and _PRODUCTION.search(item.value) is not None
        if item.name == "RUN":
            if _OTHERS.search(item.value):
                return ""
            for match in _INSTALL.finditer(item.value):
                if not _GLOBAL.search(match["rest"]):
                    slim = _WITHOUT.search(match["rest"]) is not None or (
                        production and not _WITH.search(match["rest"])
                    )
                    state = "without" if slim else state if match["word"] == "prune" else "all"
        elif item.name == "COPY" and (origin := item.flags.get("from")):
            whole = any(
                posixpath.basename(word.rstrip("/")) in ("node_modules", "app", "src", ".") for word in item.words[:-1]
            )
            if whole and origin in named and depth < len(document.stages):
                state = _state(document, named[origin], depth + 1)
    return state


def _entry(context: Inspection, folder: str, document: dockerfile.Document) -> str | None:
    """The source of what the image starts, where a compiler that keeps imports made it or it is run as it is."""
    commands = {
        item.name: " ".join(item.words)
        for item in document.stages[-1].instructions
        if item.name in ("CMD", "ENTRYPOINT")
    }
    said = " ".join(commands[name] for name in ("ENTRYPOINT", "CMD") if name in commands)
    manifest = package(context, inside(folder, "package.json"))
    scripts = table(manifest.data, "scripts") if manifest else {}
    if script := re.fullmatch(r"npm (?:run )?(start(?::\w+)?)", said):
        said = str(scripts.get(script[1], ""))
    match = _STARTS.fullmatch(said.strip())
    name = match["file"].removeprefix("/app/").removeprefix("./") if match else ""
    if not name or name.startswith("/"):
        return None
    written = _first(context, join(folder, name))
    if written is not None:
        return written
    build = str(scripts.get("build", ""))
    if (
        not _COMPILES.search(build)
        or _BUNDLES.search(build)
        or '"webpack": true' in text_of(context, inside(folder, "nest-cli.json"))
    ):
        return None
    rest = _BUILT.sub("", name, count=1).removesuffix(".js")
    return _first(context, join(folder, f"src/{rest.removeprefix('src/')}")) or _first(context, join(folder, rest))


def _first(context: Inspection, target: str | None) -> str | None:
    """The source that a path without or with another ending means."""
    if target is None:
        return None
    stem = re.sub(r"\.[cm]?js$", "", target)
    names = (
        target,
        *(f"{one}{end}" for one in dict.fromkeys((target, stem)) for end in ENDINGS),
        *(f"{target}/index{end}" for end in ENDINGS),
    )
    return next((one for one in names if one in context.inventory.tracked_set), None)


def _reached(context: Inspection, entry: str) -> Iterator[str]:
    """The sources that a program loads, by the relative paths of its imports."""
    seen, left = {entry}, [entry]
    while left and len(seen) < _MOST:
        source = left.pop()
        yield source
        paths = [one for one in context.fact(specifiers, source) if one.startswith(".")]
        text = text_of(context, source, errors="replace")
        for item in javascript(text, paths):
            target = _first(context, path_from(folder_of(source), item.name)) if item.runs and not item.typed else None
            if target is not None and target not in seen:
                seen.add(target)
                left.append(target)
