"""Environment files that git tracks."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.secrets._environments import ENVIRONMENT, is_environment, shown_values
from toolkit.checks.secrets._hits import hits
from toolkit.checks.secrets._patterns import is_unpublished
from toolkit.checks.secrets._setting_grades import FOR_TRIALS, OF_PAGES
from toolkit.checks.secrets._values import (
    entropy,
    is_placeholder,
    is_trial,
    is_words,
    names_a_secret,
    redacted,
)
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.model import Fix, Place, RunCommand
from toolkit.strays import ruled_out
from toolkit.strays.removals import ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.documents.envfile import Document, Variable
    from toolkit.model import Finding, Severity

_GLOBS = (".env*", ".ENV*", ".dev.vars*", "*.env", "*.env.local", "env.*")
_OF_TOOLS = regex(
    r"COMPOSE_\w+|REACT_SNAP\w*|SKIP_PREFLIGHT_CHECK|GENERATE_SOURCEMAP|INLINE_RUNTIME_CHUNK|PUBLIC_URL|BROWSER|FAST_REFRESH|NODE_OPTIONS"
    r"|DISABLE_(?:ESLINT_PLUGIN|NEW_JSX_TRANSFORM)|(?:EXTEND|ESLINT)_\w+|TSC_\w+|DANGEROUSLY_\w+|BUILD_PATH|NX_\w+|TURBO_(?!TOKEN)\w+"
)
"""Settings of a build of pages and of Compose, which everybody has alike: the manuals of these tools say to commit them."""
_KEY_FORM = regex(r"(?:0x)?[0-9a-fA-F]{64}|[1-9A-HJ-NP-Za-km-z]{86,88}|\[\s*(?:\d{1,3}\s*,\s*){63}\d{1,3}\s*\]")
"""Private keys of Ethereum and Solana."""
_MASKED = regex(r"^django-insecure-|\*{4}|^<[^>]+>$|x{6}|^\.{3}$|your[-_ ]", re.IGNORECASE)
_OF_OTHERS = regex(r"(?i)token|api_?key|access_?key|client_secret|private_?key|webhook")
_NAMED = 6
_MANY = 3
"""Files of one name from which on they are told together."""
_PUBLISHED = regex(r"(?i)publishable|anon_?key|^(?:\w+_)?SUPABASE_(?:URL|PROJECT_(?:ID|REF))$")
_PLACE = regex(r"(?:https?|wss?)://[^@\s]*|[1-9A-HJ-NP-Za-km-z]{32,44}")
"""An address, of a service or of an account on a chain."""
"""Variables of a file that are named."""
_STORE = regex(r"(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+\w+)?://(?:[^@/\s]*@)?(?P<host>[\w.-]+)")
_STORE_HOST = regex(r"(?:DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|MONGO|REDIS|RABBITMQ)\w{0,20}HOST")
_NEAR = regex(r"localhost|127\.[\d.]+|0\.0\.0\.0|host\.docker\.internal|[\w-]+", re.IGNORECASE)
"""Hosts that only a machine of one's own, or the containers of one, know."""
_SERVES = regex(r"(?i)(?:^|[._/-])prod(?:uction)?(?=$|[._/-])|live")
_ANYBODYS = regex(
    r"\$.*|\w[\w:/]*\$\{.*|[\w.+-]+@example\.\w+|\d+|true|false|yes|no|(?:\w+://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(?:/.*)?",
    re.IGNORECASE,
)
_COPIED = regex(r"(?im)^[ \t]*#.{0,60}\b(?:copy|rename|cp)\b.{0,60}?(?<![\w.])\.env(?:\.local)?(?![\w.])")
_HEAD = 800
_TRIAL_NAMES = regex(
    r"\.env\.(?:.*\.)?(?:test|testing|ci|e2e|local-?dev|docker|compose|base|common|shared)\b", re.IGNORECASE
)


class EnvFileCommitted(Check):
    """An environment file is committed.

    What it checks:
        Tracked files called ``.env``, ``.env.production``, ``.dev.vars`` and the like, and ``prod.env``, ``env.production`` and
        ``.envrc`` where a secret stands in them. Examples, samples, templates
        and source files are no environment files, nor are those that SOPS or dotenvx encrypted. A value that is a secret by its name and look makes it an error; files
        without a secret, those for tests, unless a service of others gave their secret, those that say they are to be copied to ``.env``, and those whose secrets are masked are told as information, unless
        git's rules ignore them and more than settings of pages, of their build or of Compose stand in them: then they were never meant to be tracked. A password that is a word is a warning, and so is a secret beside data stores on
        one's own machine; there a password that is a word is information, and so is a value that an example of such a file shows. Of files without a secret
        in one folder the first is told, and three and more of one name in several folders are one finding.

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
        kept: list[Finding] = []
        every = list(self._files(context))
        tame = Counter(posixpath.dirname(found.path) for found in every if found.severity != "error")
        for found in sorted(every, key=lambda one: ("error", "warning", "info").index(one.severity)):
            folder = posixpath.dirname(found.path)
            if found.severity == "error":
                yield found
            elif folder not in told:  # of a folder of settings, one file for each network, one is enough
                told.add(folder)
                kept.append(found if tame[folder] == 1 else replace(found, fixes=(_of_many(folder, tame[folder]),)))
        yield from _grouped(kept)

    def _files(self, context: Inspection) -> Iterator[Finding]:
        paths = [path for path in sorted(set(context.matching(*_GLOBS))) if is_environment(context, path)]
        covered = ruled_out(context, paths)
        for path, document in context.documents(paths, envfile.parse):
            if _is_encrypted(document) and not any(_is_secret(one) for one in document.variables):
                continue  # there for everybody, as only who has the key reads it
            certain = ENVIRONMENT.fullmatch(posixpath.basename(path)) is not None or path in covered
            if certain or any(_is_secret(one) for one in document.variables):
                yield self._finding(context, path, document, is_covered=path in covered)

    def _finding(self, context: Inspection, path: str, document: Document, *, is_covered: bool) -> Finding:
        secrets = sorted((one for one in document.variables if _is_secret(one)), key=lambda one: not _opens(one))
        secret = next(iter(secrets), None)
        shown = all(_is_open(one) or _is_near_store(one) for one in document.variables)
        severity: Severity = "warning" if is_covered and not shown else "info"
        tried = is_trial(path) or _TRIAL_NAMES.search(path) is not None or _is_template(document)
        local = _is_local(path, document)
        if secret:
            opens = _opens(secret)
            severity = "warning" if tried or (local and not opens) else "error"
            if (tried and not opens) or all(one.value in shown_values(context) for one in secrets):
                severity = "info"
        elif _says_copy(context, path):
            severity = "info"
        elif not (tried or local or _is_form(document)) and any(_is_poor(one) for one in document.variables):
            severity = "warning"
        argv = ("git", "rm", "--cached", "--quiet", "--", path)
        command = RunCommand(argv, ".", f"{path} is not for everybody", changes=path)
        rule = ignoring(context, (path,))
        message = "an environment file is committed"
        if secret:
            message += f", with a value for {secret.name}"
            others = ", ".join(f"{one.name} (line {one.line})" for one in secrets[1:_NAMED])
            message += f"; likewise {others}" if others else ""
        return self.finding(
            context,
            path,
            message,
            line=secret.line if secret else 0,
            evidence=redacted(secret.value)
            if secret
            else f"{len(document.variables)} variable{'s' if len(document.variables) != 1 else ''}",
            severity=severity,
            causes=(f"environment {path}",) if secret else (),
            related=[(path, one.line) for one in secrets],
            fixes=(
                Fix(
                    f"take {path} out of the index, and add it to .gitignore",
                    "unsafe",
                    (command, *([rule] if rule else [])),
                ),
            ),
        )


def _is_open(variable: Variable) -> bool:
    """Whether everybody may read a setting: it is made for pages, for a build, or only says where something public is."""
    name, value = variable.name, variable.value
    if (
        not value
        or _ANYBODYS.fullmatch(value)
        or OF_PAGES.match(name)
        or _OF_TOOLS.fullmatch(name)
        or _PUBLISHED.search(name)
    ):
        return True
    return _PLACE.fullmatch(value) is not None and not names_a_secret(name)


def _is_near_store(variable: Variable) -> bool:
    """Whether a setting is no more than the address of a data store on one's own machine."""
    match = _STORE.match(variable.value)
    return match is not None and _NEAR.fullmatch(match["host"]) is not None


def _says_copy(context: Inspection, path: str) -> bool:
    """Whether the head of a file says that it is to be copied to the file that is read."""
    return _COPIED.search(text_of(context, path)[:_HEAD]) is not None


def _grouped(found: Sequence[Finding]) -> Iterator[Finding]:
    """Files of one name without a secret, of which each service has one: they are committed for one reason, and told once."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        apart = one.path if one.causes else posixpath.basename(one.path)
        groups.setdefault((one.severity, apart), []).append(one)
    for several in groups.values():
        first, others = several[0], several[1:]
        if len(several) < _MANY:
            yield from several
            continue
        places = ", ".join(one.path for one in others[:_NAMED])
        related = tuple(place for one in several for place in (Place(one.path, 0), *one.related))
        message = f"{first.message}, and so are {len(others)} more of that name without a secret"
        fix = Fix(f"take those of the {len(several)} files out of the index that are not for everybody", "manual")
        yield replace(first, message=message, evidence=f"{first.evidence}; {places}", related=related, fixes=(fix,))


def _of_many(folder: str, count: int) -> Fix:
    """What to do about a folder of settings: somebody may mean to share them."""
    return Fix(
        f"take those of the {count} files in {folder or '.'} out of the index that are not for everybody", "manual"
    )


def _is_local(path: str, document: Document) -> bool:
    """Whether all data stores of a file are on one machine, or in containers beside, and it is for no production."""
    hosts = [match["host"] for one in document.variables if (match := _STORE.search(one.value))]
    hosts += [one.value for one in document.variables if _STORE_HOST.fullmatch(one.name) and one.value]
    serves = _SERVES.search(posixpath.basename(path)) or any(
        one.name.endswith("_ENV") and _SERVES.search(one.value) for one in document.variables
    )
    return bool(hosts) and not serves and all(_NEAR.fullmatch(host) for host in hosts)


def _opens(variable: Variable) -> bool:
    """Whether a secret is one of a service of others, which opens something from everywhere."""
    return _OF_OTHERS.search(variable.name) is not None or _is_by_look(f"{variable.name}={variable.value}")


def _is_encrypted(document: Document) -> bool:
    """Whether SOPS or dotenvx wrote a file, whose values only who has the key can read."""
    names = {one.name for one in document.variables}
    return bool(names & {"sops_mac", "sops_version"}) or any(name.startswith("DOTENV_PUBLIC_KEY") for name in names)


def _is_poor(variable: Variable) -> bool:
    """Whether a secret by its name has a value of somebody's own, though one that may be guessed."""
    name, value = variable.name, variable.value
    if OF_PAGES.match(name) or not names_a_secret(name) or _ANYBODYS.fullmatch(value) or not value:
        return False
    return not is_placeholder(value) and is_unpublished(value) and not FOR_TRIALS.match(value)


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
    if not OF_PAGES.match(variable.name) and _is_by_look(f"{variable.name}={value}"):
        return True
    if _KEY_FORM.fullmatch(value) and re.search(r"(?:KEY|SECRET|_?PK|WALLET|KEYPAIR)$", variable.name, re.IGNORECASE):
        return is_unpublished(value) and not OF_PAGES.match(variable.name) and "PUBLIC" not in variable.name.upper()
    return (
        is_unpublished(value)
        and names_a_secret(variable.name)
        and not OF_PAGES.match(variable.name)
        and len(value) >= 12
        and not is_placeholder(value)
        and not is_words(value)
        and not FOR_TRIALS.match(value)
        and not _MASKED.match(value)
        and entropy(value) >= 3.0
        and not value.startswith(("http://", "https://", "/", "./", "ENC[", "enc:", "encrypted:", "vault:", "op://"))
    )


def _is_by_look(text: str) -> bool:
    """Whether something is secret by its look; a key of an app of Google is not, nor is one for trials."""
    return any(pattern.name != "a Google API key" and not pattern.tries for pattern, _ in hits(text))
