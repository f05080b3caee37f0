"""See :class:`AnchorScriptBroken`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._likeness import instead
from toolkit.checks._package_managers import script_in
from toolkit.checks._packages import by_folder
from toolkit.checks._workspaces import arguments
from toolkit.checks.references._anchor_homes import homeless, lost_wallet, unbuilt
from toolkit.checks.references._repair import by_hand, position, relative, replace, strings
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.runs import Broken, broken
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import listed, table
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._anchor_homes import Astray
    from toolkit.checks.references._scripts.commands import Command
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_LOADED = (
    (("test", "genesis"), "program"),
    (("test", "validator", "account"), "filename"),
    (("test", "validator", "account_dir"), "directory"),
)
_FILE = regex(r"[./]")
"""A program may be given by its address, too."""
_RUNNERS = ("ts-mocha", "mocha", "jest", "vitest")


class AnchorScriptBroken(Check):
    """A script or workspace member of Anchor.toml names what is not there.

    What it checks: ``[scripts]``, from the folder of Anchor.toml: configurations given by option, files given to interpreters,
        ``yarn run`` and ``npm run`` of scripts that its package.json lacks, tests that no file matches, and ``anchor test`` or ``anchor run``
        by which a script calls itself, be it through a script of its package.json; members of
        ``[workspace]``; programs and accounts that the test validator loads from files; programs that lie neither in ``programs/``
        nor in a member, so that nothing is built, and a wallet that lies in another folder (warnings). Also scripts of ``package.json`` that run ``anchor build``, ``test`` or
        ``deploy`` where no Anchor.toml lies at or above.
    Why it matters: ``anchor test`` fails after the whole build.
    How to fix: Add the file, mostly a ``tsconfig.json``, or correct the command.
    Fix safety: Manual. Which configuration the tests need is not in the repository.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path, document in context.documents(context.named("Anchor.toml"), toml.parse):
            for name, text in table(document.data, "scripts").items():
                if isinstance(text, str):
                    yield from self._script(context, path, document, name, text)
            yield from self._members(context, path, document)
            yield from self._validator(context, path, document)
            astray = (*unbuilt(context, path, document), *lost_wallet(context, path, document))
            yield from (self._astray(context, one, "warning") for one in astray)
        yield from (self._astray(context, one, "error") for one in homeless(context))

    def _astray(self, context: Inspection, one: Astray, severity: Severity) -> Finding:
        return self.finding(
            context,
            one.path,
            one.text,
            line=one.line,
            evidence=one.evidence,
            severity=severity,
            fixes=by_hand(one.todo),
        )

    def _script(self, context: Inspection, path: str, document: Any, name: str, text: str) -> Iterator[Finding]:
        folder = posixpath.dirname(path) or "."
        for command in commands(text):
            found = [one for one in broken(context, command, folder) if one.severity != "info"]
            found = found or [*_tests(context, command.words, folder), *_itself(context, command, name, folder)]
            if found and not command.guarded:
                one, where = found[0], ("scripts", name)
                once = one.near and text.count(one.word) == 1
                new = text.replace(one.word, relative(one.near, ".", one.word)) if once else ""
                fixes = replace(context, path, document, where, new) if new else ()
                yield self.finding(
                    context,
                    path,
                    f"The script {name} fails: {one.text}.",
                    line=position(document, where),
                    evidence=text[:200],
                    severity=one.severity,
                    fixes=fixes or by_hand(one.todo),
                )
                return

    def _members(self, context: Inspection, path: str, document: Any) -> Iterator[Finding]:
        folder = posixpath.dirname(path) or "."
        members = table(document.data, "workspace").get("members")
        for below, member in strings(members):
            verdict = resolve(context, member, folder)
            if verdict.kind == "missing":
                near = relative(verdict.near, folder, member)
                yield self.finding(
                    context,
                    path,
                    f"The workspace member {member} does not exist: anchor finds no program there.",
                    line=position(document, ("workspace", "members", *below)),
                    evidence=f"{verdict.path} {verdict.why}",
                    fixes=by_hand(instead(member, near, f"bring {verdict.path} back, or take it off the list")),
                )

    def _validator(self, context: Inspection, path: str, document: Any) -> Iterator[Finding]:
        """Programs and accounts that the test validator loads from files; those that git ignores are made by something."""
        for section, key in _LOADED:
            lost: dict[str, list[tuple[Path, str, Verdict]]] = {}
            for index, item in enumerate(listed(table(document.data, *section[:-1]).get(section[-1]))):
                value = table(item).get(key)
                if not isinstance(value, str) or (key == "program" and not _FILE.search(value)):
                    continue
                verdict = resolve(context, value, posixpath.dirname(path) or ".")
                if verdict.kind in ("missing", "ignored"):
                    lost.setdefault(verdict.kind, []).append(((*section, index, key), value, verdict))
            for kind, ((where, value, verdict), *others) in lost.items():
                more = f" and {len(others)} more {'files' if others[1:] else 'file'}" if others else ""
                evidence = f"{verdict.path} {verdict.why}"
                evidence += f"; so with {', '.join(one.path for _, _, one in others)}" if others else ""
                yield self.finding(
                    context,
                    path,
                    f"The test validator loads {value}{more}, which no clone has: anchor test does not start.",
                    line=position(document, where),
                    evidence=evidence,
                    severity="warning" if kind == "ignored" else "error",
                    related=[(path, position(document, one)[0]) for one, _, _ in others],
                    fixes=by_hand(f"commit {verdict.path}{more}, or say in a script how it is made"),
                )


def _itself(context: Inspection, command: Command, name: str, folder: str) -> Iterator[Broken]:
    """A script that calls itself: ``anchor test`` runs the script test, and ``anchor run`` the one that it names."""
    words = command.words
    package = by_folder(context).get(folder)
    if package is not None and words[0] in JAVASCRIPT_MANAGERS:
        inner = list(commands(package.scripts.get(script_in(words[0], arguments(words[1:]))[0], "")))
        words = inner[0].words if len(inner) == 1 and inner[0].folder == "." else words
    called = (
        "test" if words[:2] == ("anchor", "test") else words[2] if words[:2] == ("anchor", "run") and words[2:] else ""
    )
    if command.folder == "." and called == name:
        text = f"{' '.join(words)} runs this script itself, which never comes to an end"
        yield Broken(command.words[0], text, f"let {name} run the tests (ts-mocha, jest, cargo test), not anchor")


def _tests(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """Tests that a runner is given and that no file is."""
    if not words or words[0] not in _RUNNERS:
        return
    taken = {
        option(words, *names)
        for names in (("-p", "--project"), ("-t", "--timeout"), ("-r", "--require"), ("-c", "--config"))
    }
    for word in words[1:]:
        if word.startswith("-") or word in taken or not re.search(r"\.(ts|js|mjs|tsx)$", word):
            continue
        verdict = resolve(context, word, folder)
        if verdict.kind == "missing" and not verdict.command:
            todo = instead(
                word, relative(verdict.near, folder, word), f"add tests that {word} takes, or correct the pattern"
            )
            yield Broken(word, f"no file is {word}, so that no test runs", todo, "warning")
