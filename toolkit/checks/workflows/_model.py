"""Workflows and composite actions as they are written: jobs, steps, the folders that steps work in."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks._shell import commands
from toolkit.checks.workflows._expand import expand
from toolkit.expressions import regex
from toolkit.places import listed, several, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.documents.yaml import Document

__all__ = ["Job", "Step", "Workflow", "needed"]

_OF_WINDOWS = ("", "pwsh", "powershell", "cmd")
_ALIKE = regex(r"(?:[\w@./:=,+ \n-]|\$\{\{[^{}\n]*\}\}|&& |\"[\w@./:=,+ -]*\")*")
"""A script that means the same to PowerShell, cmd and sh: words, quotes without anything to expand, ``&&``."""
_WORKSPACE = regex(r"(?:\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?)(?:/|$)")


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
        return table(self.data, "with")

    @property
    def script(self) -> str:
        """``run`` of a POSIX shell, or what means the same to one of Windows; empty for other scripts and for actions."""
        found = self.data.get("run")
        found = str(found).lower() if isinstance(found, bool) else found  # `run: true` runs the program of this name
        if not isinstance(found, str) or self.is_posix or (not self.shell and self._leaves_windows):
            return found if isinstance(found, str) else ""
        return found if self.shell.partition(" ")[0] in _OF_WINDOWS and _ALIKE.fullmatch(found) else ""

    @property
    def _leaves_windows(self) -> bool:
        """Whether a job with several systems runs the step on one that has a POSIX shell."""
        return self.job.on_others and "windows" not in str(self.data.get("if", "")).lower()

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
                return self.expand(scope["working-directory"])
        return (".",)

    def expand(self, text: str) -> tuple[str, ...]:
        """Every text that an expression in it can make in a job in which the step runs; none if one is not known."""
        return expand(text, self.job, self.data.get("if"))

    def line(self, index: int = 0) -> int:
        """The line in the file of a line of the script."""
        return self.job.workflow.document.text_line((*self.path, "run"), index)


@dataclass(frozen=True)
class Job:
    """One job of a workflow."""

    workflow: Workflow = field(repr=False)
    id: str
    data: dict[str, Any]

    @property
    def path(self) -> tuple[str | int, ...]:
        """Where it stands in the document."""
        return ("runs",) if self.workflow.is_action else ("jobs", self.id)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps, those that are mappings."""
        items = listed(self.data.get("steps"))
        return tuple(
            Step(self, index, item, (*self.path, "steps", index))
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

    @property
    def on_others(self) -> bool:
        """Whether it certainly runs on a system with a POSIX shell, too."""
        return any(label.lower().startswith(("ubuntu", "macos")) for label in self.runners)

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
            if "checkout" in step.action.rpartition("/")[2]:
                where = step.inputs.get("path") or "."
                own = "repository" not in step.inputs and _same_commit(step.inputs)
                homes.append((posixpath.normpath(str(where)), own))
        if self.workflow.is_action and not homes:
            homes.append((".", True))  # an action is called by its path after a checkout
        homes.reverse()  # of two checkouts into one folder the later one counts
        for home, own in sorted(homes, key=lambda item: -len(item[0])):
            if home in (".", path) or path.startswith(f"{home}/"):
                inner = path if home == "." else posixpath.relpath(path, home)
                return inner if own and "${" not in home else None
        return None


@dataclass(frozen=True)
class Workflow:
    """A workflow of the repository's root, or a composite action, whose steps are those of one job."""

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
        if self.is_action:
            return (Job(self, "runs", self.data["runs"]),)
        items = table(self.data, "jobs").items()
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
            return {name: table(item) for name, item in found.items()}
        return {}

    @property
    def is_action(self) -> bool:
        """Whether it is a composite action."""
        runs = self.data.get("runs")
        return isinstance(runs, dict) and runs.get("using") == "composite"

    @property
    def is_library(self) -> bool:
        """Whether it only runs when another workflow calls it, perhaps one of another repository."""
        return self.is_action or set(self.triggers) == {"workflow_call"}


def needed(job: Job) -> list[str]:
    """The jobs that a job names in ``needs``; computed names are left out."""
    found = several(job.data.get("needs"))
    return [item for item in found if isinstance(item, str) and "${{" not in item]


def _run_defaults(data: dict[str, Any]) -> dict[str, Any]:
    return table(data, "defaults", "run")


def _same_commit(inputs: dict[str, Any]) -> bool:
    """Whether a checkout takes the commit that the workflow stands in, or one of its descendants or ancestors."""
    asked = inputs.get("ref")
    return asked in (None, "") or (isinstance(asked, str) and "github." in asked)
