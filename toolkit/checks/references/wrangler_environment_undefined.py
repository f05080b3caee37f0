"""See :class:`WranglerEnvironmentUndefined`."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._commands import commands, option
from toolkit.checks.references._packages import packages
from toolkit.checks.references._repair import mapping
from toolkit.checks.references._wrangler import config_for, environments
from toolkit.context import Unreadable
from toolkit.documents import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Finding

_ENVIRONMENT = re.compile(r"[\w-]+")


class WranglerEnvironmentUndefined(Check):
    """A command deploys an environment that the wrangler configuration does not define.

    What it checks: ``--env NAME`` of wrangler in scripts of package.json and in workflows (also the inputs of wrangler's action),
        against ``[env.NAME]`` of the configuration that wrangler finds there. Pages projects are left alone.
    Why it matters: The deployment stops, or a worker of another name appears without its bindings.
    How to fix: Define ``[env.NAME]``, or name an environment that is defined.
    Fix safety: Manual. What the environment should be bound to is not in the repository.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for package in packages(context):
            for name, text in package.scripts.items():
                for command in commands(text):
                    yield from self._command(
                        context,
                        package.path,
                        package.document,
                        ("scripts", name),
                        command.words,
                        package.at(command.folder),
                    )
        for path in context.matching("*.yml", "*.yaml"):
            if "/.github/workflows/" in f"/{path}":
                yield from self._workflow(context, path)

    def _workflow(self, context: Inspection, path: str) -> Iterator[Finding]:
        try:
            if b"wrangler" not in context.read(path):
                return
            document = context.document(path, yaml.parse)
        except Unreadable:
            return
        base = path.partition(".github/")[0].rstrip("/") or "."
        top = mapping(mapping(mapping(document.data).get("defaults")).get("run")).get("working-directory", ".")
        for job, data in mapping(mapping(document.data).get("jobs")).items():
            here = mapping(mapping(mapping(data).get("defaults")).get("run")).get("working-directory", top)
            steps = mapping(data).get("steps")
            for index, step in enumerate(steps if isinstance(steps, list) else []):
                where: Path = ("jobs", job, "steps", index)
                yield from self._step(context, path, document, where, mapping(step), base, str(here))

    def _step(  # noqa: PLR0913, PLR0917 - a step with its surroundings
        self, context: Inspection, path: str, document: Any, where: Path, step: dict[str, Any], base: str, here: str
    ) -> Iterator[Finding]:
        inputs = mapping(step.get("with"))
        if str(step.get("uses", "")).startswith("cloudflare/wrangler-action"):
            folder = posixpath.join(base, str(inputs.get("workingDirectory", ".")))
            name = inputs.get("environment")
            if isinstance(name, str):
                yield from self._judge(context, path, document, (*where, "with", "environment"), name, folder)
            for command in commands(str(inputs.get("command", "")).replace("\n", " && ")):
                words = ("wrangler", *command.words)
                yield from self._command(context, path, document, (*where, "with", "command"), words, folder)
        if isinstance(step.get("run"), str):
            folder = posixpath.join(base, str(step.get("working-directory", here)))
            for command in commands(step["run"]):
                at = posixpath.join(folder, command.folder)
                yield from self._command(context, path, document, (*where, "run"), command.words, at)

    def _command(  # noqa: PLR0913, PLR0917 - a command with its place
        self, context: Inspection, path: str, document: Any, where: Path, words: tuple[str, ...], folder: str
    ) -> Iterator[Finding]:
        if "wrangler" not in words or "pages" in words or "$" in folder:
            return
        rest = words[words.index("wrangler") :]
        name = option(rest, "--env", "-e")
        yield from self._judge(context, path, document, where, name, folder, option(rest, "--config", "-c"))

    def _judge(  # noqa: PLR0913, PLR0917 - a name with its place
        self, context: Inspection, path: str, document: Any, where: Path, name: str, folder: str, given: str = ""
    ) -> Iterator[Finding]:
        config = config_for(context, posixpath.normpath(folder), given)
        if not name or not _ENVIRONMENT.fullmatch(name) or config is None or config.is_pages:
            return
        known = environments(config)
        if name in known:
            return
        near = difflib.get_close_matches(name, known, 1, 0.6)
        out = re.search(rf"(?m)^\s*(#|//).*\benv\.{re.escape(name)}\b", config.document.text.content)
        hint = f"; {near[0]} is defined" if near else "; it is commented out" if out else ""
        line = _line(document, where, name)
        yield self.finding(
            context,
            path,
            f"wrangler is told --env {name}, and {config.path} has no environment of that name{hint}.",
            line=line,
            evidence=f"defined: {', '.join(known) or 'none'}",
        )


def _line(document: Any, where: Path, name: str) -> int:
    """The line within a value of several lines that names the environment."""
    place = document.place(where)
    if place is None:
        return int(document.line(where))
    at = re.compile(rf"(?:--env[= ]|-e )[\"']?{re.escape(name)}\b").search(
        document.text.content, place.start, place.end
    )
    return int(document.text.line(at.start() if at else place.start))
