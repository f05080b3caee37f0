"""What the services of a compose file name within compose: other services, volumes, networks, secrets and configs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.references._compose.sections import mounts
from toolkit.checks.references._repair import strings
from toolkit.places import listed, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path

__all__ = ["Use", "circles", "defined", "line", "uses"]


@frozen
class Use:
    """That a service names something.

    Args:
        kind: ``service``, ``volume``, ``network``, ``secret`` or ``config``.
        where: the path of the value, or of the mapping whose key it is.
        file: the compose file that has to define it, if it is another one.
        starts: whether the service cannot start without the other, so that a circle of these has no beginning.
    """

    kind: str
    where: Path
    name: str
    file: str = ""
    starts: bool = False


def uses(compose: Compose) -> Iterator[Use]:
    """Everything that the services of a file name."""
    yield from _services(compose)
    yield from _extended(compose)
    for mount in mounts(compose):
        if not mount.is_bind:
            yield Use("volume", mount.where, mount.source)
    for where, value in compose.values("networks"):
        yield from _named("network", where, value, table(value))
    for kind in ("secret", "config"):
        for where, value in compose.values(f"{kind}s"):
            yield from _granted(kind, where, value)


def defined(compose: Compose, kind: str) -> tuple[str, ...]:
    """The names of a kind that a file defines."""
    if kind == "service":
        return tuple(compose.services)
    section = table(compose.document.data, f"{kind}s")
    return (*section, "default") if kind == "network" else tuple(section)


def line(compose: Compose, use: Use) -> tuple[int, int]:
    """Where the name is written."""
    value = compose.document.get(use.where)
    return compose.document.position((*use.where, use.name)) if isinstance(value, dict) else compose.line(use.where)


def _named(kind: str, where: Path, value: Any, keys: dict[str, Any], *, starts: bool = False) -> Iterator[Use]:
    yield from (Use(kind, (*where, *below), name, starts=starts) for below, name in strings(value))
    yield from (Use(kind, where, name, starts=starts) for name in keys)


def _granted(kind: str, where: Path, value: Any) -> Iterator[Use]:
    yield from _named(kind, where, value, {})
    for index, entry in enumerate(listed(value)):
        if isinstance(entry, dict) and isinstance(entry.get("source"), str):
            yield Use(kind, (*where, index, "source"), entry["source"])


def _services(compose: Compose) -> Iterator[Use]:
    for where, value in compose.values("depends_on"):
        required = {name: how for name, how in table(value).items() if table(how).get("required") is not False}
        yield from _named("service", where, value, required, starts=True)
    for key in ("links", "volumes_from"):
        for where, value in compose.values(key):
            for below, text in strings(value):
                if not text.startswith("container:"):
                    yield Use("service", (*where, *below), text.partition(":")[0], starts=True)
    for key in ("network_mode", "pid", "ipc"):
        for where, value in compose.values(key):
            if isinstance(value, str) and value.startswith("service:"):
                yield Use("service", where, value.removeprefix("service:"), starts=True)


def _extended(compose: Compose) -> Iterator[Use]:
    for where, value in compose.values("extends"):
        if isinstance(value, str):
            yield Use("service", where, value)
        elif isinstance(name := table(value).get("service"), str):
            file = value.get("file")
            yield Use("service", (*where, "service"), name, compose.at(file) if isinstance(file, str) else "")


def circles(compose: Compose) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """Services that wait for each other, each circle once: its first use in the file, and the services in their order."""
    edges: dict[str, list[Use]] = {}
    for use in _services(compose):
        edges.setdefault(str(use.where[1]), []).append(use)
    done: set[str] = set()
    for name in compose.services:
        if name not in done:
            yield from _circle_from(edges, name, done)


def _circle_from(edges: dict[str, list[Use]], first: str, done: set[str]) -> Iterator[tuple[Use, tuple[str, ...]]]:
    """Walk what a service waits for, without recursion; a name on the way that comes again closes a circle."""
    way = [first]
    waiting = [iter(edges.get(first, ()))]
    done.add(first)
    while way:
        use = next(waiting[-1], None)
        if use is None:
            way.pop()
            waiting.pop()
        elif use.name in way:
            yield use, (*way[way.index(use.name) :], use.name)
        elif use.name not in done:
            done.add(use.name)
            way.append(use.name)
            waiting.append(iter(edges.get(use.name, ())))
