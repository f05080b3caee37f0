"""What contradicts a decision that was made."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.decisions._candidates import hosts, place, runtimes
from toolkit.context import Unreadable
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Subproject

_NOWHERE = re.compile(
    r"(?:^|\.)(?:localhost|local|internal|test|invalid|localdomain|svc|lan|arpa)$|\.cluster\.local$|^example\.(?:com|org|net)$|\.example\.(?:com|org|net)$"
    r"|\.(?:tf|js|ts|html|json|ya?ml|png|svg|css|sh|py|md|conf)$"
)
_PLATFORMS = re.compile(
    r"(?:^|\.)(?:workers\.dev|pages\.dev|vercel\.app|netlify\.app|fly\.dev|onrender\.com|herokuapp\.com|run\.app|amazonaws\.com|cloudfront\.net"
    r"|azurewebsites\.net|up\.railway\.app|github\.io|googleapis\.com|gserviceaccount\.com)$"
)
_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|e2e)/.+|\.(?:test|spec)\.\w+$|_test\.(?:go|py|ts|js)$|(?:^|/)test_[^/]+\.py$|Tests?\.(?:java|kt|cs)$"
)
_EVERYTHING = re.compile(
    r"\bturbo\b|\bnx\b|\blerna\b|pnpm (?:-r|--recursive|recursive)|--workspaces\b|\bworkspaces foreach\b|\binvoke ci\b|\btoolkit ci\b|bazel test"
    r"|\bmake (?:test|ci|check|all)\b|\bjust (?:test|ci)\b|\bmoon\b|\brush\b"
)
_PRODUCTION = re.compile(r"prod|production|live|release", re.IGNORECASE)


class DecisionViolated(Check):
    """The repository contradicts what was decided.

    What it checks:
        Against ``[decisions]`` of ``toolkit.toml``: host names of routes, ingresses and zones outside of the declared
        domains; manifests for a runtime that was not chosen (compose files beside Kubernetes only where their name says
        production); a critical subproject without tests, without a workflow that names it, or without the lock that its
        dependencies need; a critical or on-chain path that does not exist. Platforms' own names, local names and the hosts
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
            yield from self._hosts(context, decided["domains"])
        if decided.get("runtime"):
            yield from self._runtimes(context, decided["runtime"])
        for index, path in enumerate(decided.get("critical", ())):
            yield from self._critical(context, index, str(path).strip("/") or ".")
        chain = decided.get("onchain")
        if chain and str(chain).strip("/") not in context.inventory.folders:
            where, line = place(context, "onchain")
            yield self.finding(
                context,
                where,
                f"the source of truth of the programs, {chain}, does not exist",
                line=line,
                evidence=f"onchain: {chain}",
                fixes=(Fix("name the folder that holds the programs", "manual"),),
            )

    def _hosts(self, context: Inspection, domains: Any) -> Iterator[Finding]:
        declared = sorted({name.lower().lstrip("*.") for names in domains.values() for name in names})
        said: set[tuple[str, int, str]] = set()
        for path, host, line in hosts(context):
            inside = any(host == name or host.endswith(f".{name}") for name in declared)
            if inside or _NOWHERE.search(host) or _PLATFORMS.search(host) or (path, line, host) in said:
                continue
            if context.focus is not None and path not in context.focus:
                continue
            said.add((path, line, host))
            yield self.finding(
                context,
                path,
                f"{host} belongs to none of the declared domains",
                line=line,
                evidence=f"domains: {', '.join(declared[:6])}",
                fixes=(Fix("correct the host, or add its domain to [decisions.domains]", "manual"),),
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

    def _critical(self, context: Inspection, index: int, folder: str) -> Iterator[Finding]:
        where, line = place(context, "critical", index)
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


def _lacking(context: Inspection, folder: str) -> Iterator[str]:
    if not any(_TEST.search(path) or _tests_inside(context, path) for path in context.below(folder)):
        yield "tests"
    texts = [_text(context, path) for path in context.below(".github/workflows") if path.endswith((".yml", ".yaml"))]
    named = re.compile(rf"(?<![\w/.-]){re.escape(folder)}(?![\w.-])")
    if folder != "." and not any(named.search(text) or _EVERYTHING.search(text) for text in texts):
        yield "a workflow that runs for it"
    owner = context.owner(folder)
    if owner is not None and owner.path == folder and owner.lockfile is None and _has_dependencies(context, owner):
        yield "a lock"


def _tests_inside(context: Inspection, path: str) -> bool:
    """Whether a Rust source holds its tests itself, as is usual there."""
    return path.endswith(".rs") and "#[test]" in _text(context, path)


def _has_dependencies(context: Inspection, owner: Subproject) -> bool:
    content = _text(context, owner.manifest)
    return (
        re.search(
            r'"(?:devD|d)ependencies"\s*:\s*\{\s*"|^\[(?:.*\.)?dependencies\]|^dependencies\s*=\s*\[\s*"|^require\b',
            content,
            re.MULTILINE,
        )
        is not None
    )


def _text(context: Inspection, path: str) -> str:
    try:
        return context.read(path).decode("utf-8", "surrogateescape")
    except Unreadable:
        return ""
