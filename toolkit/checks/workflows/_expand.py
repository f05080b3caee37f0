"""What expressions in a text can be, as far as the file itself says it, and walks over plain data."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Job

__all__ = ["choices", "expand", "is_on", "values"]

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_MAX_VARIANTS = 64


def expand(text: str, job: Job) -> tuple[str, ...]:
    """Every text that ``${{ matrix.x }}`` and ``${{ env.x }}`` in it can make; none if an expression is not known."""
    names = [match.strip() for match in _EXPRESSION.findall(text)]
    if not names:
        return (text,)
    given: list[tuple[str, ...]] = []
    for name in names:
        if name == "github.workspace":
            given.append(("${{ github.workspace }}",))
            continue
        found = choices(name, job)
        if not found:
            return ()
        given.append(found)
    pieces = _EXPRESSION.split(text)[::2]
    made = []
    for combination in islice(product(*given), _MAX_VARIANTS):
        filled = zip(pieces, (*combination, ""), strict=True)
        made.append("".join(piece + value for piece, value in filled))
    return tuple(dict.fromkeys(made))


def choices(name: str, job: Job) -> tuple[str, ...]:
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
    listed = matrix.get(first, [])
    include = matrix.get("include", [])
    if not isinstance(listed, list) or not isinstance(include, list):
        return []
    found = [*listed, *(item[first] for item in include if isinstance(item, dict) and first in item)]
    if inner:
        return [item.get(inner) for item in found if isinstance(item, dict)]
    return found


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
