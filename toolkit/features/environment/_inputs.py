"""What decides an environment: a handful of files, read whole, and nothing else of the tree.

``.envrc`` lists and joins the same files in bash (see :func:`joined`), so the rule is kept simple:
named files, then what lies in ``nix/``, sorted byte by byte.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from toolkit.system.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["NAMED", "changed", "digest", "joined", "read"]

NAMED = ("flake.nix", "flake.lock", "toolkit.toml", "rust-toolchain", "rust-toolchain.toml")
FOLDER = "nix"
_GENERATION = "1"
"""Raised when environments made before must not be used any more."""

Inputs = tuple[tuple[str, bytes], ...]


def read(root: Path) -> Inputs:
    """The files that decide, with their content, in the order that ``.envrc`` has them.

    Raises:
        OSError: one is there and cannot be read.
    """
    folder = root / FOLDER
    below = sorted(f"{FOLDER}/{path.name}" for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    names = [name for name in NAMED if (root / name).is_file()]
    return tuple((name, read_bounded(root / name)) for name in (*names, *below) if not name.startswith("nix/."))


def joined(inputs: Inputs) -> bytes:
    """All of them as one text, which ``.envrc`` compares with what it reads itself."""
    return b"".join(b"== %s\n%s\n" % (name.encode("utf-8", "surrogateescape"), content) for name, content in inputs)


def digest(inputs: Inputs, *facts: str) -> str:
    """sha256 in hex of the files and of what else decides: system, Nix's version, shell, provider."""
    total = hashlib.sha256()
    for part in (_GENERATION, *facts):
        total.update(part.encode("utf-8", "surrogateescape") + b"\0")
    total.update(joined(inputs))
    return total.hexdigest()


def changed(before: bytes, inputs: Inputs) -> tuple[str, ...]:
    """The names of the files that differ from a joined text, for a message."""
    parts = {part.partition(b"\n")[0]: part for part in (b"\n" + before).split(b"\n== ") if part}
    now = {part.partition(b"\n")[0]: part for part in (b"\n" + joined(inputs)).split(b"\n== ") if part}
    names: Iterable[bytes] = (name for name in {**parts, **now} if _text(parts, name) != _text(now, name))
    return tuple(sorted(name.decode("utf-8", "surrogateescape") for name in names))


def _text(parts: dict[bytes, bytes], name: bytes) -> bytes:
    return parts.get(name, b"").rstrip(b"\n")
