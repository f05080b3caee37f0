"""What a source of Python imports, and whether it has to be there."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

from toolkit.checks._python_trees import tree_of
from toolkit.checks._texts import line_at
from toolkit.checks.dependencies._imports import Import
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["python", "quick_python"]

_QUICK_PYTHON = regex(rb"\n[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)")
_ALSO_PYTHON = regex(rb"\n[ \t]*import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[\w., \t]+)")
_TRY_LINES = 400
"""Lines behind an import in which the handlers of its ``try`` stand."""
_BRANCH = regex(r"(?P<word>try|except\b.*|if\b.*|elif\b.*|else|with\s+(?:contextlib\.)?suppress\b.*)\s*:")
_HANDLER = regex(r"except\b\*?(?P<kinds>[^:]*):|finally\s*:")
_ENDS = regex(r"(?:^|;[ \t]*)(?:raise\b|(?:sys\.|os\._)?exit\(|quit\()")
_ON_THE_PATH = regex(r"\bsys\.path\.(?:insert|append|extend)\(")
_OF_ITS_OWN = regex(r"\.|(?:Error|Exception|Failure|Timeout|Exit|Warning)$")
"""A class of errors, no tuple of several."""


def quick_python(content: bytes) -> set[str]:
    """Top modules that may be imported."""
    content = b"\n" + content  # a line end to begin with is twice as fast as an anchor
    found = {name.decode() for name in _QUICK_PYTHON.findall(content)}
    for line in _ALSO_PYTHON.findall(content) if b"," in content else ():
        found.update(part.split(b".")[0].split()[0].decode() for part in line.split(b",") if part.strip())
    return found


def python(text: str, names: Iterable[str]) -> list[Import]:
    """Where modules are imported unconditionally: not in ``try`` or ``if``, not within a text, nor in a function that first says where modules lie.

    What a file tries anywhere it can do without: the imports within its functions come after the trial.
    """
    found = []
    wanted = list(names)
    code = _import_lines(text) if wanted else None
    for name in wanted:
        statement = re.compile(rf"(?m)^([ \t]*)(?:from[ \t]+{name}\b|import[ \t]+(?:[\w., \t]*,[ \t]*)?{name}\b)")
        places = [
            match
            for match in statement.finditer(text)
            if (not _is_quoted(text, match.start()) if code is None else line_at(text, match.start()) in code)
        ]
        sure = [match for match in places if not (_is_conditional(text, match, name) or _is_led_to(text, match))]
        if len(sure) < len(places) or re.search(rf"""find_spec\(\s*["']{name}\b""", text):
            sure = [match for match in sure if not match[1]]
        if sure:
            found.append(Import(name, line_at(text, sure[0].start()), late=all(match[1] for match in sure)))
    return sorted(found, key=lambda item: item.line)


def _import_lines(text: str) -> frozenset[int] | None:
    """The lines on which statements of a module import something, and no text for another file does; ``None`` where this Python cannot read it."""
    tree = tree_of(text)
    if tree is None:
        return None
    return frozenset(node.lineno for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def _is_quoted(text: str, at: int) -> bool:
    return any(text.count(quote, 0, at) % 2 for quote in ('"""', "'''"))


def _catches(text: str, at: int, depth: int, name: str) -> bool:
    """Whether a handler of the ``try`` of this indent takes what an import raises: one of other errors lets it pass.

    So does one that names an error of the module itself, which nobody has then: it raises, whatever comes after it. A
    handler at the top of a module that ends the program, or raises, spares nobody the module either.
    """
    seen = False
    lines = text[at:].splitlines()[1:_TRY_LINES]
    for number, line in enumerate(lines):
        body = line.lstrip()
        if not body or body.startswith("#") or len(line) - len(body) > depth:
            continue
        match = _HANDLER.match(body) if len(line) - len(body) == depth else None
        if match is None or match["kinds"] is None or re.search(rf"(?<![\w.]){name}\.", match["kinds"]):
            return False
        if _takes_imports(match["kinds"]):
            return bool(depth) or not _gives_up(lines, number, depth)
        seen = True
    return not seen


def _gives_up(lines: list[str], at: int, depth: int) -> bool:
    """Whether the handler at a line, of this indent, ends the program or raises: what it is for is needed."""
    body: list[tuple[int, str]] = []
    for line in lines[at + 1 :]:
        text = line.lstrip()
        if text and len(line) - len(text) <= depth:
            break
        body += [(len(line) - len(text), text)] if text and not text.startswith("#") else []
    indent = min((one for one, _ in body), default=0)
    last = next((text for one, text in reversed(body) if one == indent), "")
    return _ENDS.search(last) is not None


def _takes_imports(kinds: str) -> bool:
    """Whether an ``except`` of these kinds takes an ImportError; one whose name says nothing (``_MISSING``) may."""
    names = re.findall(r"[\w.]+", kinds.partition(" as ")[0])
    for name in names:
        kind = getattr(builtins, name, None)
        own = isinstance(kind, type) or _OF_ITS_OWN.search(name) is not None
        if name == "ModuleNotFoundError" or (isinstance(kind, type) and issubclass(ImportError, kind)) or not own:
            return True
    return not names


def _is_led_to(text: str, found: re.Match[str]) -> bool:
    """Whether the function of an import puts a folder on the path of modules before it: no index has what lies there."""
    indent = len(found[1])
    for line in reversed(text[: found.start()].splitlines() if indent else []):
        body = line.lstrip()
        if _ON_THE_PATH.search(body):
            return True
        if body and len(line) - len(body) < indent and body.startswith(("def ", "async def ", "class ")):
            return False
    return False


def _is_conditional(text: str, found: re.Match[str], name: str) -> bool:
    """Whether a statement of this indent stands below a ``try``, ``except`` or ``if``."""
    at, indent = found.start(), len(found[1])
    for line in reversed(text[:at].splitlines() if indent else []):
        body = line.lstrip()
        depth = len(line) - len(body)
        if not body or body.startswith("#") or depth >= indent:
            continue
        if match := _BRANCH.match(body):
            return match["word"] != "try" or _catches(text, at, depth, name)
        indent = depth
        if not indent:
            return False
    return False
