"""Settings as names and values, in the formats that configuration is written in."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.secrets._hits import hits
from toolkit.checks.secrets._values import is_env_example, names_a_secret
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.yaml import Document

__all__ = ["Setting", "settings"]

_TEXT = r"""(?:"(?P<double>[^"\n]{5,400})"|'(?P<single>[^'\n]{5,400})'|(?P<bare>[^"'\s#,;{}()\[\]]{5,}))(?=[ \t]*(?:[,;}#/]|$))"""
_PAIR = regex(rf"""(?:^[ \t]*|[{{,][ \t]*)"?(?P<name>[\w.-]+)"?[ \t]*[:=][ \t]*{_TEXT}""", re.MULTILINE)
_NAME_AND_VALUE = regex(
    rf"""^[ \t]*-[ \t]*name:[ \t]*["']?(?P<name>\w+)["']?[ \t]*\n[ \t]*value:[ \t]*{_TEXT}""", re.MULTILINE
)
_PARTS = regex(
    r"""\{\s{0,80}"?name"?\s?[:=]\s?"(?P<name>\w+)"(?:\s?,)?\s{0,80}"?value"?\s?[:=]\s?"(?P<double>[^"\n]{5,400})"(?=\s{0,80}\})"""
)
"""A variable of a container as Terraform and task definitions of ECS give it."""
_EXAMPLE = regex(
    r"""^[ \t]*(?:\#[ \t]*)?(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?:"(?P<double>[^"\n]{16,400})"|'(?P<single>[^'\n]{16,400})'|(?P<bare>[^\s"'\#]{16,400}))[ \t]*(?:\#[^\n]*)?$""",
    re.MULTILINE,
)
"""A variable of an example, also one behind the sign of a comment."""
_VARIABLE = regex(r'variable\s+"(?P<name>[^"]+)"\s*\{(?:[^{}]|\{[^{}]*\})*?\bdefault\s*=\s*"(?P<double>[^"\n]{8,})"')
_MORE = {".tf": [_VARIABLE, _PARTS], ".json": [_PARTS], ".yaml": [_NAME_AND_VALUE], ".yml": [_NAME_AND_VALUE]}
"""What else settings look like in files of an ending."""
_DEFAULT = regex(r"\$\{(?P<name>[\w.]+):?(?:-|(?<=:)(?![-?+]))(?P<value>[^{}$]{8,300})\}")
"""What compose (``${X:-v}``) and Spring (``${X:v}``) take where the environment gives nothing."""
_IN_CONNECTION = regex(r"(?i)(?:^|;)[ \t]*(?P<name>password|pwd)[ \t]*=[ \t]*(?P<value>[^;\"']{5,80})(?=;|$)")
"""The password in a text that says how a database is reached: ``Server=db;User Id=sa;Password=v``."""
_FLAG = regex(r"(?<![\w-])--(?!no-)(?P<name>[a-z][\w-]{0,60})(?:=|[ \t]+)[\"']?(?P<value>[^\s\"'`]{5,300})")
"""What a command is given by a flag."""
_OF_NAMES = frozenset({"name", "secretName", "existingSecret", "secretKeyRef"})
"""What says which secret is meant, as ``imagePullSecrets`` do."""
_NO_PLAIN = regex(
    r"^kind:\s*[\"']?(?:SealedSecret|\w*ExternalSecret|SecretStore|ClusterSecretStore)|^sops:|^openapi:", re.MULTILINE
)
_TAG = regex(r"[:-][ \t]+!\w")
_REFERS = regex(r"!(?:Ref|GetAtt|ImportValue|secret|env_var|env|vault|vault-encrypted|reference|include)")
"""Tags of CloudFormation, Home Assistant, Ansible, Authentik and GitLab."""
_PLAIN = "{noop}"
_KINDS_WITHOUT = frozenset(
    {"SealedSecret", "ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore", "CustomResourceDefinition",
     "SecretProviderClass", "PushSecret", "VaultStaticSecret", "Certificate"}
)  # fmt: skip
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet", "Rollout"})
_DESCRIBES = frozenset({"example", "examples", "description", "default_example", "title", "matchLabels"})
_OF_SCHEMA = frozenset({"properties", "parameters"})


class Setting(NamedTuple):
    """A setting.

    Args:
        name: its name.
        value: a text.
        line: of the value, from 1.
        kind: ``kept`` in a Secret of a cluster, ``given`` to a container of one or to a worker, a ``default`` for what the environment
            does not give, in an ``example``, or nothing of these.
    """

    name: str
    value: str
    line: int
    kind: str = ""


def settings(context: Inspection, path: str) -> Iterator[Setting]:
    """The settings of a file, and the defaults in their values."""
    found = _of_yaml(context, path) if path.endswith((".yml", ".yaml")) else _of_lines(text_of(context, path), path)
    for one in found:
        yield one
        for match in () if one.name in _OF_NAMES else _DEFAULT.finditer(one.value):
            named = one.name if names_a_secret(one.name) and match.span() == (0, len(one.value)) else match["name"]
            yield Setting(named, match["value"], one.line, "default")
        for form in (_IN_CONNECTION, _FLAG):
            yield from (Setting(each["name"], each["value"], one.line, one.kind) for each in form.finditer(one.value))


def _of_yaml(context: Inspection, path: str) -> Iterator[Setting]:
    """Settings of a YAML file; lists of ``name`` and ``value`` and of ``NAME=value`` too. What cannot be parsed is read by lines."""
    try:
        documents = context.document(path, yaml.parse_all)
    except Unreadable:
        content = text_of(context, path)
        if not _NO_PLAIN.search(content):
            yield from _of_lines(content, path)
        return
    for document in documents:
        kind = str(document.data.get("kind")) if isinstance(document.data, dict) else ""
        if kind in _KINDS_WITHOUT or (
            isinstance(document.data, dict) and ("openapi" in document.data or "sops" in document.data)
        ):
            continue
        yield from _walk(document, kind)


def _walk(document: Document, kind: str) -> Iterator[Setting]:
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), document.data)]
    tagged = _TAG.search(document.text.content) is not None
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            given = value.get("name", value.get("key")), value.get("value")
            if isinstance(given[0], str) and isinstance(given[1], str) and len(value) == 2:
                yield Setting(
                    given[0], given[1], document.line((*path, "value")), "given" if kind in _WORKLOADS else ""
                )
                continue
            stack += [((*path, key), item) for key, item in reversed(value.items()) if not _describes(key, item)]
        elif isinstance(value, list):
            stack += [((*path, index), item) for index, item in reversed(list(enumerate(value)))]
        elif isinstance(value, str) and path and not (tagged and _refers(document, path)):
            yield from _of_text(path, value, document.line(path), kind)


def _describes(key: str, item: Any) -> bool:
    """Whether what stands below a key shows settings, and gives none: a schema has no texts right there."""
    given = isinstance(item, dict) and any(isinstance(one, str) for one in item.values())
    return key in _DESCRIBES or (key in _OF_SCHEMA and not given)


def _refers(document: Document, path: tuple[str | int, ...]) -> bool:
    """Whether a tag says that a text is the name of what holds the value, or is encrypted."""
    node = document.node(path)
    return node is not None and _REFERS.fullmatch(node.tag) is not None


def _of_text(path: tuple[str | int, ...], value: str, line: int, kind: str) -> Iterator[Setting]:
    """The settings that one text of a YAML file is or holds."""
    if isinstance(path[-1], int):
        name, equals, text = value.partition("=")
        if equals and re.fullmatch(r"\w[\w.-]*", name):
            quoted = re.fullmatch(r"""(["'])(.*)\1""", text)
            yield Setting(name, quoted[2] if quoted else text, line)
        else:
            yield Setting("", value, line)
    elif kind == "Secret" and path[0] in ("data", "stringData"):
        text = _decoded(value) if path[0] == "data" else value
        yield Setting(path[-1], text, line, "kept")
        yield from (Setting(name, inner, line) for name, inner in _inside(text))
    elif path[-1] == "client-secret" and "authorizationserver" in path:
        # Spring's own server of logins keeps what the encoder of passwords made of a client's secret, or says that there is none.
        yield Setting(path[-1], value.removeprefix(_PLAIN) if value.startswith(_PLAIN) else "", line)
    else:
        yield Setting(path[-1], value, line, "given" if kind == "ConfigMap" and path[0] == "data" else "")


def _inside(text: str) -> Iterator[tuple[str, str]]:
    """Secrets in the text of one value: a key, an address with a password, a file of settings."""
    for pattern, match in hits(text):
        if not pattern.tries:
            yield "secret", match["value"].replace("://", "")
    if "\n" in text or ":" in text:
        yield from ((match["name"], _value(match)) for match in _PAIR.finditer(text))


def _decoded(value: str) -> str:
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8").strip()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _value(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("double") or groups.get("single") or groups.get("bare") or ""


def _of_lines(content: str, path: str) -> Iterator[Setting]:
    """Settings of a text, line by line."""
    ending = posixpath.splitext(path)[1]
    expressions = [_EXAMPLE] if is_env_example(path) else [_PAIR]
    expressions += _MORE.get(ending, [])
    given = "given" if posixpath.basename(path).startswith("wrangler.") else ""
    for expression in expressions:
        kind = {_EXAMPLE: "example", _NAME_AND_VALUE: "given"}.get(expression, given)
        line, at = 1, 0
        for match in expression.finditer(content):
            line, at = line + content.count("\n", at, match.end()), match.end()
            if not (ending == ".tf" and expression is _PAIR and match["bare"]):
                yield Setting(match["name"], _value(match), line, kind)
