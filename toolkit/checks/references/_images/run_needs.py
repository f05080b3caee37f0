"""Files that commands of a Dockerfile read while the image is built, and that no COPY has brought by then."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._shell import commands
from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.frozen_copies import NO_COPY, absence, is_bound
from toolkit.checks.references._images.stages import contents
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.checks.references._images.stages import Content
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["FETCHES", "unread"]

_RUNNERS = frozenset(
    {"npx", "pnpm", "yarn", "bunx", "exec", "uv", "python", "python3", "-m", "-y", "--yes", "--no-install"}
)
_REQUIREMENTS = ("-r", "--requirement")
_PROJECT = ("-p", "--project", "-b", "--build")
_SCHEMAS = ("prisma/schema.prisma", "schema.prisma", "prisma/schema")
_SETS_SCHEMA = regex(r'"prisma"\s*:\s*\{')
FETCHES = regex(
    r"(?:^|[\n;&|(])\s*(?:sudo\s+)?(?:git|curl|wget|tar|unzip|rsync|svn|aws|gsutil|mv|ln|cp|cookiecutter)\b|\b(?:degit|create-[\w-]+)\b"
)
"""Programs that may bring any file; that one is installed brings none."""
_OPEN = regex(r"[$*?~`<>]|://")


def unread(context: Inspection, path: str, document: Document, folders: tuple[str, ...]) -> Iterator[Fault]:
    """Each command of a stage that begins from a plain image and reads a file that nothing before can have brought.

    Args:
        context: the run.
        path: the Dockerfile.
        document: what it says.
        folders: from which it is built; none where that is not known.
    """
    found, ends = contents(document)
    lines = text_of(context, path, errors="replace").splitlines()
    for item, now in found:
        if item.name == "RUN" and now.plain and not is_bound(item, lines) and "$" not in now.folder:
            yield from _of_run(context, (path, document, ends, now), folders, item)


def _of_run(
    context: Inspection,
    image: tuple[str, Document, list[Content], Content],
    folders: tuple[str, ...],
    item: Instruction,
) -> Iterator[Fault]:
    path, _, _, now = image
    said = now.text
    for command in commands(item.value):
        before, said = said, f"{said}\n{command.text}"
        if command.depth or command.cwd is None or "||" in (command.before, command.after) or FETCHES.search(before):
            continue
        for names in _needs(context, command):
            if any(posixpath.basename(name) in before for name in names):
                continue
            wanted = [path_from("/", now.at(command.cwd), name) for name in names]
            lost = absence(context, image, folders, wanted)
            if lost is not None:
                why, where = lost
                text = f"{command.text[:80]} needs {names[0]}: {why}, and the build stops."
                todo = (
                    "copy it before"
                    if why == NO_COPY
                    else f"bring {names[0]} into the build context, or correct the path"
                )
                yield Fault(path, item.line, text, where or f"it runs in {now.at(command.cwd)}", todo)
                return


def _needs(context: Inspection, command: Simple) -> Iterator[tuple[str, ...]]:
    """The files that a command reads, each with what does in its place."""
    words = command.words
    start = next((index for index, word in enumerate(words) if word not in _RUNNERS), len(words))
    program, rest = (words[start], words[start + 1 :]) if start < len(words) else ("", ())
    if program in ("pip", "pip3") and rest[:1] == ("install",):
        yield from ((name,) for name in _values(rest, *_REQUIREMENTS))
    elif program == "tsc":
        yield from ((name,) for name in _values(rest, *_PROJECT) if name.endswith(".json"))
    elif program == "prisma" and rest[:1] == ("generate",):
        given = tuple(_values(rest, "--schema"))
        settings = any(name.startswith("prisma.config.") for name in context.inventory.by_name)
        manifests = context.inventory.by_name.get("package.json", ())
        if given or not (settings or any(_SETS_SCHEMA.search(text_of(context, one)) for one in manifests)):
            yield given or _SCHEMAS
    elif program == "go" and rest[:1] in (("build",), ("install",)) and not {"-C", "-modfile"} & {*rest}:
        yield from ((word,) for word in rest[1:] if word.startswith("./") and "..." not in word and len(word) > 2)


def _values(words: tuple[str, ...], *options: str) -> Iterator[str]:
    """The values of options, where they are plain paths."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        given = (
            value if equals and name in options else words[index + 1] if word in options and words[index + 1 :] else ""
        )
        if given and not given.startswith("-") and not _OPEN.search(given):
            yield given
