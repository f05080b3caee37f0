"""Hosts by which services of compose reach each other: those there are, and those that variables name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks import ENVIRONMENTS
from toolkit.checks.references._compose.files import all_files, filled
from toolkit.checks.references._compose.uses import uses
from toolkit.checks.references._environment.files import env_files
from toolkit.checks.references._kubernetes.manifests import cluster
from toolkit.checks.references._repair import strings
from toolkit.checks.references._services import environment
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose

__all__ = ["OUTSIDE", "PLACEHOLDER", "Stranger", "hosts_of", "known_hosts", "strangers", "told_of_compose", "variables"]

OUTSIDE = frozenset(
    {"localhost", "host", "gateway", "metadata", "example", "hostname", "unix", "kubernetes", "backend_upstream"}
)
"""Names that are no service and need none."""
PLACEHOLDER = regex(r"your|example|change|placeholder|todo|xxx|dummy|fake|host-|<", re.IGNORECASE)
_URL = regex(
    r"(?:https?|wss?|postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|nats|kafka|tcp|grpc|memcached|clickhouse|neo4j|bolt|ldaps?|smtps?"
    r"|mqtt|elasticsearch|PLAINTEXT|SASL_PLAINTEXT)(?:\+\w{1,20})?://(?:[^\s/@'\"]{0,200}@)?(?P<host>[A-Za-z][\w-]{0,62})(?P<end>[:/?,'\"\s]|$)"
)
_NAMES_HOST = regex(
    r"(?:\w+_)?(?:POSTGRES(?:QL)?|PG|DB|DATABASE|MYSQL|MARIADB|MONGO(?:DB)?|REDIS|CACHE|VALKEY|MEMCACHED?|RABBIT(?:MQ)?|AMQP|KAFKA|NATS|MQTT"
    r"|ELASTIC(?:SEARCH)?|OPENSEARCH|SEARCH|MEILI(?:SEARCH)?|TYPESENSE|MINIO|SMTP|MAIL|QDRANT|MILVUS|CHROMA|WEAVIATE|CLICKHOUSE|NEO4J|VAULT"
    r"|CONSUL|TEMPORAL|QUEUE|BROKER|OTEL|JAEGER|LOKI)(?:_SERVER)?_(?P<kind>HOST|HOSTS|SERVERS?|BROKERS?|ENDPOINT|ADDR(?:ESS)?|NODES)"
)
"""Variables that name where a server of others is; what a program itself is called is named alike (`APP_HOST`)."""
_IS_HOST = regex(r"(?P<host>[A-Za-z][A-Za-z0-9_-]{0,62})(?P<port>:\d{2,5})?")
_LOCAL = regex(r"local|dev|compose|docker", re.IGNORECASE)
"""Environment files that no cluster is given."""
_VARIABLE = regex(r"\$\{[^{}]*\}")
_MOST_CHARS = 4_000


class Stranger(NamedTuple):
    """A host that a variable of a service names and that nothing in the repository is.

    Args:
        path: the compose file, or the environment file that it gives the service.
        is_default: whether it is what stands where nobody sets a variable, or the service meets others than those of its file.
    """

    path: str
    line: int
    service: str
    variable: str
    host: str
    is_default: bool


@once_a_run
def known_hosts(context: Inspection) -> frozenset[str]:
    """The names by which services of all compose files are reached, in lower case."""
    return hosts_of(*all_files(context))


def hosts_of(*files: Compose) -> frozenset[str]:
    """The names by which services of some compose files are reached, in lower case."""
    found: set[str] = set()
    for name, service in (pair for compose in files for pair in compose.services.items()):
        found |= {name, str(service.get("container_name", "")), str(service.get("hostname", ""))}
        networks = table(service, "networks")
        found |= {alias for one in networks.values() for _, alias in strings(table(one).get("aliases"))}
        hosts = service.get("extra_hosts")
        found |= {text.partition(":")[0].partition("=")[0] for _, text in strings(hosts)} | set(table(hosts))
        found |= {
            text.rpartition(":")[2] for key in ("links", "external_links") for _, text in strings(service.get(key))
        }
    return frozenset(name.lower() for name in found if name)


def strangers(context: Inspection, compose: Compose) -> Iterator[Stranger]:
    """The hosts that variables of a file name and that are no service of any compose file nor of a cluster.

    A network that others make may hold services of other repositories: nothing is said of files that use one.
    """
    if compose.is_aside or any(table(one).get("external") for one in table(compose.document.data, "networks").values()):
        return
    known = known_hosts(context)
    clusters = {one.name.lower() for one in cluster(context).objects if one.kind == "Service"}
    for path, line, service, variable, value in variables(context, compose):
        shared = path != compose.path and not _LOCAL.search(path)
        for host in _hosts(variable, filled(value)):
            name = host.lower()
            # Compose names containers of a project after it and the service, with a number.
            parts = name.replace("_", "-").rstrip("0123456789").rstrip("-")
            if name in known or name in OUTSIDE or PLACEHOLDER.search(name) or "$" in host:
                continue
            if shared and name in clusters:
                continue
            if parts in known or any(parts.endswith(f"-{one}") for one in known):
                continue
            unsure = host not in set(_hosts(variable, value)) or _meets_others(compose, service)
            yield Stranger(path, line, service, variable, host, unsure)


def _meets_others(compose: Compose, service: str) -> bool:
    """Whether a service is in a network of a name of its own, besides those of all: made for what runs elsewhere."""
    given = table(compose.document.data, "networks")
    used = compose.services.get(service, {}).get("networks")
    own = [name for name in (used if isinstance(used, dict | list) else ()) if table(given, str(name)).get("name")]
    return len(own) > 1 and not all(
        str(name) in str(one.get("networks")) for one in compose.services.values() for name in own
    )


@once_a_run
def told_of_compose(context: Inspection) -> frozenset[str]:
    """The names of services that compose files want and none has, in lower case: they are told of where compose wants them."""
    found: set[str] = set()
    for compose in all_files(context):
        if not compose.is_aside:
            found |= {use.name for use in uses(compose) if use.kind == "service"}
            found |= {one.host for one in strangers(context, compose) if not one.is_default}
    return frozenset(name.lower() for name in found) - known_hosts(context)


def variables(context: Inspection, compose: Compose) -> Iterator[tuple[str, int, str, str, str]]:
    """File, line, service, name and value of all that services are given."""
    for name, service in compose.services.items():
        if "network_mode" in service:
            continue
        given = service.get("environment")
        where = ("services", name, "environment")
        for variable, value in environment(given).items():
            index = next((at for at, one in enumerate(listed(given)) if str(one).startswith(f"{variable}=")), None)
            key = variable if index is None else index
            if isinstance(value, str) and len(value) < _MOST_CHARS:
                yield compose.path, compose.line((*where, key))[0], name, variable, value
        for path in map(compose.at, env_files(service)):
            read = path in context.inventory.tracked_set and path.endswith(ENVIRONMENTS)
            document = context.readable(path, envfile.parse) if read else None
            for one in document.variables if document is not None else ():
                if len(one.value) < _MOST_CHARS:
                    yield path, one.line, name, one.name, one.value


def _hosts(variable: str, value: str) -> Iterator[str]:
    """The hosts without a dot that a value names."""
    value = _VARIABLE.sub("$", value)
    for match in _URL.finditer(value):
        yield match["host"]
    if named := _NAMES_HOST.fullmatch(variable.upper()):
        parts = [_IS_HOST.fullmatch(part.strip()) for part in value.split(",")]
        # Without a port one word may be anything, unless the variable is named for a host.
        yield from (part["host"] for part in parts if part is not None and (named["kind"] == "HOST" or part["port"]))
