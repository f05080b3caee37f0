"""Ports of images of others that are published, and on which these do not listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._ports.listening import numbers
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.references._compose.files import Compose

__all__ = ["of_known_image", "own_ports"]

_OWN_PORTS = {
    "nginx": frozenset({80, 443}), "httpd": frozenset({80, 443}), "postgres": frozenset({5432}), "mysql": frozenset({3306, 33060}),
    "mariadb": frozenset({3306}), "redis": frozenset({6379}), "mongo": frozenset({27017}), "grafana/grafana": frozenset({3000}),
}  # fmt: skip
"""Images of others, and the ports on which they listen unless a file or a variable says another."""
_CONFIGURED = regex(r"\.(?:conf|ini|cnf|ya?ml|template)\b|/etc/|conf\.d")


def own_ports(data: dict[str, Any]) -> frozenset[int]:
    """The ports of the image of a service that everybody knows; none for any other."""
    image = filled(str(data.get("image", ""))).partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    return _OWN_PORTS.get(image.partition(":")[0], frozenset())


def of_known_image(compose: Compose, service: str, data: dict[str, Any], inside: set[int]) -> Iterator[Fault]:
    """A published container port of an image whose own port everybody knows, where nothing in the service says another."""
    image = filled(str(data.get("image", ""))).partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    known = _OWN_PORTS.get(image.partition(":")[0], frozenset())
    rest = str({key: value for key, value in data.items() if key != "ports"})
    apart = data.keys() & {"command", "entrypoint", "env_file", "configs", "network_mode", "extends"}
    if known and inside and not inside & (known | numbers(rest)) and not apart and not _CONFIGURED.search(rest):
        yield Fault(
            compose.path,
            compose.line(("services", service, "ports")),
            f"Service {service} runs {image}, which listens on {min(known)}, and container port {min(inside)} is published: nothing answers there.",
            f"image: {image}",
            f"publish {min(known)} of {service} in place of {min(inside)}",
            severity="warning",
        )
