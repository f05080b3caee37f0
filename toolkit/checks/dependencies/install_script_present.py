"""Locked packages that run a script when they are installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import package
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.packages import INSTALL_SCRIPTS
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_PNPM = regex(r"(?m)^  (\S.*):[ \t]*\r?\n(?:    .*\r?\n)*?    requiresBuild: true")
_NAMED = 8
_PIPED = regex(
    r"\b(?:curl|wget)\b[^|;&]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\b(?:ba|z)?sh\s+(?:-c\s+)?[\"'<(]*\$?\(?\s*(?:curl|wget)\b"
)
_INLINE = regex(
    r"\b(?:node|bun|deno)\s+(?:-e|--eval|-p|--print|eval)\b[^\n]*(?:https?['\"\\]*\)?\s*\.\s*(?:get|request)|\bfetch\s*\(|require\(\\?['\"](?:node:)?https?\\?['\"]\))"
    r"|\bpython3?\s+-c\b[^\n]*(?:urllib|requests\.get|urlopen)"
)
"""A line of code that asks the network."""
_FETCHED = regex(
    r"\b(?:curl|wget)\b[^|;&]*(?:-o|-O|--output|>)[^;&|]*(?:&&|;)\s*(?:chmod[^;&]*(?:&&|;)\s*)?(?:sudo\s+)?(?:(?:ba|z|da)?sh|node|python3?|\./)"
)
"""A download that the next command runs."""
_LONGEST = 2000
_SHOWN = 120


class InstallScriptPresent(Check):
    """A locked package runs a script of its own when it is installed.

    What it checks:
        ``hasInstallScript`` in locks of npm and ``requiresBuild`` in those of pnpm up to version 6; one finding a
        lock. Packages that ``[bootstrap] install-scripts`` allows are left out. A warning for install scripts of this repository
        that pipe a download into a shell, run it next, or ask the network in a line of code.

    Why it matters:
        Such a script runs with your rights on every laptop and in CI, before any line of the package is imported:
        the usual way in for a package that was taken over. Most are harmless (a native addon, an advertisement).

    How to fix:
        The toolkit does not run them unless they are allowed by name; allow what really needs to build in
        ``[bootstrap] install-scripts``.

    Fix safety:
        Manual: whether to trust a package is a decision.
    """

    severity = "info"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at what each lock says, and at what the repository's own packages do."""
        yield from self._own(context)
        allowed = {
            name
            for said in context.settings.bootstrap.install_scripts.values()
            for name in (said if isinstance(said, tuple) else ())
        }
        for path in sorted(context.named("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml")):
            if "node_modules" in path.split("/"):
                continue
            read = _pnpm if path.endswith(".yaml") else _npm
            found = {name: line for name, line in read(context, path) if name not in allowed}
            if found:
                names = sorted(found)
                one = len(names) == 1
                yield self.finding(
                    context,
                    path,
                    f"{len(names)} locked {'package runs' if one else 'packages run'} a script when installed",
                    line=min(found.values()),
                    evidence=", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else ""),
                    fixes=(Fix("allow what needs it in [bootstrap] install-scripts", "manual"),),
                )

    def _own(self, context: Inspection) -> Iterator[Finding]:
        """Install scripts of this repository that run what the network gives them."""
        for path in sorted(context.named("package.json")):
            document = package(context, path) if "node_modules" not in path.split("/") else None
            for name in INSTALL_SCRIPTS if document else ():
                text = table({"": document.data}, "", "scripts").get(name) if document else None
                if document and isinstance(text, str) and _is_fetched(text[:_LONGEST]):
                    yield self.finding(
                        context,
                        path,
                        f"{name} runs what the network gives it: whoever holds that address runs code on every laptop and in CI",
                        line=document.line(("scripts", name)),
                        evidence=text[:_SHOWN],
                        severity="warning",
                        fixes=(Fix("commit the script, or fetch a release and compare its hash", "manual"),),
                    )


def _is_fetched(script: str) -> bool:
    return any(pattern.search(script) for pattern in (_PIPED, _INLINE, _FETCHED))


def _npm(context: Inspection, path: str) -> Iterator[tuple[str, int]]:
    text = text_of(context, path)
    if '"hasInstallScript"' not in text:
        return
    try:
        packages = table(context.json(path), "packages")
    except Unreadable:
        return
    place = 0
    line = 1
    for key, entry in packages.items():
        if isinstance(entry, dict) and entry.get("hasInstallScript") and "node_modules/" in key:
            found = max(text.find(f"{json.dumps(key)}:", place), place)
            line += text.count("\n", place, found)
            place = found
            yield key.rpartition("node_modules/")[2], line


def _pnpm(context: Inspection, path: str) -> Iterator[tuple[str, int]]:
    text = text_of(context, path)
    if "requiresBuild: true" not in text:
        return
    for match in _PNPM.finditer(text):
        name = match[1].strip("'\"").lstrip("/")
        at = name.find("@", 1)
        yield name[:at] if at > 0 else name.rpartition("/")[0], line_at(text, match.start())
