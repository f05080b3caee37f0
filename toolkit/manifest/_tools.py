"""Names of tools in ``[toolchain]``: any is taken, because a machine may have it, but not one that only looks like a known one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from toolkit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TOOLS", "known_tools"]

T = TypeVar("T")

TOOLS = frozenset(
    {
        "agave",
        "anchor",
        "bun",
        "cargo-build-sbf",
        "deno",
        "go",
        "node",
        "npm",
        "platform-tools",
        "pnpm",
        "poetry",
        "python",
        "rust",
        "solana",
        "surfpool",
        "terraform",
        "uv",
        "yarn",
    }
)
"""What a subproject or a pin can ask for."""


def known_tools(given: Mapping[str, T]) -> Mapping[str, T]:
    """The tools as they are given.

    Raises:
        ConfigurationError: one is almost called as a known tool, so that its pin would decide nothing.
    """
    for name in given:
        if name in TOOLS:
            continue
        import difflib

        near = difflib.get_close_matches(name, TOOLS, 1, 0.8)
        if near:
            raise ConfigurationError(f'toolkit.toml: unknown tool "toolchain.{name}"', f'did you mean "{near[0]}"?')
    return given
