"""Helm's charts as manifests: every chart with those below it, rendered as its own values say."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.references._helm.documents import Rendered, rendered
from toolkit.checks.references._helm.evaluate import Budget, tree
from toolkit.checks.references._helm.releases import installed
from toolkit.checks.references._helm.render import KIND, Renderer
from toolkit.checks.references._helm.templates import Node, TemplateError, parse
from toolkit.context import Unreadable
from toolkit.documents import DocumentError, yaml
from toolkit.documents._text import Text
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import inside, listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._helm.evaluate import Missing

__all__ = ["NAMESPACE", "Chart", "charts", "other_values"]

NAMESPACE = "release-namespace"
_REPLACES = regex(r"\{\{[^}]{0,80}\bset +[$.] +\"Values\" ")
"""A template that puts other values in place of those of ``values.yaml``: what the others see is not known then."""
_LARGEST = 300_000
_MOST_CHARTS = 300
_DEEPEST = 6


@dataclass
class Chart:
    """A chart with all below it.

    Args:
        folder: where its ``Chart.yaml`` lies.
        release: the name under which it is installed; its own where nobody says so.
        documents: file and document of everything that is rendered.
        unread: files whose rendering is not sure.
        kinds: kinds of the objects in these; ``*`` where one is not known.
        foreign: names of charts that it brings from elsewhere.
        asleep: kinds of objects that the defaults leave out.
        missing: what its templates name and nobody has.
        defined: the names of the templates that it defines.
        values: the values of each chart by its folder.
        sources: the texts of the templates.
    """

    folder: str
    release: str
    documents: list[tuple[str, Rendered]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    asleep: set[str] = field(default_factory=set)
    missing: list[Missing] = field(default_factory=list)
    defined: frozenset[str] = frozenset()
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Text] = field(default_factory=dict)

    def home(self, template: str) -> str:
        """The folder of the chart of a template: this one or one below it."""
        return max((folder for folder in self.values if template.startswith(inside(folder, "templates/"))), key=len)


@once_a_run
def charts(context: Inspection) -> tuple[Chart, ...]:
    """Every chart that is installed as such: those below another are a part of it."""
    folders = _folders(context)
    local = {inner for folder in folders for inner, _ in _below(context, folder, folders)}
    budget = Budget()
    return tuple(_chart(context, folder, folders, budget) for folder in folders[:_MOST_CHARTS] if folder not in local)


def other_values(context: Inspection, chart: Chart) -> Iterator[Any]:
    """The values that other files give: those for an environment, and of charts above."""
    folders = _folders(context)
    names = [
        name for name in context.inventory.by_name if name.endswith((".yaml", ".yml")) and "values" in name.lower()
    ]
    for path in sorted(set(context.inventory.named(*names)))[:_MOST_CHARTS]:
        folder = posixpath.dirname(path)
        if (
            posixpath.basename(path) != "values.yaml"
            or folder not in folders
            or chart.folder.startswith(inside(folder, ""))
        ):
            yield _read(context, path)


@once_a_run
def _folders(context: Inspection) -> list[str]:
    return sorted(posixpath.dirname(path) or "." for path in context.inventory.named("Chart.yaml"))


def _read(context: Inspection, path: str) -> Any:
    """The content of a YAML file; nothing if it has none."""
    document = context.readable(path, yaml.parse)
    return document.data if document else None


def _below(context: Inspection, folder: str, folders: list[str]) -> Iterator[tuple[str, str]]:
    """The charts of this repository that a chart brings, each with the key of its values."""
    wanted = [table(one) for one in listed(table(_read(context, inside(folder, "Chart.yaml"))).get("dependencies"))]
    wanted += [
        table(one) for one in listed(table(_read(context, inside(folder, "requirements.yaml"))).get("dependencies"))
    ]
    seen = set()
    for one in wanted:
        place = str(one.get("repository", ""))
        inner = (
            path_from(folder, place.removeprefix("file://"))
            if place.startswith("file://")
            else inside(folder, f"charts/{one.get('name')}")
        )
        if inner in folders and inner != folder:
            seen.add(inner)
            yield inner, str(one.get("alias") or one.get("name"))
    for inner in folders:
        if posixpath.dirname(inner) == inside(folder, "charts") and inner not in seen:
            yield inner, posixpath.basename(inner)


def _foreign(context: Inspection, folder: str, folders: list[str]) -> Iterator[str]:
    """Names of charts that come from elsewhere."""
    known = {name for _, name in _below(context, folder, folders)}
    for file in ("Chart.yaml", "requirements.yaml"):
        for one in listed(table(_read(context, inside(folder, file))).get("dependencies")):
            names = {str(table(one).get(key)) for key in ("name", "alias")}
            if not names & known:
                yield from names - {"None"}


def _chart(context: Inspection, folder: str, folders: list[str], budget: Budget) -> Chart:
    chart = Chart(folder, _release(context, folder))
    members: list[tuple[str, Any]] = []
    _gather(context, folder, folders, table(_read(context, inside(folder, "values.yaml"))), members)
    defined: dict[str, tuple[str, list[Node]]] = {}
    files: dict[str, list[tuple[str, list[Node]]]] = {}
    for inner, _ in members:
        chart.foreign.update(_foreign(context, inner, folders))
        files[inner] = list(_parsed(context, inner, chart, defined, budget))
    chart.values, chart.defined = dict(members), frozenset(defined)
    if any(_REPLACES.search(source.content) for source in chart.sources.values()):
        chart.unread.update(chart.sources)
        chart.kinds.add("*")
        return chart
    renderer = Renderer(defined, lambda path, name: _file(context, chart.home(path), name), budget)
    roots = []  # what is included is remembered by the root, which has to stay
    for inner, values in members:
        roots.append(_root(context, inner, values, chart.release))
        for path, nodes in (
            files[inner] if table(_read(context, inside(inner, "Chart.yaml"))).get("type") != "library" else ()
        ):
            _render(chart, renderer, path, nodes, roots[-1])
    chart.missing, chart.asleep = renderer.missing, renderer.asleep
    return chart


def _gather(  # noqa: PLR0913, PLR0917 - a chart, its values, and where both go
    context: Inspection,
    folder: str,
    folders: list[str],
    values: dict[str, Any],
    members: list[tuple[str, Any]],
    depth: int = 0,
) -> None:
    """A chart and those below it, with their values: what the upper one says counts."""
    values = dict(values)
    members.append((folder, values))
    for inner, key in _below(context, folder, folders) if depth < _DEEPEST else ():
        own = table(_read(context, inside(inner, "values.yaml")))
        merged = _over(own, table(values, key))
        merged["global"] = _over(table(own, "global"), table(values, "global"))
        values[key] = merged  # what a chart below has by default, the upper one sees
        if len(members) < _MOST_CHARTS:
            _gather(context, inner, folders, merged, members, depth + 1)


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """One table over another."""
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        found[key] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return found


def _parsed(
    context: Inspection, folder: str, chart: Chart, defined: dict[str, tuple[str, list[Node]]], budget: Budget
) -> Iterator[tuple[str, list[Node]]]:
    """The templates of one chart that make objects; what they define goes to ``defined``."""
    for path in context.below(inside(folder, "templates")):
        if not path.endswith((".yaml", ".yml", ".tpl")):
            continue
        try:
            text = Text(context.read(path)[: _LARGEST + 1].decode("utf-8-sig"))
            budget.spend(len(text.content) // 20)
            nodes, found = parse(text.content)
        except (Unreadable, UnicodeDecodeError):
            chart.unread.add(path)
        except TemplateError:
            chart.unread.add(path)
            chart.kinds.update(KIND.findall(text.content) or ("*",))
        else:
            chart.sources[path] = text
            defined.update({name: (path, body) for name, body in found.items()})
            if not posixpath.basename(path).startswith("_"):
                yield path, nodes


def _release(context: Inspection, folder: str) -> str:
    own = str(table(_read(context, inside(folder, "Chart.yaml"))).get("name") or posixpath.basename(folder))
    names = installed(context).get(folder, ())
    return names[0] if names and own not in names else own


def _root(context: Inspection, folder: str, values: Any, name: str) -> dict[str, Any]:
    data = table(_read(context, inside(folder, "Chart.yaml")))
    about = {key[:1].upper() + key[1:]: value for key, value in data.items()}
    release = {
        "Name": name,
        "Namespace": NAMESPACE,
        "Service": "Helm",
        "IsInstall": True,
        "IsUpgrade": False,
        "Revision": 1,
    }
    return {
        "Values": tree(values),
        "Chart": about,
        "Release": release,
        "Template": {"BasePath": "templates", "Name": folder},
    }


def _file(context: Inspection, folder: str, name: str) -> str | None:
    """A file of a chart."""
    path = path_from(folder, name)
    return text_of(context, path, errors="replace")[:_LARGEST] if context.is_file(path) else None


def _render(chart: Chart, renderer: Renderer, path: str, nodes: list[Node], root: dict[str, Any]) -> None:
    source = chart.sources[path]
    try:
        out = renderer.render(path, nodes, root)
        chart.documents += ((path, one) for one in rendered(out, source))
    except (TemplateError, DocumentError, RecursionError):
        chart.unread.add(path)
        chart.kinds.update(KIND.findall(source.content) or ("*",))
