"""Build, test, lint and typecheck: which commands each subproject has, from the settings or by its ecosystem."""

from __future__ import annotations

from dataclasses import replace
from shutil import which
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.extension import Request, Step, ecosystem
from toolkit.features._jobs import commands, log_name, others_in
from toolkit.system.jobs import Job, Result
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import ToolNeed
    from toolkit.features._tools import Chosen, Toolbox
    from toolkit.model import Subproject

__all__ = ["Task", "environments", "jobs_of", "tasks_of"]


@frozen
class Task:
    """The commands of one kind for one subproject.

    Args:
        steps: in order; none where the subproject has no such command.
        why: where they come from.
        standard: they are the ecosystem's own, which may need tools that an install does not.
    """

    subproject: Subproject
    kind: str
    steps: tuple[Step, ...]
    why: str
    standard: bool = True

    @property
    def programs(self) -> frozenset[str]:
        """The programs that its commands start."""
        return frozenset(step.argv[0] for step in self.steps)

    @property
    def log(self) -> str:
        """The file name of its log."""
        return f"{self.kind}-{log_name(self.subproject)}"


def tasks_of(context: Context, subprojects: Sequence[Subproject], kind: str) -> tuple[Task, ...]:
    """A task for each subproject, those without commands included.

    Args:
        context: the run's state.
        subprojects: those to work on.
        kind: ``build``, ``test``, ``lint`` or ``typecheck``.
    """
    first: dict[str, str] = {}
    for item in subprojects:
        first.setdefault(item.path, item.key)
    return tuple(_task(context, item, kind, first[item.path] == item.key) for item in subprojects)


def _task(context: Context, item: Subproject, kind: str, is_first: bool) -> Task:
    """The task of one subproject; a folder's own commands run once, for the first of its ecosystems."""
    projects = context.settings.projects
    for name in (item.key, *((item.path,) if is_first else ())):
        if name in projects and kind in projects[name].commands:
            steps = tuple(Step(argv, item.path) for argv in projects[name].commands[kind])
            return Task(item, kind, steps, f'commands.{kind} in [projects."{name}"]', standard=False)
    if item.problem:
        return Task(item, kind, (), item.problem)
    steps = ecosystem(item.ecosystem).tasks(context, item, kind)
    return Task(item, kind, steps, f"standard of {item.ecosystem}" if steps else f"no {kind} command")


def environments(
    context: Context, tasks: Sequence[Task], toolbox: Toolbox, say: Callable[[str], None]
) -> tuple[dict[str, Mapping[str, str | None]], dict[str, Result]]:
    """For each subproject's key the environment of its tools, and a failure where one cannot be had.

    Args:
        context: the run's state.
        tasks: of one kind.
        toolbox: where programs come from.
        say: told about each download.
    """
    made: dict[str, Mapping[str, str | None]] = {}
    failed: dict[str, Result] = {}
    for task in tasks:
        if not task.steps or task.subproject.problem:
            continue
        item = task.subproject
        try:
            needs = ecosystem(item.ecosystem).install(context, item, Request(frozen=False)).tools
            wanted = [need for need in needs if need.required or task.standard or need.name in task.programs]
            tools: list[Chosen] = []
            for need in wanted:
                # What its own command starts and nothing else has is no tool of some commands only.
                starts = need.name in task.programs and not which(need.name, path=context.variables.get("PATH", ""))
                tools += _choose(toolbox, replace(need, required=True) if starts else need, tools)
            made[item.key] = toolbox.environment(tools, say)
        except ToolkitError as error:
            reason = f"{error.message}; {error.hint}" if error.hint else error.message
            failed[item.key] = Result(item.key, "failed", reason=reason)
    return made, failed


def _choose(toolbox: Toolbox, need: ToolNeed, beside: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """The tool; nothing where only some commands need it, which then say themselves that it is missing."""
    try:
        return (toolbox.choose(need, beside),)
    except ToolkitError:
        if need.required:
            raise
        return ()


def jobs_of(
    context: Context, tasks: Sequence[Task], environments: Mapping[str, Mapping[str, str | None]], logs: Path
) -> tuple[Job, ...]:
    """The jobs of the tasks that have commands; a subproject waits for those it needs.

    Args:
        context: the run's state.
        tasks: of one kind.
        environments: for each subproject's key the environment changes that its tools need.
        logs: the folder of logs.
    """
    wanted = [(task.subproject, task) for task in tasks if task.steps]
    others = others_in(item for item, _ in wanted)
    return tuple(
        Job(
            key=item.key,
            commands=commands(context, item, task.steps, environments.get(item.key, {})),
            log=logs / task.log,
            needs=others(item, item.needs),
        )
        for item, task in wanted
    )
