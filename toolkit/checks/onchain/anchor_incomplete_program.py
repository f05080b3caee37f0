"""See :class:`AnchorIncompleteProgram`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._programs import programs
from toolkit.context import Unreadable
from toolkit.documents import rust
from toolkit.model import Fix
from toolkit.places import below, folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.model import Finding

_MODULE = re.compile(
    r"^[ \t]*(?:pub(?:\s*\([^)]*\))?\s+)?(?P<word>mod)\s+(?P<name>(?:r#)?\w+)\s*(?P<end>[;{])", re.MULTILINE
)
_PATH = re.compile(r"#\[\s*path\s*=\s*\"([^\"]+)\"\s*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\s*\([^)]*\))?\s+)?\Z")
_ENTRY = re.compile(r"#\[\s*(?:anchor_lang::)?program\s*\]")
_CONTEXT = re.compile(r"\bContext\s*<\s*(?:'\w+\s*,\s*)*(?P<type>(?:\w+::)*(?P<name>[A-Z]\w*))")
_GLOB = re.compile(r"\buse\s+(?::+)?(?P<root>\w+)(?:::[\w:]+)?(?:::\{[^;]*\*[^;]*\}|::\*)\s*;")
_LOCAL = frozenset({"super", "self", "crate", "anchor_lang", "anchor_spl", "std", "core"})
_MAX_FILES = 2000


class AnchorIncompleteProgram(Check):
    """A program cannot compile: a module or an instruction's accounts are missing.

    What it checks: From the crate root of each Anchor program: ``mod x;`` without ``x.rs`` or ``x/mod.rs`` (``#[path]`` and nested
        modules are followed, modules under ``#[cfg]`` left alone), and ``Context<T>`` in ``#[program]`` where no source of the crate names a
        type T. Where names come from a macro or from a glob import of another crate, nothing is said.
    Why it matters: The crate never compiled in this state, so nothing of it was tested or deployed from here.
    How to fix: Commit the missing file, or write the accounts structure; otherwise remove the line.
    Fix safety: Manual. What is missing has to be written.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for program in programs(context):
            if program.source is None or program.anchor is None or not program.has_entry:
                continue
            if context.focus is None or any(below(program.folder, path) for path in context.focus):
                yield from self._modules(context, program)
                yield from self._contexts(context, program)

    def _modules(self, context: Inspection, program: Program) -> Iterator[Finding]:
        pending = [(program.root, folder_of(program.root))]
        seen = {program.root}
        while pending and len(seen) < _MAX_FILES:
            path, folder = pending.pop()
            try:
                if b"mod" not in context.read(path):
                    continue
                source = context.document(path, rust.parse)
            except Unreadable:
                continue
            for name, offset, candidates in _declared_modules(source, path, folder):
                found = [one for one in candidates if _exists(context, one)]
                if not found:
                    yield self.finding(
                        context,
                        path,
                        f"The module {name} of the program {program.name} has no file: the crate does not compile.",
                        line=source.text.line(offset),
                        evidence=f"neither {' nor '.join(candidates)} exists",
                        fixes=(Fix(f"commit {candidates[0]}, or remove the line", "manual"),),
                    )
                for one in found[:1]:
                    if one not in seen and context.is_file(one):
                        seen.add(one)
                        pending.append((one, _inner(one)))

    def _contexts(self, context: Inspection, program: Program) -> Iterator[Finding]:
        source = program.source
        entry = _ENTRY.search(source.code) if source else None
        span = rust.block(source.code, entry.end()) if source and entry else None
        if source is None or span is None:
            return
        wanted = [one for one in _CONTEXT.finditer(source.code, *span) if not _is_defined(one["name"], source.code)]
        codes = _codes(context, program) if wanted else None
        told: set[str] = set()
        for match in wanted if codes is not None else ():
            name, root = match["name"], match["type"].partition("::")[0]
            foreign = "::" in match["type"] and root not in _LOCAL and not _is_module(root, codes or [])
            if name in told or foreign or _is_named(name, codes or []):
                continue
            told.add(name)
            yield self.finding(
                context,
                program.root,
                f"The accounts {name} of an instruction of {program.name} are defined nowhere: the crate does not compile.",
                line=source.text.line(match.start()),
                evidence=f"no struct {name} in {program.folder}",
                fixes=(Fix(f"write #[derive(Accounts)] struct {name}, or remove the instruction", "manual"),),
            )


def _declared_modules(source: rust.Document, path: str, folder: str) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Modules in files of their own: name, offset, and the paths that would do."""
    open_modules: list[tuple[int, str]] = []
    for match in _MODULE.finditer(source.code):
        open_modules = [one for one in open_modules if one[0] > match.start()]
        name = match["name"].removeprefix("r#")
        if match["end"] == "{":
            span = rust.block(source.code, match.end() - 1)
            hidden = "cfg" in rust.attributes(source.code, match.start("word"))
            open_modules.append((span[1] if span else len(source.code), "" if hidden else name))
            continue
        start = len(match[0]) - len(match[0].lstrip()) + match.start()
        said = rust.attributes(source.code, start)
        depth = source.code.count("{", 0, start) - source.code.count("}", 0, start)
        if "cfg" in said or any(not one[1] for one in open_modules) or depth != len(open_modules):
            continue
        given = _PATH.search(source.uncommented[max(0, start - 300) : start])
        if given:
            base = folder_of(path) if not open_modules else inside(folder, "/".join(one[1] for one in open_modules))
            yield name, start, (posixpath.normpath(posixpath.join(base, given[1])),)
            continue
        base = posixpath.normpath(posixpath.join(folder, *(one[1] for one in open_modules)))
        yield name, start, (inside(base, f"{name}.rs"), inside(base, f"{name}/mod.rs"))


def _inner(path: str) -> str:
    """The folder of the submodules of a module's file."""
    folder, name = folder_of(path), posixpath.basename(path)
    return folder if name in ("mod.rs", "lib.rs", "main.rs") else inside(folder, name.removesuffix(".rs"))


def _exists(context: Inspection, path: str) -> bool:
    if path.startswith("../") or any(
        below(inner, path) for inner in (*context.inventory.gitlinks, *context.inventory.nested)
    ):
        return True  # outside of what can be seen
    if not context.is_file(path):
        return False
    return path in context.inventory.tracked_set or not context.inventory.ignored((path,))


def _codes(context: Inspection, program: Program) -> list[str] | None:
    """The code of every source of a crate; ``None`` where names may come from elsewhere."""
    found = []
    for path in context.below(program.folder):
        if not path.endswith(".rs"):
            continue
        try:
            code = context.document(path, rust.parse).code
        except Unreadable:
            return None
        if "macro_rules!" in code or "include!" in code or "declare_program!" in code:
            return None
        found.append(code)
    modules = {match["name"] for code in found for match in _MODULE.finditer(code)}
    for code in found:
        if any(match["root"] not in _LOCAL | modules for match in _GLOB.finditer(code)):
            return None
    return found


def _is_named(name: str, codes: list[str]) -> bool:
    """Whether a type of that name is defined or imported somewhere in the crate."""
    holding = [code for code in codes if name in code]
    defined = re.compile(rf"\b(?:struct|enum|type|union)\s+{name}\b")
    imported = re.compile(rf"\buse\s[^;]*\b{name}\b|\bas\s+{name}\b|\w+!\s*[({{\[][^;{{}}]*\b{name}\b")
    return any(defined.search(code) for code in holding) or any(imported.search(code) for code in holding)


def _is_defined(name: str, code: str) -> bool:
    return re.search(rf"\b(?:struct|enum|type|union)\s+{name}\b", code) is not None


def _is_module(name: str, codes: list[str]) -> bool:
    return any(re.search(rf"\bmod\s+{name}\b", code) for code in codes)
