"""Workflows that take their tools from elsewhere than the pins."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.workflows._tool_sources import TOOLS, sources
from toolkit.checks.workflows._workflows import actions, is_called, scripted
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Workflow
    from toolkit.checks.workflows._tool_sources import Source
    from toolkit.model import Finding

_NIX = regex(
    r"\bnix (?:develop|shell|run|build|flake)\b|\bnix-shell\b|\binvoke \w|\btoolkit \w|\btasks\.py\b|\bdevbox run\b"
)
_NIX_ACTIONS = (
    "cachix/install-nix-action",
    "determinatesystems/",
    "nixbuild/",
    "nicknovitski/nix-develop",
    "cachix/cachix-action",
)
_SHELL = regex(r"devShells?\b|mkShell|devenv|mkToolchain|packagesFromToml")
_WORDS = {
    "go": r"\bgo(?:_1_\d+)?\b",
    "java": r"jdk|\bjava",
    "rust": r"rust|cargo",
    "uv": r"\buv\b",
    "node": r"node(?!_modules)",
}
_MANAGERS = {"node": ("pnpm", "yarn"), "python": ("uv", "poetry")}
"""Tools that come with another one, by Corepack or pip."""
_ONLY_RELEASES = regex(r"docs?|pages|label|stale|release-drafter|lint-pr|codeql|scorecard", re.IGNORECASE)


class WorkflowIgnoresFlake(Check):
    """A workflow installs its tools by other means than the repository's pins.

    What it checks:
        The repository pins its tools (``[toolchain]`` of ``toolkit.toml``, or the development shell of the root's
        ``flake.nix``), and a job at the root, or a composite action, never enters the shell and sets one of them up by itself: by an
        action, by a command (``rustup``, ``nvm``, ``apt-get install nodejs``, ``npm install -g pnpm``, an installer that is fetched) or by
        the image of its container. One finding a workflow, at the first of them. A tool that is not pinned here may come from anywhere.

    Why it matters:
        A laptop and the workflow build with different versions: what works here fails there, and the pins are of no use
        where they matter most.

    How to fix:
        Install Nix in the workflow and run ``nix develop -c ...``, or let ``invoke ci`` provide the tools.

    Fix safety:
        Manual: how jobs are cached and split is a decision.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        flake = _flake(context)
        held = frozenset(context.settings.toolchain) | (_named(flake) if flake else frozenset())
        if not held:
            return
        adopted = bool(context.settings.source) or _enters_by_itself(context)
        entering = {f"./{posixpath.dirname(one.path)}" for one in actions(context) if _uses_pins(one.jobs[0], ())}
        for workflow in scripted(context):
            if _ONLY_RELEASES.search(workflow.name) or (workflow.is_action and not is_called(context, workflow)):
                continue
            found = [one for job in workflow.jobs if not _uses_pins(job, entering) for one in sources(job)]
            if wrong := [one for one in found if one.tool in held]:
                source = "flake.nix" if flake else context.settings.source
                yield self._finding(context, workflow, wrong, source, adopted=adopted)

    def _finding(
        self, context: Inspection, workflow: Workflow, wrong: list[Source], source: str, *, adopted: bool
    ) -> Finding:
        names = sorted({one.tool for one in wrong})
        where = wrong[0].where
        return self.finding(
            context,
            workflow.path,
            f"{source} holds the tools, and this workflow takes {', '.join(names)} from elsewhere",
            line=where if isinstance(where, int) else workflow.document.position(where),
            evidence=wrong[0].how,
            severity="warning" if adopted else "info",
            fixes=(Fix("install Nix and run nix develop -c ..., or run invoke ci", "manual"),),
        )


def _flake(context: Inspection) -> str:
    """The text of the root's flake, if it has a shell to work in."""
    text = text_of(context, "flake.nix", errors="replace") if context.is_file("flake.nix") else ""
    return text if _SHELL.search(text) else ""


def _named(flake: str) -> frozenset[str]:
    """The tools that a flake names; all where it names none, because it takes them from other files then."""
    found = frozenset(tool for tool in TOOLS if re.search(_WORDS.get(tool, tool), flake))
    managers = [name for tool in found for name in _MANAGERS.get(tool, ())]
    return found.union(managers) or TOOLS


def _enters_by_itself(context: Inspection) -> bool:
    """Whether people get the flake's shell by entering the folder."""
    return context.is_file(".envrc") and "use flake" in text_of(context, ".envrc")


def _uses_pins(job: Job, entering: Collection[str]) -> bool:
    """Whether any step of a job gets its tools from the pins, itself or by an action of the repository that does."""
    return any(
        step.action.startswith(_NIX_ACTIONS)
        or _NIX.search(str(step.data.get("run", "")))
        or "nix" in step.shell
        or (step.uses.startswith("./") and ("nix" in step.uses or step.uses.rstrip("/") in entering))
        for step in job.steps
    )
