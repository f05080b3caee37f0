"""Scripts, tasks and workspaces that package managers and task runners are asked for, and that nobody has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._package_managers import PLACES, VERBS, script_in
from toolkit.checks._packages import all_packages, named
from toolkit.checks.references._task_runners import nx, runner
from toolkit.checks.references._workspaces import (
    SCRIPT,
    Broken,
    arguments,
    has_script,
    is_unknown,
    nearest,
    no_script,
    no_workspace,
    selected,
    workspace,
)
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import INSTALLED_KINDS, JAVASCRIPT_MANAGERS
from toolkit.places import path_from, table
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.model import Severity

__all__ = ["PROGRAMS", "asked"]

_OPEN = regex(r"[$*?{}`<>\[\]]|^~|^-")
_WAITED = regex(r"://|^:?\d+$|\|")
_PATTERN = regex(r"[\w:.-]+:\*{1,2}")
_ALL = frozenset({"-r", "--recursive", "--workspaces", "-ws", "--parallel", "--if-present", "-ws=true"})
_EVERY = frozenset({"--workspaces", "-ws", "-ws=true", "--workspaces=true"})
_BRINGS = "tsc tsserver ng sls cdk expo rn pod gatsby husky changeset playwright-core ava tap ncc zx tsc-watch"
"""Programs whose package is called otherwise, separated by blanks."""
_RUNNERS = {
    "run-s",
    "run-p",
    "npm-run-all",
    "npm-run-all2",
    "turbo",
    "lerna",
    "nx",
    "start-server-and-test",
    "server-test",
    "start-test",
}
PROGRAMS = frozenset({*JAVASCRIPT_MANAGERS, *_RUNNERS})


def asked(context: Inspection, program: str, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """What a manager or task runner is asked for and nobody has.

    Args:
        context: the run.
        program: the name of the program.
        words: it and its arguments.
        folder: where it runs.
    """
    before = words[: words.index("--")] if "--" in words else words
    if program == "nx":
        yield from nx(context, before)
    elif program in ("turbo", "lerna"):
        yield from runner(context, program, before, folder)
    elif program.startswith(("run-", "npm-run", "start-", "server-")):
        package = nearest(context, folder, exact=False)
        # Of start-server-and-test the addresses and ports that it waits for are no scripts.
        names = (word for word in arguments(before[1:]) if " " not in word and not _WAITED.search(word))
        if package is None:
            return
        for name in names:
            yield from _lacks(context, package, name, "npm", sure=True)
        for pattern in (word for word in before[1:] if _PATTERN.fullmatch(word)):
            if not any(name.startswith(pattern.partition("*")[0]) for name in package.scripts):
                todo = f"add a script like {pattern} to {package.path}, or correct the pattern"
                yield Broken(pattern, f"no script of {package.path} is like {pattern}", todo)
    else:
        yield from _manager(context, program, before, folder)


def _manager(context: Inspection, program: str, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    rest = arguments(words[1:])
    if program == "yarn" and rest[:1] in (["workspace"], ["workspaces"]):
        yield from _yarn(context, words, rest)
        return
    chosen = [name for name in selected(words, program) if name != "..."]
    gone = [name for name in chosen if is_unknown(context, name, folder, program)]
    if gone:
        yield no_workspace(context, gone[0], idle=program == "pnpm" and "--fail-if-no-match" not in words)
        return
    place = option(words, *PLACES)
    if place:
        target = "" if _OPEN.search(place) or place.startswith("/") else path_from(folder, place)
        if not target or target.startswith(".."):
            return
        if nearest(context, target, exact=True) is None:
            if resolve(context, f"{target}/package.json").kind == "missing":
                todo = f"add {target}/package.json, or name a folder that has one"
                yield Broken(place, f"{place} has no package.json", todo)
            return
        folder = target
    name, sure = script_in(program, rest)
    if not name or set(words) & _ALL:
        yield from _every(context, words, name, folder)
        return
    if not chosen and "..." not in selected(words, program):
        package = nearest(context, folder, exact=bool(place))
    else:
        package = workspace(context, chosen[0], folder) if len(chosen) == 1 else None
    relatives = any("..." in word for word in words) and has_script(context, name)
    if package is not None and not relatives:
        yield from _lacks(context, package, name, program, sure=sure)


def _every(context: Inspection, words: tuple[str, ...], name: str, folder: str) -> Iterator[Broken]:
    """A script that npm is to run in every member of a workspace, and that some of them do not have: npm fails."""
    if words[0] != "npm" or not _EVERY & set(words) or "--if-present" in words:
        return
    owner = context.owner(folder)
    members = [one for one in all_packages(context) if owner is not None and one.folder in owner.members]
    lacking = [one.folder for one in members if name not in one.scripts]
    if lacking and SCRIPT.fullmatch(name):
        more = f" and {len(lacking) - 1} more have" if len(lacking) > 1 else " has"
        text = f"{lacking[0]}{more} no script {name}, and npm stops there without --if-present"
        yield Broken(name, text, f"add --if-present, or a script {name} to {', '.join(lacking[:4])}")


def _lacks(context: Inspection, package: Package | None, name: str, program: str, *, sure: bool) -> Iterator[Broken]:
    """That a package has no script of a name, where nothing else can be meant by it."""
    if package is None or not SCRIPT.fullmatch(name) or name in package.scripts:
        return
    if name == "start" and context.is_file(package.at("server.js")):
        return
    near = likely(name, package.scripts, slip=True)
    text = f"{package.path} has no script {name}{f'; {near} is one' if near else ''}"
    todo = instead(name, near, f"add a script {name} to {package.path}, or name one that it has")
    if sure:
        yield Broken(name, text, todo, near=near)
        return
    # Managers but npm take a program of an installed package, or a file, where there is no script of that name.
    if "/" in name or "." in name or (program == "yarn" and ":" in name and has_script(context, name)):
        return
    if ":" in name or name in VERBS or not _is_program(context, name):
        level: Severity = "error" if ":" in name or near or name in VERBS else "warning"
        yield Broken(name, text, todo, level, near)


def _is_program(context: Inspection, name: str) -> bool:
    """Whether a word may be the program of a package that the repository installs."""
    parts = _words_of_programs(context)
    return (
        name in parts
        or name in _BRINGS.split()
        or any(part in parts for part in re.split(r"[-_]", name) if len(part) > 2)
    )


@once_a_run
def _words_of_programs(context: Inspection) -> frozenset[str]:
    """The words that names of packages and of their programs consist of."""
    names = {
        item for one in all_packages(context) for key in (*INSTALLED_KINDS, "bin") for item in table(one.data, key)
    } | named(context).keys()
    return frozenset(part for item in names for part in (item, *re.split(r"[/@._-]", item)))


def _yarn(context: Inspection, words: tuple[str, ...], rest: list[str]) -> Iterator[Broken]:
    """``yarn workspace NAME COMMAND`` and ``yarn workspaces foreach run SCRIPT``."""
    if rest[0] == "workspace" and len(rest) > 1 and not _OPEN.search(rest[1]):
        package = named(context).get(rest[1])
        if package is None:
            yield no_workspace(context, rest[1])
        elif len(rest) > 2:
            at = words.index(rest[1])
            yield from _manager(context, "yarn", ("yarn", *words[at + 1 :]), package.folder)
    elif "run" in rest[:-1] and not set(words) & _ALL - {"--parallel"}:
        name = rest[rest.index("run") + 1]
        if SCRIPT.fullmatch(name) and not has_script(context, name):
            yield no_script(name, "warning")
