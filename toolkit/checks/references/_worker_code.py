"""What the code of a worker exports, handles and forwards, as far as a reader without a compiler can tell."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = [
    "CODE",
    "exports",
    "forwards",
    "forwards_in",
    "handled_beside",
    "handles",
    "plain",
    "serves_pages",
    "text_of",
]

CODE = (".ts", ".js", ".mjs", ".tsx", ".jsx", ".mts")
_STARS = regex(r"export\s*\*\s*from\s*[\"']([^\"']+)[\"']")
_OPAQUE = regex(r"export\s*\*\s*as|module\.exports|import\s*\(")
_TOKEN = regex(
    r"(?P<text>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')|(?P<template>`(?:\\.|[^`\\])*`)|/\*.*?\*/|//[^\n]*",
    re.DOTALL,
)
"""Texts and comments: a route such as ``"/api/*"`` begins no comment."""
_ENDINGS = ("", *CODE, "/index.ts", "/index.js", "/index.tsx")
_DEEPEST = 6
_DEFAULT_NAME = regex(r"(?m)^export[ \t]+default[ \t]+(\w+)[ \t]*;?[ \t]*$")
_DEFAULT = regex(r"export\s+default\s*(?:\{|class\b)")
_FORWARDS = regex(
    r"(?<![\w.])fetch\s*\((?!\s*\w+\s*:)(?![^)]*\)\s*(?::|\{))|\.fetch\s*\(|passThroughOnException|\bproxy\s*\(|getAssetFromKV|serveStatic"
)
_ROUTER = regex(
    r"(?:const|let|var)\s+(\w+)\s*(?::[^=\n]{1,80})?=\s*(?:await\s+)?(?:new\s+)?(?:\w*Hono|\w*Router|\w*App|createYoga)\b"
)
_PAGES = regex(
    r"text/html|\.html\(|<html|<!doctype|renderTo\w+|HTMLRewriter|ASSETS|createRequestHandler|@remix-run|react-router|astro|next-on-pages|opennext"
    r"|sveltekit|nitro|302|301|Response\.redirect",
    re.IGNORECASE,
)
_METHOD = regex(r"(?:async\s+|function\s+)fetch\s*\(")


def plain(text: str, *, templates: bool = True) -> str:
    """Code with its comments blanked, so that lines keep their numbers; with ``templates=False`` long texts, too."""

    def one(match: re.Match[str]) -> str:
        kept = match["text"] or (match["template"] if templates else "")
        return kept or re.sub(r"[^\n]", " ", match[0])

    return _TOKEN.sub(one, text)


def text_of(context: Inspection, path: str) -> str | None:
    """Code without its comments; ``None`` where the file is not there or no code."""
    if not path.endswith(CODE) or not context.is_file(path):
        return None
    try:
        content = context.read(path).decode("utf-8", "replace")
    except Unreadable:
        return None
    return plain(content)


def exports(context: Inspection, path: str, name: str, depth: int = 0) -> bool | None:
    """Whether a module exports a name, through ``export *`` of its own files too; ``None`` where that cannot be told."""
    text = text_of(context, path)
    if text is None or depth > _DEEPEST:
        return None
    word = re.escape(name)
    if re.search(
        rf"export\s+(?:abstract\s+)?(?:class|const|let|var|function)\s+{word}\b|export\s*(?:type\s*)?\{{[^}}]*\b{word}\b",
        text,
    ):
        return True
    known: bool | None = None if _OPAQUE.search(text) else False
    for match in _STARS.finditer(text):
        inner = exports(context, _module(context, path, match[1]), name, depth + 1)
        if inner:
            return True
        known = None if inner is None else known
    return known


def _module(context: Inspection, path: str, specifier: str) -> str:
    """The file that a relative import names; a path that is not there for a package or an alias."""
    if not specifier.startswith("."):
        return "?"
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))
    stem = base.removesuffix(".js")
    return next((name for item in (base, stem) for end in _ENDINGS if context.is_file(name := item + end)), "?")


def handles(context: Inspection, path: str, event: str) -> bool | None:
    """Whether the default export of a worker speaks of an event (``queue``); ``None`` where it is made elsewhere."""
    text = text_of(context, path)
    if text is None or _OPAQUE.search(text) or not _DEFAULT.search(text):
        return None
    return re.search(rf"\b{event}\b", text) is not None


def handled_beside(context: Inspection, path: str, event: str) -> bool:
    """Whether a worker's default export is an application of Hono, and the handler of an event is exported beside it.

    Only handlers of the default export are called.
    """
    text = text_of(context, path)
    default = _DEFAULT_NAME.search(text) if text is not None else None
    if text is None or default is None:
        return False
    name = re.escape(default[1])
    is_application = re.search(rf"(?:const|let|var)\s+{name}\s*(?::[^=\n]{{1,80}})?=\s*new\s+\w*Hono\b", text)
    given = re.search(rf"\b{name}(?: as \w+\))?\.{event}\b|Object\.(?:assign|definePropert)", text)
    beside = re.search(rf"export\s+(?:const|let|var|(?:async\s+)?function)\s+{event}\b", text)
    return is_application is not None and beside is not None and given is None


def forwards(context: Inspection, source: str) -> bool:
    """Whether a worker or a file beside it asks anyone else; whatever looks like it counts."""
    folder = posixpath.dirname(source) or "."
    paths = [path for path in context.below(folder) if path.endswith(CODE)] if folder != "." else [source]
    for path in paths:
        try:
            text = context.read(path).decode("utf-8", "replace")
        except Unreadable:
            return True
        if forwards_in(text):
            return True
    return False


def forwards_in(text: str) -> bool:
    """Whether a code asks anyone else; whatever looks like it counts."""
    # An application that hands a request to its own router forwards nothing.
    own = {match[1] for match in _ROUTER.finditer(text)}
    clear = _METHOD.sub("", text)
    for name in own:
        clear = re.sub(rf"(?<![\w.]){name}\.fetch\b", "", clear)
    return _FORWARDS.search(clear) is not None


def serves_pages(context: Inspection, source: str, text: str = "") -> bool:
    """Whether a worker makes pages itself: it speaks of HTML, or a framework that does is its entry."""
    folder = posixpath.dirname(source) or "."
    paths = [path for path in context.below(folder) if path.endswith(CODE)] if source and folder != "." else [source]
    for path in paths if source else ():
        try:
            text += context.read(path).decode("utf-8", "replace")
        except Unreadable:
            return True
    return _PAGES.search(text) is not None
