"""Secrets written into configuration in clear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks.secrets._patterns import PATTERNS, hits, is_unpublished
from toolkit.checks.secrets._settings import line_settings, yaml_settings
from toolkit.checks.secrets._values import (
    CONFIG,
    entropy,
    is_placeholder,
    is_trial,
    is_words,
    looks_drawn,
    names_a_secret,
    redacted,
    told_thrice,
)
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "private_key", "privatekey", "credential",
          "access_key", "accesskey", "mnemonic", "key-data", "kind: secret", "requirepass", '"auth"')  # fmt: skip
_NOT_CONFIG = regex(
    r"(?:^|/)(?:locales?|i18n|translations?|lang|cassettes|openapi|swagger|\.github/ISSUE_TEMPLATE)(?:/|$)"
    r"|(?:lock|openapi|swagger|tsconfig|package|providers|schema)[\w.-]*\.(?:ya?ml|json|toml)$|\.terraform\.lock\.hcl$|(?:^|/)Anchor\.toml$",
    re.IGNORECASE,
)
_REFERENCE = regex(
    r"\$|\{\{|^\(|^os\.environ|^process\.env|^env[.:/]|^ENC\[|^enc:|^vault:|^ref\+|^op://|^arn:|^projects/|^https?://|^/|^\./|^~|^file:|::|<|>|^data\.|^var\.|^local\."
    r"|^module\.|^secrets?[./]|\.(?:pem|key|json|txt|ya?ml|env)$|^AQICAH|^0x[0-9a-fA-F]{40}$"
)
_ADDRESS = regex(r"0x[0-9a-fA-F]{1,64}|(?:ibc|factory|peggy)/.+|(?=.*[A-Z])(?=.*[a-z])[1-9A-HJ-NP-Za-km-z]{32,44}")
_PUBLIC = regex(r"(?:NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|STORYBOOK|VUE_APP)_")
"""Names of what is built into pages for everybody to see; that a secret is among it, its look tells."""
_MIXED = regex(r"(?=.*[A-Za-z])(?=.*\d)(?:(?=.*[a-z])(?=.*[A-Z])|(?=.*[^\w.-])).{10,}")
"""A password that somebody thought of, and means."""
_OWN_MACHINE = regex(
    r"compose|(?:^|[/._-])(?:dev|development|local|ci|test)(?=[/._-])|\.github/|\.gitlab|\.circleci", re.IGNORECASE
)
"""Files for a machine of one's own or for jobs, whose data stores end with them."""
_FOR_TRIALS = regex(r"(?:dev|local|development|demo|sandbox)[-_]", re.IGNORECASE)


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
        one's own machine, in compose files and in jobs, is information.

    Why it matters:
        Configuration is read by everybody who deploys, copied into images and logs, and kept by history.

    How to fix:
        Change the secret where it is used, then refer to a secret store, a sealed secret or the environment.

    Fix safety:
        Manual: where the value is to come from is a decision; the old one must be changed.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        yield from told_thrice(self._all(context))

    def _all(self, context: Inspection) -> Iterator[Finding]:
        for path in files_with(context, _WORDS, CONFIG, ignore_case=True):
            if not _NOT_CONFIG.search(path):
                yield from self.found_in(context, path, self._of_file)

    def _of_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        found = yaml_settings(context, path) if path.endswith((".yml", ".yaml")) else line_settings(context, path)
        said = _told(context, path)
        many = 0
        for name, value, line in found:
            grade = _grade(name, value)
            if grade == "info" and "/.github/" in f"/{path}":
                continue  # a data store that ends with its job
            if grade is not None and not any(value in other or other in value for other in said):
                said.add(value)
                many += 1
                if many <= _MOST:
                    yield self._finding(context, path, line, name, value, grade)

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, name: str, value: str, grade: Severity
    ) -> Finding:
        severity: Severity = "info" if is_trial(path) else grade
        guessed = grade == "info"
        if severity == "error" and "/.github/" in f"/{path}":
            severity = "warning"  # jobs often make up a value of their own for a service that ends with them
        elif severity == "info" and _MIXED.fullmatch(value) and not (is_trial(path) or _OWN_MACHINE.search(path)):
            severity, guessed = "warning", False
        return self.finding(
            context,
            path,
            f"{name} is given in clear" + (", and is easily guessed" if guessed else ""),
            line=line,
            evidence=redacted(value) if grade == "error" else f"{len(value)} characters",
            severity=severity,
            fixes=(Fix("change it, then refer to a secret store or the environment", "manual"),),
        )


def _told(context: Inspection, path: str) -> set[str]:
    """Values in a file whose look alone tells them: ``secret-committed`` speaks of these."""
    try:
        content = context.read(path).decode("utf-8", "surrogateescape")
    except Unreadable:
        return set()
    return {match["value"] for pattern in PATTERNS for match in hits(pattern, content)}


def _grade(name: str, value: str) -> Severity | None:
    """``error`` for what looks random, ``info`` for a poor password, nothing for what is no secret."""
    if not names_a_secret(name) or _REFERENCE.search(value) or len(value) < 8 or " " in value.strip():
        return None
    if is_placeholder(value) or not is_unpublished(value) or "checksum" in name.lower() or _PUBLIC.match(name):
        return None
    if name.lower().endswith("token") and not looks_drawn(value):
        return None  # a name of a cluster, a kind of token
    if name.lower().endswith("token") and _ADDRESS.fullmatch(value):
        return None  # a mint or a program: addresses on a chain are public
    if is_words(value):
        return "info" if re.search("pass|pwd", name, re.IGNORECASE) else None
    random = len(value) >= 16 and entropy(value) >= 3.2 and re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    return "error" if random and not _FOR_TRIALS.match(value) else "info"
