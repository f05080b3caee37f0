"""Keys of a chart's values for one environment that no template reads, so that the environment gets what all others get."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._kubernetes_charts import chart_of
from toolkit.checks.references._kubernetes_lost import Lost
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.places import inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._helm import Chart
    from toolkit.documents import Path

__all__ = ["unread_values"]

_NAMES = regex(r"values[-_.][\w.-]+\.ya?ml|[\w.-]+[-_.]values\.ya?ml")
_WHOLE = regex(r"\.Values(?!\.\w|\w)|\.Files\b|\btpl\b[^}\n]{0,80}\.Files")
"""All values at once, or a file as a template: any key may be read."""
_TAKEN = regex(r"\b(?:include|template)\s+[\"`]?([^\"`\s})]+)")
_DEFINED = regex(r"\bdefine\s+[\"`]([^\"`]+)")
_DEEPEST = 3
_MOST = 6


def unread_values(context: Inspection) -> Iterator[Lost]:
    """One for each file of values of an environment: the first such key, with all others."""
    seen = chart_of(context)
    if seen is None:
        return
    chart, outer = seen
    said = _said(outer, chart)
    known = chart.values.get(chart.folder)
    # A library from elsewhere may read any key.
    borrowed = {match[1] for match in _TAKEN.finditer(said)} - {match[1] for match in _DEFINED.finditer(said)}
    if not said or borrowed or _WHOLE.search(said) or not isinstance(known, dict):
        return
    for path in outer.below(chart.folder):
        if posixpath.dirname(path) != chart.folder or not _NAMES.fullmatch(posixpath.basename(path)):
            continue
        try:
            document = outer.document(path, yaml.parse)
        except Unreadable:
            continue
        given = table(document.data)
        lost = list(_lost(chart, said, given, known, ()))
        if lost and set(given) & set(known) and outer.shows(path):
            yield _told(path, document, lost, known)


def _said(context: Inspection, chart: Chart) -> str:
    """All that the templates of a chart and those below it say."""
    parts = [text.content for text in chart.sources.values()]
    parts += [
        text_of(context, path, errors="replace")
        for folder in chart.values
        for path in context.below(inside(folder, "templates"))
        if path not in chart.sources
    ]
    return "\n".join(parts)


def _lost(chart: Chart, said: str, given: dict[str, Any], known: dict[str, Any], above: Path) -> Iterator[Path]:
    """The keys of a table that no template names, or of tables in it that templates take key by key."""
    inner = {posixpath.basename(folder) for folder in chart.values}
    for key, value in given.items():
        name = str(key)
        if not above and (name == "global" or name in chart.foreign or name in inner):
            continue  # what a chart below reads
        if not re.search(rf"[.\"'`]{re.escape(name)}(?![\w-])", said):
            if key not in known:  # what all environments have is left over, and no slip in this one
                yield (*above, name)
        elif isinstance(known.get(key), dict) and len(above) < _DEEPEST and not _is_taken_whole(said, name):
            yield from _lost(chart, said, table(value), known[key], (*above, name))


def _is_taken_whole(said: str, name: str) -> bool:
    """Whether a table is named alone somewhere: it may be written out, or walked through."""
    return re.search(rf"\.{re.escape(name)}(?![\w-]|\.\w)|[\"'`]{re.escape(name)}[\"'`]", said) is not None


def _told(path: str, document: yaml.Document, lost: list[Path], known: dict[str, Any]) -> Lost:
    *above, name = lost[0]
    beside: Any = table(known, *map(str, above))
    near = likely(str(name), map(str, beside)) or next(
        (key for key in map(str, beside) if str(name).startswith(key)), ""
    )
    names = ", ".join(".".join(map(str, one)) for one in lost[:_MOST]) + (" and more" if len(lost) > _MOST else "")
    text = f"No template reads {names}, which only this file of values gives{f'; {near} is there' if near else ''}: it has no effect."
    todo = (
        f"write {near} in place of {name}"
        if near
        else f"read {'.'.join(map(str, lost[0]))} in a template, or remove it"
    )
    lines = "; ".join(f"line {document.position(one)[0]}: {'.'.join(map(str, one))}" for one in lost[:12])
    return Lost(path, document.position(lost[0]), text, todo, "warning", lines)
