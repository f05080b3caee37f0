"""Ports at which proxies ask services of their compose file, and where nothing listens: nginx, Caddy, Traefik, Envoy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose import all_files, filled
from toolkit.checks.references._compose_bundles import bundle
from toolkit.checks.references._disagreements import may_tell
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._listening import flags, listens, numbers, told, usual
from toolkit.checks.references._published import published
from toolkit.checks.references._services import environment, exposed
from toolkit.checks.references._settings_files import addresses, mounted, sockets
from toolkit.expressions import regex
from toolkit.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.checks.references._services import Program

__all__ = ["of_proxies"]

_PROXY = regex(r"proxy_pass|reverse_proxy|loadBalancer|socket_address")
_LABEL = regex(r"traefik\.http\.services\.[\w-]+\.loadbalancer\.server\.port")
_LARGEST = 100_000
_MOST_FILES = 300
_ELSEWHERE = frozenset({"extends", "network_mode", "provider"})
"""Keys of services whose ports are not all written here."""


class _Ask(NamedTuple):
    """Where a proxy is told to ask a service, at which port, and of which compose file."""

    path: str
    line: tuple[int, int] | int
    compose: Compose
    service: str
    port: int


def of_proxies(context: Inspection, built: Mapping[tuple[str, str], Program]) -> Iterator[Fault]:
    """Every port that a proxy asks and that nothing of the service names, while something says where it does listen.

    Args:
        context: the run.
        built: compose file and service to what it is built from.
    """
    said: set[tuple[str, str, int]] = set()
    for one in _asks(context):
        key = (one.path, one.service, one.port)
        if key in said or not context.shows(one.path):
            continue
        said.add(key)
        says, real = _refusal(context, one, built.get((one.compose.path, one.service)))
        if says:
            yield Fault(
                one.path,
                one.line,
                f"The proxy asks {one.service}:{one.port}, and {says}: nothing answers there.",
                f"{one.compose.path} line {one.compose.line(('services', one.service))[0]}: {one.service}",
                f"write {one.service}:{real}, or let {one.service} listen on {one.port}",
                severity="warning",
            )


def _asks(context: Inspection) -> Iterator[_Ask]:
    for one in mounted(context):
        text = text_of(context, one.path, _LARGEST, errors="replace")
        if _PROXY.search(text):
            for host, port, line in (*addresses(text), *sockets(context, one.path)):
                if port and host in one.compose.services:
                    yield _Ask(one.path, line, one.compose, host, port)
    for compose in all_files(context):
        for where, labels in compose.values("labels"):
            for name, value in environment(labels).items():
                if _LABEL.fullmatch(str(name)) and str(value).isdigit():
                    yield _Ask(compose.path, compose.line(where), compose, str(where[1]), int(str(value)))


def _refusal(context: Inspection, one: _Ask, program: Program | None) -> tuple[str, int]:
    """What says that a service listens elsewhere, and the port that it names; an empty text where it may well listen."""
    files = [file for file in (one.compose, *bundle(context, one.compose)) if one.service in file.services]
    services = [file.services[one.service] for file in files]
    ports = [port for file in files for port in published(file) if port.service == one.service]
    inside = {port.inside for port in ports}
    other = {
        number
        for data in services
        for key, value in data.items()
        if key not in {"ports", "labels"}
        for number in numbers(value)
    }
    if one.port in inside | other or any(_ELSEWHERE & data.keys() for data in services):
        return "", 0
    # The commonest mistake: the number that stands on the left, which is the host's.
    mapped = next((port.inside for port in ports if one.port in port.host), 0)
    if mapped and (program is None or not _names(context, program, one.port)):
        return f"{one.port} is its port on the host; within the network it listens on {mapped}", mapped
    if program is None or any(
        may_tell(context, file, data) for file, data in zip(files, services, strict=True) if "env_file" in data
    ):
        return "", 0
    return _of_program(context, one, services, program)


def _of_program(context: Inspection, one: _Ask, services: list[dict[str, Any]], program: Program) -> tuple[str, int]:
    command = " ".join(filled(_words(data.get(key))) for data in services for key in ("command", "entrypoint"))
    wanted = {port for data in services for port in told(data.get("environment"))}
    started = flags(command) or usual(command)
    image = {port.port: port for port in listens(context, program.dockerfile)}
    open_ = exposed(context, program.dockerfile)
    if 0 in wanted or one.port in wanted | started | image.keys() | open_.keys():
        return "", 0
    told_by = (
        (wanted, "its environment says PORT"),
        (started, "its command says"),
        (image.keys(), f"{next(iter(image.values())).how} says" if image else ""),
        (open_.keys() if not command.strip() else set(), f"{program.dockerfile} exposes"),
    )
    found, how = next(((ports, how) for ports, how in told_by if ports), (set[int](), ""))
    if not found or _names(context, program, one.port):
        return "", 0
    return f"{how} {', '.join(map(str, sorted(found)))}", min(found)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(map(str, listed(value)))


def _names(context: Inspection, program: Program, port: int) -> bool:
    """Whether any file beside a Dockerfile has the number, or there are too many to tell."""
    below = context.below(program.folder) if program.folder != "." else (program.dockerfile,)
    number = re.compile(rf"(?<!\d){port}(?!\d)")
    return len(below) > _MOST_FILES or any(
        number.search(text_of(context, path, _LARGEST, errors="replace"))
        for path in below
        if not path.endswith("lock.json")
    )
