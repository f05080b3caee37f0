"""Names in the sources of a crate: what is defined or brought in, and what is used without either.

Read without a compiler: where names may come from a macro or from a glob import of another crate, nothing is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._rust_crates import compiled, lost_modules
from toolkit.checks._rust_modules import MODULE
from toolkit.checks.onchain._path_crates import path_crates
from toolkit.documents import rust
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program

__all__ = ["Source", "Use", "is_defined", "is_module", "is_named", "sources_of", "undefined"]

_MACRO = regex(r"\bmacro_rules!\s*\w+\s*(?=\{)")
_ITEM = regex(r"\b(?:struct|enum|union|type|mod|use|trait|item|tt|ty)\b")
"""What defines a name, and what a macro takes that may do so."""
_GLOB = regex(r"\buse\s+(?::+)?(?P<root>\w+)(?:::[\w:]+)?(?:::\{[^;]*\*[^;]*\}|::\*)\s*;")
_LOCAL = frozenset({"super", "self", "crate", "anchor_lang", "std", "core"})
_WITH_ACCOUNTS = frozenset({"anchor_spl"})
"""Crates whose glob imports bring accounts, but neither contexts of instructions nor errors nor events."""
_ACCOUNT = regex(r"\b(?:Account|AccountLoader|InterfaceAccount)\s*<\s*'\w+\s*,\s*(?P<name>[A-Z]\w*)\s*>")
_EVENT = regex(r"\bemit(?:_cpi)?!\s*\(\s*(?P<name>[A-Z]\w*)\s*\{")
_ERROR = regex(r"(?<![:\w])(?P<name>(?:[A-Z]\w*)?(?:Error|Errors|ErrorCode|Err))::(?P<variant>[A-Z]\w*)\b(?!\s*[!:])")
_OF_PRELUDE = frozenset(
    {
        "ProgramError", "Error", "ErrorCode", "ProgramData", "UpgradeableLoaderState", "SystemAccount",
        "UncheckedAccount", "AccountInfo",
    }
)  # fmt: skip
_FOLDER = regex(r"(?<![:\w])(?P<name>instructions|processor|handlers|state|errors|utils|constants|events)::(?=\w)")
_IN_FOLDER = regex(
    r"(?<![:\w])(?P<folder>instructions|processor|handlers|state)::(?P<name>[a-z]\w{0,60})::(?=[a-zA-Z_])"
)
_FROM_ROOT = regex(r"(?<![:\w])crate::(?P<name>[a-z]\w{0,60})\s*(?=::)")
_FROM_ROOT_LIST = regex(r"\buse\s+crate::\{(?P<names>[^;]{0,2000})\}\s*;")
_LISTED = regex(r"(?:^|,)\s*(?P<name>[a-z]\w{0,60})\s*(?=::)")
_MADE_BY_ANCHOR = frozenset({"instruction", "accounts", "program", "cpi", "typedefs", "id", "entry"})
_VARIANT = regex(r"(?:^|[{,])\s*(?P<name>[A-Z]\w*)")


class Source(NamedTuple):
    """One source of a crate, or of one whose names it brings in by a glob."""

    path: str
    document: rust.Document
    own: bool = True
    """Whether cargo compiles it as part of the crate itself: what module statements lead to."""


class Use(NamedTuple):
    """A name that is used and stands for nothing.

    Args:
        what: in words, for a message.
        missing: what would have to be written.
    """

    path: str
    line: int
    what: str
    missing: str


def sources_of(context: Inspection, program: Program) -> list[Source] | None:
    """Every source of a crate, and of crates by path whose names a glob brings in; ``None`` where names may come from elsewhere."""
    found: list[Source] = []
    pending, seen = [program.folder], {program.folder}
    for folder in pending:
        more = _sources(context, folder, own=folder == program.folder)
        if more is None:
            return None
        modules = {match["name"] for one in more for match in MODULE.finditer(one.document.code)}
        if folder == program.folder:
            reached = compiled(context, folder, context.toml(program.manifest), conditional=True)
            lost = any(True for _ in lost_modules(context, (program.root,)))
            # What a lost module would hold may lie in a file of another name: that is told as the module then.
            more = [one._replace(own=one.path in reached) for one in more if lost or one.path in reached]
        roots = {match["root"] for one in more for match in _GLOB.finditer(one.document.code)}
        crates = path_crates(context, folder) if roots else {}
        unknown = roots - _LOCAL - _WITH_ACCOUNTS - modules
        if unknown - crates.keys():
            return None
        new = {crates[name] for name in unknown} - seen
        seen |= new
        pending += sorted(new)
        found += more
    return found


def _sources(context: Inspection, folder: str, *, own: bool) -> list[Source] | None:
    found = []
    for path in context.below(folder):
        if not path.endswith(".rs"):
            continue
        if (document := context.readable(path, rust.parse)) is None:
            return None
        if "include!" in document.code or "declare_program!" in document.code or _makes_names(document.code):
            return None
        found.append(Source(path, document, own))
    return found


def _makes_names(code: str) -> bool:
    """Whether a macro of a source has a definition in its body: what it is called with may define anything."""
    for match in _MACRO.finditer(code):
        span = rust.block(code, match.end())
        if span is None or _ITEM.search(code, *span):
            return True
    return "macro_rules!" in code and not _MACRO.search(code)


def undefined(program: Program, sources: list[Source]) -> Iterator[Use]:
    """Accounts, events, errors and modules that are used and that nothing in the crate defines or imports."""
    codes = [one.document.code for one in sources]
    told: set[str] = set()
    with_accounts = any(match["root"] in _WITH_ACCOUNTS for code in codes for match in _GLOB.finditer(code))
    patterns = [(_EVENT, "event", "#[event] struct")]
    patterns += [] if with_accounts else [(_ACCOUNT, "account", "#[account] struct")]
    for source in (one for one in sources if one.own):
        if "/tests/" in source.path or "cfg(test)" in source.document.code:
            continue
        for pattern, kind, missing in patterns:
            for match in pattern.finditer(source.document.code):
                if match["name"] not in told | _OF_PRELUDE and not is_named(match["name"], codes, macros=False):
                    told.add(match["name"])
                    yield _use(source, match, f"The {kind} {match['name']}", f"{missing} {match['name']}")
        yield from _errors(source, codes, told)
    root = next((one for one in sources if one.path == program.root), None)
    for match in _FOLDER.finditer(root.document.code) if root else ():
        name = match["name"]
        if (
            name not in told
            and not is_module(name, codes)
            and not re.search(rf"\buse\s[^;]*\b{name}\b", root.document.code if root else "")
        ):
            told.add(name)
            yield _use(root, match, f"The module {name}", f"mod {name}")  # type: ignore[arg-type]
    yield from _inner_modules(root, codes, told) if root else ()
    yield from _of_root(sources, codes, told)


def _of_root(sources: list[Source], codes: list[str], told: set[str]) -> Iterator[Use]:
    """Modules that paths from the crate root begin with: ``use crate::errors::Failure``."""
    for source in (one for one in sources if one.own):
        code = source.document.code
        lists = (re.sub(r"\{[^{}]*\}", "", one["names"]) for one in _FROM_ROOT_LIST.finditer(code))
        named = {one["name"] for text in lists for one in _LISTED.finditer(text)}
        named |= {one["name"] for one in _FROM_ROOT.finditer(code)}
        for name in sorted(named - told - _MADE_BY_ANCHOR):
            made = re.compile(
                rf"\b(?:mod|fn|struct|enum|union|trait|type|const|static|as|crate)\s+(?:r#)?{name}\b|\buse\s(?!\s*crate\b)[^;]*\b{name}\b"
            )
            where = re.search(rf"\bcrate::(?:\{{[^;]{{0,2000}}?)?(?P<name>{name})\s*::", code)
            if where and not name.startswith("__") and not any(made.search(one) for one in codes):
                told.add(name)
                yield _use(source, where, f"The module crate::{name}", f"mod {name}")


def _inner_modules(root: Source, codes: list[str], told: set[str]) -> Iterator[Use]:
    """Modules in a folder that the crate root names by path: ``instructions::deposit::handler``."""
    for match in _IN_FOLDER.finditer(root.document.code):
        name = match["name"]
        made = re.compile(rf"\b(?:mod|fn|struct|enum|trait|type|const|as)\s+{name}\b|\buse\s[^;]*\b{name}\b")
        if name not in told and match["folder"] not in told and not any(made.search(code) for code in codes):
            told.add(name)
            yield _use(root, match, f"The module {match['folder']}::{name}", f"mod {name}")


def _use(source: Source, match: re.Match[str], what: str, missing: str) -> Use:
    return Use(source.path, source.document.text.line(match.start("name")), what, missing)


def _errors(source: Source, codes: list[str], told: set[str]) -> Iterator[Use]:
    for match in _ERROR.finditer(source.document.code):
        name, variant = match["name"], match["variant"]
        full = f"{name}::{variant}"
        if name in told or full in told:
            continue
        bodies = [body for code in codes for body in _enum(name, code)]
        if not bodies:
            if name not in _OF_PRELUDE and not is_named(name, codes, macros=False):
                told.add(name)
                yield _use(source, match, f"The error {name}", f"#[error_code] enum {name}")
        elif len(bodies) == 1 and variant not in bodies[0] and not _is_constant(variant, codes):
            told.add(full)
            yield _use(source, match, f"The error {full}", f"the variant {variant} of {name}")


def _enum(name: str, code: str) -> Iterator[set[str]]:
    for match in re.finditer(rf"\benum\s+{name}\b[^{{;]*", code):
        span = rust.block(code, match.end())
        if span:
            body = re.sub(r"#\s*\[[^\]]*\]", " ", code[span[0] : span[1]])
            body = re.sub(r"\([^()]*\)|(?<!^)\{[^{}]*\}", " ", body.strip("{} \n"))
            yield {part["name"] for part in _VARIANT.finditer(body)}


def _is_constant(name: str, codes: list[str]) -> bool:
    return any(re.search(rf"\b(?:const|type|fn)\s+{name}\b", code) for code in codes)


def is_named(name: str, codes: list[str], *, macros: bool = True) -> bool:
    """Whether a type of that name is defined or imported somewhere in the crate.

    Args:
        name: of the type.
        codes: the crate's sources.
        macros: also where a macro is given the name, which may define it.
    """
    defined = rf"\b(?:struct|enum|type|union)\s+{name}\b|\buse\s[^;]*\b{name}\b|\bas\s+{name}\b"
    pattern = re.compile(defined + (rf"|\w+!\s*[({{\[][^;{{}}]*\b{name}\b" if macros else ""))
    return any(pattern.search(code) for code in codes if name in code)


def is_defined(name: str, code: str) -> bool:
    """Whether a source defines a type of that name."""
    return re.search(rf"\b(?:struct|enum|type|union)\s+{name}\b", code) is not None


def is_module(name: str, codes: list[str]) -> bool:
    """Whether a source has a module of that name."""
    return any(re.search(rf"\bmod\s+{name}\b", code) for code in codes)
