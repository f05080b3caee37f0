"""Addresses of data stores on the developer's machine, in examples of environments, at a port that compose does not publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.references._compose.files import all_files, unread
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._ports.published import published
from toolkit.checks.references._services import environment
from toolkit.context import Unreadable
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.places import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._ports.published import Port

__all__ = ["of_host_addresses"]

_NAMES = regex(
    r"\.env(?:[._-](?:example|sample|template|dist|local|dev|development))*|env[._-](?:example|sample|template)"
)
_ADDRESS = regex(
    r"(?P<scheme>postgres(?:ql)?|mysql|mariadb|rediss?|mongodb|amqps?)(?:\+\w+)?://(?:[^\s/@]*@)?(?:localhost|127\.0\.0\.1)(?::(?P<port>\d{2,5}))?(?=[/?\s]|$)"
)
_USUAL = {"postgres": 5432, "mysql": 3306, "mariadb": 3306, "redis": 6379, "mongodb": 27017, "amqp": 5672}
"""The beginning of schemes, and the port of the container."""

_ANOTHER = regex(r"(?i)bouncer|pooler|replica|reader|read_?only")
"""Names of variables that ask for what stands before or beside a store, which compose need not start."""

_OF_TESTS = regex(r"(?i)(?:^|[./_-])(?:tests?|e2e|ci)(?=[./_-])")
_DATABASE = regex(r"://[^/\s]+/(?P<name>[\w-]+)")
_NAMED = ("POSTGRES_DB", "MYSQL_DATABASE", "MARIADB_DATABASE", "MONGO_INITDB_DATABASE")
"""How images of stores are told the database that they make."""
_SUPABASE = range(54320, 54330)
"""Where the local stack of Supabase publishes its stores, which no compose file of the repository starts."""


def of_host_addresses(context: Inspection) -> Iterator[Fault]:
    """Each file whose variables ask for a store that compose publishes at another port of the host, and at theirs nothing."""
    composes = [one for one in all_files(context) if not one.is_aside]
    if not composes:
        return
    unknown = unread(context)
    for path in context.inventory.tracked:
        if not _NAMES.fullmatch(path.rpartition("/")[2]) or not context.shows(path):
            continue
        near = [one for one in composes if below(one.folder, folder_of(path))]
        if near and not any(below(folder_of(other), folder_of(path)) for other in unknown):
            yield from _faults(context, path, near)


def _faults(context: Inspection, path: str, composes: list[Compose]) -> Iterator[Fault]:
    """One for each store that variables of a file seek in vain."""
    ports = [(one, port) for one in composes for port in published(one)]
    taken = {number for _, port in ports for number in port.host}
    try:
        variables = context.document(path, envfile.parse).variables
    except Unreadable:
        return
    told: set[str] = set()
    for variable in variables:
        match = _ADDRESS.match(variable.value)
        usual = _usual(match["scheme"]) if match else 0
        asked = int((match and match["port"]) or usual)
        served = [(one, port) for one, port in ports if port.inside == usual and port.host]
        if not served or asked in taken or asked in _SUPABASE or any(_is_open(one, port) for one, port in served):
            continue
        if _ANOTHER.search(variable.name) or usual not in (asked, *(one for _, port in served for one in port.host)):
            continue  # two ports of which neither is the usual one are of two stores
        served = [(one, port) for one, port in served if _is_meant(one, port, path, variable.value)]
        if not served:
            continue
        compose, port = served[0]
        store = f"{asked} {compose.path} {port.service}"
        if store in told:
            continue
        told.add(store)
        yield Fault(
            path,
            variable.line,
            f"{variable.name} asks for localhost:{asked}, and compose publishes {port.service} at {port.host[0]}: nothing answers there.",
            f"{compose.path} line {compose.line(port.where)[0]}: {port.host[0]}:{port.inside}",
            f"write {port.host[0]} in {variable.name}, or publish {port.service} at {asked}",
            severity="warning",
        )


def _is_meant(compose: Compose, port: Port, path: str, address: str) -> bool:
    """Whether an address is that of a service: not where this is of tests alone, or makes a database of another name."""
    if _OF_TESTS.search(compose.path) and not _OF_TESTS.search(path):
        return False
    match = _DATABASE.search(address)
    given = environment(compose.services[port.service].get("environment"))
    names = {str(given[key]) for key in _NAMED if given.get(key) and "$" not in str(given[key])}
    return not (match and names) or match["name"] in names


def _is_open(compose: Compose, port: Port) -> bool:
    """Whether a variable says at which port a service is published: the environment itself may set it."""
    return "$" in str(compose.services[port.service].get("ports"))


def _usual(scheme: str) -> int:
    """The port at which a store of a scheme listens in its container."""
    return next(port for name, port in _USUAL.items() if scheme.startswith(name))
