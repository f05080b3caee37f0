"""What a kustomization names: files, folders, and what it makes of them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._repair import strings
from toolkit.expressions import regex
from toolkit.places import listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents import Path

__all__ = ["GENERATORS", "NAMES", "REMOTE", "joined", "named_files"]

REMOTE = regex(r"^\w[\w+.-]*://|^[\w.-]+@|^(github|gitlab|bitbucket)\.(com|org)/|\?ref=|^[\w.-]+\.(com|io|org)/")
NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
GENERATORS = {"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}


def named_files(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every file or folder that a kustomization names, with its place."""
    for key in ("resources", "bases", "components", "patchesStrategicMerge", "configurations", "crds", "generators"):
        yield from (((key, *below), value) for below, value in strings(data.get(key)))
    for key in ("patches", "patchesJson6902", "replacements"):
        for index, entry in enumerate(listed(data.get(key))):
            if isinstance(path := table(entry).get("path"), str):
                yield (key, index, "path"), path
    for key in GENERATORS.values():
        for index, entry in enumerate(listed(data.get(key))):
            for part in ("files", "envs", "env"):
                for below, value in strings(table(entry).get(part)):
                    yield (key, index, part, *below), value.rpartition("=")[2]


def joined(path: str, value: str) -> str:
    """A path that a kustomization names, seen from the root."""
    return path_from(posixpath.dirname(path), value)
