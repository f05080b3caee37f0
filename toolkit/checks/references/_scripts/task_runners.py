"""Tasks and projects that turbo, lerna and Nx are asked for, and that nobody has."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._packages import all_packages, named
from toolkit.checks._script_words import SCRIPT
from toolkit.checks._workspaces import arguments, is_unknown, selected
from toolkit.checks.references._broken import Broken, no_script, no_workspace
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.near_paths import is_letter_off
from toolkit.places import inside, table, upward
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["TURBO", "nx", "projects", "runner", "tasks_of"]

TURBO = ("turbo.json", "turbo.jsonc")
_PROJECT = regex(r"@?[\w./-]+")
_OWN = frozenset(
    {
        "prune",
        "ls",
        "query",
        "login",
        "link",
        "unlink",
        "logout",
        "daemon",
        "gen",
        "generate",
        "config",
        "info",
        "watch",
    }
)
"""Commands of turbo that run no task."""


def runner(context: Inspection, program: str, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """What ``turbo`` or ``lerna`` is asked for by a name, and no package or configuration of the workspace has."""
    rest = arguments(words[1:])
    if program == "lerna" and rest[:1] not in (["run"], ["exec"]):
        return
    if rest and rest[0] in _OWN:
        return
    for name in selected(words, program):
        if is_unknown(context, name, folder):
            yield no_workspace(context, name)
            return
    tasks = rest[1:] if rest[:1] == ["run"] else rest if program == "turbo" else []
    if program == "turbo" and tasks and not _is_configured(context, words, folder):
        text = "turbo.json is neither here nor in a folder above, and turbo stops without it"
        yield Broken("turbo", text, f"add a turbo.json that defines {', '.join(tasks)}", cause="program")
        return
    for task in tasks[: 1 if program == "lerna" else None]:
        plain = task.partition("#")[2] or task
        if not SCRIPT.fullmatch(plain) or (program == "turbo" and plain in tasks_of(context)):
            continue
        if not _does(context, program, plain):
            yield no_script(task, "error" if program == "turbo" else "warning")
        elif program == "turbo":
            yield Broken(task, f"no turbo.json defines {task}, and turbo stops", f"define {task} in turbo.json")


def _is_configured(context: Inspection, words: tuple[str, ...], folder: str) -> bool:
    """Whether turbo finds its configuration: at a place that it is told, in the folder, or above."""
    elsewhere = option(words, "--cwd", "--root-turbo-json")
    return bool(elsewhere) or any(context.is_file(inside(up, name)) for up in upward(folder) for name in TURBO)


def _does(context: Inspection, program: str, task: str) -> bool:
    """Whether a package has a script for a task, and not only one that starts the runner for it."""
    starts = re.compile(rf"\b{program}\b[^&|;]*\s{re.escape(task)}(?:\s|$)")
    return any(task in one.scripts and not starts.search(one.scripts[task]) for one in all_packages(context))


@once_a_run
def tasks_of(context: Inspection) -> frozenset[str]:
    """The tasks that any turbo.json defines, without the package that they are for."""
    found: set[str] = set()
    for _, document in context.documents(context.inventory.named(*TURBO), jsonc.parse):
        found |= {name.rpartition("#")[2] for key in ("tasks", "pipeline") for name in table(document.data, key)}
    return frozenset(found)


def nx(context: Inspection, words: tuple[str, ...]) -> Iterator[Broken]:
    """Projects that ``nx`` is given; its targets come from plugins, too, and are not known."""
    rest = arguments(words[1:])
    given: list[str] = []
    if rest[:1] == ["run"] and len(rest) > 1:
        given = [rest[1].partition(":")[0]]
    elif rest[:1] in (["run-many"], ["affected"]):
        given = [item for item in re.split(r"[, ]", option(words, "-p", "--projects")) if item]
    elif len(rest) == 2 and rest[0] in ("build", "serve", "test", "lint", "e2e", "start", "dev", "typecheck", "deploy"):
        given = [rest[1].partition(":")[0]]
    known = projects(context)
    for name in given if known else ():
        if (
            _PROJECT.fullmatch(name)
            and name not in known
            and not name.startswith(("tag:", "."))
            and "/" not in name[1:]
        ):
            near = likely(name, known)
            todo = instead(name, near, f"name a project that there is in place of {name}, or remove the command")
            yield Broken(
                name,
                f"no project is called {name}{f'; {near} is one' if near else ''}",
                todo,
                near=near if is_letter_off(name, near) else "",
            )


@once_a_run
def projects(context: Inspection) -> frozenset[str]:
    """What projects of Nx may be called: by their project.json, their package or their folder."""
    found = {one.folder.rpartition("/")[2] for one in all_packages(context)}
    found |= {part for name in named(context) for part in (name, name.rpartition("/")[2])}
    listed = context.inventory.named("project.json")
    found |= {posixpath.basename(posixpath.dirname(path)) for path in listed}
    found |= {str(table(document.data).get("name")) for _, document in context.documents(listed, jsonc.parse)}
    return frozenset(found) if context.inventory.named("nx.json") else frozenset()
