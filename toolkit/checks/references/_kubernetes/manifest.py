"""One object of Kubernetes, with the places at which its values are written."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from toolkit.checks.references._helm.documents import Rendered
from toolkit.checks.references._kustomize.parts import Patched
from toolkit.checks.references._repair import position
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.documents import Path, yaml
    from toolkit.model import Severity

__all__ = ["Manifest", "Spot", "file_of", "nearest", "objects_of", "same_namespace", "sides"]

_NOT_OBJECTS = ("Kustomization", "Component", "List")


class Spot(tuple[int, int]):  # noqa: SLOT001 - a tuple has no room for slots
    """Line and column in a file, which may be that of a patch."""

    path: str

    def __new__(cls, line: int, column: int, path: str) -> Self:
        """One in a file."""
        found = super().__new__(cls, (line, column))
        found.path = path
        return found


def file_of(line: object, path: str) -> str:
    """The file of a place; another one where the place does not tell it."""
    return line.path if isinstance(line, Spot) else path


@dataclass(frozen=True)
class Manifest:
    """One object.

    Args:
        path, document: the file, and its document in the file.
        where: the path of the object within the document; not empty for items of a list.
        kind, name: as written.
        namespace: empty where the file says none, so that the command that applies it does.
        data: the object, with what the patches of kustomizations make of it.
        chart: the folder of the chart that makes it; empty for others.
        trees: the kustomizations that bring it, the one with the fewest objects first.
    """

    path: str
    document: yaml.Document = field(repr=False)
    where: Path
    kind: str
    name: str
    namespace: str
    data: dict[str, Any] = field(repr=False)
    chart: str = ""
    trees: tuple[str, ...] = ()

    @property
    def api(self) -> str:
        """The API group; empty for the core."""
        version = str(self.data.get("apiVersion", ""))
        return version.rpartition("/")[0]

    @property
    def folder(self) -> str:
        """The folder of what is applied together: that of the file, or the whole chart."""
        return self.chart or posixpath.dirname(self.path) or "."

    def source(self, path: Path) -> tuple[str, yaml.Document, Path]:
        """Where a value of the object is written: the file, the document, and the path in it; a patch has its own."""
        if isinstance(self.document, Patched) and self.document.part is not None:
            source, place = self.document.part.locate(path)
            return source.path, source.document, place
        return self.path, self.document, (*self.where, *path)

    def at(self, path: Path) -> Spot:
        """The place of a value of the object."""
        file, document, where = self.source(path)
        return Spot(*position(document, where), file)

    def shown(self, path: Path) -> str:
        """File and line of a value of the object."""
        spot = self.at(path)
        return f"{spot.path}:{spot[0]}"

    @property
    def files(self) -> frozenset[str]:
        """The files that have a part in it."""
        part = self.document.part if isinstance(self.document, Patched) else None
        return frozenset({self.path, *(part.files if part is not None else ())})

    def is_open(self, path: Path) -> bool:
        """Whether an installation may add to the value at a path: a chart leaves room for it."""
        return isinstance(self.document, Rendered) and self.document.is_open((*self.where, *path))

    def level(self, path: Path, severity: Severity) -> Severity:
        """The severity of a fault at a place: what a chart leaves out by default is only information."""
        return "info" if self.is_conditional(path, only_off=True) else severity

    def is_conditional(self, path: Path = (), *, only_off: bool = False) -> bool:
        """Whether a value stands in a chart under a condition; with ``only_off`` under one that its defaults do not meet."""
        path = (*self.where, *path)
        return isinstance(self.document, Rendered) and self.document.is_conditional(path, only_off=only_off)


def same_namespace(one: Manifest, other: Manifest) -> bool:
    """Whether two objects may be in one namespace: one that says none goes where it is applied."""
    return not one.namespace or not other.namespace or one.namespace == other.namespace


def nearest(one: Manifest, many: Iterable[Manifest]) -> list[Manifest]:
    """Of several objects those that the smallest kustomizations bring which bring the one, too; all if none does."""
    kept = {id(other): other for side in sides(one, many) for other in side}
    return list(kept.values())


def sides(one: Manifest, many: Iterable[Manifest]) -> list[list[Manifest]]:
    """What :func:`nearest` gives, by the kustomizations that are built side by side: the base, and each of its overlays."""
    found = list(many)
    groups: list[list[int]] = []
    for tree in one.trees if len(found) > 1 else ():
        beside = [index for index, other in enumerate(found) if tree in other.trees]
        # One that has all that a smaller one has is built of it.
        if beside and not any(set(group) <= set(beside) for group in groups):
            groups.append(beside)
    return [[found[index] for index in group] for group in groups] or [found]


def objects_of(path: str, document: yaml.Document) -> Iterator[Manifest]:
    """The objects of a document, those of a list each."""
    data = table(document.data)
    if str(data.get("kind", "")).endswith("List") and isinstance(data.get("items"), list):
        for index, item in enumerate(data["items"]):
            yield from _object(path, document, ("items", index), table(item))
    else:
        yield from _object(path, document, (), data)


def _object(path: str, document: yaml.Document, where: Path, data: dict[str, Any]) -> Iterator[Manifest]:
    metadata = table(data, "metadata")
    kind, name = data.get("kind"), metadata.get("name")
    if isinstance(kind, str) and isinstance(name, str) and "apiVersion" in data and kind not in _NOT_OBJECTS:
        namespace = metadata.get("namespace")
        yield Manifest(path, document, where, kind, name, namespace if isinstance(namespace, str) else "", data)
