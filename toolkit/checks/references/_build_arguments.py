"""Copies whose sources are made of build arguments, with what compose files give for these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._compose import all_files, files, filled
from toolkit.checks.references._compose_bases import other_bases
from toolkit.checks.references._compose_sections import builds
from toolkit.checks.references._dockerfiles import read
from toolkit.checks.references._scripts import lines
from toolkit.checks.references._services import environment
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.checks.references._compose_sections import Build
    from toolkit.documents import Path
    from toolkit.documents.dockerfile import Copy, Document
    from toolkit.references import Verdict

__all__ = ["Argued", "argued", "is_given"]

_NAME = regex(r"\$\{?(\w+)")
_OPEN = regex(r"[*?\[$]|^\w[\w+.-]*:|^git@")
"""What is no plain path, or not known."""


class Argued(NamedTuple):
    """A service whose argument makes a source of a copy that its build context does not hold."""

    compose: Compose
    where: Path
    text: str
    dockerfile: str
    copy: Copy
    verdict: Verdict


def argued(context: Inspection) -> Iterator[Argued]:
    """One for every service with such a copy."""
    for compose in files(context):
        for build in builds(compose) if not compose.is_aside and not other_bases(context, compose) else ():
            given = _given(compose, build)
            folder, path = build.folder, build.file
            document = read(context, path) if given and not build.is_inline and context.is_file(path) else None
            if document is not None and (folder == "." or folder in context.inventory.folders):
                found = (
                    Argued(compose, _place(compose, build, name), f"{name}={given[name]}", path, copy, verdict)
                    for copy, source, name in _sources(document, given)
                    if (verdict := resolve(context, source, folder)).kind == "missing" and not verdict.command
                )
                yield from [one for one in [next(found, None)] if one is not None]


def is_given(context: Inspection, path: str, copy: Copy) -> bool:
    """Whether somebody who builds a Dockerfile gives an argument of which a source of a copy is made."""
    names = {name for word in copy.instruction.words[:-1] for name in _NAME.findall(word)}
    return bool(names) and (not names.isdisjoint(_composed(context).get(path, ())) or _is_commanded(context, names))


def _sources(document: Document, given: dict[str, str]) -> Iterator[tuple[Copy, str, str]]:
    """The sources from the build context that an argument is a part of, filled in, each with the argument."""
    for copy in document.copies(given):
        if copy.origin or "from" in copy.instruction.flags or copy.instruction.onbuild:
            continue
        for source, word in zip(copy.sources, copy.instruction.words, strict=False):
            name = next((one for one in _NAME.findall(word) if one in given), "")
            if name and not _OPEN.search(source):
                yield copy, source.lstrip("/") or ".", name


def _given(compose: Compose, build: Build) -> dict[str, str]:
    values = environment(table(compose.services[build.service].get("build")).get("args"))
    texts = {name: filled(str(value)) for name, value in values.items() if isinstance(value, (str, int))}
    return {name: text for name, text in texts.items() if text and "$" not in text}


def _place(compose: Compose, build: Build, name: str) -> Path:
    where: Path = ("services", build.service, "build", "args")
    items = listed(compose.document.get(where))
    index = next((at for at, item in enumerate(items) if str(item).startswith(f"{name}=")), None)
    return (*where, name if index is None else index)


@once_a_run
def _composed(context: Inspection) -> dict[str, frozenset[str]]:
    """The names of the arguments that compose files give, by the Dockerfile."""
    found: dict[str, frozenset[str]] = {}
    for compose in all_files(context):
        for build in builds(compose):
            path = build.file
            names = environment(table(compose.services[build.service].get("build")).get("args"))
            found[path] = found.get(path, frozenset()) | frozenset(names)
    return found


def _is_commanded(context: Inspection, names: set[str]) -> bool:
    """Whether a script or workflow that gives arguments to builds sets one of a name."""
    needle = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(names))})(?:=|:[ \t])")
    return any(True for _ in lines(context, needle, "build-arg", "build_arg", "buildArg"))
