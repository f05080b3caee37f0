"""See :class:`PackageScriptBroken`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._commands import commands
from toolkit.checks.references._demands import of_package, of_settings
from toolkit.checks.references._packages import packages
from toolkit.checks.references._repair import position, replace
from toolkit.checks.references._runs import broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._packages import Package
    from toolkit.checks.references._workspaces import Broken
    from toolkit.model import Finding, Fix


class PackageScriptBroken(Check):
    """A script or dependency of package.json names a file, a script or a workspace that is not there.

    What it checks: The file given to ``node``, ``tsx``, ``bash``, ``python`` and the like, the folder of ``cd``, configurations
        given by option, sources given to bundlers and test runners; scripts and workspaces that npm, pnpm, yarn, bun, turbo, nx
        and lerna are asked for, within ``concurrently`` and ``sh -c``, too; dependencies by ``file:``, ``link:``, ``workspace:``
        and ``catalog:``, patches and ``yarnPath``. What a build makes, and output folders after another command, are left alone;
        a word that may be a program of an installed package is one.
    Why it matters: The script fails for everyone; a dependency that is gone fails the whole install.
    How to fix: Correct the path or the name, or remove the script.
    Fix safety: Unsafe. A path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for package in packages(context):
            for name, text in package.scripts.items():
                yield from self._script(context, package, name, text)
            for one in of_package(context, package):
                yield self.finding(context, one.path, one.text, line=one.line, evidence=one.evidence)
        for one in of_settings(context):
            yield self.finding(context, one.path, one.text, line=one.line, evidence=one.evidence)

    def _script(self, context: Inspection, package: Package, name: str, text: str) -> Iterator[Finding]:
        told: set[str] = set()
        for command in commands(text):
            for one in broken(context, command, package.folder):
                asked = re.search(rf"(?:\[|\btest)\s+!?\s*-[defsx]\s+{re.escape(one.word)}", text)
                if one.word not in told and not asked:
                    told.add(one.word)
                    yield self._told(context, package, name, text, one)

    def _told(self, context: Inspection, package: Package, name: str, text: str, one: Broken) -> Finding:
        where = ("scripts", name)
        fixes: tuple[Fix, ...] = ()
        if one.near and text.count(one.word) == 1 and one.severity == "error":
            prefix = "./" if one.word.startswith("./") else ""
            new = text.replace(one.word, prefix + one.near)
            fixes = replace(context, package.path, package.document, where, new)
        return self.finding(
            context,
            package.path,
            f"The script {name} fails: {one.text}.",
            line=position(package.document, where),
            evidence=text[:200],
            severity=one.severity,
            fixes=fixes,
        )
