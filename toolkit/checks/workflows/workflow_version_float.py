"""Versions without quotes, which YAML reads as numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._expand import values
from toolkit.checks.workflows._workflows import scripted
from toolkit.documents import DocumentError
from toolkit.expressions import regex
from toolkit.model import EditFile, Fix
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Workflow
    from toolkit.model import Finding

_SHORTENED = regex(r"\d+\.\d*0")
_NAMED = regex(
    r"version|^(?:go|python|node|ruby|java|php|rust|toolchain|deno|dotnet|terraform|py|elixir|otp)$", re.IGNORECASE
)


class WorkflowVersionFloat(Check):
    """A version without quotes loses its last zero.

    What it checks:
        Unquoted ``3.10``, ``1.20`` and the like for keys that name versions: inputs of actions, matrix values,
        environment variables, and defaults of inputs; in composite actions, too.

    Why it matters:
        YAML reads a number: ``python-version: 3.10`` asks for Python 3.1, ``go-version: 1.20`` for Go 1.2. The tool is
        not found, or a much older one is used.

    How to fix:
        Put the version into quotes.

    Fix safety:
        Safe: quotes are added, nothing else.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in scripted(context):
            for path, value in values(workflow.data):
                if isinstance(value, float) and _names_a_version(path):
                    raw = workflow.document.raw(path)
                    if _SHORTENED.fullmatch(raw):
                        yield self._finding(context, workflow, path, raw)

    def _finding(self, context: Inspection, workflow: Workflow, path: tuple[str | int, ...], raw: str) -> Finding:
        document = workflow.document
        try:
            edit = EditFile(
                workflow.path, (document.span_of(path, f'"{raw}"'),), digest_bytes(context.read(workflow.path))
            )
            fix = Fix(f'write "{raw}"', "safe", (edit,))
        except DocumentError:
            fix = Fix(f'write "{raw}"', "manual")
        place = document.place(path)
        return self.finding(
            context,
            workflow.path,
            f"{raw} without quotes is the number {float(raw):g}: another version than the one that is meant",
            line=document.text.position(place.start) if place else 0,
            evidence=f"{path[-1] if isinstance(path[-1], str) else path[-2]}: {raw}",
            fixes=(fix,),
        )


def _names_a_version(path: tuple[str | int, ...]) -> bool:
    """Whether a value is a version by its key, or by the key of the list it stands in."""
    names = [step for step in path if isinstance(step, str)]
    if names[-1:] == ["default"]:
        return names[-3:-2] == ["inputs"] and _NAMED.search(names[-2]) is not None
    settles = "with" in names or "matrix" in names or "env" in names
    return bool(names) and settles and _NAMED.search(names[-1]) is not None
