"""See :class:`WranglerReferenceMissing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._repair import by_hand, position, replace
from toolkit.checks.references._wrangler.claims import (
    unbuildable,
    unexported,
    unhandled,
    unmigrated,
)
from toolkit.checks.references._wrangler.commands import misnamed
from toolkit.checks.references._wrangler.configurations import reported
from toolkit.checks.references._wrangler.paths import absent
from toolkit.checks.references._wrangler.rivals import outranked
from toolkit.checks.references._wrangler.unfilled import emptied, unfilled
from toolkit.checks.references._wrangler.workers import unknown_workers
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.claims import Claim
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.checks.references._wrangler.paths import Absent
    from toolkit.documents import Path
    from toolkit.model import Finding, Fix

_TRIAL = regex(r"(^|[/.-])(?:test|tests|vitest|e2e)[.-][^/]*$")


class WranglerReferenceMissing(Check):
    """A wrangler configuration names a file, class, resource or worker that is not there.

    What it checks: ``main``, ``assets.directory``, ``site.bucket``, ``tsconfig``, ``migrations_dir``, module files, images of
        containers and the build command, at the top and in every environment; classes of durable objects and workflows that
        ``main`` does not export or no migration brings in; queues and cron triggers that ``main`` never mentions, or handles beside
        its default export, also where this is an application of Hono or itty-router; identifiers and names of KV, D1, R2, queues
        and Hyperdrive that are empty, placeholders or no identifiers; secrets that ``vars`` holds as empty texts; bindings to workers that nothing here deploys; what a `wrangler.toml` alone says beside a `wrangler.json` or `wrangler.jsonc`, which wrangler takes first (a warning); databases, entries and files that commands of scripts, tasks and workflows give to wrangler. Entries that a framework
        or ``[build]`` makes, package names, and placeholders that a script or README speaks of, are left alone.
    Why it matters: ``wrangler deploy`` stops; or the worker is deployed and its queue, schedule or store does nothing.
    How to fix: Correct the path or name, export the class or handler, add the migration, fill in the identifier.
    Fix safety: Unsafe. The path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for config in reported(context):
            yield from self._paths(context, config)
            yield from self._claims(context, config)
        for one in misnamed(context):
            yield finding_of(self, context, one)

    def _claims(self, context: Inspection, config: Config) -> Iterator[Finding]:
        claims = (
            *unexported(context, config),
            *unmigrated(context, config),
            *unhandled(context, config),
            *unfilled(context, config),
            *emptied(config),
            *unknown_workers(context, config),
            *unbuildable(context, config),
            *outranked(context, config),
        )
        told: set[Path] = set()
        for claim in claims:
            # A class that is not exported is the first thing to mend; its migration comes with it.
            if claim.where in told:
                continue
            told.add(claim.where)
            yield self.finding(
                context,
                config.path,
                claim.text,
                line=position(config.document, claim.where),
                severity="info" if _TRIAL.search(config.path) and claim.severity == "warning" else claim.severity,
                evidence=claim.evidence,
                fixes=_fixes(context, config, claim),
            )

    def _paths(self, context: Inspection, config: Config) -> Iterator[Finding]:
        for one in absent(context, config):
            yield self.finding(
                context,
                config.path,
                one.text,
                line=position(config.document, one.where),
                evidence=one.evidence,
                severity=one.severity,
                fixes=_fixes(context, config, one),
            )


def _fixes(context: Inspection, config: Config, one: Claim | Absent) -> tuple[Fix, ...]:
    """What was meant, written in its place where that is known; else what a person does."""
    fixes = replace(context, config.path, config.document, one.where, one.near) if one.near else ()
    return fixes or by_hand(one.todo)
