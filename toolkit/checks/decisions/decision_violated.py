"""What contradicts a decision that was made."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.decisions._candidates import place, plain_secrets, runtimes, secret_stores
from toolkit.checks.decisions._coverage import has_workflow
from toolkit.checks.decisions._hosts import (
    Domains,
    Host,
    declared,
    environment_of,
    environment_of_file,
    hosts,
    is_nowhere,
    is_reserved,
    namesakes,
)
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Subproject

_TEST = regex(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|e2e)/.+|\.(?:test|spec)\.\w+$|_test\.(?:go|py|ts|js)$|(?:^|/)test_[^/]+\.py$|Tests?\.(?:java|kt|cs)$"
)
_MANAGERS = {
    "Vault": regex(r"(?i)\bvault\b(?<!key vault)"),
    "AWS Secrets Manager": regex(r"(?i)aws|secrets[ -]?manager"),
    "Google Secret Manager": regex(r"(?i)google|gcp|secret manager"),
    "Azure Key Vault": regex(r"(?i)azure|key ?vault"),
    "Doppler": regex(r"(?i)doppler"),
    "Infisical": regex(r"(?i)infisical"),
    "1Password": regex(r"(?i)1 ?password|\bop\b"),
    "sops": regex(r"(?i)\bsops\b"),
    "sealed secrets": regex(r"(?i)sealed"),
}
"""The stores that a decision may name, and how."""
_SHOWN = 20
_PRODUCTION = regex(r"prod|production|live|release", re.IGNORECASE)


class DecisionViolated(Check):
    """The repository contradicts what was decided.

    What it checks:
        Against ``[decisions]`` of ``toolkit.toml``: host names of routes, ingresses and zones outside of the declared
        domains or of another environment than their file, and addresses anywhere that have a declared name under another ending;
        manifests for a runtime that was not chosen (compose files beside Kubernetes only where their name says
        production); a critical subproject without tests, without a workflow that names it, or without the lock that its
        dependencies need; a critical or on-chain path that does not exist; a store of secrets other than the one decided, a manifest that holds a
        Secret itself and an environment file of a deployed environment. Platforms' own names, local names and the hosts
        that programs only call are no violations.

    Why it matters:
        A decision that nothing enforces is forgotten: traffic goes to a domain that nobody owns, and the one service that
        must not break is the one that nobody tests.

    How to fix:
        Change what contradicts, or the decision.

    Fix safety:
        Manual: which of the two is wrong is people's to say.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        decided = context.settings.decisions
        if decided.get("domains"):
            yield from self._hosts(context, declared(decided["domains"]))
        if decided.get("runtime"):
            yield from self._runtimes(context, decided["runtime"])
        if decided.get("secrets"):
            yield from self._secrets(context, str(decided["secrets"]))
        critical = {_folder(path): ("critical", index) for index, path in enumerate(decided.get("critical", ()))}
        for path, keys in critical.items():
            yield from self._critical(context, path, place(context, *keys))
        for path, project in context.settings.projects.items():
            folder = _folder(path.partition(":")[0])
            if project.critical and folder not in critical:
                yield from self._critical(context, folder, place(context, path, "critical", table="projects"))
        chain = decided.get("onchain")
        if chain and _folder(chain) not in context.inventory.folders:
            where, line = place(context, "onchain")
            yield self.finding(
                context,
                where,
                f"the source of truth of the programs, {chain}, does not exist",
                line=line,
                evidence=f"onchain: {chain}",
                fixes=(Fix("name the folder that holds the programs", "manual"),),
            )

    def _hosts(self, context: Inspection, domains: Domains) -> Iterator[Finding]:
        """One finding for each host and what is wrong with it, at its first place."""
        found: dict[tuple[str, str], list[Host]] = {}
        elsewhere = (one for one in namesakes(context, domains) if not _is_placeholder(domains, one.name))
        for host in (*hosts(context), *elsewhere):
            message = _wrong(domains, host)
            if message and context.shows(host.path):
                zone = ".".join(host.name.split(".")[-2:])
                key = (zone, "") if _is_placeholder(domains, host.name) else (host.name, message)
                found.setdefault(key, []).append(host)
        for places in found.values():
            first = min(places, key=lambda one: (one.path, one.line))
            others = sorted(
                {
                    f"{one.name} in {one.path}:{one.line}"
                    for one in places
                    if (one.path, one.name) != (first.path, first.name)
                }
            )
            more = f"; also {', '.join(others[:_SHOWN])}" if others else ""
            declared_here = ", ".join(f"{domain} ({name})" for domain, name in sorted(domains.items())[:6])
            yield self.finding(
                context,
                first.path,
                _wrong(domains, first),
                line=first.line,
                evidence=f"domains: {declared_here}{more}",
                severity="warning" if _is_placeholder(domains, first.name) else "error",
                fixes=(Fix("correct the host, or add its domain to [decisions.domains]", "manual"),),
            )

    def _secrets(self, context: Inspection, chosen: str) -> Iterator[Finding]:
        kind = next((store for store, said in _MANAGERS.items() if said.search(chosen)), None)
        found = {
            store: paths for store, paths in secret_stores(context).items() if store in _MANAGERS and store != kind
        }
        for store, paths in {**found, **plain_secrets(context, kind or "")}.items() if kind is not None else ():
            if paths:
                more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
                yield self.finding(
                    context,
                    paths[0],
                    f"takes secrets from {store}{more}, and {chosen} was decided",
                    evidence=", ".join(paths[:_SHOWN]),
                    severity="warning",
                    fixes=(Fix(f"move the secrets to {chosen}, or change secrets in [decisions]", "manual"),),
                )

    def _runtimes(self, context: Inspection, chosen: str) -> Iterator[Finding]:
        for name, paths in runtimes(context).items():
            wrong = [path for path in paths if name != "compose" or _PRODUCTION.search(posixpath.basename(path))]
            if name != chosen and wrong:
                more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
                yield self.finding(
                    context,
                    wrong[0],
                    f"made for {name}, and {chosen} was decided",
                    evidence=f"{wrong[0]}{more}",
                    severity="warning",
                    fixes=(Fix(f"remove what is made for {name}, or change the runtime in [decisions]", "manual"),),
                )

    def _critical(self, context: Inspection, folder: str, at: tuple[str, int]) -> Iterator[Finding]:
        where, line = at
        missing = list(_lacking(context, folder)) if folder in context.inventory.folders else ["the folder"]
        if missing:
            yield self.finding(
                context,
                where,
                f"{folder} is critical and lacks {' and '.join(missing)}",
                line=line,
                evidence=f"critical: {folder}",
                fixes=(Fix(f"add {' and '.join(missing)}, or take {folder} off the list", "manual"),),
            )


def _wrong(domains: Domains, host: Host) -> str:
    """What is wrong with a host; empty if nothing is."""
    if is_nowhere(host.name) and not _is_placeholder(domains, host.name):
        return ""
    belongs, place_of = environment_of(domains, host.name), environment_of_file(host.path, domains)
    if belongs is None and _is_placeholder(domains, host.name):
        return f"{host.name} is a name for examples, which nobody can own, and none of the declared domains"
    if belongs is None:
        return f"{host.name} belongs to none of the declared domains"
    if place_of is not None and belongs != place_of:
        return f"{host.name} is a host of {belongs}, and this file is for {place_of}"
    return ""


def _is_placeholder(domains: Domains, name: str) -> bool:
    """Whether a host is a name for examples, where the declared domains are none."""
    return is_reserved(name) and not any(is_reserved(domain) for domain in domains)


def _folder(path: Any) -> str:
    """A folder as it is written to the root: ``./web/`` is ``web``."""
    return posixpath.normpath(str(path).strip().strip("/") or ".")


def _lacking(context: Inspection, folder: str) -> Iterator[str]:
    if not any(_TEST.search(path) or _tests_inside(context, path) for path in context.below(folder)):
        yield "tests"
    if folder != "." and not has_workflow(context, folder):
        yield "a workflow that runs for it"
    owner = context.owner(folder)
    if owner is not None and owner.path == folder and owner.lockfile is None and _has_dependencies(context, owner):
        yield "a lock"


def _tests_inside(context: Inspection, path: str) -> bool:
    """Whether a Rust source holds its tests itself, as is usual there."""
    return path.endswith(".rs") and "#[test]" in text_of(context, path)


def _has_dependencies(context: Inspection, owner: Subproject) -> bool:
    content = text_of(context, owner.manifest)
    return (
        re.search(
            r'"(?:devD|d)ependencies"\s*:\s*\{\s*"|^\[(?:.*\.)?dependencies\]|^dependencies\s*=\s*\[\s*"|^require\b',
            content,
            re.MULTILINE,
        )
        is not None
    )
