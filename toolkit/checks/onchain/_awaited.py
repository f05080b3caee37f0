"""Interfaces of programs that sources import out of ``target``, and that Anchor writes nowhere there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks._rust_crates import ENTRY
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.onchain._programs import normal, programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, path_from, upward
from toolkit.specifiers import SOURCES, specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program

__all__ = ["Awaited", "awaited"]

_INTERFACE = regex(
    r"(?P<up>(?:\.{1,2}/)+(?:[\w.-]+/)*?)(?P<tail>target/(?:types|idl)/(?P<name>\w+))(?:\.json|\.[jt]s)?"
)
_MODULE = regex(r"\s*(?:#\[[^\]]{0,300}\]\s*)*(?:pub\s+)?mod\s+(\w+)")
_MAKERS = ("*.sh", "package.json", "*.yml", "*.yaml", "Makefile", "justfile", "*.toml", "*.js", "*.mjs", "*.py", "*.rs")
_MAKES = regex(
    r"\b(?:cp|mv|ln|rsync|copy\w*|write\w*|fetch|shank|codama|mkdir\w*|link|symlink)\b[^\n]{0,200}target/(?:types|idl)"
    r"|-(?:o|t|-out\w*(?:-dir)?|-idl(?:-ts)?)[ =]\S{0,200}target/(?:types|idl)"
)
"""What brings interfaces into a folder besides a build."""


class Awaited(NamedTuple):
    """An import of an interface that is not written.

    Args:
        path: of the source.
        line: of the import.
        text: what is said of it.
        near: what was meant.
        home: the folder in whose ``target`` it is looked for.
        elsewhere: whether Anchor builds into another one.
    """

    path: str
    line: int
    text: str
    near: str
    home: str
    elsewhere: bool


def awaited(context: Inspection) -> Iterator[Awaited]:
    """Each folder and name once, at the first source that imports it."""
    homes = {folder_of(path) for path in context.inventory.named("Anchor.toml")}
    spaces = {space.folder: space for space in workspaces(context)}
    made = frozenset(name for one in programs(context) for name in _names(one))
    told: set[str] = set()
    for path, written, match in _imports(context) if homes else ():
        home = path_from(folder_of(path), match["up"])
        target, name = inside(home, match["tail"]), match["name"]
        above = next((up for up in upward(home) if up in homes), None)
        if target in told or above is None or _is_there(context, target) or _is_made(context):
            continue
        text, near = f"{written} is imported", ""
        if above != home:
            text += f" out of {inside(home, 'target')}, where Anchor writes nothing: it builds into {inside(above, 'target')}"
        elif name in made or home not in spaces or not spaces[home].programs:
            continue
        else:
            near = likely(name, {one.name for one in spaces[home].programs})
            text += f", and no program is called {name}: Anchor never writes it{f'; {near} is like it' if near else ''}"
        if line := _line(context, path, written):
            told.add(target)
            yield Awaited(path, line, text, near, home, above != home)


def _imports(context: Inspection) -> Iterator[tuple[str, str, re.Match[str]]]:
    for path in context.inventory.tracked:
        if path.endswith(SOURCES) and context.shows(path) and not context.is_foreign(path):
            for written in context.fact(specifiers, path):
                if "target/" in written and (match := _INTERFACE.fullmatch(written)):
                    yield path, written, match


def _names(program: Program) -> Iterator[str]:
    """What Anchor may call the interface of a program: by its library, its package, or in older releases its module."""
    yield from (program.name, normal(program.package))
    entry = ENTRY.search(program.source.code) if program.source else None
    if entry and program.source and (module := _MODULE.match(program.source.code, entry.end())):
        yield module[1]


def _is_there(context: Inspection, target: str) -> bool:
    listed = context.inventory.files
    around = {*context.inventory.gitlinks, *context.inventory.links, *context.inventory.nested}
    return any(f"{target}{end}" in listed for end in (".ts", ".d.ts", ".json", ".js")) or not around.isdisjoint(
        upward(target)
    )


def _is_made(context: Inspection) -> bool:
    """Whether something other than a build brings interfaces into a folder ``target``."""
    makers = files_with(context, ("target/types", "target/idl"), _MAKERS, everything=True)
    return any(_MAKES.search(text_of(context, path, errors="replace")) for path in makers)


def _line(context: Inspection, path: str, written: str) -> int:
    """The line of an import; 0 where it only stands in a comment."""
    text = text_of(context, path, errors="replace")
    form = rf"(?m)^(?![ \t]*(?://|\*|/\*))[^\n]*?(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*[\"']{re.escape(written)}[\"']"
    match = re.search(form, text)
    return line_at(text, match.end()) if match else 0
