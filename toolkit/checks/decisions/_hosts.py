"""Host names that the repository's own services are reached by, and the declared domains that they belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.decisions._candidates import ours
from toolkit.documents import yaml
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = [
    "Domains",
    "Host",
    "declared",
    "environment_of",
    "environment_of_file",
    "hosts",
    "is_nowhere",
    "is_reserved",
    "namesakes",
]

_HOST = regex(
    r"(?:\*\.?)?(?P<host>(?:[a-z0-9_](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+)(?![\w-]*[({<$])", re.IGNORECASE
)
_ATTRIBUTE = regex(
    r'^[ \t]*"?(?:pattern|hostname|hostnames|host|hosts|domain|domains|domain_name|fqdn|zone_name|custom_domain|aliases|alias|subject_alternative_names)"?'
    r'[ \t]*[=:][ \t]*(?P<value>\[[^\]]*\]|"[^"\n]*")',
    re.MULTILINE,
)
_SERVED = regex(r"^[ \t]*server_name[ \t]+(?P<value>[^\s;][^;\n]*);", re.MULTILINE)
_RULE = regex(r"\bHost(?:SNI)?\((?P<value>[^()\n]*)\)")
_SITE = regex(r"^(?P<value>[^\s#({:][^{#\n]*)\{[ \t]*$", re.MULTILINE)
_RECORD = regex(
    r'resource[ \t]+"(?:cloudflare_(?:dns_)?record|aws_route53_(?:record|zone)|google_dns_(?:record_set|managed_zone)|azurerm_dns_zone|digitalocean_(?:record|domain))"[^{]{0,200}\{'
    r'(?:(?!^\}).){0,4000}?^[ \t]*(?:name|dns_name)[ \t]*=[ \t]*(?P<value>"[^"\n]*")',
    re.MULTILINE | re.DOTALL,
)
_NOWHERE = regex(
    r"(?:^|\.)(?:localhost|local|internal|test|invalid|localdomain|svc|lan|arpa)$|\.cluster\.local$|^example\.(?:com|org|net)$|\.example\.(?:com|org|net)$"
    r"|\.(?:tf|js|ts|html|json|ya?ml|png|svg|css|sh|py|md|conf)$"
)
_RESERVED = regex(r"(?:^|\.)example(?:\.(?:com|org|net))?\Z")
_PLATFORMS = regex(
    r"(?:^|\.)(?:workers\.dev|pages\.dev|vercel\.app|netlify\.app|fly\.dev|onrender\.com|herokuapp\.com|run\.app|amazonaws\.com|cloudfront\.net"
    r"|azurewebsites\.net|up\.railway\.app|github\.io|googleapis\.com|gserviceaccount\.com)$"
)
_KINDS = ("Ingress", "HTTPRoute", "Gateway", "IngressRoute", "Certificate", "VirtualService")
_ENDING = regex(
    r"(?i)\A(?!_).*\.(?:[a-z]{2,3}|app|info|name|tech|live|fund|shop|store|site|online|cloud|world|games|house|email|space|studio|tools|rocks|systems|network|finance|exchange"
    r"|community|solutions|digital|agency|example|global|money|market|trade|capital|ventures|health|energy|media|news|blog|page|wiki|zone|team|work|company)\Z"
)
"""A whole name; records may also be named relative to their zone."""
_KEYS = frozenset({"host", "hosts", "hostname", "hostnames", "dnsNames", "commonName", "match"})
_CONFIGURATION = (
    ".env*", "*.yaml", "*.yml", "*.toml", "*.tf", "*.tfvars", "*.conf", "*.json", "*.jsonc", "next.config.*", "vite.config.*",
    "*.ts", "*.tsx", "*.js", "*.py", "*.rs", "*.go", "*.sh", "*.bash", "*.html", "*.vue", "*.svelte", "Dockerfile*", "Makefile",
)  # fmt: skip
_GENERIC = frozenset(
    {"co", "com", "org", "net", "gov", "edu", "ac", "app", "dev", "api", "web", "www", "test", "example"}
)
_SHORTEST = 4
_NAMES = {
    "prod": "production", "live": "production", "stg": "staging", "stage": "staging", "dev": "development",
    "develop": "development", "previews": "preview", "qa": "test", "testing": "test",
}  # fmt: skip


def is_nowhere(host: str) -> bool:
    """Whether a host is local, an example, the name of a file, or one that a platform gives."""
    return _NOWHERE.search(host) is not None or _PLATFORMS.search(host) is not None


def is_reserved(host: str) -> bool:
    """Whether a host is one of those that documents may use and that no name server knows."""
    return _RESERVED.search(host) is not None


class Host(NamedTuple):
    """A host name where it stands."""

    path: str
    name: str
    line: int


Domains = dict[str, str]
"""Each declared domain to the environment it is for."""


def declared(decided: Mapping[str, Any]) -> Domains:
    """The domains of ``[decisions]``, however they are written: with ``*.``, a scheme or a slash."""
    found = {}
    for environment, names in decided.items():
        for name in [names] if isinstance(names, str) else names:
            host = re.sub(r"\A[a-z+]+://|[/:?#].*\Z", "", str(name).strip().lower()).lstrip("*.").rstrip(".")
            if host:
                found[host] = _NAMES.get(environment.lower(), environment.lower())
    return found


def environment_of(domains: Domains, host: str) -> str | None:
    """The environment of the longest declared domain that a host belongs to."""
    fitting = [domain for domain in domains if host == domain or host.endswith(f".{domain}")]
    return domains[max(fitting, key=len)] if fitting else None


def environment_of_file(path: str, domains: Domains) -> str | None:
    """The one declared environment that a folder's or a file's name says."""
    *folders, name = path.lower().split("/")
    words = {*folders, *re.split(r"[._-]", name)}
    named = {_NAMES.get(word, word) for word in words} & set(domains.values())
    return named.pop() if len(named) == 1 else None


def hosts(context: Inspection) -> Iterator[Host]:
    """The host names of routes, zones, records and certificates."""
    for path in ours(context, _files(context)):
        content = text_of(context, path)
        for match in _values(path, content):
            start = match.start("value")
            written = content[content.rfind("\n", 0, start) + 1 : start]
            for host in _HOST.finditer(match["value"]) if "#" not in written and "//" not in written else ():
                relative = match.re.pattern == _RECORD.pattern and not _ENDING.search(host["host"])
                if not relative and not match["value"][: host.start()].endswith(("/", "@", "$", "{", ".")):
                    yield Host(path, host["host"].lower(), line_at(content, start + host.start()))
    for path in ours(context, files_with(context, [f"kind: {kind}" for kind in _KINDS], ("*.yaml", "*.yml"))):
        yield from _of_routes(context, path)


def _files(context: Inspection) -> Iterator[str]:
    for name in (
        "wrangler.toml",
        "wrangler.json",
        "wrangler.jsonc",
        "vercel.json",
        "netlify.toml",
        "Caddyfile",
        "CNAME",
    ):
        yield from context.inventory.named(name)
    yield from files_with(context, ("pattern", "hostname", "domain", "fqdn", "aliases", "record", "_zone"), ("*.tf",))
    yield from files_with(context, ("server_name",), ("*.conf", "*.conf.template", "*.nginx"))
    yield from files_with(context, ("Host(`",), ("*compose*.yml", "*compose*.yaml"))


def _values(path: str, content: str) -> Iterator[re.Match[str]]:
    name = path.rpartition("/")[2]
    patterns = [_ATTRIBUTE]
    if name == "Caddyfile":
        patterns = [_SITE]
    elif name == "CNAME":
        patterns = [re.compile(r"\A(?P<value>[^\n]+)")]
    elif name.endswith((".conf", ".template", ".nginx")):
        patterns = [_SERVED]
    elif name.endswith((".yml", ".yaml")):
        patterns = [_RULE]
    elif name.endswith(".tf"):
        patterns = [_ATTRIBUTE, _RECORD]
    for pattern in patterns:
        yield from pattern.finditer(content)
    if "wrangler" in path:  # routes in one line: routes = [{ pattern = "a.b/*", zone_name = "b" }]
        yield from re.finditer(r'(?:\bpattern"?\s*[=:]|\broutes?"?\s*[=:]\s*\[?|,)\s*(?P<value>"[^"\n]*")', content)


def _of_routes(context: Inspection, path: str) -> Iterator[Host]:
    if (documents := context.readable(path, yaml.parse_all)) is None:
        return
    for document in documents:
        if not isinstance(document.data, dict) or document.data.get("kind") not in _KINDS:
            continue
        stack: list[tuple[tuple[str | int, ...], Any]] = [(("spec",), document.data.get("spec"))]
        while stack:
            at, value = stack.pop()
            if isinstance(value, dict):
                stack += [((*at, key), item) for key, item in value.items()]
            elif isinstance(value, list):
                stack += [((*at, index), item) for index, item in enumerate(value)]
            elif isinstance(value, str) and _KEYS.intersection(str(step) for step in at[-2:]):
                rules = _RULE.findall(value) if at[-1] == "match" else [value]
                for rule in rules:
                    if match := _HOST.fullmatch(rule.strip("`'\" ")):
                        yield Host(path, match["host"].lower(), document.line(at))


def namesakes(context: Inspection, domains: Domains) -> Iterator[Host]:
    """Addresses anywhere whose host has the name of a declared domain under another ending: ``acme.xyz`` beside ``acme.io``."""
    names = {domain.split(".")[-2] for domain in domains if domain.count(".") >= 1} - _GENERIC
    for name in sorted(one for one in names if len(one) >= _SHORTEST):
        address = re.compile(
            rf"://(?:[\w-]+\.)*{re.escape(name)}\.[a-z]{{2,12}}(?:\.[a-z]{{2}})?(?![\w.-])", re.IGNORECASE
        )
        for path in ours(context, files_with(context, (f"{name}.",), _CONFIGURATION)):
            content = text_of(context, path)
            for match in address.finditer(content):
                host = match[0][3:].lower()
                if environment_of(domains, host) is None:
                    yield Host(path, host, line_at(content, match.start()))
