"""What is known of the tables of a repository: plain records, filled by :mod:`_sql.schema`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checks.code._sql.python import Ask
    from toolkit.checks.code._sql.python_models import Column

__all__ = ["History", "Model", "Schema"]


@frozen
class Model:
    """A table as the code takes it to be.

    Args:
        kind: prisma, drizzle, sqlalchemy, typeorm, diesel or django; supabase for what a tool read from the database.
        name: as the code calls it.
        table: in small letters.
        columns: the names that each may have, and its line.
    """

    kind: str
    name: str
    table: str
    path: str
    line: int
    columns: tuple[Column, ...]


@dataclass
class History:
    """What one folder of migrations makes.

    Args:
        tables: ``None`` for columns that are not known for sure.
        waiting: columns of tables that nothing of the folder makes.
        steps: the files whose order is certain.
        made: the step that has made each table, where its place is sure.
        dropped: the columns that tables had when they were dropped.
        apart: tables of which there is one in another schema of the database, too.
    """

    tables: dict[str, set[str] | None] = field(default_factory=dict)
    waiting: dict[str, set[str]] = field(default_factory=dict)
    steps: frozenset[str] = frozenset()
    made: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, set[str]] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)


@dataclass
class Schema:
    """What is known to exist.

    Args:
        tables: lower-case name to its columns; ``None`` where the columns are not known for sure.
        folders: folders that hold something which makes tables.
        models: what code and Prisma schemas take to be there.
        histories: what each folder of migrations makes.
        gone: tables, and tables with a column, that a migration took away, to the words about it.
        never: tables with a column that a migration names for nothing, as the table is there already.
        taken: tables that statements of the schema name, by file; where nothing makes them, another program does.
        makers: files that make tables, each to the tables.
        changed_only: tables that a migration changes and nothing here makes.
        had: tables that histories have made at any time, to all columns that they ever had.
        asks: what migrations of Python ask for, by file.
        anywhere: columns that a statement whose table is filled in may have given any of them.
        refused: steps with a statement that every database refuses: file, line and table.
        ever: as ``tables``, with what was there only for a time.
    """

    tables: dict[str, frozenset[str] | None] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    models: list[Model] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=dict)
    gone: dict[tuple[str, str], str] = field(default_factory=dict)
    never: set[tuple[str, str]] = field(default_factory=set)
    taken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    makers: dict[str, frozenset[str]] = field(default_factory=dict)
    changed_only: set[str] = field(default_factory=set)
    had: dict[str, set[str] | None] = field(default_factory=dict)
    asks: dict[str, tuple[Ask, ...]] = field(default_factory=dict)
    anywhere: set[str] = field(default_factory=set)
    refused: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def ever(self) -> dict[str, frozenset[str] | None]:
        """Every table that there is or was, with the columns it ever had; ``None`` where they are not known."""
        found: dict[str, frozenset[str] | None] = dict(self.tables)
        waiting = {table for one in self.histories.values() for table in one.waiting}
        for table in waiting - {table for one in self.histories.values() for table in one.tables}:
            found[table] = None
        for table, column in self.gone:
            if not column:
                found[table] = None
            elif (table, column) not in self.never and (columns := found.get(table)) is not None:
                found[table] = columns | {column}
        return found

    @property
    def borrowed(self) -> set[str]:
        """Tables that the schema takes for granted and nothing here makes."""
        return (set().union(*self.taken.values()) - self.tables.keys()) | self.changed_only
