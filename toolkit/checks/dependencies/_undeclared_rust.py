"""Crates that Rust sources use and that no ``Cargo.toml`` declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._rust_crates import compiled as compiled_in
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import cargo
from toolkit.checks.dependencies._undeclared_javascript import Undeclared
from toolkit.expressions import regex
from toolkit.packages import CRATE_KINDS
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.checking import Inspection

__all__ = ["find"]

_KNOWN = frozenset({"std", "core", "alloc", "proc_macro", "test", "crate", "self", "super", "Self"})
_USE = regex(
    r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?(?:use[ \t]+(?:::)?|extern[ \t]+crate[ \t]+)(?P<name>[a-z_]\w*)(?P<rest>[^;]{0,400};)"
)
_NOISE = regex(r"//|/\*|\br(?P<marks>#*)\"|\"")
_QUOTED = regex(r'(?:[^"\\]|\\.)*+"', re.DOTALL)
_STATEMENT = regex(r"\b(?:use|extern[ \t]+crate)\b[^;]{0,4000};")
_PATH = regex(r"(?<![\w:.$'#])(?P<name>[a-z]\w*)::(?!\s*<)")
"""A path that begins with a name; a function whose types are given, ``f::<T>()``, is none."""
_NO_CRATES = frozenset(
    {
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool", "char", "str",
        "clippy", "rustfmt", "rustdoc", "miri", "diagnostic", "accounts", "instruction", "cpi", "program",
    }
)  # fmt: skip
"""What a path begins with that is neither declared nor written: types, tools, and modules that Anchor's macro makes."""
_UNSURE = regex(
    r"\b(?:include|macro_rules|quote|quote_spanned|parse_quote|generate|abigen|include_modules)!|#!?\[cfg\((?!test\))"
)
"""What makes names, or leaves out code."""
_MAKES = regex(r"\b(?:include|generate|bindgen|abigen|declare_program)!")
"""Macros that write modules where they stand: of WIT (``exports``), contracts and IDLs."""
_WORDS = (b"::", b"use ", b"extern crate")
_LOCAL = regex(r"\b(?:mod|macro_rules!)\s+(\w+)|\bas\s+(\w+)")
_OPAQUE = regex(r"\binclude!\s*\(|(?:::|[{,])\s*\*")
"""What brings names that are not written here: generated code, and everything of another module."""
_PLAIN = frozenset(
    {"anyhow", "chrono", "clap", "dotenv", "dotenvy", "rand", "reqwest", "sha2", "sha3", "tempfile", "thiserror", "tracing_subscriber", "uuid"}
)  # fmt: skip
"""Crates that no other crate gives away by a glob."""
_CONDITION = regex(r"#\[cfg\((?!test\))[^\n]*\)\]\s*$")
"""What is compiled somewhere else, or with a feature only."""
_APART = regex(r"#!\[cfg\((?!test\))")
"""The same of a whole file."""
_BEFORE = 200
_WORD = regex(r"\w+")
_MAX_BYTES = 400_000
_Names = tuple[tuple[str, int], ...]
"""Names, each with the first line that has it."""


class _Source(NamedTuple):
    """What a source uses.

    Args:
        uses: the first names of what its statements bring, with their lines.
        paths: those of its other paths.
        globs: whether it takes everything of a crate (2) or of its own modules (1).
    """

    uses: _Names
    paths: _Names
    globs: int


def find(context: Inspection) -> Iterator[Undeclared]:
    """Every use of a crate that its package does not declare, in the files that are compiled; cargo refuses each."""
    crates = {folder_of(path): document.data for path, document in cargo(context) if table(document.data, "package")}
    libraries = _libraries(crates.values())
    for folder, data in sorted(crates.items()):
        manifest = inside(folder, "Cargo.toml")
        if context.is_foreign(manifest) or table(data, "lib").get("proc-macro") is True:
            continue  # much of what a macro's crate says is what it writes into other crates
        compiled = compiled_in(context, folder, data, conditional=False)
        sources = {path: _Source(*context.fact(_read, path)) for path in sorted(compiled)}
        known = _declared(context, data, compiled, libraries)
        foreign = any(one.globs > 1 for one in sources.values())
        own = {
            path: _unknown(one.paths, known)
            for path, one in sources.items()
            if not one.globs or (one.globs == 1 and not foreign)
        }
        free = _standing_for_nothing(context, compiled, {name for names in own.values() for name, _ in names})
        for path, one in sources.items():
            lost = (*_unknown(one.uses, known), *(name for name in own.get(path, ()) if name[0] in free))
            yield from (Undeclared(path, line, name, manifest, "no") for name, line in lost)


def _unknown(names: _Names, known: frozenset[str]) -> _Names:
    """The names that nothing declares; a package's name often has its crate's within it: async-stripe, rust-s3."""
    found = [one for one in names if one[0] not in known]
    packed = [name.replace("_", "") for name in known] if found else []
    return tuple(one for one in found if not any(one[0].replace("_", "") in name for name in packed))


def _standing_for_nothing(context: Inspection, paths: Iterable[str], names: set[str]) -> set[str]:
    """The names that the sources of a package have at the begin of paths alone: nothing there defines them or brings them."""
    codes = [_code(text_of(context, path)) for path in paths] if names else []
    return {name for name in names if not any(name in code and _is_more(name, code) for code in codes)}


def _is_more(name: str, code: str) -> bool:
    """Whether a code has a name elsewhere than at the begin of a path, or in what it brings."""
    word = re.compile(rf"(?<![\w$]){name}(?!\w)(?P<begins>::(?!\s*<))?")
    led = (one["begins"] and code[one.start() - 1 : one.start()] not in (":", ".") for one in word.finditer(code))
    return not all(led) or any(word.search(one[0]) for one in _STATEMENT.finditer(code))


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


def _read(context: Inspection, path: str) -> tuple[_Names, _Names, int]:
    """What a file uses and does not take from elsewhere."""
    content = context.content(path)
    if content is None or len(content) > _MAX_BYTES or not any(one in content for one in _WORDS):
        return (), (), 0
    text = _code(content.decode("utf-8", "replace"))
    matches = list(_USE.finditer(text))
    globs = {match["name"] for match in matches if _OPAQUE.search(match["rest"])} - {"std", "core", "alloc"}
    level = 0 if not globs else 2 if globs - _KNOWN else 1
    if _APART.search(text):
        return (), (), level
    return _uses(text, matches), () if _UNSURE.search(text) else _paths(text), level


def _paths(text: str) -> _Names:
    """First names of the paths in a code outside of its statements, with their lines."""
    clear = _STATEMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    firsts = {match["name"]: match.start() for match in reversed(list(_PATH.finditer(clear)))}
    names = firsts.keys() - _KNOWN - _NO_CRATES
    return tuple(sorted(((name, line_at(clear, firsts[name])) for name in names), key=lambda one: one[1]))


def _uses(text: str, matches: Sequence[re.Match[str]]) -> _Names:
    """First names of what the statements of a code bring, with their lines."""
    found = [match for match in matches if not _CONDITION.search(text, max(match.start() - _BEFORE, 0), match.start())]
    outer = [match for match in found if match["name"] not in ("std", "core", "alloc", "super")]
    globs = {match["name"] for match in outer if _OPAQUE.search(match["rest"])}
    if _MAKES.search(text) or not globs.isdisjoint(("crate", "self")):
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
