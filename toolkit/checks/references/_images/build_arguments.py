"""Copies whose sources are made of build arguments that somebody gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._compose.files import all_files
from toolkit.checks.references._compose.sections import builds
from toolkit.checks.references._scripts.texts import lines
from toolkit.checks.references._services import environment
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Copy

__all__ = ["is_commanded", "is_given"]

_NAME = regex(r"\$\{?(\w+)")


def is_given(context: Inspection, path: str, copy: Copy) -> bool:
    """Whether somebody who builds a Dockerfile gives an argument of which a source of a copy is made."""
    names = {name for word in copy.instruction.words[:-1] for name in _NAME.findall(word)}
    return bool(names) and (not names.isdisjoint(_composed(context).get(path, ())) or is_commanded(context, names))


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


def is_commanded(context: Inspection, names: set[str]) -> bool:
    """Whether a script or workflow that gives arguments to builds sets one of a name."""
    needle = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(names))})(?:=|:[ \t])")
    return any(True for _ in lines(context, needle, "build-arg", "build_arg", "buildArg"))
