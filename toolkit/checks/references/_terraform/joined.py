"""Paths that Terraform's expressions join of the place of the configuration and of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

__all__ = ["joined"]

_MADE = regex(
    r"""(?:(?<![\w.-])(\w+)\(\s*)?(?<![\w.-])(?:join\(\s*"/"\s*,\s*\[([^\[\]]{1,1000})\]|format\(\s*"([^"\\]{1,500})"\s*,([^()\[\]]{1,1000}))\s*,?\s*\)"""
)
_PART = regex(r'path\.(?:module|root)|"[^"\\]*"')


def joined(expression: str) -> Iterator[tuple[str, str, int]]:
    """Each path that ``join("/", [...])`` and ``format("%s/...", ...)`` make of known parts: the function that reads it, the path as a text, the offset."""
    for match in _MADE.finditer(expression) if "path." in expression else ():
        parts = [one.strip() for one in (match[2] or match[4]).split(",")]
        if not parts[-1]:
            parts.pop()  # a comma may end a list
        if not all(map(_PART.fullmatch, parts)):
            continue
        texts = [one.strip('"') if one.startswith('"') else f"${{{one}}}" for one in parts]
        written = "/".join(texts) if match[2] else _formatted(match, texts)
        if written:
            yield match[1] or "", written, match.start()


def _formatted(match: re.Match[str], texts: list[str]) -> str:
    """What ``format`` makes of a pattern with nothing but ``%s``; empty for any other."""
    pattern = match[3]
    plain = pattern.count("%") == pattern.count("%s") == len(texts)
    return pattern % tuple(texts) if plain else ""
