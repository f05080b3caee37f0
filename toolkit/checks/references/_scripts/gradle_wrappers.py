"""Wrappers of Gradle that lack what they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["unstarted"]

_STARTED = "gradle/wrapper/gradle-wrapper.jar"


def unstarted(context: Inspection) -> Iterator[Fault]:
    """The first ``gradlew`` whose archive no clone has, which one line of ``.gitignore`` keeps out of all of them."""
    found = [path for path in context.matching("gradlew") if _lacks_its_archive(context, path)]
    for path in found[:1]:
        more = f", and so do {len(found) - 1} more" if found[1:] else ""
        jar = inside(folder_of(path), _STARTED)
        text = f"gradlew starts {_STARTED}, which is in no clone{more}: it fails for whoever calls it."
        todo = f"make it with `gradle wrapper`, and add it: git add -f {jar}"
        yield Fault(path, 1, text, ", ".join(found[:24]), todo)


def _lacks_its_archive(context: Inspection, path: str) -> bool:
    jar, tracked = inside(folder_of(path), _STARTED), context.inventory.tracked_set
    if path not in tracked or jar in tracked or not context.inventory.is_git or context.is_foreign(path):
        return False
    text = text_of(context, path, errors="replace")
    return "gradle-wrapper.jar" in text and "curl" not in text and "wget" not in text
