"""Programs that an image starts and that it leaves out, for it installs without the dependencies of development."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.references._broken import Broken
from toolkit.checks.references._commands import commands
from toolkit.checks.references._stages import chain
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Document, Instruction
    from toolkit.model import Severity

__all__ = ["left_out"]

_INSTALLS = regex(r"\b(?:npm|pnpm|yarn|bun)(?:[ \t]+(?:ci|install|i|add)\b|[ \t]*(?=$|&&|;|\||--))[^&|;\n]*")
_WITHOUT = regex(r"--(?:only[= ]prod\w*|production(?![=\w-])|production[= ]true|omit[= ]dev|prod\b)|\s-P\b")
_BROUGHT_BY = {
    "tsc": "typescript",
    "nest": "@nestjs/cli",
    "ng": "@angular/cli",
    "nx": "nx",
    "babel-node": "@babel/node",
}
"""Programs that a package of another name brings."""


def left_out(
    context: Inspection, document: Document, item: Instruction, managed: tuple[str, ...], text: str
) -> Iterator[Broken]:
    """What the start of an image runs by a script, where only development has it.

    Args:
        context: the run.
        document: the Dockerfile.
        item: the instruction.
        managed: the folders of the repository that the ``package.json`` may be of, the likeliest first.
        text: the command.
    """
    number = next((at for at, stage in enumerate(document.stages) if item in stage.instructions), None)
    if item.name == "RUN" or number is None or not managed:
        return
    items = [one for at in chain(document, number) for one in document.stages[at].instructions]
    if any(one.name in ("COPY", "ADD") and ("from" in one.flags or "node_modules" in one.value) for one in items):
        return  # another stage may have installed all
    runs = "\n".join(
        one.value + "".join(f"\n{part.content}" for part in one.heredocs) for one in items if one.name == "RUN"
    )
    installs = [match[0] for match in _INSTALLS.finditer(runs)]
    if not installs or not all(map(_WITHOUT.search, installs)):
        return
    try:
        data = context.json(path_from(managed[0], "package.json"))
    except Unreadable:
        return
    kept = {name for key in ("dependencies", "optionalDependencies", "peerDependencies") for name in table(data, key)}
    for name, program in _started(table(data, "scripts"), text):
        package = _BROUGHT_BY.get(program, program)
        spoken = re.search(rf"(?<![\w-]){re.escape(program)}(?![\w-])", runs)
        if package in table(data, "devDependencies") and package not in kept and not spoken:
            lost = f"script {name} starts {program}, which is among the devDependencies, and the image installs without them"
            level: Severity = "error" if len(managed) == 1 else "warning"
            yield Broken(program, lost, f"start the program itself, or list {package} among the dependencies", level)


def _started(scripts: dict[str, object], text: str) -> Iterator[tuple[str, str]]:
    """The scripts of a package that a command runs, each with the programs that it begins."""
    for command in commands(text):
        words = [word for word in command.words if not word.startswith("-")]
        if words[0] not in JAVASCRIPT_MANAGERS or len(words) < 2:
            continue
        name = words[2] if words[1] in ("run", "run-script") and len(words) > 2 else words[1]
        script = scripts.get(name)
        for one in commands(script) if isinstance(script, str) and "npx" not in script else ():
            yield name, posixpath.basename(one.words[0])
