"""What services of compose files are built from, and what they mount."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._compose.files import Compose, filled
from toolkit.expressions import regex
from toolkit.places import listed, path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["Build", "Mount", "builds", "built", "mounts"]

_NAMED = regex(r"[A-Za-z0-9][\w.-]*")
_WINDOWS = regex(r"[A-Za-z]:[\\/]")
_VARIABLE = regex(r"\$\{[^}]{0,1000}\}")


@frozen
class Build:
    """What a service is built from, with the defaults of variables; ``None`` where the file says nothing.

    Args:
        folder: the build context from the root, as compose counts.
        file: the Dockerfile in it.
    """

    service: str
    where: Path
    context: str
    dockerfile: str | None
    is_inline: bool
    target: str | None = None
    folder: str = "."
    file: str = ""


def builds(compose: Compose) -> Iterator[Build]:
    """The build sections of a file."""
    for where, value in compose.values("build"):
        service = str(where[1])
        if isinstance(value, str):
            yield _placed(compose, Build(service, where, filled(value), None, is_inline=False))
        elif isinstance(value, dict):
            folder, name, target = value.get("context", "."), value.get("dockerfile"), value.get("target")
            if isinstance(folder, str):
                build = Build(
                    service,
                    (*where, "context") if "context" in value else where,
                    filled(folder),
                    filled(name) if isinstance(name, str) else None,
                    is_inline="dockerfile_inline" in value,
                    target=filled(target) if isinstance(target, str) else None,
                )
                yield _placed(compose, build)


def _placed(compose: Compose, build: Build, base: str | None = None) -> Build:
    folder = path_from(compose.folder if base is None else base, build.context)
    return replace(build, folder=folder, file=path_from(folder, build.dockerfile or "Dockerfile"))


def built(context: Inspection, compose: Compose) -> Iterator[Build]:
    """The builds of a file whose Dockerfile is there; where people run it from the root, of the folder that counts from there."""
    for build in builds(compose):
        places = (build, _placed(compose, build, "."))
        yield from [
            one for one in places if not one.is_inline and "$" not in one.context and context.is_file(one.file)
        ][:1]


@frozen
class Mount:
    """One volume of a service.

    Args:
        source: a path of the host or a named volume.
        target: the path within the container.
        is_bind: the source is a path.
    """

    service: str
    where: Path
    source: str
    target: str
    is_read_only: bool
    is_bind: bool


def mounts(compose: Compose) -> Iterator[Mount]:
    """Volumes with a source, in both forms; anonymous ones and those with a variable for a source are left out."""
    for where, value in compose.values("volumes"):
        for index, entry in enumerate(listed(value)):
            place = (*where, index)
            found = _long(where, place, entry) if isinstance(entry, dict) else _short(where, place, entry)
            if found is not None:
                yield found


def _long(where: Path, place: Path, entry: dict[str, Any]) -> Mount | None:
    source, target = entry.get("source", entry.get("src")), entry.get("target", entry.get("dst", ""))
    if not isinstance(source, str) or entry.get("type") not in ("bind", "volume"):
        return None
    key = "source" if "source" in entry else "src"
    bind = entry["type"] == "bind"
    return Mount(str(where[1]), (*place, key), filled(source), str(target), bool(entry.get("read_only")), bind)


def _short(where: Path, place: Path, entry: Any) -> Mount | None:
    if not isinstance(entry, str) or _WINDOWS.match(entry):
        return None
    source, *rest = _VARIABLE.sub(lambda match: match[0].replace(":", "\0"), filled(entry)).split(":")
    if not rest or not source or "$" in source:
        return None
    options = rest[1].split(",") if len(rest) > 1 else []
    is_bind = source.startswith((".", "/", "~"))
    if not is_bind and not _NAMED.fullmatch(source):
        return None
    return Mount(str(where[1]), place, source, rest[0], "ro" in options, is_bind)
