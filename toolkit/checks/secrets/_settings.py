"""Settings as names and values, in the formats that configuration is written in."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.secrets._patterns import PATTERNS, hits
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.yaml import Document

__all__ = ["line_settings", "yaml_settings"]

_PAIR = regex(
    r"""(?:^[ \t]*|[{,][ \t]*)"?(?P<name>[\w.-]+)"?[ \t]*[:=][ \t]*(?P<quote>["']?)(?P<value>[^"'\s#,;{}()\[\]]{8,})(?P=quote)(?=[ \t]*(?:[,;}#/]|$))""",
    re.MULTILINE,
)
_VARIABLE = regex(r'variable\s+"(?P<name>[^"]+)"\s*\{(?:[^{}]|\{[^{}]*\})*?\bdefault\s*=\s*"(?P<value>[^"\n]{8,})"')
_KINDS_WITHOUT = frozenset(
    {"SealedSecret", "ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore", "CustomResourceDefinition",
     "SecretProviderClass", "PushSecret", "VaultStaticSecret", "Certificate"}
)  # fmt: skip
_DESCRIBES = frozenset(
    {"example", "examples", "description", "default_example", "title", "properties", "parameters", "matchLabels"}
)


def yaml_settings(context: Inspection, path: str) -> Iterator[tuple[str, str, int]]:
    """Names, values and lines of a YAML file; lists of ``name`` and ``value`` and of ``NAME=value`` too."""
    try:
        documents = context.document(path, yaml.parse_all)
    except Unreadable:
        return
    for document in documents:
        kind = str(document.data.get("kind")) if isinstance(document.data, dict) else ""
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


def line_settings(context: Inspection, path: str) -> Iterator[tuple[str, str, int]]:
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
