"""One verdict for "does this path exist", the same for a fresh clone and a built tree.

What git ignores counts as not there: another person's clone does not have it. A path that a build makes is
``built`` and no fault; one that truly misses is ``missing``, with what was probably meant.
"""

from __future__ import annotations

import difflib
import os
import posixpath
from bisect import bisect_left
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Literal

from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import installed, outputs, package_of
from toolkit.places import folder_of, path_from, upward
from toolkit.roles import glob_expression
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.outputs import Output

__all__ = ["Verdict", "near", "of_another", "resolve"]

Kind = Literal["exists", "built", "ignored", "elsewhere", "outside", "unknown", "missing"]

_OPEN = regex(r"[$`]|\{\{|<[A-Za-z_ -]+>|%\w+%|^~|^\w[\w+.-]*://")
_GLOB = regex(r"[*?]|\[[^\]]+\]")
_GENERIC = regex(
    r"(?i)(?:index|main|mod|lib|app|config|settings|manifest|package|schema|types|utils|test|setup|readme|license|(?:docker-)?compose)\.|__init__\."
    r"|(?:tsconfig|requirements)[\w.-]*\."
)
"""Names that say little: such a file elsewhere is hardly the one that was meant."""
_PROGRAMS = frozenset({".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".py", ".sh", ".bash"})
_SETTINGS = frozenset({".json", ".yml", ".yaml", ".toml", ".json5", ".jsonc", ".env"})
_PROJECTS = (
    *("package.json", "go.mod", "Cargo.toml", "pyproject.toml", "requirements.txt", "pom.xml", "build.gradle"),
    *("build.gradle.kts", "Gemfile", "mix.exs", "composer.json", "Dockerfile", "Chart.yaml", "kustomization.yaml"),
)
"""Files of which each makes a folder a project of its own, so that its other files are meant for it alone."""
_WORDS = regex(r"[-_.]")
_MAX_LINKS = 40
_MOSTLY = 0.92
_NEARLY = 0.75
"""Likeness (0 to 1) from which another name is taken for a misspelling."""


@frozen
class Verdict:
    """What is known about a path that a file names.

    Args:
        kind: ``exists`` in every clone; ``built`` by ``command`` in ``producer``; ``ignored`` by git, made by nobody
            known; ``elsewhere``: not from its base, but from ``base``; ``outside`` of the repository; ``unknown``
            (a variable in it, or inside a submodule); ``missing``.
        path: the path asked for, relative to the root.
        base: for ``elsewhere``, the folder from which it exists.
        producer, command: for ``built``; also for ``missing`` where a build makes ``near`` instead.
        near: the path that was probably meant; empty if nothing is like it.
    """

    kind: Kind
    path: str
    base: str = ""
    producer: str = ""
    command: str = ""
    near: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing has to be said about it."""
        return self.kind in ("exists", "built", "unknown", "outside")

    @property
    def why(self) -> str:
        """The verdict in words, to end a sentence that begins with the path."""
        if self.kind == "missing" and self.command:
            return f"does not exist, and `{self.command}` in {self.producer} makes {self.near or 'other files'}"
        return {
            "exists": "exists",
            "built": f"is made by `{self.command}` in {self.producer}",
            "ignored": "is ignored by git, so that no clone has it",
            "elsewhere": f"exists only from {'the repository root' if self.base == '.' else self.base}",
            "outside": "lies outside of the repository",
            "unknown": "cannot be told from the files alone",
            "missing": "does not exist" + (f"; {self.near} does" if self.near else ""),
        }[self.kind]


def resolve(
    context: Inspection,
    reference: str,
    base: str = ".",
    *,
    bases: Iterable[str] = (),
    suffixes: Iterable[str] = (),
) -> Verdict:
    """Judge a path that a file names.

    Args:
        context: the run.
        reference: as it is written; a glob exists if anything matches it.
        base: the folder it counts from.
        bases: other folders from which it would be worth knowing that it exists, ``"."`` for the root.
        suffixes: what may be added (``.ts``, ``/index.ts``).
    """
    if not reference or _OPEN.search(reference):
        return Verdict("unknown", reference)
    if reference.startswith("/"):
        return Verdict("outside", reference)
    path = path_from(base, reference)
    if path == ".." or path.startswith("../"):
        return Verdict("outside", path)
    endings = ("", *suffixes)
    kinds = [_exists(context, path + ending) for ending in endings]
    for kind in ("exists", "outside", "unknown"):
        if kind in kinds:
            return Verdict(kind, path)
    path, _ = _through_links(context, path)
    return _absent(context, reference, path, tuple(bases), endings)


def _absent(
    context: Inspection, reference: str, path: str, bases: tuple[str, ...], endings: tuple[str, ...]
) -> Verdict:
    made, instead = _built(context, path, endings)
    if made is not None:
        return Verdict("built", path, producer=made.cwd, command=made.command)
    if instead is not None:
        return Verdict("missing", path, producer=instead.cwd, command=instead.command, near=instead.path)
    for other in bases:
        candidate = path_from(other, reference)
        if candidate != path and any(_exists(context, candidate + ending) == "exists" for ending in endings):
            return Verdict("elsewhere", path, base=other, near=candidate)
    # A rule for folders says nothing of a name with an ending.
    asked = (path,) if posixpath.splitext(path)[1] else (path, f"{path}/")
    if not _GLOB.search(path) and context.inventory.ignored(asked):
        return Verdict("ignored", path)
    return Verdict("missing", path, near=near(context, path))


def _exists(context: Inspection, path: str) -> Kind:  # noqa: PLR0911 - a ladder, each step its own verdict
    """``exists``, ``missing``, or why it cannot be said."""
    path, where = _through_links(context, path)
    if where != "exists":
        return where
    inventory = context.inventory
    if path in inventory.tracked_set or path in inventory.gitlinks:
        return "exists"
    if any(path.startswith(f"{inner}/") for inner in (*inventory.gitlinks, *inventory.nested)):
        return "unknown"
    if _GLOB.search(path):
        return "exists" if _matches(context, path) else "missing"
    if path in inventory.files:
        return "missing" if inventory.ignored((path,)) else "exists"
    if path in inventory.folders:
        return "exists" if path == "." or _kept(context, path) else "missing"
    return "missing"


def _kept(context: Inspection, folder: str) -> bool:
    """Whether a clone has the folder: something in it is tracked or about to be."""
    below = context.below(folder)
    tracked = context.inventory.tracked_set
    return any(path in tracked for path in below) or len(context.inventory.ignored(below)) < len(below)


@once_a_run
def _folders(context: Inspection) -> tuple[str, ...]:
    return tuple(sorted(context.inventory.folders))


@once_a_run
def _matches(context: Inspection, glob: str) -> bool:
    """Whether a glob names something that a clone has."""
    expression = glob_expression(glob)
    fixed = posixpath.dirname(_GLOB.split(glob, maxsplit=1)[0] + "x") or "."
    hits = [path for path in context.below(fixed) if expression.fullmatch(path)]
    if not hits:
        # A glob may mean folders: packages/* where each holds files.
        folders = _folders(context)
        begin = 0 if fixed == "." else bisect_left(folders, fixed)
        near = takewhile(lambda path: fixed == "." or path.startswith(fixed), islice(folders, begin, None))
        hits = [path for path in near if expression.fullmatch(path)]
    return any(path in context.inventory.tracked_set or not context.inventory.ignored((path,)) for path in hits)


def _through_links(context: Inspection, path: str) -> tuple[str, Kind]:
    """The path with tracked symbolic links of its folders replaced by their targets."""
    links = context.inventory.links
    if not links:
        return path, "exists"
    for _ in range(_MAX_LINKS):
        parts = path.split("/")
        hit = next((n for n in range(1, len(parts) + 1) if "/".join(parts[:n]) in links), 0)
        if not hit:
            return path, "exists"
        link = "/".join(parts[:hit])
        try:
            target = os.readlink(context.absolute(link))
        except OSError:
            return path, "missing"
        path = path_from(posixpath.dirname(link), target, *parts[hit:])
        if target.startswith("/") or path.startswith("../"):
            return path, "outside"
    return path, "missing"


def _built(context: Inspection, path: str, endings: tuple[str, ...]) -> tuple[Output | None, Output | None]:
    """What makes the path; or else what a build that fills its folder makes instead."""
    found = installed(context, path)
    if found is not None:
        return found, None
    folder = package_of(context, path)
    made = outputs(context, folder) if folder is not None else ()
    wanted = {path + ending for ending in endings}
    for output in made:
        if output.exact and (output.path in wanted or any(output.path.startswith(f"{item}/") for item in wanted)):
            return output, None
    inside = [output for output in made if output.whole and path.startswith(f"{output.whole}/")]
    if inside and path.endswith((".js", ".mjs", ".cjs", ".d.ts")):
        name = posixpath.basename(path)
        return None, next((output for output in inside if posixpath.basename(output.path) == name), inside[0])
    for output in made:
        if not output.exact and (path == output.path or path.startswith(f"{output.path}/")):
            return output, None
    return next((output for output in inside), None), None


def near(context: Inspection, path: str) -> str:
    """The listed path that a missing one most likely means; empty if none is like it."""
    listed = context.inventory
    lower = path.lower()
    folder, name = posixpath.dirname(path), posixpath.basename(path)
    same = [item for item in listed.by_name.get(name, ()) if item in listed.tracked_set and item not in listed.links]
    if len(same) == 1 and (not _GENERIC.match(name) or _share(same[0], path)):
        return same[0]
    own = [item for item in same if _may_be_meant(context, item, path)] if len(same) > 1 else []
    if own:
        return max(own, key=lambda item: (difflib.SequenceMatcher(None, item, path).ratio(), item))
    siblings = {item.rpartition("/")[2]: item for item in _children(context, folder or ".")}
    for item in siblings.values():
        if item.lower() == lower:
            return item
    stem = posixpath.splitext(name)[0]
    twins = [item for other, item in siblings.items() if posixpath.splitext(other)[0] == stem]
    if len(twins) == 1:
        return twins[0]
    alike = [other for other in siblings if _alike(name, other) and _is_slip(name, other)]
    close = difflib.get_close_matches(name, alike, 1, _NEARLY)
    return siblings[close[0]] if close else ""


def _may_be_meant(context: Inspection, item: str, path: str) -> bool:
    """Whether one of several files of a name may be meant."""
    if ("/" in path and item.endswith(f"/{path}")) or ("/" in item and path.endswith(f"/{item}")):
        return True  # the whole path, from another folder
    said = not _GENERIC.match(posixpath.basename(path)) or _share(item, path)
    return said and not of_another(context, item, path)


def of_another(context: Inspection, item: str, path: str, by: str = "") -> bool:
    """Whether a file is one of another project than a missing path, or than the file that names it, so that it is not meant.

    Below a folder that is gone, one of almost the same name may be what was meant.
    """
    homes = _homes(context)
    theirs, mine, its = (next((up for up in upward(folder_of(one)) if up in homes), ".") for one in (item, path, by))
    return theirs != "." and ((theirs != mine and not _is_renamed(item, path)) or its not in (".", theirs))


@once_a_run
def _homes(context: Inspection) -> frozenset[str]:
    listed = context.inventory
    return frozenset(folder_of(path) for name in _PROJECTS for path in listed.by_name.get(name, ()))


def _is_renamed(item: str, path: str) -> bool:
    """Whether two paths differ in one part, by few letters."""
    pairs = [pair for pair in zip(item.split("/"), path.split("/"), strict=False) if pair[0] != pair[1]]
    same = item.count("/") == path.count("/") and len(pairs) == 1
    return same and _is_slip(*pairs[0])


def _is_slip(one: str, other: str) -> bool:
    """Whether two names differ by few letters of their words: one with another word, or a word more, is another thing."""
    if one.startswith(".") != other.startswith("."):
        return False
    first, second = _WORDS.split(one.lower()), _WORDS.split(other.lower())
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    if not first or not second:  # a small word within a long name
        return difflib.SequenceMatcher(None, one, other).ratio() >= _MOSTLY
    one, other = "-".join(first), "-".join(second)
    turned = len(one) > 2 and sorted(one) == sorted(other)
    return turned or difflib.SequenceMatcher(None, one, other).ratio() >= _NEARLY


def _share(one: str, other: str) -> bool:
    """Whether two paths have a folder of one name."""
    return not {*one.lower().split("/")[:-1]}.isdisjoint(other.lower().split("/")[:-1]) or "/" not in other


def _alike(one: str, other: str) -> bool:
    """Whether two names may stand for one thing: a program is no table of data."""
    first, second = (posixpath.splitext(name)[1].lower() for name in (one, other))
    return first == second or not first or not second or {first, second} <= _PROGRAMS or {first, second} <= _SETTINGS


def _children(context: Inspection, folder: str) -> set[str]:
    """Files and folders directly in a folder, tracked ones."""
    prefix = "" if folder == "." else f"{folder}/"
    tracked = context.inventory.tracked_set
    return {prefix + path.removeprefix(prefix).partition("/")[0] for path in context.below(folder) if path in tracked}
