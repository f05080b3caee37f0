"""What the commands of a deployment need and the repository lacks: those of package scripts, and those of servers."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks._workspaces import nearest, selected
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.runs import broken
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import inside, path_from, upward
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["lacking"]

_SERVERS = frozenset({"gunicorn", "uvicorn", "hypercorn", "daphne", "granian"})
_APPLICATION = regex(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::([A-Za-z_]\w*)?[\w.]*(?:\(\))?)?")
_MADE_OF_OTHERS = regex(r"(?m)^\s*from\s.*import\s*\(?\s*\*|__getattr__|\bglobals\(\)|\bsetattr\(")
"""What gives a module of Python names that its text does not say."""
_OPEN = regex(r"[$*?{}`<>]|^~|^/|://")
_VALUED = frozenset(
    {"-w", "--workers", "-b", "--bind", "-k", "--worker-class", "-c", "--config", "--host", "--port", "-p", "--timeout", "-t",
     "--threads", "--log-level", "--access-logfile", "--error-logfile", "--proxy-headers", "--forwarded-allow-ips", "--limit-concurrency",
     "--loop", "--interface", "--max-requests", "--max-requests-jitter", "--worker-connections", "--keep-alive", "--graceful-timeout",
     "--name", "-n", "--env-file", "--log-config", "--reload-dir", "--ws", "--http", "--lifespan", "--root-path", "--pythonpath",
     "--worker-tmp-dir", "--chdir", "--app-dir", "--pid", "-e", "--env", "--statsd-host", "--timeout-keep-alive"}
)  # fmt: skip
"""Options of these servers that take a value."""


def lacking(
    context: Inspection, text: str, bases: tuple[str, ...], which: Callable[[str], bool] | None = None
) -> Iterator[Broken]:
    """What a command needs and does not find from any of the folders that it may run in.

    Args:
        context: the run.
        text: the command as a shell takes it.
        bases: the folders.
        which: tells by its name whether a program is looked at; all are without it.
    """
    known = [base for base in bases if _is_folder(context, base)]
    found = [{one.word: one for one in _from(context, text, base, which)} for base in known]
    for word, one in found[0].items() if found else ():
        if all(word in other for other in found):
            yield one


def _is_folder(context: Inspection, folder: str) -> bool:
    return folder == "." or folder in context.inventory.folders


def _from(context: Inspection, text: str, base: str, which: Callable[[str], bool] | None) -> Iterator[Broken]:
    for command in commands(text):
        if which is not None and not which(posixpath.basename(command.words[0])):
            continue
        folder = path_from(base, command.folder)
        if command.guarded or "$" in command.folder or not _is_folder(context, folder):
            continue
        yield from broken(context, command, base)
        program, words = posixpath.basename(command.words[0]), command.words
        if program in JAVASCRIPT_MANAGERS:
            yield from _started(context, words, folder)
        elif servers := [index for index, word in enumerate(words[:4]) if word in _SERVERS]:
            yield from _served(context, words[servers[0] + 1 :], folder)
        elif "celery" in words[:4]:
            yield from _worked(context, words, folder)


def _started(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """``npm start``, which needs a script or a ``server.js``, and scripts where no package is."""
    package = nearest(context, folder, exact=False)
    asked = [word for word in words[1:] if not word.startswith("-")]
    if any(word.startswith(("-", "workspace")) for word in words[1:]) or not asked or selected(words, words[0]):
        return
    if package is None:
        written = any(context.is_file(inside(place, "package.json")) for place in upward(folder))
        if not written and asked[0] in ("run", "start", "ci", "build", "test"):
            text = f"there is no package.json in {folder} and none above it"
            yield Broken("package.json", text, f"add {inside(folder, 'package.json')}, or remove the command")
    elif asked[0] == "start" and "start" not in package.scripts and not context.is_file(package.at("server.js")):
        yield Broken("start", f"{package.path} has no script start", f"add a script start to {package.path}")


def _served(context: Inspection, rest: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """The module of a Python server, which counts from where it is started or told to change to."""
    folder = path_from(folder, option(rest, "--chdir", "--app-dir", "--pythonpath"))
    if _OPEN.search(folder) or folder.startswith(".."):
        return
    skip = False
    for word in rest:
        name, equals, value = word.partition("=")
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = not equals and name in _VALUED
        else:
            match = _APPLICATION.fullmatch(word)
            if match and not value and not _has_module(context, match[1], folder):
                todo = f"add the module {match[1]} below {folder}, or start the server where it is"
                yield Broken(word, f"there is no module {match[1]}", todo)
            elif match and not value:
                yield from _nameless(context, match[1], match[2] or "", folder)
            return


def _nameless(context: Inspection, name: str, wanted: str, folder: str) -> Iterator[Broken]:
    """The name of an application that the one file of its module does not say anywhere."""
    stems = {path_from(base, name.replace(".", "/")) for base in (folder, posixpath.join(folder, "src"))}
    files = [one for stem in stems for one in (f"{stem}.py", f"{stem}/__init__.py") if context.is_file(one)]
    text = text_of(context, files[0], errors="replace") if len(files) == 1 and wanted.isidentifier() else ""
    if text and not re.search(rf"\b{wanted}\b", text) and not _MADE_OF_OTHERS.search(text):
        yield Broken(wanted, f"{files[0]} has nothing of the name {wanted}", f"add {wanted} there, or name what it has")


def _worked(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """The application of Celery: a module of a package that is here, or a name in it."""
    name, _, wanted = option(words, "-A", "--app").partition(":")
    folder = path_from(folder, option(words, "--workdir"))
    if "." not in name or not _APPLICATION.fullmatch(name):
        return
    if _has_module(context, name, folder):
        yield from _nameless(context, name, wanted, folder)
        return
    package, _, last = name.rpartition(".")
    stems = (path_from(base, package.replace(".", "/")) for base in (folder, posixpath.join(folder, "src")))
    files = [file for stem in stems for file in (f"{stem}.py", f"{stem}/__init__.py") if context.is_file(file)]
    if not any(last in text_of(context, file, errors="replace") for file in files):
        todo = f"add the module {name} below {folder}, or name the one that makes the application"
        yield Broken(name, f"there is no module {name}", todo)


def _has_module(context: Inspection, name: str, folder: str) -> bool:
    """Whether a Python module lies in the folder, in its ``src``, or is nobody's here and so perhaps a package's."""
    path = name.replace(".", "/")
    for base in (folder, posixpath.join(folder, "src")):
        clean = path_from(base, path)
        if context.is_file(f"{clean}.py") or clean in context.inventory.folders:
            return True
        top = path_from(base, path.partition("/")[0])
        if "/" in path and top in context.inventory.folders:
            return False
    names = context.inventory.by_name
    return "/" in path and not any(end in names for end in (f"{path.partition('/')[0]}.py",))
