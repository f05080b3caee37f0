"""See :class:`WranglerEnvironmentUndefined`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._likeness import instead, likely
from toolkit.checks._packages import packages
from toolkit.checks.references._repair import by_hand, position, reword
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.recipes import recipes
from toolkit.checks.references._wrangler.commands import placed
from toolkit.checks.references._wrangler.configurations import config_for, configs, environments
from toolkit.expressions import regex
from toolkit.near_paths import is_letter_off
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.model import Finding

_ENVIRONMENT = regex(r"[\w-]+")
_VARIABLE = "CLOUDFLARE_ENV"


class WranglerEnvironmentUndefined(Check):
    """A command deploys an environment that the wrangler configuration does not define.

    What it checks: ``--env NAME`` and ``CLOUDFLARE_ENV`` of wrangler in scripts of package.json, shell scripts, Makefiles,
        task runners and workflows (also the inputs of wrangler's action), against ``[env.NAME]`` of the configuration that
        wrangler finds there. Values of a matrix, of a loop and of plain variables are filled in. Pages projects are left alone.
    Why it matters: The deployment stops, or a worker of another name appears without its bindings.
    How to fix: Define ``[env.NAME]``, or name an environment that is defined.
    Fix safety: Unsafe. A misspelled name is replaced by the one that is like it; what a new environment should be bound to
        is not in the repository.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        if not configs(context):
            return
        for package in packages(context):
            for name, text in package.scripts.items():
                if "wrangler" in text:
                    yield from self._script(context, package, name, text)
        told: set[tuple[str, int, str]] = set()
        for one in recipes(context, "wrangler"):
            for name, config in _asked(context, one.words, one.folders, one.variables.get(_VARIABLE, "")):
                if (one.path, one.line, name) not in told:
                    told.add((one.path, one.line, name))
                    yield self._told(context, one.path, one.line, name, config)

    def _script(self, context: Inspection, package: Package, key: str, text: str) -> Iterator[Finding]:
        for command in commands(text):
            variable = re.search(rf"\b{_VARIABLE}=([\w-]+)", text)
            folders = (package.at(command.folder),)
            for name, config in _asked(context, command.words, folders, variable[1] if variable else ""):
                line = position(package.document, ("scripts", key))
                yield self._told(context, package.path, line, name, config)

    def _told(self, context: Inspection, path: str, line: int | tuple[int, int], name: str, config: Config) -> Finding:
        known = environments(config)
        near = likely(name, known, 0.6)
        out = re.search(rf"(?m)^[^\S\n]*(#|//).*\benv\.{re.escape(name)}\b", config.document.text.content)
        hint = f"; {near} is defined" if near else "; it is commented out" if out else ""
        todo = f"uncomment [env.{name}]" if out else f"add [env.{name}] with its bindings"
        todo = instead(name, near, f"{todo} in {config.path}, or name one that is defined")
        place = (path, line if isinstance(line, int) else line[0])
        fixes = reword(context, (place,), name, near) if is_letter_off(name, near) else ()
        return self.finding(
            context,
            path,
            f"wrangler is told --env {name}, and {config.path} has no environment of that name{hint}.",
            line=line,
            evidence=f"defined: {', '.join(known) or 'none'}",
            fixes=fixes or by_hand(todo),
        )


def _asked(
    context: Inspection, words: tuple[str, ...], folders: tuple[str, ...], variable: str
) -> Iterator[tuple[str, Config]]:
    """The environment that a command names and that the configuration it finds does not define."""
    if "wrangler" not in words or "pages" in words:
        return
    rest = words[words.index("wrangler") :]
    name = option(rest, "--env", "-e") or variable
    if not _ENVIRONMENT.fullmatch(name):
        return
    given = option(rest, "--config", "-c")
    places = placed(context, words, folders)
    found = (config_for(context, posixpath.normpath(at), given) for at in places if "$" not in at)
    config = next((one for one in found if one is not None), None)
    if config is not None and not config.is_pages and name not in environments(config):
        yield name, config
