"""Environment files that git tracks."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.secrets._patterns import PATTERNS, hits, is_unpublished
from toolkit.checks.secrets._values import (
    entropy,
    is_placeholder,
    is_public_name,
    is_trial,
    is_words,
    names_a_secret,
    redacted,
)
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.model import Fix, RunCommand
from toolkit.strays.removals import ignoring
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.envfile import Document, Variable
    from toolkit.model import Finding, Severity

_GLOBS = (".env*", ".ENV*", ".dev.vars*", "*.env", "env.*")
_NAME = regex(r"\.env(?:[._-].*|~| copy.*| \d)?|\.dev\.vars(?:\..*)?", re.IGNORECASE)
_OTHER_NAME = regex(r"(?:[\w.-]+\.env|env\.[\w-]+|\.envrc)", re.IGNORECASE)
"""Files of settings as well, that may have no secret and be there on purpose."""
_EXAMPLE = regex(
    r"example|exemple|ejemplo|exemplo|sample|template|tmpl|tpl|dist\b|default|schema|skeleton|reference|docs?$",
    re.IGNORECASE,
)
_CODE = regex(
    r"\.(?:ts|tsx|js|mjs|cjs|py|go|rs|rb|java|kt|sh|md|json|ya?ml|toml|nix|j2|erb|ejs|hbs|lock|zip)$", re.IGNORECASE
)
_PUBLIC = regex(
    r"(?:NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|SNOWPACK_PUBLIC|STORYBOOK|VUE_APP)_"
)
_KEY_FORM = regex(r"(?:0x)?[0-9a-fA-F]{64}|[1-9A-HJ-NP-Za-km-z]{86,88}|\[\s*(?:\d{1,3}\s*,\s*){63}\d{1,3}\s*\]")
"""Private keys of Ethereum and Solana."""
_MASKED = regex(r"\*{4}|^<[^>]+>$|x{6}|^\.{3}$|your[-_ ]", re.IGNORECASE)
_PLAIN_NAMES = regex(r"(?:^|_)(?:ID|NAME|ENV|PORT|DEBUG|LEVEL|TLS|SSL|VERSION|MODE|TITLE)$")
_ANYBODYS = regex(
    r"\$.*|\w[\w:/]*\$\{.*|[\w.+-]+@example\.\w+|\d+|true|false|yes|no|(?:\w+://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(?:/.*)?",
    re.IGNORECASE,
)
_TRIAL_NAMES = regex(
    r"\.env\.(?:.*\.)?(?:test|testing|ci|e2e|local-?dev|docker|compose|base|common|shared)\b", re.IGNORECASE
)


class EnvFileCommitted(Check):
    """An environment file is committed.

    What it checks:
        Tracked files called ``.env``, ``.env.production``, ``.dev.vars`` and the like, and ``prod.env``, ``env.production`` and
        ``.envrc`` where a secret stands in them. Examples, samples, templates
        and source files are no environment files. A value that is a secret by its name and look makes it an error; files
        that hold only public settings, placeholders and switches, those for tests and those whose secrets are masked are told as information, unless
        git's rules ignore them: then they were never meant to be tracked. Of files without a secret
        in one folder the first is told.

    Why it matters:
        The values of one machine become everybody's, and sooner or later a secret is among them, which history keeps.

    How to fix:
        Take it out of the index, add it to ``.gitignore``, keep its names in ``.env.example``, and revoke what was secret.

    Fix safety:
        Unsafe: ``git rm --cached`` keeps the file on this disk, but takes it from everybody who pulls.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        told: set[str] = set()
        every = list(self._files(context))
        tame = Counter(posixpath.dirname(found.path) for found in every if found.severity != "error")
        for found in sorted(every, key=lambda one: ("error", "warning", "info").index(one.severity)):
            folder = posixpath.dirname(found.path)
            if found.severity == "error":
                yield found
            elif folder not in told:  # of a folder of settings, one file for each network, one is enough
                told.add(folder)
                yield found if tame[folder] == 1 else replace(found, fixes=(_of_many(folder, tame[folder]),))

    def _files(self, context: Inspection) -> Iterator[Finding]:
        paths = [path for path in sorted(set(context.matching(*_GLOBS))) if _is_environment(context, path)]
        covered = _covered(context, paths)
        for path, document in context.documents(paths, envfile.parse):
            certain = _NAME.fullmatch(posixpath.basename(path)) is not None or path in covered
            if certain or any(_is_secret(one) for one in document.variables):
                yield self._finding(context, path, document, is_covered=path in covered)

    def _finding(self, context: Inspection, path: str, document: Document, *, is_covered: bool) -> Finding:
        secret = next((one for one in document.variables if _is_secret(one)), None)
        tried = is_trial(path) or _TRIAL_NAMES.search(path) is not None or _is_template(document)
        meant = (all(_is_harmless(one) for one in document.variables) or _is_form(document)) and not is_covered
        public = all(_PUBLIC.match(one.name) or not one.value for one in document.variables)
        severity: Severity = "info" if tried or public or meant else "warning"
        if secret:
            severity = "warning" if tried else "error"
        argv = ("git", "rm", "--cached", "--quiet", "--", path)
        command = RunCommand(argv, ".", f"{path} is not for everybody", changes=path)
        rule = ignoring(context, (path,))
        message = "an environment file is committed"
        if secret:
            message += f", with a value for {secret.name}"
        return self.finding(
            context,
            path,
            message,
            line=secret.line if secret else 0,
            evidence=redacted(secret.value) if secret else f"{len(document.variables)} variables",
            severity=severity,
            fixes=(
                Fix(
                    f"take {path} out of the index, and add it to .gitignore",
                    "unsafe",
                    (command, *([rule] if rule else [])),
                ),
            ),
        )


def _is_environment(context: Inspection, path: str) -> bool:
    """Whether git tracks a file that is called as files of settings are, and is no example and no source."""
    name = posixpath.basename(path)
    named = _NAME.fullmatch(name) or _OTHER_NAME.fullmatch(name)
    return bool(
        named and path in context.inventory.tracked_set and not _EXAMPLE.search(name) and not _CODE.search(name)
    )


def _covered(context: Inspection, paths: list[str]) -> frozenset[str]:
    """Those that git's ignore rules cover, though they are tracked: somebody did not mean them to be."""
    if not paths or not context.inventory.is_git:
        return frozenset()
    asked = "\0".join(paths).encode("utf-8", "surrogateescape")
    done = git.git(context.root, "check-ignore", "--no-index", "--stdin", "-z", data=asked)
    if done.code not in (0, 1):
        git.expect(done)
    return frozenset(done.text.split("\0")).intersection(paths)


def _of_many(folder: str, count: int) -> Fix:
    """What to do about a folder of settings: somebody may mean to share them."""
    return Fix(
        f"take those of the {count} files in {folder or '.'} out of the index that are not for everybody", "manual"
    )


def _is_harmless(variable: Variable) -> bool:
    """Whether everybody may know a value: a public name or id, a placeholder, a switch, this machine."""
    name, value = variable.name, variable.value
    if _PUBLIC.match(name) or not value or _ANYBODYS.fullmatch(value):
        return True
    if names_a_secret(name):
        return is_placeholder(value)
    return _PLAIN_NAMES.search(name) is not None or is_public_name(name)


def _is_form(document: Document) -> bool:
    """Whether a file leaves its secrets open: two and more are blank, and what the others have is a placeholder or a word."""
    named = [one for one in document.variables if names_a_secret(one.name)]
    blank = sum(1 for one in named if not one.value)
    return blank >= 2 and all(not one.value or is_placeholder(one.value) or is_words(one.value) for one in named)


def _is_template(document: Document) -> bool:
    """Whether most secrets of a file are still to be filled in, so that it shows which there are."""
    named = [one for one in document.variables if names_a_secret(one.name) and one.value]
    masked = sum(1 for one in named if _MASKED.search(one.value))
    return masked >= 2 and masked * 3 >= len(named)


def _is_secret(variable: Variable) -> bool:
    value = variable.value
    if not _PUBLIC.match(variable.name) and any(_by_look(f"{variable.name}={value}")):
        return True
    if _KEY_FORM.fullmatch(value) and re.search(r"(?:KEY|SECRET|_?PK|WALLET|KEYPAIR)$", variable.name, re.IGNORECASE):
        return is_unpublished(value) and not _PUBLIC.match(variable.name) and "PUBLIC" not in variable.name.upper()
    return (
        is_unpublished(value)
        and names_a_secret(variable.name)
        and not _PUBLIC.match(variable.name)
        and len(value) >= 12
        and not is_placeholder(value)
        and not is_words(value)
        and entropy(value) >= 3.0
        and not value.startswith(("http://", "https://", "/", "./", "ENC[", "enc:", "encrypted:", "vault:", "op://"))
    )


def _by_look(text: str) -> Iterator[bool]:
    """Hits of the forms that are secret by their look; a key of an app of Google is none."""
    return (True for pattern in PATTERNS if pattern.name != "a Google API key" for _ in hits(pattern, text))
