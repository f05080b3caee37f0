"""Which build contexts a Dockerfile is likely to be built from, by the sources it copies."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._images.builds import asked, composed, is_built_elsewhere, is_staged, uses
from toolkit.checks.references._images.dockerfiles import dockerfiles, is_listed, read
from toolkit.checks.references._images.stages import final
from toolkit.expressions import regex
from toolkit.places import folder_of, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["GLOB", "REMOTE", "contexts", "foreign_part", "other_context"]

REMOTE = regex(r"^\w[\w+.-]*:|^git@")
_LOCK = regex(r"lock(?:\.\w+|b)?$|\.sum$|shrinkwrap|(?:^|/)\.(?:npmrc|yarnrc\.yml)$")
"""What is not committed everywhere, and so says nothing about folders."""
GLOB = regex(r"[*?\[]")
_SAYS = regex(r"(?m)^#[^\n]*?\b((?:docker|podman)\b[^\n]*\bbuild\b[^\n]*(?:(?<=\\)\n#[^\n]*)*)")
"""A comment with the command that builds the file."""
_FILE = regex(r"(?<![\w./-])\w[\w-]*/[\w./-]+\.\w+(?![\w./-])")
"""A file that a command names by a path with a folder."""
_SEVERAL = 3
_NEARLY_ALL = 0.75
_DEEP = 2


def contexts(context: Inspection, path: str, sources: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The folders from which the sources may count, and whether a missing source is certainly missing."""
    known = uses(context, path)
    given = tuple(dict.fromkeys(use.context for use in known))
    above = upward(folder_of(path))
    # That all legs of a matrix build from a wrong folder is told at their step.
    if any(not use.of_matrix for use in known) and not is_built_elsewhere(context, path):
        return given, True
    names = list(dict.fromkeys(source.lstrip("/") for source in sources if _tells(source)))
    given = given or _said(context, path)
    if not names:
        return (*given, *above), False
    plain = [name for name in names if not GLOB.search(name)]
    own = not given and _lacks_locks(context, above[0], plain)
    # What somebody builds from a known folder, or is whole but for its lock, is not built from one that only has files of these names.
    candidates = tuple(dict.fromkeys((*given, *above, *(() if given or own else _guessed(context, names)))))
    if given and not any(_holds(context, folder, plain) for folder in candidates):
        candidates = given
    counts = {folder: sum(is_listed(context, path_from(folder, name)) for name in names) for folder in candidates}
    best = max(counts.values())
    if best == 0:
        return (*given, *above), False
    whole = _told_by_compose(context, path, plain)
    whole = whole or (above[:1] if own and _is_own(context, path, above[0], plain) else ())
    whole = whole or (() if given or not plain else tuple(one for one in above if _holds(context, one, plain)))
    if whole:  # what a glob finds is often not needed
        return whole, True
    # Someone builds it from the folder that holds most; one that holds less is no context of this file.
    folders = tuple(folder for folder in candidates if counts[folder] == best)
    split = len(folders) > 1 and plain and not any(_holds(context, folder, plain) for folder in folders)
    if split and all(any(_holds(context, folder, [name]) for folder in folders) for name in plain):
        return folders[:1], False  # each is somewhere, and no folder has all of them
    # What lies elsewhere and holds no more is another program.
    folders = tuple(folder for folder in folders if folder in (*given, *above)) or folders
    # Of a folder between its own and the root, nobody who builds it is known to say so.
    is_usual = folders[0] in (*given, above[0], ".")
    return folders, is_usual and best * 2 >= len(names) and (bool(given) or not is_staged(context, path))


def _said(context: Inspection, path: str) -> tuple[str, ...]:
    """The context that a comment of the file builds it from, where it names the file, too."""
    for match in _SAYS.finditer(text_of(context, path, errors="replace")):
        given, rest = asked(tuple(match[1].replace("\\\n#", " ").split()))
        name = given.removeprefix("./")
        if name and len(rest) == 1 and f"/{path}".endswith(f"/{name}") and "$" not in rest[0]:
            folder = path_from(path.removesuffix(name).rstrip("/") or ".", rest[0])
            if folder == "." or folder in context.inventory.folders:
                return (folder,)
    return ()


def _told_by_compose(context: Inspection, path: str, names: list[str]) -> tuple[str, ...]:
    """The contexts that compose names, where they lack locks alone: that a folder above has these makes it no context."""
    return tuple(folder for folder in composed(context, path) if _lacks_locks(context, folder, names))


def _lacks_locks(context: Inspection, folder: str, names: list[str]) -> bool:
    """Whether a folder holds every source that is no lock, where there are both."""
    needed = [name for name in names if not _LOCK.search(name)]
    return bool(needed) and len(needed) < len(names) and _holds(context, folder, needed)


def _is_own(context: Inspection, path: str, folder: str, names: list[str]) -> bool:
    """Whether a Dockerfile whose folder lacks locks alone is built from there, though one above has these: as those beside it are that have their own, or as what it starts and copies on says."""
    locks = [name for name in names if _LOCK.search(name)]
    if _holds(context, folder, locks):
        return False
    name, home = posixpath.basename(path), posixpath.dirname(folder)
    beside = [one for one in dockerfiles(context) if one != path and posixpath.basename(one) == name]
    kept = (posixpath.dirname(one) for one in beside if posixpath.dirname(posixpath.dirname(one)) == home)
    document = read(context, path)
    items = final(document) if document is not None else ()
    started = " ".join(item.value for item in items if item.name in ("CMD", "ENTRYPOINT"))
    copied = [source for copy in document.copies() if copy.origin for source in copy.sources] if document else []
    named = [*_FILE.findall(started), *(posixpath.basename(one.rstrip("/")) for one in copied)]
    files = [one for one in named if one and is_listed(context, path_from(folder, one))]
    return any(_holds(context, one, locks) for one in kept if one != folder) or any(
        not any(is_listed(context, path_from(up, one)) for up in upward(folder)[1:]) for one in files
    )


def other_context(context: Inspection, path: str, sources: Iterable[str], folders: tuple[str, ...]) -> str:
    """A folder above the file that holds every source but locks, though the one it is built from does not."""
    names = [source.lstrip("/") for source in sources if _tells(source) and not _LOCK.search(source.rstrip("*"))]
    for folder in upward(folder_of(path)):
        if folder not in folders and names and _holds(context, folder, names):
            return folder
    return ""


def foreign_part(context: Inspection, sources: Iterable[str], folders: Iterable[str]) -> str:
    """The folder in which nearly all sources lie and that none of the contexts has: the file is meant for another repository."""
    clean = [name.lstrip("/").removeprefix("./") for name in sources if _tells(name)]
    parts = [name.partition("/") for name in clean if "/" in name]
    firsts = [first for first, _, _ in parts]
    first = max(firsts, key=firsts.count, default="")
    if not first or firsts.count(first) <= len(firsts) * _NEARLY_ALL or GLOB.search(first):
        return ""
    if any(path_from(folder, first) in context.inventory.folders for folder in (".", *folders)):
        return ""
    # Of few sources that is said where what lies in the folder is here without it.
    here = all(rest.count("/") >= _DEEP and is_listed(context, rest) for _, _, rest in parts)
    return first if len(firsts) >= _SEVERAL or here else ""


def _holds(context: Inspection, folder: str, names: list[str]) -> bool:
    return all(is_listed(context, path_from(folder, name)) for name in names)


def _tells(source: str) -> bool:
    """Whether a source says something about the context: ``.`` and variables do not."""
    return "$" not in source and not REMOTE.match(source) and posixpath.normpath(source.lstrip("/") or ".") != "."


def _guessed(context: Inspection, names: list[str]) -> Iterator[str]:
    """Folders below which the first sources stand, for Dockerfiles that lie apart from what they build."""
    for name in names[:3]:
        clean = name.rstrip("/").removeprefix("./")
        if not clean or GLOB.search(clean) or clean.startswith("../"):
            continue
        hits = context.inventory.by_name.get(posixpath.basename(clean), ()) or context.inventory.folders
        ends = [path for path in hits if path == clean or path.endswith(f"/{clean}")]
        if len(ends) > 50:
            continue
        yield from (path[: -len(clean)].rstrip("/") or "." for path in ends)
