"""See :class:`KeypairCommitted`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._keypairs import for_tests, keypairs
from toolkit.model import Fix, RemoveTree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class KeypairCommitted(Check):
    """A Solana keypair lies in the repository.

    What it checks: JSON files of 64 numbers from 0 to 255, tracked or about to be. Only the public half is ever shown. Where the
        path says that it is for tests, an example, devnet or localnet, it is a warning. Keys of programs are told by
        ``program-keypair-committed``.
    Why it matters: Whoever reads the repository owns the account: its lamports, its tokens, and every program whose upgrade authority it is.
        History keeps the file after it is deleted.
    How to fix: Move what the account holds and its authorities to a new key that stays out of git, remove the file, add its name to
        ``.gitignore``. Keys of tests are better made when the test runs.
    Fix safety: Unsafe: the file is moved into the quarantine, but only a new key ends the leak.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for pair in keypairs(context):
            if pair.program:
                continue
            tests = for_tests(pair.path)
            tracked = pair.path in context.inventory.tracked_set
            yield self.finding(
                context,
                pair.path,
                "A secret key for tests is committed: nothing of value may ever belong to it."
                if tests
                else "A secret key is committed: whoever reads the repository owns its account.",
                evidence=f"64 bytes; the public half is {pair.address}",
                severity="warning" if tests else "error",
                fixes=_fixes(pair.path, tests=tests, tracked=tracked),
            )


def _fixes(path: str, *, tests: bool, tracked: bool) -> tuple[Fix, ...]:
    renew = Fix("move what the account holds to a new key, then remove the file from history", "manual")
    if tests:
        return (Fix("make the key when the tests run, or keep it worthless", "manual"),)
    action = RemoveTree(path, "a committed secret key", "any", tracked)
    return (Fix("move the file to the quarantine (the key stays in history: replace it)", "unsafe", (action,)), renew)
