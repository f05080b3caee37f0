"""Installs of workflows, and of the pipelines of other hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.installs._commands import MAX_BYTES, Install, Named, commands
from toolkit.places import folder_of, join, table
from toolkit.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context

__all__ = ["jobs", "pipelines", "workflows"]

_WORKFLOW = regex(r"\.github/workflows/[^/]+\.ya?ml")
_ACTION = regex(r"\.github/actions/[^/]+/action\.ya?ml")
_PIPELINE = regex(
    r"\.gitlab-ci\.ya?ml|[\w.-]+\.gitlab-ci\.ya?ml|bitbucket-pipelines\.yml|azure-pipelines[\w.-]*\.ya?ml|\.travis\.yml|appveyor\.yml"
    r"|buildspec[\w.-]*\.ya?ml|amplify\.yml|render\.yaml|netlify\.toml|Jenkinsfile[\w.-]*"
)
_BLOCK = regex(r"(?m)^(?=[^\s#-])")
"""Where a part of a pipeline begins: at its keys in the first column."""
_WALKS = regex(
    r"\b(?:cd|pushd)[ \t]|--prefix\b|--cwd\b|\b(?:working_?[dD]irectory|workingDirectory|appRoot|rootDir|base|dir)[ \t]*[:=(]"
)
_CD = regex(r"(?:^|\n|&&)[^\S\n]*cd\s+([\w./-]+)\s*(?:&&|\n|;)")
_KEYED = regex(r"[\w-]{1,40}[ \t]{0,9}[:=][ \t]{1,9}")
_CALLED = regex(r"(?:sh|bat)[ \t(]{1,3}")
"""What YAML, TOML or Groovy put around a command."""


def workflows(context: Context, named: Named) -> Iterator[Install]:
    """The installs in jobs of GitHub's workflows."""
    for path, document, steps in jobs(context, named):
        for given, place, run in steps:
            folder = _walked(given, run)
            for manager, frozen, offset, text in commands(run) if folder is not None else ():
                line = document.text_line(place, run.count("\n", 0, offset))
                yield Install(manager, frozen, path, line, str(folder), text, "workflow")


def jobs(
    context: Context, named: Named
) -> Iterator[tuple[str, yaml.Document, list[tuple[str, tuple[str | int, ...], str]]]]:
    """Path and document of each job of a workflow, and of each action, with the steps that run something: folder, place, script."""
    names = [name for name in context.inventory.by_name if name.endswith((".yml", ".yaml"))]
    for path in sorted(set(named(*names)) & context.inventory.tracked_set):
        if not (_WORKFLOW.fullmatch(path) or _ACTION.fullmatch(path)):
            continue
        if (document := context.readable(path, yaml.parse)) is None:
            continue
        listed = table(document.data, "jobs")
        holders: list[tuple[tuple[str | int, ...], Any]] = [(("jobs", name), listed[name]) for name in listed]
        for at, job in [*holders, (("runs",), table(document.data, "runs"))]:
            if steps := list(_steps(document, at, job)):
                yield path, document, steps


def pipelines(context: Context, named: Named) -> Iterator[Install]:
    """Installs of other hosts' pipelines, in the parts of a file that stay in one folder."""
    names = [name for name in context.inventory.by_name if _PIPELINE.fullmatch(name)]
    names += ["config.yml"] if context.is_file(".circleci/config.yml") else []
    for path in sorted(set(named(*names)) & context.inventory.tracked_set):
        if path.endswith("config.yml") and path != ".circleci/config.yml":
            continue
        folder = "." if path == ".circleci/config.yml" else folder_of(path)
        for manager, frozen, line, text in context.fact(_in_pipeline, path):
            yield Install(manager, frozen, path, line, folder, text, "workflow")


def _in_pipeline(context: Context, path: str) -> tuple[tuple[str, bool, int, str], ...]:
    """Manager, whether frozen, line and text of each install in a pipeline; none of jobs that walk about."""
    text = text_of(context, path)
    if len(text) > MAX_BYTES:
        return ()
    found: list[tuple[str, bool, int, str]] = []
    first = 1
    for block in _BLOCK.split(text):
        if not _WALKS.search(block):
            plain = "\n".join(map(_bare, block.split("\n")))
            found += [
                (manager, frozen, first + plain.count("\n", 0, offset), command)
                for manager, frozen, offset, command in commands(plain)
            ]
        first += block.count("\n")
    return tuple(found)


def _bare(line: str) -> str:
    """A line's command without the marks around it; empty for a comment."""
    text = line.strip().removeprefix("- ").strip()
    if found := _KEYED.match(text):
        text = text[found.end() :]
    if found := _CALLED.match(text):
        text = text[found.end() :].rstrip(")")
    return "" if text.startswith("#") else text.strip("\"'")


def _steps(
    document: yaml.Document, at: tuple[str | int, ...], job: Any
) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """Folder, place and text of the steps that run something in a folder that is known."""
    default = table(job, "defaults", "run").get("working-directory") or table(document.data, "defaults", "run").get(
        "working-directory", "."
    )
    steps = job.get("steps") if isinstance(job, dict) else None
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        run = step.get("run") if isinstance(step, dict) else None
        given = step.get("working-directory", default) if isinstance(step, dict) else None
        if not isinstance(run, str) or not isinstance(given, str) or "$" in given:
            continue
        if (folder := join(".", given)) is not None:
            yield folder, (*at, "steps", number, "run"), run


def _walked(given: str, run: str) -> str | None:
    """The folder that a step works in: its own, or the one that it enters; ``None`` where it walks about."""
    entered = _CD.search(run)
    if entered is None:
        return None if re.search(r"\b(?:cd|pushd)\s", run) else given
    return join(given, entered[1])
