"""Commands of scripts, Makefiles, task runners and workflows, each with its line and the folder that it runs in."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks.references._recipe_lines import Recipe, of_justfile, of_makefile, of_script
from toolkit.checks.references._recipe_steps import of_pipeline, of_tasks, of_workflow
from toolkit.checks.references._task_scripts import PATTERNS, parser
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Recipe", "recipes"]

_GLOBS = (
    "Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile", ".justfile", "*.just", "*.sh", "*.bash", "*.zsh",
    "*.yml", "*.yaml", *PATTERNS,
)  # fmt: skip
_SOUGHT = ("wrangler", "terraform", "tofu", "zip")
"""Programs that are looked for at once; ``cp`` and ``mv`` are in nearly every script, and are rarely asked for."""
_LARGEST = 300_000


@once_a_run
def recipes(context: Inspection, program: str) -> tuple[Recipe, ...]:
    """Every command of the files to report on that runs a program, by whatever runner; not those of ``package.json``.

    Args:
        context: the run.
        program: wrangler, terraform, tofu, zip, cp or mv; no others are read.
    """
    texts = _SOUGHT if program in _SOUGHT else (program,)
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
            yield from of_workflow(path, context.document(path, yaml.parse))
        elif (parse := parser(path)) is not None:
            yield from of_tasks(path, context.document(path, parse))
        elif name.endswith((".yml", ".yaml")):
            yield from of_pipeline(path, context.document(path, yaml.parse)) if "gitlab-ci" in name else ()
        else:
            text = content.decode("utf-8", "replace").replace("\r\n", "\n")
            yield from _reader(name)(path, text)
    except Unreadable:
        return


def _reader(name: str) -> Callable[[str, str], Iterator[Recipe]]:
    if name.endswith(("makefile", ".mk")):
        return of_makefile
    return of_justfile if name.endswith(("justfile", ".just")) else of_script
