"""Volumes that are meant for the data of a database and are mounted where it keeps none."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._compose.sections import mounts
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import strings
from toolkit.expressions import regex
from toolkit.places import below, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Mount

__all__ = ["misplaced_data"]

_OLD, _NEW = "/var/lib/postgresql/data", "/var/lib/postgresql"
_NEW_FROM = 18
"""The major version from which the images of PostgreSQL keep the data of all versions below one folder, and stop at the old one."""
_POSTGRES = frozenset({"postgres", "postgis/postgis", "pgvector/pgvector"})
_FOLDERS = {
    "mysql": "/var/lib/mysql",
    "mariadb": "/var/lib/mysql",
    "mongo": "/data/db",
    "redis": "/data",
    "valkey/valkey": "/data",
}
_MAJOR = regex(r"(?:pg)?(\d{1,2})(?=[.\-]|$)|(?:\d[\d.]*)-pg(\d{1,2})")
_CONFIGURED = regex(r"PGDATA|data[-_]?dir|dbpath|(?<![\w-])--dir\b|\.(?:conf|cnf|ini)\b|redis\.acl")
"""What says where the data are, or names a file that may."""
_OF_DATA = regex(r"(?i)data|db|pg|postgres|mysql|maria|mongo|redis|valkey|store|storage|vol")
_OF_OTHERS = regex(
    r"(?i)backup|dump|log|conf|init|sock|run/|tmp|cert|ssl|secret|script|seed|migrat|etc/|archive|wal|test|fixtures|import|certs|home/"
)
_APART = frozenset({"entrypoint", "extends", "volumes_from"})


def misplaced_data(context: Inspection, compose: Compose) -> Iterator[Fault]:
    """One for each service of an image that everybody knows, where a volume for data is mounted and none at those of the image."""
    for service, data in compose.services.items() if not compose.is_aside else ():
        folders, image = _folders(data)
        if not folders or _APART & data.keys() or "build" in data or _CONFIGURED.search(str(data)):
            continue
        # The image that keeps the data of all versions takes a mount at the old place for data of another one, and stops.
        old = {_OLD} if folders == (_NEW,) else set()
        if any(below(folder, one) for one in _covered(context, compose, service) - old for folder in folders):
            continue
        own = [one for one in mounts(compose) if one.service == service and _is_of_data(one)]
        if own:
            first, where = own[0], folders[0]
            ends = "it does not start" if first.target in old else "they are lost with the container"
            yield Fault(
                compose.path,
                compose.line(first.where),
                f"Service {service} mounts {first.source} at {first.target}, and {image} keeps its data in {where}: {ends}.",
                f"image: {image}; nothing is mounted at {where}",
                f"mount {first.source} at {where}",
                severity="warning",
            )


def _folders(data: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    """The folders of which one has the data of a service's image, the likeliest first, and the image; none where that is not known."""
    image = filled(str(data.get("image", ""))).partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    name, _, tag = image.partition(":")
    if name in _POSTGRES:
        match = _MAJOR.match(tag)
        major = int(match[1] or match[2]) if match and name != "postgis/postgis" else 0
        if match and name == "postgis/postgis":
            major = int(match[1] or match[2])
        # Which one of all is the newest, a tag without a number does not say.
        return ((_NEW,) if major >= _NEW_FROM else (_OLD,) if major else (_NEW, _OLD)), image
    return ((_FOLDERS[name],) if name in _FOLDERS else ()), image


def _covered(context: Inspection, compose: Compose, service: str) -> set[str]:
    """All that is mounted into a service by a file and those that are laid over it, anonymous volumes and memory too."""
    found: set[str] = set()
    for one in (compose, *bundle(context, compose)):
        data = one.services.get(service, {})
        for entry in listed(data.get("volumes")):
            text = str(table(entry).get("target") or "") if isinstance(entry, dict) else filled(str(entry))
            parts = [part for part in text.split(":") if part.startswith("/")]
            found.update(parts[-1:])
        found.update(text.partition(":")[0] for _, text in strings(data.get("tmpfs")))
    return {posixpath.normpath(one) for one in found if "$" not in one}


def _is_of_data(mount: Mount) -> bool:
    """Whether a mount is a volume, or a folder that is called after data; not one for what is beside them."""
    words = f"{mount.source} {mount.target}/"
    plain = not posixpath.splitext(mount.source)[1] and not mount.is_read_only and "$" not in words
    return plain and _OF_DATA.search(words) is not None and _OF_OTHERS.search(words) is None
