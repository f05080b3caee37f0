"""Whether the paths of a nested workflow count from the repository's root already.

Many nested workflows were written beside the subproject for the whole repository: ``working-directory: ./web`` in
``web/.github/workflows/ci.yml``. There is no ``web/web``, so to put the folder before such paths once more would
break each of them.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex
from toolkit.features.relocation._actions import ANY_ACTION, KNOWN, name_of
from toolkit.features.relocation._expressions import Scope
from toolkit.features.relocation._steps import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents import Path
    from toolkit.features.relocation._editor import Editor
    from toolkit.features.relocation._world import World

__all__ = ["below", "rooted"]

_ENTERED = regex(r"(?:^|[\s;&|(])(?:cd|pushd|--prefix|--cwd|--directory|-C)[ =]+[\"']?([\w.@-][\w./@-]*)", re.MULTILINE)
_FILE = regex(r"(?<![\w./@:$}-])(?:\./)?([\w.@-]+(?:/[\w.@-]+)+)")
_HASHED = regex(r"\bhashFiles\s*\(([^)]*)\)", re.IGNORECASE)
_STRING = regex(r"'([^']*)'")
_COMMANDS = (
    (regex(r"\b(?:npm (?:ci|run|test|install)|(?:pnpm|yarn|bun) (?:install|run|test|build|lint))\b(?! +(?:-g|--global)\b)"), ("package.json",)),
    (regex(r"\bcargo (?:\+\S+ )?(?:build|test|check|clippy|fmt|run|bench)\b"), ("Cargo.toml",)),
    (regex(r"\bforge (?:build|test|fmt|coverage|snapshot|install)\b"), ("foundry.toml",)),
    (regex(r"\bgo (?:build|test|vet|run|mod (?:download|tidy|verify))\b"), ("go.mod", "go.work")),
    (regex(r"\b(?:uv sync|poetry install|pip install (?:-e )?\.(?:\[\S*\])?(?=\s|$))"), ("pyproject.toml", "setup.py")),
    (regex(r"\banchor (?:build|test|deploy)\b"), ("Anchor.toml",)),
    (regex(r"(?:^|[;&|]\s*)make(?= |$)", re.MULTILINE), ("Makefile",)),
)  # fmt: skip
"""Commands that want a file where they are run."""
_SURE = ("working-directory", "context", "cache-dependency-path", "run")
"""Where a folder or file of the repository is meant for certain, and nothing that a build makes."""
_VARIABLE = regex(r"\$\{\{\s*(env\.[\w-]+)\s*\}\}")


def below(path: str, sub: str, world: World) -> bool:
    """Whether a path names the subproject's folder itself, which it does not do from within that folder."""
    inside = path == sub or path.startswith(f"{sub}/")
    return inside and not world.exists(f"{sub}/{path}") and (world.exists(path) or not world.exists(f"{sub}/{sub}"))


def rooted(editor: Editor, sub: str, world: World) -> Path | None:
    """The place of the first path that counts from the repository's root; ``None`` if all count from the subproject.

    Args:
        editor: of the workflow as it is now.
        sub: the subproject's folder.
        world: the repository.

    Raises:
        UndecidedError: some count from here and some from there.
    """
    found: dict[str, tuple[Path, str]] = {}
    data = editor.document.data
    for place, value in _paths(data, sub, world):
        found.setdefault(_side(place, value, sub, world), (place, value))
    for place, script in _scripts(data):
        for value, side in _commands(script, sub, world):
            found.setdefault(side, (place, value))
    if "root" not in found:
        return None
    place, value = found["root"]
    if "sub" in found:
        other, inner = found["sub"]
        line = editor.document.line(other)
        raise editor.undecided(
            place, f"{value!r} counts from the repository's root, but {inner!r} in line {line} from {sub}"
        )
    return place


def _side(place: Path, value: str, sub: str, world: World) -> str:
    """``root`` or ``sub``: where a path leads to something from one of the two only; else nothing."""
    literal = re.split(r"[*?\[{$]", value.strip().removeprefix("!"), maxsplit=1)[0]
    path = posixpath.normpath(literal.replace("\\", "/")) if literal.strip("./\\") else ""
    if not path or path.startswith(("..", "/", "~", "-")):
        return ""
    if below(path, sub, world):
        return "root"
    here, there = world.exists(f"{sub}/{path}"), world.exists(path)
    if here and not there:
        return "sub"
    return "root" if there and not here and place[-1] in _SURE else ""


def _paths(data: dict[str, Any], sub: str, world: World) -> Iterator[tuple[Path, str]]:
    """Everything in a workflow that is a path of the workspace, but what starts it."""
    yield from _directory(data, (), data)
    for key, job in data["jobs"].items():
        place: Path = ("jobs", str(key))
        yield from _directory(job, place, data)
        steps = job.get("steps")
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, dict):
                scope = Scope(env=(data.get("env"), job.get("env"), step.get("env")))
                yield from _of_step(step, (*place, "steps", index), scope)
    for place, script in _scripts(data):
        yield from _of_script(script, place, sub, world)
    for place, text in texts(data, ()):
        for call in _HASHED.finditer(text):
            yield from ((place, match[1]) for match in _STRING.finditer(call[1]))


def _scripts(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every script that is run in the folder where a workflow begins."""
    for key, job in data["jobs"].items():
        default = next((value for _, value in (*_directory(job, (), data), *_directory(data, (), data))), "")
        steps = job.get("steps") if not default.strip("./") else None
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, dict) and "working-directory" not in step and isinstance(step.get("run"), str):
                yield ("jobs", str(key), "steps", index, "run"), step["run"]


def _commands(script: str, sub: str, world: World) -> Iterator[tuple[str, str]]:
    """Commands before a script enters a folder, with the side on which alone the file lies that they want."""
    entered = _ENTERED.search(script)
    for pattern, names in _COMMANDS:
        match = pattern.search(script, 0, entered.start() if entered else len(script))
        here, there = any(f"{sub}/{name}" in world.files for name in names), any(name in world.files for name in names)
        if match and here != there:
            yield match[0], "sub" if here else "root"


def _directory(data: dict[str, Any], place: Path, workflow: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """``defaults.run.working-directory`` of a workflow or job."""
    defaults = data.get("defaults")
    run = defaults.get("run") if isinstance(defaults, dict) else None
    given = run.get("working-directory") if isinstance(run, dict) else None
    if isinstance(given, str):
        scope = Scope(env=(workflow.get("env"), data.get("env")))
        yield from _values((*place, "defaults", "run", "working-directory"), given, scope)


def _of_step(step: dict[str, Any], place: Path, scope: Scope) -> Iterator[tuple[Path, str]]:
    if isinstance(step.get("working-directory"), str):
        yield from _values((*place, "working-directory"), step["working-directory"], scope)
    uses, inputs = str(step.get("uses", "")), step.get("with")
    if uses.startswith("./") and not uses.startswith("./.github/"):
        yield (*place, "uses"), uses
    known = KNOWN.get(name_of(uses))
    for name, value in inputs.items() if isinstance(inputs, dict) else ():
        kind = (known.inputs.get(name) if known else None) or ANY_ACTION.get(name)
        if kind not in (None, "patterns") and isinstance(value, str):
            for line in value.replace(",", "\n").splitlines():
                yield from _values((*place, "with", name), line.partition("->")[0].strip(), scope)


def _values(place: Path, value: str, scope: Scope) -> Iterator[tuple[Path, str]]:
    """A path as it is written, or what the variable of the workflow that it is says."""
    variable = _VARIABLE.match(value)
    known = scope.literals(variable[1]) if variable else None
    for text in known or ():
        yield place, text + value[variable.end() :] if variable else text
    if not known:
        yield place, value


def _of_script(script: str, place: Path, sub: str, world: World) -> Iterator[tuple[Path, str]]:
    """The first folder that a script enters, and the files that it names before."""
    entered = _ENTERED.search(script)
    if entered:
        yield place, entered[1]
    for match in _FILE.finditer(script, 0, entered.start() if entered else len(script)):
        if match[1] in world.files or f"{sub}/{match[1]}" in world.files:
            yield place, match[1]
