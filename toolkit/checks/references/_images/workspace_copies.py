"""Members of a Cargo workspace or modules of a Maven project that a Dockerfile leaves out of the stage in which their manifest is read."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.build_contexts import GLOB
from toolkit.checks.references._images.copy_causes import NO_MODULES
from toolkit.checks.references._images.copy_sources import within
from toolkit.checks.references._images.stages import chain
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.places import folder_of, path_from, table, texts
from toolkit.roles import glob_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["meet", "uncopied"]

_BUILDS = regex(r"\bcargo\s+(?:\+\S+\s+)?(?:build|check|test|run|rustc|install\s[^&;|]*--path)\b")
_PREPARES = regex(r"Cargo\.toml|--manifest-path|\bcd[ ]|\bcargo\s+(?:new|init|chef)\b|\bgit\s+clone\b")
"""What makes members, changes the manifest that names them, or goes to another one."""
_MAVEN = regex(r"(?:^|[\s;&|(])(?:\./)?mvnw?(?:\.cmd)?\s+(?!--version|-v\b|-version)")
_APART = regex(
    r"pom\.xml|\s-N\b|--non-recursive|\s-f\b|--file\b|wrapper:wrapper|\bcd[ ]|\bgit\s+clone\b|\bsed\b|\bxmlstarlet\b"
)
"""What goes to another project than that in the folder, takes it without its modules, or changes what it names."""
_ELSEWHERE = regex(r"(?s)<!--.*?-->|<profiles>.*?</profiles>|<build>.*?</build>")
_MODULE = regex(r"<module>\s*([^<>\s]+)\s*</module>")
_FORGIVEN = regex(r"\|\|\s*(?:true|:|exit\s+0)\s*$")
"""The end of a step whose failure stops nothing: so dependencies are built ahead."""


def uncopied(context: Inspection, path: str, document: Document, folder: str) -> Iterator[Fault]:
    """The first such step of each stage."""
    for index in range(len(document.stages)):
        sources: list[str] = []
        for item in (item for one in chain(document, index) for item in document.stages[one].instructions):
            if _brings_more(item):
                break
            if item.name in ("COPY", "ADD"):
                sources += [path_from(folder, within(word)) for word in item.words[:-1]]
            elif item.name == "RUN" and _BUILDS.search(item.value) and not _FORGIVEN.search(item.value):
                manifests = [one for one in sources if posixpath.basename(one) == "Cargo.toml"]
                found = [(one, lost) for one in manifests if (lost := _left_out(context, one, sources))]
                yield from (_told(path, item.line, manifest, lost) for manifest, lost in found)
                break
    yield from _without_modules(context, path, document, folder)


def _without_modules(context: Inspection, path: str, document: Document, folder: str) -> Iterator[Fault]:
    """The first step of each stage in which Maven reads a project of whose modules not all are there: it builds none then."""
    for index in range(len(document.stages)):
        sources: list[str] = []
        for item in (item for one in chain(document, index) for item in document.stages[one].instructions):
            if _brings_more(item) or (item.name == "RUN" and _APART.search(item.value)):
                break
            if item.name in ("COPY", "ADD"):
                sources += [path_from(folder, within(word)) for word in item.words[:-1]]
            elif item.name == "RUN" and _MAVEN.search(item.value) and not _FORGIVEN.search(item.value):
                projects = dict.fromkeys(one for one in sources if posixpath.basename(one) == "pom.xml")
                found = [(one, lost) for one in projects if (lost := _modules_left_out(context, one, sources))]
                for project, lost in found[:1]:
                    text = f"{project} {NO_MODULES}, and Maven stops, also where -pl leaves them out."
                    todo = "copy the pom.xml of every module into the stage, too, or build the whole project from its own folder"
                    yield Fault(path, item.line, text, f"modules that are not there: {', '.join(lost[:40])}", todo)
                break


def _modules_left_out(context: Inspection, project: str, sources: list[str]) -> tuple[str, ...]:
    """The modules of a project of Maven, as they are written, that the repository has and of which nothing is copied."""
    text = _ELSEWHERE.sub("", text_of(context, project, errors="replace")) if context.is_file(project) else ""
    home = folder_of(project)
    places = {one: path_from(home, one) for one in _MODULE.findall(text) if "$" not in one}
    return tuple(
        name
        for name, place in places.items()
        if context.is_file(path_from(place, "pom.xml")) and not any(meet(source, place) for source in sources)
    )


def _told(path: str, line: int, manifest: str, members: tuple[str, ...]) -> Fault:
    names = ", ".join(members[:6]) + (" and more" if members[6:] else "")
    text = f"{manifest} names {names} as members, and no COPY brings them into the stage: cargo stops."
    return Fault(path, line, text, f"members: {', '.join(members[:40])}", f"copy {names} into the stage, too")


def _brings_more(item: Instruction) -> bool:
    """Whether an instruction may bring what no COPY from the build context names."""
    flags = str(dict(item.flags))
    return (
        "from" in item.flags
        or "type=bind" in flags
        or bool(item.heredocs)
        or (item.name in ("COPY", "ADD") and "$" in item.value)
        or (item.name == "RUN" and _PREPARES.search(item.value) is not None)
    )


def _left_out(context: Inspection, manifest: str, sources: list[str]) -> tuple[str, ...]:
    """The members of a workspace, as they are written, of which nothing is copied."""
    document = context.readable(manifest, toml.parse) if context.is_file(manifest) else None
    written = list(texts(table(document.data, "workspace").get("members"))) if document else []
    home = folder_of(manifest)
    crates = [folder_of(path) for path in context.inventory.by_name.get("Cargo.toml", ())]
    lost = []
    for member in written:
        path = path_from(home, member)
        fits = glob_expression(path).fullmatch if GLOB.search(path) else path.__eq__
        there = [crate for crate in crates if fits(crate)]
        if there and not any(meet(source, crate) for source in sources for crate in there):
            lost.append(member)
    return tuple(lost)


def meet(source: str, crate: str) -> bool:
    """Whether a source brings a folder or some of it; of a pattern only its beginning counts."""
    fixed = folder_of(GLOB.split(source, maxsplit=1)[0] + "x") if GLOB.search(source) else source
    return fixed == "." or f"{crate}/".startswith(f"{fixed}/") or fixed.startswith(f"{crate}/")
