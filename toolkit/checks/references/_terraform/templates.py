"""Values that templates of Terraform want and that the call does not give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._terraform.modules import reported
from toolkit.checks.references._terraform.paths import place
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform.modules import Module

__all__ = ["of_templates"]

_CALL = regex(r'\btemplatefile\(\s*"((?:\$\{path\.\w+\}|[^"$])*)"\s*,\s*\{')
_KEY = regex(r'(?:^|[,\n{])\s*"?([A-Za-z_]\w*)"?\s*[=:](?!=)')
_WANTED = regex(r"(?<!\$)\$\{\s*([A-Za-z_]\w*)")
_USED = regex(r"(?<!%)%\{-?~?\s*(?:if|for\s+\w+(?:\s*,\s*\w+)?\s+in)\s+!?\s*([A-Za-z_]\w*)")
_LOOP = regex(r"%\{-?~?\s*for\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b|\bfor\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b")
_FUNCTION = regex(r"[A-Za-z_]\w{0,60}\s{0,8}\(")
_CONSTANTS = frozenset({"true", "false", "null", "path", "var"})
_LARGEST = 200_000


def of_templates(context: Inspection) -> Iterator[Fault]:
    """Calls of ``templatefile`` with a plain map that lacks a name which the template fills in."""
    for module in reported(context):
        for block in module.document.body.walk():
            for item in block.attributes:
                if "templatefile(" in item.expression:
                    yield from _calls(context, module, item.start, item.end)


def _calls(context: Inspection, module: Module, start: int, end: int) -> Iterator[Fault]:
    content = module.document.text.content
    for call in _CALL.finditer(content, start, end):
        path = place(module, call[1])
        given = _keys(content, call.end(), end)
        text = text_of(context, path, _LARGEST, errors="replace") if path and given is not None else ""
        lost = sorted(_wanted(text) - (given or set()))
        if lost:
            verb = "is" if len(lost) == 1 else "are"
            told = f"{path} fills in {', '.join(lost[:8])}, which {verb} not given to it: the plan stops."
            yield Fault(
                module.path,
                module.document.text.line(call.start()),
                f"{told} A shell's own variable is written $${{NAME}}.",
                f"given: {', '.join(sorted(given or ())) or 'nothing'}",
                f"give {', '.join(lost[:8])} to templatefile, or write $${{...}} in {path} if a shell is to fill it in",
            )


def _keys(content: str, start: int, end: int) -> set[str] | None:
    """The keys of a map that begins at an offset; ``None`` where it is put together from others."""
    depth, at, flat = 1, start, []
    for match in re.compile(r'[{}()\[\]]|"(?:[^"\\]|\\.)*"').finditer(content, start, end):
        flat.append(content[at : match.start()] if depth == 1 else "")
        at = match.end()
        if match[0][0] == '"':
            flat.append(match[0] if depth == 1 else "")
        else:
            depth += 1 if match[0] in "{([" else -1
        if not depth:
            text = "".join(flat)
            return (
                None if "..." in text or re.search(r"\bfor\b", text) else {key[1] for key in _KEY.finditer("{" + text)}
            )
    return None


def _wanted(text: str) -> set[str]:
    """The names that a template takes from outside."""
    bound = {name for match in _LOOP.finditer(text) for name in match.groups() if name}
    found = {match[1] for match in _USED.finditer(text)}
    for match in _WANTED.finditer(text):
        if not _FUNCTION.match(text, match.start(1)):
            found.add(match[1])
    return found - bound - _CONSTANTS
