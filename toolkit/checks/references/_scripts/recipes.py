"""Commands of scripts, Makefiles, task runners and workflows, each with its line and the folder that it runs in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.recipe_lines import (
    Recipe,
    entered,
    here_of,
    joined,
    of_justfile,
    of_makefile,
    of_script,
    shell,
)
from toolkit.checks.references._scripts.shell_values import Values
from toolkit.checks.references._scripts.task_scripts import PATTERNS, parser, task_scripts
from toolkit.checks.references._scripts.workflow_steps import MATRIX, steps_of
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["Recipe", "recipes"]

_GLOBS = (
    "Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile", ".justfile", "*.just", "*.sh", "*.bash", "*.zsh",
    "*.yml", "*.yaml", *PATTERNS,
)  # fmt: skip
_SOUGHT = (
    "wrangler",
    "terraform",
    "tofu",
    "zip",
    "flyctl",
    "fly deploy",
    "firebase deploy",
    "serverless deploy",
    "sls deploy",
)
"""Programs that are looked for at once; ``cp`` and ``mv`` are in nearly every script, and are rarely asked for."""
_LARGEST = 300_000


@once_a_run
def recipes(context: Inspection, program: str) -> tuple[Recipe, ...]:
    """Every command of the files to report on that runs a program, by whatever runner; not those of ``package.json``.

    Args:
        context: the run.
        program: wrangler, terraform, tofu, zip, cp, mv, fly, flyctl, firebase, serverless or sls; no others are read.
    """
    texts = _SOUGHT if any(one.partition(" ")[0] == program for one in _SOUGHT) else (program,)
    told = (Recipe(*one) for path in files_with(context, texts, _GLOBS) for one in context.fact(_told, path))
    return tuple(one for one in told if program in one.words)


def _told(
    context: Inspection, path: str
) -> tuple[tuple[str, int, tuple[str, ...], tuple[str, ...], dict[str, str]], ...]:
    """The commands of one file, as plain values."""
    return tuple((one.path, one.line, one.words, one.folders, one.variables) for one in _read(context, path))


def _read(context: Inspection, path: str) -> Iterator[Recipe]:
    name = posixpath.basename(path).lower()
    try:
        content = context.read(path)
        if len(content) > _LARGEST:
            return
        if "/.github/workflows/" in f"/{path}" or name in ("action.yml", "action.yaml"):
            yield from _of_workflow(path, context.document(path, yaml.parse))
        elif (parse := parser(path)) is not None:
            yield from _of_tasks(path, context.document(path, parse))
        elif name.endswith((".yml", ".yaml")):
            yield from _of_pipeline(path, context.document(path, yaml.parse)) if "gitlab-ci" in name else ()
        else:
            text = content.decode("utf-8", "replace").replace("\r\n", "\n")
            yield from _reader(name)(path, text)
    except Unreadable:
        return


def _reader(name: str) -> Callable[[str, str], Iterator[Recipe]]:
    if name.endswith(("makefile", ".mk")):
        return of_makefile
    return of_justfile if name.endswith(("justfile", ".just")) else of_script


_MOST = 50
"""Values of a matrix that are looked at."""


def _of_tasks(path: str, document: Any) -> Iterator[Recipe]:
    """Those of a Taskfile and of other files of tasks."""
    for where, script, folder in task_scripts(path, document.data):
        yield from _placed(document, path, where, script, folder, {})


def _of_pipeline(path: str, document: yaml.Document) -> Iterator[Recipe]:
    """Those of a pipeline of GitLab."""
    for job, data in table(document.data).items():
        here = here_of(path)
        for key in ("before_script", "script"):
            for index, script in enumerate(listed(table(data).get(key))):
                if isinstance(script, str):
                    yield from _placed(document, path, (job, key, index), script, here, {})
                    # One script after the other: ``cd`` of one holds for the next.
                    for command in commands(script):
                        here = entered(here, command.words) if command.words[0] == "cd" else here


def _of_workflow(path: str, document: yaml.Document) -> Iterator[Recipe]:
    """Those of a workflow or composite action, with the commands that wrangler's action is told."""
    data = table(document.data)
    # A nested workflow does nothing where it is; it was written for the folder around it.
    base = path.partition(".github/")[0].rstrip("/") or "."
    top = _directory(data, ".")
    for place, job, step in steps_of(data):
        matrix = table(job, "strategy", "matrix")
        folder = str(step.get("working-directory", _directory(job, top)))
        variables = {**table(data, "env"), **table(job, "env"), **table(step, "env")}
        if isinstance(step.get("run"), str):
            for one in _chosen(matrix, step, folder) if "wrangler" in step["run"] else (matrix,):
                here = joined(base, _inside(folder, one))
                yield from _placed(document, path, (*place, "run"), step["run"], here, one, variables)
        else:
            for one in _chosen(matrix, step, str(table(step, "with").get("workingDirectory", ""))):
                yield from _of_action(document, path, place, step, (base, one))


def _chosen(matrix: dict[str, Any], step: dict[str, Any], folder: str) -> Iterator[dict[str, Any]]:
    """The matrix with each single value of what names the folder of a step; as it is where nothing of it does."""
    used = set(MATRIX.findall(folder))
    name = next(iter(used), "")
    values = matrix.get(name)
    # What a matrix excludes and a step's condition leaves out never runs.
    if len(used) != 1 or not isinstance(values, list) or "exclude" in matrix or "matrix." in str(step.get("if", "")):
        yield matrix
        return
    yield from ({**matrix, name: [value]} for value in values[:_MOST] if isinstance(value, str))


def _of_action(
    document: yaml.Document, path: str, where: Path, step: dict[str, Any], place: tuple[str, dict[str, Any]]
) -> Iterator[Recipe]:
    """What wrangler's action is told, as the command that it runs."""
    inputs = table(step, "with")
    if not str(step.get("uses", "")).startswith("cloudflare/wrangler-action"):
        return
    base, matrix = place
    folder = joined(base, _inside(str(inputs.get("workingDirectory", ".")), matrix))
    if isinstance(name := inputs.get("environment"), str):
        line = document.line((*where, "with", "environment"))
        yield Recipe(path, line, ("wrangler", "deploy", "--env", name), (folder,), {})
    for part in str(inputs.get("command", "")).split("\n"):
        script = f"wrangler {part.strip()}" if part.strip() else ""
        yield from _placed(document, path, (*where, "with", "command"), script, folder, matrix)


def _inside(folder: str, matrix: dict[str, Any]) -> str:
    """A folder with what a matrix has one value for."""

    def fill(match: re.Match[str]) -> str:
        values = matrix.get(match[1])
        return str(values[0]) if isinstance(values, list) and len(values) == 1 else match[0]

    return _dollars(MATRIX.sub(fill, folder))


def _placed(  # noqa: PLR0913, PLR0917 - a script with its surroundings
    document: Any,
    path: str,
    where: Path,
    script: str,
    folder: str,
    matrix: dict[str, Any],
    variables: dict[str, Any] | None = None,
) -> Iterator[Recipe]:
    """The commands of a script in a document, each with its own line; a matrix fills in what it lists."""
    place = document.place(where)
    content = document.text.content
    values = Values(folder)
    for name, choices in matrix.items():
        if isinstance(choices, list):
            values.known[f"matrix_{name.replace('-', '_')}"] = tuple(
                str(item) for item in choices if isinstance(item, str)
            )
    fixed = {name: value for name, value in (variables or {}).items() if isinstance(value, str) and "$" not in value}
    values.known.update({name: (value,) for name, value in fixed.items()})
    plain = MATRIX.sub(lambda match: f"${{matrix_{re.sub(r'[.-]', '_', match[1])}}}", script)
    at, numbers = place.start if place else 0, []
    for part in script.split("\n"):
        found = content.find(part.strip(), at, place.end if place else at) if part.strip() else -1
        at = max(found, at)
        numbers.append(document.text.line(at) if place else document.line(where))
    for one in shell(path, plain, 0, (folder,), values):
        yield one._replace(line=numbers[one.line], variables={**fixed, **one.variables})


def _directory(data: dict[str, Any], default: str) -> str:
    return str(table(data, "defaults", "run").get("working-directory", default))


def _dollars(text: str) -> str:
    return re.sub(r"\$\{\{\s*github\.workspace\s*\}\}/?", "./", text)
