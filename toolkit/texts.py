"""Files as texts, for what looks at words and lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.context import Context

__all__ = ["NO_TEXT", "blank", "is_version_of", "line_at", "text_of"]

NO_TEXT = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".avif", ".bmp", ".tiff", ".mp4", ".webm", ".mov", ".mp3", ".wav", ".ogg",
    ".woff", ".woff2", ".ttf", ".otf", ".eot", ".pdf", ".zip", ".gz", ".tgz", ".xz", ".zst", ".7z", ".jar", ".wasm", ".so", ".dylib",
    ".dll", ".exe", ".a", ".o", ".psd", ".sketch", ".fig",
)  # fmt: skip
"""Endings of files that no one writes as text: most bytes of a repository are in them."""

_LONG = 40
"""Lines from which on two texts of one name are alike by no accident."""
_SHARED = 0.7


def text_of(context: Context, path: str, most: int | None = None, *, errors: str = "surrogateescape") -> str:
    """A file as text; empty where it cannot be read.

    Args:
        context: the run.
        path: the file.
        most: bytes beyond which it counts as empty; any number without it.
        errors: what becomes of bytes that are no UTF-8, as ``decode`` has it: kept unless the text is shown to somebody.
    """
    content = context.content(path) or b""
    return content.decode("utf-8", errors) if most is None or len(content) <= most else ""


def line_at(text: str | bytes, offset: int) -> int:
    """The 1-based line of an offset."""
    return (text.count("\n", 0, offset) if isinstance(text, str) else text.count(b"\n", 0, offset)) + 1


def is_version_of(first: str, second: str) -> bool:
    """Whether two long texts are the same one at two times: seven of ten lines of the longer stand in the other, too."""
    one, other = first.splitlines(), second.splitlines()
    longer = max(len(one), len(other))
    return longer >= _LONG and sum((Counter(one) & Counter(other)).values()) >= _SHARED * longer


def blank(text: str) -> str:
    """A text with a blank in place of each character, but for the ends of its lines."""
    return "\n".join(" " * len(line) for line in text.split("\n")) if "\n" in text else " " * len(text)
