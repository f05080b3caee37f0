"""What a command of a script needs that is not there: files, folders, configurations, scripts and workspaces."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checks.references._packages import all_packages, option
from toolkit.checks.references._repair import remembered
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._packages import Command, Package
    from toolkit.model import Severity

__all__ = ["Broken", "broken"]

_INTERPRETERS = {
    "node": (".js", ".mjs", ".cjs", ".json", "/index.js"),
    "nodemon": (".js", "/index.js"),
    "ts-node": (".ts", ".js", "/index.ts"),
    "ts-node-esm": (".ts",),
    "ts-node-dev": (".ts",),
    "tsx": (".ts", ".tsx", ".js", "/index.ts", "/index.tsx"),
    "bun": (".ts", ".js", "/index.ts", ".tsx"),
    "bash": (),
    "sh": (),
    "zsh": (),
    "python": (),
    "python3": (),
}
_CODE = re.compile(r"\.(js|mjs|cjs|ts|mts|cts|tsx|jsx|sh|bash|py)$")
_WITH_VALUE = frozenset(
    {
        "-r", "--require", "--import", "--loader", "--experimental-loader", "-P", "--project", "-O", "--compiler-options", "--conditions",
        "-C", "--env-file", "-w", "--watch", "--ext", "-x", "--exec", "--tsconfig", "--inspect-port", "--cwd", "--env-file-if-exists",
        "--watch-path", "-D", "--ignore", "--swc",
    }
)  # fmt: skip
_INLINE = frozenset({"-e", "--eval", "-p", "--print", "-c", "-m", "-pe", "--exec", "-x", "--test"})
_OUTPUT = re.compile(
    r"(^|/)(dist|build|lib|out|output|es|esm|cjs|target|bin|\.[\w-]+|node_modules|coverage|generated|tmp|temp)(/|$|-)"
)
_OPEN = re.compile(r"[$*?{}`<>]|^~|^-")
_CONFIGURED = {
    "tsc": ("-p", "--project"),
    "ts-mocha": ("-p", "--project"),
    "ts-node": ("-P", "--project"),
    "jest": ("-c", "--config"),
    "vite": ("-c", "--config"),
    "vitest": ("-c", "--config"),
    "webpack": ("-c", "--config"),
    "mocha": ("--config",),
    "playwright": ("-c", "--config"),
    "tsup": ("--config",),
    "eslint": ("-c", "--config"),
    "wrangler": ("-c", "--config"),
}
_PLAIN_NAME = re.compile(r"@?[\w./-]+")
_SCRIPT = re.compile(r"[\w:.@/-]+")
_MAKES_SCRIPT = {"npm": ("run", "run-script"), "pnpm": ("run",)}


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that is missing.

    Args:
        word: the word of the command that names it.
        text: what is wrong with it, to end a sentence.
        near: the path that was probably meant, relative to the folder of the command.
    """

    word: str
    text: str
    severity: Severity = "error"
    near: str = ""


def broken(context: Inspection, command: Command, base: str) -> Iterator[Broken]:
    """What a command needs and does not find.

    Args:
        context: the run.
        command: the command.
        base: the folder of the script.
    """
    if command.guarded or "$" in command.folder:
        return
    folder = posixpath.normpath(posixpath.join(base, command.folder))
    if folder.startswith("..") or (folder not in context.inventory.folders and folder != "."):
        return
    program, words = posixpath.basename(command.words[0]), command.words
    if program in ("cd", "pushd"):
        yield from _folder(context, words, folder)
    elif command.words[0].startswith(("./", "../")):
        yield from _file(context, words[0], folder, (), first=command.first)
    elif program in _INTERPRETERS:
        yield from _interpreted(context, words, folder, _INTERPRETERS[program], first=command.first)
    elif program in _MAKES_SCRIPT or program in ("run-s", "run-p", "npm-run-all"):
        yield from _scripts(context, program, words, folder)
    if program in _CONFIGURED and (given := option(words, *_CONFIGURED[program])):
        yield from _configuration(context, given, folder)


def _folder(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    target = words[1] if len(words) > 1 else "-"
    if _OPEN.search(target) or target.startswith("/") or _OUTPUT.search(target):
        return
    verdict = resolve(context, target, folder)
    if verdict.kind == "missing":
        yield Broken(target, f"the folder {target} does not exist")


def _interpreted(
    context: Inspection, words: tuple[str, ...], folder: str, suffixes: tuple[str, ...], *, first: bool
) -> Iterator[Broken]:
    skip = False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in _INLINE:
            return
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith("-") and not (words[0] in ("bun", "tsx", "nodemon") and word in ("run", "watch")):
            if _CODE.search(word) or word.startswith(("./", "../")):
                yield from _file(context, word, folder, suffixes, first=first)
            return


def _file(context: Inspection, word: str, folder: str, suffixes: tuple[str, ...], *, first: bool) -> Iterator[Broken]:
    if _OPEN.search(word) or word.startswith("/"):
        return
    verdict = resolve(context, word, folder, suffixes=suffixes)
    if verdict.kind != "missing" or (word.endswith("server.js") and context.is_file(_next(context, folder))):
        return  # the server that Next.js writes for its image has this name
    near = _beside(verdict.near, folder)
    if verdict.command:
        if posixpath.basename(verdict.near) == posixpath.basename(verdict.path):
            yield Broken(word, f"the build makes {near} in place of {word}", "error", near)
        return
    if _OUTPUT.search(word):
        if first:
            yield Broken(word, f"{word} is in no clone, and no script is known to make it", "info")
        return
    yield Broken(word, f"{word} does not exist{f'; {near} does' if near else ''}", "error", near)


def _configuration(context: Inspection, given: str, folder: str) -> Iterator[Broken]:
    if _OPEN.search(given) or given.startswith(("/", "@")) or not re.search(r"[./]", given):
        return
    verdict = resolve(context, given, folder, suffixes=(".json", "/tsconfig.json"))
    if verdict.kind == "missing":
        near = _beside("" if verdict.command else verdict.near, folder)
        yield Broken(
            given, f"the configuration {given} does not exist{f'; {near} does' if near else ''}", "error", near
        )


def _scripts(context: Inspection, program: str, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    names = _workspaces(words)
    unknown = [name for name in names if _PLAIN_NAME.fullmatch(name) and not _is_workspace(context, name, folder)]
    if unknown:
        yield Broken(unknown[0], f"no workspace is called {unknown[0]}")
    elif not names and "--if-present" not in words:
        yield from _own_scripts(context, program, words, folder)


def _own_scripts(context: Inspection, program: str, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    if set(words) & {
        "-r",
        "--recursive",
        "--workspaces",
        "-ws",
        "--filter",
        "-F",
        "--parallel",
        "-C",
        "--dir",
    }:
        return
    prefix = option(words, "--prefix", "--cwd")
    if prefix:
        if _OPEN.search(prefix) or prefix.startswith("/"):
            return
        folder = posixpath.normpath(posixpath.join(folder, prefix))
        if folder.startswith(".."):
            return
    package = _package(context, folder, exact=bool(prefix))
    if package is None:
        if prefix and resolve(context, f"{folder}/package.json").kind == "missing":
            yield Broken(prefix, f"{prefix} has no package.json")
        return
    for name in _run_names(program, words):
        known = name in package.scripts or not _SCRIPT.fullmatch(name)
        if not known and not (name == "start" and context.is_file(f"{package.folder}/server.js")):
            yield Broken(name, f"{package.path} has no script {name}")


def _run_names(program: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if program in _MAKES_SCRIPT:
        rest = list(_without_options(words[1:]))
        return (rest[1],) if len(rest) > 1 and rest[0] in _MAKES_SCRIPT[program] else ()
    # A name may carry arguments, and a glob stands for several.
    return tuple(
        word
        for word in words[1:]
        if not word.startswith("-") and " " not in word and "*" not in word and program != "npm-run-all"
    )


def _without_options(words: tuple[str, ...]) -> Iterator[str]:
    skip = False
    for word in words:
        if word == "--":
            return
        if skip:
            skip = False
        elif word in ("--prefix", "--cwd", "-w", "--workspace", "--filter", "-F", "--loglevel", "--userconfig"):
            skip = True
        elif not word.startswith("-"):
            yield word


def _workspaces(words: tuple[str, ...]) -> tuple[str, ...]:
    before = words[: words.index("--")] if "--" in words else words
    found = []
    for index, word in enumerate(before):
        name, equals, value = word.partition("=")
        if name in ("-w", "--workspace", "--filter", "-F"):
            found.append(value if equals else "".join(before[index + 1 : index + 2]))
    # pnpm's -w means the root of the workspace and takes no value.
    return tuple(name for name in found if name) if words[0] != "pnpm" or "-w" not in words else ("...",)


def _is_workspace(context: Inspection, name: str, folder: str) -> bool:
    def make() -> frozenset[str]:
        return frozenset(str(one.data.get("name")) for one in all_packages(context))

    names: frozenset[str] = remembered(context, "references.package_names", make)
    if name in names or "..." in name or any(one.rpartition("/")[2] == name for one in names):
        return True
    path = posixpath.normpath(posixpath.join(folder, name))
    return path in context.inventory.folders or any(one.rpartition("/")[2] == name for one in context.inventory.folders)


def _package(context: Inspection, folder: str, *, exact: bool) -> Package | None:
    known: dict[str, Package] = remembered(
        context, "references.package_by_folder", lambda: {one.folder: one for one in all_packages(context)}
    )
    while folder not in known and not exact and folder not in (".", ""):
        folder = posixpath.dirname(folder) or "."
    return known.get(folder)


def _beside(near: str, folder: str) -> str:
    """The path that was probably meant, from the folder of the command; a file of the same name elsewhere tells nothing."""
    found = posixpath.relpath(near, folder) if near else ""
    return "" if found.startswith("..") else found


def _next(context: Inspection, folder: str) -> str:
    """The configuration of Next.js in a folder; a path that is not there if it has none."""
    names = (posixpath.normpath(posixpath.join(folder, f"next.config.{end}")) for end in ("js", "mjs", "ts", "cjs"))
    return next((name for name in names if context.is_file(name)), "?")
