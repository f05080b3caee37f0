"""Ports at which services of a compose file are asked and where nothing listens: by proxies, Prometheus and variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.bundles import bundle, partners
from toolkit.checks.references._compose.files import all_files, filled
from toolkit.checks.references._compose.hosts import variables
from toolkit.checks.references._compose.mounted_settings import targets
from toolkit.checks.references._compose.settings_files import addresses, mounted
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._known_images import own_ports
from toolkit.checks.references._ports.disagreements import may_tell
from toolkit.checks.references._ports.listening import flags, listens, numbers, told, usual
from toolkit.checks.references._ports.published import published
from toolkit.checks.references._services import environment, exposed
from toolkit.expressions import regex
from toolkit.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._services import Program

__all__ = ["of_proxies"]

_LABEL = regex(r"traefik\.http\.services\.[\w-]+\.loadbalancer\.server\.port")
_SETTLES = regex(r"proxy_pass|reverse_proxy|loadBalancer|socket_address|scrape_configs")
_ADDRESS = regex(r"://(?:[^\s/@'\"]{0,200}@)?([A-Za-z][\w-]{0,62}):(\d{2,5})(?![\d.])")
_OF_PAGES = regex(r"(?i)cors|origin|redirect|callback|public|issuer|listener")
"""Variables with an address that pages, tokens or the service itself hold, and that nobody asks."""
_WATCHES = "Prometheus asks"
_ON_HOST = "is its port on the host"
_LARGEST = 100_000
_MOST_FILES = 300
_ELSEWHERE = frozenset({"extends", "network_mode", "provider"})
"""Keys of services whose ports are not all written here."""


class _Ask(NamedTuple):
    """Where somebody is told to ask a service, at which port, and of which compose file; ``who`` begins a sentence."""

    path: str
    line: tuple[int, int] | int
    compose: Compose
    service: str
    port: int
    who: str = "The proxy asks"


def of_proxies(context: Inspection, built: Mapping[tuple[str, str], Program]) -> Iterator[Fault]:
    """Every port that a proxy asks and that nothing of the service names, while something says where it does listen.

    Args:
        context: the run.
        built: compose file and service to what it is built from.
    """
    said: set[tuple[str, str, int]] = set()
    found: dict[tuple[str, str], list[tuple[_Ask, str, int]]] = {}
    for one in _asks(context):
        key = (one.path, one.service, one.port)
        if key in said or not context.shows(one.path):
            continue
        said.add(key)
        says, real = _refusal(context, one, built.get((one.compose.path, one.service)))
        # What Prometheus scrapes may listen at a port of its own.
        if says and (one.who != _WATCHES or _ON_HOST in says):
            # Who takes the ports of the host for those of the network does so for all services.
            cause = "host" if _ON_HOST in says else f"{one.service}:{one.port}"
            found.setdefault((one.path, cause), []).append((one, says, real))
    for (one, says, real), *others in found.values():
        more = f" (as {len(others)} more)" if others else ""
        yield Fault(
            one.path,
            one.line,
            f"{one.who} {one.service}:{one.port}{more}, and {says}: nothing answers there.",
            "; ".join(
                (
                    f"{one.compose.path} line {one.compose.line(('services', one.service))[0]}: {one.service}",
                    *(f"line {_number(other)}: write {other.service}:{port}" for other, _, port in others[:12]),
                )
            ),
            f"write {one.service}:{real}, or let {one.service} listen on {one.port}",
            severity="error"
            if _ON_HOST in says and real in own_ports(one.compose.services[one.service])
            else "warning",
        )


def _number(one: _Ask) -> int:
    return one.line if isinstance(one.line, int) else one.line[0]


def _asks(context: Inspection) -> Iterator[_Ask]:
    for one in mounted(context):
        text = text_of(context, one.path, _LARGEST, errors="replace")
        names = _names_of(one.compose) if _SETTLES.search(text) else {}
        watches = "scrape_configs" in text and one.path.endswith((".yml", ".yaml"))
        places = targets(context, one) if watches else addresses(text) if names else ()
        who = _WATCHES if watches else "The proxy asks"
        for host, port, line in places:
            if port and host in names:
                yield _Ask(one.path, line, one.compose, names[host], port, who)
    for compose in all_files(context):
        for where, labels in compose.values("labels"):
            for name, value in environment(labels).items():
                if _LABEL.fullmatch(str(name)) and str(value).isdigit():
                    yield _Ask(compose.path, compose.line(where), compose, str(where[1]), int(str(value)))
        yield from _by_variables(context, compose)


def _by_variables(context: Inspection, compose: Compose) -> Iterator[_Ask]:
    """The addresses of other services that variables of a compose file have, but for those that pages are told."""
    if compose.is_aside:
        return
    around = [one for one in partners(context, compose) if not one.is_aside]
    names = {host: (one, name) for one in (*around[::-1], compose) for host, name in _names_of(one).items()}
    for path, line, service, variable, value in variables(context, compose):
        for match in _ADDRESS.finditer(filled(value)) if not _OF_PAGES.search(variable) else ():
            there, host = names.get(match[1], (compose, service))
            if host != service:
                yield _Ask(path, line, there, host, int(match[2]), f"{variable} of service {service} asks")


def _names_of(compose: Compose) -> dict[str, str]:
    """The names by which services of a file are reached within it."""
    named = {str(one.get("container_name")): name for name, one in compose.services.items()}
    return {**named, **{name: name for name in compose.services}}


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
        # What is exposed is only said, and of an image that everybody knows it is known better.
        if key not in {"ports", "labels"} and not (key == "expose" and own_ports(data))
        for number in numbers(_ADDRESS.sub(_others_own, str(value)))
    }
    if one.port in inside | other or any(_ELSEWHERE & data.keys() for data in services):
        return "", 0
    # The commonest mistake: the number that stands on the left, which is the host's.
    mapped = next((port.inside for port in ports if one.port in port.host), 0)
    firm = {port.port for port in listens(context, program.dockerfile) if port.firm} if program else set()
    if mapped and (program is None or mapped in firm or not _names(context, program, one.port)):
        return f"{one.port} {_ON_HOST}; within the network it listens on {mapped}", mapped
    by_command = program and any(port.how == "the command" for port in listens(context, program.dockerfile))
    if program is None or any(
        may_tell(context, file, data)
        for file, data in zip(files, services, strict=True)
        if "env_file" in data and not by_command
    ):
        return "", 0
    return _of_program(context, one, services, program)


def _others_own(match: re.Match[str]) -> str:
    """An address without its port, which is that of who is asked; that of the machine itself as it is."""
    return match[0] if match[1] in ("localhost", "host") else f"://{match[1]}"


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
    firm = any(port.firm for port in image.values()) or found == started
    if not found or (not firm and _names(context, program, one.port)):
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
