"""One verdict for "does this path exist", the same for a fresh clone and a built tree.

What git ignores counts as not there: another person's clone does not have it. A path that a build makes is
``built`` and no fault; one that truly misses is ``missing``, with what was probably meant.
"""

from __future__ import annotations

import os
import posixpath
from bisect import bisect_left
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Literal

from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.near_paths import is_sure, near
from toolkit.outputs import installed, outputs, package_of
from toolkit.places import as_index, path_from
from toolkit.roles import glob_expression
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.outputs import Output

__all__ = ["Verdict", "lost_part", "resolve"]

Kind = Literal["exists", "built", "ignored", "elsewhere", "outside", "unknown", "missing"]

_OPEN = regex(r"[$`]|\{\{|<[A-Za-z_ -]+>|%\w+%|^~|^\w[\w+.-]*://")
_GLOB = regex(r"[*?]|\[[^\]]+\]")
_MAX_LINKS = 40


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
        sure: whether more than its name says that it was meant, so that a program may write it.
    """

    kind: Kind
    path: str
    base: str = ""
    producer: str = ""
    command: str = ""
    near: str = ""
    sure: bool = False

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
    if not reference or _OPEN.search(reference) or path_from(base, reference) == ".git":
        return Verdict("unknown", reference)  # every clone has a .git of its own, and none has it in git
    if reference.startswith("/"):
        return Verdict("outside", reference)
    path = path_from(base, reference)
    if path == ".." or path.startswith(("../", "/")):
        return Verdict("outside", path)
    endings = ("", *suffixes)
    kinds = set()
    for ending in endings:
        kind = _exists(context, path + ending)
        if kind == "exists":
            return Verdict(kind, path)
        kinds.add(kind)
    if kinds != {"missing"}:
        return Verdict("outside" if "outside" in kinds else "unknown", path)
    path, _ = _through_links(context, path)
    return _absent(context, reference, path, tuple(bases), endings)


def _absent(
    context: Inspection, reference: str, path: str, bases: tuple[str, ...], endings: tuple[str, ...]
) -> Verdict:
    made, instead = _built(context, path, endings)
    if made is not None:
        return Verdict("built", path, producer=made.cwd, command=made.command)
    if instead is not None:
        return Verdict("missing", path, producer=instead.cwd, command=instead.command, near=instead.path, sure=True)
    for other in bases:
        candidate = path_from(other, reference)
        if candidate != path and any(_exists(context, candidate + ending) == "exists" for ending in endings):
            return Verdict("elsewhere", path, base=other, near=candidate, sure=True)
    # A rule for folders says nothing of a name with an ending.
    asked = (path,) if posixpath.splitext(path)[1] else (path, f"{path}/")
    if not _GLOB.search(path) and context.inventory.ignored(asked):
        return Verdict("ignored", path)
    meant = near(context, path)
    return Verdict("missing", path, near=meant, sure=is_sure(context, path, meant))


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
    fixed = posixpath.dirname(_GLOB.split(glob, maxsplit=1)[0] + "x") or "."
    if fixed not in context.inventory.folders:
        return False
    expression = glob_expression(glob)
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
        name, depth = posixpath.basename(path), path.count("/")
        # What was one file has become a folder.
        same = [output for output in inside if output.path == as_index(path)]
        same = same or [output for output in inside if posixpath.basename(output.path) == name]
        # Many parts of a package have an ``index.js``: the one that lies as deep is the entry's.
        return None, min(same, key=lambda output: abs(output.path.count("/") - depth)) if same else inside[0]
    for output in made:
        if not output.exact and (path == output.path or path.startswith(f"{output.path}/")):
            return output, None
    return next((output for output in inside), None), None


def lost_part(context: Inspection, path: str) -> str:
    """A path up to its first part that is not there: what lies below is missing because of it."""
    parts = path.split("/")
    above = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return next((one for one in above if one not in context.inventory.folders), path)
