"""Secrets written into configuration in clear."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks.secrets._patterns import PATTERNS, hits, is_unpublished
from toolkit.checks.secrets._values import (
    CONFIG,
    entropy,
    is_placeholder,
    is_trial,
    is_words,
    looks_drawn,
    names_a_secret,
    redacted,
)
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.yaml import Document
    from toolkit.model import Finding, Severity

_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "private_key", "privatekey", "credential",
          "access_key", "accesskey", "mnemonic", "key-data", "kind: secret", "requirepass", '"auth"')  # fmt: skip
_NOT_CONFIG = re.compile(
    r"(?:^|/)(?:locales?|i18n|translations?|lang|cassettes|openapi|swagger|\.github/ISSUE_TEMPLATE)(?:/|$)"
    r"|(?:lock|openapi|swagger|tsconfig|package|providers|schema)[\w.-]*\.(?:ya?ml|json|toml)$|\.terraform\.lock\.hcl$|(?:^|/)Anchor\.toml$",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"""(?:^[ \t]*|[{,][ \t]*)"?(?P<name>[\w.-]+)"?[ \t]*[:=][ \t]*(?P<quote>["']?)(?P<value>[^"'\s#,;{}()\[\]]{8,})(?P=quote)(?=[ \t]*(?:[,;}].*|[#/].*)?$)""",
    re.MULTILINE,
)
_VARIABLE = re.compile(
    r'variable\s+"(?P<name>[^"]+)"\s*\{(?:[^{}]|\{[^{}]*\})*?\bdefault\s*=\s*"(?P<value>[^"\n]{8,})"'
)
_REFERENCE = re.compile(
    r"\$|\{\{|^\(|^ENC\[|^enc:|^vault:|^ref\+|^op://|^arn:|^projects/|^https?://|^/|^\./|^~|^file:|::|<|>|^data\.|^var\.|^local\."
    r"|^module\.|^secrets?[./]|\.(?:pem|key|json|txt|ya?ml|env)$|^AQICAH|^0x[0-9a-fA-F]{40}$"
)
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{1,64}|(?:ibc|factory|peggy)/.+|(?=.*[A-Z])(?=.*[a-z])[1-9A-HJ-NP-Za-km-z]{32,44}")
_FOR_TRIALS = re.compile(r"(?:dev|local|development|demo|sandbox)[-_]", re.IGNORECASE)
_KINDS_WITHOUT = frozenset(
    {"SealedSecret", "ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore", "CustomResourceDefinition",
     "SecretProviderClass", "PushSecret", "VaultStaticSecret", "Certificate"}
)  # fmt: skip
_DESCRIBES = frozenset(
    {"example", "examples", "description", "default_example", "title", "properties", "parameters", "matchLabels"}
)


_MOST = 8
"""Secrets told of one file; a file of credentials is one cause."""


class SecretInConfig(Check):
    """A secret stands in a configuration in clear.

    What it checks:
        Values of settings whose names say that they are secret (password, secret, token, api key, private key ...) in
        YAML (compose, Kubernetes, Helm values), ``[vars]`` of wrangler, Terraform variables and attributes, and settings
        in TOML, JSON, INI and properties. Also ``data`` of a Kubernetes Secret, which is only base64. References to
        variables, secret stores and files, encrypted values, addresses, placeholders and plain words are no secrets. What
        looks random is an error; a short password, usual for a data store on one's own machine, is information.

    Why it matters:
        Configuration is read by everybody who deploys, copied into images and logs, and kept by history.

    How to fix:
        Change the secret where it is used, then refer to a secret store, a sealed secret or the environment.

    Fix safety:
        Manual: where the value is to come from is a decision; the old one must be changed.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for path in files_with(context, _WORDS, CONFIG, ignore_case=True):
            if not _NOT_CONFIG.search(path):
                yield from self.found_in(context, path, self._of_file)

    def _of_file(self, context: Inspection, path: str) -> Iterator[Finding]:
        found = _yaml(context, path) if path.endswith((".yml", ".yaml")) else _lines(context, path)
        said = _told(context, path)
        many = 0
        for name, value, line in found:
            grade = _grade(name, value)
            if grade is not None and not any(value in other or other in value for other in said):
                said.add(value)
                many += 1
                if many <= _MOST:
                    yield self._finding(context, path, line, name, value, grade)

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, name: str, value: str, grade: Severity
    ) -> Finding:
        severity: Severity = "info" if is_trial(path) else grade
        if severity == "error" and "/.github/" in f"/{path}":
            severity = "warning"  # jobs often make up a value of their own for a service that ends with them
        return self.finding(
            context,
            path,
            f"{name} is given in clear" + (", and is easily guessed" if grade == "info" else ""),
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
    if is_placeholder(value) or not is_unpublished(value) or "checksum" in name.lower():
        return None
    if name.lower().endswith("token") and not looks_drawn(value):
        return None  # a name of a cluster, a kind of token
    if name.lower().endswith("token") and _ADDRESS.fullmatch(value):
        return None  # a mint or a program: addresses on a chain are public
    if is_words(value):
        return "info" if re.search("pass|pwd", name, re.IGNORECASE) else None
    random = len(value) >= 16 and entropy(value) >= 3.2 and re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    return "error" if random and not _FOR_TRIALS.match(value) else "info"


def _yaml(context: Inspection, path: str) -> Iterator[tuple[str, str, int]]:
    """Names, values and lines of a YAML file; lists of ``name`` and ``value`` and of ``NAME=value`` too."""
    try:
        documents = context.document(path, yaml.parse_all)
    except Unreadable:
        return
    for document in documents:
        kind = document.data.get("kind") if isinstance(document.data, dict) else None
        if kind in _KINDS_WITHOUT or (
            isinstance(document.data, dict) and ("openapi" in document.data or "sops" in document.data)
        ):
            continue
        yield from _walk(document, kind == "Secret")


def _walk(document: Document, is_secret: bool) -> Iterator[tuple[str, str, int]]:
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), document.data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            given = value.get("name"), value.get("value")
            if isinstance(given[0], str) and isinstance(given[1], str) and len(value) == 2:
                yield given[0], given[1], document.line((*path, "value"))
                continue
            stack += [((*path, key), item) for key, item in reversed(value.items()) if key not in _DESCRIBES]
        elif isinstance(value, list):
            stack += [((*path, index), item) for index, item in reversed(list(enumerate(value)))]
        elif isinstance(value, str) and path:
            line = document.line(path)
            if isinstance(path[-1], int):
                name, equals, text = value.partition("=")
                if equals and re.fullmatch(r"\w+", name):
                    yield name, text, line
            elif is_secret and path[0] in ("data", "stringData"):
                text = _decoded(value) if path[0] == "data" else value
                yield str(path[-1]), text, line
                yield from ((name, inner, line) for name, inner in _inside(text))
            else:
                yield str(path[-1]), value, line


def _inside(text: str) -> Iterator[tuple[str, str]]:
    """Secrets in the text of one value: a key, an address with a password, a file of settings."""
    for pattern in PATTERNS:
        yield from (("secret", match["value"].replace("://", "")) for match in hits(pattern, text))
    if "\n" in text or ":" in text:
        yield from ((match["name"], match["value"]) for match in _PAIR.finditer(text))


def _decoded(value: str) -> str:
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8").strip()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _lines(context: Inspection, path: str) -> Iterator[tuple[str, str, int]]:
    try:
        content = context.read(path).decode("utf-8", "surrogateescape")
    except Unreadable:
        return
    expressions = [_PAIR, _VARIABLE] if posixpath.splitext(path)[1] == ".tf" else [_PAIR]
    for expression in expressions:
        for match in expression.finditer(content):
            if path.endswith(".tf") and expression is _PAIR and not match["quote"]:
                continue
            yield match["name"], match["value"], content.count("\n", 0, match.start("value")) + 1
