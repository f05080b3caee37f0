"""Values that know where each part of them is written, so that patches can be laid over them: strategic ones and JSON 6902."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.documents import yaml
from toolkit.documents._text import Text
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.documents import Path
    from toolkit.model import Span

__all__ = ["Part", "Patched", "Source", "apply", "inlined", "merge"]

_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "volumes": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "secrets": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "ports": ("containerPort", "port"),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
}
"""Lists whose items a strategic patch finds by a key; it replaces all others whole."""
_KEYED = (
    *("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod"),
    *("PodTemplate", "Service", "ServiceAccount"),
)


class Source(NamedTuple):
    """A file, and the document in it, or within one of its values, in which something is written."""

    path: str
    document: yaml.Document


class Part:
    """A value with the place at which it is written; what lies below is taken apart where a patch changes it.

    Args:
        value: as plain data, which are never changed.
        source: where it is written.
        place: its path in that document.
    """

    __slots__ = ("parts", "place", "source", "value")

    def __init__(self, value: Any, source: Source, place: Path = ()) -> None:
        self.value = value
        self.parts: dict[str, Part] | list[Part] | None = None
        self.source = source
        self.place = place

    @property
    def kind(self) -> type:
        """Whether it is a mapping, a list or a scalar."""
        return type(self.value if self.parts is None else self.parts)

    @property
    def table(self) -> dict[str, Part]:
        """The entries of a mapping, to be changed; none of anything else."""
        if self.parts is None and isinstance(self.value, dict):
            below = {str(key): (*self.place, key) for key in self.value}
            self.parts = {key: Part(self.value[place[-1]], self.source, place) for key, place in below.items()}
        return self.parts if isinstance(self.parts, dict) else {}

    @property
    def items(self) -> list[Part]:
        """The items of a list, to be changed; none of anything else."""
        if self.parts is None and isinstance(self.value, list):
            self.parts = [Part(one, self.source, (*self.place, index)) for index, one in enumerate(self.value)]
        return self.parts if isinstance(self.parts, list) else []

    @property
    def plain(self) -> Any:
        """The whole value."""
        if isinstance(self.parts, dict):
            return {key: one.plain for key, one in self.parts.items()}
        if isinstance(self.parts, list):
            return [one.plain for one in self.parts]
        return self.value

    def copy(self) -> Part:
        """Another one, whose changes leave this one alone."""
        found = Part(self.value, self.source, self.place)
        if isinstance(self.parts, dict):
            found.parts = {key: one.copy() for key, one in self.parts.items()}
        elif isinstance(self.parts, list):
            found.parts = [one.copy() for one in self.parts]
        return found

    def become(self, other: Part) -> None:
        """Take another one's value and place."""
        copy = other.copy()
        self.value, self.parts, self.source, self.place = copy.value, copy.parts, copy.source, copy.place

    def locate(self, path: Path) -> tuple[Source, Path]:
        """Where the value at a path is written; its nearest ancestor where it is not there."""
        part = self
        for index, step in enumerate(path):
            if part.parts is None:
                return part.source, (*part.place, *path[index:])
            inner = part.below(str(step))
            if inner is None:
                break
            part = inner
        return part.source, part.place

    @property
    def files(self) -> set[str]:
        """The files in which it is written."""
        inner = self.parts.values() if isinstance(self.parts, dict) else self.parts or ()
        return {self.source.path}.union(*(one.files for one in inner))

    def below(self, step: str) -> Part | None:
        """The entry of a key, or the item of a number."""
        if self.kind is dict:
            return self.table.get(step)
        return self.items[int(step)] if step.isdecimal() and int(step) < len(self.items) else None


@frozen
class Patched(yaml.Document):
    """The document of an object as patches make it."""

    part: Part | None = None

    def replace(self, path: Path, value: str) -> Span:
        """The edit of the document in which the value is written.

        Raises:
            DocumentError: it cannot be edited there.
        """
        if self.part is None:
            raise self.text.error("a patched value without parts is not edited", 0)
        source, place = self.part.locate(path)
        return source.document.replace(place, value)


@frozen
class _Inner(Text):
    """A text within a value of another one, whose lines are told as those of the outer one."""

    above: int = 0
    indent: int = 0

    def position(self, offset: int) -> tuple[int, int]:
        # The outer text is not one with this: super() does not know a class that slots have made anew.
        line, column = Text.position(self, offset)
        return self.above + line, self.indent + column


def inlined(document: yaml.Document, where: Path, text: str) -> tuple[yaml.Document, ...]:
    """The documents that a value of another one holds, with places in that one.

    Raises:
        DocumentError: it is not YAML.
    """
    found = yaml.parse_all(text)
    place = document.place(where)
    if place is None:
        return found
    line = document.text.line(place.start)
    written = document.text.content[place.start : place.end]
    is_block = written.startswith(("|", ">"))
    below = written.partition("\n")[2]
    indent = len(below) - len(below.lstrip(" ")) if is_block else 0
    inner = _Inner(text, editable=False, above=line if is_block else line - 1, indent=indent)
    return tuple(yaml.Document(inner, one.data, one.root, one.duplicates, one.start) for one in found)


def merge(target: Part, patch: Part, kind: str, name: str = "") -> None:
    """Lay a strategic patch over an object of a kind, in which ``name`` is the key of what is merged."""
    if target.kind is dict and patch.kind is dict and patch.plain.get("$patch") != "replace":
        for key, one in patch.table.items():
            inner = target.table.get(key)
            if key.startswith("$"):
                continue
            if one.kind is type(None):
                target.table.pop(key, None)
            elif inner is not None:
                merge(inner, one, kind, key)
            else:
                target.table[key] = one.copy()
    elif target.kind is list and patch.kind is list and name in _KEYS and kind in _KEYED:
        _merge_items(target, patch, kind, name)
    else:
        target.become(patch)


def _merge_items(target: Part, patch: Part, kind: str, name: str) -> None:
    added = []
    for one in patch.items:
        data = one.plain if one.kind is dict else {}
        key = next((key for key in _KEYS[name] if key in data), "")
        if not key:
            target.become(patch)  # a list of another form, or one that says that it replaces
            return
        known = [item for item in target.items if item.kind is dict and _is_same(item.plain, data, key)]
        if data.get("$patch") == "delete":
            for item in known:
                target.items.remove(item)
        elif known:
            merge(known[0], one, kind)
        else:
            added.append(one.copy())
    target.items[:0] = added


def _is_same(one: dict[str, Any], other: dict[str, Any], key: str) -> bool:
    """Whether two items of a list are one: ports may differ in their protocol, too."""
    protocols = {item["protocol"] for item in (one, other) if "protocol" in item}
    return one.get(key) == other[key] and len(protocols) < 2


def apply(root: Part, operation: Part) -> str:
    """Do one operation of JSON 6902; says what is not there where it cannot be done, and nothing else."""
    data = operation.plain
    path, what = data.get("path"), data.get("op")
    if not isinstance(path, str) or not path.startswith("/") or what not in ("add", "replace", "remove"):
        return ""
    *above, last = (step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:])
    part: Part | None = root
    for step in above:
        part = part.below(step) if part is not None else None
    value = operation.table.get("value")
    if part is None or part.kind not in (dict, list) or (what != "add" and part.below(last) is None):
        return path
    if part.kind is dict:
        part.table.pop(last, None)
        if what != "remove" and value is not None:
            part.table[last] = value.copy()
        return ""
    index = len(part.items) if last == "-" else int(last) if last.isdecimal() else -1
    if not 0 <= index <= len(part.items):
        return path
    part.items[index : index + (what != "add")] = [value.copy()] if what != "remove" and value is not None else []
    return ""
