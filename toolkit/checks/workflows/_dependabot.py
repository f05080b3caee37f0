"""Folders that Dependabot is told to look into and that are not there, or have nothing for it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.documents import yaml
from toolkit.places import listed, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["DEPENDABOT", "lost_folders"]

DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")


def lost_folders(context: Inspection) -> Iterator[tuple[str, int, str, str]]:
    """Every folder of an update that is in no clone: the file, the line, the folder as written, what is amiss in words."""
    for path in DEPENDABOT:
        if path not in context.inventory.tracked_set or not context.shows(path):
            continue
        document = context.readable(path, yaml.parse)
        if document is None:
            continue
        updates = table(document.data).get("updates")
        said: set[str] = set()
        for index, update in enumerate(listed(updates)):
            for key, text in _folders(update):
                verdict = resolve(context, posixpath.normpath(f"./{text}"))
                if verdict.kind in ("missing", "ignored", "elsewhere") and not _has_pattern(text) and text not in said:
                    said.add(text)
                    near = f"; {verdict.near} does" if verdict.near in context.inventory.folders else ""
                    why = f"Dependabot looks into {text}, which does not exist{near}: it updates nothing there"
                    yield path, document.line(("updates", index, *key)), text, why


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
