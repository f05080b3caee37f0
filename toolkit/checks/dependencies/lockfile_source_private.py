"""Locks that take packages from hosts of one machine or company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.dependencies._lock_hosts import LOCKS, is_configured, is_here_only, private_hosts
from toolkit.checks.dependencies._locking import is_dead
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_NAMED = 5


class LockfileSourcePrivate(Check):
    """A lock takes packages from a host that only its author reaches.

    What it checks:
        Addresses of packages in the locks of npm, yarn, pnpm, bun, uv, Poetry and Cargo whose host is this machine, a private
        address, a name that no public host has (``nexus``, ``npm.corp``, ``*.internal``), or that looks like a company's own store
        of packages (Nexus, Artifactory, Verdaccio), and that no ``.npmrc``, ``.yarnrc.yml``, ``bunfig.toml``, ``pip.conf``,
        ``pyproject.toml``, requirements file or configuration of Cargo in the repository names. Hosts of git, files, links and public
        mirrors are quiet, and so is a registry that ``.npmrc`` takes from a variable.

    Why it matters:
        A manager downloads from the address in the lock, not from the registry that the reader is set to. Whoever has no way to that
        host cannot install, and CI neither: it waits for a name that is not known, or is refused.

    How to fix:
        Remove the lock and make it again where nothing sets another registry (``npm config get registry`` says what is set on this
        machine): a manager that finds a lock keeps its addresses. Or name the host in a ``.npmrc`` of the repository if everybody
        has access to it.

    Fix safety:
        Manual: which of the two is meant is a decision, and a new lock asks the registry.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Read each lock; one finding for all hosts of one."""
        for path in sorted(context.named(*LOCKS)):
            if "node_modules" in path.split("/"):
                continue
            found = [one for one in context.fact(private_hosts, path) if not is_configured(context, one[0])]
            if found:
                yield self._told(context, path, found)

    def _told(self, context: Inspection, path: str, found: list[tuple[str, int, int]]) -> Finding:
        here = [host for host, _, _ in found if is_here_only(host)]
        severity: Severity = "info" if is_dead(context, path) else "error" if here else "warning"
        total = sum(count for _, count, _ in found)
        names = f"{found[0][0]} and {len(found) - 1} more hosts" if len(found) > 1 else found[0][0]
        what = "one machine or network only" if here else "a store of packages that no configuration here names"
        return self.finding(
            context,
            path,
            f"{total} {'package is' if total == 1 else 'packages are'} taken from {names}, {what}: nobody else can install them",
            line=min(line for _, _, line in found),
            evidence=", ".join(f"{host}: {count}" for host, count, _ in found[:_NAMED]),
            severity=severity,
            fixes=(
                Fix(
                    "remove the lock and make it again with the public registry, or name the host in a .npmrc here",
                    "manual",
                ),
            ),
        )
