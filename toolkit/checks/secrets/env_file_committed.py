"""Environment files that git tracks."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.secrets._patterns import is_unpublished
from toolkit.checks.secrets._values import entropy, is_placeholder, is_trial, is_words, names_a_secret, redacted
from toolkit.context import Unreadable
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.model import Fix, RunCommand
from toolkit.removals import ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.envfile import Document, Variable
    from toolkit.model import Finding, Severity

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
_TRIAL_NAMES = regex(r"\.env\.(?:.*\.)?(?:test|testing|ci|e2e|local-?dev|docker)\b", re.IGNORECASE)


class EnvFileCommitted(Check):
    """An environment file is committed.

    What it checks:
        Tracked files called ``.env``, ``.env.production``, ``.dev.vars`` and the like, and ``prod.env``, ``env.production`` and
        ``.envrc`` where a secret stands in them. Examples, samples, templates
        and source files are no environment files. A value that is a secret by its name and look makes it an error; files
        that hold only public or empty settings, and those for tests, are told as information. Of files without a secret
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
        for found in every:
            folder = posixpath.dirname(found.path)
            if found.severity == "error":
                yield found
            elif folder not in told:  # of a folder of settings, one file for each network, one is enough
                told.add(folder)
                yield found if tame[folder] == 1 else replace(found, fixes=(_of_many(folder, tame[folder]),))

    def _files(self, context: Inspection) -> Iterator[Finding]:
        for path in sorted(set(context.matching(".env*", ".ENV*", ".dev.vars*", "*.env", "env.*"))):
            name = posixpath.basename(path)
            other = _OTHER_NAME.fullmatch(name) is not None and not _NAME.fullmatch(name)
            if path not in context.inventory.tracked_set or not (other or _NAME.fullmatch(name)):
                continue
            if _EXAMPLE.search(name) or _CODE.search(name):
                continue
            try:
                document = context.document(path, envfile.parse)
            except Unreadable:
                continue
            if not other or any(_is_secret(one) for one in document.variables):
                yield self._finding(context, path, document)

    def _finding(self, context: Inspection, path: str, document: Document) -> Finding:
        secret = next((one for one in document.variables if _is_secret(one)), None)
        tame = all(_PUBLIC.match(one.name) or not one.value for one in document.variables)
        tried = is_trial(path) or _TRIAL_NAMES.search(path) is not None
        severity: Severity = (
            "error" if secret and not tried else "info" if tame or (tried and not secret) else "warning"
        )
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


def _of_many(folder: str, count: int) -> Fix:
    """What to do about a folder of settings: somebody may mean to share them."""
    return Fix(
        f"take those of the {count} files in {folder or '.'} out of the index that are not for everybody", "manual"
    )


def _is_secret(variable: Variable) -> bool:
    value = variable.value
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
