"""Services that compose builds from another folder than the one that their Dockerfile counts from."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.bases import other_bases
from toolkit.checks.references._compose.files import files
from toolkit.checks.references._compose.sections import builds
from toolkit.checks.references._images.build_contexts import contexts, other_context
from toolkit.checks.references._images.dockerfiles import read
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build

__all__ = ["Misplaced", "elsewhere", "mend", "misplaced"]

_OUTSIDE = regex(r"(?:=>[ \t]*|\bpath[ \t]*=[ \t]*\"|\"(?:file|link|portal|workspace):)(\.\./[^\s\"]{1,200})")
"""A folder outside that a manifest needs: of a module of Go, a crate or a package."""
_MANIFESTS = ("go.mod", "Cargo.toml", "package.json")


class Misplaced(NamedTuple):
    """A build whose context lacks what a folder above the Dockerfile has.

    Args:
        compose, build: where it is.
        given: the context.
        other: the folder that holds every source.
        lost: a source that the context does not hold.
        others: services of the file with the same fault.
        dockerfile: the Dockerfile.
        is_many: whether the others are built from other folders.
    """

    compose: Compose
    build: Build
    given: str
    other: str
    lost: str
    others: tuple[str, ...] = ()
    dockerfile: str = ""
    is_many: bool = False


def misplaced(context: Inspection) -> Iterator[Misplaced]:
    """Builds from a wrong folder, one for each of a file; a Dockerfile that nobody builds otherwise is told of itself."""
    for compose in files(context):
        found: dict[str, list[Misplaced]] = {}
        for build in builds(compose) if not compose.is_aside and not other_bases(context, compose) else ():
            one = _judged(context, compose, build)
            if one is not None:
                found.setdefault(one.other, []).append(one)
        for first, *others in found.values():
            is_many = any(one.given != first.given for one in others)
            yield first._replace(others=tuple(one.build.service for one in others), is_many=is_many)


def mend(context: Inspection, other: str, given: str, source: str = "", build: Misplaced | None = None) -> str:
    """What a person does about a Dockerfile that counts from another folder: no context that lacks what its manifest needs.

    Args:
        context: the run.
        other: the folder from which every source counts.
        given: the build context.
        source: who names it; empty where that is the file that is reported.
        build: the build of a compose file that is reported, which counts from its folder.
    """
    for path in (path_from(other, name) for name in _MANIFESTS):
        if context.is_file(path) and (match := _OUTSIDE.search(text_of(context, path, errors="replace"))):
            return f"copy from {given} in the Dockerfile: {path} needs {match[1]}, which {other} does not hold"
    if build is not None:
        dockerfile = posixpath.relpath(build.dockerfile, other)
        each = ", and those of the others likewise" if build.is_many else ""
        return f"set the build context to {posixpath.relpath(other, build.compose.folder)}, and dockerfile to {dockerfile}{each}"
    return f"set the build context to {other}{f' in {source}' if source else ''}"


def _judged(context: Inspection, compose: Compose, build: Build) -> Misplaced | None:
    given, path = build.folder, build.file
    if "$" in path or build.is_inline or not context.is_file(path) or given not in (*context.inventory.folders, "."):
        return None
    found = elsewhere(context, path, given)
    return Misplaced(compose, build, given, *found, dockerfile=path) if found else None


def elsewhere(context: Inspection, path: str, given: str) -> tuple[str, str] | None:
    """The folder that holds every source of a Dockerfile which is built from another one, and a source that this lacks."""
    document = read(context, path)
    copies = (
        [one for one in document.copies() if not one.origin and "from" not in one.instruction.flags] if document else []
    )
    sources = [posixpath.normpath(source.lstrip("/") or ".") for copy in copies for source in copy.sources]
    other = other_context(context, path, sources, (given,))
    if not other or contexts(context, path, sources)[0] == (given,):
        return None
    plain = [one for one in sources if not set("$*?[") & set(one)]
    lost = next((one for one in plain if resolve(context, one, given).kind == "missing"), "")
    return (other, lost) if lost else None
