"""Kustomizations as they are built: the objects that each brings, with its patches laid over them, and why one cannot be built."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._kubernetes.manifest import Manifest
from toolkit.checks.references._kustomize.files import GENERATORS, NAMES, joined, named_files
from toolkit.checks.references._kustomize.items import CLUSTER_WIDE, Build, Fault, Item, changed, written
from toolkit.checks.references._kustomize.parts import Part, Patched, Source, apply, merge
from toolkit.checks.references._kustomize.patches import patches_of
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checks.references._kustomize.patches import Patch, Selection
    from toolkit.documents import Path, yaml

__all__ = ["Trees"]

_DEEPEST = 12
_MOST = 20_000
"""Objects that all kustomizations of a repository bring together."""
_MAKING = ("helmCharts", "helmChartInflationGenerator", "generators", "transformers")
_MARKING = ("commonAnnotations", "commonLabels", "labels")


class Trees:
    """Every kustomization of a repository.

    Args:
        objects: of all files.
        kustomizations: each with its document.
        read: gives the documents of a file; none where it cannot be read.

    ``unmade`` are the names that patches would give to what is not there, ``repeated`` the files of objects that
    kustomizations make several others of.
    """

    def __init__(
        self,
        objects: tuple[Manifest, ...],
        kustomizations: tuple[tuple[str, yaml.Document], ...],
        read: Callable[[str], tuple[yaml.Document, ...]],
    ) -> None:
        self._documents = dict(kustomizations)
        self._data = {path: table(document.data) for path, document in kustomizations}
        self._read = read
        self._files: dict[str, list[Manifest]] = {}
        for one in objects:
            self._files.setdefault(one.path, []).append(one)
        self._count = 0
        self._moved: dict[tuple[int, str], Manifest] = {}
        self._applied: set[int] = set()
        self._patches: dict[tuple[str, int], tuple[Patch, list[Build | None]]] = {}
        self._crowded: set[str] = set()
        self.unmade: set[str] = set()
        self.repeated: set[str] = set()
        self.builds: dict[str, Build] = {}
        self._below: dict[str, set[str]] = {}
        for path, data in self._data.items():
            if data.get("kind") != "Component":
                self._build(path, 0)

    def inner(self, path: str, value: str) -> str:
        """The kustomization that a folder's name in another one means; empty if it means none."""
        full = joined(path, value)
        return next((one for name in NAMES if (one := posixpath.join(full, name)) in self._data), "")

    def above(self, path: str) -> tuple[str, ...]:
        """The kustomizations that bring what another one makes, the one with the fewest objects first."""
        found = [name for name, below in self._below.items() if name == path or path in below]
        return tuple(sorted(found, key=self._size))

    def _size(self, path: str) -> tuple[int, str]:
        return len(self.builds[path].items), path

    def final(self, objects: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
        """All objects as they are when they are applied: those of kustomizations as these build them."""
        trees: dict[int, list[str]] = {}
        for path in sorted(self.builds, key=self._size):
            for item in self.builds[path].items:
                trees.setdefault(id(item.one), []).append(path)
        last: dict[int, dict[int, Manifest]] = {}
        for build in self.builds.values():
            for item in build.items:
                last.setdefault(id(item.raw), {})[id(item.one)] = item.one
        found: list[Manifest] = []
        for one in objects:
            if id(one) in last:
                self.repeated.update({one.path} if len(last[id(one)]) > 1 else ())
                found += (replace(item, trees=tuple(trees[key])) for key, item in last[id(one)].items())
            elif id(one.document) not in self._applied:
                found.append(one)
        return tuple(found)

    def _build(self, path: str, depth: int) -> Build:
        if path not in self.builds:
            build = self.builds[path] = Build()
            below = self._below[path] = set()
            self._extend(build, path, depth, below)
        return self.builds[path]

    def _extend(self, build: Build, path: str, depth: int, below: set[str]) -> None:
        """Add what a kustomization or a component brings, and lay its patches over all that is there."""
        data = self._data[path]
        build.is_sure &= depth < _DEEPEST and not any(map(data.get, _MAKING))
        build.is_marked |= any(map(data.get, _MARKING))
        for where, value in named_files(data):
            if where[0] in ("resources", "bases"):
                self._bring(build, path, where, value, depth, below)
        self._generate(build, path)
        for where, value in named_files(data):
            inner = self.inner(path, value) if where[0] == "components" else ""
            if where[0] == "components":
                build.is_sure &= bool(inner)
            if inner and depth < _DEEPEST:
                below.add(inner)
                count = len(build.items)
                self._extend(build, inner, depth + 1, below)
                build.items[count:] = [item._replace(way=where) for item in build.items[count:]]
        if data.get("kind") != "Component":
            self._tell_twice(build, path)
        kinds = _by_kind(build.items)
        for index, patch in enumerate(patches_of(path, self._documents[path], self._read)):
            hit = self._patch(build, path, patch, kinds)
            kinds = _by_kind(build.items) if patch.deletes else kinds
            self._patches.setdefault((path, index), (patch, []))[1].append(None if hit else build)
        self._tell_spaces(build, path, below)
        self._rename(build, data)

    def _bring(  # noqa: PLR0913, PLR0917 - a value with its place
        self, build: Build, path: str, where: Path, value: str, depth: int, below: set[str]
    ) -> None:
        inner, full = self.inner(path, value), joined(path, value)
        if inner and self._data[inner].get("kind") != "Component" and depth < _DEEPEST:
            found = self._build(inner, depth + 1)
            below.update({inner}, self._below[inner])
            items = [item._replace(way=where) for item in found.items]
            build.is_sure &= found.is_sure
            build.is_marked |= found.is_marked
        else:
            items = [Item(one, None, (one.name,), written(one), one, where) for one in self._files.get(full, ())]
            build.is_sure &= bool(items)
        self._count += len(items)
        if self._count > _MOST:
            build.is_sure = False
        else:
            build.items += items

    def _generate(self, build: Build, path: str) -> None:
        data, document = self._data[path], self._documents[path]
        for kind, key in GENERATORS.items():
            for index, entry in enumerate(listed(data.get(key))):
                name, behavior = table(entry).get("name"), table(entry).get("behavior")
                if not isinstance(name, str):
                    continue
                known = [item for item in build.items if item.raw.kind == kind and name in item.names]
                given = str(data.get("namespace") or table(entry).get("namespace") or "")
                near = [item for item in known if item.namespace in ("", given)]
                place: Path = (key, index, "name")
                source = Source(path, document)
                if behavior in ("merge", "replace") and not known:
                    build.faults.append(Fault("absent", path, source, place, f"{kind} {name}"))
                elif behavior in (None, "create") and near:
                    build.faults.append(Fault("exists", path, source, place, f"{kind} {name}", near[0]))
                elif not known:
                    made = Manifest(path, document, (key, index), kind, name, "", {})
                    build.items.append(Item(made, None, (name,), "", made, (key, index), is_made=True))

    def _tell_twice(self, build: Build, path: str) -> None:
        """Tell objects of one name, and leave the later ones out, which what is above does not bring again."""
        given = self._data[path].get("namespace")
        seen: dict[tuple[str, str, str, str], Item] = {}
        for item in build.items:
            space = given if isinstance(given, str) else item.namespace
            place = "" if item.raw.kind in CLUSTER_WIDE else space
            first = seen.setdefault((item.raw.api, item.raw.kind, place, item.names[-1]), item)
            if first is not item and not item.is_made and not first.is_made:
                build.faults.append(
                    Fault("twice", path, Source(path, self._documents[path]), item.way, item.raw.name, item, first)
                )
        build.items = list(seen.values())

    def _tell_spaces(self, build: Build, path: str, below: set[str]) -> None:
        """Tell Namespaces of several names, all of which are given that of the kustomization."""
        names = dict.fromkeys(
            item.names[-1] for item in build.items if item.raw.kind == "Namespace" and not item.is_made
        )
        given = self._data[path].get("namespace")
        if isinstance(given, str) and len(names) > 1 and self._crowded.isdisjoint(below):
            self._crowded.add(path)
            source = Source(path, self._documents[path])
            build.faults.append(Fault("spaces", path, source, ("namespace",), f"Namespace {', '.join(names)}"))

    def idle(self) -> Iterator[tuple[str, Patch, Build]]:
        """The patches that nothing is there for, each with its kustomization and what that brings."""
        for (path, _), (patch, builds) in self._patches.items():
            missed = [build for build in builds if build is not None]
            if len(missed) == len(builds) and all(build.is_sure for build in missed) and missed:
                yield path, patch, missed[0]

    def _patch(self, build: Build, path: str, patch: Patch, kinds: dict[str, list[int]]) -> bool:
        """Lay a patch over what it is for, which ``kinds`` tells by its kind; whether there is any."""
        hit = False
        of_kind = kinds.get(patch.selection.kind, ()) if patch.selection.is_plain and patch.selection.kind else None
        for index in range(len(build.items)) if of_kind is None else of_kind:
            item = build.items[index]
            if not patch.selection.fits(item.raw.api, item.raw.kind, item.names, item.one.data):
                continue
            hit = True
            if item.is_made:
                continue
            part = _part(item).copy()
            if patch.is_operations:
                for operation in patch.part.items:
                    if failed := apply(part, operation):
                        fault = Fault("path", path, patch.part.source, (*operation.place, "path"), failed, item)
                        build.faults.append(fault)
                        break
            else:
                merge(part, patch.part, item.raw.kind)
            build.items[index] = changed(item, part)
        if patch.deletes:
            build.items = [one for one in build.items if not _is_meant(patch.selection, one)]
        if hit and patch.file:
            self._applied.add(id(patch.part.source.document))
        elif patch.is_operations:
            renamed = [one.plain.get("value") for one in patch.part.items if one.plain.get("path") == "/metadata/name"]
            self.unmade.update(name for name in renamed if isinstance(name, str))
        return hit

    def _rename(self, build: Build, data: dict[str, Any]) -> None:
        given = data.get("namespace")
        before, after = str(data.get("namePrefix") or ""), str(data.get("nameSuffix") or "")
        for index, item in enumerate(build.items):
            one, space = item.one, item.namespace
            if isinstance(given, str) and given != space:
                space = given
                if isinstance(one.document, Patched):
                    # What is moved more than once is in one place or another.
                    moved = "" if one.namespace and item.namespace != written(item.raw) else given
                    one = self._moved.setdefault((id(one), moved), replace(one, namespace=moved))
            name = f"{before}{item.names[-1]}{after}"
            names = item.names if name == item.names[-1] else (*item.names, name)
            build.items[index] = item._replace(one=one, namespace=space, names=names)


def _by_kind(items: list[Item]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        found.setdefault(item.raw.kind, []).append(index)
    return found


def _part(item: Item) -> Part:
    """The object with all that it is made of."""
    return item.part or Part(item.raw.data, Source(item.raw.path, item.raw.document), item.raw.where)


def _is_meant(selection: Selection, item: Item) -> bool:
    return not item.is_made and selection.fits(item.raw.api, item.raw.kind, item.names, item.one.data)
