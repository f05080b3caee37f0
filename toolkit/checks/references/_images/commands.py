"""What the commands of Dockerfiles run, and where in the repository that lies."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from toolkit.checks.references._images.build_contexts import contexts, other_context
from toolkit.checks.references._images.builds import is_built_elsewhere, is_for_others, uses
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.entries import unheard
from toolkit.checks.references._images.production_installs import left_out
from toolkit.checks.references._images.stages import contents, index_of, traced
from toolkit.checks.references._scripts.start_commands import lacking
from toolkit.checks.references._services import programs
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import folder_of, path_from, texts, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._broken import Broken
    from toolkit.checks.references._images.stages import Content
    from toolkit.checks.references._kubernetes.pods import Container
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["broken_commands", "broken_containers", "broken_start", "work_folder"]

_MANAGERS = frozenset({*JAVASCRIPT_MANAGERS, "turbo", "nx", "lerna"})
_MODULE = regex(r"\bpython3?\s+-m\b|\bcelery\b")
_KNOWN = regex(r"\b(?:npm|pnpm|yarn|bun|turbo|nx|lerna|node|python3?|tsx|ts-node|gunicorn|uvicorn|celery|pip3?)\b")


def broken_commands(context: Inspection, path: str) -> Iterator[tuple[Instruction, str, Broken]]:
    """What the commands of a Dockerfile need and the image will not have, with the command as text.

    A manager of packages runs where the ``package.json`` comes from that lies in its folder of the image; what else is
    run has to be in the folder of the build context that this folder is a copy of.
    """
    document = read(context, path)
    if document is None or is_for_others(context, path):
        return
    commands, ends = contents(document)
    wanted = [(item, now, _text(item)) for item, now in commands]
    own = document.stages[-1].instructions if document.stages else ()
    last = [item for item in own if item.name == "CMD" and item.json_form]
    wanted = [one for one in wanted if _KNOWN.search(one[2])]
    names = [source for copy in document.copies() if not copy.origin for source in copy.sources]
    folders, certain = contexts(context, path, names)
    beside = not {*folders}.isdisjoint(upward(folder_of(path)))
    if wanted and not certain and not uses(context, path) and (not beside or is_built_elsewhere(context, path)):
        return  # the folder is guessed by what it holds, or may be what a build makes
    lost = [one for one in names if all(resolve(context, one.lstrip("/"), at).kind == "missing" for at in folders)]
    if certain and len(lost) > 1 and other_context(context, path, names, folders):
        return  # all that it copies counts from elsewhere, which is told
    for item in last[-1:]:
        unrun = unheard(context, path, folders[0], None, item.json_form or (), own=True)
        yield from ((item, _text(item), one) for one in unrun)
    told = {posixpath.basename(one) for one in lost}
    for item, now, text in (one for one in wanted if told.isdisjoint(map(posixpath.basename, one[2].split()))):
        yield from ((item, text, one) for one in _lacking(context, (document, ends, now), folders, text))
        managed = _managed(context, (document, ends, now), folders)
        yield from ((item, text, one) for one in left_out(context, document, item, managed, text))


def broken_start(context: Inspection, path: str, folder: str, stage: str | None, text: str) -> Iterator[Broken]:
    """What a command needs that somebody starts an image with in place of its own.

    Args:
        context: the run.
        path: the Dockerfile.
        folder: the build context.
        stage: the stage that is built; ``None`` for the last one.
        text: the command.
    """
    document = read(context, path)
    now = _built(document, stage)
    if document is not None and now is not None and _KNOWN.search(text):
        yield from _lacking(context, (document, contents(document)[1], now), (folder,), text)


def broken_containers(context: Inspection) -> Iterator[tuple[Container, str, Broken]]:
    """What the commands of containers of manifests need, of those whose image is built here."""
    for program in programs(context):
        folders = sorted({use.context for use in uses(context, program.dockerfile)} or {program.folder})
        for container in program.containers if len(folders) == 1 else ():
            words, args = texts(container.data.get("command")), texts(container.data.get("args"))
            text = shlex.join((*words, *args))
            found = (
                broken_start(context, program.dockerfile, folders[0], None, text)
                if words
                else unheard(context, program.dockerfile, folders[0], None, args)
            )
            yield from ((container, text, one) for one in found)


def work_folder(context: Inspection, path: str, stage: str | None) -> str:
    """Where commands of an image run; ``/`` where nothing is known."""
    now = _built(read(context, path), stage)
    return now.folder if now is not None else "/"


def _built(document: Document | None, stage: str | None) -> Content | None:
    """What the stage holds that is built; ``None`` where there is none of this name."""
    ends = contents(document)[1] if document is not None else []
    number = len(ends) - 1 if document is None or stage is None else index_of(document, stage)
    return ends[number] if number is not None and 0 <= number < len(ends) else None


def _lacking(
    context: Inspection, image: tuple[Document, list[Content], Content], folders: tuple[str, ...], text: str
) -> Iterator[Broken]:
    document, ends, now = image
    managed = _managed(context, image, folders)
    held = (*(now.origins(now.folder) or ()), *_homes(document, ends, now, text))
    if _MODULE.search(text):  # a package is found in ``src``, too
        sources = now.origins(posixpath.join(now.folder, "src")) or ()
        held += tuple(posixpath.dirname(one) or "." for one in sources if posixpath.basename(one) == "src")
    whole = (path_from(folder, one) for folder in folders for one in held)
    known = tuple(dict.fromkeys(one for one in whole if one == "." or one in context.inventory.folders))
    yield from lacking(context, text, managed, _MANAGERS.__contains__)
    yield from lacking(context, text, known, _is_other)


def _managed(
    context: Inspection, image: tuple[Document, list[Content], Content], folders: tuple[str, ...]
) -> tuple[str, ...]:
    """The folders of the repository whose ``package.json`` lies where a command runs."""
    document, ends, now = image
    manifests = traced(document, ends, now, now.at("package.json"))
    joined = (path_from(folder, one) for folder in folders for one in manifests)
    return tuple(dict.fromkeys(posixpath.dirname(one) or "." for one in joined if context.is_file(one)))


def _homes(document: Document, ends: list[Content], now: Content, text: str) -> Iterator[str]:
    """The folders of the build context from which files that a command names by relative paths came into the image."""
    for word in text.split():
        clean = posixpath.normpath(word.strip("'\""))
        if re.fullmatch(r"\w[\w./-]*", clean) and (
            "/" in clean or clean.endswith((".js", ".mjs", ".cjs", ".ts", ".py"))
        ):
            for path in traced(document, ends, now, now.at(clean)):
                if path == clean or path.endswith(f"/{clean}"):
                    yield path[: -len(clean)].rstrip("/") or "."


def _is_other(program: str) -> bool:
    return program not in _MANAGERS


def _text(item: Instruction) -> str:
    if item.json_form is not None:
        return shlex.join(item.json_form)
    return re.sub(r"--mount=\S+\s*", "", item.value)
