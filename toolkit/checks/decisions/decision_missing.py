"""Questions that the repository answers in more than one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.advice import advised
from toolkit.checking import Check
from toolkit.checks.decisions._candidates import onchain_trees, place, runtimes, secret_stores
from toolkit.checks.decisions._hosts import hosts, is_nowhere
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_MANY_TREES = 4
"""Trees that share programs, above which the repository is a collection and no product with a truth."""


class DecisionMissing(Check):
    """A question that only people can answer has several answers in the repository.

    What it checks:
        What ``[decisions]`` of ``toolkit.toml`` leaves open although the repository offers more than one answer: the runtime
        (compose, Kubernetes, a managed platform), the source of truth of on-chain programs that lie in several trees, the
        store of secrets, the domains by which routes, records and certificates are reached. Compose files for development, and those
        of databases alone, are no answer. Without a ``toolkit.toml`` all of this is information.

    Why it matters:
        Where nobody has decided, every service is deployed in its own way, and two copies of a program drift apart until
        clients and chain disagree.

    How to fix:
        Write the answer into ``[decisions]``: ``runtime``, ``onchain``, ``secrets``, ``domains``. Doctor then holds the
        repository to it.

    Fix safety:
        Manual: the candidates are listed, the decision is people's.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        decided = context.settings.decisions
        if "runtime" not in decided:
            found = runtimes(context)
            if len(found) > 1:
                yield self._finding(context, "runtime", "the runtime of production", _shown(found))
        if "onchain" not in decided:
            yield from self._onchain(context)
        if "secrets" not in decided:
            found = secret_stores(context)
            if len(found) > 1:
                yield self._finding(context, "secrets", "the store of secrets", _shown(found))
        if "domains" not in decided:
            served = _served(context)
            several = len({".".join(host.split(".")[-2:]) for host in served}) > 1
            if several or (served and context.settings.source):
                shown = [served[host] for host in sorted(served)][:6]
                yield self._finding(context, "domains", "which domain belongs to which environment", ", ".join(shown))

    def _onchain(self, context: Inspection) -> Iterator[Finding]:
        programs = onchain_trees(context)
        trees = sorted({tree for places in programs.values() for tree in places})
        if trees:
            names = ", ".join(sorted(programs)[:4])
            what = (
                f"the source of truth of {len(programs)} on-chain program{'s' if len(programs) > 1 else ''} ({names})"
            )
            grade: Severity | None = "info" if len(trees) > _MANY_TREES else None
            yield self._finding(context, "onchain", what, ", ".join(trees[:6]), grade)

    def _finding(
        self, context: Inspection, key: str, what: str, candidates: str, severity: Severity | None = None
    ) -> Finding:
        path, line = place(context)
        level: Severity | None = severity if context.settings.source else "info"
        return self.finding(
            context,
            path,
            f"{what} is not decided",
            line=line,
            evidence=f"found: {candidates}",
            severity=level,
            fixes=(
                Fix(advised(context, "decide, and write it down", f"{key} in [decisions] of toolkit.toml"), "manual"),
            ),
        )


def _served(context: Inspection) -> dict[str, str]:
    """The hosts of the repository's own services, each with the first place that names it."""
    found: dict[str, str] = {}
    for path, host, line in hosts(context):
        if not is_nowhere(host):
            found.setdefault(host, f"{host} ({path}:{line})")
    return found


def _shown(found: dict[str, list[str]]) -> str:
    return "; ".join(
        f"{name} ({paths[0]}{f' and {len(paths) - 1} more' if len(paths) > 1 else ''})"
        for name, paths in sorted(found.items())
    )
