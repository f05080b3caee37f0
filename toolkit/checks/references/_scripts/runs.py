"""What a command of a script needs that is not there: files, folders, configurations, scripts and workspaces."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._operands import named, operands
from toolkit.checks._test_folders import tests
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._crates import binaries
from toolkit.checks.references._scripts.copies import copied, made
from toolkit.checks.references._scripts.ignored_scripts import SCRIPT_FILE, judged
from toolkit.checks.references._scripts.interpreters import module, startable
from toolkit.checks.references._scripts.managers import PROGRAMS, asked
from toolkit.checks.references._scripts.run_outputs import OUTPUT, beside, unfilled
from toolkit.expressions import regex
from toolkit.near_paths import is_letter_off, runs_instead
from toolkit.places import path_from, upward
from toolkit.references import lost_part, resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._scripts.commands import Command

__all__ = ["Broken", "broken"]

_INTERPRETERS = {
    "node": (".js", ".mjs", ".cjs", ".json", "/index.js"),
    "nodemon": (".js", "/index.js"),
    "ts-node": (".ts", ".js", "/index.ts"),
    "ts-node-esm": (".ts",),
    "ts-node-dev": (".ts",),
    "tsx": (".ts", ".tsx", ".js", "/index.ts", "/index.tsx"),
    "vite-node": (".ts", ".js"),
    "bun": (".ts", ".js", "/index.ts", ".tsx"),
    "bash": (),
    "sh": (),
    "zsh": (),
    "deno": (".ts", ".tsx", ".js"),
    "python": (),
    "python3": (),
}
_WITH_VALUE = frozenset(
    {
        "-r", "--require", "--import", "--loader", "--experimental-loader", "-P", "--project", "-O", "--compiler-options", "--conditions",
        "-C", "--env-file", "-w", "--ext", "-x", "--exec", "--tsconfig", "--inspect-port", "--cwd", "--env-file-if-exists",
        "--watch-path", "-D", "--ignore", "--swc",
    }
)  # fmt: skip
_WATCHES = frozenset({"nodemon", "ts-node-dev"})
_INLINE = frozenset({"-e", "--eval", "-p", "--print", "-c", "-m", "-pe", "--exec", "-x", "--test"})
_WRITTEN = regex(r"(?:^|/)(?:bin|lib)/(?:[^/]+/)*[^/]+\.(?:sh|bash|py)$")
"""Scripts in folders that compilers fill, too: no compiler makes these."""
_OPEN = regex(r"[$*?{}`<>]|^~|^-")
_INSTALLERS = frozenset({"pip", "pip3", "uv"})
_CONFIGURED = {
    "tsc": ("-p", "--project"), "ts-mocha": ("-p", "--project"), "ts-node": ("-P", "--project"), "jest": ("-c", "--config"),
    "vite": ("-c", "--config"), "vitest": ("-c", "--config"), "webpack": ("-c", "--config"), "mocha": ("--config",),
    "playwright": ("-c", "--config"), "tsup": ("--config",), "eslint": ("-c", "--config"), "rollup": ("-c", "--config"),
    "prisma": ("--schema",), "knex": ("--knexfile",), "typeorm": ("-d", "--dataSource"),
    "tailwindcss": ("-c", "--config", "-i", "--input"), "prettier": ("--config",), "stylelint": ("--config",),
    "babel": ("--config-file",), "cypress": ("-C", "--config-file"), "detox": ("-C", "--config-path"),
    "orval": ("--config",), "hardhat": ("--config",), "skaffold": ("-f", "--filename"), "drizzle-kit": ("--config",),
    "graphql-codegen": ("-c", "--config"), "cargo": ("--manifest-path",), "storybook": ("-c", "--config-dir"),
}  # fmt: skip
_CONTAINERS = frozenset({"docker", "docker-compose", "kubectl"})
_FILTERS = frozenset({"vitest", "bun"})
"""Test runners whose arguments match any file that contains them."""
_ENTRIES = {
    "tsup": (".ts", ".tsx", ".js"),
    "esbuild": (".ts", ".tsx", ".js"),
    "mocha": (),
    "vitest": (),
    "ts-mocha": (),
}
"""Programs whose arguments are sources, with the endings that may be added."""


def broken(context: Inspection, command: Command, base: str) -> Iterator[Broken]:
    """What a command needs and does not find."""
    if command.guarded or "$" in command.folder:
        return
    folder = path_from(base, command.folder)
    if folder.startswith("..") or (folder not in context.inventory.folders and folder != "."):
        return
    program, words = posixpath.basename(command.words[0]), command.words
    if program in ("cd", "pushd"):
        yield from _folder(context, words, folder)
    elif words[0].startswith(("./", "../")) or _is_script(words[0], program):
        yield from _file(context, words[0], folder, (), first=command.first)
    elif script := _handed_over(words):
        yield from _file(context, script, folder, (), first=command.first)
    elif program in _INTERPRETERS:
        yield from _interpreted(context, words, folder, _INTERPRETERS[program], first=command.first)
    yield from _requirements(context, words, folder)
    if program in PROGRAMS:
        yield from asked(context, program, words, folder)
    yield from _left(context, words, folder)
    yield from copied(context, command, folder)
    yield from made(context, words, folder)
    yield from _program(context, words)
    for text in (text for text, kind, _ in named(words) if kind == "file"):
        yield from _file(context, text, folder, (), first=command.first)
    yield from _entries(context, words, folder, _ENTRIES.get(program), first=command.first)
    yield from (Broken(word, text, f"correct the folder {word}") for word, text in tests(context, words, folder))
    if given := _configured(program, words):
        yield from _configuration(context, program, given, folder)


def _configured(program: str, words: tuple[str, ...]) -> str:
    """The configuration that a program is given; ``-f`` of those of containers names a file for some of their commands only."""
    if program in _CONTAINERS:
        return next((text for text, kind, _ in operands(words) if kind == "file" or program == "kubectl"), "")
    return option(words, *_CONFIGURED[program]) if program in _CONFIGURED else ""


def _is_script(word: str, program: str) -> bool:
    """Whether a command is a script by its path, or by its name behind a runner (``uv run FILE``)."""
    by_path = "/" in word and not word.startswith("node_modules/") and SCRIPT_FILE.search(word)
    return bool(by_path) or (program.endswith(".py") and word == program)


def _handed_over(words: tuple[str, ...]) -> str:
    """The script that a toolchain for contracts is to run; empty for none."""
    if words[0] == "hardhat" and "run" in words:
        return next((word for word in words[words.index("run") + 1 :] if SCRIPT_FILE.search(word)), "")
    given = words[2:] if words[:2] == ("forge", "script") and "--root" not in words else ()
    return next((name for word in given if (name := word.partition(":")[0]).endswith(".sol")), "")


def _folder(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    target = words[1] if len(words) > 1 else "-"
    if _OPEN.search(target) or target.startswith("/") or OUTPUT.search(target):
        return
    if (verdict := resolve(context, target, folder)).kind == "missing":
        near = beside(verdict.near, folder)
        todo = instead(target, near, f"add the folder {target}, or correct the path")
        text = f"the folder {target} does not exist{f'; {near} does' if near else ''}"
        yield Broken(target, text, todo, near=near if verdict.sure else "")


def _interpreted(
    context: Inspection, words: tuple[str, ...], folder: str, suffixes: tuple[str, ...], *, first: bool
) -> Iterator[Broken]:
    skip = False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in _INLINE:
            yield from module(context, words, folder) if word == "-m" else ()
            return
        elif word in _WITH_VALUE or (word == "--watch" and posixpath.basename(words[0]) in _WATCHES):
            skip = True
        elif not word.startswith("-") and not (
            words[0] in ("bun", "tsx", "nodemon", "deno") and word in ("run", "watch", "test", "bench", "check")
        ):
            pattern = "test" in words[1:2] and any(word in path for path in context.below(folder))
            named = SCRIPT_FILE.search(word) or word.startswith(("./", "../")) or (words[0] == "node" and "/" in word)
            if named and not pattern:
                for one in _file(context, word, folder, suffixes, first=first):
                    yield startable(one, words[0])
            return


def _file(context: Inspection, word: str, folder: str, suffixes: tuple[str, ...], *, first: bool) -> Iterator[Broken]:
    if _OPEN.search(word) or word.startswith("/"):
        return
    verdict = resolve(context, word, folder, suffixes=suffixes)
    if verdict.kind == "built" and ".js" in suffixes and not SCRIPT_FILE.search(word):
        verdict = resolve(context, f"{word}.js", folder)  # with its ending it is known where the compiler puts it
    verdict = judged(context, verdict)
    if (lost := unfilled(context, word, folder, verdict)) is not None:
        yield lost
        return
    if verdict.kind != "missing" or (word.endswith("server.js") and context.is_file(_next(context, folder))):
        return  # the server that Next.js writes for its image has this name
    fits = verdict.command or runs_instead(context, verdict.near, verdict.path)
    near = beside(verdict.near if fits else "", folder)
    if verdict.command:
        there, stem = posixpath.relpath(verdict.near, folder), _stem(verdict.path)
        if posixpath.basename(verdict.near) == posixpath.basename(verdict.path):
            text = f"the build makes {there} in place of {word}"
            yield Broken(word, text, instead(word, there, ""), "error", near)
        elif all(_stem(one) != stem for one in context.below(verdict.producer)):
            text = f"the build makes {there} and the like, and {word} has no source"
            yield Broken(word, text, f"name a file that `{verdict.command}` makes, or add the source", "warning")
        return
    if OUTPUT.search(word) and not _WRITTEN.search(word):
        if first:
            todo = f"add the script that makes {word}, or say where it comes from"
            yield Broken(word, f"{word} is in no clone, and no script is known to make it", todo, "info")
        return
    todo = instead(word, near, f"add {word}, or correct the path")
    above = lost_part(context, verdict.path) if not near else verdict.path
    away = above if above != verdict.path else ""
    yield Broken(
        word,
        f"{word} does not exist{f'; {near} does' if near else ''}",
        todo,
        "error",
        near if verdict.sure else "",
        cause="" if near or away else "file",
        gone=away,
    )


def _stem(path: str) -> str:
    return posixpath.basename(path).partition(".")[0]


def _program(context: Inspection, words: tuple[str, ...]) -> Iterator[Broken]:
    """A program that cargo is to build or run, and that no crate of the repository has."""
    name = option(words[: words.index("--")] if "--" in words else words, "--bin") if words[0] == "cargo" else ""
    known = sorted(set(binaries(context, "."))) if name and "install" not in words else []
    if known and name not in known and not context.inventory.gitlinks and re.fullmatch(r"[\w-]+", name):
        near = likely(name, known)
        todo = instead(name, near, f"add src/bin/{name}.rs, or name a program that there is")
        text = f"no crate has a program {name}{f'; {near} is one' if near else ''}"
        yield Broken(name, text, todo, near=near if is_letter_off(name, near) else "")


def _requirements(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    for name, value in pairwise(words if posixpath.basename(words[0]) in _INSTALLERS else ()):
        if (
            name in ("-r", "--requirement", "--requirements")
            and not (_OPEN.search(value) or value.startswith("/") or "://" in value)
            and resolve(context, value, folder).kind == "missing"
        ):
            yield Broken(value, f"{value} does not exist", f"add {value}, or correct the path")


def _left(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """Paths that lead out of the repository, although the repository has what they name."""
    for word in words[1:] if words[0] not in ("cd", "pushd") and words[0] not in PROGRAMS else ():
        _, _, value = word.rpartition("=")
        if not value.startswith("../") or _OPEN.search(value):
            continue
        path = path_from(folder, value)
        inner = path
        while inner.startswith("../"):
            inner = inner.removeprefix("../")
        if inner != path and posixpath.splitext(inner)[1] and context.is_file(inner):
            near = posixpath.relpath(inner, folder)
            yield Broken(value, f"{value} lies outside of the repository; {near} is there", f"write {near}", near=near)


def _configuration(context: Inspection, program: str, given: str, folder: str) -> Iterator[Broken]:
    if program == "tsup" and any(context.is_file(path_from(up, given)) for up in upward(folder)):
        return  # it looks through the folders above, too
    if _OPEN.search(given) or given.startswith(("/", "@")) or not re.search(r"[./]", given):
        return
    verdict = resolve(context, given, folder, suffixes=(".json", "/tsconfig.json"))
    if verdict.kind == "missing":
        near = beside("" if verdict.command else verdict.near, folder)
        text = f"the configuration {given} does not exist{f'; {near} does' if near else ''}"
        todo = instead(given, near, f"add {given}, or name a configuration that is there")
        yield Broken(given, text, todo, "error", near if verdict.sure else "", cause="" if near else "file")


def _entries(
    context: Inspection, words: tuple[str, ...], folder: str, suffixes: tuple[str, ...] | None, *, first: bool
) -> Iterator[Broken]:
    """Sources that a bundler or a test runner is given by name; nothing of other programs."""
    previous = ""
    for word in words[1:] if suffixes is not None else ():
        pattern = words[0] in _FILTERS and any(word.removeprefix("./") in path for path in context.below(folder))
        named = SCRIPT_FILE.search(word) and not word.startswith("-") and "=" not in word
        if named and not previous.startswith("-") and not pattern:
            yield from _file(context, word, folder, suffixes or (), first=first)
        previous = word


def _next(context: Inspection, folder: str) -> str:
    """The configuration of Next.js in a folder; a path that is not there if it has none."""
    names = (path_from(folder, f"next.config.{end}") for end in ("js", "mjs", "ts", "cjs"))
    return next(filter(context.is_file, names), "?")
