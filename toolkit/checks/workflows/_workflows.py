"""The workflows that GitHub runs, read once for all checks: jobs, steps, the folders that steps work in."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._shell import commands
from toolkit.context import Unreadable
from toolkit.documents import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._shell import Simple
    from toolkit.documents.yaml import Document

__all__ = [
    "FOLDER", "Job", "Step", "Workflow", "choices", "every_workflow", "expand", "is_called", "is_on", "is_workflow", "needed", "values", "workflows",
]  # fmt: skip

FOLDER = ".github/workflows"
_ENDINGS = (".yml", ".yaml")
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_WORKSPACE = re.compile(r"(?:\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?)(?:/|$)")
_MAX_VARIANTS = 64


@dataclass(frozen=True)
class Step:
    """One step.

    Args:
        index: its 0-based place.
        data: as written.
        path: where it stands in the document.
    """

    job: Job = field(repr=False)
    index: int
    data: dict[str, Any]
    path: tuple[str | int, ...]

    @property
    def uses(self) -> str:
        """The action with its version, or empty."""
        found = self.data.get("uses")
        return found if isinstance(found, str) else ""

    @property
    def action(self) -> str:
        """The action without version, in lower case."""
        return self.uses.partition("@")[0].lower()

    @property
    def inputs(self) -> dict[str, Any]:
        """``with``; empty where there is none."""
        found = self.data.get("with")
        return found if isinstance(found, dict) else {}

    @property
    def script(self) -> str:
        """``run`` of a POSIX shell; empty for other shells and for actions."""
        found = self.data.get("run")
        return found if isinstance(found, str) and self.is_posix else ""

    @property
    def shell(self) -> str:
        """The shell that is asked for; empty for the runner's own."""
        for scope in (self.data, _run_defaults(self.job.data), _run_defaults(self.job.workflow.data)):
            if isinstance(scope.get("shell"), str):
                return str(scope["shell"])
        return ""

    @property
    def is_posix(self) -> bool:
        """Whether its script is one of sh or bash."""
        shell = self.shell
        if shell:
            return shell.split()[0].rpartition("/")[2] in ("bash", "sh") or shell.startswith(("nix ", "nix-shell"))
        return not self.job.on_windows

    @property
    def commands(self) -> tuple[Simple, ...]:
        """The simple commands of its script."""
        return commands(self.script)

    @property
    def job_folders(self) -> tuple[str, ...]:
        """The folders of all steps of its job, to say from where else a path would be right."""
        return tuple(
            dict.fromkeys(folder for step in self.job.steps for folder in step.folders if step.data.get("run"))
        )

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder it may run in, relative to the workspace; empty where that is not known."""
        for scope in (self.data, _run_defaults(self.job.data), _run_defaults(self.job.workflow.data)):
            if isinstance(scope.get("working-directory"), str):
                return expand(scope["working-directory"], self.job)
        return (".",)

    def line(self, index: int = 0) -> int:
        """The line in the file of a line of the script."""
        document = self.job.workflow.document
        path = (*self.path, "run")
        node = document.node(path)
        at = document.value_line(path)
        if node is not None and node.resolved.style == "|":
            return at + 1 + index
        return at + 1 if node is not None and node.resolved.style == ">" else at


@dataclass(frozen=True)
class Job:
    """One job of a workflow."""

    workflow: Workflow = field(repr=False)
    id: str
    data: dict[str, Any]

    @property
    def path(self) -> tuple[str | int, ...]:
        """Where it stands in the document."""
        return ("jobs", self.id)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps, those that are mappings."""
        found = self.data.get("steps")
        items = found if isinstance(found, list) else []
        return tuple(
            Step(self, index, item, ("jobs", self.id, "steps", index))
            for index, item in enumerate(items)
            if isinstance(item, dict)
        )

    @property
    def runners(self) -> tuple[str, ...]:
        """Labels of the runners it may take, matrix values put in."""
        asked = self.data.get("runs-on")
        asked = asked.get("labels") if isinstance(asked, dict) else asked
        labels = asked if isinstance(asked, list) else [asked]
        return tuple(text for label in labels if isinstance(label, str) for text in expand(label, self))

    @property
    def on_windows(self) -> bool:
        """Whether it may run on Windows, where scripts are PowerShell's unless they say otherwise."""
        asked = self.data.get("runs-on")
        return any("windows" in label.lower() for label in self.runners) or (
            isinstance(asked, str) and "${{" in asked and not self.runners
        )

    def repository_path(self, text: str, before: int | None = None) -> str | None:
        """A path of the workspace as a path of this repository; ``None`` where nothing can be said.

        A checkout may put the repository into a folder, and other repositories beside or in place of it.

        Args:
            text: relative to the workspace.
            before: the index of the step that names it.
        """
        text = _WORKSPACE.sub("./", text.strip(), count=1)
        if not text or text.startswith(("/", "~", "$")) or "${" in text or "$" in text or "\\" in text or "`" in text:
            return None
        path = posixpath.normpath(text)
        homes = []
        for step in self.steps[:before]:
            if step.action.startswith("actions/checkout"):
                where = step.inputs.get("path") or "."
                own = "repository" not in step.inputs and _same_commit(step.inputs)
                homes.append((posixpath.normpath(str(where)), own))
        homes.reverse()  # of two checkouts into one folder the later one counts
        for home, own in sorted(homes, key=lambda item: -len(item[0])):
            if home in (".", path) or path.startswith(f"{home}/"):
                inner = path if home == "." else posixpath.relpath(path, home)
                return inner if own and "${" not in home else None
        return None


@dataclass(frozen=True)
class Workflow:
    """A workflow of the repository's root."""

    path: str
    document: Document = field(repr=False)
    data: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """The name GitHub knows it by."""
        found = self.data.get("name")
        return found if isinstance(found, str) and found else self.path

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Its jobs, those that are mappings."""
        found = self.data.get("jobs")
        items = found.items() if isinstance(found, dict) else ()
        return tuple(Job(self, name, item) for name, item in items if isinstance(item, dict))

    @property
    def steps(self) -> Iterator[Step]:
        """The steps of all jobs."""
        return (step for job in self.jobs for step in job.steps)

    @property
    def triggers(self) -> dict[str, dict[str, Any]]:
        """Events with their filters."""
        found = self.data.get("on")
        if isinstance(found, str):
            return {found: {}}
        if isinstance(found, list):
            return {item: {} for item in found if isinstance(item, str)}
        if isinstance(found, dict):
            return {name: item if isinstance(item, dict) else {} for name, item in found.items()}
        return {}

    @property
    def is_library(self) -> bool:
        """Whether it only runs when another workflow calls it, perhaps one of another repository."""
        return set(self.triggers) == {"workflow_call"}


def is_workflow(path: str) -> bool:
    """Whether GitHub reads a file as a workflow: directly in the root's folder."""
    return posixpath.dirname(path) == FOLDER and path.endswith(_ENDINGS)


def every_workflow(context: Inspection) -> tuple[Workflow, ...]:
    """All workflows at the root that can be read; ``config-unparsable`` speaks of the others."""
    found: tuple[Workflow, ...] | None = context.shared.get("workflows")
    if found is None:
        listed = sorted(path for path in context.below(FOLDER) if is_workflow(path))
        dropped = context.inventory.ignored(path for path in listed if path not in context.inventory.tracked_set)
        found = tuple(_read(context, [path for path in listed if path not in dropped]))
        context.shared["workflows"] = found
    return found


def workflows(context: Inspection) -> Iterator[Workflow]:
    """The workflows to report on: all, or those that ``--changed`` leaves."""
    return (one for one in every_workflow(context) if context.focus is None or one.path in context.focus)


def is_called(context: Inspection, workflow: Workflow) -> bool:
    """Whether a job of this repository calls a reusable workflow."""
    return any(
        isinstance(job.data.get("uses"), str) and job.data["uses"].partition("@")[0].endswith(workflow.path)
        for one in every_workflow(context)
        for job in one.jobs
    )


def _read(context: Inspection, paths: list[str]) -> Iterator[Workflow]:
    for path in paths:
        try:
            document = context.document(path, yaml.parse)
        except Unreadable:
            continue
        if isinstance(document.data, dict):
            yield Workflow(path, document, document.data)


def expand(text: str, job: Job) -> tuple[str, ...]:
    """Every text that ``${{ matrix.x }}`` and ``${{ env.x }}`` in it can make; none if an expression is not known."""
    names = [match.strip() for match in _EXPRESSION.findall(text)]
    if not names:
        return (text,)
    given: list[tuple[str, ...]] = []
    for name in names:
        if name == "github.workspace":
            given.append(("${{ github.workspace }}",))
            continue
        found = choices(name, job)
        if not found:
            return ()
        given.append(found)
    pieces = _EXPRESSION.split(text)[::2]
    made = []
    for combination in islice(product(*given), _MAX_VARIANTS):
        filled = zip(pieces, (*combination, ""), strict=True)
        made.append("".join(piece + value for piece, value in filled))
    return tuple(dict.fromkeys(made))


def choices(name: str, job: Job) -> tuple[str, ...]:
    """Every value of ``matrix.x`` or ``env.x`` as text; none where part of them is not known."""
    scope, _, key = name.partition(".")
    found: list[Any] = []
    if scope == "matrix":
        matrix = job.data.get("strategy", {}).get("matrix") if isinstance(job.data.get("strategy"), dict) else None
        found = _of_matrix(matrix, key)
    elif scope == "env":
        for data in (job.data, job.workflow.data):
            env = data.get("env")
            if isinstance(env, dict) and key in env:
                found = [env[key]]
                break
    texts = [str(value) for value in found if isinstance(value, str | int | float) and not isinstance(value, bool)]
    return tuple(texts) if texts and len(texts) == len(found) and not any("${{" in text for text in texts) else ()


def _of_matrix(matrix: Any, key: str) -> list[Any]:
    """Values of ``matrix.key``, ``matrix.key.inner`` too; empty where part of them is computed."""
    if not isinstance(matrix, dict):
        return []
    first, _, inner = key.partition(".")
    listed = matrix.get(first, [])
    include = matrix.get("include", [])
    if not isinstance(listed, list) or not isinstance(include, list):
        return []
    found = [*listed, *(item[first] for item in include if isinstance(item, dict) and first in item)]
    if inner:
        return [item.get(inner) for item in found if isinstance(item, dict)]
    return found


def is_on(value: Any) -> bool:
    """Whether a switch is on, as it is written or by a plain expression."""
    return value is True or (isinstance(value, str) and value.replace(" ", "").lower() in ("true", "${{true}}"))


def needed(job: Job) -> list[str]:
    """The jobs that a job names in ``needs``; computed names are left out."""
    given = job.data.get("needs")
    found = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    return [item for item in found if isinstance(item, str) and "${{" not in item]


def values(data: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every scalar of plain data with its path, in the order of the file."""
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += reversed([((*path, key), item) for key, item in value.items()])
        elif isinstance(value, list):
            stack += reversed([((*path, index), item) for index, item in enumerate(value)])
        else:
            yield path, value


def _run_defaults(data: dict[str, Any]) -> dict[str, Any]:
    defaults = data.get("defaults")
    run = defaults.get("run") if isinstance(defaults, dict) else None
    return run if isinstance(run, dict) else {}


def _same_commit(inputs: dict[str, Any]) -> bool:
    """Whether a checkout takes the commit that the workflow stands in, or one of its descendants or ancestors."""
    asked = inputs.get("ref")
    return asked in (None, "") or (isinstance(asked, str) and "github." in asked)
