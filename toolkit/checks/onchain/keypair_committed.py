"""See :class:`KeypairCommitted`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._keypairs import for_tests, keypairs
from toolkit.model import Fix, RemoveTree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._keypairs import Keypair
    from toolkit.model import Finding


_DOCUMENTS = (".md", ".mdx", ".rst")
_MOST = 5
"""Keys told of one file; more are one cause."""


class KeypairCommitted(Check):
    """A Solana keypair stands in the repository.

    What it checks: JSON files of 64 numbers from 0 to 255, tracked or about to be, and keys in sources, settings, environment files and
        documents: 64 numbers in brackets, a seed of 32 that ``fromSeed`` takes, 86 to 88 letters of base58. That a text is a key is
        proven by arithmetic (the public half follows from the secret one), or said by a name or a call before it. Only the public half is
        ever shown. Where the path says that it is for tests, an example, a document, devnet or localnet, it is a warning. Keys of programs
        are told by ``program-keypair-committed``.
    Why it matters: Whoever reads the repository owns the account: its lamports, its tokens, and every program whose upgrade authority it is.
        History keeps the key after it is deleted.
    How to fix: Move what the account holds and its authorities to a new key that stays out of git, remove the file, add its name to
        ``.gitignore``; sources read the key from a file or the environment. Keys of tests are better made when the test runs.
    Fix safety: Unsafe: the file is moved into the quarantine, but only a new key ends the leak.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        told: Counter[str] = Counter()
        for pair in keypairs(context):
            told[pair.path] += not pair.program
            if not pair.program and told[pair.path] <= _MOST:
                yield self._finding(context, pair)

    def _finding(self, context: Inspection, pair: Keypair) -> Finding:
        tests = for_tests(pair.path) or pair.path.endswith(_DOCUMENTS)
        tracked = pair.path in context.inventory.tracked_set
        return self.finding(
            context,
            pair.path,
            "A secret key for tests is committed: nothing of value may ever belong to it."
            if tests
            else "A secret key is committed: whoever reads the repository owns its account.",
            line=pair.line,
            evidence=f"64 bytes; the public half is {pair.address}"
            + ("" if pair.sure else ", which does not follow from the secret one"),
            severity="warning" if tests else "error",
            fixes=_fixes(pair, tests=tests, tracked=tracked),
        )


def _fixes(pair: Keypair, *, tests: bool, tracked: bool) -> tuple[Fix, ...]:
    if tests:
        return (Fix("make the key when the tests run, or keep it worthless", "manual"),)
    if pair.line:
        return (
            Fix("move what the account holds to a new key, and read that from a file or the environment", "manual"),
        )
    renew = Fix("move what the account holds to a new key, then remove the file from history", "manual")
    action = RemoveTree(pair.path, "a committed secret key", "any", tracked)
    return (Fix("move the file to the quarantine (the key stays in history: replace it)", "unsafe", (action,)), renew)
