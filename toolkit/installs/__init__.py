"""Installs that workflows, images, scripts, hosts and READMEs start, with the manager that they take."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.documents import dockerfile, jsonc
from toolkit.expressions import regex
from toolkit.installs._commands import MAX_BYTES, Install, Named, commands, entered, requirements_in
from toolkit.installs._jobs import jobs, pipelines, workflows
from toolkit.memory import once_a_run
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.path_names import is_backup
from toolkit.places import folder_of, inside, join, table, upward
from toolkit.texts import line_at, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from toolkit.context import Context

__all__ = ["Install", "fences", "installs", "is_dockerfile", "jobs", "requirements_in", "sole_user", "users"]

_RECIPES = regex(r"(?i)(?:gnu)?makefile|justfile")
_SAYS = regex(r"(?:echo|printf)\b")
_MOVES = regex(r"(?m)(?:^|[;&|(])[ \t@]*((?:cd|pushd)[ \t][^\n;&|)]*)")
_TO_ROOT = regex(r"dirname|BASH_SOURCE|ROOT|git rev-parse")
"""A script that goes to the root of its repository before all else."""
_LIFECYCLE = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand")
_README = regex(r"(?i)readme\.mdx?")
_FENCE = regex(r"(?ms)^[ \t]*```[ \t]*(?:sh|bash|shell|console|zsh|terminal)?[ \t]*\n(?P<code>.*?)^[ \t]*```")


def installs(context: Context, named: Named) -> Iterator[Install]:
    """Every install that can be told from files, in the order of kinds and paths.

    Args:
        context: the run's state.
        named: which files of a name to look at.
    """
    yield from _by_machines(context, named)
    yield from _readmes(context, named)


def _by_machines(context: Context, named: Named) -> Iterator[Install]:
    for read in (workflows, pipelines, _images, _scripts, _shells, _hosts, _devcontainers):
        yield from read(context, named)


def users(context: Context, managers: Collection[str], folders: Collection[str]) -> dict[str, list[Install]]:
    """Of some managers those that something installs with in one of some folders, and where.

    A README counts for nothing: it is often that of a template.
    """
    found: dict[str, list[Install]] = {}
    for one in _everywhere(context):
        if one.manager in managers and one.folder in folders:
            found.setdefault(one.manager, []).append(one)
    return found


def sole_user(context: Context, managers: Collection[str], folders: Collection[str]) -> tuple[str, str]:
    """The only one of some managers that something installs with, and what says so in words; both empty for none or several."""
    used = users(context, managers, folders)
    if len(used) != 1:
        return "", ""
    ((manager, (first, *_)),) = used.items()
    return manager, f"{first.path} runs {' '.join(first.text.split())}"


@once_a_run
def _everywhere(context: Context) -> tuple[Install, ...]:
    return tuple(_by_machines(context, context.inventory.named))


def is_dockerfile(name: str) -> bool:
    """Whether a file of that name is a Dockerfile, and no backup of one."""
    lower = name.lower()
    named = lower in ("dockerfile", "containerfile") or lower.startswith("dockerfile.") or lower.endswith(".dockerfile")
    return named and not is_backup(name)


def _images(context: Context, named: Named) -> Iterator[Install]:
    names = [name for name in context.inventory.by_name if is_dockerfile(name)]
    for path, document in context.documents(sorted(named(*names)), dockerfile.parse):
        for stage in document.stages:
            at, brought = "/", set[str]()
            for item in stage.instructions:
                if item.name == "WORKDIR":
                    at = posixpath.normpath(posixpath.join(at, item.value.strip()))
                if item.name == "COPY" and "from" not in item.flags and not _is_here(context, path, item.words[:-1]):
                    brought.add(posixpath.normpath(posixpath.join(at, item.words[-1])))
                installed = commands(item.value) if item.name == "RUN" and at not in brought else ()
                for manager, frozen, _, text in installed:
                    yield Install(manager, frozen, path, item.line, folder_of(path), text, "image")


def _is_here(context: Context, path: str, sources: Collection[str]) -> bool:
    """Whether the repository has something of what a Dockerfile copies; the rest a build makes, with manifests of its own."""
    known = context.inventory
    folders = {*upward(folder_of(path))}
    places = {posixpath.normpath(posixpath.join(up, one.strip("/"))) for up in folders for one in sources}
    wild = any("*" in one or "$" in one for one in sources)
    return wild or not sources or any(one in known.files or one in known.folders for one in places)


def _scripts(context: Context, named: Named) -> Iterator[Install]:
    for path in sorted(named("package.json")):
        document = context.readable(path, jsonc.parse) if "node_modules" not in path else None
        for name, script in table(document.data if document else {}, "scripts").items():
            for manager, frozen, _, text in commands(script) if isinstance(script, str) else ():
                folder = entered(script, folder_of(path))
                if document is not None and folder is not None:
                    yield Install(manager, frozen, path, document.line(("scripts", name)), folder, text, "script")


def _shells(context: Context, named: Named) -> Iterator[Install]:
    """Installs of Makefiles, and of shell scripts that stay in one folder: their own, or the root that they go to first."""
    names = [name for name in context.inventory.by_name if name.endswith(".sh") or _RECIPES.fullmatch(name)]
    for path in sorted(named(*names)):
        recipes = _RECIPES.fullmatch(path.rpartition("/")[2]) is not None
        for manager, frozen, line, text, folder in context.fact(_in_recipes if recipes else _in_shell, path):
            where = join(folder_of(path), folder) if recipes else folder or folder_of(path)
            if where is not None:
                yield Install(manager, frozen, path, line, where, text, "script")


def _in_recipes(context: Context, path: str) -> tuple[tuple[str, bool, int, str, str], ...]:
    """As of a shell script, with the folder that a line enters first: each line starts anew."""
    text = text_of(context, path)
    found: list[tuple[str, bool, int, str, str]] = []
    continues = False
    plain = len(text) <= MAX_BYTES and ".ONESHELL" not in text
    for number, line in enumerate(text.splitlines() if plain else (), 1):
        script = line.lstrip("\t @-") if line[:1] in ("\t", " ") and not continues else ""
        continues = line.endswith("\\")
        folder = entered(script, ".") if script and not script.startswith("#") else None
        if folder is not None and not _SAYS.match(script):
            found += [(manager, frozen, number, said, folder) for manager, frozen, _, said in commands(script)]
    return tuple(found)


def _in_shell(context: Context, path: str) -> tuple[tuple[str, bool, int, str, str], ...]:
    """Manager, whether frozen, line, text, and the root if it goes there, of each install in a script; none where it walks about."""
    text = text_of(context, path)
    moves = _MOVES.findall(text)
    if len(text) > MAX_BYTES or len(moves) > 1 or any(not _TO_ROOT.search(move) for move in moves):
        return ()
    lines = re.sub(r"(?m)^([ \t]*)#[^\n]*", r"\1", text)
    return tuple(
        (manager, frozen, line_at(lines, offset), command, "." if moves else "")
        for manager, frozen, offset, command in commands(lines)
    )


def _hosts(context: Context, named: Named) -> Iterator[Install]:
    """What Vercel and Render are told to install with, in the folder of their file."""
    for path, document in context.documents(sorted(named("vercel.json")), jsonc.parse):
        for key in ("installCommand", "buildCommand"):
            command = table({"": document.data}, "").get(key)
            for manager, frozen, _, text in commands(command) if isinstance(command, str) else ():
                if (folder := entered(str(command), folder_of(path))) is not None:
                    yield Install(manager, frozen, path, document.line((key,)), folder, text, "host")


def _devcontainers(context: Context, named: Named) -> Iterator[Install]:
    """What a devcontainer installs once it is made, in the folder that it is for."""
    for path, document in context.documents(sorted(named("devcontainer.json", ".devcontainer.json")), jsonc.parse):
        folder = path.partition(".devcontainer")[0].rstrip("/") or "."
        for key in _LIFECYCLE:
            value = table({"": document.data}, "").get(key)
            listed = list(value.values()) if isinstance(value, dict) else [value]
            for text in (one for one in listed if isinstance(one, str) and not re.search(r"\bcd\s", one)):
                for manager, frozen, _, command in commands(text):
                    yield Install(manager, frozen, path, document.line((key,)), folder, command, "host")


def _readmes(context: Context, named: Named) -> Iterator[Install]:
    """Installs of a README that speaks of one manager only; one that lists several lets the reader choose."""
    names = [name for name in context.inventory.by_name if _README.fullmatch(name)]
    for path in sorted(named(*names)):
        text = text_of(context, path) if context.is_file(inside(folder_of(path), "package.json")) else ""
        found = []
        for fence in _FENCE.finditer(text):
            if not re.search(r"\bcd\s", fence["code"]):
                found += [
                    (one, fence.start("code") + one[2])
                    for one in commands(fence["code"])
                    if one[0] in JAVASCRIPT_MANAGERS
                ]
        if found and len({one[0] for one, _ in found}) == 1:
            (manager, frozen, _, command), offset = found[0]
            if len(set(re.findall(r"\b(npm|pnpm|yarn|bun) (?:i|install|run|add|dev|build|start|test)\b", text))) == 1:
                yield Install(manager, frozen, path, line_at(text, offset), folder_of(path), command, "readme")


def fences(context: Context, named: Named) -> Iterator[tuple[str, str, int]]:
    """Path, text and offset of each block of commands in a README."""
    names = [name for name in context.inventory.by_name if _README.fullmatch(name)]
    for path in sorted(named(*names)):
        for fence in _FENCE.finditer(text_of(context, path)):
            yield path, fence["code"], fence.start("code")
