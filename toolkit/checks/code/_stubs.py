"""Functions that are not written yet, as the checks for stubs and for claims both need them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with, holders, holding
from toolkit.checks._texts import text_of
from toolkit.checks.code._rules import Rule
from toolkit.checks.code._scan import Match, matches
from toolkit.checks.code._uncompiled import uncompiled
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_limit", "missing", "stubs"]

_LIMIT = regex(
    r"(?i)\bout of scope\b|\bon purpose\b|\bby design\b|\bdocumented\b|\bnot expect|\bnot implemented for [A-Z]|[-;:,.(\u2013\u2014]\s*(?:please )?use [\w-]"
)
"""What says that something is left to others, rather than not yet written."""
_SHORT = 300

_NEVER = Rule("never-compiled", "stub-implementation", frozenset({"rust"}), {})


def stubs(context: Inspection) -> tuple[Match, ...]:
    """Every stub, one for each function; those in sources that are never compiled are none of their own."""
    lost = {path for one in uncompiled(context) for path in one.tree}
    seen: set[tuple[str, str]] = set()
    found = []
    for match in matches(context, "stub-implementation"):
        place = (match.path, match.captures.get("function") or f"line {match.line}")
        if place not in seen and match.path not in lost and not _is_overridden(context, match):
            seen.add(place)
            found.append(match)
    return tuple(found)


def is_limit(match: Match) -> bool:
    """Whether a refusal says that what it refuses is none of its business, or names who does it."""
    said = match.text
    refuses = not match.captures.get("pretends") and len(said) < _SHORT and not said.startswith("todo!")
    return refuses and (bool(match.captures.get("meant")) or _LIMIT.search(said) is not None)


def missing(context: Inspection) -> tuple[Match, ...]:
    """What a claim cannot stand beside: whole stubs, and sources that are never compiled and hold more than tests."""
    apart = ("partial", "hollow")
    whole = [one for one in stubs(context) if not any(map(one.captures.get, apart)) and not is_limit(one)]
    lost = [
        Match(_NEVER, one.path, one.line, 0, "", {"name": one.functions[0], "uncompiled": "1"})
        for one in uncompiled(context)
        if not one.put_off and not one.functions[0].startswith("test")
    ]
    return tuple(sorted((*whole, *lost), key=lambda one: (one.path, one.line)))


_METHOD = regex(r"(?m)^func \((?:\w+ )?\*?(?P<type>\w+)(?:\[[^\]\n]*\])?\) (?P<name>\w+)\(")
_TRAIT = regex(r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))? )?(?:unsafe )?trait (?P<name>\w+)|^\}")
_INTERFACE = regex(r"(?m)^type (?P<name>\w+)(?:\[[^\]\n]*\])? interface \{\n(?P<methods>(?:[^}\n][^\n]*\n|\n)*)\}")
_SCRIPTS = ("*.ts", "*.tsx", "*.mts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.py")
_STRUCT = regex(r"(?m)^type (?P<name>\w+)(?:\[[^\]\n]*\])? struct \{\n(?P<fields>(?:[^}\n][^\n]*\n|\n)*)\}")


def _is_overridden(context: Inspection, match: Match) -> bool:
    """Whether a match stands in a method of a struct that others embed, a class that others extend, or a trait, one of which has a method of that name."""
    if match.path.endswith(".rs"):
        return _is_given(context, match)
    if not match.path.endswith(".go"):
        owner = match.captures.get("owner", "")
        return bool(owner) and any(_has_method(text, match.captures["name"]) for text in _heirs(context, owner))
    lines = text_of(context, match.path, errors="replace").splitlines()[: match.line]
    method = next((found for line in reversed(lines) if (found := _METHOD.match(line))), None)
    if method is None:
        return False
    held = [method["type"], *_interfaces(context, folder_of(match.path), method["name"])]
    embedding = {one for type_ in held for one in _embedding(context, type_)} - {
        (folder_of(match.path), method["type"])
    }
    return any((folder, name) in _methods_of(context, folder, method["name"]) for folder, name in embedding)


def _is_given(context: Inspection, match: Match) -> bool:
    """Whether a match stands in the default of a trait's method, and a type gives its own."""
    above = "\n".join(text_of(context, match.path, errors="replace").splitlines()[: match.line])
    trait = next((found["name"] for found in reversed([*_TRAIT.finditer(above)])), None)
    if trait is None:
        return False
    head = re.compile(rf"\bimpl\b[^{{}};\n]{{0,200}}\b{re.escape(trait)}\b(?:<[^{{}}\n]{{0,200}}>)? for\b")
    method = re.compile(rf"\bfn {re.escape(match.captures.get('name', ''))}\b")
    texts = _naming(context, trait)
    return any(
        (found := head.search(text)) is not None and method.search(text, found.end()) is not None for text in texts
    )


@once_a_run
def _naming(context: Inspection, trait: str) -> tuple[str, ...]:
    """The texts of the sources that name a trait."""
    return tuple(text_of(context, path, errors="replace") for path in sorted(holding(context, (trait,), ("*.rs",))))


@once_a_run
def _heirs(context: Inspection, owner: str) -> tuple[str, ...]:
    """What stands in sources behind the head of the first class that derives from another, whose last letter begins it."""
    name = re.escape(owner)
    heads = (
        re.compile(rf"extends(?<=\bextends)\s+(?:\w+\.)*{name}\b"),
        re.compile(rf"class (?<=\bclass )\w+\([^)\n]*\b{name}\b"),
    )
    found = []
    for path in sorted(_by_owner(context)[owner]):
        text = text_of(context, path, errors="replace")
        if hits := [hit for head in heads if (hit := head.search(text))]:
            found.append(text[min(hits, key=re.Match.start).end() - 1 :])
    return tuple(found)


@once_a_run
def _by_owner(context: Inspection) -> dict[str, frozenset[str]]:
    """The classes that have stubs, each with the sources that name it: one search for all of them."""
    owners = {match.captures.get("owner", "") for match in matches(context, "stub-implementation")} - {""}
    return holders(context, owners, _SCRIPTS)


def _has_method(text: str, name: str) -> bool:
    """Whether a class has a method of a name."""
    method = rf"(?m)^[ \t]+(?:(?:public|protected|private|override|static|async|def)[ \t]+)*{re.escape(name)}[ \t]*(?:[(<]|=[ \t]*(?:async\b|\())"
    return re.search(method, text) is not None


def _embedding(context: Inspection, type_: str) -> Iterator[tuple[str, str]]:
    """Folder and name of the structs that have a field of a type without a name of its own."""
    field = re.compile(rf"(?m)^[ \t]+\*?(?:\w+\.)?{re.escape(type_)}[ \t]*(?://[^\n]*)?$")
    for path in files_with(context, (type_,), ("*.go",), everything=True):
        for struct in _STRUCT.finditer(text_of(context, path, errors="replace")):
            if field.search(struct["fields"]):
                yield folder_of(path), struct["name"]


def _interfaces(context: Inspection, folder: str, name: str) -> Iterator[str]:
    """The interfaces of a package of Go that ask for a method: whoever is wrapped by one of these is asked through the wrapper."""
    asked = re.compile(rf"(?m)^[ \t]+{re.escape(name)}\(")
    for path in context.below(folder):
        if path.endswith(".go") and folder_of(path) == folder:
            found = _INTERFACE.finditer(text_of(context, path, errors="replace"))
            yield from (one["name"] for one in found if asked.search(one["methods"]))


def _methods_of(context: Inspection, folder: str, name: str) -> set[tuple[str, str]]:
    """The types of a package of Go that have a method of a name."""
    paths = (path for path in context.below(folder) if path.endswith(".go") and folder_of(path) == folder)
    found = (one for path in paths for one in _METHOD.finditer(text_of(context, path, errors="replace")))
    return {(folder, one["type"]) for one in found if one["name"] == name}
