"""Paths that a job hands over to a reusable workflow of this repository, judged by what is done with them there."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._conditions import why_never
from toolkit.checks.workflows._expand import expand
from toolkit.checks.workflows._missing import Fault, faults_of
from toolkit.checks.workflows._model import Workflow
from toolkit.checks.workflows._workflows import every_workflow
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job

__all__ = ["of_call"]

_INPUT = regex(r"\$\{\{\s*(inputs\.[\w-]+)\s*\}\}", re.IGNORECASE)
_MOST = 40
"""Rows of a matrix that are followed into the called workflow."""


def of_call(context: Inspection, job: Job) -> Iterator[Fault]:
    """What the called workflow does not find because of the inputs that a job gives it, once an input and value."""
    uses = job.data.get("uses")
    given = table(job.data, "with")
    if not isinstance(uses, str) or not uses.startswith("./") or not given:
        return
    called = next((one for one in every_workflow(context) if one.path == posixpath.normpath(uses)), None)
    if called is None:
        return
    without = _found_anyway(context, called.path)
    said: set[tuple[str, str]] = set()
    for values in _rows(job, called, given):
        filled = Workflow(called.path, called.document, _filled(called.data, values))
        for inner in filled.jobs:
            for fault in faults_of(context, inner):
                name = _cause(fault, given, values)
                value = _text(values.get(_key(name), ""))
                if fault.message in without or not name or (name, value) in said:
                    continue
                said.add((name, value))
                same = fault.verdict if fault.text == value else None
                message = f"{called.path} is given {name}: {value}. {fault.message}"
                yield Fault(
                    message, value, fault.severity, (*job.path, "with", name), 0, fault.folder, same, lock=fault.lock
                )


@once_a_run
def _found_anyway(context: Inspection, path: str) -> frozenset[str]:
    """What a workflow does not find whatever it is given."""
    one = next(one for one in every_workflow(context) if one.path == path)
    return frozenset(fault.message for job in one.jobs for fault in faults_of(context, job))


def _key(name: str) -> str:
    return f"inputs.{name}".lower()


def _rows(job: Job, called: Workflow, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The known inputs: what is given, each value of a matrix by itself, and defaults."""
    fixed: dict[str, Any] = {}
    for name, about in table(called.triggers.get("workflow_call", {}), "inputs").items():
        default = table(about).get("default")
        if isinstance(default, str | int) and name not in given:
            fixed[_key(str(name))] = default
    several: dict[str, tuple[Any, ...]] = {}
    for name, value in given.items():
        several[_key(name)] = expand(value, job)[:_MOST] if isinstance(value, str) else (value,)
    fixed |= {name: texts[0] for name, texts in several.items() if len(texts) == 1}
    for index in range(max((len(texts) for texts in several.values()), default=0)):
        yield fixed | {name: texts[index] for name, texts in several.items() if index < len(texts)}


def _text(value: Any) -> str:
    """A value as GitHub writes it into a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filled(data: Any, values: Mapping[str, Any]) -> Any:
    """A workflow with inputs put in, without the jobs and steps that these switch off."""
    if isinstance(data, str):
        return _INPUT.sub(lambda match: _text(values.get(match[1].lower(), match[0])), data)
    if isinstance(data, list):
        return [_filled(item, values) for item in data]
    if not isinstance(data, dict):
        return data
    if ("run" in data or "uses" in data or "steps" in data) and why_never(data.get("if", True), values) is not None:
        return {}
    return {name: item if name == "if" else _filled(item, values) for name, item in data.items()}


def _cause(fault: Fault, given: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The input whose value stands in what is not found; empty for none."""
    paths = (fault.text, fault.verdict.path if fault.verdict else "")
    texts = {name: value for name in given if isinstance(value := values.get(_key(name)), str) and len(value) > 1}
    fitting = [name for name, text in texts.items() if any(text.removeprefix("./") in path for path in paths)]
    return max(fitting, key=lambda name: len(texts[name]), default="")
