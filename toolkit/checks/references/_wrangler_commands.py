"""What commands of wrangler name: databases and files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._packages import packages
from toolkit.checks.references._commands import commands
from toolkit.checks.references._likeness import instead, likely
from toolkit.checks.references._recipes import recipes
from toolkit.checks.references._repair import position, relative
from toolkit.checks.references._wrangler import config_for, configs, scopes
from toolkit.places import table
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["Misnamed", "misnamed"]

_OF_DATABASES = (("execute",), ("export",), ("migrations", "apply"), ("migrations", "list"), ("migrations", "create"))
_FILES = ("--file", "--config", "-c")


class Misnamed(NamedTuple):
    """A name in a command that stands for nothing: its file and line, the finding's text, and what a person does."""

    path: str
    line: int | tuple[int, int]
    text: str
    todo: str
    evidence: str
    severity: Severity
    word: str
    near: str


def misnamed(context: Inspection) -> Iterator[Misnamed]:
    """Databases and files that commands of scripts, Makefiles and workflows name and that are not there."""
    if not configs(context):
        return
    told: set[tuple[str, object, str]] = set()
    for path, line, words, folders in _commands(context):
        for one in (*_databases(context, path, line, words, folders), *_files(context, path, line, words, folders)):
            if (one.path, one.line, one.text) not in told:
                told.add((one.path, one.line, one.text))
                yield one


def _commands(context: Inspection) -> Iterator[tuple[str, int | tuple[int, int], tuple[str, ...], tuple[str, ...]]]:
    for package in packages(context):
        for name, text in package.scripts.items():
            for one in commands(text) if "wrangler" in text else ():
                if "wrangler" in one.words:
                    line = position(package.document, ("scripts", name))
                    yield package.path, line, _behind(one.words), (package.at(one.folder),)
    for recipe in recipes(context, "wrangler"):
        yield recipe.path, recipe.line, _behind(recipe.words), recipe.folders


def _behind(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[words.index("wrangler") + 1 :]


def _databases(
    context: Inspection, path: str, line: int | tuple[int, int], words: tuple[str, ...], folders: tuple[str, ...]
) -> Iterator[Misnamed]:
    if words[:1] != ("d1",):
        return
    steps = next((steps for steps in _OF_DATABASES if words[1 : 1 + len(steps)] == steps), None)
    name = next((word for word in words[1 + len(steps) :] if not word.startswith("-")), "") if steps else ""
    given = option(words, "--config", "-c")
    configs = (config_for(context, posixpath.normpath(at), given) for at in folders if "$" not in at)
    config = next((one for one in configs if one is not None), None)
    if config is None or not name or "$" in name:
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
        todo = instead(name, near, f"bind the database {name} in {config.path}, or name one that is bound")
        yield Misnamed(path, line, text, todo, f"bound: {', '.join(sorted(known))}", "warning", name, near)


def _files(
    context: Inspection, path: str, line: int | tuple[int, int], words: tuple[str, ...], folders: tuple[str, ...]
) -> Iterator[Misnamed]:
    for name in _FILES:
        value = option(words, name)
        if not value or "." not in value or value.startswith(("/", "~", "-")):
            continue
        verdicts = [resolve(context, value, at) for at in folders if "$" not in at]
        if verdicts and all(verdict.kind == "missing" and not verdict.command for verdict in verdicts):
            hint = f"; {verdicts[0].near} is there" if verdicts[0].near else ""
            text = f"wrangler is given {value}, which does not exist{hint}: the command stops."
            near = relative(verdicts[0].near, next(at for at in folders if "$" not in at), value)
            todo = instead(value, near, f"add {verdicts[0].path}, or correct the path")
            evidence = f"{verdicts[0].path} {verdicts[0].why}"
            yield Misnamed(path, line, text, todo, evidence, "warning", value, near)
