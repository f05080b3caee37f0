"""Commits of other repositories that git tracks and nobody can fetch."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import line_at
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_SECTION = regex(r'^\s*\[submodule\s+"(?P<name>(?:[^"\\]|\\.)*)"\]', re.MULTILINE)
_KEY = regex(r"^\s*(?P<key>path|url)\s*=\s*(?P<value>.*?)\s*$", re.MULTILINE | re.IGNORECASE)


class GitlinkUndeclared(Check):
    """A commit of another repository is tracked, and .gitmodules does not say whose.

    What it checks:
        Entries of the index that are commits (gitlinks) against the ``path`` lines of ``.gitmodules``, and the
        sections there that have no ``url``.

    Why it matters:
        Nothing says where the commit comes from: in every clone the folder is empty, ``git submodule update``
        stops with "no submodule mapping found", and a checkout action with submodules fails. It usually
        happens when a folder with a ``.git`` of its own is added by accident.

    How to fix:
        Declare it (``git submodule add URL PATH``), or take it out of the index (``git rm --cached PATH``) and
        commit its files, or ignore the folder.

    Fix safety:
        Manual: the address is not known here.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare the index with ``.gitmodules``."""
        gitlinks = context.inventory.gitlinks
        if not gitlinks:
            return
        declared = _declared(context)
        for path in gitlinks:
            if path not in declared:
                text = "its commit is tracked, but .gitmodules does not say whose: every clone has an empty folder"
                yield self._own(context, path, f"{path}: {text}", 0)
            elif not declared[path][0]:
                text = f"the submodule {path} has no url, so that no clone can fetch it"
                yield self._own(context, ".gitmodules", text, declared[path][1])

    def _own(self, context: Inspection, path: str, message: str, line: int) -> Finding:
        """The folder's content is foreign, but the entry in our index is our own mistake."""
        fix = Fix("declare it by `git submodule add`, or `git rm --cached` it", "manual")
        found = self.finding(context, path, message, line=line, fixes=(fix,))
        return replace(found, severity=self.severity, vendored=False)


def _declared(context: Inspection) -> dict[str, tuple[str, int]]:
    """Path to url and line of each section."""
    try:
        text = context.read(".gitmodules").decode("utf-8", "surrogateescape")
    except Unreadable:
        return {}
    starts = [match.start() for match in _SECTION.finditer(text)]
    found = {}
    for start, end in pairwise([*starts, len(text)]):
        keys = {match["key"].lower(): match["value"].strip('"') for match in _KEY.finditer(text, start, end)}
        if "path" in keys:
            found[keys["path"].rstrip("/")] = (keys.get("url", ""), line_at(text, start))
    return found
