"""Crates that Rust sources use and that no ``Cargo.toml`` declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._rust_crates import compiled as compiled_in
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import cargo
from toolkit.checks.dependencies._undeclared_javascript import Undeclared
from toolkit.expressions import regex
from toolkit.packages import CRATE_KINDS
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = ["find"]

_KNOWN = frozenset({"std", "core", "alloc", "proc_macro", "test", "crate", "self", "super", "Self"})
_USE = regex(
    r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?(?:use[ \t]+(?:::)?|extern[ \t]+crate[ \t]+)(?P<name>[a-z_]\w*)(?P<rest>[^;]{0,400};)"
)
_NOISE = regex(r"//|/\*|\br(?P<marks>#*)\"|\"")
_QUOTED = regex(r'(?:[^"\\]|\\.)*+"', re.DOTALL)
_LOCAL = regex(r"\b(?:mod|macro_rules!)\s+(\w+)|\bas\s+(\w+)")
_OPAQUE = regex(r"\binclude!\s*\(|(?:::|[{,])\s*\*")
"""What brings names that are not written here: generated code, and everything of another module."""
_PLAIN = frozenset(
    {"anyhow", "chrono", "clap", "dotenv", "dotenvy", "rand", "reqwest", "sha2", "sha3", "tempfile", "thiserror", "tracing_subscriber", "uuid"}
)  # fmt: skip
"""Crates that no other crate gives away by a glob."""
_CONDITION = regex(r"#\[cfg\((?!test\))[^\n]*\)\]\s*$")
"""What is compiled somewhere else, or with a feature only."""
_BEFORE = 200
_WORD = regex(r"\w+")
_MAX_BYTES = 400_000


def find(context: Inspection) -> Iterator[Undeclared]:
    """Every use of a crate that its package does not declare, in the files that are compiled; cargo refuses each."""
    crates = {folder_of(path): document.data for path, document in cargo(context) if table(document.data, "package")}
    libraries = _libraries(crates.values())
    for folder, data in sorted(crates.items()):
        manifest = inside(folder, "Cargo.toml")
        if context.is_foreign(manifest) or table(data, "lib").get("proc-macro") is True:
            continue  # much of what a macro's crate says is what it writes into other crates
        compiled = compiled_in(context, folder, data, conditional=False)
        asked = {path: uses for path in sorted(compiled) if (uses := context.fact(_uses, path))}
        known = _declared(context, data, compiled, libraries) if asked else frozenset()
        packed = tuple(name.replace("_", "") for name in known)
        for path, uses in asked.items():
            for name, line in uses:
                # A package's name often has its crate's within it: async-stripe, rust-s3.
                if name not in known and not any(name.replace("_", "") in one for one in packed):
                    yield Undeclared(path, line, name, manifest, "no")


def _libraries(crates: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The name of the library of each package here that calls it otherwise than itself."""
    names = ((table(data, "package").get("name"), table(data, "lib").get("name")) for data in crates)
    return {package: library for package, library in names if isinstance(package, str) and isinstance(library, str)}


def _declared(
    context: Inspection, data: dict[str, Any], compiled: frozenset[str], libraries: Mapping[str, str]
) -> frozenset[str]:
    """Every name that the files of a crate may begin a path with: what it declares, itself, and all its modules."""
    found = {str(table(data, "package").get("name", "")), str(table(data, "lib").get("name", ""))}
    tables = [data, *(one for one in table(data, "target").values() if isinstance(one, dict))]
    for one in tables:
        for kind in CRATE_KINDS:
            asked = table(one, kind)
            found.update(asked)
            found.update(libraries[name] for name in asked if name in libraries)
    found.update(name for path in compiled for name in context.fact(_named, path))
    return frozenset(name.replace("-", "_") for name in found) | _KNOWN


def _named(context: Inspection, path: str) -> tuple[str, ...]:
    """The modules, macros and other names that a file gives."""
    text = text_of(context, path)
    return tuple({first or second for first, second in _LOCAL.findall(text)}) if len(text) <= _MAX_BYTES else ()


def _uses(context: Inspection, path: str) -> tuple[tuple[str, int], ...]:
    """First names of the paths that a file uses and that it does not take from elsewhere, with their lines."""
    if (content := context.content(path)) is None:
        return ()
    if (b"use " not in content and b"extern crate" not in content) or len(content) > _MAX_BYTES:
        return ()
    text = _code(content.decode("utf-8", "replace"))
    found = [
        match
        for match in _USE.finditer(text)
        if not _CONDITION.search(text, max(match.start() - _BEFORE, 0), match.start())
    ]
    outer = [match for match in found if match["name"] not in ("std", "core", "alloc", "super")]
    globs = {match["name"] for match in outer if _OPAQUE.search(match["rest"])}
    if "include!" in text or not globs.isdisjoint(("crate", "self")):
        return ()
    brought = {word for match in found for word in _WORD.findall(match["rest"])}
    firsts = {match["name"]: match.start("name") for match in reversed(found)}
    return tuple(
        (name, line_at(text, at))
        for name, at in sorted(firsts.items(), key=lambda item: item[1])
        if name not in brought and name not in _KNOWN and (globs <= {name} or name in _PLAIN)
    )


def _code(text: str) -> str:
    """A source without comments and texts, its lines where they were; what is never closed reaches to the end."""
    kept = []
    at = 0
    while (match := _NOISE.search(text, at)) is not None:
        if match[0] == '"':
            found = _QUOTED.match(text, match.end())
            end = found.end() if found else len(text)
        else:
            close = {"//": "\n", "/*": "*/"}.get(match[0], f'"{match["marks"]}')
            place = text.find(close, match.end())
            end = len(text) if place < 0 else place + (0 if close == "\n" else len(close))
        kept += [text[at : match.start()], "\n" * text.count("\n", match.start(), end)]
        at = end
    return "".join((*kept, text[at:]))
