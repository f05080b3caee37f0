"""Steps of workflows and of composite actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents import Path

__all__ = ["MATRIX", "filled_in", "legs", "steps_of", "told"]

MATRIX = regex(r"\$\{\{\s*matrix\.([\w-]+(?:\.[\w-]+)?)\s*\}\}")
"""A value of the matrix of a job."""
_ENV = regex(r"\$\{\{\s*env\.(\w+)\s*\}\}")


def steps_of(data: Any) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """Every step, with its place and its job; of a composite action what runs is the job."""
    jobs: list[tuple[Path, dict[str, Any]]] = [
        (("jobs", name), table(job)) for name, job in table(data, "jobs").items()
    ]
    for where, job in (*jobs, (("runs",), table(data, "runs"))):
        for index, step in enumerate(listed(job.get("steps"))):
            yield (*where, "steps", index), job, table(step)


def legs(job: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What each value of a job's matrix that is written there says, of each key apart; names as ``matrix`` is asked for them."""
    matrix = table(job, "strategy", "matrix")
    for key, values in matrix.items():
        for value in listed(values):
            inner = {str(name): str(one) for name, one in table(value).items()}
            if key == "include":
                yield inner
            elif key != "exclude":
                yield {f"{key}.{name}": one for name, one in inner.items()} or {str(key): str(value)}


def filled_in(text: str, leg: dict[str, str]) -> str:
    """A text with the values of one leg of the matrix."""
    return MATRIX.sub(lambda match: leg.get(match[1], match[0]), text)


def told(text: str, *holders: Any) -> str:
    """A text with the variables that a step, its job or the workflow set, of which the first counts."""
    given = {str(name): str(value) for one in reversed(holders) for name, value in table(one, "env").items()}
    return _ENV.sub(lambda match: given.get(match[1], match[0]), text)
