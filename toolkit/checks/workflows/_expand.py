"""What expressions in a text can be, as far as the file itself says it, and walks over plain data."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.checks.workflows._conditions import why_never
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Scope", "choices", "expand", "is_on", "place_in_matrix", "values"]

_EXPRESSION = regex(r"\$\{\{(.*?)\}\}")
_MAX_VARIANTS = 64


class Settings(Protocol):
    """Something with settings as they are written."""

    @property
    def data(self) -> dict[str, Any]:
        """What it sets."""


class Scope(Settings, Protocol):
    """What of a job gives values to expressions: its own settings, and those of its workflow."""

    @property
    def workflow(self) -> Settings:
        """The workflow around it."""


def expand(text: str, job: Scope, condition: Any = None) -> tuple[str, ...]:
    """Every text that ``${{ matrix.x }}`` and ``${{ env.x }}`` in it can make; none if an expression is not known.

    Values of a matrix that stand in one row stay together, and those with which the condition never holds are left out.
    """
    names = [match.strip() for match in _EXPRESSION.findall(text)]
    if not names:
        return (text,)
    given: dict[str, tuple[str, ...]] = {}
    for name in names:
        found = ("${{ github.workspace }}",) if name == "github.workspace" else choices(name, job)
        if not found:
            return ()
        given[name] = found
    pieces = _EXPRESSION.split(text)[::2]
    of_matrix = [name for name in given if name.startswith("matrix.")]
    rows = _rows(job) if len(of_matrix) > 1 else None
    made = []
    for combination in islice(product(*given.values()), _MAX_VARIANTS):
        values = dict(zip(given, combination, strict=True))
        if rows is not None and not any(_is_in(row, values, of_matrix) for row in rows):
            continue
        if (
            condition is not None
            and why_never(condition, {name.lower(): value for name, value in values.items()}) is not None
        ):
            continue
        made.append(
            "".join(piece + value for piece, value in zip(pieces, (*(values[name] for name in names), ""), strict=True))
        )
    return tuple(dict.fromkeys(made))


def _is_in(row: dict[str, Any], values: dict[str, str], names: list[str]) -> bool:
    """Whether a row of a matrix has these values of its names."""
    return all(_member(row, name.split(".")[1:]) == values[name] for name in names)


def _member(row: Any, path: list[str]) -> str:
    for key in path:
        row = row.get(key) if isinstance(row, dict) else None
    return str(row)


def _rows(job: Scope) -> list[dict[str, Any]] | None:
    """The rows of a matrix: every combination of its lists, and what ``include`` adds to them or beside them."""
    matrix = table(job.data, "strategy").get("matrix")
    include = matrix.get("include", []) if isinstance(matrix, dict) else None
    if not isinstance(matrix, dict) or not isinstance(include, list):
        return None
    lists = {
        key: items for key, items in matrix.items() if key not in ("include", "exclude") and isinstance(items, list)
    }
    found = (
        [dict(zip(lists, row, strict=True)) for row in islice(product(*lists.values()), _MAX_VARIANTS)] if lists else []
    )
    for item in include:
        if not isinstance(item, dict):
            continue
        fitting = [row for row in found if all(row[key] == item[key] for key in lists if key in item and key in row)]
        if fitting and lists:
            for row in fitting:
                row.update(item)
        else:
            found.append(dict(item))
    return found


def choices(name: str, job: Scope) -> tuple[str, ...]:
    """Every value of ``matrix.x`` or ``env.x`` as text; none where part of them is not known."""
    scope, _, key = name.partition(".")
    found: list[Any] = []
    if scope == "matrix":
        matrix = job.data.get("strategy", {}).get("matrix") if isinstance(job.data.get("strategy"), dict) else None
        found = _of_matrix(matrix, key)
    elif scope == "env":
        for data in (job.data, job.workflow.data):
            env = data.get("env")
            if isinstance(env, dict) and key in env:
                found = [env[key]]
                break
    texts = [str(value) for value in found if isinstance(value, str | int | float) and not isinstance(value, bool)]
    return tuple(texts) if texts and len(texts) == len(found) and not any("${{" in text for text in texts) else ()


def _of_matrix(matrix: Any, key: str) -> list[Any]:
    """Values of ``matrix.key``, ``matrix.key.inner`` too; empty where part of them is computed."""
    if not isinstance(matrix, dict):
        return []
    first, _, inner = key.partition(".")
    given = matrix.get(first, [])
    include = matrix.get("include", [])
    if not isinstance(given, list) or not isinstance(include, list):
        return []
    found = [*given, *(item[first] for item in include if isinstance(item, dict) and first in item)]
    if inner:
        return [item.get(inner) for item in found if isinstance(item, dict)]
    return found


def place_in_matrix(text: str, made: str, job: Scope) -> tuple[str | int, ...]:
    """Where in the matrix of a job the value stands that made a text out of one with ``${{ matrix.x }}``; empty if not known.

    Args:
        text: as written.
        made: one of the texts that it expands to.
        job: whose matrix it is.
    """
    names = dict.fromkeys(match.strip() for match in _EXPRESSION.findall(text))
    matrix = table(job.data, "strategy").get("matrix")
    if len(names) != 1 or not (name := next(iter(names))).startswith("matrix.") or not isinstance(matrix, dict):
        return ()
    first, *inner = name.split(".")[1:]
    rows: list[tuple[tuple[str | int, ...], Any]] = [
        ((first, index, *inner), item) for index, item in enumerate(listed(matrix.get(first)))
    ]
    rows += [
        (("include", index, first, *inner), item.get(first))
        for index, item in enumerate(listed(matrix.get("include")))
        if isinstance(item, dict)
    ]
    pieces = _EXPRESSION.split(text)[::2]
    for path, value in rows:
        one = _member(value, inner) if inner else str(value)
        if one.join(pieces) == made:
            return ("strategy", "matrix", *path)
    return ()


def is_on(value: Any) -> bool:
    """Whether a switch is on, as it is written or by a plain expression."""
    return value is True or (isinstance(value, str) and value.replace(" ", "").lower() in ("true", "${{true}}"))


def values(data: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every scalar of plain data with its path, in the order of the file."""
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += reversed([((*path, key), item) for key, item in value.items()])
        elif isinstance(value, list):
            stack += reversed([((*path, index), item) for index, item in enumerate(value)])
        else:
            yield path, value
