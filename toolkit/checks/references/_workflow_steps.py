"""Steps of workflows and of composite actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents import Path

__all__ = ["MATRIX", "steps_of"]

MATRIX = regex(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
"""A value of the matrix of a job."""


def steps_of(data: Any) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """Every step, with its place and its job; of a composite action what runs is the job."""
    jobs: list[tuple[Path, dict[str, Any]]] = [
        (("jobs", name), table(job)) for name, job in table(data, "jobs").items()
    ]
    for where, job in (*jobs, (("runs",), table(data, "runs"))):
        for index, step in enumerate(listed(job.get("steps"))):
            yield (*where, "steps", index), job, table(step)
