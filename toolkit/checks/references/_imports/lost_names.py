"""Names that Python imports from a module of the same project, which has nothing of that name."""

from __future__ import annotations

import ast
import posixpath
import sys
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._python_trees import tree_of
from toolkit.checks._search import holding
from toolkit.checks._texts import line_at
from toolkit.checks.references._imports.lost_imports import is_imported, is_there
from toolkit.checks.references._imports.made_imports import may_be_made
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["LostName", "bound_in", "lost_names"]

_FROM = regex(
    r"\nfrom[ \t]+(\.+(?:[A-Za-z_][\w.]*)?|[A-Za-z_]\w*(?:\.\w+)+)[ \t]+import[ \t]+(\([^()]{0,4000}\)|(?:[^\n\\(]|\\\n)+)"
)
_COMMENT = regex(r"#[^\n]*|\\\n")
_NAME = regex(r"\s*([A-Za-z_]\w*)(?:\s+as\s+\w+)?\s*")
_PLAIN = regex(r"\n(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([A-Za-z_]\w*)[ \t]*[(:=\[]")
"""What is surely bound, for most modules to be parsed by nobody."""
_STAR = regex(rb"import[ \t]+\*")
_ANY_NAME = (
    b"__getattr__", b"globals(", b"locals(", b"vars(", b"setattr(", b"exec(", b"sys.modules", b"__path__", b"__dict__",
)  # fmt: skip
_LARGEST = 500_000


class LostName(NamedTuple):
    """A name that is imported: the file and its line, the module as it is written, the name, the file of the module, and whether it is a mere type."""

    path: str
    line: int
    written: str
    name: str
    module: str
    typed: bool = False


def lost_names(context: Inspection, path: str) -> Iterator[LostName]:
    """The names that a file imports, whenever it is loaded, from modules of its project that do not have them."""
    for written, line, names in context.fact(_asked, path):
        module = _module(context, path, written)
        if not module or may_be_made(module.removesuffix(".py")):
            continue
        lost = [one for one in names if not one.startswith("__") and not _has(context, path, module, one)]
        # A package of others may have the name of a folder here, unless something of it is had from that folder.
        sure = (
            written.startswith(".")
            or len(lost) < len(names)
            or is_imported(context, _package(module, written), written)
        )
        for name in lost if sure else ():
            if not _is_given(context, module, name):
                yield LostName(path, line, written, name, module)


def _has(context: Inspection, path: str, module: str, name: str) -> bool:
    """Whether a module has a name, or may have it."""
    known = context.fact(_plain, module)
    if known is None or name in known:
        return True
    package, _, file = module.rpartition("/")
    if file == "__init__.py" and is_there(context, path, inside(package or ".", name)):
        return True
    found = context.fact(bound_in, module)
    return found is None or name in found


def _package(module: str, written: str) -> str:
    """The folder of the package that a module is imported from by its whole name."""
    home = folder_of(module) if module.endswith("/__init__.py") else module
    return "/".join(home.split("/")[: -written.count(".")])


def _asked(context: Inspection, path: str) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """The modules that a file imports names from at its outermost level, each with the line and the names."""
    content = context.content(path)
    if content is None or len(content) > _LARGEST or b"from" not in content:
        return ()
    text = "\n" + content.decode("utf-8", "replace").replace("\r\n", "\n")
    found = []
    for match in _FROM.finditer(text):
        names = [_NAME.fullmatch(part) for part in _COMMENT.sub("", match[2].strip("()")).split(",") if part.strip()]
        quoted = (text.count('"""', 0, match.start()) + text.count("'''", 0, match.start())) % 2
        if not quoted and all(names):
            found.append((match[1], line_at(text, match.start()), tuple(one[1] for one in names if one)))
    return tuple(found)


def _module(context: Inspection, path: str, written: str) -> str:
    """The file of a module; empty where it is none of the project, or not surely that one."""
    names = written.lstrip(".")
    folder, tail = folder_of(path), names.replace(".", "/")
    first = names.partition(".")[0]
    if len(names) < len(written):
        homes = [path_from(folder, "../" * (len(written) - len(names) - 1), tail)]
    elif first in sys.stdlib_module_names:
        return ""
    else:
        roots = {path_from(up, base) for up in upward(folder) for base in (".", "src", "lib", "python")}
        homes = [inside(root, tail) for root in roots if context.is_file(inside(root, f"{first}/__init__.py"))]
    ends = (".py", "/__init__.py") if names else ("/__init__.py",)
    found = {f"{home}{end}" for home in homes for end in ends if context.is_file(f"{home}{end}")}
    return min(found) if len(found) == 1 and len(homes) == 1 else ""


def _plain(context: Inspection, path: str) -> frozenset[str] | None:
    """The names that a module surely has; ``None`` where it may have any."""
    content = context.content(path)
    if content is None or len(content) > _LARGEST or any(one in content for one in _ANY_NAME) or _STAR.search(content):
        return None
    return frozenset(_PLAIN.findall("\n" + content.decode("utf-8", "replace")))


def bound_in(context: Inspection, path: str) -> frozenset[str] | None:
    """Every name that a module binds anywhere; ``None`` where it is no Python of today."""
    tree = tree_of(context.content(path) or b"")
    if tree is None:
        return None
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
            found.add(str(getattr(node, "name", None) or getattr(node, "rest", None)))
    return frozenset(found)


def _is_given(context: Inspection, module: str, name: str) -> bool:
    """Whether another file gives a module the name from outside."""
    stem = posixpath.basename(module if not module.endswith("/__init__.py") else folder_of(module)).removesuffix(".py")
    return bool(holding(context, [f"{stem}.{name} =", f"{stem}.{name}=", f"{stem}.{name}:"], ("*.py",)))
