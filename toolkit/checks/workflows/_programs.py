"""Programs that GitHub's runners do not have and that no step of a job sets up before it runs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Job, Step

__all__ = ["Absent", "absent"]


@frozen
class Absent:
    """A program that a step runs and that is not there.

    Args:
        name: of the program.
        step: the first that asks for it.
        key: where in the document; empty for a line of its script.
        line: 0-based line of the script.
        text: what asks for it.
    """

    name: str
    step: Step
    key: tuple[str | int, ...]
    line: int
    text: str


_BRINGS = {
    "pnpm": r"pnpm|corepack",
    "bun": r"\bbun",
    "bunx": r"\bbun",
    "uv": r"\buv\b|setup-uv|astral",
    "uvx": r"\buv\b|setup-uv|astral",
    "poetry": r"poetry",
    "pdm": r"pdm",
    "deno": r"deno",
    "anchor": r"anchor|\bavm\b",
    "forge": r"foundry",
    "just": r"just\b",
    "flutter": r"flutter",
    "golangci-lint": r"golangci",
}
"""Programs, and what names the step that brings one. None is in the list of what GitHub's image ubuntu-24.04 holds (version 20250202)."""
_ANYTHING = regex(
    r"mise|\bnix|devbox|devenv|asdf|proto\b|moonrepo|volta|setup-tools|install|homebrew|toolchain|devcontainer|docker-run|conda|mamba|pixi"
    r"|taiki-e|setup-env|environment|bootstrap",
    re.IGNORECASE,
)
"""Actions that may bring any program."""
_OPEN = regex(
    r"\b(?:curl|wget|brew|apt|apt-get|nix|source|make|devbox|mise|asdf|proto|pipx|conda)\b|\.sh\b|GITHUB_PATH|\bPATH=|\bsetup\b|bootstrap"
)
_HOSTED = regex(r"(?:ubuntu|macos|windows)-[\w.-]+")
_SCRIPT = regex(r"\$\{\{.*?\}\}")


def absent(job: Job) -> Iterator[Absent]:
    """Every program that a job runs and surely does not have, each once."""
    runners = job.runners
    if (
        job.workflow.is_action
        or "container" in job.data
        or not runners
        or not all(_HOSTED.fullmatch(one) for one in runners)
    ):
        return
    said: set[str] = set()
    before = scripts = ""
    for step in job.steps:
        if step.uses.startswith(("./", "docker:")) or (step.uses and _ANYTHING.search(step.action)):
            return
        for one in _asked(step):
            if one.name not in said and not _is_brought(one, before, scripts):
                said.add(one.name)
                yield one
        scripts += f"\n{_SCRIPT.sub('', str(step.data.get('run', '')))}"
        before += f"\n{step.uses} {step.inputs}"


def _asked(step: Step) -> Iterator[Absent]:
    if step.action == "actions/setup-node" and str(step.inputs.get("cache")) == "pnpm":
        yield Absent("pnpm", step, (*step.path, "with", "cache"), 0, "cache: pnpm")
    for command in step.commands:
        if command.words[0] in _BRINGS and not command.depth and "||" not in (command.before, command.after):
            yield Absent(command.words[0], step, (), command.line, command.text)


def _is_brought(one: Absent, before: str, scripts: str) -> bool:
    """Whether actions or scripts before, or the lines before of the same script, may bring a program."""
    own = "\n".join([scripts, *one.step.script.splitlines()[: one.line + 1]])
    if _OPEN.search(own):
        return True
    # Its own uses, and a cache for it, are no set-up.
    used = re.compile(rf"(^|&&|;|\|)[ \t]*{re.escape(one.name)}[ \t][^\n;&|]*", re.MULTILINE)
    others = used.sub(r"\1", f"{before}\n{own}").replace("'cache': 'pnpm'", "")
    return re.search(_BRINGS[one.name], others) is not None
