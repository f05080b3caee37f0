"""Tables of Python: migrations of Alembic and Django, models of SQLAlchemy, SQLModel and Django, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._python_trees import tree_of
from toolkit.checks.code._sql.changes import ADD, ALL, DROP, MAKE, MOVE, OPEN, REMOVE, RENAME, changes
from toolkit.checks.code._sql.python_models import models_of
from toolkit.checks.code._sql.syntax import called, filled, keyword, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._sql.changes import Change
    from toolkit.checks.code._sql.python_models import Told

__all__ = ["Ask", "python_tables"]

_TELLS = ("__tablename__", "table=True", "table = True", "models.Model", "migrations.Migration", "def upgrade")
"""What a source that tells of tables holds: most speak of a table only in passing, and parsing takes its time."""

Ask = tuple[str, str, int]
"""What a migration takes to be there: a table, one of its columns (empty for the table alone), and the line; or ``""``, a statement of SQL and the line."""


class Tables(NamedTuple):
    """What a source says of tables; plain values only.

    Args:
        changes: what a migration does.
        models: what the code takes to be there.
        revision: of Alembic: its own and those that it follows.
        asks: what a migration of Alembic takes to be there.
    """

    changes: tuple[Change, ...] = ()
    models: tuple[Told, ...] = ()
    revision: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()


def python_tables(text: str, path: str) -> Tables:
    """The tables of one source of Python; nothing where it cannot be parsed."""
    if not any(word in text for word in _TELLS):
        return Tables()
    tree = tree_of(text)
    if tree is None:
        return Tables()
    app = _app(path)
    if "/migrations/" in f"/{path}" and "migrations.Migration" in text:
        return Tables(tuple(_django_changes(tree, app)))
    upgrade = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "upgrade"), None)
    if upgrade is not None and re.search(r"\bop\.|batch_op", text):
        return Tables(tuple(_alembic(upgrade)), revision=_revision(tree), asks=tuple(_asks_of_alembic(upgrade)))
    return Tables(models=tuple(models_of(tree, app)))


def _app(path: str) -> str:
    """The application of Django that a file belongs to: the folder of its models or migrations."""
    parts = path.split("/")[:-1]
    return parts[-2] if len(parts) > 1 and parts[-1] in ("migrations", "models") else parts[-1] if parts else ""


def _revision(tree: ast.Module) -> tuple[str, ...]:
    found: dict[str, list[str]] = {}
    for one in tree.body:
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        for target in targets:
            if (
                isinstance(target, ast.Name)
                and target.id in ("revision", "down_revision")
                and isinstance(one, ast.Assign | ast.AnnAssign)
            ):
                found[target.id] = (
                    [literal(part) for part in ast.walk(one.value) if literal(part)] if one.value is not None else []
                )
    return (*found.get("revision", [])[:1], *found.get("down_revision", [])) if found.get("revision") else ()


def _alembic(upgrade: ast.FunctionDef) -> Iterator[Change]:
    batches = _batches(upgrade)
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        name, table = batches.get(id(call), ("", ""))
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        is_of_batch = isinstance(owner, ast.Name) and owner.id == name
        arguments = [ast.Constant(table), *call.args] if is_of_batch else list(call.args)
        if called(call) in ("execute", "text"):
            said = changes(literal(arguments[0]) or filled(arguments[0])) if arguments else ()
            yield from ((kind, of, columns, call.lineno + line - 1) for kind, of, columns, line in said)
        else:
            yield from _operation(call, called(call), arguments)


def _batches(upgrade: ast.FunctionDef) -> dict[int, tuple[str, str]]:
    """The calls below each ``with op.batch_alter_table(table) as name``, to that name and table."""
    found: dict[int, tuple[str, str]] = {}
    for node in ast.walk(upgrade):
        for item in node.items if isinstance(node, ast.With) else ():
            made = item.context_expr
            if (
                isinstance(made, ast.Call)
                and called(made) == "batch_alter_table"
                and isinstance(item.optional_vars, ast.Name)
            ):
                told = item.optional_vars.id, literal(made.args[0]) if made.args else ""
                found.update({id(call): told for call in ast.walk(node) if isinstance(call, ast.Call)})
    return found


def _operation(call: ast.Call, what: str, arguments: list[ast.expr]) -> Iterator[Change]:
    table, line = (literal(arguments[0]).lower() if arguments else ""), call.lineno
    second = literal(arguments[1]).lower() if len(arguments) > 1 else ""
    if what == "create_table":
        columns = tuple(
            literal(one.args[0]).lower()
            for one in arguments[1:]
            if isinstance(one, ast.Call) and called(one) == "Column" and one.args
        )
        sure = (
            all(columns)
            and not any(isinstance(one, ast.Starred) for one in arguments)
            and not any(one.arg is None for one in call.keywords)
        )
        if table:
            yield (MAKE, table, columns, line) if columns and sure else (OPEN, table, (), line)
    elif what in ("drop_table", "rename_table"):
        yield (REMOVE, table, (), line) if what == "drop_table" else (MOVE, table, (second,), line)
    elif what == "add_column":
        column = arguments[1] if len(arguments) > 1 else None
        name = literal(column.args[0]).lower() if isinstance(column, ast.Call) and column.args else ""
        yield (ADD, table or ALL, (name,), line) if name else (OPEN, table or ALL, (), line)
    elif what == "drop_column" and table and second:
        yield DROP, table, (second,), line
    elif what == "alter_column" and (new := keyword(call, "new_column_name")) is not None:
        renamed = literal(new).lower()
        if table and second and renamed:
            yield RENAME, table, (second, renamed), line
        else:
            yield (ADD, table or ALL, (renamed,), line) if renamed else (OPEN, table or ALL, (), line)


def _django_changes(tree: ast.Module, app: str) -> Iterator[Change]:
    """Operations in order; a table is named as application and model."""
    for call in sorted((one for one in ast.walk(tree) if isinstance(one, ast.Call)), key=lambda one: one.lineno):
        what, line = called(call), call.lineno
        said = [literal(keyword(call, key)).lower() or (literal(call.args[at]).lower() if len(call.args) > at else "") for at, key in
                ((0, "name" if what in ("CreateModel", "DeleteModel") else "old_name" if what == "RenameModel" else "model_name"),
                 (1, "new_name" if what == "RenameModel" else "old_name" if what == "RenameField" else "name"), (2, "new_name"))]  # fmt: skip
        table = f"{app.lower()}/{said[0]}"
        if what == "CreateModel":
            fields = keyword(call, "fields") or (call.args[1] if len(call.args) > 1 else None)
            items = fields.elts if isinstance(fields, ast.List | ast.Tuple) else []
            columns = tuple(literal(one.elts[0]).lower() for one in items if isinstance(one, ast.Tuple) and one.elts)
            yield (
                (MAKE, table, columns, line)
                if columns and all(columns) and len(columns) == len(items)
                else (OPEN, table, (), line)
            )
        elif what in ("AddField", "RemoveField"):
            yield (ADD if what == "AddField" else DROP), table, (said[1],), line
        elif what in ("RenameField", "RenameModel"):
            yield (
                (RENAME, table, (said[1], said[2]), line)
                if what == "RenameField"
                else (MOVE, table, (f"{app.lower()}/{said[1]}",), line)
            )
        elif what == "DeleteModel":
            yield REMOVE, table, (), line


_LISTS = {"create_index": (1, 2), "create_unique_constraint": (1, 2), "create_primary_key": (1, 2)}
"""Operations with a list of columns: where the table and the list stand."""


def _asks_of_alembic(upgrade: ast.FunctionDef) -> Iterator[tuple[str, str, int]]:
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
