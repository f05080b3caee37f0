"""What one file says of tables: plain values, kept from run to run for as long as the file stays as it is."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.code._sql.added_columns import added_by_calls
from toolkit.checks.code._sql.brackets import enclosed
from toolkit.checks.code._sql.changes import ADD, DROP, KEEP, MAKE, OPEN, REMOVE, changes, changes_of_any
from toolkit.checks.code._sql.python import python_tables
from toolkit.checks.code._sql.script import MOST, forward_part, script_changes, script_models
from toolkit.checks.code._sql.statements import statements, upward_part
from toolkit.checks.code._sql.witness import declared
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.code._sql.changes import Change
    from toolkit.checks.code._sql.python import Ask
    from toolkit.checks.code._sql.python_models import Told

__all__ = [
    "TABLE_WORDS",
    "Block",
    "Field",
    "OfCode",
    "prisma_blocks",
    "queries_of_sql",
    "tables_of_code",
    "tables_of_sql",
]

_MAX_BYTES = 2_000_000
_USED = regex(
    r"(?i)\b(?:from|join|references|into|update|on)\s+(?:only\s+)?((?:[`\"\[]?[\w$]+[`\"\]]?\.){0,3}[`\"\[]?[A-Za-z_][\w$]*[`\"\]]?)"
)
_VIEW = regex(
    r"(?is)\bcreate\s+(?:or\s+replace\s+)?(?:materialized\s+|temp(?:orary)?\s+)?view\s+(?:if\s+not\s+exists\s+)?([\w.\"`]+)"
)
_MAX_FILLED = 1000
"""Characters of a statement in a text of the code whose table is filled in."""
_BEFORE = 100_000
"""Characters before a statement in which the text begins that holds it: a whole schema may stand in one."""
_LOOKED_FOR = regex(r"[\"'`]\s*(?:[)\]]|,(?!\s*[\"'`]\s*\())")
"""What follows the name where a text is only the beginning of a statement, which something is searched for."""
_IS_FILLED = regex(r"\$\{|[\"']\s*\+|%[sv]|\{[A-Za-z_]\w*(?:[.\[(!:][^{}\n]{0,80})?\}")
_GOES_ON = regex(r"[\"'`]{1,3}\s*(?:\+(?!\s*[\"'`])|%\s*[\w(]|\.format\()")
"""What stands behind a statement to which something is added that is known only when it runs."""
_VIEW_CHARACTERS = 4000
"""As much of a view in a text of the code is looked at."""
_IN_TEXT = regex(
    r"(?is)\b(?:create\s+(?:(?:temp|temporary|unlogged|virtual)\s+)?table\s+(?:if\s+not\s+exists\s+)?|alter\s+table\s+(?:if\s+exists\s+)?|drop\s+table\s+(?:if\s+exists\s+)?)(?P<name>(?:\\?[`\"\[]?[\w$-]+\\?[`\"\]]?\s?\.\s?){0,2}\\?[`\"\[]?[\w.$-]+|\$\{|\{|%s|[\"'`])"
)
TABLE_WORDS = ("Table", "table", "Entity", "define(", "TABLE", "VIEW", "models.Model", "add_column", "drop_column", "alter_column", "addColumn", "dropColumn",
               "removeColumn", "renameColumn", "migrations.", "alembic")  # fmt: skip
"""A source that says something of tables has one of them."""
_STATEMENTS = (regex(r"create\s+(?:\w+\s+)?table\s"), regex(r"alter\s+table\s"), regex(r"drop\s+table\s"))
_VIEWS = regex(r"create\s+(?:\w+\s+){0,3}view\s")
"""In small letters, what the expressions above begin with: these begin with fixed letters, which takes a tenth of the time."""
_HOME = ("__tablename__", "op.create_table", ".createTable(")
_HOME_CALL = regex(r"Table\((?:(?<=\bpgTable\()|(?<=\bmysqlTable\()|(?<=\bsqliteTable\())")
_HOME_STATEMENT = regex(r"create(?<!\wcreate)\s+table\s")
_PRISMA_BLOCK = regex(r"(?m)^[ \t]*(model|view|enum|type)[ \t]+(\w+)[ \t]*\{((?:[^}\n]|\}(?![ \t]*$)|\n(?![ \t]*\}))*)")
_PRISMA_FIELD = regex(r"^\s*(\w+)\s+(\w+)(\[\])?\??(.*)$")
_PRISMA_NAME = regex(r"(?m)^[ \t]*(\w+)[ \t]+\w")
_PRISMA_KEY = regex(r"@@(?:unique|id)\(([^\n]*)")
_KEY_NAME = regex(r"\bname:\s*\"(\w+)\"")
_KEY_FIELDS = regex(r"\[([^\]\n]*)\]")
_MAPPED = regex(r"@@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
_FIELD_MAPPED = regex(r"@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
_ASKS_OF_SCHEMA = regex(r"(?i)create\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\b|create\s+(?:unique\s+)?index\b")
_ASKS = regex(r"(?i)(?:select|with|insert|update|delete|replace)\b|" + _ASKS_OF_SCHEMA.pattern[4:])
_MAX_QUERIES = 300


class Field(NamedTuple):
    """A field of a block of a Prisma schema."""

    column: str
    type: str
    line: int


class Block(NamedTuple):
    """A block of a Prisma schema: ``model``, ``view``, ``enum`` or ``type``; ``names`` are all that a call of the client may name of it."""

    kind: str
    name: str
    table: str
    line: int
    fields: tuple[Field, ...]
    names: tuple[str, ...]


class OfCode(NamedTuple):
    """What a source says.

    Args:
        changes: what its migrations and the statements in its texts do.
        models: what it takes to be there.
        loose: tables of which it says nothing but the name.
        taken: tables that its views take for granted.
        is_home: whether it is where tables are made.
        revision: of Alembic: its own and those before.
        asks: what its migrations take to be there.
    """

    changes: tuple[Change, ...] = ()
    models: tuple[Told, ...] = ()
    loose: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    is_home: bool = False
    revision: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()


def _last(name: str) -> str:
    return name.rpartition(".")[2].strip().strip('`"[]\\').lower()


def tables_of_sql(context: Inspection, path: str) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes of a file of SQL, and the tables that its own statements take for granted."""
    text = text_of(context, path, _MAX_BYTES, errors="replace")
    if not re.search(r"(?i)\b(?:table|view|into)\b", text):
        return (), ()
    made = tuple(changes(text))
    return made, tuple(sorted({_last(match[1]) for match in _USED.finditer(text)})) if made else ()


def queries_of_sql(context: Inspection, path: str) -> tuple[tuple[int, str], ...]:
    """Statements of a file of SQL that read or write tables, with their lines, each form of an ``INSERT`` once.

    A file that makes tables tells its indexes and views only: what else it does was right when it was run.
    """
    found: dict[str, int] = {}
    text = upward_part(text_of(context, path, _MAX_BYTES, errors="replace"))
    asks = _ASKS_OF_SCHEMA if re.search(r"(?i)\bcreate\s+table\b|\balter\s+table\b", text) else _ASKS
    for line, statement in statements(text):
        if asks.match(statement):
            head = re.match(r"(?is)(?:insert|replace)\s[^;]*?\bvalues\b", statement[:4000])
            asked = f"{head[0]} (NULL)" if head else statement[:4000] if len(statement) <= 4000 else ""
            if len(found) < _MAX_QUERIES and asked:
                found.setdefault(asked, line)
    return tuple((line, asked) for asked, line in found.items())


def tables_of_code(context: Inspection, path: str) -> OfCode:
    """What a source says of tables."""
    return OfCode(*context.fact(_of_code, path))


def _of_code(context: Inspection, path: str) -> tuple[Any, ...]:
    """The fields of :class:`OfCode` as plain values, which can be kept."""
    text = text_of(context, path, _MAX_BYTES, errors="replace")
    if not any(word in text for word in TABLE_WORDS):
        return ()
    is_migration = re.search(r"(?i)migrat|/versions/", path) is not None
    forward = forward_part(text) if is_migration else text
    lowered = text.lower()
    stated = any(one.search(lowered) for one in _STATEMENTS)
    made = list(_in_texts(forward)) if stated and not (path.endswith(".py") and "def downgrade" in text) else []
    models: tuple[Told, ...] = ()
    revision: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    if path.endswith(".py"):
        told = python_tables(text, path)
        made += told.changes
        models, revision, asks = told.models, told.revision, told.asks
    elif path.endswith((".ts", ".js", ".mjs", ".cjs", ".tsx", ".rs")):
        made += script_changes(forward)
        models = tuple(script_models(text))
    made = [one for one in made if not _is_taken_back(one, made)]
    views = list(islice(_VIEW.finditer(text), MOST)) if _VIEWS.search(lowered) else []
    loose = {*declared(text), *(_last(match[1]) for match in views)}
    taken = {
        _last(used[1]) for match in views for used in _USED.finditer(text[match.end() : match.end() + _VIEW_CHARACTERS])
    }
    known = {change[1] for change in made} | {model[1] for model in models if model[4]}
    changed = tuple(sorted(made, key=lambda one: one[3]))
    home = any(word in text for word in _HOME) or _HOME_CALL.search(text) or _HOME_STATEMENT.search(lowered)
    return (
        changed,
        models,
        tuple(sorted(loose - known)),
        tuple(sorted(taken)),
        bool(made or home),
        revision,
        asks,
    )


def _is_taken_back(change: Change, made: list[Change]) -> bool:
    """Whether a text drops what its own file makes: that is how the migration is undone."""
    kind, table, columns, _ = change
    if kind == REMOVE:
        return any(one[0] in (MAKE, KEEP, OPEN) and one[1] == table for one in made)
    return kind == DROP and any(
        one[0] in (MAKE, KEEP, ADD) and one[1] == table and {*columns} <= {*one[2]} for one in made
    )


def _in_texts(text: str) -> Iterator[Change]:
    """Statements about tables in the texts of a source."""
    for match in islice(_IN_TEXT.finditer(text), MOST):
        line, what, name = text.count("\n", 0, match.start()), match[0][:6].lower(), _last(match["name"])
        quote = max(text.rfind(mark, max(0, match.start() - _BEFORE), match.start()) for mark in "\"'`")
        if quote < 0 or (what != "drop t" and _LOOKED_FOR.match(text, match.end())):
            continue
        if not re.fullmatch(r"\w[\w$-]*", name):
            if what == "alter ":
                added = added_by_calls(text, match.start())
                yield from (
                    added
                    if added is not None
                    else changes_of_any(_filled_statement(text, match.start(), match.end(), text[quote]), line + 1)
                )
            continue
        end = text.find(text[quote], match.end())
        if what == "create":
            opening = text.find("(", match.end(), match.end() + 20)
            end = enclosed(text, opening) + 1 if opening > 0 else -1
        statement = text[match.start() : end] if end > 0 else ""
        if not statement or _IS_FILLED.search(statement) or _GOES_ON.match(text, end):
            yield OPEN, name, (), line + 1
        else:
            yield from (
                (kind, table, columns, line + at)
                for kind, table, columns, at in changes(
                    statement.replace("\\n", " ").replace("\\\n", "\n").replace('\\"', '"')
                )
            )


def _filled_statement(text: str, start: int, end: int, quote: str) -> str:
    """A statement whose table is filled in: to the end of its text, or as far as pieces may follow that ``+`` adds."""
    furthest = start + _MAX_FILLED
    closed = -1 if text[end : end + 3].lstrip().startswith("+") else text.find(quote, end, furthest)
    return text[start : closed if closed > 0 else furthest]


def prisma_blocks(context: Inspection, path: str, *, migrated: bool = True) -> tuple[Block, ...]:
    """The blocks of a Prisma schema, of one for MongoDB only where it does not matter that it has no migrations."""
    if migrated and context.fact(_is_of_documents, path):
        return ()
    return tuple(
        Block(kind, name, table, line, tuple(Field(*one) for one in fields), names)
        for kind, name, table, line, fields, names in context.fact(_blocks, path)
    )


def _is_of_documents(context: Inspection, path: str) -> bool:
    """Whether a Prisma schema is one for MongoDB."""
    return re.search(r"provider\s*=\s*\"mongodb\"", _uncommented(context, path)) is not None


def _uncommented(context: Inspection, path: str) -> str:
    text = text_of(context, path, _MAX_BYTES, errors="replace")
    return re.sub(r"//[^\n]*", lambda match: " " * len(match[0]), text)


def _blocks(context: Inspection, path: str) -> tuple[tuple[Any, ...], ...]:
    """The fields of each :class:`Block` as plain values, which can be kept."""
    text = _uncommented(context, path)
    found = []
    for match in _PRISMA_BLOCK.finditer(text):
        mapped = _MAPPED.search(match[3])
        first = line_at(text, match.start(3))
        line = line_at(text, match.start(2))
        table = mapped[1] if mapped else match[2]
        found.append((match[1], match[2], table, line, tuple(_fields(match[3], first)), tuple(_callable(match[3]))))
    return tuple(found)


def _callable(body: str) -> Iterator[str]:
    """Fields, and the names of keys over several of them."""
    yield from _PRISMA_NAME.findall(body)
    for key in _PRISMA_KEY.findall(body):
        if name := _KEY_NAME.search(key):
            yield name[1]
        elif fields := _KEY_FIELDS.search(key):
            yield "_".join(re.findall(r"(?:\A|,)\s*(\w+)", fields[1]))


def _fields(body: str, first: int) -> Iterator[tuple[str, str, int]]:
    for at, line in enumerate(body.split("\n")):
        match = _PRISMA_FIELD.match(line)
        if match and "@ignore" not in match[4]:
            mapped = _FIELD_MAPPED.search(match[4])
            yield mapped[1] if mapped else match[1], match[2], first + at
