"""Commands of scripts, Makefiles, task runners and workflows, each with its line and the folder that it runs in."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks.references._recipe_lines import Recipe, of_justfile, of_makefile, of_script
from toolkit.checks.references._recipe_steps import of_pipeline, of_tasks, of_workflow
from toolkit.checks.references._repair import remembered
from toolkit.context import Unreadable
from toolkit.documents import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Recipe", "recipes"]

_GLOBS = (
    "Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile", ".justfile", "*.just", "*.sh", "*.bash", "*.zsh",
    "*.yml", "*.yaml",
)  # fmt: skip
_LARGEST = 300_000


def recipes(context: Inspection, program: str) -> tuple[Recipe, ...]:
    """Every command of the files to report on that runs a program, by whatever runner; not those of ``package.json``."""

    def make() -> tuple[Recipe, ...]:
        found: list[Recipe] = []
        for path in files_with(context, (program,), _GLOBS):
            found += [one for one in _read(context, path) if program in one.words]
        return tuple(found)

    known: tuple[Recipe, ...] = remembered(context, f"references.recipes.{program}", make)
    return known


def _read(context: Inspection, path: str) -> Iterator[Recipe]:
    name = posixpath.basename(path).lower()
    try:
        content = context.read(path)
        if len(content) > _LARGEST:
            return
        if "/.github/workflows/" in f"/{path}" or name in ("action.yml", "action.yaml"):
            yield from of_workflow(path, context.document(path, yaml.parse))
        elif name.startswith("taskfile."):
            yield from of_tasks(path, context.document(path, yaml.parse))
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
