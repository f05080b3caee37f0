"""Environment files of compose services, and the examples beside them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.places import upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["env_files", "example_of", "has_example", "is_env_file"]

_ENDINGS = ("example", "sample", "template", "dist", "default", "defaults", "tpl")


def env_files(service: dict[str, Any]) -> Iterator[str]:
    """The environment files of a service, in all forms."""
    given = service.get("env_file")
    for entry in given if isinstance(given, list) else [given]:
        path = entry.get("path") if isinstance(entry, dict) else entry
        if isinstance(path, str):
            yield path


def is_env_file(path: str) -> bool:
    """Whether a name is that of an environment file, which people make by hand."""
    name = posixpath.basename(path)
    return name.startswith(".env") or name.endswith(".env")


def example_of(context: Inspection, path: str) -> str:
    """The example beside an environment file; empty if there is none."""
    folder = posixpath.dirname(path)
    name = posixpath.basename(path)
    candidates = [f"{name}.{end}" for end in _ENDINGS] + [f".env.{end}" for end in _ENDINGS]
    stem = name.removesuffix(".env")
    candidates += [f"{end}.env" for end in _ENDINGS]
    candidates += [f"{stem}{mark}{end}.env" for end in _ENDINGS for mark in ".-_" if stem]
    paths = (posixpath.join(folder, candidate) for candidate in candidates)
    return next((found for found in paths if context.is_file(found)), "")


def has_example(context: Inspection, path: str) -> bool:
    """Whether a folder above an environment file has an example of one, which a person may go by."""
    names = [
        name for name in context.inventory.by_name if "env" in name.lower() and any(end in name for end in _ENDINGS)
    ]
    above = upward(posixpath.dirname(path) or ".")
    return any((posixpath.dirname(found) or ".") in above for found in context.inventory.named(*names))
