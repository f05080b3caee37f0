"""Tools as files name them, and the files themselves as the readers of this family take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["CODENAMES", "KNOWN", "NUMBERS", "canonical", "named"]

_NAMES = {
    "nodejs": "node", "golang": "go", "python3": "python", "rustc": "rust", "solana-cli": "solana",
    "agave": "solana", "anchor-cli": "anchor",
}  # fmt: skip
KNOWN = frozenset(
    {
        "node", "python", "rust", "go", "pnpm", "npm", "yarn", "bun", "uv", "poetry", "terraform", "solana",
        "anchor", "deno", "flutter",
    }
)  # fmt: skip
CODENAMES = {
    "lts/hydrogen": "18",
    "lts/iron": "20",
    "lts/jod": "22",
    "lts/krypton": "24",
    "lts/gallium": "16",
    "lts/fermium": "14",
}
NUMBERS = regex(r"v?\d+(?:\.\d+){0,2}(?:-[\w.]+)?")


def canonical(name: str) -> str:
    """One name for each tool."""
    return _NAMES.get(name, name)


def named(context: Inspection, *names: str) -> Iterator[str]:
    """Files of these names that no package manager installed."""
    for path in context.inventory.named(*names):
        if "node_modules" not in path.split("/"):
            yield path
