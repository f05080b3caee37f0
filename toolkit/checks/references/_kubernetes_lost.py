"""What is told of a name in manifests that nothing stands behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from toolkit.documents import Path
    from toolkit.documents.yaml import Document
    from toolkit.model import Severity

__all__ = ["Lost"]


class Lost(NamedTuple):
    """A name that nothing stands behind, and what a person does about it.

    ``place`` is that of the text in the document, which ``near`` may replace. ``service`` is the Service that misses.
    """

    path: str
    line: tuple[int, int]
    text: str
    todo: str
    severity: Severity
    evidence: str = ""
    near: str = ""
    document: Document | None = None
    place: Path = ()
    service: str = ""
