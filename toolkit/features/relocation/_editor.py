"""Edits of one YAML file: spans on the text and the same changes on its data, compared at the end."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from toolkit.documents import DocumentError, Path, edit, yaml
from toolkit.features.relocation._world import Note, UndecidedError

if TYPE_CHECKING:
    from toolkit.documents.yaml import Document, Node
    from toolkit.model import Span

__all__ = ["Editor", "flow", "open_document"]


class Editor:
    """Collects edits and notes.

    A method that edits raises :class:`UndecidedError` where the text is not written in a way that can be edited without
    rewriting more than is meant, and the file stays where it is then.

    Args:
        path: the file, for its notes.
        document: it, read.
        content: its bytes.
    """

    def __init__(self, path: str, document: Document, content: bytes) -> None:
        self.path = path
        self.document = document
        self.content = content
        self.spans: list[Span] = []
        self.notes: list[Note] = []
        self.expected: Any = copy.deepcopy(document.data)

    def note(self, path: Path, message: str, *, offset: int = 0) -> None:
        """Ask a person to look at an entry; ``offset`` lines below where its value begins."""
        line = self.document.line(path)
        if offset:
            line = self.document.value_line(path) + offset
        found = Note(self.path, line, message)
        if found not in self.notes:
            self.notes.append(found)

    def undecided(self, path: Path, reason: str) -> UndecidedError:
        """The error that leaves the whole file in place."""
        return UndecidedError(reason, self.document.line(path))

    def current(self, path: Path) -> Any:
        """The value that an entry has with the edits so far."""
        value = self.expected
        for step in path:
            value = value[step]
        return value

    def _store(self, path: Path, value: Any) -> None:
        self.current(path[:-1])[path[-1]] = value

    def set(self, path: Path, value: str) -> None:
        """Give a text another value.

        Args:
            path: a scalar, not edited before.
            value: what it shall say; its quoting stays.
        """
        if value == self.document.get(path):
            return
        node = self._node(path)
        if "\n" in self.document.source(path) and node.style not in ("|", ">"):
            raise self.undecided(path, "a value written over several lines")
        self.spans.append(self.document.replace(path, value))
        self._store(path, value)

    def fragments(self, path: Path, pairs: list[tuple[str, str]]) -> None:
        """Replace parts of a text in their order; what is around them stays as it is written.

        Args:
            path: a scalar, not edited before.
            pairs: old and new parts, each old one found behind the one before; equal ones are stepped over.
        """
        if all(old == new for old, new in pairs):
            return
        node = self._node(path)
        raw = self.document.source(path)
        value, at, raw_at = str(self.document.get(path)), 0, 0
        result: list[str] = []
        for old, new in pairs:
            found, place = value.find(old, at), raw.find(_raw(old, node.style), raw_at)
            if found < 0 or place < 0:
                raise self.undecided(path, f"{old!r} is written in a way that is not edited")
            result += (value[at:found], new)
            at, raw_at = found + len(old), place + len(_raw(old, node.style))
            start = node.start + place
            if old != new:
                self.spans.append(self.document.span(start, node.start + raw_at, _raw(new, node.style)))
        self._store(path, "".join((*result, value[at:])))

    def _node(self, path: Path) -> Node:
        node = self.document.node(path)
        if node is None or node.kind != "scalar":
            raise self.undecided(path, "a value that is not written in place")
        return node

    def rename_key(self, path: Path, name: str) -> None:
        """Give an entry of a mapping another key."""
        place = self.document.place(path)
        if place is None or place.key_start < 0:
            raise self.undecided(path, "a key that is not written in place")
        self.spans.append(self.document.span(place.key_start, place.key_end, name))
        parent = self.current(path[:-1])
        parent[name] = parent.pop(path[-1])

    def add(self, path: Path, value: Any) -> None:
        """Add a key with a value (text, list of text, nested mappings) to a mapping, or to an empty entry."""
        *above, name = path
        parent = tuple(above)
        node = self.document.node(parent)
        if node is None or node.kind in ("alias", "sequence"):
            raise self.undecided(parent, "a mapping that is not written in place")
        if node.kind == "scalar":
            self._fill(parent, node, {str(name): value})
        elif node.flow:
            body = f"{yaml.quoted(str(name), flow=True)}: {flow(value)}"
            glue = ", " if node.pairs else ""
            end = node.pairs[-1][1].end if node.pairs else node.start + 1
            self.spans.append(self.document.span(end, end, glue + body))
        else:
            self._append(node, {str(name): value})
        if not isinstance(self.current(parent), dict):
            self._store(parent, {})
        self.current(parent)[name] = value

    def _fill(self, path: Path, node: Node, value: dict[str, Any]) -> None:
        place = self.document.place(path)
        if node.value or node.start != node.end or place is None or place.key_start < 0 or node.flow:
            raise self.undecided(path, "expected a mapping or nothing")
        indent = self.column(place.key_start) + 2
        self.insert_below(place.key_end, indent, value)

    def _append(self, node: Node, value: dict[str, Any]) -> None:
        key, last = node.pairs[-1]
        content = self.document.text.content
        indent = self.column(node.pairs[0][0].start)
        if "\n" not in content[last.end :] and not content.endswith("\n"):
            # A block of text that ends the file without a line end would get one from anything written below it.
            newline = self.document.text.newline
            text = newline.join(block(value, indent)).lstrip() + newline + " " * indent
            self.spans.append(self.document.span(key.start, key.start, text))
            return
        raw = content[last.start : last.end]
        self.insert_below(last.start + len(raw.rstrip()), indent, value)

    def column(self, offset: int) -> int:
        """Characters before an offset on its line."""
        return self.document.text.position(offset)[1] - 1

    def insert_below(self, offset: int, indent: int, value: Any) -> None:
        """Insert block lines below the line of an offset, its comment included."""
        content = self.document.text.content
        end = content.find("\n", offset)
        end = len(content) if end < 0 else end
        if end > 0 and content[end - 1] == "\r":
            end -= 1
        newline = self.document.text.newline
        text = "".join(newline + line for line in block(value, indent))
        self.spans.append(self.document.span(end, end, text))

    def append(self, path: Path, value: str, *, first: bool = False) -> None:
        """Add a text to the end of a list, or to its beginning."""
        node = self.document.node(path)
        if node is None or node.kind != "sequence" or not node.items:
            raise self.undecided(path, "expected a list with entries")
        item = node.items[0 if first else -1]
        content = self.document.text.content
        if node.flow:
            text = yaml.quoted(value, flow=True)
            at = item.start if first else item.end
            self.spans.append(self.document.span(at, at, f"{text}, " if first else f", {text}"))
        else:
            dash = content.rfind("-", 0, item.start)
            if first:
                lead = content[dash - self.column(dash) : dash]
                self.spans.append(
                    self.document.span(dash, dash, f"- {yaml.quoted(value)}{self.document.text.newline}{lead}")
                )
            else:
                raw = content[item.start : item.end]
                self.insert_below(item.start + len(raw.rstrip()), self.column(dash), [value])
        self.current(path).insert(0 if first else len(self.current(path)), value)

    def insert_above(self, path: Path, value: dict[str, Any]) -> None:
        """Insert top-level keys above one of them, with an empty line between."""
        place = self.document.place(path)
        if place is None or self.column(place.first):
            raise self.undecided(path, "expected a key at the beginning of a line")
        newline = self.document.text.newline
        text = "".join(line + newline for line in block(value, 0)) + newline
        self.spans.append(self.document.span(place.first, place.first, text))
        self.expected.update(value)

    def replace_value(self, path: Path, value: Any) -> None:
        """Write a mapping in place of a whole value, below its key; its comments must not be lost."""
        place = self.document.place(path)
        if place is None or place.key_start < 0 or re.search(r"(?m)(?:^|\s)#", self.document.source(path)):
            raise self.undecided(path, "comments within a value that would be rewritten")
        colon = self.document.text.content.index(":", place.key_end)
        newline = self.document.text.newline
        text = "".join(newline + line for line in block(value, self.column(place.key_start) + 2))
        self.spans.append(self.document.span(colon + 1, place.end, text))
        self._store(path, value)

    def finish(self) -> bytes:
        """The edited file, read again and compared.

        Raises:
            UndecidedError: the result is not what was intended.
        """
        try:
            result = edit.edited(self.content, self.spans, parse=_strict_data, expected=self.expected)
        except DocumentError as error:
            raise UndecidedError(f"the rewritten file does not read as intended: {error.message}") from error
        return result


def _strict_data(content: bytes) -> Any:
    document = yaml.parse(content)
    if document.duplicates:
        raise DocumentError(f"key {document.duplicates[0].path[-1]} twice", document.duplicates[0].line)
    return document.data


def open_document(path: str, content: bytes) -> Editor:
    """Read a file for editing.

    Raises:
        UndecidedError: it is not YAML, or holds what is not edited (anchors, duplicate keys).
    """
    try:
        document = yaml.parse(content)
    except DocumentError as error:
        raise UndecidedError(error.message, error.line) from error
    if not isinstance(document.data, dict):
        raise UndecidedError("not a mapping", 1)
    if document.duplicates:
        raise UndecidedError(f"key {document.duplicates[0].path[-1]} is given twice", document.duplicates[0].line)
    if document.has_aliases:
        raise UndecidedError("uses anchors, so that one text stands for several places", _anchor_line(document))
    return Editor(path, document, content)


def _anchor_line(document: Document) -> int:
    stack = [document.root] if document.root else []
    while stack:
        node = stack.pop()
        if node.anchor or node.kind == "alias":
            return document.text.line(node.start)
        stack += [child for _, _, child in reversed(list(node.children()))]
    return 1


def _raw(part: str, style: str) -> str:
    """A part of a value as it stands in a scalar of a style."""
    if style == "'":
        return part.replace("'", "''")
    return part.replace("\\", "\\\\").replace('"', '\\"') if style == '"' else part


def flow(value: Any) -> str:
    """A value within brackets."""
    if isinstance(value, dict):
        inner = ", ".join(f"{yaml.quoted(str(key), flow=True)}: {flow(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(item) for item in value)}]"
    return yaml.quoted(str(value), flow=True)


def block(value: Any, indent: int) -> list[str]:
    """Lines of a value in block style."""
    lead = " " * indent
    if isinstance(value, list):
        return [f"{lead}- {yaml.quoted(str(item))}" for item in value]
    lines: list[str] = []
    for key, item in value.items():
        head = f"{lead}{yaml.quoted(str(key))}:"
        if isinstance(item, dict | list):
            lines += [head, *block(item, indent + 2)]
        else:
            lines.append(head if item is None else f"{head} {yaml.quoted(str(item))}")
    return lines
