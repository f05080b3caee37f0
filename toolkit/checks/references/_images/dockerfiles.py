"""Dockerfiles, what they bind, and what ``.dockerignore`` leaves out of a build context."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.documents import dockerfile
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.roles import glob_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["bound", "dockerfiles", "ignored_by", "is_listed", "read"]

PATTERNS = ("Dockerfile", "Dockerfile.*", "Dockerfile-*", "*.Dockerfile", "*.dockerfile", "Containerfile", "dockerfile")
_NOT = regex(
    r"\.(?:dockerignore|md|tmpl|j2|tpl|template|jinja|erb|in|sh|py|ts|js|example|sample)$"
    r"|(?:\.|[-_])(?:backup|bak|old|orig|disabled|save)(?:[._-][\w.-]*)?$|~$"
)
"""Templates, documents, programs, and what editors and people put aside, with a date perhaps."""
_SAID = regex(rb"""(?m)^[ \t]*#[^\n]*|'[^'\n]*'|"[^"\n]*\"""")
"""Comments, and texts in which braces stand for what a command prints."""
_MOUNT = regex(r"--mount=(\S+)")


def dockerfiles(context: Inspection) -> Iterator[str]:
    """The Dockerfiles to report on."""
    for path in context.matching(*PATTERNS):
        if _NOT.search(path) is None and path not in context.inventory.links:
            yield path


def read(context: Inspection, path: str) -> dockerfile.Document | None:
    """A Dockerfile; ``None`` where it cannot be read, or is a template or a Windows image."""
    try:
        content = context.read(path)
        if (b"{{" in content or b"<%" in content) and re.search(rb"\{\{|<%", _SAID.sub(b"", content)):
            return None
        return context.document(path, dockerfile.parse)
    except Unreadable:
        return None


def bound(context: Inspection, path: str, document: dockerfile.Document) -> Iterator[dockerfile.Copy]:
    """What ``RUN --mount`` binds from the build context, as if it were copied."""
    lines = text_of(context, path, errors="replace").splitlines()
    for item in document.instructions:
        for number in range(item.line, item.end_line + 1) if item.name == "RUN" and "mount" in item.flags else ():
            for match in _MOUNT.finditer(lines[number - 1] if number <= len(lines) else ""):
                parts = dict(part.partition("=")[::2] for part in match[1].split(","))
                source = parts.get("source", parts.get("src", ""))
                if parts.get("type", "bind") == "bind" and "from" not in parts and source:
                    yield dockerfile.Copy((source,), parts.get("target", ""), "", number, item)


def is_listed(context: Inspection, path: str) -> bool:
    """Whether a path or a match of a glob is on this disk; cheaper than a verdict."""
    if "*" not in path and "?" not in path and "[" not in path:
        return path in context.inventory.files or path in context.inventory.folders
    fixed = posixpath.dirname(re.split(r"[*?\[]", path, maxsplit=1)[0] + "x") or "."
    expression = glob_expression(path)
    return any(expression.fullmatch(item) for item in context.below(fixed))


def ignored_by(context: Inspection, folder: str, file: str, source: str) -> str:
    """The pattern of the context's ``.dockerignore`` that leaves a source out; empty if none does."""
    for name in (f"{file}.dockerignore", path_from(folder, ".dockerignore")):
        if context.is_file(name):
            return _last_match(text_of(context, name, errors="replace"), posixpath.normpath(source))
    return ""


def _last_match(text: str, source: str) -> str:
    hit = ""
    parts = source.split("/")
    ancestors = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    for line in text.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        keep = pattern.startswith("!")
        clean = posixpath.normpath(pattern.removeprefix("!").strip().lstrip("/") or ".")
        expression = glob_expression(clean)
        if any(expression.fullmatch(item) for item in ancestors) or (clean == "." and source):
            hit = "" if keep else pattern
        elif keep and clean.startswith(f"{source}/"):
            hit = ""  # something within the folder is taken back in
    return hit
