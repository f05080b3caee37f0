"""Variables of compose that only go through to a program which does without them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose_sections import builds
from toolkit.checks.references._env_renamed import OF_RUNTIMES, RELAXED, is_read
from toolkit.checks.references._services import CODE
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.documents import Path

__all__ = ["does_without"]

_NEEDED = regex(r"PASS|_USER|USERNAME|_DB$|DATABASE|SECRET")


def does_without(context: Inspection, compose: Compose, where: Path, name: str) -> bool:
    """Whether a variable is only handed on, under some name, to a program that may do without it.

    Args:
        context: the run.
        compose: the file.
        where: the value that uses the variable.
        name: the variable.
    """
    service = compose.services.get(str(where[1])) if where[0] == "services" else None
    if service is None or where[2] != "environment":
        return False
    value = str(compose.document.get(where))
    key, _, plain = (str(where[-1]), "", value) if isinstance(where[-1], str) else value.partition("=")
    if plain not in (f"${name}", f"${{{name}}}"):
        return False
    if "build" not in service:
        return key == name and not _NEEDED.search(name)
    code = [
        path
        for build in builds(compose)
        if build.service == where[1]
        for path in context.below(compose.at(build.context))
        if path.endswith(CODE)
    ]
    if not code or any(path.endswith(RELAXED) for path in code) or OF_RUNTIMES.match(key) or "__" in key:
        return False
    return not is_read(context, key, handed_on=False) or _has_default(context, key)


@once_a_run
def _has_default(context: Inspection, name: str) -> bool:
    """Whether every source that reads a variable has a value of its own for an empty one."""
    word = re.compile(rf"(?<![\w]){name}(?!\w)")
    kept = re.compile(rf"(?<![\w]){name}[\"'`]?\s*[\])]?\s*(?:\|\||or\b)")
    texts = [
        text_of(context, path, errors="replace")
        for path in files_with(context, (name,), everything=True)
        if path.endswith(CODE)
    ]
    return bool(texts) and all(len(word.findall(text)) == len(kept.findall(text)) for text in texts)
