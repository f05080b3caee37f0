"""See :class:`PackageScriptBroken`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import Check
from toolkit.checks._packages import packages
from toolkit.checks._script_modes import MEND, refused
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._demands import of_packages, of_settings
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._imports.module_kinds import of_module_kinds
from toolkit.checks.references._imports.module_requires import of_requires
from toolkit.checks.references._repair import by_hand, position, replace
from toolkit.checks.references._scripts.commands import commands, is_asked_for
from toolkit.checks.references._scripts.followed import followed
from toolkit.checks.references._scripts.hooks import of_hooks
from toolkit.checks.references._scripts.jest_modules import of_jest
from toolkit.checks.references._scripts.lint_settings import of_eslint
from toolkit.checks.references._scripts.programs import lacking
from toolkit.checks.references._scripts.runner_settings import of_test_runners
from toolkit.checks.references._scripts.runs import broken
from toolkit.checks.references._scripts.shell_globs import of_globs
from toolkit.checks.references._scripts.strangers import of_fetchers
from toolkit.checks.references._scripts.task_files import of_runners
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._scripts.commands import Command
    from toolkit.model import Finding, Fix

_SINGLY = 3
"""Lacks of one reason up to which each has a finding of its own."""
_ELSEWHERE = ("-w", "--workspace", "--prefix", "-C")
"""Options by which npm works in another folder."""
_VALUED = ("--access", "--tag", "--otp", "--registry")
_CAUSES = {"workspace": "workspaces that scripts choose", "file": "files that scripts name"}
"""What is told at once where several scripts of one package lack it."""
_MEND = {"file": "add the files, correct the paths, or remove the scripts"}
_COPIED = 5
"""Packages up to which a script that was copied from one to the other is told of each."""
_SHOWN = 1500
"""Characters of evidence."""


class _Lack(NamedTuple):
    """One thing that scripts of a package lack: the scripts with what each lacks, those that fail first."""

    package: Package
    found: list[tuple[str, Broken]]

    @property
    def first(self) -> Broken:
        """What the first of them lacks."""
        return self.found[0][1]

    @property
    def places(self) -> tuple[tuple[str, tuple[int, int]], ...]:
        """The manifest and the lines of the scripts."""
        package = self.package
        return tuple((package.path, position(package.document, ("scripts", name))) for name, _ in self.found)


class PackageScriptBroken(Check):
    """A script or dependency of package.json names a file, a script or a workspace that is not there.

    What it checks: The file given to ``node``, ``tsx``, ``bash``, ``python`` and the like, the folder of ``cd``, configurations
        given by option, sources given to bundlers, test runners and ``cp``, targets of ``make``, programs that no crate has (``cargo --bin``); programs of well-known packages
        that the package does not reach (pnpm brings a member what it and the root declare, npm and yarn what any member does), and
        eslint (8 and newer) and webpack without a configuration, eslint on a folder that is not there, jest and vitest in a package without any test (a warning), ``vite build`` without a page, ``tauri dev`` without a configuration of Tauri, ```next export``` from Next.js 14 on, ``tsc`` on a configuration that only refers to others (a warning: it does nothing); scripts and workspaces that npm, pnpm, yarn, bun, turbo, nx and lerna are asked for, and an option for the folder that the manager does not know, within
        ``concurrently``, ``nodemon``, ``sh -c``, ``pnpm --filter NAME exec`` and scripts that only choose a member, too; the same in hooks of husky; programs that jobs and hooks fetch (``npx tsc``, ``bunx biome``) by a name under which the registry has another one; files that configurations of jest, vitest and playwright name, and aliases of vite; configurations that are CommonJS where
        the package says ``"type": "module"``, and scripts there that call ``require``; tests with ``import.meta`` of which ts-jest makes CommonJS; ``npm publish`` of a package that is private; ``workspaces`` where pnpm installs, which does not read them; patterns without quotes whose ``**`` the shell takes for one folder, and that pass over files (a warning); scripts that are started by their path and that git keeps without that right; files that targets of Nx and Angular name,
        tasks that turbo waits for; dependencies by ``file:``, ``link:``, ``workspace:`` and ``catalog:``, patches and
        ``yarnPath``; what jest is told to load in ``package.json``, and what an ``.eslintrc.json`` names that no manifest and no lock has.
        What a build makes, and output folders after another command, are left alone; a word that may be a program
        of an installed package is one. One finding for what several scripts lack, and for the many files of one folder that scripts of one package name.
    Why it matters: The script fails for everyone; a dependency that is gone fails the whole install.
    How to fix: Correct the path or the name, or remove the script.
    Fix safety: Unsafe. A path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        yield from self._scripts(context)
        for package in packages(context):
            yield from self._hooks(context, package)
        for unmet in (
            *of_packages(context),
            *of_settings(context),
            *of_runners(context),
            *of_hooks(context),
            *of_test_runners(context),
            *of_jest(context),
            *of_eslint(context),
            *of_module_kinds(context),
            *of_requires(context),
            *of_globs(context),
            *of_fetchers(context),
        ):
            yield finding_of(self, context, unmet)

    def _scripts(self, context: Inspection) -> Iterator[Finding]:
        """What scripts lack: what one package lacks for one reason, and what several lack alike, is one finding."""
        apart: dict[str, list[_Lack]] = {}
        alike: dict[tuple[str, str, str], list[_Lack]] = {}
        for package in packages(context):
            for cause, lacks in _by_cause(_lacks(context, package)):
                first = lacks[0].first
                if cause == "program":
                    apart.setdefault(first.text, []).extend(lacks)
                elif cause and len(lacks) > _SINGLY:
                    words = f"{len(lacks)} {_CAUSES[cause]} are not there, the first of them {first.word}."
                    yield self._many(context, lacks, words)
                elif cause == "workspace":
                    yield from (self._told(context, lack) for lack in lacks)
                else:
                    for lack in lacks:
                        name = lack.found[0][0]
                        alike.setdefault((name, package.scripts[name], lack.first.word), []).append(lack)
        groups = [(f"Scripts of {len(found)} packages fail: {text}.", found) for text, found in apart.items()]
        for (name, _, _), found in alike.items():  # what was copied from package to package
            groups.append((f"The same script {name} of {len(found)} packages fails: {found[0].first.text}.", found))
        for text, found in groups:
            if len(found) > (_SINGLY if found[0].first.cause == "program" else _COPIED):
                yield self._many(context, found, text)
            else:
                yield from (self._told(context, lack) for lack in found)

    def _hooks(self, context: Inspection, package: Package) -> Iterator[Finding]:
        """What commands in other tables of a manifest lack."""
        for where, text in package.hooks.items():
            for one in _of_script(context, package, text):
                said = f"{where[0]}.{where[-1]} fails: {one.text}."
                yield self.finding(
                    context,
                    package.path,
                    said,
                    line=position(package.document, where),
                    evidence=text[:200],
                    severity=one.severity,
                    fixes=by_hand(one.todo),
                )

    def _many(self, context: Inspection, found: list[_Lack], text: str) -> Finding:
        """One finding for what is lacking for one reason; the places of all are evidence."""
        first = min(found, key=lambda one: one.first.severity != "error")
        named = (
            f"{one.package.path}:{position(one.package.document, ('scripts', one.found[0][0]))[0]} ({one.first.word})"
            for one in found
        )
        todo = _MEND.get(first.first.cause, first.first.todo)
        likewise = (
            "" if len({one.first.todo for one in found}) == 1 or first.first.cause else ", and in the others likewise"
        )
        return self.finding(
            context,
            first.package.path,
            text,
            line=position(first.package.document, ("scripts", first.found[0][0])),
            evidence=", ".join(named)[:_SHOWN],
            severity=first.first.severity,
            fixes=by_hand(todo + likewise),
            related=[place for one in found for place in one.places],
        )

    def _told(self, context: Inspection, lack: _Lack) -> Finding:
        """One finding for what several scripts lack, led by one that fails."""
        package = lack.package
        (name, one), *others = lack.found
        text = package.scripts[name]
        where = ("scripts", name)
        fixes: tuple[Fix, ...] = ()
        if one.near and not others and text.count(one.word) == 1 and one.severity == "error":
            prefix = "./" if one.word.startswith("./") else ""
            new = text.replace(one.word, prefix + one.near)
            fixes = replace(context, package.path, package.document, where, new)
        more = "".join(f", {other}" for other, _ in others)
        idle = "nothing" if len(list(commands(text))) == 1 else "less than it says"
        does = f"{'do' if others else 'does'} {idle}" if one.idle else "fail" if others else "fails"
        apart = ", nor do the other files of that folder" if len({other.word for _, other in lack.found}) > 1 else ""
        return self.finding(
            context,
            package.path,
            f"The script{'s' if others else ''} {name}{more} {does}: {one.text}{apart}.",
            line=position(package.document, where),
            evidence=text[:200],
            severity=one.severity,
            fixes=fixes or by_hand(one.todo),
            related=lack.places,
        )


def _lacks(context: Inspection, package: Package) -> list[_Lack]:
    """What the scripts of a package lack, each thing once, with those that lack it; what lay in one folder that is gone is one."""
    groups: dict[str, list[tuple[str, Broken]]] = {}
    for name, text in package.scripts.items():
        for one in _of_script(context, package, text):
            groups.setdefault(one.gone or one.text, []).append((name, one))
    return [_Lack(package, sorted(found, key=lambda pair: pair[1].severity != "error")) for found in groups.values()]


def _by_cause(lacks: list[_Lack]) -> Iterator[tuple[str, list[_Lack]]]:
    """What is lacking for one reason: of programs each, of files those of one folder."""
    groups: dict[tuple[str, str], list[_Lack]] = {}
    for lack in lacks:
        one = lack.first
        of = one.text if one.cause == "program" else folder_of(one.word) if one.cause == "file" else ""
        groups.setdefault((one.cause, of), []).append(lack)
    yield from ((cause, found) for (cause, _), found in groups.items())


def _of_script(context: Inspection, package: Package, text: str) -> Iterator[Broken]:
    """What one script lacks, each thing once."""
    told: set[str] = set()
    for command in commands(text):
        for whose, inner in followed(context, package, command):
            faults = (
                *lacking(context, whose, inner),
                *broken(context, inner, whose.folder),
                *_refused(context, whose, inner),
                *_unpublished(whose, inner),
            )
            for one in faults:
                if one.word not in told and not is_asked_for(text, one.word):
                    told.add(one.word)
                    yield one


def _refused(context: Inspection, package: Package, command: Command) -> Iterator[Broken]:
    """A script that is started by its path and may not be, unless a script of the package sees to that."""
    text, folder = command.words[0], package.at(command.folder)
    path = refused(context, text, folder) if "$" not in command.folder and not command.guarded else ""
    if path and not any("chmod" in one for one in package.scripts.values()):
        yield Broken(text, f"{text} may not be started (its mode in git is 100644)", MEND.format(path))


def _unpublished(package: Package, command: Command) -> Iterator[Broken]:
    """That npm is to publish a package which says that it is private, from its own folder."""
    asked = command.words[2:] if command.words[:2] == ("npm", "publish") else ("elsewhere",)
    elsewhere = any(
        word.startswith(_ELSEWHERE) or not (word.startswith("-") or before in _VALUED)
        for before, word in zip(("", *asked), asked, strict=False)
    )
    if package.data.get("private") is True and command.folder == "." and not command.guarded and not elsewhere:
        todo = f"take private out of {package.path}, or take the script away"
        yield Broken("npm publish", f"{package.path} says private, and npm publishes no such package", todo)
