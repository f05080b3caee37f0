"""What is told of a name in manifests that nothing stands behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import likely

if TYPE_CHECKING:
    from toolkit.documents import Path
    from toolkit.documents.yaml import Document
    from toolkit.model import Severity

__all__ = ["Lost", "like_key"]


class Lost(NamedTuple):
    """A name that nothing stands behind, and what a person does about it.

    ``place`` is that of the text in the document, which ``near`` may replace. ``service`` is the Service that misses,
    and ``related`` where the same is named, too.
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
    related: tuple[tuple[str, tuple[int, int]], ...] = ()

    @property
    def places(self) -> tuple[tuple[str, tuple[int, int]], ...]:
        """File and line of all that is to be mended, its own first."""
        return ((self.path, self.line), *self.related)


def like_key(key: str, keys: frozenset[str]) -> str:
    """The key of an object that is probably meant: written with other signs or letters, or off by a slip; empty for none."""
    plain = {re.sub(r"[-_.]", "", other).lower(): other for other in keys}
    return plain.get(re.sub(r"[-_.]", "", key).lower()) or likely(key, keys, 0.8, slip=True)
