"""The names of logs."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.model import Subproject

__all__ = ["log_name"]


def log_name(item: Subproject) -> str:
    """The file name of a subproject's log: its folder with dashes, with a digest where that would not be unique."""
    if item.path == ".":
        return f"root.{item.ecosystem}.log"
    dashed = item.path.replace("/", "-")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in dashed)
    if plain != dashed or "-" in item.path or len(plain) > 100:
        plain = f"{plain[:80]}-{sha256(item.path.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    return f"{plain}.{item.ecosystem}.log"
