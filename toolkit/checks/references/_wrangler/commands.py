"""What commands of wrangler name: databases and files."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import instead, likely
from toolkit.checks._package_managers import PLACES
from toolkit.checks._packages import named, packages
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position, relative
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.followed import followed
from toolkit.checks.references._scripts.recipe_lines import joined
from toolkit.checks.references._scripts.recipes import recipes
from toolkit.checks.references._scripts.run_outputs import OUTPUT
from toolkit.checks.references._scripts.texts import lines
from toolkit.checks.references._wrangler.configurations import config_for, configs, scopes
from toolkit.expressions import regex
from toolkit.near_paths import is_letter_off
from toolkit.places import folder_of, join, table
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.model import Severity

__all__ = ["misnamed", "placed"]

_OF_DATABASES = (("execute",), ("export",), ("migrations", "apply"), ("migrations", "list"), ("migrations", "create"))
_FILES = ("--file", "--config", "-c")
_ENTRY = regex(r"(?:\./)?[\w@.-]+(?:/[\w@.-]+)*\.(?:[cm]?[jt]s|tsx|jsx)")
_SCRIPTS = (".sh", ".bash", ".zsh")
_TAKES_ENTRY = frozenset({"dev", "deploy", "publish"})


def misnamed(context: Inspection) -> Iterator[Fault]:
    """Databases and files that commands of scripts, Makefiles and workflows name and that are not there."""
    told: set[tuple[str, str]] = set()
    for one in _commands(context):
        for what in (*_databases(context, one), *_files(context, one)):
            if (what.path, what.text) not in told:  # what several commands of a file lack is lacking once
                told.add((what.path, what.text))
                yield what


class _Asked(NamedTuple):
    """One command of wrangler: where it stands, its words behind the program, and where it may run."""

    path: str
    line: int | tuple[int, int]
    words: tuple[str, ...]
    folders: tuple[str, ...]


def _commands(context: Inspection) -> Iterator[_Asked]:
    for package in packages(context):
        for name, text in package.scripts.items():
            for one in commands(text) if "wrangler" in text else ():
                for whose, inner in followed(context, package, one):
                    if inner.words[0] == "wrangler":
                        line = position(package.document, ("scripts", name))
                        yield _Asked(package.path, line, _behind(inner.words), (whose.at(inner.folder),))
    for recipe in recipes(context, "wrangler") if configs(context) else ():
        folders = placed(context, recipe.words, recipe.folders)
        yield _Asked(recipe.path, recipe.line, _behind(recipe.words), folders)


def placed(context: Inspection, words: tuple[str, ...], folders: tuple[str, ...]) -> tuple[str, ...]:
    """Where a command of wrangler runs that a package manager may send to another folder, before the word ``wrangler``."""
    before = words[: words.index("wrangler")]
    chosen = option(before, "--filter", "-F", "--workspace", "-w")
    if chosen:
        member = named(context).get(chosen)
        return (member.folder,) if member else ("$",)
    inner = option(before, *PLACES)
    return tuple(joined(folder, inner) for folder in folders) if inner else folders


def _behind(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[words.index("wrangler") + 1 :]


def _config(context: Inspection, one: _Asked) -> Config | None:
    """The configuration that a command finds from the first of its folders that has one."""
    given = option(one.words, "--config", "-c")
    found = (config_for(context, posixpath.normpath(at), given) for at in one.folders if "$" not in at)
    return next((config for config in found if config is not None), None)


def _databases(context: Inspection, one: _Asked) -> Iterator[Fault]:
    words = one.words
    steps = next((steps for steps in _OF_DATABASES if words[1 : 1 + len(steps)] == steps), None)
    if words[:1] != ("d1",) or steps is None:
        return
    name = next((word for word in words[1 + len(steps) :] if not word.startswith("-")), "")
    config = _config(context, one)
    if not name or "$" in name or config is None:
        return
    known = {
        value
        for _, data in scopes(config)
        for item in (data.get("d1_databases") if isinstance(data.get("d1_databases"), list) else ()) or ()
        for value in (table(item).get("database_name"), table(item).get("binding"))
        if isinstance(value, str)
    }
    if known and name not in known:
        near = likely(name, known)
        hint = f"; {near} is bound" if near else ""
        text = f"wrangler d1 is told {name}, and {config.path} binds no database of that name{hint}: the command stops."
        sure = near if is_letter_off(name, near) else ""
        todo = instead(name, near, f"bind the database {name} in {config.path}, or name one that is bound")
        yield Fault(
            one.path, one.line, text, f"bound: {', '.join(sorted(known))}", todo, name, sure, severity="warning"
        )


def _given(words: tuple[str, ...]) -> Iterator[tuple[str, Severity]]:
    """The files that a command is given, by options and as the entry of a worker; a file of statements may be made just before."""
    yield from (
        (value, "warning" if name == "--file" else "error") for name in _FILES if (value := option(words, name))
    )
    entry = words[1] if len(words) > 1 and words[0] in _TAKES_ENTRY else ""
    if _ENTRY.fullmatch(entry) and not OUTPUT.search(entry):
        yield entry, "error"


def _callers(context: Inspection, path: str) -> Iterator[str]:
    """The folders of what starts a script by its name, in which it then runs."""
    if path.endswith(_SCRIPTS):
        word = re.compile(rf"(?<![\w.-]){re.escape(posixpath.basename(path))}(?![\w-])")
        yield from {folder_of(caller) for caller, _ in lines(context, word, posixpath.basename(path))}


def _files(context: Inspection, one: _Asked) -> Iterator[Fault]:
    folders = one.folders
    for value, level in _given(one.words):
        if "." not in value or value.startswith(("/", "~", "-")):
            continue
        verdicts = [resolve(context, value, at) for at in folders if "$" not in at]
        lost = bool(verdicts) and all(verdict.kind == "missing" and not verdict.command for verdict in verdicts)
        if lost and not any(context.is_file(join(at, value) or "") for at in _callers(context, one.path)):
            hint = f"; {verdicts[0].near} is there" if verdicts[0].near else ""
            text = f"wrangler is given {value}, which does not exist{hint}: the command stops."
            near = relative(verdicts[0].near, next(at for at in folders if "$" not in at), value)
            todo = instead(value, near, f"add {verdicts[0].path}, or correct the path")
            evidence = f"{verdicts[0].path} {verdicts[0].why}"
            sure = level if one.path.endswith("package.json") else "warning"
            yield Fault(
                one.path, one.line, text, evidence, todo, value, near if verdicts[0].sure else "", severity=sure
            )
