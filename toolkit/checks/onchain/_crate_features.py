"""Features of crates that sources need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.onchain._path_crates import all_path_crates
from toolkit.checks.onchain._programs import inherited
from toolkit.checks.onchain._versions import anchor_of, line_of
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.places import inside, table, texts
from toolkit.versions import sort_key

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._crate_names import Source
    from toolkit.checks.onchain._programs import Program

__all__ = ["is_built_by_anchor", "lacks_idl_build", "lacks_init_if_needed"]

_USE = regex(r"#\s*\[\s*account\s*\([^\]]{0,2000}?\b(?P<word>init_if_needed)\b")
_FEATURE = "init-if-needed"
_GATED_FROM = (0, 21)
_DESCRIBED_FROM = (0, 30)
"""The first line of Anchor that builds IDLs by a feature of the program."""
_BUILD = regex(r"\banchor (?:build|test)\b(?![^\n]{0,80}--(?:no-idl|skip-build))")
_BUILT = ("anchor build", "anchor test")
_GLOBS = ("*.yml", "*.yaml", "*.sh", "package.json", "Makefile", "justfile", "*.md", "Dockerfile*", "Anchor.toml")


def lacks_init_if_needed(context: Inspection, program: Program, sources: list[Source]) -> tuple[Source, int] | None:
    """The first place where a program needs anchor-lang's feature that nothing in its manifests switches on."""
    version = anchor_of(context, program)
    if not version or sort_key(line_of(version))[0] < _GATED_FROM:
        return None
    hit = next(((one, match) for one in sources if one.own and (match := _USE.search(one.document.code))), None)
    if hit is None or any(
        _has_it(context, folder) for folder in (program.folder, *all_path_crates(context, program.folder))
    ):
        return None
    return hit[0], hit[0].document.text.line(hit[1].start("word"))


def lacks_idl_build(context: Inspection, program: Program) -> int:
    """The line where a program should have the feature by which Anchor makes its IDL; 0 if it has it, or is of a line that asks for none."""
    version = anchor_of(context, program)
    if not version or sort_key(line_of(version))[0] < _DESCRIBED_FROM:
        return 0
    document = context.readable(program.manifest, toml.parse)
    if document is None or "idl-build" in table(document.data, "features"):
        return 0
    has_features = document.place(("features",)) is not None
    return document.line(("features",) if has_features else ("dependencies", "anchor-lang"))


def is_built_by_anchor(context: Inspection) -> bool:
    """Whether anything says that programs are built by Anchor's command line, IDLs included."""
    found = files_with(context, _BUILT, _GLOBS, everything=True)
    return any(_BUILD.search(text_of(context, path, errors="replace")) for path in found)


def _has_it(context: Inspection, folder: str) -> bool:
    """Whether a manifest switches the feature on, itself or through a feature of its own; what cannot be read may."""
    try:
        data = context.toml(inside(folder, "Cargo.toml"))
    except Unreadable:
        return True
    own = table(data, "features")
    if any(_FEATURE in text for name in own for text in texts(own[name])):
        return True
    value: Any = table(data, "dependencies").get("anchor-lang")
    given = texts(table({"": value}, "").get("features"))
    if table({"": value}, "").get("workspace") is True:
        value, _ = inherited(context, folder, "anchor-lang", ("", ()))
        given += texts(table({"": value}, "").get("features"))
    return _FEATURE in given
