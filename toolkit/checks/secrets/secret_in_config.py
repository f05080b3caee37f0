"""Secrets written into configuration in clear."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.secrets._built_in import built_in, for_everybody
from toolkit.checks.secrets._environments import shown_values
from toolkit.checks.secrets._hits import hits
from toolkit.checks.secrets._image_variables import kept
from toolkit.checks.secrets._known_elsewhere import known_elsewhere
from toolkit.checks.secrets._setting_grades import MIXED, grade, is_typed
from toolkit.checks.secrets._settings import Setting, settings
from toolkit.checks.secrets._values import (
    CONFIG,
    is_config,
    is_env_example,
    is_placeholder,
    is_trial,
    is_words,
    marked,
    names_a_secret,
    told_once,
)
from toolkit.documents import dockerfile
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.model import Fix, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.secrets._image_variables import Kept
    from toolkit.model import Finding, Severity
_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "private_key", "privatekey", "credential",
          "access_key", "accesskey", "mnemonic", "key-data", "kind: secret", "requirepass", '"auth"',
          "_key", "-key", "encryptionkey", "signingkey", "securitykey", "authkey", "masterkey", "sessionkey", "pwd", "passphrase", "_pass", "-pass", "_pw")  # fmt: skip
_NOT_CONFIG = regex(
    r"(?:^|/)(?:locales?|i18n|translations?|lang|cassettes|openapi|swagger|\.github/ISSUE_TEMPLATE)(?:/|$)"
    r"|(?:lock|openapi|swagger|tsconfig|package|providers|schema)[\w.-]*\.(?:ya?ml|json|toml)$|\.terraform\.lock\.hcl$|(?:^|/)Anchor\.toml$",
    re.IGNORECASE,
)
_OWN_MACHINE = regex(
    r"compose|(?:^|[/._-])(?:dev|development|local|ci|test)(?=[/._-])|\.github/|\.gitlab|\.circleci", re.IGNORECASE
)
"""Files for a machine of one's own or for jobs, whose data stores end with them."""
_OF_OTHERS = regex(r"(?i)(?:^|_)(?!jwt|session|refresh)[a-z0-9]+_(?:\w+_)?(?:api_?key|token|access_?key)$")
"""Names of what a service of others gave to somebody."""
_SERVES = regex(r"(?i)(?:^|[/._-])(?<!test[._-])(?<!local[._-])(?<!dev[._-])prod(?:uction)?(?=[/._-])")
"""Files for what everybody uses."""
_DEPLOYED = regex(r"(?i)(?:^|[._-])(?:prod(?:uction)?|staging|ec2)[._-][^/]*\Z")
_EXAMPLES = (
    "*env*example*", "*env*sample*", "*env*template*", "*env*dist*", "*env*default*", "*example*env", "*.vars.*",
)  # fmt: skip
"""Files that show which variables a program wants."""
_IMAGES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile")
_PHRASE = regex(r"[A-Za-z]{2,14}(?:[-_.][A-Za-z]{2,14}){4,}")
_TO_COPY = regex(r"(?i)[._-](?:template|example|sample)\.")
"""Names of files that somebody copies and fills in."""
_TO_FILL_IN = regex(
    r"(?i)(?:#|//)[^\n]{0,60}\b(?:use (?:the |an? |your )?(?:actual|real|strong)|replace|change|placeholder|fill in)\b"
)
"""A comment on the line of a value that says that another belongs there."""
_SHOWS_FORM = regex(r"(?:[spr]k|whsec|re|gh[ps]|xox\w)[-_]|SG\.|AKIA|AIza")
_GUESSED = ", and is easily guessed"
_MOST = 8
"""Secrets told of one file; a file of credentials is one cause."""


class SecretInConfig(Check):
    """A secret stands in a configuration in clear.

    What it checks:
        Values of settings whose names say that they are secret (password, secret, token, api key, private key ...) in
        YAML (compose, Kubernetes, Helm values), ``[vars]`` of wrangler, Terraform variables and attributes, and settings
        in TOML, JSON, INI and properties. Also ``data`` of a Kubernetes Secret, which is only base64. References to
        variables, secret stores and files, encrypted values, addresses, placeholders and plain words are no secrets. What
        looks random is an error; a shorter one of letters, digits and signs is a warning; what is usual for a data store on
        one's own machine, in compose files and in jobs, is information. Defaults (``${NAME:-value}``) and values in examples of
        environment files, commented ones too, are told where they look drawn by lot. Variables with the name of a secret in
        ``env`` of ``next.config`` and ``define`` of ``vite.config`` are errors, and so are those that code for browsers reads with a prefix that
        builds them in (``VITE_OPENAI_API_KEY``), and warnings where a token with one is sent to log in (``Bearer ${NEXT_PUBLIC_SHOP_TOKEN}``). What a Dockerfile takes by ARG and keeps by
        ENV, and cookies of Erlang in it, are told once a file, and so are defaults that everybody knows in a compose file for production. One secret is told once, and what is easily guessed
        once a file; it is an error where an address in another file says what it opens.

    Why it matters:
        Configuration is read by everybody who deploys, copied into images and logs, and kept by history.

    How to fix:
        Change the secret where it is used, then refer to a secret store, a sealed secret or the environment.

    Fix safety:
        Manual: where the value is to come from is a decision; the old one must be changed.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        yield from told_once(self._all(context))

    def _all(self, context: Inspection) -> Iterator[Finding]:
        for path in files_with(context, _WORDS, (*CONFIG, *_EXAMPLES), ignore_case=True):
            if is_env_example(path) or (is_config(path) and not _NOT_CONFIG.search(path)):
                yield from _raised(context, path, list(self.found_in(context, path, self._of_file)))
        for path in files_with(context, ("process.env",), ("next.config.*", "vite.config.*")):
            yield from self._built_in(context, path)
        for path, one in for_everybody(context):
            yield self.finding(
                context,
                path,
                f"{one.name} is built into the pages by its prefix: whoever opens one can read its value",
                line=one.line,
                evidence=one.text,
                severity="info" if one.idle else "error" if one.used and not context.is_foreign(path) else "warning",
                fixes=(Fix("name it without the prefix, read it on the server alone, and revoke the value", "manual"),),
            )
        for path in context.matching(*_IMAGES):
            document = context.readable(path, dockerfile.parse)
            if document is not None and (found := list(kept(document))):
                yield self._kept(context, path, found)

    def _kept(self, context: Inspection, path: str, found: list[Kept]) -> Finding:
        """The variables of an image, those of its last stage before those that only the build sees; one for a file."""
        first = found[0]
        more = f" (as {len(found) - 1} more)" if found[1:] else ""
        how = "is written into the image" if first.written else "is given to the build, and ENV keeps it"
        who = "the image" if first.lasts else "the layers of the build"
        return self.finding(
            context,
            path,
            f"{first.name}{more} {how}: whoever has {who} reads it",
            line=first.line,
            evidence=", ".join(f"{one.name} (line {one.line})" for one in found[:_MOST]),
            severity="warning"
            if first.lasts and not is_trial(path) and not _OWN_MACHINE.search(f"{path}/")
            else "info",
            fixes=(
                Fix(
                    "give it to the container when it starts, and to a step of the build by RUN --mount=type=secret",
                    "manual",
                ),
            ),
            related=[(path, one.line) for one in found],
        )

    def _built_in(self, context: Inspection, path: str) -> Iterator[Finding]:
        """Variables that a bundler writes into what every visitor loads."""
        for one in built_in(context, path):
            yield self.finding(
                context,
                path,
                f"{one.name} is built into the pages: whoever opens one can read its value"
                if one.used
                else f"{one.name} would be built into the pages as soon as a source names it, which none does",
                line=one.line,
                evidence=one.text,
                severity="error" if one.used else "info",
                fixes=(
                    Fix("read it on the server where it is used, and revoke the value that was built in", "manual"),
                ),
            )

    def _of_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        said: set[str] = set()
        many = 0
        poor: list[Setting] = []
        defaults: list[Setting] = []
        for one in settings(context, path):
            level = _graded(path, one)
            if level != "error" and _is_known_default(path, one):
                defaults.append(one)
            if level == "info" and ("/.github/" in f"/{path}" or one.kind == "default"):
                continue  # a data store that ends with its job, or what is meant to be given
            # What looks tell is asked for last: most files have no such setting.
            if level is not None and not _is_among(one.value, said) and not _is_among(one.value, _told(context, path)):
                said.add(one.value)
                if level == "info" and not MIXED.fullmatch(one.value):
                    if not _TO_FILL_IN.search(text_of(context, path).split("\n")[one.line - 1]):
                        poor.append(one)
                    continue
                many += 1
                if many <= _MOST:
                    found = self._finding(context, path, one, level)
                    yield replace(found, severity=_lessened(context, path, one, found.severity))

        if poor:
            yield self._poor(context, path, poor)
        if defaults:
            names = ", ".join(dict.fromkeys(f"{one.name} (line {one.line})" for one in defaults[:_MOST]))
            yield self.finding(
                context,
                path,
                f"{defaults[0].name} has a default that everybody knows: whoever deploys without the variable runs with it",
                line=defaults[0].line,
                evidence=names,
                severity="warning",
                fixes=(Fix("write ${NAME:?why} in place of the default", "manual"),),
                related=[(path, one.line) for one in defaults],
            )

    def _poor(self, context: Inspection, path: str, several: list[Setting]) -> Finding:
        """The passwords of a file that anybody guesses, at the first of them."""
        found = self._finding(context, path, several[0], "info")
        rest = ", ".join(f"{one.name} (line {one.line})" for one in several[1:_MOST])
        more = (
            f"; likewise {rest}" + (f" and {len(several) - _MOST} more" if len(several) > _MOST else "") if rest else ""
        )
        serves = _SERVES.search(path) is not None and not is_trial(path) and not _TO_COPY.search(path)
        related = tuple(Place(path, one.line) for one in several[1:])
        level: Severity = "warning" if serves else found.severity
        return replace(found, message=found.message + more, severity=level, related=related)

    def _finding(self, context: Inspection, path: str, one: Setting, grade: Severity) -> Finding:
        severity: Severity = "info" if is_trial(path) else grade
        guessed = grade == "info"
        if severity == "error" and ("/.github/" in f"/{path}" or one.kind == "example"):
            # Jobs often make up a value of their own for a service that ends with them, and examples one that a program starts with.
            severity = "info" if one.kind == "example" and not _OF_OTHERS.search(one.name) else "warning"
        elif severity == "info" and MIXED.fullmatch(one.value) and not (is_trial(path) or _OWN_MACHINE.search(path)):
            severity, guessed = "warning", False
        return self.finding(
            context,
            path,
            f"{one.name} has a value that looks drawn by lot in an example: whoever copies it has what everybody knows"
            if one.kind == "example"
            else f"{one.name} is given in clear" + (_GUESSED if guessed else ""),
            line=one.line,
            evidence=f"{len(one.value)} characters" if guessed else marked(one.value),
            severity=severity,
            fixes=(Fix("change it, then refer to a secret store or the environment", "manual"),),
            causes=(f"secret {path}:{one.line}",),
        )


def _graded(path: str, one: Setting) -> Severity | None:
    """The grade of a setting in its file."""
    level = grade(one)
    if level == "info" and path.endswith(".tfstate") and _PHRASE.fullmatch(one.value):
        return "error"  # what runs has it, and nobody guesses five words
    if level == "error" and one.kind != "kept" and is_typed(one.value) and _OWN_MACHINE.search(path):
        return "info"
    return level


def _lessened(context: Inspection, path: str, one: Setting, level: Severity) -> Severity:
    """A severity, less where everybody has the value: from an example, or from the defaults of a chart."""
    if level == "error" and one.value in shown_values(context):
        return "info"
    of_chart = posixpath.basename(path) == "values.yaml" and context.is_file(f"{path[:-11]}Chart.yaml")
    return "warning" if level == "error" and of_chart else level


def _is_among(value: str, others: Iterable[str]) -> bool:
    return any(value in other or other in value for other in others)


@once_a_run
def _told(context: Inspection, path: str) -> set[str]:
    """Values in a file whose look alone tells them: ``secret-committed`` speaks of these."""
    return {match["value"] for _, match in hits(text_of(context, path))}


def _raised(context: Inspection, path: str, found: list[Finding]) -> Iterator[Finding]:
    """What is told of a file; what is of little worth by its look is not where an address in another file says what it opens."""
    lesser = {one.line for one in found if one.severity == "info"} if not is_trial(path) else set()
    values = {one.line: one.value for one in settings(context, path) if one.line in lesser} if lesser else {}
    known = known_elsewhere(context, path, list(values.values()))
    for one in found:
        place = known.get(values.get(one.line, "")) if one.severity == "info" else None
        if place is None:
            yield one
            continue
        told = (
            f"{one.message.removesuffix(_GUESSED)}, and {place.path}:{place.line} has the same one with what it opens"
        )
        yield replace(one, message=told, severity="error", related=(*one.related, place))


def _is_known_default(path: str, one: Setting) -> bool:
    """Whether a file for a shared machine has a word or a placeholder for a secret that nobody gives."""
    if one.kind != "default" or _DEPLOYED.search(path) is None or not names_a_secret(one.name):
        return False
    if _SHOWS_FORM.match(one.value):
        return False  # a place for what a service gives, which refuses anything else
    return is_placeholder(one.value) or is_words(one.value) or grade(one) == "info"
