"""Where the places that name the port of a program do not agree: its compose service, its image and its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._compose.sections import built
from toolkit.checks.references._environment.files import env_files, example_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._known_images import of_known_image
from toolkit.checks.references._ports.agreed_ports import agreed, is_read, own_health_check
from toolkit.checks.references._ports.listening import FOREIGN, OWN, asked, flags, listens, numbers, told
from toolkit.checks.references._ports.published import published
from toolkit.checks.references._services import CODE, RECKONED, environment, exposed
from toolkit.context import Unreadable
from toolkit.documents import envfile
from toolkit.places import below, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._ports.listening import Listens
    from toolkit.checks.references._ports.published import Port
    from toolkit.checks.references._services import Program
    from toolkit.documents import Path

__all__ = ["may_tell", "of_service"]

_DEBUG = frozenset({9229, 9222, 5005, 2345, 5678, 40000, 4040, 35729, 24678, 6060, 9000})


def of_service(context: Inspection, compose: Compose, service: str, program: Program | None) -> Iterator[Fault]:
    """What a service publishes and asks for, against what its variables, its command and its image listen on.

    Args:
        context: the run.
        compose: its file.
        service: its name.
        program: what it is built from, where that is known.
    """
    data = compose.services[service]
    ports = [port for port in published(compose) if port.service == service and port.inside not in _DEBUG]
    if ports and "build" in data:
        yield from _of_built(context, compose, ports, program)
    if "build" not in data:
        yield from _of_foreign(compose, service, data, {port.inside for port in ports})
    if program:
        yield from _of_health_check(context, compose, service, program)


def _of_built(context: Inspection, compose: Compose, ports: list[Port], program: Program | None) -> Iterator[Fault]:
    """What a service that is built publishes, against what it is told to listen on: by a variable, its command or its image."""
    service = ports[0].service
    data = compose.services[service]
    inside = {port.inside for port in ports}
    command = _flags_of(data)
    wanted = told(data.get("environment"))
    here = (compose.path, compose.line(ports[0].where))
    checked = own_health_check(context, program.dockerfile) if program else ()
    agree = program is not None and any(
        inside & ports & exposed(context, program.dockerfile).keys() for _, ports in checked
    )
    if wanted and _listens_as_told(context, data, program) and not wanted & {0, *inside} and not agree:
        said = f"PORT {min(wanted)}"
        yield _unreached(ports[0], here, f"is told to listen on {said}", min(wanted), f"environment: {said}")
    elif wanted and program and len(program.services) == 1:
        at, lost = next(iter(checked), (0, set()))
        if (
            lost
            and "healthcheck" not in data
            and wanted <= inside
            and not lost & {0, *inside, *numbers(data.get("environment"))}
            and is_read(context, program.folder)
        ):
            yield _unhealthy(program.dockerfile, at, lost, wanted, ports[0])
        else:
            yield from _exposed_apart(context, program.dockerfile, service, wanted, inside)
    elif not wanted and command:
        if not command & inside:
            yield _unreached(ports[0], here, f"has a command with port {min(command)}", min(command), "command")
    elif not wanted and not data.keys() & {"command", "entrypoint"} and not inside & numbers(data.get("environment")):
        image = listens(context, program.dockerfile, table(data, "build").get("args")) if program else ()
        known_by_code = image if len(image) == 1 and "env_file" not in data else ()
        told_by_file = may_tell(context, compose, data)
        firm = [one for one in image if one.firm and not (told_by_file and one.how == "ENV PORT")]
        sure = firm or list(known_by_code)
        found = []
        if sure or not told_by_file:
            found = [*_of_build(ports, here, exposed(context, program.dockerfile) if program else {}, sure)]
        yield from found
        port, who = (0, "") if found or sure else agreed(context, compose, service, inside)
        if port:
            yield _unreached(ports[0], here, f"listens on {port}, as {who} say", port, f"{who}: {port}")


def _listens_as_told(context: Inspection, data: dict[str, Any], program: Program | None) -> bool:
    """Whether a variable decides where a service listens: its command names no port, and the code asks for the variable."""
    if "command" not in data:
        return True
    named = numbers(data["command"]) or "PORT" in _text(data["command"]) or "entrypoint" in data
    return not named and program is not None and is_read(context, program.folder)


def _exposed_apart(
    context: Inspection, dockerfile: str, service: str, wanted: set[int], inside: set[int]
) -> Iterator[Fault]:
    """EXPOSE against what the one service of an image is told and publishes, and its code says, too."""
    open_ = {port: line for port, line in exposed(context, dockerfile).items() if port not in _DEBUG}
    said = wanted & inside & {one.port for one in listens(context, dockerfile)}
    if said and open_ and not open_.keys() & (wanted | inside):
        port = min(open_)
        yield Fault(
            dockerfile,
            open_[port],
            f"The image exposes port {port}, and service {service} and its code say {min(said)}: one of them is wrong.",
            f"PORT {min(said)} of {service}",
            f"write EXPOSE {min(said)}, or let the program listen on {port}",
            severity="warning",
        )


def _of_health_check(context: Inspection, compose: Compose, service: str, program: Program) -> Iterator[Fault]:
    """A health check that asks a port which nothing else of the service names."""
    data = compose.services[service]
    lost = asked(table(data, "healthcheck").get("test"))
    if not lost:
        return
    inside = {port.inside for port in published(compose) if port.service == service and port.inside not in _DEBUG}
    open_ = exposed(context, program.dockerfile)
    known = inside | open_.keys() | {one.port for one in listens(context, program.dockerfile)}
    known |= _flags_of(data) | told(data.get("environment")) | numbers(data.get("environment"))
    laid_over = [other.services.get(service, {}) for other in bundle(context, compose)]
    known |= numbers(
        [
            data.get("labels"),
            *([one.get(key) for key in ("ports", "expose", "environment", "command")] for one in laid_over),
        ]
    )
    if known and 0 not in known and not lost & known and not _is_coded(context, compose, service, min(lost), known):
        yield Fault(
            compose.path,
            compose.line(("services", service, "healthcheck", "test")),
            f"The health check of service {service} asks port {min(lost)}, and nothing says that it listens there.",
            f"named elsewhere: {', '.join(map(str, sorted(inside | open_.keys()) or sorted(known)))}",
            f"ask the port that {service} listens on in its health check, in place of {min(lost)}",
            severity="warning",
        )


def _is_coded(context: Inspection, compose: Compose, service: str, port: int, known: set[int]) -> bool:
    """Whether code that a service is built from names a port, or reckons it from one that it is told (``PORT - 1``)."""
    steps = {str(abs(number - port)) for number in known}
    folders = [build.folder for build in built(context, compose) if build.service == service]
    paths = files_with(
        context, (str(port), *(f" {step}" for step in steps)), tuple(f"*{ending}" for ending in CODE), everything=True
    )
    texts = (
        text_of(context, path, errors="replace") for path in paths if any(below(folder, path) for folder in folders)
    )
    return any(port in numbers(text) or not steps.isdisjoint(RECKONED.findall(text)) for text in texts)


def _flags_of(data: dict[str, Any]) -> set[int]:
    """The ports in the command of a service."""
    return flags(_text(data.get("command")) + " " + _text(data.get("entrypoint")))


def _of_foreign(compose: Compose, service: str, data: dict[str, Any], inside: set[int]) -> Iterator[Fault]:
    """What an image of others is told to listen on by a variable of its own, against its health check, its ports and its labels."""
    variables = environment(data.get("environment"))
    wanted = {
        int(text) for name, value in variables.items() if name in FOREIGN and (text := filled(str(value))).isdigit()
    }
    if len(wanted) != 1:
        yield from of_known_image(compose, service, data, inside) if not wanted else ()
        return
    name = next(name for name in variables if name in FOREIGN)
    labels = environment(data.get("labels"))
    routed = {
        int(str(value)) for key, value in labels.items() if str(key).endswith("server.port") and str(value).isdigit()
    }
    places: list[tuple[Path, str, set[int]]] = [
        (("healthcheck", "test"), "its health check asks", asked(table(data, "healthcheck").get("test"))),
        (("ports",), "container port", inside),
        (("labels",), "the proxy is sent to", routed),
    ]
    for where, what, ports in places:
        if ports and not ports & wanted:
            yield Fault(
                compose.path,
                compose.line(("services", service, *where)),
                f"Service {service} listens on {min(wanted)}, as {name} says, and {what} {min(ports)}: nothing answers there.",
                f"{name}={min(wanted)}",
                f"name {min(wanted)} there too, or give {name} {min(ports)}",
                severity="warning",
            )
            return


def may_tell(context: Inspection, compose: Compose, data: dict[str, Any]) -> bool:
    """Whether an environment file of a service, or its example, has a PORT, or neither is here to tell."""
    for path in env_files(data):
        place = compose.at(path)
        known = place if context.is_file(place) else example_of(context, place)
        try:
            if not known or OWN & context.document(known, envfile.parse).data.keys():
                return True
        except Unreadable:
            return True
    return False


def _of_build(ports: list[Port], here: tuple[str, Any], open_: dict[int, int], sure: list[Listens]) -> Iterator[Fault]:
    inside, service = {port.inside for port in ports}, ports[0].service
    if sure and not inside & {one.port for one in sure}:
        one = sure[0]
        if inside & open_.keys():  # two against one
            unless = "" if one.firm else " unless told otherwise"
            yield Fault(
                one.path,
                one.line,
                f"{one.how[0].upper()}{one.how[1:]} says port {one.port}{unless}, and service {service} publishes "
                f"{ports[0].inside}, which its Dockerfile exposes: nothing answers there.",
                f"{here[0]}: {ports[0].inside}; EXPOSE {', '.join(map(str, open_))}",
                f"let {service} listen on {ports[0].inside}, or publish and expose {one.port}",
                severity="warning",
            )
        else:
            where = f"{one.path}:{one.line}"
            what = f"runs an image in which {one.how} says {one.port}"
            yield _unreached(ports[0], here, what, one.port, where)
    elif not sure and open_ and not inside & open_.keys():
        exposes = ", ".join(map(str, open_))
        what = f"has a Dockerfile that exposes {exposes}"
        yield _unreached(ports[0], here, what, min(open_), f"line {min(open_.values())}")


def _unreached(port: Port, here: tuple[str, Any], what: str, real: int, evidence: str) -> Fault:
    service = port.service
    text = f"Service {service} {what}, and container port {port.inside} is published: nothing may listen there."
    todo = f"publish {real} of {service} in place of {port.inside}, if it listens there, else correct the other place"
    return Fault(*here, text, evidence, todo, severity="warning")


def _unhealthy(dockerfile: str, at: int, lost: set[int], wanted: set[int], port: Port) -> Fault:
    text = (
        f"The image's health check asks port {min(lost)}, and service {port.service} tells the program PORT {min(wanted)}: "
        "the container never becomes healthy."
    )
    todo = f"ask {min(wanted)} in the health check, or ${{PORT}}"
    return Fault(dockerfile, at, text, f"PORT {min(wanted)} of {port.service}", todo, severity="warning")


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""
