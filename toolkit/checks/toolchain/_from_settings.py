"""Versions that linters, type checkers and build services are told, and that scripts of the repository install."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.toolchain._from_images import COMMANDS
from toolkit.checks.toolchain._said import Said
from toolkit.checks.toolchain._tools import named
from toolkit.documents import jsonc, toml
from toolkit.expressions import regex
from toolkit.places import folder_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["said"]

_TARGETS: tuple[tuple[str, ...], ...] = (
    ("tool", "ruff", "target-version"),
    ("tool", "black", "target-version"),
    ("tool", "mypy", "python_version"),
    ("tool", "pyright", "pythonVersion"),
    ("tool", "basedpyright", "pythonVersion"),
)
_SHORT = regex(r"py(\d)(\d{1,2})")
_VERSION = regex(r"\d+\.\d+(?:\.\d+)?")
_INI = regex(r"(?m)^[ \t]*python_version[ \t]*=[ \t]*(?P<word>\d+\.\d+)")
_HOOKS = regex(r"[ \t]+python:[ \t]*[\"']?python(?P<word>3\.\d+)")
_SCRIPTS = ("*.sh", "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile")
_MAX_BYTES = 200_000
_LONGEST = 2000
"""Characters of a line that a person writes."""


def said(context: Inspection) -> Iterator[Said]:
    """What the settings of tools and the repository's own scripts say."""
    for read in (_python, _lines, _eas, _scripts):
        yield from read(context)


def _python(context: Inspection) -> Iterator[Said]:
    """Which Python code is judged for."""
    for path, document in context.documents(named(context, "pyproject.toml", "ruff.toml", ".ruff.toml"), toml.parse):
        own = path.endswith("pyproject.toml")
        for at in _TARGETS if own else (("target-version",),):
            if spec := _version(document.get(at)):
                what = ".".join(at[-2:]) if own else at[0]
                yield Said("python", spec, path, document.line(at), folder_of(path), "linter", what)


def _version(value: Any) -> str:
    """The versions of a target, as ``3.9`` for ``py39``; empty where one cannot be read."""
    found = [
        _SHORT.sub(r"\1.\2", one) if isinstance(one, str) else ""
        for one in (value if isinstance(value, list) else [value])
    ]
    return " || ".join(found) if found and all(_VERSION.fullmatch(one) for one in found) else ""


def _lines(context: Inspection) -> Iterator[Said]:
    """What mypy's own file and the hooks before a commit are told."""
    for path in named(context, "mypy.ini", ".mypy.ini"):
        text = text_of(context, path)
        if found := _INI.search(text):
            line = line_at(text, found.start("word"))
            yield Said("python", found["word"], path, line, folder_of(path), "linter", "python_version")
    for path in named(context, ".pre-commit-config.yaml"):
        within = False
        for number, line_text in enumerate(text_of(context, path).splitlines(), 1):
            within = line_text.startswith("default_language_version:") or (within and line_text[:1] in (" ", "\t"))
            if within and (match := _HOOKS.match(line_text)):
                what = "default_language_version"
                yield Said("python", match["word"], path, number, folder_of(path), "linter", what)


def _eas(context: Inspection) -> Iterator[Said]:
    """What Expo's build service runs in each profile."""
    for path, document in context.documents(named(context, "eas.json"), jsonc.parse):
        for name, profile in table(document.data, "build").items():
            version = table({"": profile}, "").get("node")
            if isinstance(version, str) and _VERSION.fullmatch(version):
                at = ("build", name, "node")
                yield Said("node", version, path, document.line(at), folder_of(path), "image", f"build.{name}.node")


def _scripts(context: Inspection) -> Iterator[Said]:
    """What shell scripts and Makefiles install, for the project that they lie in."""
    names = {name for name in context.inventory.by_name if name.endswith(".sh") or name in _SCRIPTS}
    for path in named(context, *sorted(names)):
        for tool, spec, line in context.fact(_installed, path):
            owner = context.owner(folder_of(path))
            yield Said(tool, spec, path, line, owner.path if owner else ".", "workflow", "script")


def _installed(context: Inspection, path: str) -> tuple[tuple[str, str, int], ...]:
    """Tool, version and line of each install in a script."""
    text = text_of(context, path)
    if len(text) > _MAX_BYTES:
        return ()
    text = "\n".join(line if len(line) <= _LONGEST else "" for line in text.split("\n"))
    return tuple(
        (tool, match[1], line_at(text, match.start()))
        for tool, pattern in COMMANDS
        for match in pattern.finditer(text)
        if not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip().startswith(("#", "echo "))
    )
