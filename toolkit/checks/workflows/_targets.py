"""Targets of make and crates that commands ask for by a name."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks._makefiles import MAKEFILES, targets
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import CRATE_KINDS
from toolkit.places import listed, path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple

__all__ = ["asked_of_make", "lacking_crate", "lacking_target"]

_CRATE = regex(
    r"cargo(?: \+\S+)? (?:build|test|check|clippy|run|bench|nextest|doc|build-sbf|test-sbf|fuzz run)\b|anchor (?:build|test|deploy)\b"
)
_WORD = regex(rb"[A-Za-z_][\w-]*")


def lacking_target(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    """The target that ``make`` is asked for and does not have, as a sentence; empty where nothing is amiss."""
    makefile, wanted = asked_of_make(context, words, folder)
    known = targets(context, makefile) if makefile else None
    for target in wanted if known is not None else ():
        made = path_from(posixpath.dirname(makefile) or ".", target)
        listed = made in context.inventory.tracked_set or made in context.inventory.folders
        if known is not None and target not in known and not listed:
            near = likely(target, sorted(known))
            return f"{makefile} has no target {target!r}" + (f"; {near!r} is one" if near else "")
    return ""


def asked_of_make(context: Inspection, words: tuple[str, ...], folder: str) -> tuple[str, list[str]]:
    """The Makefile that ``make`` reads, and the targets that it is asked for; no file where that is not sure."""
    options, wanted = {}, []
    rest = iter(words[1:])
    for word in rest:
        if word in ("-C", "-f", "--directory", "--file", "-j", "-l", "-o", "-W", "-I"):
            options[word] = next(rest, "")
        elif not word.startswith("-") and "=" not in word:
            wanted.append(word)
    if set(options) - {"-C", "--directory", "-j"} or any(
        re.search(r"[$*`]", text) for text in (*options.values(), *wanted)
    ):
        return "", []
    home = path_from(folder, options.get("-C") or options.get("--directory") or ".")
    paths = [path_from(home, name) for name in MAKEFILES]
    return next((path for path in paths if path in context.inventory.tracked_set), ""), wanted


def lacking_crate(context: Inspection, command: Simple) -> str:
    """The crate that a command asks for and that nobody has, as a sentence; empty where nothing is amiss."""
    words = command.words
    if not _CRATE.match(command.text):
        return ""
    wanted = [after for word, after in pairwise(words) if word in ("-p", "--package", "--program-name")]
    if "fuzz" in words[:3]:  # cargo-fuzz runs programs that the manifest in its folder lists
        wanted = [word for word in words[words.index("run") + 1 :] if not word.startswith("-")][:1]
    known, folders = _crates(context) if wanted else (frozenset(), frozenset())
    if words[0] == "anchor":
        known |= folders  # it takes the name of a program's folder as well
    for name in wanted if known else ():
        if re.fullmatch(r"[\w-]+", name) and name.replace("-", "_") not in known:
            return f"no crate {'has a program' if 'fuzz' in words[:3] else 'is called'} {name!r}"
    return ""


@once_a_run
def _crates(context: Inspection) -> tuple[frozenset[str], frozenset[str]]:
    """Names of crates and of their programs with what they depend on, and names of their folders, all with underscores."""
    manifests = [path for path in context.inventory.named("Cargo.toml") if path in context.inventory.tracked_set]
    names = [name for path in manifests for name in _named_in(context, path)]
    folders = [posixpath.basename(posixpath.dirname(path)) for path in manifests]
    return _underscored(names), _underscored(folders)


def _named_in(context: Inspection, path: str) -> list[str]:
    """The names in a manifest; of one that cannot be read whatever looks like a name."""
    try:
        return list(_names_of(context.toml(path)))
    except Unreadable:
        content = context.content(path) or b""
        return [word.decode() for word in _WORD.findall(content)]


def _underscored(names: list[str]) -> frozenset[str]:
    return frozenset(name.replace("-", "_") for name in names)


def _names_of(data: dict[str, Any]) -> Iterator[str]:
    yield from (str(one["name"]) for one in listed(data.get("bin")) if isinstance(one, dict) and "name" in one)
    for key in ("package", "lib"):
        part = data.get(key)
        if isinstance(part, dict) and isinstance(part.get("name"), str):
            yield part["name"]
    for key in CRATE_KINDS:
        for scope in (data, data.get("workspace")):
            part = scope.get(key) if isinstance(scope, dict) else None
            yield from part if isinstance(part, dict) else ()
