"""What a migration of Alembic takes to be there: tables that it changes, columns that it indexes, drops and renames, and its statements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolkit.checks.code._sql_syntax import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["asks_of_alembic"]

_LISTS = {"create_index": (1, 2), "create_unique_constraint": (1, 2), "create_primary_key": (1, 2)}
"""Operations with a list of columns: where the table and the list stand."""


def asks_of_alembic(upgrade: ast.FunctionDef) -> Iterator[tuple[str, str, int]]:
    """Table, column and line of what is asked for without a condition; a statement of SQL has no table."""
    for call, table in _plain_calls(upgrade.body, ""):
        what, line = _name(call), call.lineno
        given = [ast.Constant(table), *call.args] if table else list(call.args)
        if table and what in _LISTS:  # a batch knows its table: the name of the index comes first
            given = [call.args[0] if call.args else ast.Constant(""), ast.Constant(table), *call.args[1:]]
        if what == "execute" and given:
            statement = given[0].args[0] if isinstance(given[0], ast.Call) and given[0].args else given[0]
            yield from (("", one, line) for one in [literal(statement)] if one)
        elif what in _LISTS and len(given) > 2:
            yield from _listed(literal(given[1]), given[2], line)
        elif what == "create_foreign_key" and len(given) > 4 and not table:
            yield from _listed(literal(given[1]), given[3], line)
            yield from _listed(literal(given[2]), given[4], line)
        elif what in ("drop_column", "alter_column") and len(given) > 1 and not _says_if(call):
            yield from ((one, literal(given[1]), line) for one in [literal(given[0])] if one and literal(given[1]))
        elif what == "add_column" and len(given) > 1:
            yield from ((one, "", line) for one in [literal(given[0])] if one)


def _plain_calls(body: list[ast.stmt], table: str) -> Iterator[tuple[ast.Call, str]]:
    """Calls that are statements of their own, with the table of the batch around them."""
    for one in body:
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Call):
            yield one.value, table
        elif isinstance(one, ast.With):
            made = one.items[0].context_expr
            if isinstance(made, ast.Call) and _name(made) == "batch_alter_table" and made.args:
                yield from _plain_calls(one.body, literal(made.args[0]))


def _listed(table: str, columns: ast.expr, line: int) -> Iterator[tuple[str, str, int]]:
    names = [literal(one) for one in columns.elts] if isinstance(columns, ast.List | ast.Tuple) else []
    if table:
        yield from ((table, name, line) for name in names if name.isidentifier())


def _says_if(call: ast.Call) -> bool:
    return any(one.arg in ("if_exists", "schema") for one in call.keywords)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
