"""What the code of a worker exports, handles and forwards, as far as a reader without a compiler can tell."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.texts import blank

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = [
    "CODE",
    "answers_alike",
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
_DEFAULT_NAME = regex(
    r"(?m)^export[ \t]+default[ \t]+(\w+)(?:[ \t]+(?:satisfies|as)[ \t]+[\w<>, .]{1,80})?[ \t]*;?[ \t]*$"
    r"|^export[ \t]*\{[ \t]*(\w+)[ \t]+as[ \t]+default\b"
)
_COMPOSED = regex(r"[{,]\s*\.\.\.\w|\bclass\s+\w*\s*extends\s+(?!WorkerEntrypoint\b)")
_APPLICATION = r"(?:new\s+\w*Hono\b|(?:new\s+)?(?:Auto|Itty)?Router\s*[<(])"
"""Frameworks whose applications answer requests and nothing else."""
_DEFAULT = regex(r"export\s+default\s*(?:\{|class\b)")
_FORWARDS = regex(
    r"(?<![\w.])fetch\s*\((?!\s*\w+\s*:)(?![^)]*\)\s*(?::|\{))|\.fetch\s*\(|passThroughOnException|\bproxy\s*\(|getAssetFromKV|serveStatic"
)
_ROUTER = regex(
    r"(?:const|let|var)\s+(\w+)\s*(?::[^=\n]{1,80})?=\s*(?:await\s+)?(?:new\s+)?(?:\w*Hono|\w*Router|\w*App|createYoga)\b"
)
_PAGES = regex(
    r"text/html|\.html\(|<html|<!doctype|renderTo\w+|HTMLRewriter|ASSETS|createRequestHandler|@remix-run|react-router|astro|next-on-pages|opennext"
    r"|sveltekit|nitro",
    re.IGNORECASE,
)
_ANSWERS = regex(
    r"\bnew\s+Response\s*\(|\bResponse\.(?:json|redirect|error)\s*\(|\bc(?:tx|ontext)?\.(?:json|text|body|redirect|notFound)\s*\("
)
_MOVES = regex(r"redirect|\b30[1278]\b")
_BY_HOST = regex(r"\bhost(?:name)?\s*={1,3}(?!=)")
_HEAD = 200
"""Characters of an answer in which its status stands."""
_LOOKS = regex(
    r"\.url\b|pathname|searchParams|\.cf\b|headers\.get|\.method\b|\bRouter\b|Hono|URLPattern|\bimport\b|\brequire\(|\.(?:get|post|all|route|use)\("
)
"""What code does that answers one request otherwise than another, or has others answer it."""
_METHOD = regex(r"(?:async\s+|function\s+)fetch\s*\(")


def plain(text: str, *, templates: bool = True) -> str:
    """Code with its comments blanked, so that lines keep their numbers; with ``templates=False`` long texts, too."""

    def one(match: re.Match[str]) -> str:
        kept = match["text"] or (match["template"] if templates else "")
        return kept or blank(match[0])

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
    base = path_from(posixpath.dirname(path), specifier)
    stem = base.removesuffix(".js")
    return next((name for item in (base, stem) for end in _ENDINGS if context.is_file(name := item + end)), "?")


def handles(context: Inspection, path: str, event: str) -> bool | None:
    """Whether the default export of a worker handles an event (``queue``); ``None`` where it is made elsewhere.

    An object or class that only speaks of the event counts; an application of Hono or itty-router has no such handler unless
    it is given one.
    """
    text = text_of(context, path)
    made = _default(context, path, text) if text is not None else None
    if text is None or made is None:
        return None
    inner, name = made
    if name:
        return (
            re.search(rf"\b{name}(?: as [^)\n]{{1,80}}\))?\.{event}\b|Object\.(?:assign|definePropert)", inner)
            is not None
        )
    if _OPAQUE.search(text) or _is_composed(inner):
        return None
    return re.search(rf"\b{event}\b", text) is not None


def _is_composed(text: str) -> bool:
    """Whether an object takes others into itself, or a class follows one of the project: more is in it than its text says."""
    end = text.find("\n}")
    return _COMPOSED.search(text, 0, len(text) if end < 0 else end) is not None


def _default(context: Inspection, path: str, text: str, depth: int = 0) -> tuple[str, str] | None:
    """The text that makes a default export, with the name of the application that it is; empty for an object or class."""
    if own := _DEFAULT.search(text):
        return text[own.start() :], ""
    found = _DEFAULT_NAME.search(text)
    name = found[1] or found[2] if found else ""
    if not name or depth > _DEEPEST:
        return None
    if re.search(rf"(?:const|let|var)\s+{name}\s*(?::[^=\n]{{1,80}})?=\s*{_APPLICATION}", text):
        return text, name
    if own := re.search(rf"(?:const|let|var)\s+{name}\s*(?::[^=\n]{{1,80}})?=\s*\{{|class\s+{name}\b", text):
        return text[own.start() :], ""
    taken = re.search(rf"import\s+{name}\s+from\s*[\"']([^\"']+)[\"']", text)
    source = _module(context, path, taken[1]) if taken else "?"
    there = text_of(context, source)
    made = _default(context, source, there, depth + 1) if there is not None else None
    # What a handler is given in the file that takes the application counts, too.
    return (f"{made[0]}\n{text.replace(name, made[1])}", made[1]) if made and made[1] else None


def handled_beside(context: Inspection, path: str, event: str) -> bool:
    """Whether the handler of an event is exported beside a default export that has none: only that one's are called."""
    text = text_of(context, path)
    beside = re.search(rf"export\s+(?:const|let|var|(?:async\s+)?function)\s+{event}\b", text or "")
    made = _default(context, path, text) if text is not None and beside else None
    return made is not None and bool(made[1]) and handles(context, path, event) is False


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


def answers_alike(context: Inspection, source: str, text: str = "") -> bool:
    """Whether a worker of one file answers every request in the same way: it looks at nothing of it."""
    code = plain(text) if text else text_of(context, source)
    return code is not None and "Response" in code and _LOOKS.search(code) is None


def serves_pages(context: Inspection, source: str, text: str = "") -> bool:
    """Whether a worker makes pages itself: it speaks of HTML, or a framework that does is its entry."""
    folder = posixpath.dirname(source) or "."
    paths = [path for path in context.below(folder) if path.endswith(CODE)] if source and folder != "." else [source]
    for path in paths if source else ():
        try:
            text += context.read(path).decode("utf-8", "replace")
        except Unreadable:
            return True
    return _PAGES.search(text) is not None or _moves_on(text)


def _moves_on(text: str) -> bool:
    """Whether a code sends visitors elsewhere by its last answer, which all else falls through to, or by their host."""
    clear = plain(text)
    starts = [match.start() for match in _ANSWERS.finditer(clear)]
    moving = [_MOVES.search(clear, start, start + _HEAD) is not None for start in starts]
    return any(moving) and (moving[-1] or _BY_HOST.search(clear) is not None)
