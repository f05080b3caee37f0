"""JSON, JSONC and the harmless half of JSON5, with positions that are only computed when asked for.

The data of a strict file come from the C parser of the standard library; comments, trailing commas,
single quotes and bare keys take the slower reader, which is also the one that knows offsets.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolkit.documents._jsonc_nodes import Node, scan
from toolkit.documents._text import MAX_DEPTH, DocumentError, Text, decode
from toolkit.documents._tree import Duplicate, Path, Place, Positioned, check_depth, show

if TYPE_CHECKING:
    from toolkit.model import Span

__all__ = ["Document", "loads", "parse"]


class Document(Positioned):
    """One JSON value.

    Args:
        text: the decoded file.
        data: plain dicts, lists, text, numbers, truth values and ``None``.
        strict_error: why a strict reader (npm, most tools) refuses the file; ``None`` if it does not.
        root: the nodes, where they are known already.
    """

    __slots__ = ("_root", "data", "strict_error", "text")

    def __init__(self, text: Text, data: Any, strict_error: DocumentError | None, root: Node | None = None) -> None:
        self.text = text
        self.data = data
        self.strict_error = strict_error
        self._root = root

    @property
    def root(self) -> Node:
        """The nodes with their offsets, read on first use."""
        if self._root is None:
            self._root = scan(self.text)[0]
        return self._root

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Keys given twice in one object; data keep the last."""
        if self.strict_error is None and not _repeats_a_key(self.text.content):
            return ()
        found: list[Duplicate] = []
        stack: list[tuple[Path, Node]] = [((), self.root)]
        while stack:
            path, node = stack.pop()
            first: dict[str | int, int] = {}
            for step, key, value in node.entries:
                stack.append(((*path, step), value))
                line = self.text.line(key[0]) if key else 0
                if key and first.setdefault(step, key[0]) != key[0]:
                    found.append(Duplicate((*path, step), line, self.text.line(first[step])))
        return tuple(sorted(found, key=lambda item: item.line))

    def place(self, path: Path) -> Place | None:
        """Where the value at a path stands."""
        node, key = self.root, (-1, -1)
        for step in path:
            entry = node.child(step)
            if entry is None:
                return None
            key, node = entry
        return Place(node.start, node.end, *key)

    def replace(self, path: Path, value: Any) -> Span:
        """Replace the value at a path by a plain value.

        Raises:
            DocumentError: there is no such value.
        """
        return self.span_of(path, json.dumps(value, ensure_ascii=False))

    def insert(self, path: Path, value: Any) -> Span:
        """Add a key to an object, after its last one and indented as that is.

        Raises:
            DocumentError: the parent is no object, or has the key.
        """
        *above, name = path
        node, place = self.root, self.place(tuple(above))
        for step in above:
            entry = node.child(step)
            if entry is None:
                break
            node = entry[1]
        if place is None or node.kind != "object" or node.child(name):
            raise DocumentError(f"no object to put {show(path)} into", *self.position(tuple(above)))
        body = f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        if not node.entries:
            return self.span(node.start + 1, node.start + 1, body)
        _, key, last = node.entries[-1]
        content = self.text.content
        line = content.rfind("\n", 0, key[0] if key else last.start) + 1
        lead = content[line : key[0] if key else line]
        glue = f",{self.text.newline}{lead}" if line and not lead.strip() else ", "
        return self.span(last.end, last.end, glue + body)


def parse(source: bytes | str) -> Document:
    """Read a JSON, JSONC or simple JSON5 file.

    Args:
        source: the file's bytes or text; a byte order mark is skipped.

    Raises:
        DocumentError: none of these, or beyond the bounds.
    """
    text = decode(source)
    try:
        return Document(text, _fast(text), None)
    except json.JSONDecodeError as error:
        strict_error = text.error(f"not JSON: {error.msg}", error.pos)
    except (ValueError, RecursionError) as error:
        strict_error = DocumentError(f"not JSON: {error}")
    root, data = scan(text)
    check_depth(data)
    return Document(text, data, strict_error, root)


def loads(source: bytes | str) -> Any:
    """The plain data only.

    Raises:
        DocumentError: as for :func:`parse`.
    """
    return parse(source).data


def _fast(text: Text) -> Any:
    data = json.loads(text.content, parse_constant=_refuse)
    if text.content.count("[") + text.content.count("{") > MAX_DEPTH:
        check_depth(data)
    return data


def _repeats_a_key(content: str) -> bool:
    """Whether an object of strict JSON has a key twice: the C parser tells in a fiftieth of the time that the nodes take."""
    repeated = False

    def look(entries: list[tuple[str, Any]]) -> None:
        nonlocal repeated
        repeated = repeated or len({key for key, _ in entries}) < len(entries)

    json.loads(content, object_pairs_hook=look)
    return repeated


def _refuse(word: str) -> None:
    """Keep Python's own extension (``NaN``, ``Infinity``) from passing as strict JSON."""
    raise ValueError(f"{word} is not a JSON value")
