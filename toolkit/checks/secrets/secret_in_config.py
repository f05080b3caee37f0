"""Secrets written into configuration in clear."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._image_variables import kept
from toolkit.checks.secrets._patterns import PATTERNS, hits, is_unpublished
from toolkit.checks.secrets._secret_forms import is_spelt
from toolkit.checks.secrets._settings import Setting, settings
from toolkit.checks.secrets._values import (
    CONFIG,
    entropy,
    is_config,
    is_env_example,
    is_placeholder,
    is_public_form,
    is_published_form,
    is_trial,
    is_words,
    looks_drawn,
    marked,
    names_a_secret,
    opens_by_name,
    told_once,
)
from toolkit.checks.secrets._written import SOLANA
from toolkit.documents import dockerfile
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.secrets._image_variables import Kept
    from toolkit.model import Finding, Severity

_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "private_key", "privatekey", "credential",
          "access_key", "accesskey", "mnemonic", "key-data", "kind: secret", "requirepass", '"auth"',
          "_key", "-key", "encryptionkey", "signingkey", "authkey", "masterkey", "sessionkey", "pwd", "passphrase", "_pass", "-pass", "_pw")  # fmt: skip
_NOT_CONFIG = regex(
    r"(?:^|/)(?:locales?|i18n|translations?|lang|cassettes|openapi|swagger|\.github/ISSUE_TEMPLATE)(?:/|$)"
    r"|(?:lock|openapi|swagger|tsconfig|package|providers|schema)[\w.-]*\.(?:ya?ml|json|toml)$|\.terraform\.lock\.hcl$|(?:^|/)Anchor\.toml$",
    re.IGNORECASE,
)
_REFERENCE = regex(
    r"^\$|\$[{(]|\$[A-Z][A-Z0-9_]+(?![A-Za-z0-9])|\{\{|^\(|^[\w.]+\(.*\)$|#\{|^%\w+%$|^%\{|^__\w+__$|^@\w+@$|^[{\[]|^os\.environ|^process\.env|^env[.:/]|^ENC\[|^enc:|^vault:|^ref\+|^op://|^arn:|^projects/|^https?://|^/|^\./|^~|^file:|::|<|>|^data\.|^var\.|^local\."
    r"|^module\.|^secrets?[./]|\.(?:pem|key|json|txt|ya?ml|env)$|^AQICAH|^0x[0-9a-fA-F]{40}$"
)
_ADDRESS = regex(r"0x[0-9a-fA-F]{1,64}|(?:ibc|factory|peggy)/.+|(?=.*[A-Z])(?=.*[a-z])[1-9A-HJ-NP-Za-km-z]{32,44}")
_PUBLIC = regex(r"(?:NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|STORYBOOK|VUE_APP)_")
"""Names of what is built into pages for everybody to see; that a secret is among it, its look tells."""
_MIXED = regex(
    r"(?=.*[A-Za-z])(?=.*\d)(?:(?=.*[a-z])(?=.*[A-Z])|(?=.*[^\w.-])).{10,}|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=(?:[\w.-]*[^\w.-]){2})\S{12,}"
)
"""A password that somebody thought of, and means."""
_OWN_MACHINE = regex(
    r"compose|(?:^|[/._-])(?:dev|development|local|ci|test)(?=[/._-])|\.github/|\.gitlab|\.circleci", re.IGNORECASE
)
"""Files for a machine of one's own or for jobs, whose data stores end with them."""
_SERVES = regex(r"(?i)(?:^|[/._-])prod(?:uction)?(?=[/._-])")
"""Files for what everybody uses."""
_FOR_TRIALS = regex(r"(?:dev|local|development|demo|sandbox)[-_]", re.IGNORECASE)


_POOR = regex(
    r"(?!.*(?:change|replace|your|example|placeholder|todo|insert|dummy|redacted|generate|disabled|enabled|none|null|true|false|optional|xxx))[a-z]+(?:[-_][a-z]+)*[-_]?\d{0,4}"
)
"""What people make up for a machine of their own: ``password``, ``minioadmin``, ``dev-token``."""
_UUID = regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IDS = regex(
    r"(?:_|-|^|(?<=[a-z]))(?:id|url|uri|host(?:name)?|user(?:name)?|name|region|bucket|address|port|e?mail|issuer|version|endpoint|domain|cert|crt|ca)$",
    re.IGNORECASE,
)
_KEYS = regex(
    r"(?:session|jwt|cookie|enc|hmac|totp|aes|cipher|crypto?|fernet)[_-]?key(?:[_-]?v?\d{1,2})?$", re.IGNORECASE
)
_EXAMPLES = (
    "*env*example*", "*env*sample*", "*env*template*", "*env*dist*", "*env*default*", "*example*env", "*.vars.*",
)  # fmt: skip
"""Files that show which variables a program wants."""
_BUILT_IN = regex(
    r"^[ \t]*[\"']?(?P<key>[A-Z][A-Z0-9_]{3,60})[\"']?\s?:\s?process\.env\b|[\"'](?:process\.env|import\.meta\.env)\.(?P<defined>[A-Z][A-Z0-9_]{3,60})[\"']\s?:\s?JSON\.stringify\(",
    re.MULTILINE,
)
"""An entry of ``env`` of Next, and of ``define`` of Vite."""
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.mts", "*.vue", "*.svelte", "*.html", "*.astro")
_TO_CHANGE = regex(r"(?i)change[-_ ]?(?:in|for|before|on)[-_ ]?prod")
"""What a value says that somebody made up for a start."""
_IMAGES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile")
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
        ``env`` of ``next.config`` and ``define`` of ``vite.config`` are errors. What a Dockerfile takes by ARG and keeps by
        ENV, and cookies of Erlang in it, are told once a file. One secret is told once, and what is easily guessed
        once a file.

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
                yield from self.found_in(context, path, self._of_file)
        for path in files_with(context, ("process.env",), ("next.config.*", "vite.config.*")):
            yield from self._built_in(context, path)

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
        )

    def _built_in(self, context: Inspection, path: str) -> Iterator[Finding]:
        """Variables that a bundler writes into what every visitor loads."""
        content = text_of(context, path)
        for match in _BUILT_IN.finditer(content):
            name = match["key"] or match["defined"]
            if names_a_secret(name) and (match["defined"] or _is_in_env(content[: match.start()])):
                used = _is_used(context, path, name)
                yield self.finding(
                    context,
                    path,
                    f"{name} is built into the pages: whoever opens one can read its value"
                    if used
                    else f"{name} would be built into the pages as soon as a source names it, which none does",
                    line=line_at(content, match.start("key") if match["key"] else match.start("defined")),
                    evidence=" ".join(match[0].split())[:120],
                    severity="error" if used else "info",
                    fixes=(
                        Fix("read it on the server where it is used, and revoke the value that was built in", "manual"),
                    ),
                )

    def _of_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        said = _told(context, path)
        many = 0
        poor: list[Setting] = []
        for one in settings(context, path):
            grade = _grade(one)
            if grade == "info" and ("/.github/" in f"/{path}" or one.kind == "default"):
                continue  # a data store that ends with its job, or what is meant to be given
            if grade is not None and not any(one.value in other or other in one.value for other in said):
                said.add(one.value)
                if grade == "info" and not _MIXED.fullmatch(one.value):
                    poor.append(one)
                    continue
                many += 1
                if many <= _MOST:
                    yield self._finding(context, path, one, grade)

        if poor:
            yield self._poor(context, path, poor)

    def _poor(self, context: Inspection, path: str, several: list[Setting]) -> Finding:
        """The passwords of a file that anybody guesses, at the first of them."""
        found = self._finding(context, path, several[0], "info")
        rest = ", ".join(f"{one.name} (line {one.line})" for one in several[1:_MOST])
        more = (
            f"; likewise {rest}" + (f" and {len(several) - _MOST} more" if len(several) > _MOST else "") if rest else ""
        )
        serves = _SERVES.search(path) is not None and not is_trial(path)
        return replace(found, message=found.message + more, severity="warning" if serves else found.severity)

    def _finding(self, context: Inspection, path: str, one: Setting, grade: Severity) -> Finding:
        severity: Severity = "info" if is_trial(path) else grade
        guessed = grade == "info"
        if severity == "error" and ("/.github/" in f"/{path}" or one.kind == "example"):
            severity = "warning"  # jobs often make up a value of their own for a service that ends with them
        elif severity == "info" and _MIXED.fullmatch(one.value) and not (is_trial(path) or _OWN_MACHINE.search(path)):
            severity, guessed = "warning", False
        return self.finding(
            context,
            path,
            f"{one.name} has a value that looks drawn by lot in an example: whoever copies it has what everybody knows"
            if one.kind == "example"
            else f"{one.name} is given in clear" + (", and is easily guessed" if guessed else ""),
            line=one.line,
            evidence=marked(one.value) if grade == "error" else f"{len(one.value)} characters",
            severity=severity,
            fixes=(Fix("change it, then refer to a secret store or the environment", "manual"),),
        )


def _is_used(context: Inspection, path: str, name: str) -> bool:
    """Whether a source beside or below a configuration of a bundler names a variable, which is replaced there."""
    wanted = tuple(f"{where}.{name}" for where in ("process.env", "import.meta.env"))
    found = files_with(context, wanted, _SOURCES, everything=True)
    return any(one != path and below(folder_of(path), one) for one in found)


def _is_in_env(before: str) -> bool:
    """Whether a place lies within the object ``env`` of a configuration, and not within ``serverRuntimeConfig``."""
    start = max((match.end() for match in re.finditer(r"(?<![\w.])env\s?:\s?\{", before)), default=-1)
    depth = 1
    for mark in re.finditer(r"[{}]", before[start:]) if start >= 0 else ():
        depth += 1 if mark[0] == "{" else -1
        if not depth:
            return False
    return start >= 0 and depth == 1


def _told(context: Inspection, path: str) -> set[str]:
    """Values in a file whose look alone tells them: ``secret-committed`` speaks of these."""
    content = text_of(context, path)
    return {match["value"] for pattern in PATTERNS for match in hits(pattern, content)}


def _grade(one: Setting) -> Severity | None:
    """``error`` for what looks random, ``info`` for a poor password, nothing for what is no secret."""
    name, value = one.name, one.value
    if one.kind == "given" and _POOR.fullmatch(value) and names_a_secret(name):
        return "info"  # in a cluster nobody is asked for another one
    if len(value) < 8 or " " in value.strip() or _REFERENCE.search(value):
        return None
    named = names_a_secret(name)
    if not named and one.kind not in ("kept", "example"):
        return None
    if (
        is_placeholder(value)
        or is_spelt(value)
        or is_published_form(value)
        or not is_unpublished(value)
        or "checksum" in name.lower()
        or _PUBLIC.match(name)
    ):
        return None
    if one.kind in ("kept", "example") and not (one.kind == "kept" and named):
        return "error" if (named or one.kind == "kept") and _is_drawn(name, value) else None
    return _of_named(name, value) if named else None


def _is_drawn(name: str, value: str) -> bool:
    """Whether a value with any name is a secret: a Secret of a cluster also holds hosts, users and ids, an example tokens of the web."""
    public = (
        is_public_form(value)
        or _UUID.fullmatch(value)
        or _IDS.search(name)
        or value.startswith("eyJ")
        or SOLANA.fullmatch(value)
    )
    return looks_drawn(value, least=20) and not public


def _of_named(name: str, value: str) -> Severity | None:
    """The grade of a value whose name says that it is secret."""
    drawn = looks_drawn(value)
    if _KEYS.search(name) and not drawn:
        return None  # a name of a cookie
    address = _ADDRESS.fullmatch(value) is not None and (value.startswith("0x") or not opens_by_name(name, value))
    if name.lower().endswith("token") and (not drawn or address):
        return None  # a name of a cluster, a kind of token; a mint or a program: addresses on a chain are public
    if _TO_CHANGE.search(value):
        return "info"
    if is_words(value):
        return "info" if re.search("pass|pwd", name, re.IGNORECASE) else None
    random = len(value) >= 16 and entropy(value) >= 3.2 and re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    return "error" if random and not _FOR_TRIALS.match(value) else "info"
