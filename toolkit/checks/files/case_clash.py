"""Tracked names that a Mac or Windows takes for one and the same."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class CaseClash(Check):
    """Two tracked names differ in letter case only.

    What it checks:
        Tracked files whose paths are equal once letter case and the composition of accents are ignored, and
        folders written in two ways.

    Why it matters:
        The file systems of macOS and Windows hold one of the two: a clone there shows the other as modified, and
        a commit mixes their contents. A folder in two spellings is one folder on a Mac and two on Linux, so that
        an import works in the one place and not in the other.

    How to fix:
        Keep one name (``git mv`` in two steps on a Mac, or ``git rm --cached`` of the wrong one on Linux), then
        correct what refers to the other.

    Fix safety:
        Manual: a person has to say which content is right.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare all tracked paths, then their folders."""
        tracked = context.inventory.tracked
        files = _clashes(tracked)
        for names in files:
            yield from self._found(context, names, "error", "one of the two is lost on a Mac or on Windows")
        covered = {name for names in files for name in names}
        folders = {path.rpartition("/")[0] for path in tracked if path not in covered} - {""}
        for names in _clashes(_with_parents(folders)):
            if len({name.rpartition("/")[0] for name in names}) == 1:
                yield from self._found(context, names, "warning", "one folder on a Mac or on Windows, two on Linux")

    def _found(self, context: Inspection, names: list[str], severity: str, what: str) -> Iterator[Finding]:
        first, *others = names
        for name in others:
            same_bytes = name.casefold() == first.casefold()
            kind = "letter case" if same_bytes else "the composition of an accent"
            yield self.finding(
                context,
                name,
                f"{first} and {name} differ in {kind} only: {what}",
                evidence=", ".join(names),
                severity="error" if severity == "error" else "warning",
                fixes=(Fix(f"keep one of {first} and {name}", "manual"),),
            )


def _clashes(paths: Iterable[str]) -> list[list[str]]:
    """Groups of paths that are one where case does not count; the usual answer is found by two set sizes."""
    listed = tuple(paths)
    keys = [path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold() for path in listed]
    if len(set(keys)) == len(keys):
        return []
    groups: dict[str, list[str]] = {}
    for key, path in zip(keys, listed, strict=True):
        groups.setdefault(key, []).append(path)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _with_parents(folders: set[str]) -> set[str]:
    found: set[str] = set()
    for path in folders:
        folder = path
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
