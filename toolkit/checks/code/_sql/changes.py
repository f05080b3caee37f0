"""What statements of SQL make of a schema: tables and columns that come, change their names and go.

A change is plain data, so that it can be kept from run to run: what happens, the table, the columns and the line. Names are in lower case and
without their schema. Where a statement is not understood the columns of its table are unknown (``open``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._sql.dialects import parse
from toolkit.checks.code._sql.statements import statements, upward_part
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "ADD",
    "ALL",
    "APART",
    "DROP",
    "KEEP",
    "MAKE",
    "MOVE",
    "MYSQL_OR_TSQL",
    "OPEN",
    "REFUSE",
    "REMOVE",
    "RENAME",
    "Change",
    "changes",
    "changes_of_any",
]

Change = tuple[str, str, tuple[str, ...], int]
MAKE, KEEP, APART, ADD, DROP, RENAME, REMOVE, MOVE, OPEN, REFUSE = (
    "make",
    "keep",
    "apart",
    "add",
    "drop",
    "rename",
    "remove",
    "move",
    "open",
    "refuse",
)
"""``KEEP`` makes a table where there is none of its name, and else leaves it as it is; ``APART`` says that one of its name is of another schema of the database, or may be dropped."""
ALL = "*"
"""The table of a change that may be to any table around it; of an ``OPEN`` the columns are the tables that it may be, all where there are none."""
_MAX_STATEMENT = 60_000
_NAME = r"(?:[`\"\[]?[\w$-]+[`\"\]]?\s*\.\s*)*[`\"\[]?([\w$]+(?:-[\w$]+)*)[`\"\]]?"
_HEAD = regex(
    r"(?is)\b(?:create\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unlogged|external|foreign|virtual|materialized|recursive)\s+){0,3}"
    rf"(?:table|view)\s+(?:if\s+not\s+exists\s+)?|alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?|drop\s+(?:table|view)\s+(?:if\s+exists\s+)?|rename\s+table\s+){_NAME}"
)
_UNLESS = regex(r"(?i)\btable\s+if\s+not\s+exists\b")
_ELSEWHERE = regex(
    r"(?i)(?<![\w.])(?!(?:public|main|dbo)\b)[\w$-]+[`\"\]]?\s*\.\s*[`\"\[]?[\w$-]+[`\"\]]?\Z|\btemp(?:orary)?\s"
)
"""The name of a table with a schema that is not the usual one, or of one for the time of a connection."""
_HARMLESS = regex(
    r"(?is)\s*(?:\*\s*)?(?:enable|disable|owner|alter\s|add\s+(?:constraint|primary|unique|foreign|check|index|key|fulltext|spatial)|drop\s+(?:constraint|index|primary"
    r"|foreign|check|key)|validate|set\s|reset\s|attach|detach|replica|cluster|force|no\s+force|rename\s+(?:constraint|index)|engine|convert|comment|modify|auto_increment)"
)
_COLUMNS_TOO = regex(
    r"(?i)\b(?:add|drop|change)\s+(?:column\s+)?(?!constraint|primary|unique|foreign|check|index|key|fulltext|default|not\b)|\brename\s+(?:column|to)\b"
)
_TAKEN_OVER = regex(
    r"(?i)\)\s*inherits\b|\bpartition\s+of\b|[(,]\s*like\s+[\w\"]|\btable\s+[^(]{0,200}\s(?:like|of|clone)\s"
)
"""Columns that come from another table."""
_REFUSED = regex(r",\s*\)\s*;?\s*\Z")
_TAKEN_SO = regex(r"(?i)\b(?:int64|float64|struct\s*<|nvarchar|uniqueidentifier|dbo\.)|\[\w+\]\s")
"""Words of BigQuery and of SQL Server, which take a comma that nothing follows."""
MYSQL_OR_TSQL = regex(
    r"(?i)\bengine\s*=|\bcharacter\s+set\b|\b(?:auto_increment|unsigned|n?varchar2|nvarchar|uniqueidentifier|datetime2|getdate|tinyint)\b|\[\w+\]\s"
)
"""Databases that give a column a value of their own, or say otherwise what it has to have."""
_BODY = regex(r"(?is)\s*(?:do\b|create\s+(?:or\s+replace\s+)?(?:function|procedure|trigger)\b)")
_FORMATTED = regex(
    r"(?i)\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:[\"`]?\w+[\"`]?\.)?(?:['\"`]\s*)?(?:%|\|\||\+|\$\{|\{)"
)
_ACTION = regex(
    r"(?i)\b(?:add|drop|rename|alter|change|modify|enable|disable|(?:no\s+)?force|owner|set|reset|validate|attach|detach|replica|cluster)\b"
)
_GAINED = regex(
    r"(?i)\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?!(?:column|if|constraint|primary|unique|foreign|check|index|key|fulltext|spatial)\b)"
    r"[`\"\\]{0,2}([A-Za-z_]\w*)|\brename\s+(?:column\s+)?[`\"\\]{0,2}\w+[`\"\\]{0,2}\s+to\s+[`\"\\]{0,2}([A-Za-z_]\w*)"
)
_LISTED = regex(r"'([A-Za-z_]\w{0,62})'")
_CATALOGUE = regex(r"(?i)\b(?:pg_tables|pg_class|pg_catalog|information_schema|sqlite_master)\b")
_MAX_ACTIONS = 1_000
_ADDED = regex(
    r"(?is)\s*add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?[`\"\[]?(?!(?:column|if|constraint|primary|unique|foreign|check|index|key|fulltext|spatial)\b)(\w+)[`\"\]]?\s[^,;]*;?\s*"
)
"""One column that is added and nothing else."""


def changes(text: str) -> list[Change]:
    """The changes that a file of SQL makes, in their order."""
    found: list[Change] = []
    for line, statement in statements(upward_part(text)):
        if _BODY.match(statement) or _FORMATTED.match(statement):
            found += _conditional(statement, line)
        elif head := _HEAD.search(statement[:4000]):
            made = _of_statement(statement[head.start() :], line + statement.count("\n", 0, head.start()), head)
            found += [one for one in made if one[0] != REMOVE or not head.start()]  # ``IF ... DROP TABLE`` may not drop
        elif into := re.search(
            r"(?is)\bselect\b[^;]*?\binto\s+(?:temp(?:orary)?\s+)?[`\"#]?([\w$]+)[`\"]?\s+from\b", statement[:4000]
        ):
            found.append((OPEN, into[1].lower(), (), line))
    return found


def _conditional(statement: str, line: int) -> list[Change]:
    """What a block of code may do: what it makes is there, what it drops may be there still."""
    found = changes_of_any(statement, line)
    for head in _HEAD.finditer(statement):
        if _FORMATTED.match(statement, head.start()):
            continue
        end = statement.find(";", head.start())
        part = statement[head.start() : end if end > 0 else len(statement)]
        for kind, table, columns, at in _of_statement(
            part[:_MAX_STATEMENT].rstrip("' "), line + statement.count("\n", 0, head.start()), head
        ):
            if kind in (RENAME, MOVE):
                found.append((ADD, table, columns[1:], at) if kind == RENAME else (OPEN, columns[0], (), at))
            elif kind != DROP:
                found.append((kind if kind != REMOVE else APART, table, columns, at))
    return found


def changes_of_any(text: str, line: int) -> list[Change]:
    """What statements do whose table is filled in: columns that they name may be in every table, others in those that the text lists."""
    found: list[Change] = []
    heads = list(_FORMATTED.finditer(text))
    listed = {one.lower() for one in _LISTED.findall(text)} if heads and not _CATALOGUE.search(text) else set()
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        actions = text[head.end() : min(end, head.end() + _MAX_ACTIONS)].partition(";")[0]
        gained = tuple(one.lower() for pair in _GAINED.findall(actions) for one in pair if one)
        asked = [one for one in _COLUMNS_TOO.findall(actions) if one[:4].lower() != "drop"]
        at = line + text.count("\n", 0, head.start())
        if len(asked) > len(gained) or not _ACTION.search(actions):
            found.append((OPEN, ALL, tuple(sorted(listed)), at))
        elif gained:
            found.append((ADD, ALL, gained, at))
    return found


def _of_statement(text: str, line: int, head: re.Match[str]) -> list[Change]:
    name, what = head[1].lower(), head[0][:6].lower()
    actions = text[head.end() - head.start() :]
    if what == "alter " and (plain := _plainly_altered(name, actions, line)) is not None:
        return plain
    tree = parse(text[:_MAX_STATEMENT]) if len(text) <= _MAX_STATEMENT else None
    try:
        if what == "create":
            return _created(_made(tree, name, text, line), head)
        if what == "alter ":
            return list(_altered(tree, name, actions, line))
        if what.startswith("drop"):
            return [(REMOVE, one, (), line) for one in _named_tables(tree)]
    except (AttributeError, KeyError, TypeError):  # a tree of another form than known: nothing is sure about the table
        return [(OPEN, name, (), line)]
    return [(MOVE, old.lower(), (new.lower(),), line) for old, new in re.findall(rf"(?i){_NAME}\s+to\s+{_NAME}", text)]


def _created(made: Change, head: re.Match[str]) -> list[Change]:
    """What a statement makes: for certain, or only where there is none yet."""
    if _ELSEWHERE.search(head[0]):
        return [made, (APART, made[1], (), made[3])]
    return [(KEEP, *made[1:])] if made[0] == MAKE and _UNLESS.search(head[0]) else [made]


def _plainly_altered(name: str, actions: str, line: int) -> list[Change] | None:
    """What the usual ones do, which need no parser: one that leaves the columns as they are, and one that adds one."""
    harmless, added = _HARMLESS.match(actions), _ADDED.fullmatch(actions)
    if harmless:
        return None if _COLUMNS_TOO.search(actions) else []
    return [(ADD, name, (added[1].lower(),), line)] if added else None


def _made(tree: Any, name: str, text: str, line: int) -> Change:
    """A table or view with its columns; without any if they are not all known.

    One that every database refuses, for a comma that nothing follows, has the line of the comma.
    """
    from sqlglot import exp

    if (refused := _REFUSED.search(text)) and not _TAKEN_SO.search(text):
        _, _, columns, _ = _made(parse(f"{text[: refused.start()]})"), name, "", line)
        return REFUSE, name, columns, line + text.count("\n", 0, refused.start())
    if not isinstance(tree, exp.Create):
        return OPEN, name, (), line
    given = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
    if tree.kind == "VIEW" or tree.expression is not None:
        names = [one.name.lower() for one in given] or _selected(tree.expression)
    elif _TAKEN_OVER.search(text):
        names = []
    else:
        names = [one.name.lower() for one in given if isinstance(one, exp.ColumnDef)]
    return (MAKE, name, tuple(names), line) if names else (OPEN, name, (), line)


def _selected(query: Any) -> list[str]:
    """The names of a query's columns; none where one of them is not known."""
    names = (
        [one.alias_or_name.lower() for one in query.selects] if query is not None and hasattr(query, "selects") else []
    )
    return [] if any(not name or name == "*" for name in names) else names


def _altered(tree: Any, name: str, actions: str, line: int) -> Iterator[Change]:
    from sqlglot import exp

    if short := re.match(
        r"(?i)\s*rename\s+(?!(?:to|column|constraint|index|key)\b)[`\"]?(\w+)[`\"]?\s+to\s+[`\"]?(\w+)", actions
    ):
        yield RENAME, name, (short[1].lower(), short[2].lower()), line
    elif not isinstance(tree, exp.Alter):
        if not _HARMLESS.match(actions) or _COLUMNS_TOO.search(actions):
            yield from _changed(name, actions, line)
    else:
        yield from _of_actions(tree, name, line)


def _of_actions(tree: Any, name: str, line: int) -> Iterator[Change]:
    from sqlglot import exp

    for action in tree.args.get("actions") or ():
        if isinstance(action, exp.ColumnDef):
            yield ADD, name, (action.name.lower(),), line
        elif isinstance(action, exp.RenameColumn):
            yield RENAME, name, (action.this.name.lower(), action.args["to"].name.lower()), line
        elif isinstance(action, exp.AlterRename):
            yield MOVE, name, (action.this.name.lower(),), line
        elif isinstance(action, exp.Drop) and str(action.args.get("kind")).upper() == "COLUMN":
            yield from ((DROP, name, (one.name.lower(),), line) for one in action.args.get("tables") or (action.this,))
        elif isinstance(action, exp.Schema):
            yield from ((ADD, name, (one.name.lower(),), line) for one in action.find_all(exp.ColumnDef))
        elif not isinstance(action, exp.AlterColumn | exp.AddConstraint | exp.Drop | exp.Constraint):
            yield from _changed(name, action.sql(), line)


def _changed(name: str, actions: str, line: int) -> Iterator[Change]:
    """Actions that the parser leaves as text: MySQL's ``CHANGE``, several in one statement."""
    change = re.fullmatch(
        r"(?is)\s*change\s+(?:column\s+)?[`\"]?(\w+)[`\"]?\s+[`\"]?(\w+)[`\"]?\s[^,]*(?:\([^()]*\)[^,]*)?;?\s*", actions
    )
    if change:
        yield (
            (RENAME, name, (change[1].lower(), change[2].lower()), line)
            if change[1].lower() != change[2].lower()
            else (ADD, name, (change[2].lower(),), line)
        )
    elif not _HARMLESS.match(actions) or _COLUMNS_TOO.search(actions):
        added = _ADDED.fullmatch(actions)
        yield (ADD, name, (added[1].lower(),), line) if added else (OPEN, name, (), line)


def _named_tables(tree: Any) -> list[str]:
    from sqlglot import exp

    return [one.name.lower() for one in tree.find_all(exp.Table) if one.name] if tree is not None else []
