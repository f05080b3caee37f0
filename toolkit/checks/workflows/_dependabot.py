"""Folders that Dependabot is told to look into and that are not there, or have nothing for it."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from toolkit.documents import yaml
from toolkit.places import folder_of, listed, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["DEPENDABOT", "lost_folders"]

_SINGLY = 3
"""Lost folders up to which each has a finding of its own."""
_READ = {
    "npm": ("package.json",),
    "bun": ("package.json",),
    "pip": ("*.txt", "*.in", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile"),
    "uv": ("pyproject.toml", "uv.lock"),
    "cargo": ("Cargo.toml",),
    "gomod": ("go.mod",),
    "composer": ("composer.json",),
    "bundler": ("Gemfile", "*.gemspec"),
    "maven": ("pom.xml",),
    "pub": ("pubspec.yaml",),
    "mix": ("mix.exs",),
}
"""What Dependabot reads in a folder, by its name of the ecosystem; those that it finds by more than names are left out."""
DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")


def lost_folders(context: Inspection) -> Iterator[tuple[str, int, str, str]]:
    """Folders of updates that are in no clone: the file, the line, the folder as written, what is amiss in words; many as one."""
    for path in DEPENDABOT:
        if path not in context.inventory.tracked_set or not context.shows(path):
            continue
        document = context.readable(path, yaml.parse)
        lost = _lost(context, document) if document is not None else {}
        many = len(lost) > _SINGLY
        for text, (line, near) in list(lost.items())[: 1 if many else None]:
            hint = f"; {near} does" if near in context.inventory.folders else ""
            more = f", and into {len(lost) - 1} more that do not" if many else ""
            why = f"Dependabot looks into {text}, which does not exist{hint}{more}: it updates nothing there"
            yield path, line, ", ".join(f"{other} ({at})" for other, (at, _) in lost.items()) if many else text, why
        bare: dict[str, dict[str, int]] = {}
        for line, text, kind in _bare(context, document) if document is not None else ():
            bare.setdefault(text, {}).setdefault(kind, line)
        for text, kinds in bare.items():
            (kind, line), *others = kinds.items()
            more = f", nor what {', '.join(other for other, _ in others)} would need" if others else ""
            why = f"Dependabot looks for {kind} in {text}, which has no {_READ[kind][0]} or the like{more}: the update fails"
            yield path, line, ", ".join((text, *(f"{other} ({at})" for other, at in others))), why


def _bare(context: Inspection, document: yaml.Document) -> Iterator[tuple[int, str, str]]:
    """Folders that have nothing of the ecosystem that they are looked through for: the line, the folder as written, the ecosystem."""
    for index, update in enumerate(listed(table(document.data).get("updates"))):
        kind = str(table(update).get("package-ecosystem"))
        for key, text in _folders(update) if kind in _READ else ():
            folder = posixpath.normpath(f"./{text}")
            names = [posixpath.basename(path) for path in context.below(folder) if folder_of(path) == folder]
            if (
                names
                and not _has_pattern(text)
                and not any(fnmatchcase(name, one) for name in names for one in _READ[kind])
            ):
                yield document.line(("updates", index, *key)), text, kind


def _lost(context: Inspection, document: yaml.Document) -> dict[str, tuple[int, str]]:
    """The folders that are in no clone, as written, each once, with its line and what is like it."""
    found: dict[str, tuple[int, str]] = {}
    for index, update in enumerate(listed(table(document.data).get("updates"))):
        for key, text in _folders(update):
            verdict = resolve(context, posixpath.normpath(f"./{text}"))
            if verdict.kind in ("missing", "ignored", "elsewhere") and not _has_pattern(text):
                found.setdefault(text, (document.line(("updates", index, *key)), verdict.near))
    return found


def _folders(update: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(update, dict) or "target-branch" in update:
        return  # another branch may have them
    if isinstance(update.get("directory"), str):
        yield ("directory",), update["directory"]
    for index, text in enumerate(listed(update.get("directories"))):
        if isinstance(text, str):
            yield ("directories", index), text


def _has_pattern(text: str) -> bool:
    return any(mark in text for mark in "*?[{$")
