"""See :class:`PackageScriptBroken`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._commands import commands
from toolkit.checks.references._demands import of_package, of_settings
from toolkit.checks.references._hooks import of_hooks
from toolkit.checks.references._packages import packages
from toolkit.checks.references._programs import lacking
from toolkit.checks.references._repair import by_hand, position, replace, reword
from toolkit.checks.references._runs import broken
from toolkit.checks.references._task_files import of_runners

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._demands import Unmet
    from toolkit.checks.references._packages import Package
    from toolkit.checks.references._workspaces import Broken
    from toolkit.model import Finding, Fix


class PackageScriptBroken(Check):
    """A script or dependency of package.json names a file, a script or a workspace that is not there.

    What it checks: The file given to ``node``, ``tsx``, ``bash``, ``python`` and the like, the folder of ``cd``, configurations
        given by option, sources given to bundlers, test runners and ``cp``, targets of ``make``; programs of well-known packages
        that no manifest asks for; scripts and workspaces that npm, pnpm, yarn, bun, turbo, nx and lerna are asked for, within
        ``concurrently``, ``nodemon`` and ``sh -c``, too; the same in hooks of husky; files that targets of Nx and Angular name,
        tasks that turbo waits for; dependencies by ``file:``, ``link:``, ``workspace:`` and ``catalog:``, patches and
        ``yarnPath``. What a build makes, and output folders after another command, are left alone; a word that may be a program
        of an installed package is one. One finding for what several scripts lack.
    Why it matters: The script fails for everyone; a dependency that is gone fails the whole install.
    How to fix: Correct the path or the name, or remove the script.
    Fix safety: Unsafe. A path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for package in packages(context):
            groups: dict[str, list[tuple[str, Broken]]] = {}
            for name, text in package.scripts.items():
                for one in _of_script(context, package, text):
                    groups.setdefault(f"{one.text} {one.severity}", []).append((name, one))
            for found in groups.values():
                yield self._told(context, package, found)
            for where, text in package.hooks.items():
                for one in _of_script(context, package, text):
                    said = f"{where[0]}.{where[-1]} fails: {one.text}."
                    line = position(package.document, where)
                    yield self.finding(
                        context,
                        package.path,
                        said,
                        line=line,
                        evidence=text[:200],
                        severity=one.severity,
                        fixes=by_hand(one.todo),
                    )
            for unmet in of_package(context, package):
                yield self._unmet(context, unmet)
        for unmet in (*of_settings(context), *of_runners(context), *of_hooks(context)):
            yield self._unmet(context, unmet)

    def _unmet(self, context: Inspection, one: Unmet) -> Finding:
        line = one.line if isinstance(one.line, int) else one.line[0]
        fixes = reword(context, ((one.path, line),), one.word, one.near) if one.near else ()
        return self.finding(
            context, one.path, one.text, line=one.line, evidence=one.evidence, fixes=fixes or by_hand(one.todo)
        )

    def _told(self, context: Inspection, package: Package, found: list[tuple[str, Broken]]) -> Finding:
        """One finding for what several scripts lack."""
        (name, one), *others = found
        text = package.scripts[name]
        where = ("scripts", name)
        fixes: tuple[Fix, ...] = ()
        if one.near and not others and text.count(one.word) == 1 and one.severity == "error":
            prefix = "./" if one.word.startswith("./") else ""
            new = text.replace(one.word, prefix + one.near)
            fixes = replace(context, package.path, package.document, where, new)
        more = "".join(f", {other}" for other, _ in others)
        return self.finding(
            context,
            package.path,
            f"The script{'s' if others else ''} {name}{more} {'fail' if others else 'fails'}: {one.text}.",
            line=position(package.document, where),
            evidence=text[:200],
            severity=one.severity,
            fixes=fixes or by_hand(one.todo),
        )


def _of_script(context: Inspection, package: Package, text: str) -> Iterator[Broken]:
    """What one script lacks, each thing once."""
    told: set[str] = set()
    for command in commands(text):
        for one in (*lacking(context, package, command), *broken(context, command, package.folder)):
            asked = re.search(rf"(?:\[|\btest)\s+!?\s*-[defsx]\s+{re.escape(one.word)}", text)
            if one.word not in told and not asked:
                told.add(one.word)
                yield one
