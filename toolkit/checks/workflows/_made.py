"""Whether a run may bring a path that no clone has: made, restored or fetched by what comes before."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.references import lost_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step

__all__ = ["first_missing", "is_output", "may_bring"]

_MAKES_ANYTHING = regex(
    r"\bgit (?:clone|checkout|switch|pull|submodule|apply|worktree)\b|\bgh (?:repo clone|pr checkout|release download)"
    r"|\bdegit\b|(?<![\w./-])(?:@[\w-]+/)?create-|\b(?:npm|yarn|pnpm|bun) (?:create|init)\b|\bcargo (?:new|generate|init)\b|\btar\b|\bunzip\b|\bunrar\b"
)
_RESTORES = ("actions/download-artifact", "actions/cache", "dawidd6/action-download-artifact")
_OUTPUT = regex(
    r"(?:^|/)(?:dist|build|out|target|node_modules|coverage|_?site|public|bin|tmp|temp|artifacts?|release|\.next"
    r"|htmlcov|\.venv|venv|gh-pages|cmake-build[\w-]*)(?:/|$)"
)
_KEPT = regex(r"(?:^|/)(?:_?site|public|bin|artifacts?|release)(?=/)")
"""Folders of these that scripts of one's own lie in as well."""
_READS = frozenset(
    {
        "cd", "pushd", "ls", "cat", "test", "[", "[[", "chmod", "grep", "head", "tail", "wc", "pip", "pip3", "pytest", "kubectl",
        "helm", "du", "source", ".", "find", "stat", "echo", "printf",
    }
)  # fmt: skip
"""Commands that only look at the paths they are given, as long as nothing goes into a file."""
_OF_PYTHON = regex(r"python[\d.]* -m (?:pip|pytest)\b")
"""Modules that only look as well: the name of the program is no folder that it makes."""
_VERBS = frozenset({"test", "tests", "build", "lint", "docs", "release", "deploy", "check"})
_BUILDS = regex(
    r"(?:python3?|node|tsx|bash|sh|make|just|task|cargo|go|anchor|forge|docker|\./\S+|\S+\.(?:sh|py))(?: |$)"
    r"|(?:npm|pnpm|yarn|bun)\b.* (?:run|build|generate|codegen)\b|npx |uv run |poetry run "
)
_WRAPPERS = {"mvnw": regex(r"\bmvn\b.*\bwrapper\b"), "gradlew": regex(r"\bgradle\b.*\bwrapper\b")}
"""What the builds of the JVM are started by, with the command of the build itself that writes it."""
_MANAGES = regex(r"\b(?:create|init|dlx|exec|pack|x)\b")


def is_output(path: str, folders: frozenset[str]) -> bool:
    """Whether a path lies in a folder of the names that builds write to; a tracked one of these is none."""
    if path.endswith((".sh", ".bash", ".py")):
        path = _KEPT.sub("", path)
    return any(path[: match.end()].rstrip("/") not in folders for match in _OUTPUT.finditer(path))


def first_missing(context: Inspection, path: str) -> str:
    """The first part of a path that is not there."""
    return posixpath.basename(lost_part(context, path))


def may_bring(step: Step, before: tuple[Simple, ...], path: str, name: str, *, anything: bool = False) -> bool:
    """Whether a step before, or a command before in this one, may bring a path: it names it, or brings anything.

    Args:
        step: the one that needs the path.
        before: the commands of its script that come first.
        path: relative to the root.
        name: the first part of the path that is not there.
        anything: whether every command that makes files is taken to make this one, whatever it is called.
    """
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    if name in _VERBS:  # as a folder only, not as what is to be done
        word = re.compile(rf"(?:/|mkdir |-p ){name}(?![\w-])|(?<![\w-]){name}/")
    asked = rf"\$\((?:[^()]){{0,400}}?\s(?:-[oO]|--output(?:-document)?)[= ]?[\"']?(?:{word.pattern})"
    if re.search(asked, step.script):
        return True  # what a substitution of its own script writes is no command of its own
    earlier = step.job.steps[: step.index]
    if path.endswith((".env", ".log")) or any(_restores(one, path, word) for one in earlier):
        return True
    if anything and any(
        _builds(command) for commands in (*(one.commands for one in earlier), before) for command in commands
    ):
        return True
    if anything and any(one.uses.startswith("./") for one in earlier):
        return True  # an action of the repository builds as well as a script does
    texts = [text for one in earlier for text in _makers(one)]
    texts += [one.text for one in before if not _only_reads(one)]
    makers = (word, _MAKES_ANYTHING, *((_WRAPPERS[name],) if name in _WRAPPERS else ()))
    return any(maker.search(text) for text in texts for maker in makers)


def _restores(step: Step, path: str, word: re.Pattern[str]) -> bool:
    if not step.action.startswith(_RESTORES):
        return False
    given = str(step.inputs.get("path", ""))
    if "download-artifact" in step.action:
        # It brings whatever it likes, but below its folder only.
        home = posixpath.normpath(given or ".")
        return home == "." or "${" in home or path == home or path.startswith(f"{home}/")
    # What a cache keeps below a folder, something has made in there before: the folder has to come from elsewhere.
    kept = [one for one in given.split() if not posixpath.normpath(one).startswith(f"{path}/")]
    return not given or any(word.search(one) for one in kept)


def _makers(step: Step) -> Iterator[str]:
    """The texts of a step that may make files."""
    script = step.data.get("run")
    if step.script:
        yield from (one.text for one in step.commands if not _only_reads(one))
    elif isinstance(script, str):
        yield script
    elif step.uses and not step.uses.startswith("actions/"):
        yield from (str(value) for key, value in step.inputs.items() if "directory" not in key.lower())


def _builds(command: Simple) -> bool:
    """Whether a command runs something that may write any file."""
    return _BUILDS.match(command.text) is not None


def _only_reads(command: Simple) -> bool:
    if any(word.lstrip("0123456789&").startswith(">") for word in command.words):
        return False
    head, text = command.words[0], command.text
    if head in JAVASCRIPT_MANAGERS:
        return _MANAGES.search(text) is None
    if _OF_PYTHON.match(text):
        return True
    if head in ("docker", "docker-compose"):
        return re.match(r"docker(?:-compose| compose| build| buildx)", text) is not None
    return head in _READS
