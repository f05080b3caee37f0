"""Locked packages that run a script when they are installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.advice import advised
from toolkit.checking import Check
from toolkit.checks._locked_programs import is_brought
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._manifests import package
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.packages import INSTALL_SCRIPTS, KINDS
from toolkit.places import folder_of, inside, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

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
_RUNNER = regex(
    r"(?:^|&&|\|\||;|\bsh -c ['\"])\s*(?:\w+=\S+\s+)*(?:npx|bunx|pnpx|pnpm\s+dlx|yarn\s+dlx|npm\s+exec|bun\s+x)\s+(?P<options>(?:-{1,2}[\w-]+(?:=\S+)?\s+)*)(?P<name>@?[\w./-]+?)(?:@(?P<version>[\w.^~*-]+))?(?=\s|$|['\";&|])"
)
"""A command that fetches a package unless it is installed."""
_PINNED = regex(r"\d+\.\d+\.\d+\S*")
_MACHINE = regex(
    r"\bpm2\s+install\b|\bnpm\s+(?:i|install)\s+(?:-g|--global)\b|\b(?:pnpm|yarn|bun)\s+(?:global\s+add|add\s+(?:-g|--global))\b|\b(?:sudo\s+)?(?:brew|apt|apt-get|dnf|yum|apk)\s+(?:-y\s+)?(?:install|add)\b"
    r"|\b(?:git\s+config\s+--global|systemctl|crontab|launchctl|setx)\b"
)
"""What changes the machine, and not the folder of packages."""
_BUILT = regex(r"\bnode-gyp\s+(?:re)?build\b")
_HELPERS = frozenset({"only-allow", "husky"})
"""What managers and hooks tell everybody to run so."""
_LONGEST = 2000
_SHOWN = 120


class InstallScriptPresent(Check):
    """A locked package runs a script of its own when it is installed.

    What it checks:
        ``hasInstallScript`` in locks of npm and ``requiresBuild`` in those of pnpm up to version 6; one finding a
        lock. Packages that ``[bootstrap] install-scripts`` allows are left out. A warning for install scripts of this repository
        that pipe a download into a shell, run it next, ask the network in a line of code, or fetch a package that no manifest
        asks for; information for those that install programs on the machine or build with node-gyp what is not there.

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
                    fixes=(
                        Fix(
                            advised(
                                context,
                                "install with ignore-scripts, and run those that are needed",
                                "[bootstrap] install-scripts",
                            ),
                            "manual",
                        ),
                    ),
                )

    def _own(self, context: Inspection) -> Iterator[Finding]:
        """Install scripts of this repository that run what the network gives them."""
        for path in sorted(context.named("package.json")):
            document = package(context, path) if "node_modules" not in path.split("/") else None
            for name in INSTALL_SCRIPTS if document else ():
                text = table({"": document.data}, "", "scripts").get(name) if document else None
                told = _judged(context, path, name, text[:_LONGEST]) if document and isinstance(text, str) else None
                if document and told is not None:
                    yield self.finding(
                        context,
                        path,
                        f"{name} {told[0]}",
                        line=document.line(("scripts", name)),
                        evidence=str(text)[:_SHOWN],
                        severity=told[1],
                        fixes=(Fix(told[2], "manual"),),
                    )


def _judged(context: Inspection, path: str, name: str, script: str) -> tuple[str, Severity, str] | None:
    """What an install script does that it should not, how bad that is, and what to do; the worst that it does."""
    if _is_fetched(script):
        text = "runs what the network gives it: whoever holds that address runs code on every laptop and in CI"
        return text, "warning", "commit the script, or fetch a release and compare its hash"
    for match in _RUNNER.finditer(script):
        fetched = match["name"] + (f"@{match['version']}" if match["version"] else "")
        if not _PINNED.fullmatch(match["version"] or "") and not _is_installed(
            context, path, match["name"], match["version"]
        ):
            text = f"fetches {fetched} and runs it: whatever its newest version is, on every laptop and in CI"
            return text, "warning", f"make {match['name']} a devDependency, so that the lock holds its version"
    if _MACHINE.search(script):
        return (
            "changes the machine of whoever installs, and not this folder alone",
            "info",
            "say it in the README, or make it a script to run by hand",
        )
    if _BUILT.search(script) and not context.is_file(inside(folder_of(path), "binding.gyp")):
        return (
            f"builds with node-gyp, and there is no binding.gyp: it {'fails' if '||' not in script else 'always fails, in silence'}",
            "info",
            f"remove {name}",
        )
    return None


def _is_installed(context: Inspection, path: str, name: str, version: str | None) -> bool:
    """Whether a runner takes what is installed: a package, or the command of one, that a manifest here or above asks for."""
    if version not in (None, "*") or name in _HELPERS:
        return name in _HELPERS
    asked: set[str] = set()
    for up in upward(folder_of(path)):
        found = package(context, inside(up, "package.json"))
        asked.update(one for kind in KINDS for one in (table({"": found.data}, "", kind) if found else ()))
    bare = name.rpartition("/")[2]
    by_name = any(bare == one.rpartition("/")[2] or bare in one for one in asked)
    return by_name or is_brought(context, folder_of(path), name, asked)


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
