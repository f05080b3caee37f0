"""What an image runs and only development brings, where the image installs without that."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._package_managers import place_of, script_in
from toolkit.checks._packages import by_folder
from toolkit.checks._texts import text_of
from toolkit.checks._workspaces import arguments, selected
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._images.stages import chain, index_of, is_plain
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.programs import OF_OTHER_NAMES
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.packages import INSTALL_SCRIPTS, JAVASCRIPT_MANAGERS
from toolkit.places import inside, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents.dockerfile import Copy, Document, Instruction
    from toolkit.model import Severity

__all__ = ["left_out"]

_INSTALLS = regex(r"\b(?:npm|pnpm|yarn|bun)(?:[ \t]+(?:ci|install|i|add)\b|[ \t]*(?=$|&&|;|\||--(?!version)))[^&|;\n]*")
_WITHOUT = regex(
    r"--(?:only[= ]prod(?:uction)?(?![=\w-])|production(?![=\w-])|production[= ]true|omit[= ]dev|prod(?![=\w-]))|\s-P\b"
)
_UNDONE = regex(r"--include[= ]|--omit[= ](?!dev)|--(?:production|prod|only|dev)\b")
_FOR_ALL = regex(r"\s(?:-g|--global|--location[= ]global)\b")
_OPEN = regex(
    r"(?i)\bnpm_config_|\bconfig set\b|\bpkg\b|\bset-script\b|\b(?:jq|sed|cp|tar|ln|mv)\b[^&|;\n]*(?:package\.json|node_modules)"
)
"""What may change how an install works, or what it works on."""
_ENVIRONMENT = regex(r"""\bNODE_ENV(?:=|\s+)["']?(\S*?)["']?(?=\s|$)""")
_NO_PROGRAMS = regex(
    r"(?:^|/)(?:dist|build|out|lib|\.next|\.output|public|static|prisma|generated|[\w.*-]+\.(?:json|ya?ml|[cm]?[jt]s|lockb?|sh))(?:/|$)"
)
"""What people copy from another stage, and that holds no ``node_modules`` with programs."""
_DEEPEST = 3
_KEPT = ("dependencies", "optionalDependencies", "peerDependencies")
_UNKNOWN = ("npm install", False)
"""Stands for what may bring all that development needs."""


def left_out(
    context: Inspection, document: Document, item: Instruction, managed: tuple[str, ...], text: str
) -> Iterator[Broken]:
    """The first program that a script starts, or one that an install runs, where only development has it.

    Args:
        context: the run.
        document: the Dockerfile.
        item: the instruction.
        managed: the folders of the repository that the ``package.json`` may be of, the likeliest first.
        text: the command.
    """
    number = next((at for at, stage in enumerate(document.stages) if item in stage.instructions), None)
    package = by_folder(context).get(managed[0]) if managed else None
    if number is None or package is None or not is_plain(document.stages[chain(document, number)[0]].image):
        return
    owner = context.owner(package.folder)
    managers = ("npm", "yarn") if owner is not None and owner.ecosystem == "yarn_classic" else ("npm",)
    for name, program, before in _started(package, text):
        wanted = OF_OTHER_NAMES.get(program, [program])
        silent = name in INSTALL_SCRIPTS and "ignore-scripts" in text_of(context, package.at(".npmrc"))
        if silent or not _only_development(context, package, wanted):
            continue
        ran = list(_ran(document, number, item, before))
        installs = [one for run in ran for one in _installs(*run, managers)]
        others = "|".join(map(re.escape, (program, *wanted)))
        brought = re.search(rf"(?<![\w-])(?:{others})(?![\w-])", "\n".join(one for one, _ in ran))
        if installs and all(installs) and not brought:
            said = f"script {name} starts {program}, which is among the devDependencies, and the image installs without them"
            ways = f"install all before, or list {wanted[0]} among the dependencies"
            if item.name != "RUN":
                ways = f"start the program itself, or list {wanted[0]} among the dependencies"
            elif name in INSTALL_SCRIPTS:
                ways = f"install with --ignore-scripts, or let the script end well where {program} is not there"
            level: Severity = "error" if len(managed) == 1 else "warning"
            yield Broken(program, said, ways, level)
            return


def _started(package: Package, text: str, depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """The scripts of a package that a command runs, each with a program that it begins, and what the command does before."""
    at = 0
    for command in commands(text):
        manager, rest = command.words[0], arguments(command.words[1:])
        if manager not in JAVASCRIPT_MANAGERS or command.folder != "." or command.guarded:
            continue
        if selected(command.words, manager) or place_of(command.words) or "workspace" in rest:
            continue
        name, _ = script_in(manager, rest)
        names: tuple[str, ...] = (name,)
        if not name and (not rest or rest in (["ci"], ["i"], ["install"])) and "--ignore-scripts" not in command.words:
            names = INSTALL_SCRIPTS if manager != "yarn" else INSTALL_SCRIPTS[:-1]
        at = max(text.rfind(manager, 0, max(text.find(f" {name}", at), 0)), at)
        for one in names:
            script = package.scripts.get(one, "")
            for inner in commands(script):
                if not inner.guarded and not inner.fetched and inner.words[0] not in JAVASCRIPT_MANAGERS:
                    yield one, posixpath.basename(inner.words[0]), text[:at] if name else text
            if name and depth < _DEEPEST:
                yield from ((one, program, text[:at]) for _, program, _ in _started(package, script, depth + 1))


def _only_development(context: Inspection, package: Package, wanted: list[str]) -> bool:
    """Whether development alone brings one of some packages to a package, and no member of its workspace or lock brings any otherwise."""
    owner = context.owner(package.folder)
    members = (owner.path, *owner.members) if owner is not None else ()
    near = [one for folder in (package.folder, *members) if (one := by_folder(context).get(folder)) is not None]
    kept = {name for one in near for kind in _KEPT for name in table(one.data, kind)}
    if not kept.isdisjoint(wanted) or table(package.data, "devDependencies").keys().isdisjoint(wanted):
        return False
    for folder in upward(package.folder):
        if context.is_file(path := inside(folder, "package-lock.json")):
            try:
                held = context.json(path)
            except Unreadable:
                return False
            entries = {**table(held, "dependencies"), **table(held, "packages")}
            ends = tuple(f"node_modules/{one}" for one in wanted)
            return all(table(entry).get("dev") is True
                       for key, entry in entries.items() if key in wanted or key.endswith(ends))  # fmt: skip
        if context.is_file(path := inside(folder, "yarn.lock")):
            text = text_of(context, path, errors="replace")
            return not any(re.search(rf'(?m)^    "?{re.escape(one)}"?:? ', text) for one in wanted)
    return True


def _ran(document: Document, number: int, end: Instruction | None = None, text: str = "") -> Iterator[tuple[str, bool]]:
    """What a stage runs, and the stages whose packages it may have, each with whether it counts as production by then.

    Args:
        document: the Dockerfile.
        number: the stage.
        end: the instruction up to which it is read; all of it where that is no RUN.
        text: what that runs before.
    """
    production = False
    copies = {id(copy.instruction): copy for copy in document.copies()}
    for item in (one for at in chain(document, number) for one in document.stages[at].instructions):
        if item is end and item.name == "RUN":
            yield text, production
            return
        if item.name == "ENV":
            production = match[1] == "production" if (match := _ENVIRONMENT.search(item.value)) else production
            if _OPEN.search(item.value):
                yield _UNKNOWN
        elif item.name == "RUN":
            yield item.value + "".join(f"\n{part.content}" for part in item.heredocs), production
        elif (copy := copies.get(id(item))) is not None and not all(map(_NO_PROGRAMS.search, copy.sources)):
            yield from _carried(document, number, copy)
    if end is not None:
        yield text, production


def _carried(document: Document, number: int, copy: Copy) -> Iterator[tuple[str, bool]]:
    """What made the packages that a copy may bring into a stage."""
    packages = any("node_modules" in one for one in copy.sources)
    origin = index_of(document, copy.origin) if copy.origin else None
    if origin is not None and origin < number:
        yield from (inner := list(_ran(document, origin)))
        packages &= not any(_INSTALLS.search(one) for one, _ in inner)
    else:
        packages |= bool(copy.origin)
    if packages:
        yield _UNKNOWN


def _installs(text: str, production: bool, managers: tuple[str, ...]) -> Iterator[bool]:
    """Whether each install of a command leaves development out; no if something may change what it does."""
    if _OPEN.search(text):
        yield False
    for match in _INSTALLS.finditer(text):
        if not _FOR_ALL.search(match[0]):
            away = production and match[0].startswith(managers) and "NODE_ENV=" not in text
            yield _WITHOUT.search(match[0]) is not None or (away and not _UNDONE.search(match[0]))
