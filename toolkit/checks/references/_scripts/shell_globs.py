"""Patterns of scripts that the shell expands before a program sees them, and less deep than they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import packages
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position
from toolkit.expressions import regex
from toolkit.places import upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["of_globs"]

_TOKEN = regex(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|&&|[;&|]+|[^\s;&|\"']+")
_DEEP = regex(r"(?:^|/)\*\*/")
_ODD = regex(r"[{}$!?()\[\]~`\\<>=]")
"""What a shell or a program reads otherwise."""
_OWN_SHELLS = frozenset({"bun", "yarn"})
"""Managers that run scripts in a shell of their own, which takes ``**`` for what it says; yarn of old is another ecosystem."""
_WALKERS = frozenset({"prettier", "eslint", "biome", "oxlint", "oxfmt"})
"""Programs that look through the folders that they are given, to any depth."""
_SHOWN = 5


def of_globs(context: Inspection) -> Iterator[Fault]:
    """Every pattern that reaches some files of a package and passes over others, with the scripts that have it."""
    for package in packages(context):
        if context.is_foreign(package.path) or _has_its_shell(context, package):
            continue
        groups: dict[tuple[str, bool], dict[str, None]] = {}
        for name, text in package.scripts.items():
            for word, walks in _patterns(text):
                groups.setdefault((word, walks), {})[name] = None
        for (word, walks), having in groups.items():
            names = list(having)
            reached, passed = _reached(context, package, word, walks=walks)
            if not reached or not passed:
                continue  # what the shell finds nothing for, the program gets as it is
            said = f"The script{'s' * (len(names) > 1)} {', '.join(names)} reach{'es' * (len(names) == 1)} {len(reached)} of {len(reached) + len(passed)} files:"
            yield Fault(
                package.path,
                position(package.document, ("scripts", names[0])),
                f"{said} the shell takes the ** of {word} for one folder, and passes over {passed[0]}.",
                f"passed over: {', '.join(passed[:_SHOWN])}{f' and {len(passed) - _SHOWN} more' if passed[_SHOWN:] else ''}",
                f"write {word} in quotes, so that the program looks for it, or give the program the folder",
                severity="warning",
                related=tuple((package.path, position(package.document, ("scripts", name))) for name in names[1:]),
            )


def _patterns(text: str) -> Iterator[tuple[str, bool]]:
    """The words without quotes that cross folders, of commands that run in the folder of the package, with whether its program walks folders."""
    tokens = _TOKEN.findall(text)
    start = True
    walks = False
    for before, token in zip(["", *tokens], tokens, strict=False):
        if start and token in ("cd", "pushd", "bash", "zsh"):
            return
        start = token[0] in ";&|"
        walks = not start and (walks or token in _WALKERS)
        joined = before[-1:] in ("=", '"', "'") or token.startswith("-")
        if not joined and _DEEP.search(token) and not _ODD.search(token) and not token.startswith("/"):
            yield token, walks


def _has_its_shell(context: Inspection, package: Package) -> bool:
    """Whether the manager of a package runs scripts in a shell of its own, or its settings name one."""
    owner = context.owner(package.folder, "javascript")
    known = owner.ecosystem if owner is not None else ""
    return known in _OWN_SHELLS or any(context.is_file(name) for name in ("bun.lock", "bun.lockb", ".yarnrc.yml"))


def _reached(context: Inspection, package: Package, word: str, *, walks: bool) -> tuple[list[str], list[str]]:
    """The files of a package that the shell makes of a pattern, and those that it should have."""
    pattern = word.removeprefix("./")
    flat, deep = (_expression(pattern, deep=one) for one in (False, True))
    start = 0 if package.folder == "." else len(package.folder) + 1
    own = [path for path in context.below(package.folder) if path in context.inventory.tracked_set]
    reached = [path[start:] for path in own if flat.fullmatch(path, start)]
    passed = [path[start:] for path in own if deep.fullmatch(path, start) and not flat.fullmatch(path, start)]
    if walks:  # the shell gives it folders, too, and what lies in them it finds by itself
        passed = [path for path in passed if not any(map(flat.fullmatch, upward(path)[1:-1]))]
    return reached, passed


def _expression(pattern: str, *, deep: bool) -> re.Pattern[str]:
    """A pattern as an expression: what begins with a dot and what is installed is passed over."""
    name = r"(?!\.|node_modules/)[^/]*"
    parts = []
    for part in pattern.split("/"):
        if part == "**":
            parts.append(rf"(?:{name}/)*" if deep else f"{name}/")
        else:
            lead = r"(?!\.|node_modules/)" if part.startswith("*") else ""
            parts.append(lead + r"[^/]*".join(re.escape(one) for one in re.split(r"\*+", part)) + "/")
    return re.compile("".join(parts).removesuffix("/"))
