"""Pure text: files of every format a monorepo holds, read with positions and edited by spans.

Every reader takes ``bytes`` or ``str``, raises nothing but :class:`DocumentError`, and touches no file.
Paths into a document are tuples of keys and indexes: ``("jobs", "test", "steps", 0, "uses")``.
"""

from __future__ import annotations

from toolkit.documents._text import DocumentError, DocumentTooLargeError
from toolkit.documents._tree import Duplicate, Path, Place

__all__ = ["DocumentError", "DocumentTooLargeError", "Duplicate", "Path", "Place"]
