"""Files outside of its own folder that a kustomization names, which kustomize refuses to read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kustomize.files import REMOTE, joined, named_files
from toolkit.checks.references._kustomize.kustomizations import kustomizations
from toolkit.checks.references._repair import position
from toolkit.places import below, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path, yaml

__all__ = ["outside"]

_FREE = ("LoadRestrictionsNone", "load-restrictor", "load_restrictor", "kustomize.toolkit.fluxcd.io")
"""What lets kustomize read files from anywhere: its option, and Flux, whose root is that of the repository."""
_MOST = 12


def outside(context: Inspection) -> Iterator[Lost]:
    """One for each kustomization; a folder outside that has a kustomization of its own is fine."""
    found = {
        path: (document, many) for path, document in kustomizations(context) if (many := _of(context, path, document))
    }
    if not found or holding(context, _FREE):
        return
    for path, (document, ((where, value), *others)) in found.items():
        home = posixpath.dirname(path) or "the root"
        more = f" (as {len(others)} more)" if others else ""
        places = [position(document, one) for one, _ in others]
        yield Lost(
            path,
            position(document, where),
            f"{where[0]} names the file {value}{more}, which lies outside of {home}: kustomize reads no file that is not in or below "
            "the folder of the kustomization, and it cannot be built.",
            f"move the files below {home}, or give their folder a kustomization and name that in place of them",
            "error",
            "; ".join((f"{joined(path, value)} is a file", *(one for _, one in others[:_MOST]))),
            related=tuple((path, place) for place in places),
        )


def _of(context: Inspection, path: str, document: yaml.Document) -> list[tuple[Path, str]]:
    """The files outside that a kustomization names, each with its place."""
    home = posixpath.dirname(path) or "."
    return [
        (where, value)
        for where, value in named_files(table(document.data))
        if value and "\n" not in value and not REMOTE.search(value)
        if context.is_file(full := joined(path, value)) and not below(home, full)
    ]
