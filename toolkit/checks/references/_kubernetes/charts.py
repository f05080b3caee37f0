"""The repository as its manifests show it, and as each of its charts does, which is installed apart from everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checking import Inspection
from toolkit.checks.references._helm.charts import NAMESPACE, charts
from toolkit.checks.references._kubernetes.manifests import SEEN, Cluster, cluster, objects_of
from toolkit.memory import once_a_run
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.checks.references._helm.charts import Chart
    from toolkit.checks.references._kubernetes.manifests import Manifest
    from toolkit.model import Finding, Role

__all__ = ["chart_of", "in_every_view"]

_OF_MANIFESTS = ("._kubernetes", "._kustomize", "._manifests", "._services.programs")
_OF_ALL = ("._kubernetes_made._making",)


def in_every_view(context: Inspection, seen: Callable[[Inspection], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check sees in the run itself, and in what each chart makes and nothing else; of objects of one line the first."""
    for view in (context, *_views(context)):
        yield from _once(view, seen(view))


@once_a_run
def _views(context: Inspection) -> tuple[Inspection, ...]:
    known = [(chart, _objects(chart)) for chart in charts(context)]
    if not known:
        return ()
    plain = {one.name for one in cluster(context).objects}
    names = {
        chart.folder: {name for one in objects for name in (one.name, one.name.removeprefix(f"{chart.release}-"))}
        for chart, objects in known
    }
    found = []
    for chart, objects in known:
        others = {name for folder, many in names.items() if folder != chart.folder for name in many}
        found.append(_View(context, chart, _cluster(chart, objects, frozenset(plain | others))))
    return tuple(found)


def _once(context: Inspection, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first of each line of what becomes several objects: a chart's loop, or an object of several kustomizations."""
    seen: set[tuple[str, int]] = set()
    trees = cluster(context).trees
    for one in findings:
        alone = not isinstance(context, _View) and (trees is None or one.path not in trees.repeated)
        if alone or (one.path, one.line) not in seen:
            seen.add((one.path, one.line))
            yield one


def chart_of(context: Inspection) -> tuple[Chart, Inspection] | None:
    """The chart that a run sees, and the run that sees everything."""
    return (context.chart, context.outer) if isinstance(context, _View) else None


class _View(Inspection):
    """A run that sees one chart; what does not depend on manifests it shares with the run that made it."""

    def __init__(self, context: Inspection, chart: Chart, seen: Cluster) -> None:
        self.__dict__.update(context.__dict__)
        self.chart = chart
        self.outer = context
        self.shared = _Apart(context.shared)
        self.shared[SEEN] = seen

    def role(self, path: str) -> tuple[Role, str]:
        """The chart's: its folder of templates is not one of templates that are handed out."""
        return super().role(self.chart.folder if path.startswith(inside(self.chart.folder, "")) else path)


class _Apart(dict[str, Any]):
    """Shared results, of which those about manifests are its own."""

    def __init__(self, outer: dict[str, Any]) -> None:
        super().__init__()
        self._outer = outer

    def _table(self, key: str) -> dict[str, Any] | None:
        maker = key.partition(":")[0]
        about = any(word in maker for word in _OF_MANIFESTS) and not any(word in maker for word in _OF_ALL)
        own = key == SEEN or about
        return None if own else self._outer

    def __contains__(self, key: object) -> bool:
        table = self._table(str(key))
        return super().__contains__(key) if table is None else key in table

    def __getitem__(self, key: str) -> Any:
        table = self._table(key)
        return super().__getitem__(key) if table is None else table[key]

    def __setitem__(self, key: str, value: Any) -> None:
        table = self._table(key)
        if table is None:
            super().__setitem__(key, value)
        else:
            table[key] = value


def _objects(chart: Chart) -> tuple[Manifest, ...]:
    return tuple(
        replace(one, chart=chart.folder, namespace="" if one.namespace == NAMESPACE else one.namespace)
        for path, document in chart.documents
        for one in objects_of(path, document)
    )


def _cluster(chart: Chart, objects: tuple[Manifest, ...], elsewhere: frozenset[str]) -> Cluster:
    by_kind: dict[str, list[Manifest]] = {}
    for one in objects:
        by_kind.setdefault(one.kind, []).append(one)
    kinds = {one.kind for one in objects if "$" in one.name}
    foreign = frozenset(name for name in chart.foreign if name)
    return Cluster(
        objects,
        by_kind,
        (),
        frozenset(),
        written=objects,
        elsewhere=elsewhere,
        foreign=foreign,
        kinds=frozenset(chart.kinds | kinds),
        asleep=frozenset(chart.asleep),
    )
