"""Ids under which tests start a program: whatever the id is, the program answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._binding_texts import Binding

__all__ = ["is_started"]

_WORDS = (
    "bankrun",
    "litesvm",
    "LiteSVM",
    "ProgramTest",
    "mollusk",
    "Mollusk",
    "--bpf-program",
    "--upgradeable-program",
)
_ID = r"(?P<id>[1-9A-HJ-NP-Za-km-z]{32,44})(?!\w)"
_WHICH = rf"(?:[\"']{_ID}|(?:new\s{{1,9}})?\w{{1,40}}\(\s{{0,80}}[\"'](?P<made>[1-9A-HJ-NP-Za-km-z]{{32,44}})|&?(?:\w{{1,60}}(?:\.|::)){{0,5}}(?P<name>\w{{1,80}}))"
_FORMS = (
    regex(rf"--(?:bpf|upgradeable)-program[ =][\"']?{_ID}"),
    regex(rf"\bname\s{{0,9}}:\s{{0,9}}[\"'`\w]{{1,80}}\s{{0,9}},\s{{0,80}}programId\s{{0,9}}:\s{{0,9}}{_WHICH}"),
    regex(rf"\.(?:addProgram|add_program)(?:FromFile|_from_file)?\s{{0,9}}\(\s{{0,80}}{_WHICH}"),
    regex(rf"\b(?:ProgramTest|Mollusk)::new\(\s{{0,80}}(?:\"[^\"\n]{{0,80}}\"\s{{0,9}},\s{{0,80}})?{_WHICH}"),
)
_MANIFESTS = ("package.json", "Cargo.toml")


class _Starts(NamedTuple):
    """What is started: ids, and names of ids, each with the folder of the package whose test says so."""

    ids: frozenset[str]
    names: frozenset[tuple[str, str]]


def is_started(context: Inspection, one: Binding) -> bool:
    """Whether a test or a local validator runs a program under the id that a name holds; a name counts within its package."""
    starts = _starts(context)
    return one.value in starts.ids or any((up, one.name) in starts.names for up in _packages(context, one.path))


@once_a_run
def _starts(context: Inspection) -> _Starts:
    ids, names = set[str](), set[tuple[str, str]]()
    for path in files_with(context, _WORDS):
        text = text_of(context, path)
        for match in (hit for form in _FORMS for hit in form.finditer(text)):
            found = match.groupdict()
            if address := found["id"] or found.get("made"):
                ids.add(address)
            elif found.get("name"):
                names.update((folder, match["name"]) for folder in _packages(context, path)[:1])
    return _Starts(frozenset(ids), frozenset(names))


def _packages(context: Inspection, path: str) -> list[str]:
    """The folders above a file that are packages, the nearest first."""
    return [
        up for up in upward(folder_of(path)) if any(context.is_file(inside(up, manifest)) for manifest in _MANIFESTS)
    ]
