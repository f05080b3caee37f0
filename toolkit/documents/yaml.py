"""YAML with positions: plain data by the core schema of YAML 1.2, and edits of spans that change nothing else.

``on`` stays text and ``1.10`` can be had as it is written. Keys are always text. Of 85 real workflow
files a round trip through a YAML writer kept 77 byte for byte at best; splicing keeps all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.documents._text import DocumentError, Text, decode
from toolkit.documents._tree import Duplicate, Path, Place, Positioned, show
from toolkit.documents._yaml_nodes import Node, compose, located, plain_data, scalar_value
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.model import Span

__all__ = ["Document", "Node", "parse", "parse_all", "quoted"]

_PLAIN = regex(r"(?![-?:,\[\]{}#&*!|>'\"%@`\s])(?:[^\s:#]|:(?=\S)|(?<=\S)#|[ ](?=[^\s#]))+")
_FLOW_INDICATORS = regex(r"[,\[\]{}]")
# Words that a YAML 1.1 reader (PyYAML's loader, old Ruby) takes for a truth value, and dates.
_OTHER_READERS = regex(r"(?i:y|n|yes|no|on|off)|\d{4}-\d\d?-\d\d?.*|[-+]?[0-9][0-9_:.]*|=|<<")


@frozen
class Document(Positioned):
    """One YAML document.

    Args:
        data: plain dicts (keys as text), lists, text, numbers, truth values and ``None``.
        root: the nodes as written; ``None`` for an empty document.
        duplicates: keys given twice; data keep the last, GitHub and others refuse such a file.
        start: character offset of the document in its stream.
    """

    text: Text
    data: Any
    root: Node | None
    duplicates: tuple[Duplicate, ...]
    start: int = 0

    def node(self, path: Path) -> Node | None:
        """The node at a path, aliases followed on the way but not at the end."""
        entry = self._entry(path)
        return entry[1] if entry else None

    def _entry(self, path: Path) -> tuple[Node | None, Node] | None:
        if self.root is None:
            return None
        entry: tuple[Node | None, Node] | None = (None, self.root)
        for step in path:
            entry = entry[1].child(step) if entry else None
        return entry

    def place(self, path: Path) -> Place | None:
        """Where the value at a path stands, without its anchor and tag."""
        entry = self._entry(path)
        if entry is None:
            return None if path else Place(self.start, self.start)
        key, value = entry
        return Place(value.start, value.end, *((key.start, key.end) if key else (-1, -1)))

    def raw(self, path: Path) -> str:
        """A scalar's text before any conversion (``1.10``, ``0755``); empty if there is no scalar."""
        node = self.node(path)
        return node.resolved.value if node is not None and node.resolved.kind == "scalar" else ""

    def text_line(self, path: Path, index: int = 0) -> int:
        """The 1-based line of the file on which a line of a text stands, as far as its style tells it.

        Args:
            path: the scalar.
            index: the 0-based line within its value; only a literal block keeps lines apart.
        """
        node = self.node(path)
        style = node.resolved.style if node is not None else ""
        return self.value_line(path) + {"|": 1 + index, ">": 1}.get(style, 0)

    @property
    def has_aliases(self) -> bool:
        """Whether an anchor, an alias or a merge key is used anywhere."""
        stack = [self.root] if self.root else []
        while stack:
            node = stack.pop()
            if node.anchor or node.kind == "alias" or any(key.anchor or key.value == "<<" for key, _ in node.pairs):
                return True
            stack += [child for _, _, child in node.children()]
        return False

    def replace(self, path: Path, value: str) -> Span:
        """Replace a scalar by text, in the quoting it has; the anchor and tag before it stay.

        Raises:
            DocumentError: no scalar is there, or it is an alias, whose edit would change other places.
        """
        node = self.node(path)
        if node is None or node.kind != "scalar":
            raise DocumentError(f"no plain value to edit at {show(path)}", *self.position(path))
        return self.span(node.start, node.end, self._written(node, value))

    def _written(self, node: Node, value: str) -> str:
        if node.style not in ("|", ">"):
            return quoted(value, node.style, flow=node.flow)
        block = self.text.content[node.start : node.end]
        header, _, body = block.partition("\n")
        newline = "\r\n" if header.endswith("\r") else "\n"
        first = next((line for line in body.split("\n") if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip(" "))]
        if node.style == ">" or re.search(r"[1-9]", header.split("#")[0]) or not indent:
            raise self.text.error("a folded or explicitly indented block is not edited", node.start)
        lines = [f"{indent}{line}" if line else "" for line in value.removesuffix("\n").split("\n")]
        tail = newline if block.endswith("\n") else ""
        blank = re.search(r"(?:\r?\n[ \t]*)*\Z", body.removesuffix("\n").removesuffix("\r"))
        return header + "\n" + newline.join(lines) + tail + (blank[0].removeprefix(newline) if blank else "")


def parse(source: bytes | str, *, merge: bool = False) -> Document:
    """Read a file of one document.

    Args:
        source: the file's bytes or text.
        merge: resolve ``<<``, as compose files use it; GitHub and Kubernetes do not.

    Raises:
        DocumentError: not YAML, more than one document, or beyond the bounds.
    """
    documents = parse_all(source, merge=merge)
    if len(documents) > 1:
        text = documents[1].text
        raise text.error(f"{len(documents)} documents in one file", documents[1].start)
    return documents[0]


def parse_all(source: bytes | str, *, merge: bool = False) -> tuple[Document, ...]:
    """Read every document of a stream; one empty document for a file without content.

    Args:
        source: the file's bytes or text; a byte order mark is skipped.
        merge: whether ``<<`` brings the keys of what it names into the data.

    Raises:
        DocumentError: not YAML, or beyond the bounds.
    """
    text = decode(source)
    documents = []
    for root, start in compose(text) or [(None, 0)]:
        data, duplicates = plain_data(root, merge=merge)
        documents.append(Document(text, data, root, located(text, duplicates), start))
    return tuple(documents)


def _plain_is_safe(value: str, *, flow: bool = False) -> bool:
    """Whether text can stand without quotes and be read as that text by every YAML reader."""
    return (
        _PLAIN.fullmatch(value) is not None
        and not (flow and _FLOW_INDICATORS.search(value))
        and value.isprintable()
        and scalar_value(Node("scalar", 0, 0, value)) is value
        and _OTHER_READERS.fullmatch(value) is None
    )


def quoted(value: str, style: str = "", *, flow: bool = False) -> str:
    """Text as a YAML scalar on one line: in the style asked for, or the mildest that is right.

    Args:
        value: the text.
        style: ``""`` plain, ``'`` or ``"``.
        flow: it will stand within brackets.
    """
    if style == "" and _plain_is_safe(value, flow=flow):
        return value
    if style != '"' and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    body = value.replace("\\", "\\\\").replace('"', '\\"')
    escaped = "".join(char if char.isprintable() else _escape(char) for char in body)
    return f'"{escaped}"'


def _escape(char: str) -> str:
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return short.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")
