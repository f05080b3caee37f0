"""The materialization policy as a tool: what an inherited one means, and running a program under another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from toolkit.system import process
from toolkit.system.darwin import Policy
from toolkit.system.dataless import seam

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.commands import Command

__all__ = ["Policy", "choose", "explain", "run_with_deadline"]


def choose(root: Path, policy: Policy) -> Policy:
    """Set the policy of this process and of what it starts, and return the one that it had.

    Args:
        root: a folder on the file system in question.
        policy: the new one.
    """
    provider = seam(root)
    before = provider.policy()
    provider.set_policy(policy)
    return before


def explain(inherited: Policy) -> str:
    """What an inherited policy does to whoever started us; empty if there is nothing to say.

    Terminals and their children have it ON; launchd jobs have it OFF unless their plist says otherwise
    (measured on macOS 26.4.1 and 15.7.9 by third parties, see ``docs/hydration.md``).
    """
    if inherited is not Policy.OFF:
        return ""
    return (
        "this was started with materialization OFF (a launchd job, or a program that chose so): there every read of an "
        "evicted file fails with 'Resource deadlock avoided'. hydrate turns it ON in its own children; for the job "
        "itself, put <key>MaterializeDatalessFiles</key><true/> into its plist"
    )


def run_with_deadline(command: Command) -> int:
    """Run a program on our own streams until its deadline; its whole group is killed then.

    Returns:
        Its exit code; 124 if its time ran out, 127 if it was not found, 128 and the signal's number if one ended it.
    """
    try:
        child = process.Child(command, stdin=sys.stdin.fileno(), stdout=sys.stdout.fileno(), stderr=sys.stderr.fileno())
    except OSError as error:
        sys.stderr.write(f"toolkit: {command.argv[0]}: {error.strerror}\n")
        return process.NOT_FOUND
    code = child.wait().code
    return 128 - code if code < 0 else code
