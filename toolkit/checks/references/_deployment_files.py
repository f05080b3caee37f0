"""A configuration of a hosting platform or a tool, and what its values ask for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Literal

from toolkit.checks.references._repair import strings
from toolkit.places import listed, table, upward
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents import Path

__all__ = ["Claim", "File", "Kind"]

Kind = Literal["command", "image-command", "file", "folder", "glob", "output", "module", "name"]


@frozen
class Claim:
    """One thing that a deployment needs.

    Args:
        line: where it is written.
        kind: ``image-command`` runs in the image, whose folder is not known here; an ``output`` is made by the build,
            and only the package that makes it has to be there; a ``module`` may lack its ending; a ``name`` is one of the file's own.
        what: what the value is to the platform, to begin a sentence.
        value: as written.
        bases: the folders that it may count from; for a ``name`` those that there are.
    """

    line: tuple[int, int]
    kind: Kind
    what: str
    value: str
    bases: tuple[str, ...]


class File:
    """One configuration with its places, and the claims that its values make."""

    def __init__(self, path: str, document: Any) -> None:
        self.folder = posixpath.dirname(path) or "."
        self.data = table(document.data)
        self._document = document

    @property
    def here(self) -> tuple[str, ...]:
        """The folder of the file and those above it, of which the dashboard may name any."""
        return upward(self.folder)

    def get(self, where: Path) -> Any:
        """The value at a path; ``None`` where there is none."""
        value: Any = self.data
        for key in where:
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                return None
        return value

    def claim(self, where: Path, kind: Kind, what: str, bases: tuple[str, ...], *, value: str = "") -> Iterator[Claim]:
        """What the text, or each text of the list, at a path asks for."""
        for below, text in strings(self.get(where)):
            place = self._document.position((*where, *below))
            yield Claim(place, kind, what, value or text, bases)

    def listed(self, where: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The mappings of a list, or of a mapping's values, with their paths."""
        value = self.get(where)
        pairs = value.items() if isinstance(value, dict) else enumerate(listed(value))
        yield from (((*where, key), one) for key, one in pairs if isinstance(one, dict))

    def keys(self, where: Path) -> Iterator[tuple[tuple[int, int], str]]:
        """The names of a mapping with their places."""
        for key in table(self.get(where)):
            yield self._document.position((*where, key)), str(key)
