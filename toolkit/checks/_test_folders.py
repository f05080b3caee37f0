"""Folders that runners of tests are given by a command, and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["tests"]

_RUNNERS = frozenset({"vitest", "jest", "mocha", "ts-mocha"})
"""Those that fail where nothing is at the path that they are given, or has it in its name."""
_OTHERWISE = frozenset(
    {
        "related",
        "init",
        "list",
        "--findRelatedTests",
        "--listTests",
        "--version",
        "--help",
        "--root",
        "--dir",
        "--rootDir",
    }
)
"""Words with which they run no tests, or look for them elsewhere."""
_ALONE = frozenset({"run", "--runInBand", "-i", "--ci", "--verbose", "--recursive", "--exit", "--forceExit"})
"""Words that take no further one."""
_ALONE_FOR_JEST = frozenset({"--coverage", "--silent", "--detectOpenHandles", "--no-cache", "--bail", "--colors"})
_FOLDER = regex(r"[\w@-]{1,80}(?:/[\w@-]{1,80}){1,8}|(?:tests?|specs?|e2e|__tests__|integration|unit)")
_MADE = regex(r"(^|/)(dist|build|lib|out|output|target|node_modules|generated|tmp|temp)(/|$)")


def tests(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[tuple[str, str]]:
    """Folders of tests that no path of the repository has in its name, each as it is written and with what is wrong."""
    options = {word.partition("=")[0] for word in words}
    if words[0] not in _RUNNERS or "--passWithNoTests" in options or not _OTHERWISE.isdisjoint(options):
        return
    alone = _ALONE | _ALONE_FOR_JEST if words[0] == "jest" else _ALONE
    for word in words[1:]:
        plain = word.removeprefix("./").rstrip("/")
        if word.startswith("-") and "=" not in word and word not in alone:
            return  # what follows may be its values, of which some options take several
        if not _FOLDER.fullmatch(plain) or _MADE.search(plain):
            continue
        inventory = context.inventory
        listed = (*inventory.files, *inventory.gitlinks, *inventory.links)
        if resolve(context, plain, folder).kind == "missing" and not any(
            plain.lower() in path.lower() for path in listed
        ):
            yield word, f"{words[0]} finds no test: no path has {plain} in it"
