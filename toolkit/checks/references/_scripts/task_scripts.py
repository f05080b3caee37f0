"""The scripts of tasks, as Taskfiles, mise, cargo-make and Deno write them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._repair import strings
from toolkit.documents import jsonc, toml, yaml
from toolkit.expressions import regex
from toolkit.places import folder_of, listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.documents import Path

__all__ = ["PATTERNS", "parser", "task_scripts"]

PATTERNS = (
    "Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml", "Taskfile.dist.yml",
    "mise.toml", ".mise.toml", "mise.*.toml", ".mise.*.toml", "Makefile.toml", "deno.json", "deno.jsonc",
)  # fmt: skip
_YAML = regex(r"taskfile\.[\w.]*ya?ml", re.IGNORECASE)
_TOML = regex(r"\.?mise(?:\.[\w-]+)?\.toml|Makefile\.toml")
_SCRIPTS = ("run", "cmds", "cmd", "script", "command")
_ROOT = regex(r"\{\{\s*(?:config_root|\.TASKFILE_DIR|\.ROOT_DIR)\s*\}\}")
_TEMPLATE = regex(r"\{\{[^{}\n]*\}\}")


def parser(path: str) -> Callable[[bytes], Any] | None:
    """What reads the document of a file of tasks; ``None`` for other files."""
    name = posixpath.basename(path)
    if _YAML.fullmatch(name):
        return yaml.parse
    if _TOML.fullmatch(name):
        return toml.parse
    return jsonc.parse if name in ("deno.json", "deno.jsonc") else None


def task_scripts(path: str, data: Any) -> Iterator[tuple[Path, str, str]]:
    """Each script with its place and the folder that it runs in; ``$`` in either where a template decides."""
    home = folder_of(path)
    home = folder_of(home) if posixpath.basename(home) == ".config" else home
    for name, task in table(data, "tasks").items():
        inner = task if isinstance(task, dict) else {}
        folder = _plain(str(inner.get("dir", inner.get("cwd", "."))))
        folder = "$" if "$" in folder or folder.startswith(("/", "~")) else path_from(home, folder)
        parts: list[tuple[Path, Any]] = [(("tasks", name), task)] if not inner else []
        parts += [(("tasks", name, key), inner[key]) for key in _SCRIPTS if key in inner]
        for where, value in parts:
            yield from (((*where, *below), _plain(text), folder) for below, text in strings(value))
            for index, item in enumerate(listed(value)):
                if isinstance(text := table(item).get("cmd"), str):
                    yield (*where, index, "cmd"), _plain(text), folder


def _plain(text: str) -> str:
    return _TEMPLATE.sub("${template}", _ROOT.sub(".", text))
