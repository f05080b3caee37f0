"""Names in expressions: contexts and functions that GitHub does not know, members that are always empty."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks._shell import commands
from toolkit.checks.workflows._conditions import EXPRESSION, tokens_of
from toolkit.checks.workflows._expand import values
from toolkit.checks.workflows._model import needed
from toolkit.checks.workflows._situations import OF_GITHUB
from toolkit.checks.workflows._workflows import actions, every_workflow
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step, Workflow
    from toolkit.model import Severity

__all__ = ["Fault", "faults_of_names", "line_of"]

Fault = tuple[tuple[str | int, ...] | int, str, str, "Severity"]
"""Where (a place, or a line), what is wrong, evidence, how bad it is."""

_CONTEXTS = frozenset(
    {"github", "env", "vars", "job", "jobs", "runner", "steps", "secrets", "strategy", "matrix", "needs", "inputs"}
)
_FUNCTIONS = (
    "contains", "startswith", "endswith", "format", "join", "tojson", "fromjson", "hashfiles", "success", "always", "cancelled", "failure",
    "case",
)  # fmt: skip
_PARTS = {"needs": ("outputs", "result"), "jobs": ("outputs", "result"), "steps": ("outputs", "outcome", "conclusion")}
"""What is known of a job and of a step."""
_IS = {
    "github": "a member of github", "needs": "a job it needs", "steps": "the id of a step", "matrix": "in its matrix", "inputs": "an input",
    "jobs": "a job", "secrets": "a secret that a caller hands over",
}  # fmt: skip
"""What a member of a context would be."""
_FOREIGN = frozenset(
    {"toupper", "tolower", "upper", "lower", "replace", "split", "trim", "substring", "length", "len", "default", "not"}
)
"""Functions of other languages that are written out of habit."""
_WORDS = frozenset({"true", "false", "null", "nan", "infinity"})
_WRITES = regex(r"github_output|::set-output")
_LITERAL = regex(r"(?:\b(?:echo|printf)\s+(?:-\w+\s+)?[\"']?|::set-output name=)(?P<name>[\w-]+)(?:=|<<|::)")
_RUNS_OTHERS = regex(
    r"(?:^|[\s;&|(])(?:\./|bash|sh|python3?|node|npm|npx|pnpm|yarn|bun|make|just|task|go run|cargo run|dotnet|ruby|perl|pwsh|source|\.)(?=\s|\w|$)"
)


_PLAIN = frozenset(
    {
        "echo", "printf", "ls", "cat", "cd", "git", "grep", "mkdir", "cp", "mv", "rm", "test", "[", "[[", "set", "export", "curl", "jq", "sed",
        "awk", "date", "true", ":", "exit", "sleep", "head", "tail", "find", "touch", "chmod", "tar", "pwd",
    }
)  # fmt: skip
"""Programs that set no output by themselves."""
_WRAPPED = regex(r"\b(?:terraform|tofu|terragrunt)\b")
"""Programs whose set-up action puts a script around them that sets outputs."""


def faults_of_names(context: Inspection, workflow: Workflow) -> Iterator[Fault]:
    """Every fault of a name in the expressions of a workflow or an action, one for each name and job."""
    known = {job.id: _Members(context, workflow, job) for job in workflow.jobs}
    whole = _Members(context, workflow, None)
    said: set[tuple[str, str]] = set()
    for path, value in values(workflow.data):
        if not isinstance(value, str) or ("${{" not in value and path[-1:] != ("if",)):
            continue
        job_id = "runs" if workflow.is_action else str(path[1]) if path[:1] == ("jobs",) and len(path) > 2 else ""
        bare = path[-1:] == ("if",) and "${{" not in value
        for text in (value,) if bare else EXPRESSION.findall(value):
            for name, cause, message, severity in _faults(text, path, known.get(job_id, whole)):
                if (job_id, cause) not in said:
                    said.add((job_id, cause))
                    yield line_of(workflow, path, name), message, name, severity


def _faults(text: str, path: tuple[str | int, ...], members: _Members) -> Iterator[tuple[str, str, str, Severity]]:
    """Names that are wrong, each with the part of it that is the cause, and what is wrong in words."""
    for name, calls in _names(text):
        root = name.partition(".")[0].lower()
        if calls:
            near = likely(root, _FUNCTIONS, 0.7)
            if root not in _FUNCTIONS and (near or root in _FOREIGN):
                hint = f"; {near!r} is" if near else ""
                yield name, name, f"{name!r} is no function of expressions{hint}: GitHub refuses the workflow", "error"
        elif root not in _CONTEXTS and root not in _WORDS and path[-1:] != ("if",):
            near = likely(root, sorted(_CONTEXTS), 0.6)
            hint = f"; {near!r} is" if near else ""
            yield name, root, f"{root!r} is not known in expressions{hint}: GitHub refuses the workflow", "error"
        else:
            cause, why = members.why_empty(name, path)
            if why:
                yield name, cause, f"{name} is always empty: {why}", "warning"


def _names(text: str) -> Iterator[tuple[str, bool]]:
    """Names with what hangs on them by dots, and whether each is called as a function."""
    try:
        tokens = tokens_of(text)
    except ValueError:
        return  # told as an expression that cannot be read
    at = 0
    while at < len(tokens):
        kind, name = tokens[at]
        at += 1
        if kind != "name":
            continue
        while tokens[at : at + 1] == [("operator", ".")] and tokens[at + 1 : at + 2] and tokens[at + 1][0] == "name":
            name += f".{tokens[at + 1][1]}"
            at += 2
        if tokens[at - 1][0] == "name" and not _hangs(tokens, at - 1 - 2 * name.count(".")):
            yield name, tokens[at : at + 1] == [("operator", "(")]


def _hangs(tokens: list[tuple[str, str]], at: int) -> bool:
    """Whether a name is a member of what stands before it."""
    return at > 0 and tokens[at - 1] == ("operator", ".")


class _Members:
    """What the contexts of a job have; without a job those of the workflow's own outputs."""

    def __init__(self, context: Inspection, workflow: Workflow, job: Job | None) -> None:
        self.context, self.workflow = context, workflow
        self.steps = job.steps if job else ()
        self.known = _known(workflow, job) if job else {"jobs": {one.id.lower() for one in workflow.jobs}}
        secrets = _handed_over(context, workflow) if job and "environment" not in job.data else None
        self.known |= {"secrets": secrets} if secrets is not None else {}

    def why_empty(self, name: str, path: tuple[str | int, ...]) -> tuple[str, str]:
        """The part of a name that is not there, and why the name is always empty; empty where it may be something."""
        parts = name.lower().split(".")
        if len(parts) < 2:
            return "", ""
        scope, member = parts[:2]
        # A condition with a member of github is another check's.
        names = OF_GITHUB if scope == "github" and path[-1:] != ("if",) else self.known.get(scope)
        if names is not None and member not in names:
            return f"{scope}.{member}", _not_in(member, names, _IS[scope])
        if scope in _PARTS and len(parts) > 2 and parts[2] not in _PARTS[scope]:
            return name, f"{parts[2]!r} is none of {', '.join(_PARTS[scope])}"
        if scope in _PARTS and len(parts) > 3 and parts[2] == "outputs":
            given = self._outputs_of_step(member) if scope == "steps" else self._outputs_of_job(member)
            if given is not None and not given(parts[3]):
                return name, f"{parts[1]} has no output {parts[3]!r}"
        return "", ""

    def _outputs_of_job(self, name: str) -> Callable[[str], bool] | None:
        job = next((one for one in self.workflow.jobs if one.id.lower() == name), None)
        if job is None:
            return None
        outputs: Any = job.data.get("outputs", {})
        called = job.data.get("uses")
        if isinstance(called, str):
            one = next((one for one in every_workflow(self.context) if called == f"./{one.path}"), None)
            if one is None:
                return None
            outputs = one.triggers.get("workflow_call", {}).get("outputs") or {}
        if not isinstance(outputs, dict):
            return None
        return {str(key).lower() for key in outputs}.__contains__

    def _outputs_of_step(self, name: str) -> Callable[[str], bool] | None:
        """Whether a step may set an output of a name; ``None`` where that cannot be told."""
        step = next((one for one in self.steps if str(one.data.get("id", "")).lower() == name), None)
        if step is None:
            return None
        if step.uses.startswith("./"):
            return _outputs_of_action(self.context, step)
        names = _written(step.script)
        return None if names is None else names.__contains__


def _written(script: str) -> set[str] | None:
    """The outputs that a script sets, in lower case; ``None`` where it may set others."""
    found: set[str] = set()
    for line in script.lower().splitlines():
        if _WRITES.search(line):
            match = _LITERAL.search(line)
            if match is None:
                return None  # what a group or another command prints
            found.add(match["name"])
    plain = all(one.words[0] in _PLAIN for one in commands(script))
    return (
        None if not script or _RUNS_OTHERS.search(script) or not (plain or found) or _WRAPPED.search(script) else found
    )


def _outputs_of_action(context: Inspection, step: Step) -> Callable[[str], bool] | None:
    folder = posixpath.normpath(step.uses)
    action = next((one for one in actions(context) if posixpath.dirname(one.path) == folder), None)
    outputs = action.data.get("outputs") or {} if action is not None else None
    return {str(key).lower() for key in outputs}.__contains__ if isinstance(outputs, dict) else None


def _not_in(name: str, known: set[str] | frozenset[str], what: str) -> str:
    near = likely(name, sorted(known), 0.7)
    return f"{name!r} is not {what}" + (f"; {near!r} is" if near else "")


def _handed_over(context: Inspection, workflow: Workflow) -> set[str] | None:
    """The secrets of a workflow that others only call; ``None`` where it may have all, or callers elsewhere."""
    own = workflow.triggers.get("workflow_call", {}).get("secrets") or {}
    called = (
        job for one in every_workflow(context) for job in one.jobs if job.data.get("uses") == f"./{workflow.path}"
    )
    given = [job.data.get("secrets") or {} for job in called]
    if (
        set(workflow.triggers) != {"workflow_call"}
        or not given
        or not all(isinstance(one, dict) for one in (own, *given))
    ):
        return None
    return {"github_token", *(str(name).lower() for one in (own, *given) for name in one)}


def _known(workflow: Workflow, job: Job) -> dict[str, set[str]]:
    """The names that ``needs.``, ``steps.``, ``matrix.`` and ``inputs.`` have; left out where they are computed."""
    found = {"needs": {name.lower() for name in needed(job)}}
    steps = job.data.get("steps")
    if isinstance(steps, list) and all(isinstance(step, dict) for step in steps):
        found["steps"] = {str(step.data["id"]).lower() for step in job.steps if "id" in step.data}
    strategy = job.data.get("strategy")
    matrix = table(strategy).get("matrix")
    if matrix is None and strategy is None:
        found["matrix"] = set()
    elif isinstance(matrix, dict) and isinstance(matrix.get("include", []), list):
        include = [item for item in matrix.get("include", []) if isinstance(item, dict)]
        found["matrix"] = {str(key).lower() for item in (matrix, *include) for key in item}
    if isinstance(job.data.get("needs"), str) and "${{" in job.data["needs"]:
        del found["needs"]
    if workflow.is_action:
        del found["needs"], found["matrix"]
    inputs = workflow.data.get("inputs") if workflow.is_action else _given(workflow)
    if isinstance(inputs, dict) or inputs is None:
        found["inputs"] = {str(key).lower() for key in inputs or ()}
    return found


def _given(workflow: Workflow) -> Any:
    """What a caller, or a person who starts it, may give a workflow."""
    found: dict[str, Any] = {}
    for event in ("workflow_call", "workflow_dispatch"):
        inputs = workflow.triggers.get(event, {}).get("inputs")
        if inputs is not None and not isinstance(inputs, dict):
            return ()
        found |= inputs or {}
    return found


def line_of(workflow: Workflow, path: tuple[str | int, ...], text: str) -> int:
    """The line of a text within a value."""
    place = workflow.document.place(path)
    at = workflow.document.text.content.find(text, place.start, place.end) if place else -1
    return workflow.document.text.line(at) if at >= 0 else workflow.document.line(path)
