"""One pass over the sources for all code checks: a file is parsed once, and only if a rule could match in it."""

from __future__ import annotations

import posixpath
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from toolkit.checks.code._paths import is_generated
from toolkit.checks.code._refine import REFINEMENTS
from toolkit.checks.code._rules import LANGUAGES, Rule, rules
from toolkit.context import Unreadable
from toolkit.system.file_facts import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["NEEDED", "TIMEOUT_S", "Match", "matches", "sources"]

NEEDED = ("ast_grep_py",)
"""What the checks of this family need: the extra ``deep``."""
TIMEOUT_S = 600.0
_MAX_BYTES = 1_000_000
_LONG_LINE = 2_000
"""Bytes in a line on average, above which a file is the output of a tool."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule matched.

    Args:
        captures: the texts of ast-grep's metavariables, and what a refinement added.
        text: of the matched node, its first 4,000 characters.
    """

    rule: Rule
    path: str
    line: int
    column: int
    text: str
    captures: dict[str, str] = field(default_factory=dict)


_Fact = tuple[int, int, int, str, tuple[tuple[str, str], ...]]
"""A match as it is kept: the number of the rule, line, column, text, captures."""


def sources(context: Inspection, *, everything: bool = False) -> Iterator[str]:
    """Sources of every language here, without what a tool has written.

    Args:
        context: the run.
        everything: also what ``--changed`` leaves out, to compare with.
    """
    if everything:
        names = [name for name in context.inventory.by_name if posixpath.splitext(name)[1] in LANGUAGES]
        found = context.inventory.named(*names)
    else:
        found = context.matching(*(f"*{ending}" for ending in LANGUAGES))
    return (path for path in found if not is_generated(path) and path not in context.inventory.links)


def matches(context: Inspection, check: str) -> tuple[Match, ...]:
    """What the rules of a check match; all rules run in the first call, whoever makes it.

    Raises:
        ConfigurationError: a rule of this check is none; rules of other checks do not matter.
    """
    lock = context.shared.setdefault("code.lock", threading.Lock())
    with lock:
        if "code.matches" not in context.shared:
            known = rules(context)
            context.shared["code.matches"] = _scan(context, known.usable), known.faults
    found: dict[str, list[Match]]
    found, faults = context.shared["code.matches"]
    if check in faults:
        raise faults[check]
    return tuple(found.get(check, ()))


def _scan(context: Inspection, known: tuple[Rule, ...]) -> dict[str, list[Match]]:
    """The matches of each check, from this run or one before."""
    told = [(rule.id, sorted(rule.languages), rule.config, rule.needs, rule.refine) for rule in known]
    table = context.facts.table("code.matches", sha256(repr(told).encode("utf-8", "replace")).hexdigest())
    found: dict[str, list[Match]] = {}
    for path in sorted(sources(context)):
        facts: tuple[_Fact, ...] = table.get(path)
        if facts is UNKNOWN:
            facts = _facts(context, path, known)
            if context.is_readable(path):
                table.put(path, facts)
        for at, line, column, text, captures in facts:
            match = Match(known[at], path, line, column, text, dict(captures))
            found.setdefault(match.rule.check, []).append(match)
    return {
        check: list({(one.path, one.line, one.column): one for one in reversed(several)}.values())[::-1]
        for check, several in found.items()
    }


def _facts(context: Inspection, path: str, known: tuple[Rule, ...]) -> tuple[_Fact, ...]:
    """What the rules match in one file."""
    try:
        content = context.read(path)
    except Unreadable:
        return ()
    language = LANGUAGES[posixpath.splitext(path)[1]]
    lowered = content.lower()
    wanted = [(at, rule) for at, rule in enumerate(known) if rule.wants(language, lowered)]
    if not wanted or len(content) > _MAX_BYTES or len(content) > _LONG_LINE * (content.count(b"\n") + 1):
        return ()
    return tuple(_parse(path, content.decode("utf-8", "replace"), language, wanted))


def _parse(path: str, text: str, language: str, wanted: list[tuple[int, Rule]]) -> Iterator[_Fact]:
    from ast_grep_py import SgRoot

    root = SgRoot(text, language).root()
    for number, rule in wanted:
        for node in root.find_all(rule.config):  # type: ignore[call-overload]
            captures = REFINEMENTS[rule.refine](node, path) if rule.refine else {}
            if captures is not None:
                start = node.range().start
                at = captures.get("line")
                line = int(at) if at else start.line + 1
                yield number, line, start.column + 1, node.text()[:4000], tuple(captures.items())
