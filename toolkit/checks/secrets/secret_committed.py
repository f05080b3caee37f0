"""Secrets in files that git tracks."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks.secrets._patterns import PATTERNS
from toolkit.checks.secrets._values import entropy, is_placeholder, is_trial, redacted
from toolkit.context import Unreadable
from toolkit.model import Fix

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.secrets._patterns import Pattern
    from toolkit.model import Finding, Severity

_LOCKS = frozenset(
    {
        "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "Cargo.lock", "go.sum",
        "uv.lock", "poetry.lock", "Pipfile.lock", "flake.lock", "composer.lock", "Gemfile.lock",
    }
)  # fmt: skip
_REGISTRY_FILES = frozenset({".npmrc", ".yarnrc.yml", ".pypirc"})
"""``registry-token-committed`` speaks of tokens in these."""
_BEFORE = 160
"""Characters before a literal that are looked at."""
_MOST = 20
"""Findings of one form in one file; more are one cause."""


class SecretCommitted(Check):
    """A secret stands in a file that git tracks.

    What it checks:
        About forty forms that are secrets by their look: keys and tokens of clouds, code hosts, chat, payment and model
        services, private keys, addresses of data stores with a password, RPC addresses with a key, JSON web tokens whose
        payload names the service role, private keys of wallets. Examples, placeholders, keys that development networks
        publish for everybody, and public keys of the role ``anon`` are no secrets. In tests and documents the severity is
        one lower, and for private keys two.

    Why it matters:
        Whoever can read the repository, a fork or an old clone can use it, and history keeps it when the file is changed.

    How to fix:
        Revoke it where it was made (removing it from the file is not enough), then read the new one from the
        environment or the secret store.

    Fix safety:
        Manual: only its owner can revoke it. The report shows four characters and a digest, never the secret.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        literals = sorted({text for pattern in PATTERNS for text in pattern.literals})
        for path in files_with(context, literals):
            name = posixpath.basename(path)
            if name in _LOCKS or name in _REGISTRY_FILES or name.endswith((".svg", ".map")):
                continue
            try:
                content = context.read(path).decode("utf-8", "surrogateescape")
            except Unreadable:
                continue
            yield from self._of_file(context, path, content)

    def _of_file(self, context: Inspection, path: str, content: str) -> Iterator[Finding]:
        for pattern in PATTERNS:
            said: set[str] = set()
            for match in _matches(pattern, content):
                before = content[content.rfind("\n", 0, match.start()) + 1 : match.start()][-_BEFORE:].lower()
                if "example" in before or "placeholder" in before:
                    continue
                if match["value"] in said or not _is_real(pattern, match["value"]):
                    continue
                said.add(match["value"])
                if len(said) > _MOST:
                    break
                line = content.count("\n", 0, match.start()) + 1
                yield self._finding(context, path, line, pattern, match["value"])

    def _finding(self, context: Inspection, path: str, line: int, pattern: Pattern, value: str) -> Finding:
        trial = is_trial(path)
        severity: Severity = "error" if not trial else "info" if pattern.key else "warning"
        return self.finding(
            context,
            path,
            f"{pattern.name} is committed: whoever can read the repository can use it"
            + (" (perhaps made up for a test)" if trial else ""),
            line=line,
            evidence=redacted(value.removeprefix("0x")),
            severity=severity,
            fixes=(Fix("revoke it, then read a new one from the environment or the secret store", "manual"),),
        )


def _matches(pattern: Pattern, content: str) -> Iterator[re.Match[str]]:
    """Hits near the pattern's literals: to run the expression over whole files takes ten times as long."""
    end = -1
    for literal in pattern.literals:
        at = content.find(literal)
        while at >= 0:
            for match in pattern.expression.finditer(content, max(at - _BEFORE, 0), at + pattern.reach):
                yield match
                end = match.end()
            at = content.find(literal, max(at + 1, min(end, at + pattern.reach)))


def _is_real(pattern: Pattern, value: str) -> bool:
    if pattern.least and (is_placeholder(value) if not pattern.key else False):
        return False
    return entropy(value) >= pattern.least and (pattern.accept is None or pattern.accept(value))
