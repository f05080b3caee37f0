"""Addresses of Services within the files that ConfigMaps hold: settings of nginx, Prometheus, Grafana and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._kubernetes.manifest import Spot
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._kubernetes.manifests import Manifest
    from toolkit.documents import Path

__all__ = ["SCHEMES", "Written", "place_of", "written"]

SCHEMES = frozenset((
    "amqp", "amqps", "bolt", "clickhouse", "elasticsearch", "etcd", "ftp", "grpc", "grpcs", "h2c", "http", "https", "kafka", "ldap",
    "ldaps", "mariadb", "memcached", "mongodb", "mqtt", "mqtts", "mysql", "nats", "neo4j", "otlp", "postgres", "postgresql",
    "redis", "rediss", "sftp", "smtp", "smtps", "tcp", "tls", "udp", "ws", "wss", "zipkin",
))  # fmt: skip
"""Schemes after which the name of a host stands; others are links into an app or names of a store's own."""
_LARGEST = 100_000
_MOST = 100
_HOST = r"(?P<host>[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,5})"
_FORMS = (
    regex(
        rf"(?P<scheme>[a-z][a-z0-9]{{1,14}})(?:\+[a-z0-9]{{1,14}})?://(?:[^\s@/,\"']{{1,200}}@)?{_HOST}(?::(?P<port>\d{{1,5}}))?(?![\w.:@$-])"
    ),
    regex(rf"(?:^|[{{;])\s*(?:server|(?:fastcgi|grpc|uwsgi)_pass)\s+{_HOST}:(?P<port>\d{{2,5}})\s*[;\s]"),
    regex(rf"(?:targets:\s*\[\s*|^\s*-\s+)[\"']?{_HOST}:(?P<port>\d{{2,5}})[\"']?\s*(?:[\],#]|$)"),
)
_UPSTREAMS = regex(r"^\s*(?:reverse_proxy|php_fastcgi|to)\s")
_UPSTREAM = regex(rf"(?<=\s){_HOST}:(?P<port>\d{{2,5}})(?=\s|$)")
"""A directive of Caddy, and what it sends to, of which it may name several."""
_COMMENT = ("#", "//", ";", "--", "<!--")
_GROUP = regex(r"(?m)^[ \t]*upstream[ \t]+([\w.-]+)")


class Written(NamedTuple):
    """An address in a file: what is written, its host, scheme and port, and how often that text stands before it."""

    text: str
    host: str
    scheme: str
    port: str
    before: int


def written(text: str) -> Iterator[Written]:
    """The addresses that the lines of a file name, comments and groups of nginx left out."""
    if len(text) > _LARGEST:
        return
    groups = set(_GROUP.findall(text))
    seen: dict[str, int] = {}
    for line in text.split("\n"):
        if len(line) > 1000 or line.lstrip().startswith(_COMMENT) or ":" not in line:
            continue
        for form in (*_FORMS, _UPSTREAM) if _UPSTREAMS.match(line) else _FORMS:
            for match in form.finditer(line):
                scheme = match.groupdict().get("scheme") or ""
                whole = match["host"] + (f":{match['port']}" if match["port"] else "")
                before = seen.get(whole, 0)
                seen[whole] = before + 1
                if (form is _FORMS[1] or match["host"] not in groups) and (not scheme or scheme in SCHEMES):
                    yield Written(whole, match["host"], scheme, match["port"] or "", before)
        if len(seen) > _MOST:
            return


def place_of(owner: Manifest, where: Path, text: str, before: int) -> Spot:
    """Line and column of a text within a value, by how often it stands there before; of the value where that is not clear."""
    file, document, inner = owner.source(where)
    place = document.place(inner)
    at = place.start - 1 if place is not None else -1
    for _ in range(before + 1 if place is not None else 0):
        at = document.text.content.find(text, at + 1, place.end if place is not None else 0)
        if at < 0:
            return owner.at(where)
    return Spot(*document.text.position(at), file) if at >= 0 else owner.at(where)
