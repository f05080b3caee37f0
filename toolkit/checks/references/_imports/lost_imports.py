"""Relative imports of JavaScript, TypeScript, Python and Solidity that lead to no file of their own package."""

from __future__ import annotations

import posixpath
import re
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._imports.aliases import meant
from toolkit.checks.references._imports.copied_scripts import is_to_copy
from toolkit.checks.references._imports.made_imports import COMPILED, ENDINGS, HASHED, is_made, may_be_made
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, path_from, upward
from toolkit.specifiers import specifiers
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Lost", "is_built", "is_imported", "is_there", "lost_imports", "relative"]

_PYTHON = regex(rb"\nfrom[ \t]+(\.+[A-Za-z_][\w.]*)[ \t]+import\b")
_ABSOLUTE = regex(rb"\nfrom[ \t]+([A-Za-z_]\w*(?:\.\w+)+)[ \t]+import\b")
_SOLIDITY = regex(rb"""\nimport\b[^;"']{0,2000}["'](\.{1,2}/[^"'\n]+)["']""")
_LARGEST = 1_000_000
_CLOSE = 0.85
"""Likeness of names from which a file is taken for the one that was meant."""
_TYPED = regex(r"\.([cm]?ts)x?$")
_OF_A_BUNDLE = regex(HASHED)
_ASIDE = regex(
    r"/(?:@/|(?<=^/)(?:(?i:dev[-_]?logs?)/|docs?/(?!src/|app/|pages/|components/))"
    r"|(?:\.[\w-]+|backups?|_?archived?|archives|old|legacy|deprecated|unused|wip|drafts?|_?disabled|scratch|playground|sandbox|snippets)(?:/|[-_.\d])|[\w-]*examples?/)"
)
"""Code that nobody builds, by a path that begins with a slash: so only the places behind one are looked at."""
_TRIED = regex(r"\btry\s*\{(?:[^{}]|\{[^{}]*\})*$")
_TRY_WINDOW = 400
_STATEMENT = regex(r"\s*(?:import\b|export\b|\}|[\w$,*{\s]*$)")
_COMPONENTS = (".vue", ".svelte")
"""Only within their scripts an import is one."""


@frozen
class Lost:
    """One import that leads nowhere: its file, its line, the path as it is written, what is not there, and whether only tests and the like need it."""

    path: str
    line: int
    written: str
    target: str
    aside: bool = False

    def near(self, context: Inspection) -> str:
        """The file beside it that differs by upper and lower case alone, or by little; empty for none."""
        stem, folder = COMPILED.sub("", self.target).removesuffix(".rs"), folder_of(self.target)
        names = {f"{stem.lower()}{end}" for end in (*ENDINGS[1:], ".py", ".rs")}
        same = next((one for one in context.below(folder) if one.lower() in names), "")
        beside = {
            posixpath.basename(one).partition(".")[0]: one for one in context.below(folder) if folder_of(one) == folder
        }
        return same or next((beside[one] for one in get_close_matches(posixpath.basename(stem), beside, 1, _CLOSE)), "")


def relative(context: Inspection, path: str) -> tuple[str, ...]:
    """The relative paths and modules that a file may import; also those in comments and texts."""
    if path.endswith(".py"):
        return context.fact(_modules, path)
    if path.endswith(".sol"):
        return context.fact(_contracts, path)
    return tuple(one for one in context.fact(specifiers, path) if one.startswith(("./", "../")) or one in (".", ".."))


def _own_modules(context: Inspection, path: str) -> tuple[str, ...]:
    """The dotted modules that a Python file imports whose first part is a folder that the file lies in: its own package."""
    content = context.content(path)
    if content is None or len(content) > _LARGEST:
        return ()
    around = frozenset(path.split("/")[:-1])
    names = {found.decode("utf-8", "replace") for found in _ABSOLUTE.findall(b"\n" + content)}
    return tuple(sorted(name for name in names if name.partition(".")[0] in around))


def _of_package(context: Inspection, path: str, written: str) -> tuple[str, ...]:
    """Where a module of the package around a file may lie; empty where that is no package that its own files import by this name."""
    first, _, rest = written.partition(".")
    parts, tail = path.split("/")[:-1], written.replace(".", "/")
    named = (at for at, part in enumerate(parts) if part == first and not _is_package(context, parts[:at]))
    homes = ["/".join(parts[: at + 1]) for at in named if _is_package(context, parts[: at + 1])]
    if len(homes) != 1 or first in sys.stdlib_module_names or not is_imported(context, homes[0]):
        return ()
    roots = (inside(up, base) for up in upward(folder_of(path)) for base in (".", "src", "lib", "python"))
    return (f"{homes[0]}/{rest.replace('.', '/')}", *(path_from(root, tail) for root in roots))


def _is_package(context: Inspection, parts: list[str]) -> bool:
    """Whether a folder is a package of Python: one whose name nobody can import is none, whatever lies in it."""
    return bool(parts) and parts[-1].isidentifier() and context.is_file("/".join((*parts, "__init__.py")))


@once_a_run
def is_imported(context: Inspection, home: str, besides: str = "") -> bool:
    """Whether files of a package import other modules of it by its name, which are there, one besides perhaps."""
    there, above = _there(context), posixpath.dirname(home)
    names = (
        name
        for path in context.below(home)
        if path.endswith(".py")
        for name in context.fact(_own_modules, path)
        if name.startswith(f"{posixpath.basename(home)}.") and name != besides
    )
    return any(path_from(above, name.replace(".", "/")) in there for name in names)


def _modules(context: Inspection, path: str) -> tuple[str, ...]:
    content = context.content(path)
    if content is None or len(content) > _LARGEST:
        return ()
    return tuple(sorted({found.decode("utf-8", "replace") for found in _PYTHON.findall(b"\n" + content)}))


def _contracts(context: Inspection, path: str) -> tuple[str, ...]:
    content = context.content(path)
    if content is None or len(content) > _LARGEST:
        return ()
    return tuple(sorted({found.decode("utf-8", "replace") for found in _SOLIDITY.findall(b"\n" + content)}))


def _targets(context: Inspection, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a file imports from its repository: as it is written, and the paths that this may mean."""
    for written in relative(context, path):
        target = _of_python(path, written) if path.endswith(".py") else _of_script(path, written)
        yield written, (target,) if target else ()
    if path.endswith(".py"):
        for written in context.fact(_own_modules, path):
            yield written, _of_package(context, path, written)
    else:
        for written in context.fact(specifiers, path):
            if not written.startswith("."):
                yield written, meant(context, path, written)


def lost_imports(context: Inspection, path: str) -> Iterator[Lost]:
    """The imports of one file that lead to nothing in the repository and that nothing is known to make."""
    for written, targets in _targets(context, path):
        if not targets or any(is_there(context, path, target) for target in targets):
            continue
        if _is_there_above(context, path, written):
            continue
        homes = context.inventory.folders
        target = next((one for one in targets if folder_of(one) in homes), targets[0])
        if (line := _line_of(context, path, written)) > 0:
            yield Lost(path, line, written, target)


def is_built(context: Inspection, path: str) -> bool:
    """Whether somebody builds or runs a source here: Python takes a package before a module of its name, which nobody loads."""
    hidden = path.endswith(".py") and context.is_file(f"{path[:-3]}/__init__.py")
    if hidden or context.role(path)[0] != "own" or _ASIDE.search(f"/{path}"):
        return False
    return not (path.endswith("js") and _OF_A_BUNDLE.search(path))


def _is_there_above(context: Inspection, path: str, written: str) -> bool:
    """Whether a file that says it is to be copied elsewhere finds an import from one of the folders above it."""
    if not written.startswith("./") or not is_to_copy(context, path):
        return False
    there = _there(context)
    return any(path_from(up, written) in there for up in upward(folder_of(path))[1:])


def is_there(context: Inspection, path: str, target: str) -> bool:
    """Whether the target of an import is there, or may be made."""
    there = _there(context)
    if target.startswith("../") or target in there or may_be_made(target):
        return True
    declared = _TYPED.sub(r".d.\1", target)  # which the compiler takes where the source is not there
    return COMPILED.sub("", target) in there or declared in there or is_made(context, path, target)


def _of_script(path: str, written: str) -> str:
    return path_from(folder_of(path), written.partition("?")[0].partition("#")[0])


def _of_python(path: str, written: str) -> str:
    """The module without its ending; empty where its name is one that builds make."""
    names = written.lstrip(".")
    ups = len(written) - len(names) - 1
    target = path_from(folder_of(path), "../" * ups, names.replace(".", "/"))
    return "" if posixpath.basename(target).startswith("_") else target


@once_a_run
def _there(context: Inspection) -> frozenset[str]:
    """Every folder and every file, with and without each of its endings (``a.ios``, ``a`` of ``a.ios.tsx``)."""
    found = {*context.inventory.folders, *context.inventory.gitlinks, *context.inventory.links, "."}
    for path in context.inventory.files:
        at = path.find(".", path.rfind("/") + 2)
        while at >= 0:
            found.add(path[:at])
            at = path.find(".", at + 1)
        found.add(path)
    return frozenset(found)


def _line_of(context: Inspection, path: str, written: str) -> int:
    """The line of an import that surely runs; 0 where it stands in a text or a comment, or may fail."""
    text = text_of(context, path, errors="replace")
    if path.endswith(".py"):
        match = re.search(rf"(?m)^from[ \t]+{re.escape(written)}[ \t]+import\b", text)
        # Between two pairs of triple quotes everything is text.
        texts = 0 if match is None else text.count('"""', 0, match.start()) + text.count("'''", 0, match.start())
        return line_at(text, match.start()) if match and texts % 2 == 0 else 0
    text = plain(text, templates=False)
    for match in re.finditer(rf"(?:\bfrom|\bimport|\brequire)\s*+(\(?)\s*+[\"']{re.escape(written)}[\"']", text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        quoted = before.count('"') % 2 or before.count("'") % 2
        after = text[match.end() : match.end() + 40].lstrip(" \t\n);")
        tried = _TRIED.search(text, max(0, match.start() - _TRY_WINDOW), match.start()) or after.startswith(".catch")
        shown = path.endswith(_COMPONENTS) and text.rfind("<script", 0, match.start()) <= text.rfind(
            "</script", 0, match.start()
        )
        if not quoted and not tried and not shown and (match[1] or _STATEMENT.match(before)):
            return line_at(text, match.start())
    return 0
