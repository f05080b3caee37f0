"""Variables of compose that only go through to a program which does without them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.files import files
from toolkit.checks.references._compose.sections import builds
from toolkit.checks.references._environment.needs import reads
from toolkit.checks.references._environment.renamed import OF_RUNTIMES, RELAXED, is_reader
from toolkit.checks.references._environment.variable_names import renamed
from toolkit.checks.references._services import CODE, environment
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path

__all__ = ["does_without", "read_instead"]

_NEEDED = regex(r"PASS|_USER|USERNAME|_DB$|DATABASE|SECRET")


def does_without(context: Inspection, compose: Compose, where: Path, name: str) -> bool:
    """Whether a variable is only handed on, under some name, to a program that may do without it."""
    service = compose.services.get(str(where[1])) if where[0] == "services" else None
    if service is None or where[2] != "environment":
        return False
    key, plain = _pair(compose, where)
    if plain not in (f"${name}", f"${{{name}}}"):
        return False
    if "build" not in service:
        return key == name and not _NEEDED.search(name)
    folders = _contexts(compose, str(where[1]))
    code = [path for folder in folders for path in context.below(folder) if path.endswith(CODE)]
    if (
        not code
        or any(path.endswith(RELAXED) for path in code)
        or OF_RUNTIMES.match(key)
        or "__" in key
        or "_" not in key
    ):
        return False
    return _is_unread(context, key, folders)


def read_instead(context: Inspection, compose: Compose, where: Path) -> str:
    """The variable by which the program of a built service reads what a place hands on under another name; empty for none."""
    folders = _contexts(compose, str(where[1])) if where[0] == "services" else ()
    read = {name for folder in folders if folder != "." for name in reads(context, folder)}
    return renamed(_pair(compose, where)[0], read) if read else ""


def _pair(compose: Compose, where: Path) -> tuple[str, str]:
    """The name and the value of a variable of a service."""
    value = str(compose.document.get(where))
    key, _, plain = (str(where[-1]), "", value) if isinstance(where[-1], str) else value.partition("=")
    return key, plain


def _contexts(compose: Compose, service: str) -> tuple[str, ...]:
    """The folders from which a service is built."""
    return tuple(compose.at(build.context) for build in builds(compose) if build.service == service)


@once_a_run
def _is_unread(context: Inspection, name: str, folders: tuple[str, ...]) -> bool:
    """Whether no source below some folders reads a variable, or each that does has a value of its own for an empty one."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    kept = re.compile(rf"(?<!\w){re.escape(name)}[\"'`]?\s*[\])]?\s*(?:\|\||or\b)")
    lower = name.lower()
    readers = (
        (path, text)
        for path, text, low in _texts(context)
        if lower in low and any(below(folder, path) for folder in folders)
    )
    found = [(path, text) for path, text in readers if is_reader(path, text, name, handed_on=False)]
    return all(path.endswith(CODE) and len(word.findall(text)) == len(kept.findall(text)) for path, text in found)


@once_a_run
def _texts(context: Inspection) -> tuple[tuple[str, str, str], ...]:
    """The files that speak of any variable which compose hands on as it is, each with its text, also in small letters."""
    names = {
        name for compose in files(context) for _, value in compose.values("environment") for name in _handed(value)
    }
    globs = [f"*{ending}" for ending in (*CODE, ".jsx", ".sh", ".ex", ".exs", ".conf", ".template")]
    paths = files_with(context, sorted(names), globs, ignore_case=True, everything=True) if names else ()
    texts = ((path, text_of(context, path, errors="replace")) for path in paths)
    return tuple((path, text, text.lower()) for path, text in texts)


def _handed(value: Any) -> Iterator[str]:
    """The variables of a container that are one of the machine's; a name of one word is everybody's."""
    yield from (name for name, given in environment(value).items() if str(given).startswith("$") and "_" in name)
