"""Folders that Cloudflare Pages is to serve, against what the framework of the site writes."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._packages import all_packages
from toolkit.checks.references._bundlers import config_path, config_text
from toolkit.checks.references._commands import commands
from toolkit.expressions import regex
from toolkit.outputs import BUILT_INTO, package_of
from toolkit.places import path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._terraform import Module
    from toolkit.documents.hcl import Block

__all__ = ["Served", "misplaced"]

_SETTING = regex(r'\b(destination_dir|root_dir|build_command)\s*=\s*"((?:[^"\\]|\\.)*)"')
_MOVES = regex(r"--?out|--dist|-o\s|\b(?:cp|mv|rsync)\s")
_COPIES = frozenset({"cp", "mv", "rsync", "cpx", "copyfiles", "ncp"})
_BUILDERS = frozenset({"next", "astro", "vite", "gatsby", "react-scripts", "svelte-kit"})
_EXPORTS = regex(r"\boutput\s*:\s*[\"']export[\"']")
_FOLDER = regex(r"\b(?:distDir|outDir|assetsDir|pages|fallbackPages)\s*:")
_OTHERS = (
    "nuxt",
    "@remix-run/react",
    "react-router",
    "@solidjs/start",
    "@builder.io/qwik-city",
    "vike",
    "@tanstack/react-start",
)


class Served(NamedTuple):
    """A folder that nothing writes: its line, the folder, and what the framework writes instead."""

    line: int
    path: str
    framework: str
    writes: str


def misplaced(context: Inspection, module: Module) -> Iterator[Served]:
    """Every folder of a Pages project of one file that its framework does not write."""
    for block in module.document.blocks("resource"):
        if block.labels[:1] != ("cloudflare_pages_project",):
            continue
        settings = dict(_settings(module, block))
        given, command = settings.get("destination_dir"), settings.get("build_command", ("", 0))[0]
        if given is None or "$" in given[0] or _MOVES.search(command):
            continue
        root = settings.get("root_dir", ("", 0))[0].strip("/")
        path = path_from(root, given[0].strip("/") or ".")
        package = next((one for one in all_packages(context) if one.folder == package_of(context, path)), None)
        name, folder = _written(context, package) if package else ("", "")
        writes = posixpath.normpath(package.at(folder)) if package and folder else ""
        if writes and path != writes and not path.startswith((f"{writes}/", "..")):
            yield Served(given[1], path, name, writes)


def _settings(module: Module, block: Block) -> Iterator[tuple[str, tuple[str, int]]]:
    """What a project says of its build, by name with the line: a block of version 4, a mapping of version 5."""
    for inner in block.blocks:
        if inner.type == "build_config":
            yield from ((item.name, (item.literal, item.line)) for item in inner.attributes if item.literal is not None)
    text = module.document.text
    listed = block.attribute("build_config")
    for match in _SETTING.finditer(text.content, listed.start, listed.end) if listed else ():
        yield match[1], (match[2], text.line(match.start()))


def _written(context: Inspection, package: Package) -> tuple[str, str]:
    """The framework of a site with the folder that it writes; empty where that is not known."""
    asked = {name for kind in ("dependencies", "devDependencies") for name in table(package.data, kind)}
    builds = [one.words for name, text in package.scripts.items() if "build" in name for one in commands(text)]
    moved = any(words[0] in _COPIES or (words[0] in _BUILDERS and _MOVES.search(" ".join(words))) for words in builds)
    if moved or asked & {*_OTHERS}:
        return "", ""
    if "next" in asked:
        text = _config(context, package, "next")
        return ("next, which exports,", "out") if text and _EXPORTS.search(text) and not _moved(text) else ("", "")
    if "@sveltejs/kit" in asked:
        text = _config(context, package, "svelte") or ""
        folder = "build" if "@sveltejs/adapter-static" in text else ".svelte-kit/cloudflare"
        return ("SvelteKit", folder) if "adapter-" in text and not _FOLDER.search(text) else ("", "")
    for name in ("astro", "gatsby", "react-scripts", "vite"):
        if name in asked:
            text = _config(context, package, name)
            return (name, BUILT_INTO[name]) if text is None or not _FOLDER.search(text) else ("", "")
    return "", ""


def _moved(text: str) -> bool:
    """Whether the configuration of next names another folder than that of its build, to which an export goes then."""
    named = re.findall(r"\bdistDir\s*:\s*([^\n]{0,200})", text)
    return any(not re.search(r"[\"']\.next[\"'],?\s*$", value) for value in named)


def _config(context: Inspection, package: Package, program: str) -> str | None:
    return config_text(context, config_path(context, package.folder, program))
