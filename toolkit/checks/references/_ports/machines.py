"""The port at which the proxy of Fly asks a machine, and the one on which its image listens."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._fault import Fault
from toolkit.checks.references._ports.listening import listens, told
from toolkit.checks.references._services import exposed
from toolkit.documents import toml
from toolkit.places import listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["of_machine"]


def of_machine(context: Inspection, path: str) -> Iterator[Fault]:
    """The port that Fly's proxy asks, against what the image that it starts listens on."""
    document = context.readable(path, toml.parse)
    if document is None:
        return
    data, folder = table(document.data), posixpath.dirname(path) or "."
    services = data.get("services")
    asked_at: list[tuple[Path, Any]] = [
        (("http_service", "internal_port"), table(data, "http_service").get("internal_port"))
    ]
    for index, one in enumerate(listed(services)):
        asked_at.append((("services", index, "internal_port"), table(one).get("internal_port")))
    named = table(data, "build").get("dockerfile", "Dockerfile")
    file = next((one for one in _joined(folder, named) if context.is_file(one)), "")
    image, wanted = listens(context, file) if file else (), told(data.get("env"))
    sure = {one.port for one in image if one.firm} or ({image[0].port} if len(image) == 1 else set())
    known = wanted or sure or (set(exposed(context, file)) if file else set())
    for where, port in asked_at:
        if isinstance(port, int) and known and not known & {0, port}:
            yield Fault(
                path,
                document.position(where),
                f"The machine is asked on port {port}, and the program listens on {', '.join(map(str, sorted(known)))}: "
                "nothing answers there.",
                "env.PORT" if wanted else file,
                f"write {min(known)} as internal_port, or let the program listen on {port}",
                severity="warning",
            )


def _joined(folder: str, named: Any) -> tuple[str, ...]:
    if not isinstance(named, str):
        return ()
    return tuple(path_from(base, named) for base in dict.fromkeys((folder, ".")))
