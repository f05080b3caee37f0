"""Paths that steps name: folders to work in, scripts to run, files that actions read."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from toolkit.checks.workflows._expand import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Step
    from toolkit.checks.workflows._shell import Simple

__all__ = ["Named", "named_paths"]

Kind = Literal["folder", "file", "action", "lock"]


@dataclass(frozen=True, slots=True)
class Named:
    """A path in a step.

    Args:
        text: as written, expressions put in.
        kind: what has to be there.
        what: how a person calls it.
        bases: folders it may count from, relative to the workspace.
        key: where it stands in the document; empty for a line of the script.
        line: 0-based line of the script.
        fatal: whether the step fails without it.
        script_index: which command of the script names it; those before it may make it.
    """

    text: str
    kind: Kind
    what: str
    bases: tuple[str, ...] = (".",)
    key: tuple[str | int, ...] = ()
    line: int = 0
    fatal: bool = True
    script_index: int = 0


_FILE_INPUTS: dict[str, tuple[str, ...]] = {
    "actions/setup-node": ("node-version-file",),
    "actions/setup-python": ("python-version-file",),
    "actions/setup-go": ("go-version-file",),
    "actions/setup-java": ("java-version-file",),
    "actions/setup-dotnet": ("global-json-file",),
    "pnpm/action-setup": ("package_json_file",),
    "docker/build-push-action": ("file",),
}
_FOLDER_INPUTS: dict[str, tuple[str, ...]] = {
    "golangci/golangci-lint-action": ("working-directory",),
    "cloudflare/wrangler-action": ("workingDirectory",),
    "cypress-io/github-action": ("working-directory",),
    "bahmutov/npm-install": ("working-directory",),
    "ruby/setup-ruby": ("working-directory",),
    "docker/build-push-action": ("context",),
}
_LOCK_ACTIONS = {"actions/setup-node": True, "actions/setup-python": True, "actions/setup-go": False}
"""Whether ``cache-dependency-path`` that matches nothing fails the step; setup-go only goes without a cache."""

_RUNNERS = ("bash", "sh", "zsh", "source", ".", "python", "python3", "node", "bun", "tsx", "ts-node", "ruby", "perl")
_SCRIPT = re.compile(r"[\w@./+-]+\.(?:sh|bash|py|js|mjs|cjs|ts|mts|rb|pl)")
_WRAPPERS = ("./gradlew", "./mvnw")
_FOLDER_OPTIONS = {
    "make": ("-C", "--directory"),
    "npm": ("--prefix", "-C"),
    "pnpm": ("--dir", "-C", "--prefix"),
    "yarn": ("--cwd",),
    "bun": ("--cwd",),
    "forge": ("--root",),
    "terraform": ("-chdir",),
    "tofu": ("-chdir",),
}
_FILE_OPTIONS = {
    "pip": ("-r", "--requirement"),
    "pip3": ("-r", "--requirement"),
    "cargo": ("--manifest-path",),
    "make": ("-f",),
    "tsc": ("-p", "--project"),
    "kubectl": ("-f", "--filename"),
}
_BUILD_FLAGS = ("--load", "--push", "--pull", "--no-cache", "--quiet", "-q", "--rm", "--squash")
_COMPOSE = ("docker-compose", "podman-compose")
_ODD = re.compile(r"[$`*?{}<>\\\[\]]|^[~/-]|://")


def named_paths(step: Step) -> Iterator[Named]:
    """Every path a step names whose absence is a fault."""
    yield from _of_uses(step)
    if step.script:
        key = _folder_key(step)
        for text in step.folders if key else ():
            yield Named(text, "folder", "working-directory", key=key)
        for index, command in enumerate(step.commands):
            yield from _of_command(step, command, index)


def _folder_key(step: Step) -> tuple[str | int, ...]:
    """Where the folder is given that a step works in; empty if nowhere. A default is told by the first step it counts for."""
    if isinstance(step.data.get("working-directory"), str):
        return (*step.path, "working-directory")
    running = [other for other in step.job.steps if "run" in other.data and "working-directory" not in other.data]
    if running[:1] != [step]:
        return ()
    for path in (step.job.path, ()):
        key = (*path, "defaults", "run", "working-directory")
        if isinstance(step.job.workflow.document.get(key), str):
            return key
    return ()


def _of_uses(step: Step) -> Iterator[Named]:
    if step.uses.startswith("./") and "${{" not in step.uses:
        yield Named(step.uses, "action", "local action", key=(*step.path, "uses"))
        return
    for key in _FILE_INPUTS.get(step.action, ()):
        yield from _of_input(step, key, "file")
    for key in _FOLDER_INPUTS.get(step.action, ()):
        yield from _of_input(step, key, "folder")
    if step.action in _LOCK_ACTIONS and isinstance(step.inputs.get("cache-dependency-path"), str):
        cache = str(step.inputs.get("cache", "")).lower()
        for line in step.inputs["cache-dependency-path"].splitlines():
            for text in expand(line.strip(), step.job) if line.strip() else ():
                if not text.startswith("!"):
                    fatal = _LOCK_ACTIONS[step.action] and cache not in ("", "false")
                    place = (*step.path, "with", "cache-dependency-path")
                    yield Named(text, "lock", "cache-dependency-path", key=place, fatal=fatal)


def _of_input(step: Step, key: str, kind: Literal["file", "folder"]) -> Iterator[Named]:
    value = step.inputs.get(key)
    if not isinstance(value, str) or not value or "\n" in value:
        return
    for text in expand(value, step.job):
        if not _ODD.search(text) and not text.startswith(("http:", "https:", "git@")):
            yield Named(text, kind, key, key=(*step.path, "with", key))


def _of_command(step: Step, command: Simple, index: int) -> Iterator[Named]:
    """Only what surely runs: no branch of a condition, no alternative, nothing whose failure is caught."""
    if command.depth or command.negated or command.before == "||" or command.after == "||" or command.cwd is None:
        return
    bases = tuple(posixpath.normpath(posixpath.join(folder, command.cwd)) for folder in step.folders)
    for text, kind, what in _operands(command.words):
        if not _ODD.search(text) and bases:
            fatal = command.after != "|"
            yield Named(text, kind, what, bases, line=command.line, fatal=fatal, script_index=index)


def _operands(  # noqa: C901 - a table of commands
    words: tuple[str, ...],
) -> Iterator[tuple[str, Literal["file", "folder"], str]]:
    head = words[0]
    plain = [word for word in words[1:] if not word.startswith("-")]
    if head in ("cd", "pushd") and len(words) == 2:
        yield words[1], "folder", head
    elif head in _WRAPPERS or (head.startswith("./") and _SCRIPT.fullmatch(head)):
        yield head, "file", "script"
    elif head in _RUNNERS:
        operand = words[1] if len(words) > 1 else ""
        if head == "bun" and operand == "run" and len(words) > 2:
            operand = words[2]
        if _SCRIPT.fullmatch(operand) and (head != "bun" or "/" in operand):
            yield operand, "file", "script"
    elif head == "chmod":
        yield from ((word, "file", "chmod") for word in plain[1:] if _SCRIPT.fullmatch(word))
    elif head in ("uv", "python", "python3") and "pip" in words:
        yield from ((text, "file", "-r") for text in _values(words, ("-r", "--requirement")))
    elif head in _COMPOSE or words[:2] == ("docker", "compose"):
        yield from ((text, "file", "-f") for text in _values(words, ("-f", "--file")))
    elif words[:2] in (("docker", "build"), ("docker", "buildx")):
        yield from _of_docker(words)
    elif head in ("npx", "pnpx", "bunx") and len(words) > 1:
        yield from _operands(words[1:])
    else:
        yield from ((text, "folder", head) for text in _values(words, _FOLDER_OPTIONS.get(head, ())))
        yield from ((text, "file", head) for text in _values(words, _FILE_OPTIONS.get(head, ())))


def _of_docker(words: tuple[str, ...]) -> Iterator[tuple[str, Literal["file", "folder"], str]]:
    """The Dockerfile, and the context: the last word, unless it is the value of an option."""
    yield from ((text, "file", "-f") for text in _values(words, ("-f", "--file")) if text != "-")
    last, before = words[-1], words[-2]
    is_value = before.startswith("-") and "=" not in before and before not in _BUILD_FLAGS
    if "build" in words[1:3] and last not in ("build", "-") and not last.startswith("-") and not is_value:
        yield last, "folder", "the context of docker build"


def _values(words: tuple[str, ...], options: tuple[str, ...]) -> Iterator[str]:
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in options:
            if equals:
                yield value
            elif index + 1 < len(words):
                yield words[index + 1]
