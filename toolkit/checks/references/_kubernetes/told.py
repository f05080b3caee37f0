"""Ports that variables of containers and ConfigMaps tell programs, where the containers declare others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.references._environment.needs import reads
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import final
from toolkit.checks.references._kubernetes.charts import chart_of
from toolkit.checks.references._kubernetes.made import makers
from toolkit.checks.references._kubernetes.pods import containers, has_room, in_focus, nearest, pods, same_namespace
from toolkit.checks.references._kubernetes.ports import Closed
from toolkit.checks.references._services import programs
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container, Manifest

__all__ = ["of_config_maps", "of_variables"]

_PORT_VARIABLES = ("PORT", "SERVER_PORT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS")
"""Variables that programs, Spring and ASP.NET listen by."""
_LISTENED = regex(r"(?:http://[\w.*+\[\]:]{1,40}:)?(\d{2,5})")


def of_variables(context: Inspection) -> Iterator[Closed]:
    """Variables that tell a program its port, in a container that declares another one.

    Of manifests whose program is known ``port-conflict`` compares them with code, Dockerfile and compose, too.
    """
    known = (
        []
        if chart_of(context)
        else [(id(one.pod.owner), one.where) for item in programs(context) for one in item.containers]
    )
    for pod in pods(context):
        if not in_focus(context, pod.owner):
            continue
        for container in containers(pod):
            numbers = {port.get("containerPort") for port in container.ports}
            if len(numbers) != 1 or has_room(container) or (id(pod.owner), container.where) in known:
                continue
            for index, item in enumerate(listed(container.data.get("env"))):
                data = table(item)
                port = _told_port(str(data.get("name")), str(data.get("value", "")))
                number = next(iter(numbers))
                if port and isinstance(number, int) and port != number:
                    text = f"Container {container.data.get('name')} is told to listen on {port} by {data['name']}, and declares port {number}"
                    todo = f"write {number} in {data['name']}, or declare and probe {port}"
                    where = (*container.where, "env", index, "value")
                    yield Closed(pod.owner, where, f"{text}: requests are refused.", f"declared: {number}", todo)


def of_config_maps(context: Inspection) -> Iterator[Closed]:
    """Ports that a ConfigMap which one container takes as a whole tells its program, where that declares another one."""
    takers = _takers(context) if chart_of(context) is None else {}
    built = {
        (id(one.pod.owner), one.where): (item.folder, item.dockerfile)
        for item in programs(context)
        if takers
        for one in item.containers
    }
    for name, many in takers.items():
        container = many[0]
        owner = container.pod.owner
        found = [one.source for one in makers(context, "ConfigMap").get(name, ()) if same_namespace(one.source, owner)]
        makers_of = nearest(owner, found)
        numbers = {port.get("containerPort") for port in container.ports}
        alone = len({(one.pod.owner.kind, one.pod.owner.name, one.data.get("name")) for one in many}) == 1
        if not alone or len(many) > 1 or len(makers_of) != 1 or not numbers:
            continue
        holder, number = makers_of[0], next(iter(numbers))
        folder, dockerfile = built.get((id(owner), container.where), (".", ""))
        if holder.kind != "ConfigMap" or (not in_focus(context, holder) and not in_focus(context, owner)):
            continue
        yield from _against_image(context, container, holder, numbers, dockerfile)
        if len(numbers) != 1:
            continue
        known = reads(context, folder)
        for key, value in table(holder.data, "data").items():
            port = _told_port(str(key), str(value))
            if port and isinstance(number, int) and port != number and (not known or key in known or key != "PORT"):
                text = f"ConfigMap {name} tells container {container.data.get('name')} to listen on {port} by {key}, and it declares port {number}"
                todo = f"write {number} in {key}, or declare and serve {port}"
                evidence = f"{owner.path}: declared: {number}"
                yield Closed(holder, ("data", str(key)), f"{text}: requests are refused.", evidence, todo, "warning")


def _against_image(
    context: Inspection, container: Container, holder: Manifest, numbers: set[Any], dockerfile: str
) -> Iterator[Closed]:
    """Ports of a name of the program's own, which its image gives a container port and the ConfigMap another one."""
    document = read(context, dockerfile) if dockerfile else None
    items = final(document) if document is not None else ()
    given = dict(word.split("=", 1) for item in items if item.name == "ENV" for word in item.words if "=" in word)
    for key, value in table(holder.data, "data").items():
        port, usual = str(value), given.get(str(key), "")
        plain = str(key).endswith("_PORT") and port.isdigit() and usual.isdigit() and key not in _PORT_VARIABLES
        if plain and int(usual) in numbers and int(port) not in numbers:
            name = container.data.get("name")
            text = f"ConfigMap {holder.name} gives container {name} {port} as {key}, and it declares {usual}, as its image says"
            todo = f"write {usual} in {key}, or declare and serve {port}"
            yield Closed(
                holder,
                ("data", str(key)),
                f"{text}: requests are refused.",
                f"{dockerfile}: {key}={usual}",
                todo,
                "warning",
            )


def _takers(context: Inspection) -> dict[str, list[Container]]:
    """ConfigMap to the containers that take it as a whole and are not told how to run or where to listen elsewhere."""
    found: dict[str, list[Container]] = {}
    for pod in pods(context):
        for container in containers(pod):
            own = {str(table(item).get("name")) for item in listed(container.data.get("env"))}
            plain = not container.data.keys() & {"command", "args"} and own.isdisjoint(_PORT_VARIABLES)
            built = bool({"/", "-"} & set(str(container.data.get("image"))))
            sources = [table(item) for item in listed(container.data.get("envFrom"))]
            for source in sources:
                name = table(source, "configMapRef").get("name")
                if isinstance(name, str):
                    # What several take, or one with a prefix, tells no port of a single program.
                    whole = plain and built and len(sources) == 1 and not source.get("prefix")
                    found.setdefault(name, []).extend([container] if whole else [container, container])
    return found


def _told_port(name: str, value: str) -> int:
    """The port that a variable tells a program; 0 if it tells none."""
    match = _LISTENED.fullmatch(value.strip()) if name in _PORT_VARIABLES else None
    return int(match[1]) if match else 0
