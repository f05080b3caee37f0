"""A doctor's examination in every format: one list of findings, shown six ways.

A renderer takes the examination and returns text; none of them chooses, sorts or counts for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.report.doctor._annotations import github
from toolkit.report.doctor._json import SCHEMA_VERSION, to_json, to_jsonl
from toolkit.report.doctor._markdown import markdown
from toolkit.report.doctor._repair import after_plan, aftermath, outcomes, repair
from toolkit.report.doctor._sarif import sarif
from toolkit.report.doctor._text import explanation, lines, listing, text, timings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.features.doctor import Examination

__all__ = [
    "FORMATS",
    "SCHEMA_VERSION",
    "after_plan",
    "aftermath",
    "explanation",
    "lines",
    "listing",
    "outcomes",
    "render",
    "repair",
    "text",
    "timings",
]

_RENDERERS: Mapping[str, Callable[[Examination], str]] = {
    "text": text,
    "json": to_json,
    "jsonl": to_jsonl,
    "sarif": sarif,
    "github": github,
    "markdown": markdown,
}

FORMATS = tuple(_RENDERERS)


def render(examination: Examination, shape: str) -> str:
    """The examination in one of :data:`FORMATS`, without a final line end."""
    return _RENDERERS[shape](examination)
