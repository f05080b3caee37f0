"""Second witnesses: what else in a repository speaks of a table or a column that nothing is known to make.

The readers of schemas understand what they know. Here nothing is understood: any text of the repository in which a statement or a call makes, maps or
drops a table is looked at, also one that no reader opens or that none could parse. Who asks for a name that stands there may well be right.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import holding
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.code._sql.brackets import enclosed
from toolkit.checks.code._sql.script import MOST
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["ALTERED", "DROPPED", "FILLED", "MADE", "MAPPED", "Witness", "Witnesses", "declared", "witnesses"]

MADE, ALTERED, DROPPED, MAPPED, FILLED = "made", "altered", "dropped", "mapped", "filled"
_EVERY = (MADE, ALTERED, DROPPED, MAPPED, FILLED)
_MAX_BYTES = 2_000_000
_NAME = r"(?:[\\\"`\['%]*[\w$-]+[\\\"`\]']*\s?\.\s?){0,2}[\\\"`\['%]*([A-Za-z_][\w$-]*)"
_STATEMENT = regex(
    r"(?i)\b(create|alter|drop|rename|truncate)\s+(?:(?:or\s+replace|global|local|temp|temporary|unlogged|external|foreign|virtual|materialized|recursive)\s+){0,3}"
    rf"(?:table|view|sequence)\b[\s(:]*(?:\b(?:if|not|exists|only)\s+){{0,3}}{_NAME}|\b(rename)\s+to\s+{_NAME}"
)
_VERB = regex(r"create|alter|drop|rename|truncate")
_TEXT = r"[^;\"'`\n]{0,60}\n?[^;\"'`\n]{0,60}[:\"'`]"
_CALL = regex(
    r"(?:(?P<made>[cC]reate_?[tT]able\w*|(?:[aA]dd|[rR]ename)_?[tT]able|\b[sS]chema(?:::|\.)\w+)|(?P<dropped>[dD]rop_?[tT]able\w*)|(?P<altered>[aA]lter_?[tT]able|(?:[aA]dd|[dD]rop|[rR]ename|[aA]lter)_?[cC]olumns?)"
    rf"|(?P<mapped>ToTable|(?<!WHERE )(?<!where )(?<!AND )(?<!and )[tT]able_?[nN]ame(?!\s*[!=]=)|__tablename__|db_table|Table|Entity|define|\$table|collection))\b{_TEXT}(?P<name>[\w$.-]+)(?:[\"'`]{_TEXT}([\w$.-]+))?"
)
_IN_CALLS = regex(r"able|chema|olumn|Entity|define|collection")
"""What is in each name that the expression begins with, which would be tried at every letter: texts of a megabyte took half a second."""
_HEAD = 8
"""Letters of such a name at most before it: ``rename_Table``."""
_FILLED = regex(
    r"(?i)\bcreate_table\(\s*[a-z_]\w*\s*,|\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?[\"`\[\\]{0,2}(?:\$\{|\{\w|%s|[\"']\s*\+|[\"']\s*%|[\"']\.format)"
)
_JOINED = "%I_%I"
"""In ``format`` of PostgreSQL: a name of two words, each of them filled in."""
_WORD = regex(r"[\"'`]([A-Za-z_]\w{0,62})[\"'`]|^[ \t]*(\w{1,62})[ \t]*:", re.MULTILINE)
"""Any word in quotes or before a colon may be filled in where a statement makes a table of each of a list."""
_DECLARED = (
    ("DbSet<", regex(r"\bDbSet<[\w.]+>\s+(\w+)")),
    ("model", regex(r"\bmodel\s+(\w+)\s*\{")),
    ("Row:", regex(r"^[ \t]*[\"']?(\w+)[\"']?\s*:\s*\{\s*Row:", re.MULTILINE)),
)
"""What a text has to hold, and the names that it declares then."""
_AFTER_WORD = r"\b(?:column|add|exists|drop|change|rename|modify)\s+"
"""Before a column that a statement adds, changes or takes away; those of a table that it makes are followed by their type."""
_END = regex(r";|`\s*\)|\"\"\"|\)[ \t]*\n|\n[ \t]*\n")
_WITHIN = 4_000
"""Characters after the name of a table in which its columns are named."""
_LIST = 300
_ASIDE = regex(r"[ \t]*(?:--|//|#|\*|/\*|<!--)")
_OF_TESTS = regex(r"(?i)(?:^|/)(?:__)?(?:tests?|fixtures?)(?:__)?/")
_OF_READERS = regex(r"(?i)(?:^|/)docs?/|\.(?:mdx?|txt|rst|adoc|html)\Z")
"""What people read: that something is made there is only said."""


class Witness(NamedTuple):
    """Where a name stands, what is done to it there, and whether that is sure or only said."""

    path: str
    line: int
    what: str
    sure: bool

    def __str__(self) -> str:
        return f"but {self.path}:{self.line} speaks of it"


class _Mention(NamedTuple):
    what: str
    path: str
    text: str
    start: int
    end: int
    stated: bool = False

    def witness(self, *, sure: bool = True) -> Witness:
        head = self.text.rfind("\n", 0, self.start) + 1
        aside = _OF_READERS.search(self.path) is not None or _ASIDE.match(self.text, head, self.start) is not None
        apart = is_test(self.path) and (not self.path.endswith(".sql") or _OF_TESTS.search(self.path) is not None)
        sure = sure and not aside and not apart  # what tests make, nobody else has
        return Witness(self.path, line_at(self.text, self.start), self.what, sure)


class Witnesses:
    """What the texts of a repository say of some tables."""

    def __init__(self, mentions: dict[str, list[_Mention]]) -> None:
        self.mentions = mentions

    def of_table(self, name: str, kinds: Collection[str] = _EVERY) -> list[Witness]:
        """What speaks of a table, the surest first."""
        found = [one.witness() for one in self.mentions.get(name.lower(), ()) if one.what in kinds]
        return sorted(found, key=lambda one: not one.sure)

    def of_column(
        self,
        tables: Iterable[str],
        columns: Iterable[str],
        kinds: Collection[str] = _EVERY,
        apart: Collection[str] = (),
    ) -> Witness | None:
        """What names a column where one of its tables is made or changed, the surest first; a mapping only speaks of it.

        Args:
            tables: in small letters.
            columns: the names that it may have.
            kinds: what counts.
            apart: files that do not count.
        """
        names = "|".join(map(re.escape, columns))
        defined = re.compile(
            rf"(?i)(?:{_AFTER_WORD}[\"'`\[\\]*(?:{names})(?![\w$])|[(,\n]\s*[\"'`\[\\]*(?:{names})[\"'`\]\\]*\s+[\"a-z])"
        )
        word = re.compile(rf"(?i)(?<![\w$])(?:{names})(?![\w$])")
        found = [
            one.witness(sure=one.what != MAPPED)
            for table in tables
            for one in self.mentions.get(table, ())
            if one.what in kinds and one.path not in apart and not (one.what == MAPPED and is_test(one.path))
            if one.what == FILLED or (defined if one.stated else word).search(one.text, one.start, one.end)
        ]
        return min(found, key=lambda one: not one.sure, default=None)


def declared(text: str) -> set[str]:
    """The tables that calls and classes of a source make or map, in small letters."""
    found = (match for match in islice(_calls(text), MOST) if match["made"] or match["mapped"])
    return {match["name"].rpartition(".")[2].lower() for match in found}


def _statements(text: str) -> Iterator[re.Match[str]]:
    """Every statement about a table, looked for only where its verb stands."""
    lowered = text.lower()
    if len(lowered) != len(text):  # some letters are two when they are small
        yield from _STATEMENT.finditer(text)
        return
    done = 0
    for part in _VERB.finditer(lowered):
        if part.start() >= done and (found := _STATEMENT.match(text, part.start())):
            done = found.end()
            yield found


def _calls(text: str) -> Iterator[re.Match[str]]:
    """Every call, class and setting that names a table, looked for only where a part of its name stands."""
    done = 0
    for part in _IN_CALLS.finditer(text):
        tried = range(max(part.start() - _HEAD, done), part.start() + 1)
        if found := next(filter(None, (_CALL.match(text, at) for at in tried)), None):
            done = found.end()
            yield found


def witnesses(context: Inspection, tables: Iterable[str]) -> Witnesses:
    """What the texts of a repository say of these tables, in any letter case that somebody writes."""
    wanted = {table.lower() for table in tables}
    found: dict[str, list[_Mention]] = {}
    for path in sorted(holding(context, {*wanted, *tables})):
        text = text_of(context, path, _MAX_BYTES, errors="replace")
        for one, names in _mentions(path, text):
            for name in wanted.intersection(names):
                found.setdefault(name, []).append(one)
    for path in sorted(holding(context, {_JOINED})):
        text = text_of(context, path, _MAX_BYTES, errors="replace")
        words = {(match[1] or match[2]).lower(): match for match in islice(_WORD.finditer(text), MOST)}
        for name in wanted:
            parts = ((name[:at], name[at + 1 :]) for at, letter in enumerate(name) if letter == "_")
            if first := next((words[one] for one, other in parts if one in words and other in words), None):
                found.setdefault(name, []).append(_Mention(FILLED, path, text, first.start(), first.end()))
    return Witnesses(found)


def _mentions(path: str, text: str) -> Iterator[tuple[_Mention, set[str]]]:
    """Each place that makes, changes, drops or maps tables, with their names and what it says of them."""
    for match in islice(_statements(text), MOST):
        verb = (match[1] or match[3]).lower()
        what = {"create": MADE, "rename": MADE, "drop": DROPPED}.get(verb, ALTERED)
        opening = text.find("(", match.end(), match.end() + 20) if what == MADE else -1
        end = enclosed(text, opening) if opening > 0 else -1
        stop = _END.search(text, match.end(), match.end() + _WITHIN)
        last = end if end > 0 else stop.start() if stop else match.end() + _WITHIN
        names = {match[2] or match[4]}
        if what == DROPPED:
            names.update(re.findall(r"\w+", text[match.end() : min(last, match.end() + _LIST)]))
        yield _Mention(what, path, text, match.start(), last, stated=True), {one.lower() for one in names}
    for match in islice(_calls(text), MOST):
        opening = -1 if match["mapped"] else text.find("(", match.start(), match.end())
        end = enclosed(text, opening) if opening > 0 else -1
        names = {one.rpartition(".")[2].lower() for one in match.groups()[4:] if one}
        what = next(kind for kind in (MADE, DROPPED, ALTERED, MAPPED) if match[kind])
        yield _Mention(what, path, text, match.start(), end if end > 0 else match.end() + _WITHIN), names
    for match in islice(_WORD.finditer(text), MOST) if _FILLED.search(text) else ():
        yield _Mention(FILLED, path, text, match.start(), match.end()), {(match[1] or match[2]).lower()}
    for match in (one for sign, form in _DECLARED if sign in text for one in islice(form.finditer(text), MOST)):
        yield _Mention(MAPPED, path, text, match.start(), match.end()), {match[1].lower()}
