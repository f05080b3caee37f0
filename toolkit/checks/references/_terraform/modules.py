"""Terraform: the files of modules that are read."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.documents import hcl
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["WORKER_SCRIPTS", "Module", "modules", "reported"]

WORKER_SCRIPTS = ("cloudflare_workers_script", "cloudflare_worker_script")
"""The resource of a worker, by its name of today and its older one."""
_INTERESTING = regex(
    rb"\b(?:file|templatefile|fileset|filebase64|file(?:sha|md)\w+|filebase64sha\w+)\(|source(?:_dir|_file)?\s*=|content_file|chart\s*=|filename\s*=|workers?_|path\.(?:module|root)|local-exec|cloudflare_(?:r2_bucket|queue|d1_database|pages_project)\b|variable\s+\"\w{0,60}(?:bucket|queue|database|script)"
)


@dataclass(frozen=True)
class Module:
    """One file of a module."""

    path: str
    document: hcl.Document

    @property
    def folder(self) -> str:
        """The folder, which is the module."""
        return posixpath.dirname(self.path) or "."


@once_a_run
def modules(context: Inspection) -> tuple[Module, ...]:
    """Every Terraform file that may name a file or a worker; those that only hold values are not parsed."""
    found = []
    names = [name for name in context.inventory.by_name if name.endswith((".tf", ".tofu"))]
    for path in sorted(set(context.inventory.named(*names))):
        try:
            if path in context.inventory.links or not _INTERESTING.search(context.read(path)):
                continue
            found.append(Module(path, context.document(path, hcl.parse)))
        except Unreadable:
            continue
    return tuple(found)


def reported(context: Inspection) -> Iterator[Module]:
    """The files to report on."""
    return (one for one in modules(context) if context.shows(one.path))
