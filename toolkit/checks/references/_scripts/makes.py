"""What commands of a script may make or bring, so that what comes after need not be there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks.references._scripts.text import DEFAULT
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._scripts.rows import Row

__all__ = ["brings", "may_bring"]

_READS = frozenset(
    {"cd", "pushd", "ls", "cat", "chmod", "grep", "head", "tail", "wc", "kubectl", "helm", "du", "source", ".", "find", "stat", "echo",
     "printf", "scp", "rsync", "docker", "bash", "sh", "psql", "test", "[", "[[", "log", "info", "envsubst", "sed", "pytest", "mypy",
     "flake8", "ruff", "pip", "pip3"}
)  # fmt: skip
"""Programs that only look at the paths they are given, as long as nothing goes into a file."""
_BRINGS = regex(
    r"\bgit (?:clone|checkout|pull|submodule|apply|worktree)\b|\bgh (?:repo clone|release download)|\bdegit\b|\bbuf generate\b|^(?:npx|bunx)\b.{0,40}\bcreate-\w"
    r"|\b(?:npm|yarn|pnpm|bun) create\b|\btar x|\btar -x|\bunzip\b|\bterraform output\b|\baws s3 (?:cp|sync) s3:|\bdocker cp \S+:"
)
_INTO = regex(r"-o(?:ut)?|--?(?:[\w-]+[_-])?out(?:put|_?dir)?(?:[_-](?:dir|file|path|directory))?(?==|$)")
"""Options that name the folder or file that is written into."""


def brings(row: Row) -> bool:
    """Whether a command fetches, unpacks or makes files that nobody can name."""
    return row.words[0] not in ("echo", "printf") and _BRINGS.search(" ".join(row.words)) is not None


def _told_into(row: Row) -> Iterator[str]:
    """The folders that a command is told to write into, as ``--go_out=DIR`` says; what it makes below them is its own."""
    given = (word.partition("=") for word in row.words if _INTO.match(word))
    following = (value for before, value in pairwise(row.words) if _INTO.fullmatch(before.rstrip("=")))
    # protoc takes settings of its plugins before the folder, behind a colon.
    for value in (*(value.rpartition(":")[2] for _, _, value in given if value), *following):
        if (into := path_from(row.cwd or "$", value)).strip("./"):
            yield into.replace(DEFAULT, "")


def may_bring(rows: list[Row], name: str, whole: str) -> bool:
    """Whether a command before may make what has a name, or a path as it is written, or anything."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    for row in rows:
        # Some programs put the ending to the name that they are given.
        if any(f"{whole}/".startswith((f"{one}/", f"{one}.")) for one in _told_into(row)):
            return True
        text = " ".join(row.words).replace(DEFAULT, "")
        written = any(word.lstrip("0123456789&").startswith(">") for word in row.words)
        program = (
            row.words[2] if row.words[:2] in (("python", "-m"), ("python3", "-m")) and row.words[2:] else row.words[0]
        )
        if brings(row) or (word.search(text) and (written or program not in _READS)):
            return True
    return False
