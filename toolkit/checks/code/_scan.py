"""One pass over the sources for all code checks: a file is parsed once, and only if a rule could match in it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import field
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from toolkit.checks._test_code import in_test, is_test
from toolkit.checks.code._refine import REFINEMENTS
from toolkit.checks.code._rules import CUSTOM, Expression, Lowered, Rule, rules
from toolkit.checks.code._sources import LANGUAGES, sources
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.system.file_facts import UNKNOWN
from toolkit.system.spread import spread
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.errors import ConfigurationError

__all__ = ["Match", "Plans", "matches"]

_MAX_BYTES = 1_000_000
_MANY = 300
"""Files to scan from which on another process is worth its start."""
_LONG_LINE = 2_000
"""Bytes in a line on average, above which a file is the output of a tool."""
_OF_BUNDLES = 10_000
"""Bytes of a line that no person writes: where most of a file stands in such ones, a program has put it together."""

_COMPILED = b'Object.defineProperty(exports, "__esModule"'
"""What the compiler of TypeScript begins its output with."""


_BUNDLED = (b"__webpack_require__", b"//#region node_modules", b"/*! for license information please see ")
_HEAD = 8_000
"""Bytes in which a NUL says that a file is no text, as git has it."""
_GENERATED = regex(
    rb"(?i)^[ \t]*(?://|#|\*|/\*|<!--)[^\n]{0,60}(?:\bauto-?generated\b|\bgenerated (?:by|from|with|using)\b|@generated\b|\bcode generated\b)",
    re.MULTILINE,
)
_NO_EDIT = regex(rb"(?i)do not (?:\w+ )?(?:edit|modify|change)|@generated\b|auto-?generated (?:file|code|by|with|from)")
"""With these words in its first lines a file says that a program wrote it: what is wrong in it is wrong in its source."""
_FIRST = 600
_LICENSE = b"@licstart"
"""What stands over a library that is kept as it was downloaded."""


@frozen
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
_Plan = dict[tuple[bytes, ...], dict[tuple[Expression[bytes], ...], list[tuple[int, Rule]]]]
"""Rules with their numbers by the texts of which they need one, then by what they seek."""


def matches(context: Inspection, check: str) -> tuple[Match, ...]:
    """What the rules of a check match; all rules run in the first call, whoever makes it.

    Raises:
        ConfigurationError: a rule of this check is none; rules of other checks do not matter.
    """
    found, faults = _all_matches(context)
    if check in faults:
        raise faults[check]
    return tuple(found.get(check, ()))


@once_a_run
def _all_matches(context: Inspection) -> tuple[dict[str, list[Match]], dict[str, ConfigurationError]]:
    """The matches of each check, and the faults in rules of some."""
    known = rules(context)
    return _scan(context, known.usable), known.faults


def _scan(context: Inspection, known: tuple[Rule, ...]) -> dict[str, list[Match]]:
    """The matches of each check, from this run or one before."""
    asked = [(one.id, sorted(one.languages), one.config, one.needs, one.seeks, one.text, one.refine) for one in known]
    table = context.facts.table("code.matches", sha256(repr(asked).encode("utf-8", "replace")).hexdigest())
    paths = context.living_first(sorted(sources(context)))
    told: dict[str, tuple[_Fact, ...]] = {path: table.get(path) for path in paths}
    unknown = [path for path, facts in told.items() if facts is UNKNOWN]
    plans = Plans(known)
    for path, facts in spread(lambda path: _facts(context, path, plans), unknown, least=_MANY).items():
        told[path] = facts
        if context.is_readable(path):
            table.put(path, facts)
    found: dict[str, list[Match]] = {}
    for path, facts in told.items():
        for at, line, column, text, captures in facts:
            match = Match(known[at], path, line, column, text, dict(captures))
            if not _is_of_tests(match.rule) and in_test(context, path, line):
                continue
            found.setdefault(match.rule.check, []).append(match)
    return {
        check: list({(one.path, one.line, one.column): one for one in reversed(several)}.values())[::-1]
        for check, several in found.items()
    }


def _facts(context: Inspection, path: str, plans: Plans) -> tuple[_Fact, ...]:
    """What the rules match in one file."""
    if (content := context.content(path)) is None:
        return ()
    language = LANGUAGES[posixpath.splitext(path)[1]]
    if len(content) > _MAX_BYTES or len(content) > _LONG_LINE * (content.count(b"\n") + 1) or _is_bundle(content):
        return ()
    if _COMPILED in content[:1000] or (_GENERATED.search(content[:_FIRST]) and _NO_EDIT.search(content[:_FIRST])):
        return ()
    source = Lowered(content)
    wanted = [] if _is_no_source(language, source.text) else plans.wanted(language, source, tests=is_test(path))
    return tuple(_parse(path, content.decode("utf-8", "replace"), language, wanted)) if wanted else ()


def _is_bundle(content: bytes) -> bool:
    """Whether half of a file stands in lines of a length that only programs write."""
    if len(content) < _OF_BUNDLES * 2:
        return False
    return 2 * sum(len(line) for line in content.split(b"\n") if len(line) > _OF_BUNDLES) > len(content)


def _is_no_source(language: str, lowered: bytes) -> bool:
    """Whether a file, given in small letters, is a video of that ending, or a script that a program has put together of others."""
    if b"\0" in lowered[:_HEAD]:
        return True
    if language != "javascript":
        return False
    return b"\n// node_modules/" in lowered or any(mark in lowered for mark in _BUNDLED) or _LICENSE in lowered[:1000]


class Plans:
    """The rules by what they ask of a file, so that each text and each expression is looked for once.

    Args:
        known: all rules.
    """

    def __init__(self, known: tuple[Rule, ...]) -> None:
        self._known = known
        self._made: dict[tuple[str, bool], _Plan] = {}

    def wanted(self, language: str, source: Lowered, *, tests: bool) -> list[tuple[int, Rule]]:
        """The rules that could match in a file, with their numbers.

        Args:
            language: of the file.
            source: the file.
            tests: whether it is a test, which only a repository's own rules are about.
        """
        found: list[tuple[int, Rule]] = []
        for needs, sought in self._plan(language, tests=tests).items():
            if not needs or any(map(source.holds, needs)):
                for seeks, several in sought.items():
                    if not seeks or any(one.search(source.lines) for one in seeks):
                        found += several
        return sorted(found, key=itemgetter(0))

    def _plan(self, language: str, *, tests: bool) -> _Plan:
        if (language, tests) not in self._made:
            plan = self._made[language, tests] = {}
            for number, rule in enumerate(self._known):
                if language in rule.languages and (not tests or _is_of_tests(rule)):
                    plan.setdefault(rule.needs, {}).setdefault(rule.seeks, []).append((number, rule))
        return self._made[language, tests]


def _is_of_tests(rule: Rule) -> bool:
    """Whether a rule is about tests too: a repository's own, and the one for tests that are none."""
    return rule.check == CUSTOM or rule.refine == "hollow-test"


def _parse(path: str, text: str, language: str, wanted: list[tuple[int, Rule]]) -> Iterator[_Fact]:
    from ast_grep_py import SgRoot

    root = SgRoot(text, language).root()
    kinds = sorted({kind for _, rule in wanted for kind in rule.kinds})
    nodes = _by_kind(root, kinds) if kinds else {}
    for number, rule in wanted:
        told = [one for kind in rule.kinds for one in nodes.get(kind, ())]
        for node, inside in told if rule.kinds else _matching(root, rule.config):
            if rule.text is not None and not rule.text.search(inside):
                continue
            captures = REFINEMENTS[rule.refine](node, path) if rule.refine else {}
            if captures is not None:
                start = node.range().start
                at = captures.get("line")
                line = int(at) if at else start.line + 1
                column = 1 if at else start.column + 1
                yield number, line, column, inside[:4000], tuple(captures.items())


def _matching(root: Any, config: dict[str, Any]) -> list[tuple[Any, str]]:
    """What a rule of ast-grep's matches, with the texts."""
    return [(node, node.text()) for node in root.find_all(config)]


def _by_kind(root: Any, kinds: list[str]) -> dict[str, list[tuple[Any, str]]]:
    """The nodes of some kinds, with their texts: one way through the tree for every rule that asks for kinds only."""
    found: dict[str, list[tuple[Any, str]]] = {}
    for node, text in _matching(root, {"rule": {"any": [{"kind": kind} for kind in kinds]}}):
        found.setdefault(node.kind(), []).append((node, text))
    return found
