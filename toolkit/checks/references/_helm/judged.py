"""What the templates of charts name and nobody has: keys of ``values.yaml``, files of the chart and other templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import instead, likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._helm.charts import other_values
from toolkit.checks.references._helm.releases import released_values
from toolkit.checks.references._helm.render import meant
from toolkit.checks.references._kubernetes.charts import chart_of
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import cluster
from toolkit.checks.references._scripts.texts import lines, mentioned
from toolkit.expressions import regex
from toolkit.places import inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._helm.charts import Chart
    from toolkit.checks.references._helm.evaluate import Missing
    from toolkit.model import Severity

__all__ = ["lost_values"]

_COMMENTED = regex(r"(?m)^[ \t]*#[# \t-]*([A-Za-z]\w*)[ \t]*:")
_DEPLOYERS = ("HelmRelease", "Application", "ApplicationSet", "HelmChart", "HelmChartConfig")
_MOST = 8
_SHORT = 4
_ALIKE = 0.8


def lost_values(context: Inspection) -> Iterator[Lost]:
    """Values that no file of values has and no template does without, files and templates that are not there, each once."""
    seen = chart_of(context)
    if seen is None:
        return
    chart, outer = seen
    groups: dict[tuple[str, tuple[str, ...]], list[Missing]] = {}
    wanted = {one.path for one in chart.missing if one.kind != "asked"}
    for one in chart.missing:
        if one.kind == "include" and "/" not in one.path[0] and not _is_undefined(outer, chart, one.path[0]):
            continue
        if one.kind == "asked" and (one.path in wanted or not _unused(chart, one)):
            continue
        if context.shows(one.template):
            groups.setdefault((one.kind, one.path), []).append(one)
    causes: dict[tuple[str, str, bool], list[list[Missing]]] = {}
    for (kind, _), many in groups.items():
        many.sort(key=lambda one: not one.by_default)
        if kind == "include":
            yield _include(chart, many)
        elif kind == "file" or not _is_elsewhere(outer, chart, many[0]):
            causes.setdefault((kind, many[0].template, many[0].by_default), []).append(many)
    for (kind, *_), found in causes.items():
        yield _file(chart, found) if kind == "file" else _value(chart, found)


def _file(chart: Chart, groups: list[list[Missing]]) -> Lost:
    one = groups[0][0]
    names = ", ".join(many[0].path[0] for many in groups)
    text = f".Files.Get reads {names}, which the chart does not have: what is made of it is empty."
    level: Severity = "error" if one.by_default else "warning"
    todo = f"add {names} to the chart, or correct the path"
    return Lost(one.template, _place(chart, one), text, todo, level, _others(chart, groups))


def _include(chart: Chart, many: list[Missing]) -> Lost:
    one = many[0]
    name, near = one.path[0], meant(one.path[0], chart.defined)
    hint = f"; {near} is there" if near else ""
    effect = "" if one.by_default else " once it is turned on"
    who = "the chart does not have" if "/" in name else "none of the chart defines"
    text = f"The template includes {name}, which {who}{hint}: the chart cannot be rendered{effect}."
    level: Severity = "error" if one.by_default else "warning"
    home = chart.home(one.template)
    add = f"add {inside(home, name)}" if "/" in name else f"define {name} in {inside(home, 'templates/_helpers.tpl')}"
    todo = instead(name, near, f"{add}, or take the include out")
    return Lost(one.template, _place(chart, one), text, todo, level, _others(chart, [many]))


def _is_undefined(context: Inspection, chart: Chart, name: str) -> bool:
    """Whether neither a chart from elsewhere nor a template that is not read can define a name."""
    packed = any(path.endswith((".tgz", ".tar.gz")) for path in context.below(inside(chart.folder, "charts")))
    foreign = name.partition(".")[0] in chart.foreign or (chart.foreign and not meant(name, chart.defined))
    definition = re.compile(rf"(?:define|block)[ ]+[\"`]{re.escape(name)}[\"`]")
    unread = any(definition.search(text_of(context, path, errors="replace")) for path in chart.unread)
    return not packed and not foreign and not unread


def _value(chart: Chart, groups: list[list[Missing]]) -> Lost:
    """One finding for all values that one template misses."""
    one = groups[0][0]
    *above, name = one.path
    known: Any = chart.values[chart.home(one.template)]
    for key in above:
        known = table(known, key)
    near = _unused(chart, one) or likely(name, known) or next((key for key in known if name.lower() in key.lower()), "")
    hint = f"; {near} is there" if near else ""
    effect = {"table": "the chart cannot be rendered", "value": "what is written there is empty"}.get(
        one.kind, f"no template takes {near}"
    )
    effect += "" if one.by_default or one.kind == "asked" else " once it is turned on"
    names = ", ".join(f".Values.{'.'.join(many[0].path)}" for many in groups[:_MOST])
    text = f"The template wants {names}, which no file of values has{hint}: {effect}."
    level: Severity = "error" if one.kind == "table" and one.by_default else "warning"
    file = inside(chart.home(one.template), "values.yaml")
    todo = f"write {near} in the template, or add {name} to {file}" if near else f"add {names} to {file}"
    return Lost(one.template, _place(chart, one), text, todo, level, _others(chart, groups))


def _unused(chart: Chart, one: Missing) -> str:
    """The value beside one that is not there which is like it and which no template takes; empty if there is none."""
    known: Any = chart.values[chart.home(one.template)]
    for key in one.path[:-1]:
        known = table(known, key)
    name = one.path[-1].lower()
    kin = [
        key
        for key in table(known)
        if len(key) >= _SHORT and (key.lower().startswith(name) or name.startswith(key.lower()))
    ]
    near = likely(one.path[-1], table(known), _ALIKE) or next(iter(kin), "")
    word = re.compile(rf"[.\"']{re.escape(near)}\b")
    return (
        near
        if near and not any(near in text.content and word.search(text.content) for text in chart.sources.values())
        else ""
    )


def _place(chart: Chart, one: Missing) -> tuple[int, int]:
    return chart.sources[one.template].position(one.offset)


def _others(chart: Chart, groups: list[list[Missing]]) -> str:
    places = (f"{one.template}:{_place(chart, one)[0]}" for many in groups for one in many)
    return ", ".join(list(dict.fromkeys(places))[:_MOST])


def _is_elsewhere(context: Inspection, chart: Chart, one: Missing) -> bool:
    """Whether another file of values, an instruction, a script or what deploys the chart may give a value."""
    name, home = one.path[-1], chart.home(one.template)
    spoken = _is_spoken_of(context, home, name)
    if (one.kind == "value" and not one.by_default) or (spoken and (one.kind != "table" or not one.by_default)):
        return True
    # Of a chart from elsewhere the own values are not known, and who has no file of values is given all of them.
    if one.path[0] in chart.foreign or not context.is_file(inside(home, "values.yaml")):
        return True
    if any(_has(data, one.path) for data in other_values(context, chart)):
        return True
    released = released_values(context).get(chart.folder, "")
    if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", released):
        return True
    deployers = (item.document.text.content for item in cluster(context).of(*_DEPLOYERS))
    return any(name in text for text in deployers) or _is_set(context, one)


def _is_set(context: Inspection, one: Missing) -> bool:
    """Whether a script or an instruction speaks of a value, or of one in a table."""
    path = ".".join(one.path)
    if one.kind != "table":
        return bool(mentioned(context, path))
    inner = re.compile(rf"(?<![\w.-]){re.escape(path)}\.\w")
    return any(True for _ in lines(context, inner, path))


def _has(data: Any, path: tuple[str, ...]) -> bool:
    """Whether a file of values has a path, at its top or for a chart below."""
    tables = [table(data), *(value for value in table(data).values() if isinstance(value, dict))]
    for section in tables:
        value: Any = section
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            return True
    return False


def _is_spoken_of(context: Inspection, folder: str, name: str) -> bool:
    """Whether the values name a key in a comment, or their schema has it."""
    for file in ("values.yaml", "values.schema.json"):
        text = text_of(context, inside(folder, file), errors="replace")
        if name in _COMMENTED.findall(text) or (file.endswith("json") and f'"{name}"' in text):
            return True
    return False
