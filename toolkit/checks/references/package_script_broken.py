"""See :class:`PackageScriptBroken`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._packages import commands, packages
from toolkit.checks.references._repair import mapping, position, replace
from toolkit.checks.references._runs import broken
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._packages import Package
    from toolkit.checks.references._runs import Broken
    from toolkit.model import Finding, Fix


class PackageScriptBroken(Check):
    """A script of package.json runs a file, a configuration, a script or a workspace that is not there.

    What it checks: The file given to ``node``, ``tsx``, ``bash``, ``python`` and the like, the folder of ``cd``, configurations
        given by option, ``npm run NAME``, ``--prefix`` and ``--workspace``; and dependencies by ``file:`` or ``link:``. What a
        build makes, and output folders after another command, are left alone.
    Why it matters: The script fails for everyone; a dependency by path that is gone fails the whole install.
    How to fix: Correct the path or the name, or remove the script.
    Fix safety: Unsafe. A path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for package in packages(context):
            for name, text in package.scripts.items():
                yield from self._script(context, package, name, text)
            yield from self._dependencies(context, package)

    def _script(self, context: Inspection, package: Package, name: str, text: str) -> Iterator[Finding]:
        told: set[str] = set()
        for command in commands(text):
            for one in broken(context, command, package.folder):
                if one.word not in told and f"-f {one.word}" not in text and f"-e {one.word}" not in text:
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

    def _dependencies(self, context: Inspection, package: Package) -> Iterator[Finding]:
        for key in ("dependencies", "devDependencies", "optionalDependencies"):
            for name, value in mapping(package.data.get(key)).items():
                scheme, _, path = value.partition(":") if isinstance(value, str) else ("", "", "")
                if scheme not in ("file", "link", "portal") or not path or path.startswith(("/", "~")):
                    continue
                verdict = resolve(context, path.removeprefix("//"), package.folder)
                if verdict.kind == "missing" and not verdict.command:
                    yield self.finding(
                        context,
                        package.path,
                        f"The dependency {name} is at {path}, which does not exist: the install fails.",
                        line=position(package.document, (key, name)),
                        evidence=f"{verdict.path} {verdict.why}",
                    )
