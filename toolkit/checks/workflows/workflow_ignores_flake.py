"""Workflows that take their tools from elsewhere than the pins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._workflows import workflows
from toolkit.context import Unreadable
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._workflows import Step, Workflow
    from toolkit.model import Finding

_TOOLS = {
    "actions/setup-node": "node",
    "actions/setup-python": "python",
    "actions/setup-go": "go",
    "actions/setup-java": "java",
    "pnpm/action-setup": "pnpm",
    "oven-sh/setup-bun": "bun",
    "denoland/setup-deno": "deno",
    "dtolnay/rust-toolchain": "rust",
    "actions-rs/toolchain": "rust",
    "actions-rust-lang/setup-rust-toolchain": "rust",
    "astral-sh/setup-uv": "uv",
    "snok/install-poetry": "poetry",
    "foundry-rs/foundry-toolchain": "foundry",
    "hashicorp/setup-terraform": "terraform",
    "opentofu/setup-opentofu": "opentofu",
    "ruby/setup-ruby": "ruby",
    "heyanza/setup-solana": "solana",
    "metadaoproject/setup-solana": "solana",
    "metadaoproject/setup-anchor": "anchor",
    "coollabs-io/setup-anchor": "anchor",
}
_NIX = re.compile(
    r"\bnix (?:develop|shell|run|build|flake)\b|\bnix-shell\b|\binvoke \w|\btoolkit \w|\btasks\.py\b|\bdevbox run\b"
)
_NIX_ACTIONS = (
    "cachix/install-nix-action",
    "determinatesystems/",
    "nixbuild/",
    "nicknovitski/nix-develop",
    "cachix/cachix-action",
)
_SHELL = re.compile(rb"devShells?\b|mkShell|devenv|mkToolchain|packagesFromToml")
_ONLY_RELEASES = re.compile(r"docs?|pages|label|stale|release-drafter|lint-pr|codeql|scorecard", re.IGNORECASE)


class WorkflowIgnoresFlake(Check):
    """A workflow installs its tools by other means than the repository's pins.

    What it checks:
        The repository pins its tools (``[toolchain]`` of ``toolkit.toml``, or the development shell of the root's
        ``flake.nix``), and a workflow at the root sets one of them up by an action of its own and never enters the
        shell. One finding a workflow. A tool that is not pinned here may come from anywhere.

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
        pinned = set(context.settings.toolchain)
        flake = _flake_has_shell(context)
        if not pinned and not flake:
            return
        adopted = bool(context.settings.source) or _enters_by_itself(context)
        for workflow in workflows(context):
            if _uses_pins(workflow) or _ONLY_RELEASES.search(workflow.name):
                continue
            tools = [(step, _TOOLS[step.action]) for step in workflow.steps if step.action in _TOOLS]
            wrong = [(step, tool) for step, tool in tools if flake or tool in pinned]
            if wrong:
                yield self._finding(context, workflow, wrong, adopted=adopted, flake=flake)

    def _finding(
        self, context: Inspection, workflow: Workflow, wrong: list[tuple[Step, str]], *, adopted: bool, flake: bool
    ) -> Finding:
        step = wrong[0][0]
        names = ", ".join(sorted({tool for _, tool in wrong}))
        where = "flake.nix" if flake else context.settings.source
        return self.finding(
            context,
            workflow.path,
            f"{where} holds the tools, and this workflow takes {names} from elsewhere",
            line=workflow.document.position((*step.path, "uses")),
            evidence=f"uses: {step.uses}",
            severity="warning" if adopted else "info",
            fixes=(Fix("install Nix and run nix develop -c ..., or run invoke ci", "manual"),),
        )


def _flake_has_shell(context: Inspection) -> bool:
    if not context.is_file("flake.nix"):
        return False
    try:
        return _SHELL.search(context.read("flake.nix")) is not None
    except Unreadable:
        return False


def _enters_by_itself(context: Inspection) -> bool:
    """Whether people get the flake's shell by entering the folder."""
    try:
        return context.is_file(".envrc") and b"use flake" in context.read(".envrc")
    except Unreadable:
        return False


def _uses_pins(workflow: Workflow) -> bool:
    """Whether any step of a workflow gets its tools from the pins."""
    return any(
        step.action.startswith(_NIX_ACTIONS)
        or _NIX.search(str(step.data.get("run", "")))
        or "nix" in step.shell
        or (step.uses.startswith("./") and "nix" in step.uses)
        for step in workflow.steps
    )
