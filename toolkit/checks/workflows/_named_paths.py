"""Paths that steps name: folders to work in, actions, files that actions read, what scripts need."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks._operands import operands
from toolkit.checks._shell import TESTS
from toolkit.checks.workflows._alternatives import after_failure
from toolkit.checks.workflows._expand import place_in_matrix
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._operands import Kind
    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step

__all__ = ["WRITTEN", "Named", "named_paths"]

WRITTEN = "a file is written to"
"""How a folder is called that a redirection writes into; any program before may have made it."""


@frozen
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
    "actions/labeler": ("configuration-path",),
    "pnpm/action-setup": ("package_json_file",),
    "docker/build-push-action": ("file",),
    "dorny/paths-filter": ("filters",),
    "hadolint/hadolint-action": ("dockerfile",),
    "aws-actions/amazon-ecs-render-task-definition": ("task-definition",),
    "subosito/flutter-action": ("flutter-version-file",),
    "grafana/k6-action": ("filename",),
    "grafana/run-k6-action": ("path",),
    "treosh/lighthouse-ci-action": ("configpath",),
    "google-github-actions/deploy-cloudrun": ("metadata",),
    "google-github-actions/deploy-appengine": ("deliverables",),
}
_FOLDER_INPUTS: dict[str, tuple[str, ...]] = {
    "docker/build-push-action": ("context",),
    "gradle/gradle-build-action": ("build-root-directory",),
    "google-github-actions/deploy-cloudrun": ("source",),
    "burnett01/rsync-deployments": ("path",),
    "azure/static-web-apps-deploy": ("app_location",),
}
_LIST_INPUTS: dict[str, tuple[str, ...]] = {
    "docker/bake-action": ("files",),
    "appleboy/scp-action": ("source",),
    "azure/k8s-deploy": ("manifests",),
    "azure/k8s-lint": ("manifests",),
    "hoverkraft-tech/compose-action": ("compose-file",),
    "isbang/compose-action": ("compose-file",),
    "azure/arm-deploy": ("template",),
    "aws-actions/aws-cloudformation-github-deploy": ("template",),
}
"""Inputs that take several files."""
_SAME = {
    "build-push-action": "docker/build-push-action",
    "setup-node": "actions/setup-node",
    "setup-python": "actions/setup-python",
    "setup-go": "actions/setup-go",
    "setup-java": "actions/setup-java",
}
_WORKING = regex(r"working[-_]?directory", re.IGNORECASE)
"""Inputs by which actions are told where to work, whatever action it is."""
_DEFAULTS = {"actions/labeler": ("configuration-path", ".github/labeler.yml")}
"""What actions read where nothing else is given, and fail without."""
_LOCK_ACTIONS = {"actions/setup-node": True, "actions/setup-python": True, "actions/setup-go": False}
"""Whether ``cache-dependency-path`` that matches nothing fails the step; setup-go only goes without a cache."""
_REQUIRED = regex(
    r"""\b(?:require|import)\(\s*['"`](?:\$\{process\.env\.GITHUB_WORKSPACE\}/)?(?P<path>\.{0,2}/?[^'"`$]+)['"`]\s*\)"""
)
_LOOP = regex(r"^for \w+ in (?P<words>[^;\n]+)", re.MULTILINE)
"""A loop that no condition is around."""
_GOES = regex(r"(?:^|[\s;&(])(?:cd|pushd) ")
_TRIED = frozenset({"cd", "pushd", "cp", "chmod", "pip", "pip3", "-r", "source"})
"""What names paths that may be there: whoever hushes the failure of such a command knows that they may not."""
_ODD = regex(r"[$`*?{}<>\\\[\]]|^[~/-]|://")


def named_paths(step: Step) -> Iterator[Named]:
    """Every path a step names whose absence is a fault."""
    yield from _of_uses(step)
    if step.script:
        key = _folder_key(step)
        for text in step.folders if key else ():
            place = _place(step, str(step.job.workflow.document.get(key)), text, key)
            yield Named(text, "folder", "working-directory", key=place)
        yield from _of_loops(step)
        for index, command in enumerate(step.commands):
            yield from _of_command(step, command, index)


def _of_loops(step: Step) -> Iterator[Named]:
    """Folders that a loop of a script goes over by a pattern, where nothing before it goes elsewhere."""
    for match in _LOOP.finditer(step.script):
        before = step.script[: match.start()]
        # What a command in the loop's words is given are patterns of its own.
        own = not re.search(r"\$\(|`", match["words"]) and not _GOES.search(before)
        for word in re.sub(r"[\"']", "", match["words"]).split() if own else ():
            folder = posixpath.dirname(word.partition("*")[0]) if "*" in word else ""
            if folder and not _ODD.search(folder):
                line = before.count("\n")
                index = sum(command.line < line for command in step.commands)
                yield Named(folder, "folder", "a loop", step.folders, line=line, fatal=False, script_index=index)


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
    yield from _of_inputs(step)
    action = _known_as(step.action)
    cache = str(step.inputs.get("cache", "")).lower()
    named = isinstance(step.inputs.get("cache-dependency-path"), str)
    if action in _LOCK_ACTIONS and named and cache != "false":
        for line in step.inputs["cache-dependency-path"].splitlines():
            for text in step.expand(line.strip()) if line.strip() else ():
                if not text.startswith("!"):
                    fatal = _LOCK_ACTIONS[action] and cache != ""
                    place = (*step.path, "with", "cache-dependency-path")
                    place = _place(step, line.strip(), text, place)
                    yield Named(text, "lock", "cache-dependency-path", key=place, fatal=fatal)
    if step.action == "actions/github-script":
        yield from _of_javascript(step)


def _known_as(action: str) -> str:
    """The well-known action that another of its name stands in for (``depot/build-push-action``)."""
    name = action.rpartition("/")[2]
    return _SAME.get(name, action)


def _of_inputs(step: Step) -> Iterator[Named]:
    action = _known_as(step.action)
    for key in step.inputs:
        name = str(key).lower()
        if name in _FILE_INPUTS.get(action, ()):
            yield from _of_input(step, str(key), "file")
        elif name in _LIST_INPUTS.get(action, ()):
            yield from _of_many(step, str(key))
        elif name in _FOLDER_INPUTS.get(action, ()) or _WORKING.fullmatch(name):
            # An image is built from a folder by the Dockerfile in it, unless another one is named.
            alone = name == "context" and "file" not in step.inputs
            yield from _of_input(step, str(key), "image" if alone else "folder")
    if step.action in _DEFAULTS:
        key, text = _DEFAULTS[step.action]
        if key not in step.inputs:
            yield Named(text, "file", f"what {step.action} reads", key=(*step.path, "uses"))


def _of_input(step: Step, key: str, kind: Kind) -> Iterator[Named]:
    value = step.inputs.get(key)
    if not isinstance(value, str) or not value or "\n" in value.strip() or ": " in value:
        return
    for text in step.expand(value.strip()):
        if not _ODD.search(text) and not text.startswith(("http:", "https:", "git@")):
            place = _place(step, value.strip(), text, (*step.path, "with", key))
            yield Named(text, kind, key, key=place)


def _place(step: Step, written: str, text: str, key: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where the cause of a path stands: the value of a matrix that makes it, else the place itself."""
    inside = place_in_matrix(written, text, step.job) if "${{" in written else ()
    return (*step.job.path, *inside) if inside else key


def _of_many(step: Step, key: str) -> Iterator[Named]:
    """Files of an input that takes several, by lines or commas; patterns are left alone."""
    value = step.inputs.get(key)
    for part in re.split(r"[,\n]", value) if isinstance(value, str) else ():
        for text in step.expand(part.strip()) if part.strip() else ():
            if not _ODD.search(text):
                yield Named(text, "file", key, key=(*step.path, "with", key))


def _of_javascript(step: Step) -> Iterator[Named]:
    script = step.inputs.get("script")
    for match in _REQUIRED.finditer(script) if isinstance(script, str) else ():
        text = match["path"].lstrip("/") if not match["path"].startswith(".") else match["path"]
        if "/" in text and ("." in match["path"][:1] or "GITHUB_WORKSPACE" in match[0]):
            yield Named(text, "module", "what the script loads", key=(*step.path, "with", "script"))


def _of_command(step: Step, command: Simple, index: int) -> Iterator[Named]:
    """Only what surely runs: no branch of a condition, no alternative, nothing whose failure is caught but a test's."""
    end = after_failure(step, index)
    hushed, caught = end == "hushed", end == "caught" or command.before == "||"
    if command.depth or command.negated or caught or command.cwd is None:
        return
    if command.before == "&&" and index and step.commands[index - 1].words[0] in TESTS:
        return
    bases = tuple(path_from(folder, command.cwd) for folder in step.folders)
    for text, kind, what in operands(command.words):
        if not _ODD.search(text) and bases and (not hushed or what not in _TRIED):
            fatal = command.after != "|" and not end
            yield Named(text, kind, what, bases, line=command.line, fatal=fatal, script_index=index)
    for text in _written_folders(command) if bases and not hushed else ():
        yield Named(text, "folder", WRITTEN, bases, line=command.line, script_index=index)


def _written_folders(command: Simple) -> Iterator[str]:
    """Folders of the files that the output of a command goes into: the shell makes the file, and never its folder."""
    for word, after in pairwise((*command.words, "")):
        name = after if word in (">", ">>") else word.lstrip(">") if word.startswith(">") else ""
        folder = posixpath.dirname(name)
        if folder and not _ODD.search(folder):
            yield folder
