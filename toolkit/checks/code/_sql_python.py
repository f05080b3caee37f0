"""Tables of Python: migrations of Alembic and Django, models of SQLAlchemy, SQLModel and Django, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.code._sql_alembic import asks_of_alembic
from toolkit.checks.code._sql_changes import ADD, ALL, DROP, MAKE, MOVE, OPEN, REMOVE, RENAME, changes
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._sql_changes import Change

__all__ = ["Ask", "Column", "Told", "python_tables"]

Column = tuple[tuple[str, ...], int]
"""The names that a column may have, by the naming of its library, and its line."""
Told = tuple[str, str, int, tuple[Column, ...], bool]
"""A model: its library, its table, its line, its columns, and whether these are all."""
Ask = tuple[str, str, int]
"""What a migration takes to be there: a table, one of its columns (empty for the table alone), and the line; or ``""``, a statement of SQL and the line."""
_DJANGO_FIELD = regex(r"(?:Field|ForeignKey)\Z")


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
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Tables()
    app = _app(path)
    if "/migrations/" in f"/{path}" and "migrations.Migration" in text:
        return Tables(tuple(_django_changes(tree, app)))
    upgrade = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "upgrade"), None)
    if upgrade is not None and re.search(r"\bop\.|batch_op", text):
        return Tables(tuple(_alembic(upgrade)), revision=_revision(tree), asks=tuple(asks_of_alembic(upgrade)))
    return Tables(models=tuple(_models(tree, app)))


def _app(path: str) -> str:
    """The application of Django that a file belongs to: the folder of its models or migrations."""
    parts = path.split("/")[:-1]
    return parts[-2] if len(parts) > 1 and parts[-1] in ("migrations", "models") else parts[-1] if parts else ""


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _called(node: ast.AST | None) -> str:
    """The last part of the name of what is called."""
    function = node.func if isinstance(node, ast.Call) else None
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _keyword(call: ast.Call, name: str) -> ast.AST | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


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
                    [_text(part) for part in ast.walk(one.value) if _text(part)] if one.value is not None else []
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
        if _called(call) in ("execute", "text"):
            yield from changes(_text(arguments[0])) if arguments else ()
        else:
            yield from _operation(call, _called(call), arguments)


def _batches(upgrade: ast.FunctionDef) -> dict[int, tuple[str, str]]:
    """The calls below each ``with op.batch_alter_table(table) as name``, to that name and table."""
    found: dict[int, tuple[str, str]] = {}
    for node in ast.walk(upgrade):
        for item in node.items if isinstance(node, ast.With) else ():
            made = item.context_expr
            if (
                isinstance(made, ast.Call)
                and _called(made) == "batch_alter_table"
                and isinstance(item.optional_vars, ast.Name)
            ):
                told = item.optional_vars.id, _text(made.args[0]) if made.args else ""
                found.update({id(call): told for call in ast.walk(node) if isinstance(call, ast.Call)})
    return found


def _operation(call: ast.Call, what: str, arguments: list[ast.expr]) -> Iterator[Change]:
    table, line = (_text(arguments[0]).lower() if arguments else ""), call.lineno
    second = _text(arguments[1]).lower() if len(arguments) > 1 else ""
    if what == "create_table":
        columns = tuple(
            _text(one.args[0]).lower()
            for one in arguments[1:]
            if isinstance(one, ast.Call) and _called(one) == "Column" and one.args
        )
        sure = (
            all(columns)
            and not any(isinstance(one, ast.Starred) for one in arguments)
            and not any(one.arg is None for one in call.keywords)
        )
        yield (MAKE, table, columns, line) if table and columns and sure else (OPEN, table or ALL, (), line)
    elif what in ("drop_table", "rename_table"):
        yield (REMOVE, table, (), line) if what == "drop_table" else (MOVE, table, (second,), line)
    elif what == "add_column":
        column = arguments[1] if len(arguments) > 1 else None
        name = _text(column.args[0]).lower() if isinstance(column, ast.Call) and column.args else ""
        yield (ADD, table, (name,), line) if table and name else (OPEN, table or ALL, (), line)
    elif what == "drop_column" and table and second:
        yield DROP, table, (second,), line
    elif what == "alter_column" and (new := _keyword(call, "new_column_name")) is not None:
        yield (
            (RENAME, table, (second, _text(new).lower()), line)
            if table and second and _text(new)
            else (OPEN, table or ALL, (), line)
        )


def _django_changes(tree: ast.Module, app: str) -> Iterator[Change]:
    """Operations in order; a table is named as application and model."""
    for call in sorted((one for one in ast.walk(tree) if isinstance(one, ast.Call)), key=lambda one: one.lineno):
        what, line = _called(call), call.lineno
        said = [_text(_keyword(call, key)).lower() or (_text(call.args[at]).lower() if len(call.args) > at else "") for at, key in
                ((0, "name" if what in ("CreateModel", "DeleteModel") else "old_name" if what == "RenameModel" else "model_name"),
                 (1, "new_name" if what == "RenameModel" else "old_name" if what == "RenameField" else "name"), (2, "new_name"))]  # fmt: skip
        table = f"{app.lower()}/{said[0]}"
        if what == "CreateModel":
            fields = _keyword(call, "fields") or (call.args[1] if len(call.args) > 1 else None)
            items = fields.elts if isinstance(fields, ast.List | ast.Tuple) else []
            columns = tuple(_text(one.elts[0]).lower() for one in items if isinstance(one, ast.Tuple) and one.elts)
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


def _models(tree: ast.Module, app: str) -> Iterator[Told]:
    for one in ast.walk(tree):
        if not isinstance(one, ast.ClassDef):
            continue
        given = {
            target.id: part.value
            for part in one.body
            if isinstance(part, ast.Assign)
            for target in part.targets
            if isinstance(target, ast.Name)
        }
        bases = [
            base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
            for base in one.bases
        ]
        table = _text(given.get("__tablename__"))
        as_table = any(
            word.arg == "table" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in one.keywords
        )
        if table or as_table:
            columns = tuple(_sqlalchemy_columns(one, as_table=as_table))
            plain = len(bases) == 1 and bases[0] in ("Base", "Model", "SQLModel", "DeclarativeBase")
            line = next(
                (
                    part.lineno
                    for part in one.body
                    if isinstance(part, ast.Assign) and part.value is given.get("__tablename__")
                ),
                one.lineno,
            )
            yield "sqlalchemy", (table or one.name).lower(), line, columns, plain and bool(columns)
        elif any(
            isinstance(base, ast.Attribute)
            and base.attr == "Model"
            and isinstance(base.value, ast.Name)
            and base.value.id == "models"
            for base in one.bases
        ) and not _is_unmanaged(one):
            yield "django", f"{app.lower()}/{one.name.lower()}", one.lineno, tuple(_django_columns(one)), False


def _sqlalchemy_columns(model: ast.ClassDef, *, as_table: bool) -> Iterator[Column]:
    for part in model.body:
        target = (
            part.target
            if isinstance(part, ast.AnnAssign)
            else part.targets[0]
            if isinstance(part, ast.Assign)
            else None
        )
        if not isinstance(target, ast.Name) or not isinstance(part, ast.AnnAssign | ast.Assign):
            continue
        made, kind = part.value, _called(part.value)
        if kind in ("Column", "mapped_column") and isinstance(made, ast.Call):
            named = _text(made.args[0]) if made.args else _text(_keyword(made, "name"))
            yield ((named or target.id).lower(),), part.lineno
        elif isinstance(part, ast.AnnAssign) and (as_table or "Mapped[" in ast.unparse(part.annotation)):
            is_field = kind == "Field" and isinstance(made, ast.Call) and _keyword(made, "sa_column") is None
            if (
                made is None or is_field or (as_table and isinstance(made, ast.Constant))
            ) and "ClassVar" not in ast.unparse(part.annotation):
                yield (target.id.lower(),), part.lineno


def _is_unmanaged(model: ast.ClassDef) -> bool:
    meta = next((part for part in model.body if isinstance(part, ast.ClassDef) and part.name == "Meta"), None)
    return (
        meta is not None
        and re.search(r"abstract = True|managed = False|proxy = True|app_label", ast.unparse(meta)) is not None
    )


def _django_columns(model: ast.ClassDef) -> Iterator[Column]:
    for part in model.body:
        if (
            (
                isinstance(part, ast.Assign)
                and isinstance(part.targets[0], ast.Name)
                and _DJANGO_FIELD.search(_called(part.value))
            )
            and isinstance(part.value, ast.Call)
            and isinstance(part.value.func, ast.Attribute)
        ):
            yield (part.targets[0].id.lower(),), part.lineno
