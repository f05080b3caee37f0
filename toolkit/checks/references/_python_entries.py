"""What a pyproject.toml promises to those who build or install the project: its readme, its licence, and the modules of its programs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["promised"]

_STRICT = ("hatchling", "poetry", "flit", "pdm", "uv_build", "maturin")
"""Build systems that stop where such a file is not there; setuptools goes on without it."""


_COMPILED = ("maturin", "scikit_build", "mesonpy")
"""Build systems that make modules of what is no Python."""
_MADE = regex(rb"__path__|sys\.modules")
"""A package whose modules may lie elsewhere."""
_MOVES = regex(r"\b(?:package[-_]dir|force-include|module-root)\b|(?<!uv)\.sources\]|^sources[ \t]*=", re.MULTILINE)
"""Settings by which packages are installed under other names than those of their folders."""
_ENTRY = regex(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?::\s*(?P<name>[A-Za-z_]\w*)[^\n]*)?")
_ANY_NAME = regex(rb"import[ \t]+\*|__getattr__|globals\(|setattr\(|exec\(")
"""What gives a module names that its text does not have."""
_REQUIRED = regex(r"[A-Za-z0-9]+")


def promised(context: Inspection) -> Iterator[Fault]:
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
            yield Fault(
                path,
                position(document, where),
                f"{name} is {value}, which does not exist: {end}.",
                f"{verdict.path} {verdict.why}",
                f"add {verdict.path}, or take {name} out",
                severity="warning" if strict else "info",
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


def _programs(context: Inspection, path: str, document: Any) -> Iterator[Fault]:
    """Programs and entry points of a project that lead to no module, or to none of its names."""
    if _MOVES.search(context.read(path).decode("utf-8", "replace")):
        return
    project = _Project(context, folder_of(path), _names_of(document.data))
    for at in _tables(document.data):
        section = table(document.data, *at)
        lost: dict[tuple[str, str], list[str]] = {}
        for name, value in section.items():
            match = _ENTRY.fullmatch(value) if isinstance(value, str) else None
            if match and (found := project.lost(match["module"], match["name"] or "")):
                lost.setdefault(found, []).append(name)
        for (what, evidence), names in lost.items():
            key, others = ".".join((*at, names[0])), f" So with {', '.join(names[1:5])}." if len(names) > 1 else ""
            text = f"{key} is {section[names[0]]}, but {what}: {names[0]} ends with an import error.{others}"
            todo = f"add what {key} names, or name what is there"
            yield Fault(path, position(document, (*at, names[0])), text, evidence, todo, severity="warning")


def _tables(data: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The tables in which programs and entry points of a project stand."""
    yield from (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts"))
    for at in (("project", "entry-points"), ("tool", "poetry", "plugins")):
        yield from ((*at, group) for group in table(data, *at))


def _names_of(data: dict[str, Any]) -> tuple[str, frozenset[str]]:
    """The name of a project, and the first words of what it depends on, as modules have them."""
    name = table(data, "project").get("name") or table(data, "tool", "poetry").get("name")
    listed = table(data, "project").get("dependencies")
    asked = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    asked += table(data, "tool", "poetry", "dependencies")
    words = (match[0].lower() for one in asked if (match := _REQUIRED.match(one)))
    return re.sub(r"[-.]+", "_", str(name)).lower(), frozenset(words)


class _Project(NamedTuple):
    """A project of Python: where it lies, its name, and the first words of what it depends on."""

    context: Inspection
    folder: str
    named: tuple[str, frozenset[str]]

    def lost(self, module: str, name: str) -> tuple[str, str] | None:
        """What an entry lacks in words, and what proves it; ``None`` for nothing."""
        top, path = module.partition(".")[0], module.replace(".", "/")
        homes = [base for base in ("", "src/") if self._has_code(inside(self.folder, f"{base}{top}"))]
        files = [inside(self.folder, f"{base}{path}{end}") for base in homes for end in (".py", "/__init__.py")]
        there = [one for one in files if self.context.is_file(one)]
        if len(there) == 1 and name:
            lacks = f"nothing in {there[0]} is called so", f"{there[0]} has no {name}"
            return None if self._may_have(there[0], name) else lacks
        whole = any(self.context.is_file(inside(self.folder, f"{base}{top}/__init__.py")) for base in homes)
        if there or self._is_made(homes, module) or self._is_somewhere(path, everywhere=not whole):
            return None
        what = f"there is no module {module}"
        if homes:
            return what, f"{inside(self.folder, f'{homes[-1]}{path}.py')} does not exist"
        # Without any code of the name only the project's own name tells that nobody else brings it.
        own, others = self.named
        is_own = own == top.lower() and own not in others
        return (what, f"neither {top} nor src/{top} exists") if is_own else None

    def _has_code(self, folder: str) -> bool:
        """Whether a folder is a package, or one of a namespace that no dependency shares."""
        if folder not in self.context.inventory.folders:
            return False
        if self.context.is_file(f"{folder}/__init__.py"):
            return True
        shared = posixpath.basename(folder).lower().partition("_")[0] in self.named[1]
        return not shared and any(path.endswith(".py") for path in self.context.below(folder))

    def _may_have(self, path: str, name: str) -> bool:
        """Whether the text of a module has a name, or gives itself names in another way."""
        content = self.context.content(path)
        return content is None or _ANY_NAME.search(content) is not None or name.encode() in content

    def _is_made(self, homes: list[str], module: str) -> bool:
        """Whether a package on the way to a module finds its modules by itself, or git ignores what would be there."""
        steps = module.split(".")
        for base in homes:
            ways = [inside(self.folder, f"{base}{'/'.join(steps[:count])}") for count in range(1, len(steps) + 1)]
            texts = (
                self.context.content(f"{way}/__init__.py") for way in ways if self.context.is_file(f"{way}/__init__.py")
            )
            if any(text is None or _MADE.search(text) for text in texts) or self.context.inventory.ignored(
                (f"{ways[-1]}.py",)
            ):
                return True
        return False

    def _is_somewhere(self, module: str, *, everywhere: bool) -> bool:
        """Whether a module, whatever it is written in, or a package of its name lies in the project, or anywhere."""
        ends = f"/{module}.", f"/{module}/"
        paths = self.context.inventory.files if everywhere else self.context.below(self.folder)
        return any(end in f"/{path}" for path in paths for end in ends)
