"""Which tables and columns exist, as migrations, Prisma schemas and models of the code make them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_test
from toolkit.context import Unreadable
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["DIALECTS", "Model", "Schema", "parse_sql", "schema"]

DIALECTS = ("postgres", "sqlite", "mysql")
_MAX_BYTES = 2_000_000
_MADE = re.compile(
    r"(?is)\bcreate\s+(?:or\s+replace\s+)?(?:global\s+|local\s+|temp(?:orary)?\s+|unlogged\s+|external\s+|foreign\s+|virtual\s+|materialized\s+|recursive\s+)*"
    r"(?:table|view)\s+(?:if\s+not\s+exists\s+)?(?P<name>(?:[`\"\[]?[\w$]+[`\"\]]?\s*\.\s*)*[`\"\[]?[\w$]+[`\"\]]?)"
)
_RENAMED = re.compile(r"(?i)\brename\s+to\s+[`\"\[]?([\w$]+)")
_USED = re.compile(
    r"(?i)\b(?:from|join|references|into|update|on)\s+(?:only\s+)?((?:[`\"\[]?[\w$]+[`\"\]]?\.)*[`\"\[]?[A-Za-z_][\w$]*[`\"\]]?)"
)
_VIEW_CHARACTERS = 4000
"""As much of a view in a text of the code is looked at."""
_INTO = re.compile(r"(?is)\bselect\b[^;]*?\binto\s+(?:temp(?:orary)?\s+)?[`\"]?([\w$]+)[`\"]?\s+from\b")
# Tables that code makes: Drizzle, Knex and Rails, Alembic, SQLAlchemy, TypeORM and MikroORM, Sequelize, Diesel, Django.
_IN_CODE = (
    re.compile(r"\b(?:pg|mysql|sqlite|singlestore)Table(?:Creator)?\(\s*[\"'`]([\w$.]+)"),
    re.compile(
        r"\b(?:create_?[tT]able(?:IfNotExists)?|add_?[tT]able|rename_?[tT]able|new Table)\(?\s*(?:\{\s*name:\s*)?[:\"'`]+([\w$.]+)"
    ),
    re.compile(r"\brename_?[tT]able\([^,()]+,\s*[\"'`]([\w$.]+)"),
    re.compile(r"__tablename__\s*(?::\s*\w+\s*)?=\s*[\"']([\w$.]+)"),
    re.compile(r"\bdb_table\s*=\s*[\"']([\w$.]+)"),
    re.compile(r"@(?:Entity|Table|ViewEntity)\(\s*(?:\{[^}]*?\b(?:name|tableName):\s*)?[\"'`]([\w$.]+)"),
    re.compile(r"\b(?:tableName|collection|table_name)\s*[:=]\s*[\"'`]([\w$.]+)"),
    re.compile(r"\bTable\(\s*[\"']([\w$.]+)[\"']\s*,"),
    re.compile(r"\bdefine\(\s*[\"'`]([\w$.]+)[\"'`]\s*,"),
)
_WORDS = ("Table", "table", "Entity", "define(", "TABLE", "VIEW")
_CODE = (".ts", ".js", ".mjs", ".cjs", ".py", ".rs", ".rb", ".go", ".java", ".kt", ".php", ".tsx")
_PRISMA_BLOCK = re.compile(r"(?m)^\s*(model|view|enum|type)\s+(\w+)\s*\{([^}]*)\}")
_PRISMA_FIELD = re.compile(r"^\s*(\w+)\s+(\w+)(\[\])?\??(.*)$")
_MAPPED = re.compile(r"@@map\(\s*(?:name:\s*)?\"([^\"]+)\"")
_FIELD_MAPPED = re.compile(r"@map\(\s*(?:name:\s*)?\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a Prisma schema."""

    name: str
    table: str
    path: str
    line: int


@dataclass
class Schema:
    """What is known to exist.

    Args:
        tables: lower-case name to its columns; ``None`` where the columns are not known for sure.
        folders: folders that hold something which makes tables.
        models: of every Prisma schema.
        taken: tables that statements of the schema name; where nothing makes them, another program does.
    """

    tables: dict[str, frozenset[str] | None] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    models: list[Model] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def borrowed(self) -> set[str]:
        """Tables that the schema takes for granted and nothing here makes."""
        return self.taken - self.tables.keys()

    def open(self, name: str) -> None:
        """Note a table whose columns are not known for sure."""
        self.tables[name.lower()] = None


def schema(context: Inspection) -> Schema:
    """Everything that makes a table; computed once a run."""
    if "code.schema" not in context.shared:
        context.shared["code.schema"] = _read(context)
    found: Schema = context.shared["code.schema"]
    return found


def _read(context: Inspection) -> Schema:
    found = Schema()
    for path in sorted(context.inventory.files - context.inventory.links):
        if path.endswith(_CODE) and not path.endswith(".d.ts"):
            made, taken, is_home = context.fact(_of_code, path)
            for name in made:
                found.open(name)
            found.taken.update(taken)
            if is_home:
                found.folders.add(folder_of(path))
        elif path.endswith(".prisma") and (text := _text(context, path)) is not None:
            _add_prisma(found, path, text)
        elif path.endswith(".sql") and (text := _text(context, path)) and _may_make(text):
            _add_sql(found, path, text)
    return found


def _text(context: Inspection, path: str) -> str | None:
    """What a file says; ``None`` if it cannot be read or is too large."""
    try:
        content = context.read(path)
    except Unreadable:
        return None
    return content.decode("utf-8", "replace") if len(content) <= _MAX_BYTES else None


def _may_make(text: str) -> bool:
    return any(word in text for word in _WORDS) or "into" in text.lower()


def _of_code(context: Inspection, path: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Tables that a source makes, tables that its views take for granted, and whether it is at home in the schema."""
    text = _text(context, path)
    if not text or not _may_make(text):
        return (), (), False
    made: list[str] = []
    taken: set[str] = set()
    for match in _MADE.finditer(text) if "create" in text.lower() else ():
        made.append(_last(match["name"]))
        if "view" in match[0].lower():
            taken |= _used(text[match.end() : match.end() + _VIEW_CHARACTERS])
    made += [_last(match[1]) for pattern in _IN_CODE for match in pattern.finditer(text)]
    if re.search(r"\bdiesel::table!|\btable!\s*\{", text):
        made += re.findall(r"table!\s*\{\s*(?:[\w.]+\.)?(\w+)", text)
    is_home = re.search(r"\b(?:pg|mysql|sqlite)Table\(|__tablename__|op\.create_table|\.createTable\(", text)
    return tuple(made), tuple(sorted(taken)), is_home is not None and not is_test(path)


def _used(text: str) -> set[str]:
    """Tables that statements of the schema itself take for granted: something else makes them."""
    return {_last(match[1]).lower() for match in _USED.finditer(text)}


def _last(name: str) -> str:
    return name.rpartition(".")[2].strip().strip('`"[]')


def _add_sql(found: Schema, path: str, text: str) -> None:
    names = [_last(match["name"]) for match in _MADE.finditer(text)]
    for name in (*names, *_RENAMED.findall(text), *_INTO.findall(text)):
        if name.lower() not in found.tables or found.tables[name.lower()] is not None:
            found.tables.setdefault(name.lower(), frozenset())
    if names and not is_test(path):
        found.folders.add(folder_of(path))
    if not re.search(r"(?i)\b(?:create|alter)\b", text):
        return
    statements = parse_sql(text)
    touched = {
        name.lower()
        for name in (
            *names,
            *re.findall(r"(?i)\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:[\w\"`]+\.)?[`\"]?([\w$]+)", text),
        )
    }
    if statements is None:
        for name in touched:
            found.open(name)
        return
    for statement in statements:
        _apply(found, statement)
    found.taken |= _used(text)


def parse_sql(text: str) -> list[Any] | None:
    """The statements of a text by the first dialect that takes it; ``None`` if none does."""
    import logging

    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    for dialect in DIALECTS:
        try:
            return [one for one in sqlglot.parse(text, read=dialect) if one is not None]
        except (sqlglot.errors.SqlglotError, RecursionError, ValueError, AttributeError, IndexError, TypeError):
            continue
    return None


def _apply(found: Schema, statement: Any) -> None:
    """Add what one statement makes; what is not understood makes a table's columns unknown."""
    from sqlglot import exp

    if isinstance(statement, exp.Create) and statement.kind in ("TABLE", "VIEW"):
        table = statement.find(exp.Table)
        name = table.name.lower() if table is not None else ""
        columns = (
            {one.name.lower() for one in statement.this.find_all(exp.ColumnDef)}
            if isinstance(statement.this, exp.Schema)
            else set()
        )
        plain = (
            bool(columns)
            and statement.expression is None
            and not re.search(r"(?i)\binherits\b|\blike\b|partition of", statement.sql())
        )
        before = found.tables.get(name, frozenset())
        found.tables[name] = before | columns if plain and before is not None else None
    elif isinstance(statement, exp.Alter):
        name = statement.this.name.lower() if statement.this is not None else ""
        before = found.tables.get(name, frozenset())
        added = {one.name.lower() for one in statement.find_all(exp.ColumnDef)}
        renames = {
            one.args["to"].name.lower()
            for one in statement.find_all(exp.RenameColumn)
            if one.args.get("to") is not None
        }
        if name:
            found.tables[name] = before | added | renames if before is not None else None
    elif isinstance(statement, exp.Command):
        for match in re.finditer(
            r"(?i)\btable\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?(?:[\w\"`]+\.)?[`\"]?([\w$]+)", statement.sql()
        ):
            found.open(match[1])


def _add_prisma(found: Schema, path: str, text: str) -> None:
    clean = re.sub(r"//[^\n]*", lambda match: " " * len(match[0]), text)
    blocks = list(_PRISMA_BLOCK.finditer(clean))
    names = {match[2] for match in blocks if match[1] in ("model", "view")}
    found.folders.add(folder_of(path))
    for match in blocks:
        if match[1] not in ("model", "view"):
            continue
        mapped = _MAPPED.search(match[3])
        table = mapped[1] if mapped else match[2]
        found.models.append(Model(match[2], table, path, clean.count("\n", 0, match.start(2)) + 1))
        columns = frozenset(_prisma_columns(match[3], names))
        before = found.tables.get(table.lower(), frozenset())
        found.tables[table.lower()] = before | columns if before is not None else None
        found.tables.setdefault(f"_{table.lower()}", None)


def _prisma_columns(body: str, models: set[str]) -> Iterator[str]:
    for line in body.split("\n"):
        match = _PRISMA_FIELD.match(line)
        if match and match[2] not in models:
            mapped = _FIELD_MAPPED.search(match[4])
            yield (mapped[1] if mapped else match[1]).lower()
