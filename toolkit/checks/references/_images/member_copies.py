"""Members of a JavaScript workspace that a Dockerfile leaves out of the stage in which it installs those that depend on them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._shell import commands
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks._workspaces import arguments, selected, workspace
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.copy_sources import within
from toolkit.checks.references._images.stages import chain, contents, index_of, is_plain, traced
from toolkit.checks.references._images.workspace_copies import meet
from toolkit.expressions import regex
from toolkit.places import below, inside, path_from, table, upward
from toolkit.specifiers import SOURCES, specifiers
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.references._images.stages import Content
    from toolkit.documents.dockerfile import Document, Instruction
    from toolkit.model import Severity, Subproject

__all__ = ["left_out"]

_INSTALL = regex(r"(?:pnpm|npm|bun) (?:i|install|ci)(?: |$)|yarn(?: install)?(?: -|$)")
_PRODUCTION = regex(r" (?:-P|--prod|--production|--omit[= ]dev|--only[= ]prod\w*)\b")
_FROZEN = regex(r" (?:--frozen-lockfile|--immutable)\b|(?:bun|npm) ci\b")
_MAKES = regex(
    r"\b(?:git clone|turbo|cp|mv|tar|unzip|jq|sed|pnpm-workspace|package\.json|(?:npm|pnpm) (?:pkg|init))\b|--mount=type=bind|<<"
)
"""Steps before that may bring members, or change what the manifests say."""
_HOISTS = regex(r"(?i)hoist|node-?linker")
_STOPS = ("bun", "yarn", "yarn_classic")
"""Managers that stop where the member of a dependency is not there; npm and pnpm link to where it would be."""


@frozen
class _Image:
    """What an image is built from, and what a stage of it holds."""

    context: Inspection
    path: str
    document: Document
    ends: list[Content]
    folder: str

    def sources(self, now: Content, path: str) -> list[str]:
        """The files of the repository that one of the stage is a copy of."""
        whole = (path_from(self.folder, one) for one in traced(self.document, self.ends, now, path))
        return [one for one in whole if self.context.is_file(one)]


@frozen
class _Install:
    """An install of a workspace.

    Args:
        image: where it runs.
        line: of its instruction.
        command: itself.
        space: the workspace.
        lost: the names of the members that no COPY brings before.
        held: the folders of the others, and of the workspace.
    """

    image: _Image
    line: int
    command: Simple
    space: Subproject
    lost: dict[str, str]
    held: tuple[str, ...]

    def needs(self, folder: str, *kinds: str) -> Iterator[tuple[str, str]]:
        """The names of members that a package depends on, and how it asks for them."""
        data = by_folder(self.image.context)[folder].data
        for kind in kinds:
            yield from ((name, str(asked)) for name, asked in table(data, kind).items())


def left_out(context: Inspection, path: str, document: Document, folder: str) -> Iterator[Fault]:
    """The first such install of each stage.

    Args:
        context: the run.
        path: the Dockerfile.
        document: what it says.
        folder: from which it is built.
    """
    found, ends = contents(document)
    if any(
        "$" in " ".join((*copy.sources, copy.target)) or "parents" in copy.instruction.flags
        for copy in document.copies()
    ):
        return
    image = _Image(context, path, document, ends, folder)
    for number, stage in enumerate(document.stages if ends else ()):
        before = [item for at in chain(document, number) for item in document.stages[at].instructions]
        if not is_plain(document.stages[chain(document, number)[0]].image):
            continue
        for item, now in (one for one in found if one[0].name == "RUN" and one[0] in stage.instructions):
            if _makes(item) or any(_makes(one) for one in before[: before.index(item)] if one.name == "RUN"):
                break
            installs = (one for simple in commands(item.value) if (one := _install(image, item, now, simple)))
            if (install := next(installs, None)) is not None:
                yield from _stopped(install) if install.space.ecosystem in _STOPS else _unlinked(install)
                break


def _makes(item: Instruction) -> bool:
    return bool(item.heredocs) or _MAKES.search(f"{dict(item.flags)} {item.value}") is not None


def _install(image: _Image, item: Instruction, now: Content, command: Simple) -> _Install | None:
    """The install of a workspace without some of its members; ``None`` for anything else."""
    words, context = command.words, image.context
    if not _INSTALL.match(command.text) or len(arguments(words[1:])) > 1 or command.depth or command.cwd is None:
        return None
    if "||" in (command.before, command.after):
        return None
    home = now.at(command.cwd)
    manifests = image.sources(now, inside(home, "package.json"))
    bases = {posixpath.dirname(one) or "." for one in manifests}
    space = next((one for one in context.subprojects if bases == {one.path} and one.family == "javascript"), None)
    origins = [one.origin for one in now.brought if one.origin and below(one.target, home)]
    if space is None or space.ecosystem.partition("_")[0] != words[0]:
        return None
    if any(index_of(image.document, one) is None for one in origins):
        return None
    if words[0] == "pnpm" and not image.sources(now, inside(home, "pnpm-workspace.yaml")):
        return None
    known = by_folder(context)
    places = {one: path_from(home, posixpath.relpath(one, space.path), "package.json") for one in space.members}
    held = tuple(
        one
        for one in (space.path, *space.members)
        if one in known and (one not in places or image.sources(now, places[one]))
    )
    kept = {known[one].data.get("name") for one in held}
    names = {str(known[one].data.get("name")): one for one in space.members if one in known}
    lost = {name: folder for name, folder in names.items() if name not in kept}
    return _Install(image, item.line, command, space, lost, held) if lost and space.path in held else None


def _stopped(install: _Install) -> Iterator[Fault]:
    """What an install stops at: a dependency on a member that is not there, and that no registry has."""
    context, text = install.image.context, install.command.text
    kinds = ("dependencies", "optionalDependencies", *(() if _PRODUCTION.search(text) else ("devDependencies",)))
    certain = _FROZEN.search(text) is not None or install.space.ecosystem == "yarn"
    own = {name for name, one in install.lost.items() if certain or by_folder(context)[one].data.get("private")}
    for folder in install.held:
        asked = [(name, how) for name, how in install.needs(folder, *kinds) if name in install.lost]
        if lost := [install.lost[name] for name, how in asked if name in own or how.startswith("workspace:")]:
            yield _told(install, folder, lost, "before: the install stops")
            return


def _unlinked(install: _Install) -> Iterator[Fault]:
    """What the image is built of and depends on a member that never comes, or comes without what it depends on itself."""
    document, context, base = install.image.document, install.image.context, install.image.folder
    sources = [path_from(base, within(one)) for copy in document.copies() if not copy.origin for one in copy.sources]
    queue = sorted(_purposes(install) or (set(sources) & {*install.held} - {install.space.path}))
    lost: dict[str, str] = {}
    names = {by_folder(context)[one].data.get("name"): one for one in install.held}
    for folder in queue:  # grows while it is read
        for name, _ in install.needs(folder, "dependencies"):
            if name in install.lost and _imports(context, folder, name):
                lost.setdefault(install.lost[name], folder)
            elif name in names and names[name] not in queue:
                queue.append(names[name])
    never = [one for one in lost if not any(meet(source, one) for source in sources)]
    bare = [one for one in lost if one not in never and _is_bare(install, one)]
    if never:
        yield _told(install, lost[never[0]], never, "into the image: what is built does not find it")
    elif bare:
        yield _told(install, lost[bare[0]], bare, "before: what it needs itself is not installed")


def _purposes(install: _Install) -> set[str]:
    """The members that an image is for: that of the Dockerfile's folder, and those that its commands select."""
    context, space = install.image.context, install.space
    found = set(upward(posixpath.dirname(install.image.path) or "."))
    runs = (one for stage in install.image.document.stages for one in stage.instructions if one.name in ("RUN", "CMD"))
    for words in (one.words for item in runs for one in commands(item.value) if not _INSTALL.match(one.text)):
        for name in selected(words, words[0]) if words[0] == space.ecosystem else ():
            found |= {one.folder for one in (workspace(context, name, space.path),) if one}
    return (found & set(install.held)) - {space.path}


def _imports(context: Inspection, folder: str, name: str) -> bool:
    """Whether sources of a package, but for its tests, import more than types from another one."""
    value = re.compile(
        rf"""\b(?:import|export)\s(?!\s*type\b)[^;"']{{0,2000}}\bfrom\s*["']{re.escape(name)}(?:/[^"']*)?["']"""
        rf"""|\b(?:import|require)\s*\(?\s*["']{re.escape(name)}(?:/[^"']*)?["']"""
    )
    own = (one for one in context.below(folder) if one.endswith(SOURCES))
    asking = (one for one in own if any(below(name, asked) for asked in context.fact(specifiers, one)))
    return any(not is_test(one) and value.search(text_of(context, one, errors="replace")) for one in asking)


def _is_bare(install: _Install, member: str) -> bool:
    """Whether nothing installs what a member depends on, in a workspace of pnpm where each has its own."""
    image, space = install.image, install.space
    settings = [inside(space.path, name) for name in (".npmrc", "pnpm-workspace.yaml")]
    texts = "\n".join(text_of(image.context, one, errors="replace") for one in settings if image.context.is_file(one))
    if space.ecosystem != "pnpm" or _HOISTS.search(texts):
        return False
    root = {name for name, _ in install.needs(space.path, "dependencies", "devDependencies")}
    own = {name for name, asked in install.needs(member, "dependencies") if not asked.startswith("workspace:")}
    again = (
        now
        for item, now in contents(image.document)[0]
        if item.name == "RUN" and any(_INSTALL.match(one.text) for one in commands(item.value))
    )
    relative = posixpath.relpath(member, space.path)
    return bool(own - root) and not any(
        image.sources(now, path_from(now.folder, relative, "package.json")) for now in again
    )


def _told(install: _Install, needer: str, lost: list[str], ends: str) -> Fault:
    names = ", ".join(lost[:6]) + (" and more" if lost[6:] else "")
    manifests = ", ".join(inside(one, "package.json") for one in lost[:6])
    text = f"{install.command.text[:80]}: {needer} depends on {names}, which no COPY brings {ends}."
    evidence = f"members that are there: {', '.join(sorted(install.held)[:24])}"
    todo = f"copy {manifests} before the install, too, and what is built of them"
    # What is linked to in vain may only be asked for types.
    level: Severity = "error" if install.space.ecosystem in _STOPS else "warning"
    return Fault(install.image.path, install.line, text, evidence, todo, severity=level)
