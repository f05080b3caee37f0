"""YAML nodes with offsets, built from the parser's events without recursion and within bounds.

PyYAML's own composer recurses in C and keeps the last of two equal keys in silence; building from
events costs little more and gives limits, duplicates and the schema of YAML 1.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from toolkit.documents._text import MAX_DEPTH, DocumentError, Text
from toolkit.documents._tree import Duplicate, Path
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_EXPANDED = 1_000_000
"""Values a document may have once its aliases are followed; more is an attack ("billion laughs")."""

_CORE = regex(
    r"""(?P<null>~|null|Null|NULL|)
      |(?P<true>true|True|TRUE)|(?P<false>false|False|FALSE)
      |(?P<int>[-+]?[0-9]+)|0o(?P<oct>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)
      |(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
      |(?P<inf>[-+]?)\.(?:inf|Inf|INF)|(?P<nan>\.nan|\.NaN|\.NAN)""",
    re.VERBOSE,
)
_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "true": lambda _: True,
    "false": lambda _: False,
    "int": int,
    "oct": lambda text: int(text, 8),
    "hex": lambda text: int(text, 16),
    "float": float,
    "inf": lambda sign: float(f"{sign}inf"),
    "nan": lambda _: float("nan"),
}
_PROPERTY = regex(r"[&!]\S*\s*(?:#[^\n]*\s*)*")
_MAX_DIGITS = 4000
"""Python refuses to convert longer integers by default; they stay text."""


@dataclass(slots=True, eq=False)
class Node:
    """A value as it is written.

    Args:
        start, end: character offsets, without ``&anchor`` and ``!tag``; a block collection ends with
            its last entry, a block scalar after its last line.
        value: a scalar's text, unquoted; an alias' name.
        style: of a scalar: ``""`` plain, ``'``, ``"``, ``|`` or ``>``.
        flow: written in brackets, or within brackets.
    """

    kind: Literal["scalar", "mapping", "sequence", "alias"]
    start: int
    end: int
    value: str = ""
    style: str = ""
    tag: str = ""
    anchor: str = ""
    flow: bool = False
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    target: Node | None = None
    weight: int = 1
    height: int = 1
    by_key: dict[str, int] | None = None

    @property
    def resolved(self) -> Node:
        """What an alias stands for; the node itself otherwise."""
        return self.target or self

    def child(self, step: str | int) -> tuple[Node | None, Node] | None:
        """The key node (``None`` in a list) and the value node of an entry; the last of equal keys, as in data."""
        node = self.resolved
        if node.kind == "sequence":
            if isinstance(step, int) and 0 <= step < len(node.items):
                return None, node.items[step]
            return None
        if node.by_key is None:  # made when the first entry is looked up, after the last was added
            node.by_key = {key.resolved.value: at for at, (key, _) in enumerate(node.pairs)}
        at = node.by_key.get(str(step))
        return None if at is None else node.pairs[at]

    def children(self) -> Iterator[tuple[str | int, Node | None, Node]]:
        """Step, key node and value node of every entry as written; an alias is not entered."""
        for key, value in self.pairs:
            yield key.resolved.value, key, value
        for index, value in enumerate(self.items):
            yield index, None, value


class _Builder:
    """Collects one document's nodes from events."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.root: Node | None = None
        self.anchors: dict[str, Node] = {}
        self.open: list[Node] = []
        self.keys: list[Node | None] = []

    def event(self, event: Any, kind: str) -> None:
        if kind == "ScalarEvent":
            self._add(self._scalar(event))
        elif kind == "AliasEvent":
            self._add(self._alias(event))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            self._open(event, kind)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(event)

    def _start(self, event: Any) -> int:
        at = int(event.start_mark.index)
        if not (event.anchor or event.tag):
            return at
        last = max(int(event.end_mark.index), at)
        while match := _PROPERTY.match(self.text.content, at):
            at = match.end()
        return min(at, last)

    def _flow(self) -> bool:
        return bool(self.open) and self.open[-1].flow

    def _scalar(self, event: Any) -> Node:
        tag, anchor, end = event.tag or "", event.anchor or "", event.end_mark.index
        node = Node("scalar", self._start(event), end, event.value, event.style or "", tag, anchor, self._flow())
        if anchor:
            self.anchors[anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        target = self.anchors.get(event.anchor)
        if target is None or any(target is parent for parent in self.open):
            why = "is not defined before it" if target is None else "stands inside what it repeats"
            raise self.text.error(f"alias *{event.anchor} {why}", event.start_mark.index)
        node = Node("alias", event.start_mark.index, event.end_mark.index, event.anchor, target=target)
        node.weight, node.height = target.weight, target.height
        return node

    def _open(self, event: Any, kind: str) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self.text.error(f"nested deeper than {MAX_DEPTH} levels", event.start_mark.index)
        node = Node("mapping" if kind == "MappingStartEvent" else "sequence", self._start(event), -1)
        node.tag, node.anchor = event.tag or "", event.anchor or ""
        node.flow = bool(event.flow_style) or self._flow()
        if node.anchor:
            self.anchors[node.anchor] = node
        self.open.append(node)
        self.keys.append(None)

    def _close(self, event: Any) -> None:
        node = self.open.pop()
        self.keys.pop()
        last = node.pairs[-1][1] if node.pairs else node.items[-1] if node.items else None
        # A block collection's end mark is the next token's start, beyond blank lines and comments.
        bracket = self.text.content[event.end_mark.index - 1 : event.end_mark.index]
        flow = event.end_mark.index > event.start_mark.index and bracket in ("]", "}")
        node.end = event.end_mark.index if flow or last is None else last.end
        if not flow and node.kind == "mapping" and node.pairs:
            node.start = node.pairs[0][0].start
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if parent.kind == "sequence":
            parent.items.append(node)
        elif (key := self.keys[-1]) is None:
            if node.kind != "scalar" and node.resolved.kind != "scalar":
                raise self.text.error("a key that is a list or a mapping", node.start)
            self.keys[-1] = node
            return
        else:
            parent.pairs.append((key, node))
            self.keys[-1] = None
        parent.weight += node.weight
        if node.height >= parent.height:
            parent.height = node.height + 1
        if parent.weight > MAX_EXPANDED or parent.height > MAX_DEPTH:
            raise self.text.error("aliases expand to more than any configuration holds", node.start)


def compose(text: Text) -> list[tuple[Node | None, int]]:
    """The root node and start offset of every document of a stream.

    Raises:
        DocumentError: not YAML, or beyond the bounds.
    """
    import yaml  # 20 ms that a run without YAML need not pay

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[tuple[Node | None, int]] = []
    builder = _Builder(text)
    start = 0
    event: Any
    try:
        for event in yaml.parse(text.content, Loader=loader):
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                builder = _Builder(text)
                start = event.start_mark.index
            elif kind == "DocumentEndEvent":
                found.append((builder.root, start))
            else:
                builder.event(event, kind)
    except yaml.YAMLError as error:
        raise _wrapped(text, error) from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"not YAML: {error}") from error
    return found


def _wrapped(text: Text, error: Exception) -> DocumentError:
    problem, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    # A key that never gets its colon is wrong where it begins, and noticed lines later.
    begun = context if getattr(error, "problem", None) == "could not find expected ':'" else None
    mark = begun or problem or context
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    message = f"not YAML: {problem}" + (f" ({context})" if context else "")
    offset = mark.index if mark is not None else getattr(error, "position", -1)
    return text.error(message, offset) if isinstance(offset, int) and offset >= 0 else DocumentError(message)


def scalar_value(node: Node) -> Any:
    """A scalar's value by the core schema of YAML 1.2; a tag or quotes make it text, and the tag by which compose takes a value away nothing."""
    if node.tag == "!reset":
        return None
    if node.tag == "tag:yaml.org,2002:str" or (node.style and not node.tag) or node.tag.startswith("!"):
        return node.value
    match = _CORE.fullmatch(node.value)
    if match is None or match.end() > _MAX_DIGITS:
        return node.value
    kind, text = match.lastgroup, match[match.lastgroup or 0]
    return _CONVERTERS[kind or "null"](text)


def plain_data(root: Node | None, *, merge: bool) -> tuple[Any, list[tuple[Path, int, int]]]:
    """Plain data of a node, and the duplicate keys as (path, offset, offset of the first)."""
    duplicates: list[tuple[Path, int, int]] = []
    seen: dict[int, Any] = {}

    def build(node: Node, path: Path) -> Any:
        if node.kind == "alias":
            return seen[id(node.target)]
        if node.kind == "scalar":
            value = scalar_value(node)
        elif node.kind == "sequence":
            value = [build(item, (*path, index)) for index, item in enumerate(node.items)]
        else:
            value = mapping(node, path)
        if node.anchor:
            seen[id(node)] = value
        return value

    def mapping(node: Node, path: Path) -> dict[str, Any]:
        value: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key, child in node.pairs:
            name = key.resolved.value
            if name in first:
                duplicates.append(((*path, name), key.start, first[name]))
            else:
                first[name] = key.start
            if key.anchor:
                seen[id(key)] = name
            value[name] = build(child, (*path, name))
        return _merged(value) if merge and "<<" in value else value

    return (None if root is None else build(root, ())), duplicates


def _merged(value: dict[str, Any]) -> dict[str, Any]:
    """The mapping with its ``<<`` resolved: own keys win, then the first of several sources."""
    sources = value["<<"] if isinstance(value["<<"], list) else [value["<<"]]
    result = {key: item for key, item in value.items() if key != "<<"}
    for source in sources:
        if isinstance(source, dict):
            for key, item in source.items():
                result.setdefault(key, item)
    return result


def located(text: Text, duplicates: list[tuple[Path, int, int]]) -> tuple[Duplicate, ...]:
    """Duplicate keys with their lines."""
    return tuple(Duplicate(path, text.line(again), text.line(first)) for path, again, first in duplicates)
