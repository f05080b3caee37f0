"""READMEs of other repositories that were copied among the pages of this one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["is_copied"]

_NAMED = regex(
    r"(?i)(?<![\w.-])github\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?(?=[/\"')#?\s&]|$)"
    r"|img\.shields\.io/(?:github|circleci/build/github)/(?:[a-z-]+/){0,4}(?P<holder>[\w.-]+)/(?P<called>[\w.-]+)(?=[\"')#?\s&]|$)"
)
"""Repositories that a page names in its links and badges."""
_BADGE = regex(r"img\.shields\.io/[^\s)\"'>]{1,200}")
_HEADING = regex(r"(?m)^#[ \t]+([^\n]{1,80})$|<h1[^>]*>([^<]{1,80})<")
_MANIFESTS = (
    "package.json",
    "pyproject.toml",
    "setup.py",
    "Cargo.toml",
    "go.mod",
    "pom.xml",
    "composer.json",
    "Chart.yaml",
)


def is_copied(context: Inspection, path: str) -> bool:
    """Whether a README comes from another repository.

    Its folder has the name of that and holds no project, badges or links of the page name it, its heading or a badge, too, and
    neither the README nor a manifest of this repository's root does.
    """
    folder = folder_of(path)
    if folder == "." or any(context.is_file(inside(folder, name)) for name in _MANIFESTS):
        return False
    text = text_of(context, path, errors="replace")
    name = posixpath.basename(folder).lower()
    found = {pair for pair in _pairs(text) if pair[1] == name} - _own(context)
    titles = {_letters(match[1] or match[2]) for match in _HEADING.finditer(text)}
    badges = _BADGE.findall(text.lower())
    return bool(found) and (
        _letters(name) in titles or any(f"/{owner}/{name}" in badge for owner, _ in found for badge in badges)
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for match in _NAMED.finditer(text):
        yield (match["owner"] or match["holder"]).lower(), (match["name"] or match["called"]).lower()


@once_a_run
def _own(context: Inspection) -> frozenset[tuple[str, str]]:
    """The repositories that the root's README and manifests name."""
    names = ("README.md", "readme.md", "README.MD", "Readme.md", *_MANIFESTS)
    texts = (text_of(context, name, errors="replace") for name in names if context.is_file(name))
    return frozenset(pair for text in texts for pair in _pairs(text))
