"""What a TypeScript configuration takes beyond paths of its own: shared configurations of packages, folders, inputs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit import tsconfig
from toolkit.checks._packages import by_folder, named
from toolkit.checks.references._repair import strings
from toolkit.checks.references._scripts.programs import reach
from toolkit.checks.references._scripts.texts import lines
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import KINDS, TEXT_LOCKS
from toolkit.places import folder_of, inside, listed, path_from, table, upward
from toolkit.references import lost_part, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["HOME", "OUTPUT", "Lack", "is_idle", "is_known", "lacks", "lost_from"]

OUTPUT = regex(r"(^|/)(node_modules|dist|build|\.[a-z][\w-]*|target|typechain(-types)?|generated|artifacts)(/|$)")
"""Folders that a build or an install makes."""
HOME = "${configDir}"
"""The folder of what extends a configuration."""
_FOLDERS = {"baseUrl": "no import from it is found", "rootDir": "the compiler stops"}
_COMPILERS = ("tsc", "tspc", "tsgo", "tsup", "nest build", "ng build", "svelte-check")
_COMPILER = regex(r"(?<![\w./-])(?:(?:vue-)?tsc|tspc|tsgo|tsup|nest build|ng build|svelte-check)(?![\w-])[^\n&|;]*")
_CHOSEN = regex(r"\s(?:-p|--project)[ =]")
_IN_ORDER = regex(r"(?<![\w./-])(?:vue-)?tsc\s[^\n&|;]*(?:-b|--build)\b")
"""What compiles all that a configuration refers to."""
_PAGE = regex(r"\.(?:mdx?|rst)$")
_TESTED = regex(r"(?i)(?<![a-z])(?:specs?|tests?|e2e)(?![a-z])")
_COMPILED = ("tsconfig.json", "jsconfig.json")
"""What the compiler takes without being told."""


class Lack(NamedTuple):
    """What is not there: its place, the finding's text, what proves it, what a person does, and the path that is gone."""

    where: Path
    text: str
    evidence: str
    todo: str
    cause: str = ""

    @property
    def tested(self) -> bool:
        """Whether it is the tests that are lacking: a package without any has nothing to be compiled there."""
        return self.where == ("include",) and all(map(_TESTED.search, self.evidence.split(", ")))


def lacks(context: Inspection, path: str, data: dict[str, Any]) -> Iterator[Lack]:
    """What a configuration names and nobody has.

    Args:
        context: the run.
        path: the configuration.
        data: its content, without what it inherits.
    """
    for where, value in strings(data.get("extends")):
        if not value.startswith((".", "/")) and (text := _shared(context, path, value)):
            yield Lack(("extends", *where), text, value, f"declare the package of {value}, or correct extends")
    for option, ending in _FOLDERS.items():
        folder = table(data, "compilerOptions").get(option)
        if data.get("files") == [] and not data.get("include"):
            continue  # it compiles nothing itself
        if isinstance(folder, str) and _is_gone(context, path, folder) and not _replaced(context, path, option):
            text = f"{option} is {folder}, which does not exist: {ending}."
            todo = f"correct {option} {folder}, or remove it"
            yield Lack(("compilerOptions", option), text, folder, todo, lost_from(context, path, folder))
    wanted = [value for _, value in strings(data.get("include"))]
    # With a list of files that is inherited, be it an empty one, or with references the compiler does without (tried with tsc 5.6 and 6.0).
    listing = (
        tsconfig.read(context, path).origin.get("files", path) != path or data.get("files") or "references" in data
    )
    gone = wanted and not listing and all(_is_gone(context, path, value) for value in wanted)
    if gone and not _replaced(context, path, "include"):
        text = f"include takes {', '.join(wanted[:3])}{', ...' if wanted[3:] else ''}, and no file is there: the compiler stops without inputs."
        names = ", ".join(wanted)
        todo = f"let include take the sources that are there in place of {names}"
        yield Lack(("include",), text, names, todo, lost_from(context, path, wanted[0]))


def is_idle(context: Inspection, path: str) -> bool:
    """Whether no command is known to compile by a configuration: that it takes no inputs then stops nobody."""
    folder, name = folder_of(path), posixpath.basename(path)
    beside = {line for source, line in lines(context, _COMPILER, *_COMPILERS) if folder_of(source) == folder}
    here = [command for line in beside for command in _COMPILER.findall(line)]
    if any(name in one or (name in _COMPILED and not _CHOSEN.search(one)) for one in here):
        return False
    if not all(is_idle(context, heir) for heir in _heirs(context, path)):
        return False
    if path in _led_to(context) and any(lines(context, _IN_ORDER, "tsc")):
        return False
    last = posixpath.basename(folder)
    project = re.compile(rf"(?:-p|--project|-b|--build)[ =]\S*\b{re.escape(last)}(?:[/\s\"']|$)")
    return not _is_named(context, path) and not any(lines(context, project, last))


def _is_named(context: Inspection, path: str) -> bool:
    """Whether a script names a configuration, or an instruction does with what compiles: that a page lists it compiles nothing."""
    word = re.compile(rf"(?<![\w.-]){re.escape(path)}(?![\w-])")
    found = lines(context, word, path)
    return any(not _PAGE.search(source) or _COMPILER.search(line) for source, line in found)


def lost_from(context: Inspection, path: str, value: str) -> str:
    """The topmost folder that is not there of what a configuration names."""
    return lost_part(context, path_from(folder_of(path), value).partition("/*")[0])


@once_a_run
def _led_to(context: Inspection) -> frozenset[str]:
    """The configurations that others extend or refer to."""
    found = set()
    for path, document in context.documents(context.matching("tsconfig*.json", "jsconfig*.json"), jsonc.parse):
        data = table(document.data)
        named = [value for _, value in strings(data.get("extends"))]
        named += [str(table(one).get("path")) for one in listed(data.get("references"))]
        for value in named:
            target = path_from(folder_of(path), value)
            found |= {target, f"{target}.json", f"{target}/tsconfig.json"}
    return frozenset(found)


def _is_gone(context: Inspection, path: str, value: str) -> bool:
    """Whether nothing in a clone is named, and no build is known to make it."""
    if HOME in value or OUTPUT.search(value):
        return False
    if resolve(context, value, folder_of(path), suffixes=(".ts", ".tsx", ".d.ts", ".js")).kind != "missing":
        return False
    # Sources that git is told to ignore a program writes.
    written = path_from(folder_of(path), value.replace("**/", "").replace("*", "x"))
    return "*" not in value or not context.inventory.ignored((written,))


def _replaced(context: Inspection, path: str, option: str) -> bool:
    """Whether a configuration is there to be extended, and all that extend it say otherwise: nobody compiles it."""
    if posixpath.basename(path) in _COMPILED:
        return False
    heirs = _heirs(context, path)
    return bool(heirs) and path not in {origin.get(option) for origin in heirs.values()}


def _heirs(context: Inspection, path: str) -> dict[str, Mapping[str, str]]:
    """The configurations that take something of one and that no other extends, each with what its options come from."""
    found = {}
    for other in context.matching("tsconfig*.json", "jsconfig*.json"):
        try:
            origin = tsconfig.read(context, other).origin if other != path else {}
        except Unreadable:
            continue
        if path in origin.values() and other not in _led_to(context):
            found[other] = origin
    return found


def _shared(context: Inspection, path: str, value: str) -> str:
    """Why a configuration of a package cannot be found; empty if it can, or if only an install would tell."""
    parts = value.split("/")
    name = "/".join(parts[:2]) if value.startswith("@") else parts[0]
    rest = value[len(name) :].lstrip("/")
    member = named(context).get(name)
    if member is not None:
        if rest and member.data.get("exports") is None:
            found = resolve(context, rest, member.folder, suffixes=(".json", "/tsconfig.json"))
            return f"extends {value}, and {name} has no {rest}: the compiler stops." if found.kind == "missing" else ""
        return ""
    manifests = [inside(up, "package.json") for up in upward(folder_of(path))]
    if not any(context.is_file(one) for one in manifests) or is_known(context, path, name):
        return ""
    return f"extends {value}, and no package.json above asks for {name}: the compiler stops."


def is_known(context: Inspection, path: str, name: str) -> bool:
    """Whether a manifest above declares a package, a lock above brings it, or a flat layout puts it there for another member."""
    for up in upward(folder_of(path)):
        try:
            data = context.json(inside(up, "package.json")) if context.is_file(inside(up, "package.json")) else {}
        except Unreadable:
            return True
        if any(name in table(data, kind) for kind in KINDS):
            return True
        for lock in TEXT_LOCKS:
            if context.is_file(inside(up, lock)) and name.encode() in _content(context, inside(up, lock)):
                return True
    nearest = next((one for up in upward(folder_of(path)) if (one := by_folder(context).get(up))), None)
    near = reach(context, nearest, name) if nearest is not None else ()
    return name in near or posixpath.basename(path).startswith("jsconfig")


def _content(context: Inspection, path: str) -> bytes:
    try:
        return context.read(path)
    except Unreadable:
        return b""
