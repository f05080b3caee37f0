"""Models of SQLAlchemy, SQLModel and Django, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from toolkit.checks.code._sql.syntax import called, keyword, literal
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Column", "Told", "models_of"]

Column = tuple[tuple[str, ...], int]
"""The names that a column may have, by the naming of its library, and its line."""
Told = tuple[str, str, int, tuple[Column, ...], bool]
"""A model: its library, its table, its line, its columns, and whether these are all."""
_DJANGO_FIELD = regex(r"(?:Field|ForeignKey)\Z")


def models_of(tree: ast.Module, app: str) -> Iterator[Told]:
    """The models of a source; ``app`` is the application of Django that it belongs to."""
    for one in ast.walk(tree):
        if isinstance(one, ast.ClassDef):
            told = _of_sqlalchemy(one)
            if told is not None:
                yield told
            elif any(map(_is_django_model, one.bases)) and not _is_unmanaged(one):
                yield "django", f"{app.lower()}/{one.name.lower()}", one.lineno, tuple(_django_columns(one)), False


def _of_sqlalchemy(model: ast.ClassDef) -> Told | None:
    """A model of SQLAlchemy or SQLModel: it names its table, or says that it is one."""
    assigned = {
        target.id: part
        for part in model.body
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    named = assigned.get("__tablename__")
    table = literal(named.value if named else None)
    as_table = any(
        word.arg == "table" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in model.keywords
    )
    if not table and not as_table:
        return None
    read = tuple(_sqlalchemy_columns(model, as_table=as_table))
    columns = tuple(column for column in read if column[0])
    bases = [
        base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
        for base in model.bases
    ]
    keyed = any(isinstance(one, ast.keyword) and one.arg == "primary_key" for one in ast.walk(model))
    plain = keyed and len(bases) == 1 and bases[0] in ("Base", "Model", "SQLModel", "DeclarativeBase")
    line = named.lineno if named else model.lineno
    # without a key of its own it has that of its base, and who knows what else
    return "sqlalchemy", (table or model.name).lower(), line, columns, plain and bool(columns) and columns == read


def _is_django_model(base: ast.expr) -> bool:
    """Whether a class derives from ``models.Model``."""
    if not isinstance(base, ast.Attribute) or base.attr != "Model":
        return False
    return isinstance(base.value, ast.Name) and base.value.id == "models"


def _sqlalchemy_columns(model: ast.ClassDef, *, as_table: bool) -> Iterator[Column]:
    """The columns of a model; one whose name is not known has none."""
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
        if target.id.startswith("__"):
            continue  # of the library: ``__table__: Table`` only tells its type
        made = part.value
        column = _column_of(made) if isinstance(made, ast.Call) else None
        if column is not None:
            name = _column_name(column, target.id).lower()
            yield (name,) if name else (), part.lineno
        elif isinstance(part, ast.AnnAssign) and _is_mapped(part, made, as_table=as_table):
            is_told = not isinstance(made, ast.Call) or keyword(made, "sa_column") is None
            yield (target.id.lower(),) if is_told else (), part.lineno


def _is_mapped(part: ast.AnnAssign, made: ast.expr | None, *, as_table: bool) -> bool:
    """Whether an annotation alone, or with ``Field`` or a plain value, makes a column."""
    said = ast.unparse(part.annotation)
    plain = made is None or called(made) == "Field" or (as_table and isinstance(made, ast.Constant))
    return plain and (as_table or "Mapped[" in said) and "ClassVar" not in said


def _column_of(made: ast.Call) -> ast.Call | None:
    """The call that describes a column, also within ``deferred`` of SQLAlchemy and ``Field`` of SQLModel."""
    kind = called(made)
    if kind in ("Column", "mapped_column"):
        return made
    inner = (
        made.args[0] if kind == "deferred" and made.args else keyword(made, "sa_column") if kind == "Field" else None
    )
    if isinstance(inner, ast.Call):
        return _column_of(inner)
    return made if kind == "Field" and keyword(made, "sa_column_kwargs") is not None else None


def _column_name(column: ast.Call, attribute: str) -> str:
    """The name of a column: its first argument or ``name=``, else that of the attribute; empty where it is no plain text."""
    given = keyword(column, "name")
    if called(column) == "Field":  # of SQLModel: what it hands on to the column
        options = keyword(column, "sa_column_kwargs")
        keys = options.keys if isinstance(options, ast.Dict) else [None]
        named = [
            value
            for key, value in zip(keys, getattr(options, "values", [None]), strict=False)
            if literal(key) == "name"
        ]
        return "" if None in keys else literal(named[0]) if named else attribute
    return literal(column.args[0] if column.args else None) or (literal(given) if given is not None else attribute)


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
                and _DJANGO_FIELD.search(called(part.value))
            )
            and isinstance(part.value, ast.Call)
            and isinstance(part.value.func, ast.Attribute)
        ):
            yield (part.targets[0].id.lower(),), part.lineno
