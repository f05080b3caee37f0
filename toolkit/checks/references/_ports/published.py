"""Ports that compose services publish on the host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._compose.files import filled
from toolkit.expressions import regex
from toolkit.places import listed, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path

__all__ = ["Port", "clashes", "published", "several"]

_RANGE = r"\d+(?:-\d+)?"
_SHORT = regex(
    rf"(?:(?P<address>\d+(?:\.\d+){{3}}|\[[0-9a-fA-F:]*\]|localhost):)?(?:(?P<host>{_RANGE}|):)?(?P<inside>{_RANGE})(?:/(?P<protocol>\w+))?"
)
_OF_SWARMS = frozenset({"placement", "update_config", "rollback_config", "endpoint_mode", "mode"})
_WIDEST = 1_000
"""How many ports of one range are looked at."""
_WILD = ("", "0.0.0.0", "[::]")  # noqa: S104 - compared with, not bound to


@frozen
class Port:
    """One entry of ``ports``.

    Args:
        host: the numbers on the host; empty where Docker chooses.
        inside: the first number within the container.
    """

    service: str
    where: Path
    address: str
    host: range
    inside: int
    protocol: str


def published(compose: Compose) -> Iterator[Port]:
    """What the services of a file publish, with the defaults of variables; what cannot be told is left out."""
    for where, value in compose.values("ports"):
        for index, entry in enumerate(listed(value)):
            found = _port(str(where[1]), (*where, index), entry)
            if found is not None:
                yield found


def _port(service: str, where: Path, entry: Any) -> Port | None:
    if isinstance(entry, dict):
        host, inside = filled(str(entry.get("published", ""))), str(entry.get("target", ""))
        address, protocol = str(entry.get("host_ip", "")), str(entry.get("protocol", "tcp"))
        where = (*where, "published") if "published" in entry else where
    else:
        match = _SHORT.fullmatch(filled(str(entry)))
        if match is None:
            return None
        host, inside = match["host"] or "", match["inside"]
        address, protocol = match["address"] or "", match["protocol"] or "tcp"
    if not re.fullmatch(rf"(?:{_RANGE})?", host) or not re.fullmatch(_RANGE, inside) or len(host) > 11:
        return None
    first, _, last = host.partition("-")
    numbers = range(int(first), min(int(last or first), int(first) + _WIDEST) + 1) if first else range(0)
    return Port(service, where, address, numbers, int(inside.partition("-")[0][:6]), protocol)


def clashes(composes: tuple[Compose, ...]) -> Iterator[tuple[Compose, Port, Port, int]]:
    """Pairs that publish one number, with the file of the later one; those of the first file are the later ones.

    Args:
        composes: a file and those that it includes.
    """
    first = composes[0]
    seen: dict[tuple[int, str], list[tuple[Compose, Port]]] = {}
    for compose in (*composes[1:], first):
        for port in published(compose):
            found = None
            for number in port.host:
                others = seen.setdefault((number, port.protocol), [])
                if found is None:
                    found = next(((other, one) for other, one in others if _meet(other, one, compose, port)), None)
                    if found is not None and compose is first:
                        yield found[0], found[1], port, number
                others.append((compose, port))


def several(compose: Compose) -> Iterator[tuple[Port, int]]:
    """Services of which a file wants more than one on a machine, though they publish one port of the host; with how many.

    What only a swarm reads tells that the services are spread, behind one port of all its machines.
    """
    for service, value in compose.services.items():
        deploy = table(value, "deploy")
        wanted = deploy.get("replicas", value.get("scale"))
        if not isinstance(wanted, int) or wanted < 2 or deploy.keys() & _OF_SWARMS or "mode" in str(value.get("ports")):
            continue
        fixed = next(
            (port for port in published(compose) if port.service == service and 0 < len(port.host) < wanted), None
        )
        if fixed is not None:
            yield fixed, wanted


def _meet(first: Compose, one: Port, second: Compose, other: Port) -> bool:
    """Whether both are published at once: no profiles that exclude each other, no two addresses, no pair of one service."""
    profiles, others = (
        set(map(str, listed(compose.services[port.service].get("profiles"))))
        for compose, port in ((first, one), (second, other))
    )
    if profiles and others and not profiles & others:
        return False
    if one.service == other.service and (one.inside == other.inside or one.address != other.address):
        return False
    return one.address == other.address or one.address in _WILD or other.address in _WILD
