"""Files that a pyproject.toml promises to those who build the project: its readme and its licence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._repair import mapping, position
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.places import folder_of
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["Promised", "promised"]

_STRICT = ("hatchling", "poetry", "flit", "pdm", "uv_build", "maturin")
"""Build systems that stop where such a file is not there; setuptools goes on without it."""


class Promised(NamedTuple):
    """A file that is not there: who names it at which place, what is wrong, what proves it, and how much it matters."""

    path: str
    line: tuple[int, int]
    text: str
    evidence: str
    todo: str
    severity: Severity


def promised(context: Inspection) -> Iterator[Promised]:
    """Every readme and licence that a project names and that no clone has."""
    for path in context.named("pyproject.toml"):
        try:
            document = context.document(path, toml.parse)
        except Unreadable:
            continue
        data = mapping(document.data)
        backend = str(mapping(data.get("build-system")).get("build-backend", ""))
        poetry = mapping(mapping(data.get("tool")).get("poetry"))
        if not backend or poetry.get("package-mode") is False:
            continue
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
        table: Any = data
        for key in at:
            table = mapping(table).get(key)
        for key in ("readme", "license") if at == ("project",) else ("readme",):
            value = mapping(table).get(key)
            if isinstance(mapping(value).get("file"), str):
                yield (*at, key, "file"), mapping(value)["file"]
            elif isinstance(value, str) and key == "readme":
                yield (*at, key), value
            elif isinstance(value, list) and key == "readme":
                yield from (((*at, key, index), item) for index, item in enumerate(value) if isinstance(item, str))
