"""Files of build outputs that commands run, and that no build leaves there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._unbuilt import left_elsewhere
from toolkit.expressions import regex
from toolkit.places import path_from, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.references import Verdict

__all__ = ["OUTPUT", "beside", "unfilled"]

OUTPUT = regex(
    r"(^|/)(dist|build|lib|out|output|es|esm|cjs|target|bin|\.[\w-]+|node_modules|coverage|generated|tmp|temp)(/|$|-[^/]*/|-[^/.]*$)"
)
"""What lies in a folder that builds fill."""
_MADE = regex(r"(?P<home>(?:\.\./)*[\w@.-]+(?:/[\w@.-]+)*?)/(?:dist|build|lib|out)/[\w./-]+\.[cm]?js$")
"""The output of a package in another folder."""
_LONGEST = 400
"""Characters of a path; what is longer is none."""


def unfilled(context: Inspection, word: str, folder: str, verdict: Verdict) -> Broken | None:
    """What is wrong with a file that a build would have to make: its package is not there, or leaves another file.

    Args:
        context: the run.
        word: the file as written.
        folder: of the command.
        verdict: on the file.
    """
    if verdict.kind not in ("missing", "ignored", "built"):
        return None
    if lost := _lost_folder(context, word, folder):
        text = f"the folder {lost} does not exist, so that nothing makes {word}"
        return Broken(word, text, f"correct the path {word}")
    if (verdict.kind == "missing" and verdict.command) or not OUTPUT.search(word):
        return None  # the compiler of whom the list is known
    if not (found := left_elsewhere(context, verdict)):
        return None
    there = posixpath.relpath(found, folder)
    if posixpath.basename(found) != posixpath.basename(word):
        text = f"the build makes {there} and the like, and no {word}"
        return Broken(word, text, f"name a file that the build makes, or add the source of {word}", "warning")
    return Broken(
        word, f"the build makes {there} in place of {word}", instead(word, there, ""), "warning", beside(found, folder)
    )


def _lost_folder(context: Inspection, word: str, folder: str) -> str:
    """The folder whose output a path names, where there is none: no build of it can make anything."""
    found = _MADE.match(word.removeprefix("./")) if len(word) < _LONGEST else None
    if found is None:
        return ""
    home = path_from(folder, found["home"])
    inventory = context.inventory
    if home.startswith("..") or home in inventory.folders or OUTPUT.search(found["home"]):
        return ""
    above = [*upward(home)]
    if any(one in inventory.gitlinks or one in inventory.links for one in above) or inventory.ignored((f"{home}/",)):
        return ""
    return found["home"]


def beside(near: str, folder: str) -> str:
    """The path that was probably meant, from the folder of the command; a file of the same name elsewhere tells nothing."""
    found = posixpath.relpath(near, folder) if near else ""
    return "" if found.startswith("..") else found
