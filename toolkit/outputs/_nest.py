"""How the builder of NestJS compiles: by which configuration of the compiler, and whether its output is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit import tsconfig
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.places import path_from

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["compiled_by"]

_OTHERS = ("monorepo", "projects")


def compiled_by(context: Inspection, folder: str, words: list[str]) -> tsconfig.Tsconfig | None:
    """The configuration by which ``nest build`` compiles; ``None`` where another builder has a say in its output.

    Args:
        context: the run.
        folder: of the package.
        words: the command.
    """
    if len(words) > 2:
        return None  # of an application by its name, or by another builder
    cli = _read(context, path_from(folder, "nest-cli.json"))
    given = cli.get("compilerOptions")
    options = given if isinstance(given, dict) else {}
    if any(cli.get(key) for key in _OTHERS) or options.get("webpack") or not _is_plain(context, folder, options):
        return None
    names = (options.get("tsConfigPath"), "tsconfig.build.json", "tsconfig.json")
    paths = [path_from(folder, name) for name in names if isinstance(name, str)]
    path = next(filter(context.is_file, paths), "")
    try:
        config = tsconfig.read(context, path) if path else None
    except Unreadable:
        return None
    return config if config is not None and config.is_known else None


def _is_plain(context: Inspection, folder: str, options: dict[str, Any]) -> bool:
    """Whether a builder writes what the compiler would: itself, or swc without a configuration of its own."""
    builder = options.get("builder", "tsc")
    return builder == "tsc" or (builder == "swc" and not context.is_file(path_from(folder, ".swcrc")))


def _read(context: Inspection, path: str) -> dict[str, Any]:
    try:
        data = context.document(path, jsonc.parse).data if context.is_file(path) else {}
    except Unreadable:
        return {}
    return data if isinstance(data, dict) else {}
