"""Scripts, tasks and workspaces that package managers and task runners are asked for, and that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead
from toolkit.checks._package_managers import misplaced, place_of
from toolkit.checks._packages import all_packages
from toolkit.checks._script_words import SCRIPT, lacks
from toolkit.checks._workspaces import ALL, arguments, has_script, meant, nearest
from toolkit.checks.references._broken import Broken, no_script, no_workspace
from toolkit.checks.references._scripts.task_runners import nx, runner
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package

__all__ = ["PROGRAMS", "asked"]

_WAITED = regex(r"://|^:?\d+$|\|")
_PATTERN = regex(r"[\w:.-]+:\*{1,2}")
_EVERY = frozenset({"--workspaces", "-ws", "-ws=true", "--workspaces=true"})
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
    """What a manager or task runner is asked for and nobody has."""
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
    if program == "yarn" and arguments(words[1:])[:1] == ["workspaces"]:
        yield from _foreach(context, words)
        return
    wrong, right = misplaced(words)
    if wrong:
        text = f"{wrong} is no option of {program}, which has {right}, so that it does not work in that folder"
        yield Broken(wrong, text, f"write {right} in place of {wrong}")
        return
    found = meant(context, words, folder)
    if found.lost:
        yield no_workspace(context, found.lost, idle=program == "pnpm" and "--fail-if-no-match" not in words)
    elif found.bare and resolve(context, f"{found.folder}/package.json").kind == "missing":
        place = place_of(words)
        todo = f"add {found.folder}/package.json, or name a folder that has one"
        yield Broken(place, f"{place} has no package.json", todo)
    elif found.package is not None:
        yield from _lacks(context, found.package, found.script, program, sure=found.sure)
    else:
        yield from _every(context, words, found.script, found.folder)


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


def _lacks(context: Inspection, package: Package, name: str, program: str, *, sure: bool) -> Iterator[Broken]:
    """That a package has no script of a name, where nothing else can be meant by it."""
    if (told := lacks(context, package, name, program, sure=sure)) is not None:
        level, near = told
        text = f"{package.path} has no script {name}{f'; {near} is one' if near else ''}"
        todo = instead(name, near, f"add a script {name} to {package.path}, or name one that it has")
        yield Broken(name, text, todo, level, near)


def _foreach(context: Inspection, words: tuple[str, ...]) -> Iterator[Broken]:
    """``yarn workspaces foreach run SCRIPT``."""
    rest = arguments(words[1:])
    if "run" in rest[:-1] and not set(words) & ALL - {"--parallel"}:
        name = rest[rest.index("run") + 1]
        if SCRIPT.fullmatch(name) and not has_script(context, name):
            yield no_script(name, "warning")
