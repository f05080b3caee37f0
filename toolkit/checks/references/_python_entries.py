"""What a pyproject.toml promises to those who build or install the project: its readme, its licence, and the modules of its programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._repair import position
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["Promised", "promised"]

_STRICT = ("hatchling", "poetry", "flit", "pdm", "uv_build", "maturin")
"""Build systems that stop where such a file is not there; setuptools goes on without it."""


_COMPILED = ("maturin", "scikit_build", "mesonpy")
"""Build systems that make modules of what is no Python."""
_MADE = regex(rb"__path__|sys\.modules")
"""A package whose modules may lie elsewhere."""
_MOVES = regex(r"\b(?:package[-_]dir|force-include|module-root)\b|(?<!uv)\.sources\]|^sources[ \t]*=", re.MULTILINE)
"""Settings by which packages are installed under other names than those of their folders."""
_MODULE = regex(r"([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)+)\s*(?::.*)?")


class Promised(NamedTuple):
    """A file that is not there: who names it at which place, what is wrong, what proves it, and how much it matters."""

    path: str
    line: tuple[int, int]
    text: str
    evidence: str
    todo: str
    severity: Severity


def promised(context: Inspection) -> Iterator[Promised]:
    """Every readme, licence and module of a program that a project names and that no clone has."""
    for path, document in context.documents(context.named("pyproject.toml"), toml.parse):
        data = table(document.data)
        backend = str(table(data, "build-system").get("build-backend", ""))
        poetry = table(data, "tool", "poetry")
        if not backend or poetry.get("package-mode") is False:
            continue
        if not backend.startswith(_COMPILED):
            yield from _programs(context, path, document)
        strict = backend.startswith(_STRICT)
        for where, value in _files(data):
            verdict = resolve(context, value, folder_of(path))
            if verdict.kind not in ("missing", "ignored"):
                continue
            end = (
                f"{backend.partition('.')[0]} does not build the project"
                if strict
                else "the package is built without it"
            )
            name = ".".join(map(str, where))
            yield Promised(
                path,
                position(document, where),
                f"{name} is {value}, which does not exist: {end}.",
                f"{verdict.path} {verdict.why}",
                f"add {verdict.path}, or take {name} out",
                "warning" if strict else "info",
            )


def _files(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The files that the tables of a project name."""
    for at in (("project",), ("tool", "poetry")):
        section = table(data, *at)
        for key in ("readme", "license") if at == ("project",) else ("readme",):
            value = section.get(key)
            if isinstance(file := table(value).get("file"), str):
                yield (*at, key, "file"), file
            elif isinstance(value, str) and key == "readme":
                yield (*at, key), value
            elif isinstance(value, list) and key == "readme":
                yield from (((*at, key, index), item) for index, item in enumerate(value) if isinstance(item, str))


def _programs(context: Inspection, path: str, document: Any) -> Iterator[Promised]:
    """Programs of a project whose module is not in the package that is there."""
    folder = folder_of(path)
    if _MOVES.search(context.read(path).decode("utf-8", "replace")):
        return
    for at in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        section = table(document.data, *at)
        modules: dict[str, list[str]] = {}
        for name, value in section.items():
            if isinstance(value, str) and (match := _MODULE.fullmatch(value)):
                modules.setdefault(f"{match[1]}{match[2]}", []).append(name)
        for module, names in modules.items():
            lost = _lost(context, folder, module)
            if lost:
                key, others = ".".join((*at, names[0])), f" So with {', '.join(names[1:5])}." if len(names) > 1 else ""
                text = f"{key} is {section[names[0]]}, but there is no module {module}: {names[0]} ends with an import error.{others}"
                todo = f"add {lost}, or name the module that is there in {key}"
                where = position(document, (*at, names[0]))
                yield Promised(path, where, text, f"{lost} does not exist", todo, "warning")


def _lost(context: Inspection, folder: str, module: str) -> str:
    """The file that a module would be in the one package of its name; empty if it is there or may be elsewhere."""
    top, path = module.partition(".")[0], module.replace(".", "/")
    bases = [base for base in ("", "src/") if _is_package(context, inside(folder, f"{base}{top}"))]
    lost = inside(folder, f"{''.join(bases)}{path}.py")
    return lost if len(bases) == 1 and not _is_somewhere(context, lost, path) else ""


def _is_package(context: Inspection, folder: str) -> bool:
    """Whether a folder is a package of Python that nothing but its own files is part of."""
    start = inside(folder, "__init__.py")
    try:
        return context.is_file(start) and not _MADE.search(context.read(start))
    except Unreadable:
        return False


def _is_somewhere(context: Inspection, lost: str, module: str) -> bool:
    """Whether a module, whatever it is written in, or a package of its name lies anywhere, or is made and ignored."""
    if context.is_file(lost) or context.inventory.ignored((lost,)):
        return True
    ends = f"/{module}.", f"/{module}/"
    return any(end in f"/{path}" for path in context.inventory.files for end in ends)
