"""See :class:`KeypairCommitted`."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._keypairs import for_tests, in_test_source, keypairs, on_shared_network
from toolkit.checks.onchain._local_keys import is_for_local_network
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.model import Fix, RemoveTree
from toolkit.places import folder_of, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._keypairs import Keypair
    from toolkit.model import Finding, Severity


_EXAMPLE = regex(r"(?i)env[\w.-]{0,40}\.(?:example|sample|template)$")
_FOR_TESTS = "A secret key for tests is committed: nothing of value may ever belong to it."
_SINGLY = 3
"""Keys for tests of one folder up to which each has a finding of its own."""
_NAMED = 20
"""Keys that the evidence of one finding names."""


class KeypairCommitted(Check):
    """A Solana keypair stands in the repository.

    What it checks: JSON files of 64 numbers from 0 to 255, tracked or about to be, and keys in sources, settings, environment files and
        documents: 64 numbers in brackets, a seed of 32 that ``fromSeed`` takes, 86 to 88 letters of base58, 128 hexadecimal digits. That a text is a key is
        proven by arithmetic (the public half follows from the secret one), or said by a name or a call before it. Only the public half is
        ever shown. Where the path says that it is for tests or localnet, or every line of the
        repository that names the file does, it is information; in an example, in a document and for devnet and testnet
        a warning (where the file is not called after who acts for a service: ``operator``, ``authority``). What the wallet of an Anchor.toml names that
        deploys to a public network is an error whatever its path. Keys of programs are told by ``program-keypair-committed``.
    Why it matters: Whoever reads the repository owns the account: its lamports, its tokens, and every program whose upgrade authority it is.
        History keeps the key after it is deleted.
    How to fix: Move what the account holds and its authorities to a new key that stays out of git, remove the file, add its name to
        ``.gitignore``; sources read the key from a file or the environment. Keys of tests are better made when the test runs.
    Fix safety: Unsafe: the file is moved into the quarantine, but only a new key ends the leak.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        found = [one for one in keypairs(context) if not one.program and (one.sure or not _only_shows(one.path))]
        # Keys of sources before those of tests and documents: of one key the worst place is told.
        found.sort(key=lambda one: (self._is_trial(context, one), one.path, one.line))
        files = {
            address: {one.path for one in found if one.address == address} for address in {one.address for one in found}
        }
        yield from _gathered(self._each(context, found, files))

    def _is_trial(self, context: Inspection, pair: Keypair) -> bool:
        deploys = any(path == pair.path for _, path in _wallets(context))
        return not deploys and (_is_document(pair.path) or for_tests(pair.path) or in_test_source(context, pair))

    def _each(self, context: Inspection, found: list[Keypair], files: dict[str, set[str]]) -> Iterator[Finding]:
        told: set[str] = set()
        for pair in found:
            again = pair.path in told and for_tests(pair.path)  # one is told of a file for tests
            told.add(pair.path)
            if not again and pair.address not in told:
                told.add(pair.address)  # it is replaced once
                more = len(files[pair.address]) - 1
                deploys = next((anchor for anchor, path in _wallets(context) if path == pair.path), "")
                yield self._finding(context, pair, more, deploys)

    def _finding(self, context: Inspection, pair: Keypair, more: int, deploys: str) -> Finding:
        local = not deploys and not pair.line and is_for_local_network(context, pair.path)
        tests = local or (not deploys and (in_test_source(context, pair) or for_tests(pair.path)))
        tracked = pair.path in context.inventory.tracked_set
        message = "A secret key is committed: whoever reads the repository owns its account."
        if deploys:
            message = f"The secret key that {deploys} deploys with is committed: whoever reads the repository owns what it deploys."
        elif _EXAMPLE.search(pair.path):
            message = "An example holds a real secret key: whoever copies it shares one account with everybody."
        elif tests:
            message = _FOR_TESTS
        elif _is_document(pair.path):
            message = "A document shows a secret key: whoever reads it owns the account, if it is in use."
        return self.finding(
            context,
            pair.path,
            message,
            line=pair.line or 1,
            evidence=f"64 bytes; the public half is {pair.address}"
            + ("" if pair.sure else ", which does not follow from the secret one")
            + (f"; it is in {more} more files" if more > 0 else ""),
            severity="info" if local else _severity(pair, tests=tests, deploys=bool(deploys)),
            fixes=_fixes(pair, tests=tests, tracked=tracked),
            causes=(f"environment {pair.path}",),
        )


def _severity(pair: Keypair, *, tests: bool, deploys: bool) -> Severity:
    if deploys:
        return "error"
    if tests and not _EXAMPLE.search(pair.path):
        return "warning" if on_shared_network(pair.path) and not pair.line else "info"
    return "warning" if tests or _is_document(pair.path) else "error"


@once_a_run
def _wallets(context: Inspection) -> tuple[tuple[str, str], ...]:
    """Each Anchor.toml that deploys to a network of others, with the file of its wallet: where it says, or the one of its name."""
    found: list[tuple[str, str]] = []
    for workspace in workspaces(context):
        wallet = table(workspace.document.data, "provider").get("wallet")
        if isinstance(wallet, str) and workspace.cluster not in ("", "localnet"):
            path = posixpath.normpath(posixpath.join(workspace.folder, wallet))
            named = context.inventory.by_name.get(posixpath.basename(wallet), ())
            by_name = len(named) == 1 and posixpath.basename(wallet) != "id.json"  # that is everybody's own
            path = path if context.is_file(path) or not by_name else named[0]
            found.append((workspace.path, path))
    return tuple(found)


def _gathered(found: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for the keys of one file, and for the many for tests of one folder: somebody has put them there on purpose."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for one in found:
        place = folder_of(one.path) if one.message == _FOR_TESTS else one.path
        groups.setdefault((place, one.severity, one.message), []).append(one)
    for (_, _, message), members in groups.items():
        first, tests = members[0], message == _FOR_TESTS
        if len(members) <= (_SINGLY if tests else 1):
            yield from members
            continue
        text = f"{len(members)} files here hold secret keys for tests: nothing of value may ever belong to them."
        more = len(members) - 1
        text = text if tests else f"{message} {more} more stand{'s' if more == 1 else ''} in this file."
        listed = "\n".join(f"{one.path}:{one.line} {one.evidence}" for one in members[:_NAMED])
        related = [place for one in members for place in one.places][1:]
        yield replace(first, message=text, evidence=listed, related=tuple(related))


def _only_shows(path: str) -> bool:
    """Whether what looks like a key in a file may as well stand for one: a document, an example of an environment."""
    return _is_document(path) or _EXAMPLE.search(path) is not None


def _is_document(path: str) -> bool:
    return path.endswith((".md", ".mdx", ".rst", ".adoc"))


def _fixes(pair: Keypair, *, tests: bool, tracked: bool) -> tuple[Fix, ...]:
    if tests:
        return (Fix("make the key when the tests run, or keep it worthless", "manual"),)
    if pair.line:
        return (
            Fix("move what the account holds to a new key, and read that from a file or the environment", "manual"),
        )
    renew = Fix("move what the account holds to a new key, then remove the file from history", "manual")
    action = RemoveTree(pair.path, "a committed secret key", "any", tracked)
    return (Fix("take the file out of git (the key stays in history: replace it)", "unsafe", (action,)), renew)
