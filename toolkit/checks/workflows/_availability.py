"""Which contexts and functions an expression may name by the place where it stands: GitHub refuses a workflow with another one.

The places are those of GitHub's table of context availability; each was compared with actionlint 1.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._conditions import EXPRESSION
from toolkit.checks.workflows._expand import values
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Workflow
    from toolkit.documents import Path

__all__ = ["HASHES", "OF_JOB", "OF_RUN", "ROOTS", "STRING", "misplaced_names"]

ROOTS = regex(r"(?<![\w.'-])(?P<root>[A-Za-z_][\w-]*)\s*(?:\.|\[)")
"""The contexts that an expression names."""
STRING = regex(r"'(?:[^']|'')*'")
HASHES = regex(r"(?i)(?<![\w.-])hashFiles\s*\(")
_STATES = regex(r"(?i)(?<![\w.-])(?:always|cancelled|failure|success)\s*\(")
_OF_EVENT = frozenset({"github", "inputs", "vars"})
OF_JOB = _OF_EVENT | {"needs"}
"""What is known before a job has its row of a matrix, in its condition too."""
_OF_LEG = OF_JOB | {"strategy", "matrix"}
OF_RUN = _OF_LEG | {"job", "runner", "env"}
"""What is known on the machine."""
_EVERY = OF_RUN | {"secrets", "steps", "jobs"}
_WORKFLOW = {"run-name": _OF_EVENT, "concurrency": _OF_EVENT, "env": _OF_EVENT | {"secrets"}}
_JOB = {
    "strategy": OF_JOB,
    "env": _OF_LEG | {"secrets"},
    "secrets": _OF_LEG | {"secrets"},
    "defaults": _OF_LEG | {"env"},
    "outputs": OF_RUN | {"secrets", "steps"},
    "steps": OF_RUN | {"secrets", "steps"},
    **dict.fromkeys(
        (
            "concurrency", "container", "continue-on-error", "environment", "name", "runs-on", "services", "timeout-minutes", "with",
        ),
        _OF_LEG,
    ),
}  # fmt: skip
_DEEPER = {
    "credentials": _OF_LEG | {"env", "secrets"},
    "env": OF_RUN | {"secrets"},
    "url": OF_RUN | {"steps"},
}
"""Keys of a container, a service or an environment that know more."""


def misplaced_names(workflow: Workflow) -> Iterator[tuple[Path, str, str]]:
    """Expressions outside of conditions that name what is not known where they stand: place, what is wrong, evidence."""
    for key, known in _WORKFLOW.items():
        yield from _of(workflow.data.get(key), (key,), known, f"{key} of a workflow")
    for job in workflow.jobs:
        for key, known in _JOB.items():
            what = "a step" if key == "steps" else f"{key} of a job"
            yield from _of(job.data.get(key), (*job.path, key), known, what)


def _of(data: Any, path: Path, known: frozenset[str], what: str) -> Iterator[tuple[Path, str, str]]:
    key = path[-1]
    for inner, value in values(data):
        if not isinstance(value, str) or "${{" not in value or (key == "steps" and inner[-1:] == ("if",)):
            continue
        names = known
        if key in ("container", "services", "environment"):
            names = next((_DEEPER[str(one)] for one in inner if one in _DEEPER), known)
        for text in EXPRESSION.findall(value):
            plain = STRING.sub("''", text)
            used = [one["root"] for one in ROOTS.finditer(plain)]  # what is a context nowhere is told with the names
            wrong = next((one for one in used if one.lower() in _EVERY - names), "")
            if not wrong and key != "steps" and HASHES.search(plain):
                wrong = "hashFiles"
            if not wrong and (state := _STATES.search(plain)):
                wrong = state[0].rstrip("( ")
            if wrong:
                yield (*path, *inner), f"{wrong!r} is not known in {what}", text.strip()
                break
