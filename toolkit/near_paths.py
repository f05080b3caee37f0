"""Which listed path a missing one most likely means, and whether a file is one of another project."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING

from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["PROJECTS", "is_letter_off", "is_sure", "is_whole", "near", "of_another", "runs_instead"]

_GENERIC = regex(
    r"(?i)(?:index|main|mod|lib|app|config|settings|manifest|package|schema|types|utils|test|setup|readme|license|(?:docker-)?compose)\.|__init__\."
    r"|(?:tsconfig|requirements)[\w.-]*\."
)
"""Names that say little: such a file elsewhere is hardly the one that was meant."""
_BARE = regex(r"(?i)(?:index|mod|types|utils|test|setup|schema)\.|__init__\.")
"""Names that say nothing but by the folder that they are in."""
_PROGRAMS = frozenset({".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".py", ".sh", ".bash"})
_STARTED = ("index.js", "__main__.py")
"""What node and Python start of a folder."""
_SETTINGS = frozenset({".json", ".yml", ".yaml", ".toml", ".json5", ".jsonc", ".env"})
PROJECTS = (
    *("package.json", "go.mod", "Cargo.toml", "pyproject.toml", "requirements.txt", "pom.xml", "build.gradle"),
    *(
        "build.gradle.kts",
        "Gemfile",
        "mix.exs",
        "composer.json",
        "project.json",
        "Dockerfile",
        "Chart.yaml",
        "kustomization.yaml",
    ),
)
"""Files of which each makes a folder a project of its own, so that its other files are meant for it alone."""
_TEMPLATE = regex(r"(?i)(?:^|/)[\w-]*(?:templates?|boilerplates?|skeletons?|scaffold(?:s|ing)?)(?:/|$)")
_COMMON = regex(
    r"(?i)(?:readme|changelog|contributing|security|code_of_conduct)\b|\.|[\w-]+\.config\.|(?:docker|container)file\b"
)
"""Names that each project has a file of: one elsewhere says other things."""
_WORDS = regex(r"[-_.]")
_FILLERS = frozenset({"a", "an", "and", "for", "of", "the", "to"})
"""Words by which names differ that mean the same."""
_STAGE = regex(r"(?i)\.(?:dev(?:elopment)?|local|prod(?:uction)?|staging|test)$")
"""Endings that say what for, and not of what form a file is: one for development stands in for none of production."""
_NEARLY = 0.75
"""Likeness (0 to 1) from which another name is taken for a misspelling."""


def near(context: Inspection, path: str) -> str:
    """The listed path that a missing one most likely means; empty if none is like it."""
    listed = context.inventory
    lower = path.lower()
    folder, name = posixpath.dirname(path), posixpath.basename(path)
    same = [item for item in listed.by_name.get(name, ()) if item in listed.tracked_set and item not in listed.links]
    same = [item for item in same if _TEMPLATE.search(path) or not _is_for_copies(context, item)]
    is_telling = not _GENERIC.match(name) and not _COMMON.match(name)
    own = same if len(same) == 1 and is_telling else [item for item in same if _may_be_meant(context, item, path)]
    if own:
        return max(own, key=lambda item: (difflib.SequenceMatcher(None, item, path).ratio(), item))
    siblings = {item.rpartition("/")[2]: item for item in _children(context, folder or ".")}
    for item in siblings.values():
        if item.lower() == lower:
            return item
    stem = posixpath.splitext(name)[0]
    twins = [
        item
        for other, item in siblings.items()
        if posixpath.splitext(other)[0] == stem
        and _is_image(other) == _is_image(name)
        and (not (stem.endswith(".env") or _STAGE.search(other)) or is_letter_off(name, other))
    ]
    if len(twins) == 1:
        return twins[0]
    alike = [other for other in siblings if _alike(name, other) and _is_slip(name, other)]
    close = difflib.get_close_matches(name, alike, 1, _NEARLY)
    return siblings[close[0]] if close else ""


def _is_for_copies(context: Inspection, path: str) -> bool:
    """Whether a file is one of a project that is there to be copied for new ones."""
    home = next((up for up in upward(folder_of(path)) if up in _homes(context)), ".")
    return _TEMPLATE.search(home) is not None


def is_sure(context: Inspection, path: str, item: str) -> bool:
    """Whether more than the likeness of names says that a listed path is the missing one, so that a program may write it.

    It is the same but for case, a few letters of one part or its ending; or it is the only file of that name, or the only one
    that has the whole path. What every project has, settings, and what another project has are not the same by their name.
    """
    name, found = posixpath.basename(path), posixpath.basename(item)
    if not item or item.lower() == path.lower():
        return bool(item)
    if name.lower() != found.lower():
        stems = posixpath.splitext(name)[0], posixpath.splitext(found)[0]
        return folder_of(path) == folder_of(item) and (stems[0] == stems[1] or is_letter_off(name, found))
    parts = [pair for pair in zip(path.split("/"), item.split("/"), strict=False) if pair[0].lower() != pair[1].lower()]
    if path.count("/") == item.count("/") and len(parts) == 1 and is_letter_off(*parts[0]):
        return True
    same = [one for one in context.inventory.by_name.get(found, ()) if one in context.inventory.tracked_set]
    if is_whole(item, path):
        return [one for one in same if is_whole(one, path)] == [item]
    ending = posixpath.splitext(name)[1].lower()
    common = bool(_GENERIC.match(name) or _COMMON.match(name)) or ending in _SETTINGS
    homes = _homes(context)
    theirs, mine = (next((up for up in upward(folder_of(one)) if up in homes), ".") for one in (item, path))
    return not common and same == [item] and (below(mine, theirs) or below(theirs, mine))


def is_letter_off(one: str, other: str) -> bool:
    """Whether two names are one but for two letters swapped, one dropped or doubled, or how their words are set apart."""
    if one.startswith(".") != other.startswith("."):
        return False
    if one and _letters(one) == _letters(other):
        return True
    longest, shortest = sorted((one.lower(), other.lower()), key=len, reverse=True)
    begin = len(posixpath.commonprefix((longest, shortest)))
    end = min(len(posixpath.commonprefix((longest[::-1], shortest[::-1]))), len(shortest) - begin)
    first, second = longest[begin : len(longest) - end], shortest[begin : len(shortest) - end]
    swapped = len(first) == len(second) == 2 and first == second[::-1]
    return len(shortest) > 2 and (swapped or (len(first) == 1 and not second)) and f"{first}{second}".isalpha()


def _is_image(name: str) -> bool:
    """Whether a name is that of a recipe of an image: no settings of the same stem stand in for one."""
    return "dockerfile" in name.lower() or "containerfile" in name.lower()


def _may_be_meant(context: Inspection, item: str, path: str) -> bool:
    """Whether one of several files of a name may be meant."""
    if is_whole(item, path):
        return True
    name = posixpath.basename(path)
    said = not (_GENERIC.match(name) or _COMMON.match(name)) or _share(item, path)
    return said and not of_another(context, item, path)


def is_whole(item: str, path: str) -> bool:
    """Whether a path is all of another one, from another folder."""
    return ("/" in path and item.endswith(f"/{path}")) or ("/" in item and path.endswith(f"/{item}"))


def of_another(context: Inspection, item: str, path: str, by: str = "") -> bool:
    """Whether a file is one of another project than a missing path, or than the file that names it, so that it is not meant.

    Below a folder that is gone, one of almost the same name may be what was meant.
    """
    homes = _homes(context)
    theirs, mine, its = (next((up for up in upward(folder_of(one)) if up in homes), ".") for one in (item, path, by))
    return theirs != "." and ((theirs != mine and not _is_renamed(item, path)) or its not in (".", theirs))


def runs_instead(context: Inspection, item: str, path: str) -> bool:
    """Whether a command may be told to run what is like a missing program.

    A folder has to have what an interpreter starts of one. A program in another folder counts its own paths from there: of a
    namesake only the one in a neighbouring folder of the same project is meant, or one that lies below the same folders.
    """
    if posixpath.splitext(path)[1].lower() not in _PROGRAMS or item.lower() == path.lower():
        return True
    if item in context.inventory.folders:
        return any(context.is_file(f"{item}/{name}") for name in _STARTED) or _has_main(context, f"{item}/package.json")
    name = posixpath.basename(path)
    if posixpath.basename(item) != name or folder_of(item) == folder_of(path):
        return True
    if is_whole(item, path) or _is_renamed(item, path):
        return True
    beside = [one for one in context.inventory.by_name.get(name, ()) if _is_neighbour(one, path)]
    return beside == [item] and not of_another(context, item, path)


def _has_main(context: Inspection, manifest: str) -> bool:
    document = context.readable(manifest, jsonc.parse) if context.is_file(manifest) else None
    return document is not None and "main" in table(document.data)


def _is_neighbour(item: str, path: str) -> bool:
    """Whether a file lies in the folder above that of another one, in one below it, or in one beside it."""
    mine, theirs = folder_of(path), folder_of(item)
    return mine in (theirs, folder_of(theirs)) or folder_of(mine) in (theirs, folder_of(theirs))


@once_a_run
def _homes(context: Inspection) -> frozenset[str]:
    listed = context.inventory
    return frozenset(folder_of(path) for name in PROJECTS for path in listed.by_name.get(name, ()))


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
    if len(first) != len(second):
        return _letters(one) == _letters(other)
    return all(map(_is_slip_of_a_word, first, second))


def _is_slip_of_a_word(one: str, other: str) -> bool:
    turned = len(one) > 2 and sorted(one) == sorted(other)
    return turned or difflib.SequenceMatcher(None, one, other).ratio() >= _NEARLY


def _letters(name: str) -> str:
    """A name without what sets its words apart, and without words that say nothing."""
    return "".join(word for word in _WORDS.split(name.lower()) if word not in _FILLERS)


def _share(one: str, other: str) -> bool:
    """Whether two paths have a folder of one name; where the name says nothing without its folder, that has to be the last one."""
    if _BARE.match(posixpath.basename(other)) and "/" in other:
        last, meant = (posixpath.basename(posixpath.dirname(path)).lower() for path in (one, other))
        return last == meant or _is_renamed(one, other)
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
