"""TOML files that somebody is known to read, and those whose reader takes version 1.1 of the language: inline tables over several lines, with a comma at their end."""

from __future__ import annotations

import tomllib

from toolkit.expressions import regex

__all__ = ["READ_TOML", "is_read_as_newer"]

READ_TOML = regex(
    r"(?:^|/)(?:Cargo|pyproject|Anchor|fly|netlify|wrangler|rust-toolchain|rustfmt|clippy|foundry|Pipfile|railway|Scarb|Move|Nargo|gleam|taplo|ruff|mise|bunfig|book|config|dfx|spin)"
    r"(?:\.\w+)?(?:\.toml)?$|(?:^|/)(?:configs?|conf|settings|supabase|\.?mise)(?:/|\.[\w.-]*toml$)"
)
"""TOML that a tool or a program reads by its name."""
_OF_MISE = regex(
    r"(?:^|/)(?:\.?mise(?:\.[\w-]+)*\.toml|\.?mise/(?:config(?:\.[\w-]+)*|tasks/[^/]+|conf\.d/[^/]+)\.toml|\.config/mise(?:/[\w./-]+)?\.toml)\Z"
)
_TOKEN = regex(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""|\'\'\'(?:[^\']|\'{1,2}(?!\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n,]',
)
_MAX_CHARACTERS = 200_000


def is_read_as_newer(path: str, content: bytes) -> bool:
    """Whether a file that version 1.0 refuses is fine for its own reader.

    Args:
        path: mise reads 1.1; of other readers nothing is known.
        content: what is in it.
    """
    text = content.decode("utf-8", "replace")
    if not _OF_MISE.search(path) or len(text) > _MAX_CHARACTERS:
        return False
    try:
        tomllib.loads(_as_older(text))
    except (ValueError, RecursionError):
        return False
    return True


def _as_older(text: str) -> str:
    """A text with each inline table in one line and without its last comma."""
    kept: list[str] = []
    open_: list[str] = []
    at = 0
    for token in _TOKEN.finditer(text):
        kept.append(text[at : token.start()])
        at, sign = token.end(), token[0]
        if sign in "[{":
            open_.append(sign)
        elif sign in "]}" and open_ and open_.pop() == "{":
            _drop_comma(kept)
        inside = bool(open_) and open_[-1] == "{"
        kept.append("" if inside and (sign == "\n" or sign[0] == "#") else sign)
    return "".join((*kept, text[at:]))


def _drop_comma(kept: list[str]) -> None:
    """Take out a comma after which nothing but blanks came."""
    while kept and not kept[-1].strip() and kept[-1] != "\n":
        kept.pop()
    if kept and kept[-1] == ",":
        kept.pop()
