"""Files, projects and tasks that the configurations of Nx, Angular and turbo name, and that nobody has."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import instead, likely
from toolkit.checks._packages import all_packages, by_folder, named
from toolkit.checks._workspaces import has_script
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position, relative, strings
from toolkit.checks.references._scripts.task_runners import TURBO, projects, tasks_of
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import KINDS
from toolkit.places import below as is_below
from toolkit.places import folder_of, table, upward
from toolkit.references import resolve
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["of_runners"]

_FILES = frozenset(
    {"main", "browser", "server", "index", "tsConfig", "jestConfig", "configFile", "webpackConfig", "rollupConfig",
     "eslintConfig", "swcrc", "karmaConfig", "cypressConfig", "codegenConfig"}
)  # fmt: skip
"""Options of executors that name one file each, from the root of the workspace."""
_ONLY_NAMED = regex(r"^@(?:nx|nrwl)/js:(?:tsc|swc)$")
"""Executors that compile what a tsconfig includes, and of ``main`` only write the name into the manifest."""
_OPEN = regex(r"[${}*]|^[^./]*$|^@")
_OUTPUT = regex(r"(^|/)(dist|build|out|node_modules|\.[\w-]+)/")


def of_runners(context: Inspection) -> Iterator[Fault]:
    """What the configurations of task runners name in vain."""
    yield from _of_projects(context)
    for path in context.named("angular.json"):
        if (document := _read(context, path)) is not None:
            for name, project in table(document.data, "projects").items():
                for key in ("architect", "targets"):
                    if key in table(project):
                        yield from _targets(context, path, document, ("projects", name, key), folder_of(path))
    for path in context.named(*TURBO):
        if (document := _read(context, path)) is not None:
            yield from _of_another_release(context, path, document)
            yield from _awaited(context, path, document)


def _of_projects(context: Inspection) -> Iterator[Fault]:
    for path in context.named("project.json"):
        root = next((up for up in upward(folder_of(path)) if context.is_file(posixpath.join(up, "nx.json"))), None)
        root = "." if root is None and context.is_file("nx.json") else root
        level: Severity = "error" if _has_nx(context) else "info"
        if root is not None and (document := _read(context, path)) is not None:
            for one in (*_targets(context, path, document, ("targets",), root), *_implied(context, path, document)):
                yield one._replace(severity=level)


@once_a_run
def _has_nx(context: Inspection) -> bool:
    """Whether any package asks for Nx; else its files are left over, and nothing reads them."""
    asked = (name for one in all_packages(context) for kind in KINDS for name in table(one.data, kind))
    return any(name in ("nx", "@nrwl/workspace") or name.startswith("@nx/") for name in asked)


def _read(context: Inspection, path: str) -> Any:
    document = context.readable(path, jsonc.parse)
    return document if document and isinstance(document.data, dict) else None


def _targets(context: Inspection, path: str, document: Any, at: Path, root: str) -> Iterator[Fault]:
    """Files that the options of targets name."""
    for name, target in table(document.data, *map(str, at)).items():
        for key, value in table(target, "options").items():
            named_only = key == "main" and _ONLY_NAMED.match(str(target.get("executor")))
            if key not in _FILES or not isinstance(value, str) or named_only:
                continue
            written = value.replace("{workspaceRoot}/", "").replace("{projectRoot}", folder_of(path))
            if _OPEN.search(written) or _OUTPUT.search(written):
                continue
            verdict = resolve(context, written, root, bases=(folder_of(path),), suffixes=(".js", ".ts"))
            if verdict.kind == "missing" and not verdict.command:
                where = position(document, (*at, name, "options", key))
                text = f"The target {name} takes {key} from {written}, which does not exist: it fails."
                # Settings of another project are about that one.
                near = relative(verdict.near, root, written) if is_below(verdict.near, folder_of(path)) else ""
                todo = instead(written, near, f"add {written}, or correct {key} of {name}")
                yield Fault(path, where, text, f"{verdict.path} does not exist", todo)


def _implied(context: Inspection, path: str, document: Any) -> Iterator[Fault]:
    """Projects that one depends on by name."""
    for below, name in strings(document.data.get("implicitDependencies")):
        plain = name.removeprefix("!")
        if re.fullmatch(r"[\w@/-]+", plain) and plain not in projects(context) and plain not in named(context):
            where = position(document, ("implicitDependencies", *below))
            near = likely(plain, projects(context))
            todo = instead(plain, near, f"name a project that there is in place of {plain}, or remove the entry")
            yield Fault(
                path, where, f"No project is called {plain}: Nx refuses the workspace.", name, todo, plain, near
            )


def _of_another_release(context: Inspection, path: str, document: Any) -> Iterator[Fault]:
    """The word of turbo 1 for its tasks where the manifest asks for turbo 2, or the other way round: each refuses the other's."""
    home = next((one for up in upward(folder_of(path)) if (one := by_folder(context).get(up)) and _turbo(one)), None)
    for key, other, known_by in (("pipeline", "tasks", "<2"), ("tasks", "pipeline", ">=2")):
        if home and key in document.data and not may_overlap(_turbo(home), known_by):
            text = f"{home.path} asks for turbo {_turbo(home)}, which refuses {key}: its word is {other}."
            todo = f"write {other} in place of {key}, or ask for turbo {known_by}"
            yield Fault(path, position(document, (key,)), text, key, todo)


def _turbo(package: Package) -> str:
    """Which versions of turbo a package asks for; empty if it does not."""
    return next((str(asked["turbo"]) for kind in KINDS if "turbo" in (asked := table(package.data, kind))), "")


def _awaited(context: Inspection, path: str, document: Any) -> Iterator[Fault]:
    """Tasks that turbo has to run before others, and that neither a package nor a turbo.json has; each once for all that wait."""
    waiting: dict[str, list[tuple[str, Path]]] = {}
    for section in ("tasks", "pipeline"):
        for task, settings in table(document.data, section).items():
            for below, awaited in strings(table(settings).get("dependsOn")):
                waiting.setdefault(awaited, []).append((task, (section, task, "dependsOn", *below)))
    for awaited, ((task, where), *others) in waiting.items():
        owner, _, name = awaited.lstrip("^").rpartition("#")
        if name.startswith("$") or not name:
            continue
        text = near = ""
        if owner and owner != "//" and owner not in named(context):
            text = f"{task} waits for {awaited}, and no package is called {owner}: turbo refuses."
            near = likely(owner, named(context))
        elif name not in tasks_of(context) and not has_script(context, name):
            text = f"{task} waits for {awaited}, which no package and no turbo.json defines."
        if text:
            tasks = [task, *dict.fromkeys(other for other, _ in others)]
            # What turbo is told of the task of a package that is not there it never comes to: 1 and 2 pass over it.
            tasks = [one for one in tasks if one.rpartition("#")[0] in ("", "//", *named(context))] or tasks
            lost = tasks[0].rpartition("#")[0]
            if lost not in ("", "//", *named(context)):
                text = f"{tasks[0]} waits for {awaited}, and no package is called {lost}: turbo never comes to either."
                todo = f"take {tasks[0]} out, or write the package that is meant in place of {lost}"
                yield Fault(path, position(document, where), text, awaited, todo, severity="warning")
                continue
            text = f"{', '.join(tasks[:4])} wait{text.partition(' waits')[2]}" if len(tasks) > 1 else text
            todo = instead(owner if near else awaited, near, f"define {awaited}, or take it out of dependsOn of {task}")
            level: Severity = "error" if any(_is_run(context, path, one) for one in tasks) else "warning"
            yield Fault(path, position(document, where), text, awaited, todo, severity=level)


def _is_run(context: Inspection, path: str, task: str) -> bool:
    """Whether a package has a task of a turbo.json, or a script of its folder has turbo run it."""
    name, home = task.rpartition("#")[2], folder_of(path)
    return any(
        any("turbo" in text and name in text.split() for text in one.scripts.values())
        if one.folder == home
        else name in one.scripts
        for one in all_packages(context)
    )
