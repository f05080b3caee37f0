"""One workflow: everything in it that counted from its own repository's root."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.features.relocation._expressions import Scope
from toolkit.features.relocation._paths import slug
from toolkit.features.relocation._rights import review_rights
from toolkit.features.relocation._rooted import rooted
from toolkit.features.relocation._steps import Steps, is_checkout, written
from toolkit.features.relocation._triggers import Triggers
from toolkit.features.relocation._world import Note, UndecidedError
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.documents import Path
    from toolkit.features.relocation._editor import Editor
    from toolkit.features.relocation._world import World

__all__ = ["Names", "Rewritten", "rewrite"]

_LOCAL_WORKFLOW = "./.github/workflows/"


@frozen
class Names:
    """How the subproject's workflows are called.

    Args:
        targets: new path from the root by old path from the subproject.
        names: new ``name:`` by old one, where one workflow has it.
        own: new ``name:`` by old path, of those that have one.
        passed: inputs that the subproject's callers give to its reusable workflows, by old path.
    """

    targets: Mapping[str, str]
    names: Mapping[str, str]
    own: Mapping[str, str]
    passed: Mapping[str, tuple[dict[str, Any], ...]]


@frozen
class Rewritten:
    """A workflow after the edits.

    Args:
        local: the local actions it uses, by their folder after the move, with the inputs they are given.
    """

    content: bytes
    notes: tuple[Note, ...]
    local: Mapping[str, list[dict[str, Any]]]


def rewrite(editor: Editor, sub: str, world: World, names: Names) -> Rewritten:
    """Edit a workflow for its place at the root.

    Args:
        editor: of the workflow as it is now.
        sub: the subproject's folder.
        world: the repository.
        names: of the subproject's workflows.

    Raises:
        UndecidedError: something that only a person can decide.
    """
    old = editor.path.removeprefix(f"{sub}/")
    data = editor.document.data
    jobs = data.get("jobs")
    if not isinstance(jobs, dict) or not all(isinstance(job, dict) for job in jobs.values()):
        raise editor.undecided(("jobs",), "no jobs")
    place = rooted(editor, sub, world)
    Triggers(editor, sub, world, old=old, targets=names.targets).rewrite(rooted=place is not None)
    _name(editor, names, old)
    _concurrency(editor, (), sub)
    local: dict[str, list[dict[str, Any]]] = {}
    if place is not None:
        editor.note(place, "its paths count from the repository's root already, and stay as they are")
        for key in jobs:
            _Job(editor, str(key), sub, world, names, relocated=False).keep()
    else:
        relocated = _defaults(editor, sub, world)
        for key in jobs:
            _Job(editor, str(key), sub, world, names, relocated).rewrite(local)
    review_rights(editor)
    return Rewritten(editor.finish(), tuple(sorted(editor.notes)), local)


def _name(editor: Editor, names: Names, old: str) -> None:
    if old in names.own:
        editor.set(("name",), names.own[old])
    on = editor.document.get(("on",))
    followed = editor.document.get(("on", "workflow_run", "workflows")) if isinstance(on, dict) else None
    for index, item in enumerate(followed if isinstance(followed, list) else []):
        path = ("on", "workflow_run", "workflows", index)
        new = names.names.get(str(item)) or names.targets.get(str(item))
        if new is None:
            editor.note(path, f"not exactly one workflow of the subproject that moves is called {item!r}")
        else:
            editor.set(path, new)


def _concurrency(editor: Editor, path: Path, sub: str) -> None:
    """Groups are the whole repository's now: without the folder one would cancel the root's runs."""
    place = (*path, "concurrency")
    given = editor.document.get(place)
    if isinstance(given, dict):
        place = (*place, "group")
        given = given.get("group")
    if not isinstance(given, str) or "github.workflow" in given or not given.strip():
        return
    first = given.split()[0]
    node = editor.document.node(place)
    if node is not None and node.style in ("|", ">"):
        editor.fragments(place, [(first, f"{slug(sub)}-{first}")])
    else:
        editor.set(place, f"{slug(sub)}-{given}")


def _run_directory(data: Any) -> str | None:
    """``defaults.run.working-directory`` of a workflow or job."""
    defaults = data.get("defaults")
    run = defaults.get("run") if isinstance(defaults, dict) else None
    given = run.get("working-directory") if isinstance(run, dict) else None
    return given if isinstance(given, str) else None


def _set_run_directory(editor: Editor, path: Path, value: str) -> None:
    """Add ``defaults.run.working-directory`` to whatever there is of it."""
    data = editor.document.get(path) if path else editor.document.data
    defaults = data.get("defaults")
    if isinstance(defaults, dict) and "run" in defaults:
        editor.add((*path, "defaults", "run", "working-directory"), value)
    elif "defaults" in data:
        editor.add((*path, "defaults", "run"), {"working-directory": value})
    elif path:
        editor.add((*path, "defaults"), {"run": {"working-directory": value}})
    else:
        editor.insert_above(("jobs",), {"defaults": {"run": {"working-directory": value}}})


def _defaults(editor: Editor, sub: str, world: World) -> bool:
    """Point the workflow's own default at the subproject; whether there is such a default now."""
    data = editor.document.data
    steps = [_steps_of(job) for job in data["jobs"].values()]
    if not any(any(is_checkout(step) for step in job) and any("run" in step for step in job) for job in steps):
        return False
    if _run_directory(data) is None:
        _set_run_directory(editor, (), sub)
        return True
    path = ("defaults", "run", "working-directory")
    Steps(editor, sub, world, Scope(env=(data.get("env"),), inputs=_inputs(data))).path_text(path)
    if editor.current(path) == data["defaults"]["run"]["working-directory"]:
        raise editor.undecided(path, "a default folder that cannot be told")
    return True


def _steps_of(job: dict[str, Any]) -> list[dict[str, Any]]:
    steps = job.get("steps")
    return [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []


def _inputs(data: dict[str, Any]) -> dict[str, Any]:
    """The inputs that a run can be given."""
    found: dict[str, Any] = {}
    on = data.get("on")
    for event in ("workflow_call", "workflow_dispatch"):
        options = on.get(event) if isinstance(on, dict) else None
        inputs = options.get("inputs") if isinstance(options, dict) else None
        found |= inputs if isinstance(inputs, dict) else {}
    return found


@dataclass
class _Job:
    """One job; ``relocated`` says that the workflow's default folder is the subproject's now."""

    editor: Editor
    key: str
    sub: str
    world: World
    names: Names
    relocated: bool

    @property
    def path(self) -> Path:
        return ("jobs", self.key)

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.editor.document.data["jobs"][self.key]
        return found

    def rewrite(self, local: dict[str, list[dict[str, Any]]]) -> None:
        """Edit the job, and collect the local actions it uses."""
        _concurrency(self.editor, self.path, self.sub)
        if isinstance(self.data.get("uses"), str):
            self._call(self.data["uses"])
            return
        steps = self.data.get("steps")
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            raise self.editor.undecided(self.path, "a job without steps")
        first = next((index for index, step in enumerate(steps) if is_checkout(step)), None)
        if first is None:
            self._without_checkout(steps)
            return
        for index, step in enumerate(steps):
            if is_checkout(step):
                self._check_checkout((*self.path, "steps", index), step)
        self._own_default()
        self._early(steps[:first])
        workflow = self.editor.document.data
        environments = (workflow.get("env"), self.data.get("env"))
        old = self.editor.path.removeprefix(f"{self.sub}/")
        matrix = self.editor.document.get((*self.path, "strategy", "matrix"))
        passed = self.names.passed.get(old, ())
        made = written(steps[first:])
        for index, step in enumerate(steps[first:], first):
            scope = Scope(matrix, (*environments, step.get("env")), _inputs(workflow), passed)
            worker = Steps(self.editor, self.sub, self.world, scope, local, made)
            path = (*self.path, "steps", index)
            worker.step(path, step, default=True)
            worker.hash_files(step, path)
            worker.review(step, path)
        rest = {key: value for key, value in self.data.items() if key != "steps"}
        Steps(self.editor, self.sub, self.world).review(rest, self.path)

    def keep(self) -> None:
        """Edit a job whose paths count from the root already: only what the workflows and actions beside it are called."""
        _concurrency(self.editor, self.path, self.sub)
        if isinstance(self.data.get("uses"), str):
            self._call(self.data["uses"])
        for index, step in enumerate(_steps_of(self.data)):
            folder = str(step.get("uses", "")).removeprefix("./").rstrip("/")
            beside = folder.startswith(".github/") and self.world.exists(f"{self.sub}/{folder}")
            if beside and not self.world.exists(folder):
                self.editor.set((*self.path, "steps", index, "uses"), f"./{self.sub}/{folder}")

    def _call(self, uses: str) -> None:
        if not uses.startswith(_LOCAL_WORKFLOW):
            return
        target = self.names.targets.get(uses.removeprefix("./"))
        if target is None:
            raise self.editor.undecided((*self.path, "uses"), f"calls {uses}, which does not move")
        self.editor.set((*self.path, "uses"), f"./{target}")

    def _before(self) -> str:
        """The folder that a ``run`` step of the job had so far."""
        return _run_directory(self.data) or _run_directory(self.editor.document.data) or "."

    def _without_checkout(self, steps: list[dict[str, Any]]) -> None:
        """Nothing of the repository is there, and the subproject's folder is not either."""
        if self.relocated and any("run" in step for step in steps) and _run_directory(self.data) is None:
            _set_run_directory(self.editor, self.path, self._before())
        for index, step in enumerate(steps):
            if str(step.get("uses", "")).startswith("./"):
                path = (*self.path, "steps", index)
                raise self.editor.undecided(path, f"{step['uses']} in a job that checks nothing out")

    def _early(self, steps: list[dict[str, Any]]) -> None:
        """Steps before the checkout: the subproject's folder is not there yet."""
        for index, step in enumerate(steps):
            if "run" in step and "working-directory" not in step:
                self.editor.add((*self.path, "steps", index, "working-directory"), self._before())

    def _check_checkout(self, path: Path, step: dict[str, Any]) -> None:
        inputs = step.get("with") if isinstance(step.get("with"), dict) else {}
        for key in ("path", "repository"):
            value = str((inputs or {}).get(key) or "")
            own = key == "repository" and re.fullmatch(r"\$\{\{\s*github\.repository\s*\}\}", value)
            if value and value != "." and not own:
                raise self.editor.undecided((*path, "with", key), f"a checkout with {key}: paths cannot be told apart")
        if "if" in step:
            self.editor.note((*path, "if"), "a checkout on a condition: without it the subproject's folder is missing")

    def _own_default(self) -> None:
        given = _run_directory(self.data)
        if given is None:
            return
        path = (*self.path, "defaults", "run", "working-directory")
        matrix = self.editor.document.get((*self.path, "strategy", "matrix"))
        workflow = self.editor.document.data
        scope = Scope(matrix, (workflow.get("env"), self.data.get("env")), _inputs(workflow))
        Steps(self.editor, self.sub, self.world, scope).path_text(path)
        if self.editor.current(path) == given and not given.startswith(("/", "~")):
            raise UndecidedError("a default folder that cannot be told", self.editor.document.line(path))
