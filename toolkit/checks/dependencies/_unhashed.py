"""Entries of locks that come from a registry or an address and have no hash, each form of lock by its own rules."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.context import Unreadable
from toolkit.documents import requirements
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = ["READERS", "Bare", "of_requirements"]

_COMMIT = regex(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")
_ARCHIVE = regex(r"^https?://[^#]*\.(?:tgz|tar\.gz)")


class Bare(NamedTuple):
    """An entry; only the first one of a lock needs its line, because counting them is what takes time."""

    name: str
    line: int


def _npm(context: Inspection, path: str) -> Iterator[Bare]:
    try:
        data = context.json(path)
    except Unreadable:
        return
    line = -1
    for key, entry in _npm_entries(data):
        resolved = str(entry.get("resolved", ""))
        version = str(entry.get("version", ""))
        if entry.get("integrity") or any(entry.get(flag) for flag in ("link", "inBundle", "bundled", "extraneous")):
            continue
        if resolved.startswith(("git", "file:")) or version.startswith(("git", "file:", "github:")):
            continue
        if _COMMIT.search(resolved) or not version:
            continue
        if line < 0:
            text = text_of(context, path)
            line = line_at(text, max(text.find(f"{json.dumps(key)}:"), 0))
        yield Bare(key.rpartition("node_modules/")[2], line)


def _npm_entries(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    modern = table(data, "packages")
    # What a package brings a lock for has the hashes that its publisher gave; what lies outside is linked, not downloaded.
    passed = ("../", *(f"{key}/" for key, entry in modern.items() if table(entry).get("hasShrinkwrap")))
    for key, entry in modern.items():
        if "node_modules/" in key and isinstance(entry, dict) and not key.startswith(passed):
            yield key, entry
    if not modern:
        yield from ((key, entry) for key, entry in table(data, "dependencies").items() if isinstance(entry, dict))


_YARN_BLOCK = regex(r"(?m)^(?P<key>[^\s#].*):[ \t]*\r?\n(?P<body>(?:[ \t]+.*\r?\n?|\r?\n(?=[ \t]))+)")


def _yarn(context: Inspection, path: str) -> Iterator[Bare]:
    text = text_of(context, path)
    blocks = list(_YARN_BLOCK.finditer(text))
    berry = "__metadata:" in text
    if berry and not any("\n  checksum:" in f"\n{match['body']}" for match in blocks):
        return  # checksums are switched off, which is a setting of the project
    for match in blocks:
        body = match["body"]
        if berry:
            plain = re.search(r'resolution: "[^"]+@npm:', body) and "conditions:" not in body
            lacks = plain and "checksum:" not in body
        else:
            found = re.search(r'resolved "?([^\s"]+)', body)
            # Before 1.10 yarn kept the hash as the address's fragment; commits of git are an address without an archive.
            lacks = found and _ARCHIVE.search(found[1]) and "integrity " not in body and not _COMMIT.search(found[1])
        if lacks:
            yield Bare(match["key"].strip('"').split(",")[0], line_at(text, match.start()))


_PNPM_BARE = regex(r"(?m)^  (\S.*):[ \t]*\r?\n    resolution: \{(?![^}]*integrity:)(?P<what>[^}]*)\}")


def _pnpm(context: Inspection, path: str) -> Iterator[Bare]:
    text = text_of(context, path)
    for match in _PNPM_BARE.finditer(text):
        what = match["what"]
        if re.search(r"\b(?:directory|commit|repo|type):", what):
            continue
        if not _COMMIT.search(what) and "file:" not in what:
            yield Bare(match[1].strip("'\"/"), line_at(text, match.start()))


_UV_PACKAGE = regex(
    r'(?ms)^\[\[package\]\]\r?\nname = "(?P<name>[^"]+)"\r?\nversion = [^\n]*\r?\nsource = \{ registry = (?P<body>.*?)(?=^\[\[package|\Z)'
)
_UV_FILE = regex(r"\{ (?:url|path) = [^\n]*?\}")


def _uv(context: Inspection, path: str) -> Iterator[Bare]:
    text = text_of(context, path)
    for match in _UV_PACKAGE.finditer(text):
        if any("hash = " not in one for one in _UV_FILE.findall(match["body"])):
            yield Bare(match["name"], text.count("\n", 0, match.start()) + 2)


_POETRY_PACKAGE = regex(
    r'(?ms)^\[\[package\]\]\r?\nname = "(?P<name>[^"]+)"(?P<body>.*?)(?=^\[\[package|^\[metadata|\Z)'
)


def _poetry(context: Inspection, path: str) -> Iterator[Bare]:
    text = text_of(context, path)
    for match in _POETRY_PACKAGE.finditer(text):
        body = match["body"]
        elsewhere = re.search(r'(?m)^type = "(?:git|directory|file|url)"', body)
        if not elsewhere and re.search(r"(?m)^files = \[\s*\]", body):
            yield Bare(match["name"], text.count("\n", 0, match.start()) + 2)


_BUN_ENTRY = regex(r'(?m)^    "(?P<name>[^"\n]+)": \["[^"\n]+@\d[^"\n]*", "[^"\n]*",(?P<rest>.*)\],?\r?$')


def _bun(context: Inspection, path: str) -> Iterator[Bare]:
    text = text_of(context, path)
    for match in _BUN_ENTRY.finditer(text):
        if not re.search(r'"sha\d+-[^"]+"\s*$', match["rest"]):
            yield Bare(match["name"], line_at(text, match.start()))


_CRATE = regex(
    r'(?m)^\[\[package\]\]\r?\nname = "(?P<name>[^"]+)"\r?\nversion = "[^"]+"\r?\nsource = "registry\+[^"]+"\r?\n(?!checksum)'
)


def _cargo(context: Inspection, path: str) -> Iterator[Bare]:
    text = text_of(context, path)
    if '"checksum ' in text:
        return  # version 1 keeps them in a table at the end
    for match in _CRATE.finditer(text):
        yield Bare(match["name"], text.count("\n", 0, match.start()) + 2)


def of_requirements(context: Inspection, path: str) -> Iterator[Bare]:
    """Requirements without a hash in a file that has them for others."""
    if b"--hash=" not in text_of(context, path).encode("utf-8", "surrogateescape"):
        return
    document = context.readable(path, requirements.parse)
    for one in document.requirements if document else ():
        if not one.hashes and one.name and not one.editable and not one.is_local:
            yield Bare(one.name, one.line)


READERS: Mapping[str, Callable[[Inspection, str], Iterator[Bare]]] = {
    "uv.lock": _uv,
    "poetry.lock": _poetry,
    "bun.lock": _bun,
    "package-lock.json": _npm,
    "npm-shrinkwrap.json": _npm,
    "yarn.lock": _yarn,
    "pnpm-lock.yaml": _pnpm,
    "Cargo.lock": _cargo,
}
"""By the name of the lock."""
