"""Output that is in git on purpose, and folders that git's own rules name and that are in git all the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._search import files_with
from toolkit.checks._texts import beginning, line_at, text_of
from toolkit.expressions import regex
from toolkit.outputs import package_of
from toolkit.places import folder_of, inside, join, upward
from toolkit.strays import ruled_out, strays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["home_of_rules", "is_model", "is_the_package", "kept_by", "named_by_rules"]

_PLACES = ("package.json", "*.yml", "*.yaml", "*.sh", "Makefile", "justfile")
_PROVES = regex(r"\bgit[ \t]+(?:diff|add|status)\b([^\n|&;#\"']{0,160})")
_BUILDS = regex(r"(?:^|:)(?:build|compile|bundle|prepare|prepack|prepublishOnly|dist)(?:$|:)")
_MODEL = regex(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n){0,60}[ \t]*(?:mtllib|usemtl|v|vn|vt|o|g|s)[ \t]+[^\n\0]{1,200}\r?\n")
"""How a model in the format of Wavefront begins: comments, then a material, an object or a corner."""
_BEGINNING = 4000
_MANY = 100
"""Files from which a folder that git's rules name is more than a slip."""


def is_model(context: Inspection, path: str) -> bool:
    """Whether what is called an object is a model that somebody drew, in text."""
    return path.endswith(".obj") and _MODEL.match(beginning(context, path, _BEGINNING)) is not None


def kept_by(context: Inspection, folder: str) -> str:
    """Path and line of a command that compares a folder with what a build makes, or commits it; empty without one."""
    for path in files_with(context, ("git diff", "git add", "git status"), _PLACES):
        text = text_of(context, path)
        for match in _PROVES.finditer(text):
            words = (word.strip("\\").removeprefix("./").rstrip("/") for word in match[1].split())
            if any(word and not word.startswith("-") and _means(path, word, folder) for word in words):
                return f"{path}:{line_at(text, match.start())}"
    return ""


def _means(path: str, word: str, folder: str) -> bool:
    """Whether a word of a command in a file leads to a folder: from the root, from the file, or, in a workflow, from wherever the job is."""
    return folder in (word, join(folder_of(path), word)) or (
        path.startswith(".github/") and folder.endswith(f"/{word}")
    )


def is_the_package(context: Inspection, folder: str) -> bool:
    """Whether a package has nothing but its output: its entries lie there, and no script of it makes them."""
    package = by_folder(context).get(package_of(context, folder) or "")
    if package is None or any(_BUILDS.search(name) for name in package.scripts):
        return False
    inner = folder.removeprefix(f"{package.folder}/") + "/"
    entries = _texts([package.data.get(key) for key in ("main", "module", "types", "exports", "bin")])
    return any(one.removeprefix("./").startswith(inner) for one in entries)


def _texts(value: object) -> Iterator[str]:
    """The texts in a value of a manifest, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def home_of_rules(context: Inspection, folder: str) -> str:
    """Whose concern an ignored folder is: of what others maintain where their own rules name it, else of the next folder around it that is one's own."""
    around = upward(folder_of(folder))
    if any(context.is_foreign(up) and context.is_file(inside(up, ".gitignore")) for up in around):
        return around[0]
    return next((up for up in around if not context.is_foreign(up)), ".")


def named_by_rules(context: Inspection) -> Iterator[tuple[str, int]]:
    """Folders with very many tracked files that git's own rules ignore, the topmost of each, with their number."""
    told = {stray.path for stray in strays(context) if stray.tracked}
    counts: Counter[str] = Counter()
    for folder, count in Counter(map(folder_of, context.inventory.tracked)).items():
        above = upward(folder)[:-1]
        if told.isdisjoint(above):
            counts.update(dict.fromkeys(above, count))
    ruled = ruled_out(context, [folder for folder, count in counts.items() if count >= _MANY])
    for folder in sorted(ruled):
        if ruled.isdisjoint(upward(folder)[1:]):
            yield folder, counts[folder]
