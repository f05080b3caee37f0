"""Which names a Terraform file declares, and which it uses; kept for each file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents import hcl
from toolkit.expressions import regex
from toolkit.texts import blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.hcl import Attribute, Block

__all__ = ["Words", "words_of"]

_NAMED = regex(
    r"(?<![\w.-])(var|local|module|data)\.([A-Za-z_][\w-]*)(?:\[[^\[\]\n]{0,200}\]|\.\*)?(?:\.([A-Za-z_][\w-]*))?"
)
_RESOURCE = regex(r"(?<![\w.\-\]:])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\.([A-Za-z_][\w-]*)")
_ALIAS = regex(r"(?<![\w.\"-])([a-z][\w-]*\.[A-Za-z_][\w-]*)(?![\w.])")
_FOR = regex(r"\bfor\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b")
_STRING = regex(r'["\\]|[$%]\{')
_CODE = regex(r'["{}#]|//|/\*|<<-?[A-Za-z_]\w*[ \t]*\r?\n')
_UNJUDGED = ("moved", "removed", "import")
"""Blocks that speak of what was or comes, and not of what is."""
_STATES = ("backend", "cloud")
"""What says where the state lies; a module has one of them."""
_META = {"source", "version", "providers", "count", "for_each", "depends_on", "lifecycle"}

_Declared = tuple[tuple[str, str, int], ...]
_Used = tuple[tuple[str, str, str, int], ...]
_Calls = tuple[tuple[str, str, int, tuple[tuple[str, int], ...]], ...]


class Words(NamedTuple):
    """The names of one file, as plain values.

    Args:
        declared: kind, name and line; of a variable without a default the kind is ``var!``, of an aliased provider ``provider``,
            of what says where the state lies ``backend``.
        used: kind, name, attribute and line; the kind of a resource is ``resource`` and its name ``type.name``.
        calls: of each module its name, source, line, and the names of its arguments with their lines.
    """

    declared: _Declared
    used: _Used
    calls: _Calls


def words_of(context: Inspection, path: str) -> Words | None:
    """The names of a file; ``None`` where it cannot be read."""
    told = context.fact(_told, path)
    return Words(*told) if told is not None else None


def _told(context: Inspection, path: str) -> tuple[_Declared, _Used, _Calls] | None:
    document = context.readable(path, hcl.parse)
    if document is None:
        return None
    declared: list[tuple[str, str, int]] = []
    used: list[tuple[str, str, str, int]] = []
    calls: list[tuple[str, str, int, tuple[tuple[str, int], ...]]] = []
    for block in document.body.blocks:
        if block.type in _UNJUDGED:
            continue
        declared += _declared(block)
        if block.type == "module" and block.labels:
            source = block.attribute("source")
            given = [(item.name, item.line) for item in block.attributes if item.name not in _META]
            given += [(item.type, item.line) for item in block.blocks if item.type not in _META]
            calls.append((block.labels[0], source.literal or "" if source else "", block.line, tuple(given)))
        used += _used(document, block)
    return tuple(declared), tuple(used), tuple(calls)


def _declared(block: Block) -> Iterator[tuple[str, str, int]]:
    name = ".".join(block.labels)
    if block.type == "locals":
        yield from (("local", item.name, item.line) for item in block.attributes)
    elif block.type == "variable":
        yield ("var" if block.attribute("default") else "var!"), name, block.line
    elif block.type == "provider":
        alias = block.attribute("alias")
        yield "provider", f"{name}.{alias.literal}" if alias is not None and alias.literal else name, block.line
    elif block.type == "terraform":
        yield from (("backend", "configuration", one.line) for one in block.blocks if one.type in _STATES)
        aliases = (
            item.expression
            for one in block.walk()
            for item in one.attributes
            if "configuration_aliases" in item.expression
        )
        yield from (("provider", name, block.line) for text in aliases for name in _ALIAS.findall(text))
    elif block.type in ("resource", "data", "module", "output"):
        yield block.type, name, block.line
    elif block.type == "check":
        yield from (("data", ".".join(inner.labels), inner.line) for inner in block.blocks if inner.type == "data")


def _used(document: hcl.Document, block: Block) -> Iterator[tuple[str, str, str, int]]:
    content = document.text.content
    inner = list(block.walk())
    bound = {label for one in inner if one.type == "dynamic" for label in one.labels}
    bound |= {item.expression.strip('"') for one in inner for item in one.attributes if item.name == "iterator"}
    for one in inner:
        for item in one.attributes:
            if block.type == "variable" and item.name == "type":
                continue
            code = _code(item.expression)
            names = bound | {name for match in _FOR.finditer(code) for name in match.groups() if name}
            for kind, name, attribute, offset in _in_code(code, item, names):
                yield kind, name, attribute, document.text.line(_at(content, item, offset))


def _at(content: str, item: Attribute, offset: int) -> int:
    return content.find(item.expression, item.start, item.end) + offset


def _in_code(code: str, item: Attribute, bound: set[str]) -> Iterator[tuple[str, str, str, int]]:
    for match in _NAMED.finditer(code):
        kind, name, attribute = match[1], match[2], match[3] or ""
        if kind == "data":
            if attribute and kind not in bound:  # in a block ``dynamic "data"`` it is what the block goes through
                yield kind, f"{name}.{attribute}", "", match.start()
        else:
            yield kind, name, attribute, match.start()
    if item.name in ("provider", "providers"):
        for match in _ALIAS.finditer(code):
            if not re.match(r"[ \t]*=(?!=)", code[match.end() :]):  # the name that the called module has for it
                yield "provider", match[1], "", match.start()
    if item.name in ("provider", "providers", "ignore_changes", "configuration_aliases"):
        return
    for match in _RESOURCE.finditer(code):
        if match[1] not in bound and not match[1].startswith(("each_", "self_")):
            yield "resource", f"{match[1]}.{match[2]}", "", match.start()


def _code(expression: str) -> str:
    """An expression with its texts and comments blanked and what texts fill in kept; nothing moves."""
    out: list[str] = []
    at, stack = 0, ["code"]  # ``code`` counts braces by its own entries; ``text`` is within quotes
    while at < len(expression):
        if stack[-1] == "text":
            at = _through_text(expression, at, out, stack)
        else:
            at = _through_code(expression, at, out, stack)
    return "".join(out)


def _through_text(expression: str, at: int, out: list[str], stack: list[str]) -> int:
    found = _STRING.search(expression, at)
    end = found.start() if found else len(expression)
    out.append(blank(expression[at:end]))
    if found is None:
        return end
    if found[0] == "\\":
        out.append("  "[: len(expression) - end])
        return end + 2
    out.append(" " * len(found[0]))
    if found[0] == '"':
        stack.pop()
    elif expression[end - 1 : end] != found[0][0]:  # ``$${`` is text
        stack.append("code")
    return found.end()


def _through_code(expression: str, at: int, out: list[str], stack: list[str]) -> int:
    found = _CODE.search(expression, at)
    end = found.start() if found else len(expression)
    out.append(expression[at:end])
    if found is None:
        return end
    what = found[0]
    if what == '"':
        stack.append("text")
    elif what == "{":
        stack.append("code")
    elif what == "}":
        if len(stack) > 1:
            stack.pop()
    elif what.startswith("<<"):
        return _heredoc(expression, found, out)
    else:
        close = expression.find("*/" if what == "/*" else "\n", found.end())
        stop = len(expression) if close < 0 else close
        out.append(blank(expression[end:stop]))
        return stop
    out.append(" " if what == '"' else what)
    return found.end()


def _heredoc(expression: str, found: re.Match[str], out: list[str]) -> int:
    name = found[0].strip().lstrip("<-")
    close = re.compile(rf"(?m)^[ \t]*{name}[ \t]*\r?$").search(expression, found.end())
    stop = close.end() if close else len(expression)
    text = expression[found.start() : stop]
    inner = re.compile(r"(?<![$%])[$%]\{([^{}]{0,2000})\}")
    kept = blank(text)
    for match in inner.finditer(text):
        kept = kept[: match.start(1)] + match[1] + kept[match.end(1) :]
    out.append(kept)
    return stop
