"""The port on which several places of a service and its image agree, where nothing tells for certain on which it listens."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._compose.sections import built
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import chain, final, index_of
from toolkit.checks.references._ports.listening import asked, flags, numbers, usual
from toolkit.checks.references._services import code_ports, environment
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents.dockerfile import Instruction

__all__ = ["agreed", "is_read", "own_health_check"]

_ASIDE = regex(r"METRIC|HEALTH|ADMIN|DEBUG|PROM|INSPECT|MANAGEMENT|PROBE|ACTUATOR|MONITOR")
"""Variables of ports beside the one of the service."""
_ENOUGH = 2
"""Places that have to agree."""


def agreed(context: Inspection, compose: Compose, service: str, inside: set[int]) -> tuple[int, str]:
    """The port that two of health check, ``*_PORT`` and EXPOSE of the built stage name, and who they are; 0 where one names what is published.

    Args:
        context: the run.
        compose: the file.
        service: a service that is built.
        inside: its published container ports.
    """
    data = compose.services[service]
    items, paths = _built(context, compose, service)
    started = " ".join(item.value for item in items if item.name in ("CMD", "ENTRYPOINT", "ENV"))
    folders = {posixpath.dirname(path) or "." for path in paths}
    coded = {port for folder in folders for port in code_ports(context, folder)}
    if inside & (coded | numbers(started) | flags(started) | usual(started) | numbers(data.get("labels"))):
        return 0, ""
    places = {
        "its health check": asked(table(data, "healthcheck").get("test")),
        **{name: {port} for name, port in _named(data.get("environment")).items()},
        "EXPOSE": {
            int(word) for item in items if item.name == "EXPOSE" for word in _numbers_of(item) if word.isdigit()
        },
    }
    if inside & set().union(*places.values()):
        return 0, ""
    for port in sorted(set().union(*places.values())):
        who = [name for name, known in places.items() if port in known]
        if len(who) >= _ENOUGH and any(name in ("its health check", "EXPOSE") for name in who):
            return port, " and ".join(filter(None, (", ".join(who[:-1]), who[-1])))
    return 0, ""


def is_read(context: Inspection, folder: str) -> bool:
    """Whether the code of a folder that listens on a port asks for the variable PORT."""
    return any("PORT" in text_of(context, path, errors="replace") for path, _ in code_ports(context, folder).values())


def own_health_check(context: Inspection, dockerfile: str) -> list[tuple[int, set[int]]]:
    """The line of an image's own health check, and the ports that it asks."""
    document = read(context, dockerfile)
    items = final(document) if document is not None else ()
    return [(item.line, ports) for item in items if item.name == "HEALTHCHECK" and (ports := asked(item.value))][-1:]


def _named(variables: Any) -> dict[str, int]:
    """The variables of a service that end in ``_PORT``, and their numbers."""
    given = environment(variables).items()
    values = ((name, filled(str(one))) for name, one in given if name.endswith("_PORT") and not _ASIDE.search(name))
    return {name: int(value) for name, value in values if value.isdigit()}


def _numbers_of(item: Instruction) -> list[str]:
    return [word.partition("/")[0] for word in item.words]


def _built(context: Inspection, compose: Compose, service: str) -> tuple[tuple[Instruction, ...], tuple[str, ...]]:
    """The instructions of the stage that a service is built from, with those that it begins from, and the files."""
    for build in built(context, compose):
        if build.service != service:
            continue
        document = read(context, build.file)
        if document is None or not document.stages:
            break
        index = index_of(document, build.target) if build.target else len(document.stages) - 1
        stages = [document.stages[number] for number in (chain(document, index) if index is not None else ())]
        return tuple(item for stage in stages for item in stage.instructions), (build.file, f"{build.folder}/x")
    return (), ()
