"""Instructions to copy an example of an environment file, and whether the example is where they look for it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.expressions import regex
from toolkit.places import below, folder_of, inside, join, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Copied", "copied"]

_WORDS = ("env.example", "env.sample", "env.template", "vars.example", "env.local.example", "env.dist")
_GLOBS = ("*.md", "*.mdx", "*.rst", "*.txt")
_NAME = r"(?P<path>(?:[\w.@-]{1,60}/){0,6}\.?(?:env|dev\.vars|[\w-]{1,30}\.env)(?:\.[\w-]{1,30}){0,2}\.(?:example|sample|template|dist))"
_COPY = regex(
    rf"(?:(?<![\w./-])(?:cp|mv|copy|Copy-Item)(?:[ \t]-\w{{1,4}})?|\b[Cc]opy(?:[ \t]the)?(?:[ \t]file)?)[ \t]{{1,4}}[\"'`*\[]{{0,3}}(?:\./)?{_NAME}(?![\w.-]|/)"
)
_CHANGED = regex(
    r"(?:(?<![\w-])cd[ \t]+[\"']?|\b(?:[Nn]avigate|[Gg]o|[Cc]hange|[Ss]witch) (?:in)?to (?:the )?[\"'`*]{0,2}(?=[\w./@-]{1,120}[\"'`*]{0,2} (?:directory|folder)))(?P<folder>[\w./@-]{1,120})"
)
"""What enters a folder, as a command or in words."""
_ALONE = regex(r"`cd [^`\n]*&&[^`\n]*`(?=[^\n]*\n)")
"""A step in the line of its own text which enters a folder for itself: what stands below is none of it."""
_SECTION = regex(r"\n(?:#|\*\*[^\n]*\*\*:?[ \t]*\n)")
_BEFORE = 500
"""Characters of a block of commands in which another folder is entered."""
_ROOT = regex(r"(?i)\broot\b|repo(?:sitory)?\b")
_AT_ROOT = regex(
    r"(?i)\b(?:run|execute)\b[^\n.]{0,60}\b(?:from|in|at) (?:the )?(?:project|repo(?:sitory)?|workspace|monorepo)(?:'s)? root\b"
)
"""What says of all commands of a document where they are run."""
_NO_INSTRUCTIONS = regex(
    r"(?i)(?:^|/)(?:changelog|history|audit|report|templates?|plans?|adr|archive|legacy)[^/]*(?:/|$)|\.(?:template|tmpl|tpl)\."
)
_MANIFESTS = (
    "package.json",
    "pyproject.toml",
    "Cargo.toml",
    "go.mod",
    "wrangler.toml",
    "wrangler.jsonc",
    "Anchor.toml",
)


class Copied(NamedTuple):
    """A file that is to be copied and that nobody has committed: where that is said, its name there, and where it should be."""

    path: str
    line: int
    said: str
    wanted: str


def copied(context: Inspection) -> Iterator[Copied]:
    """Every example that documents have their readers copy and that is nowhere it could be meant, at the first document."""
    told: set[str] = set()
    for path in files_with(context, _WORDS, _GLOBS):
        if context.is_foreign(path) or _NO_INSTRUCTIONS.search(path):
            continue
        text = text_of(context, path)
        for match in _COPY.finditer(text):
            said = match["path"]
            before = text[max(match.start() - _BEFORE, 0) : match.start()].rpartition("```\n\n")[2]
            before = _ALONE.sub("", _SECTION.split(before)[-1])
            wanted = _missing(context, path, said, before, at_root=_AT_ROOT.search(text) is not None)
            if wanted and wanted not in told:
                told.add(wanted)
                yield Copied(path, line_at(text, match.start("path")), said, wanted)


def _missing(context: Inspection, document: str, said: str, before: str, *, at_root: bool) -> str:
    """Where an example should be, if it is in no place that its reader may be in; else empty."""
    home = folder_of(document)
    entered = [found for found in _CHANGED.findall(before) if found not in (".", "..", "-")]
    tracked = context.inventory.tracked_set
    if "/" in said or entered:
        tail = inside(posixpath.basename(entered[-1].rstrip("/")), said) if entered else said
        if any(f"/{one}".endswith(f"/{tail}") for one in _named(context, said)):
            return ""
    starts = [join(home, entered[-1]), join(".", entered[-1].lstrip("./"))] if entered else []
    folder = next((one for one in starts if one in context.inventory.folders and one != "."), None)
    if folder is None and entered:
        folder = "." if "/" not in said else None  # the clone, under whatever name
    package = next((up for up in upward(home) if any(inside(up, one) in tracked for one in _MANIFESTS)), ".")
    own = folder or package
    alone = own != "." and own in (folder, home) and any(inside(own, one) in tracked for one in _MANIFESTS)
    if alone and "/" not in said and not _ROOT.search(before) and not at_root:
        return "" if inside(own, said) in tracked else inside(own, said)
    if any(join(up, said) in tracked for up in {*upward(home), *upward(own)}):
        return ""
    if "/" not in said and any(below(own, one) for one in _named(context, said)):
        return ""
    folder = folder_of(said)
    of_root = join(own, folder) not in context.inventory.folders and folder in context.inventory.folders
    return said if of_root else join(own, said) or ""


def _named(context: Inspection, said: str) -> list[str]:
    base = posixpath.basename(said)
    return [one for one in context.inventory.named(base) if one in context.inventory.tracked_set]
