"""Files of settings that compose files give their services, and the addresses that stand in them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._compose.files import all_files
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import final
from toolkit.checks.references._kubernetes.files import written
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose

__all__ = ["HOST", "SETTINGS", "Mounted", "addresses", "mounted"]

HOST = regex(r"(?P<host>[a-zA-Z][\w-]*):(?P<port>\d{2,5})")
"""A host and its port as settings write them."""
SETTINGS = regex(r"\.(?:ya?ml|conf|cfg|toml|template|alloy|river|vcl)$|(?:^|/)(?:Caddyfile|nginx[\w.-]*)$")
_SET = regex(r"\bset \$(\w+) [\"']?([\w-]+)[\"']?;")
_VARIABLE = regex(r"\$(\w+)")
_COPIED = regex(r"nginx|Caddyfile|prometheus|alertmanager")
_MOST_FILES = 30


class Mounted(NamedTuple):
    """A file of settings as a service sees it: of which compose file and service, and its path in the container.

    Args:
        path: the file.
        compose: what gives it to the service.
        service: its name.
        target: where the container has it.
        image: the Dockerfile that copies it; empty for what is mounted.
    """

    path: str
    compose: Compose
    service: str
    target: str
    image: str = ""


@once_a_run
def mounted(context: Inspection) -> tuple[Mounted, ...]:
    """The files of settings that compose files give services: by a mount, or copied into the image that they build."""
    return (*_by_mounts(context), *_copied(context))


def _by_mounts(context: Inspection) -> Iterator[Mounted]:
    for compose in all_files(context):
        for mount in mounts(compose) if not compose.is_aside else ():
            if (
                not mount.is_bind
                or mount.source.startswith(("/", "~"))
                or "network_mode" in compose.services[mount.service]
            ):
                continue
            path = path_from(compose.folder, mount.source)
            if context.is_file(path):
                if SETTINGS.search(path):
                    yield Mounted(path, compose, mount.service, mount.target)
            elif path in context.inventory.folders and path != ".":
                below = [item for item in context.below(path) if SETTINGS.search(item)]
                for item in below if len(below) <= _MOST_FILES and "/etc/" in mount.target else ():
                    yield Mounted(
                        item, compose, mount.service, posixpath.join(mount.target, posixpath.relpath(item, path))
                    )


def _copied(context: Inspection) -> Iterator[Mounted]:
    """What images of proxies and of those who watch are given of the folder that they are built from."""
    for compose in all_files(context):
        for build in builds(compose) if not compose.is_aside else ():
            service = compose.services[build.service]
            folder, path = build.folder, build.file
            if build.is_inline or "network_mode" in service or not context.is_file(path):
                continue
            document = read(context, path)
            for item in final(document) if document is not None else ():
                words = item.words if item.name == "COPY" and "from" not in item.flags else ()
                for word in words[:-1]:
                    source = path_from(folder, word.lstrip("/"))
                    if _COPIED.search(f"{word} {words[-1]}") and SETTINGS.search(source) and context.is_file(source):
                        yield Mounted(source, compose, build.service, words[-1], path)


def addresses(text: str) -> Iterator[tuple[str, int, int]]:
    """The hosts that the lines of a file name, each with its port, 0 where none is written, and the line."""
    lines = [*_with_variables(text)]
    for one in written("\n".join(lines)):
        if "." in one.host or (not one.port and one.scheme not in ("http", "https")):
            continue
        seen = 0
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith("#"):
                continue
            seen += line.count(one.text)
            if seen > one.before:
                yield one.host, int(one.port or 0), number
                break


def _with_variables(text: str) -> Iterator[str]:
    """The lines of a file; what nginx is sent to by a variable with the word in it that was set last."""
    known: dict[str, str] = {}
    for line in text.split("\n"):
        known |= dict(_SET.findall(line))
        for name in _VARIABLE.findall(line) if known and "_pass" in line else ():
            line = line.replace(f"${name}", known.get(name, f"${name}"))  # noqa: PLW2901 - each is put in
        yield line
