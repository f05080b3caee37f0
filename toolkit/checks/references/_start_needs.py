"""Files that the CMD or ENTRYPOINT of an image starts, that lie in the repository, and that no COPY has brought."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._shell import commands
from toolkit.checks.references._compose.files import all_files
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.build_contexts import REMOTE
from toolkit.checks.references._images.copy_causes import MISSES
from toolkit.checks.references._images.copy_sources import MADE
from toolkit.checks.references._images.frozen_copies import absence
from toolkit.checks.references._images.run_needs import FETCHES
from toolkit.checks.references._images.stages import contents
from toolkit.expressions import regex
from toolkit.places import below, folder_of, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._images.stages import Content
    from toolkit.documents.dockerfile import Document, Instruction, Stage

__all__ = ["unbrought"]

_PROGRAMS = frozenset({"node", "python", "python3", "sh", "bash", "tsx", "ts-node", "bun", "ruby", "php"})
_FILE = regex(r"\.?/?\w[\w./-]*\.(?:sh|py|js|mjs|cjs|ts|rb|php)")
_OF_IMAGES = "docker-entrypoint.sh"
"""What images of others start themselves, too."""


def unbrought(context: Inspection, path: str, document: Document, folders: tuple[str, ...]) -> Iterator[Fault]:
    """Each such file of a stage that begins from a plain image and fetches nothing.

    Args:
        context: the run.
        path: the Dockerfile.
        document: what it says.
        folders: from which it is built; none where that is not known.
    """
    _, ends = contents(document)
    told: set[str] = set()
    for stage, end in zip(document.stages if ends else (), ends, strict=False):
        ran = "\n".join(f"{item.value}{''.join(part.content for part in item.heredocs)}" for item in end.ran)
        if not end.plain or "$" in end.folder or FETCHES.search(ran):
            continue
        for item, word in _started(stage):
            target, name = path_from("/", end.at(word)), posixpath.basename(word)
            there = _in_repository(context, path, folders, end, word)
            written = any(name in one.value for one in stage.instructions if one.heredocs)
            if target in told or not there or name == _OF_IMAGES or name in ran or written or MADE.search(word):
                continue
            lost = absence(context, (path, document, ends, end), folders, [target])
            if lost is None or lost[0] == MISSES or _is_mounted(context, path, target):
                continue
            told.add(target)
            yield Fault(
                path,
                item.line,
                f"{item.name} starts {word}: {lost[0]}, and the container stops.",
                f"{there} is there; the command looks for {target}",
                f"copy {there} to {target}" if not lost[1] else f"take {there} out of .dockerignore",
            )


def _started(stage: Stage) -> Iterator[tuple[Instruction, str]]:
    """The files that the last ENTRYPOINT and the last CMD of a stage start."""
    last = {item.name: item for item in stage.instructions if item.name in ("ENTRYPOINT", "CMD")}
    for item in last.values():
        words = item.json_form or next((one.words for one in commands(item.value)), ())
        start = 1 if words and posixpath.basename(words[0]) in _PROGRAMS else 0
        rest = [word for word in words[start:] if start == 0 or not word.startswith("-")][:1]
        yield from ((item, word) for word in rest if _FILE.fullmatch(word) and not REMOTE.match(word))


def _in_repository(context: Inspection, path: str, folders: tuple[str, ...], end: Content, word: str) -> str:
    """Where the file lies that a word was to name: counted from a build context, or beside the Dockerfile."""
    name = posixpath.relpath(word, end.folder) if below(end.folder, word) else word.lstrip("/")
    places = [path_from(folder, name) for folder in folders or upward(folder_of(path))]
    places.append(path_from(folder_of(path), posixpath.basename(word)))
    return next((place for place in places if context.is_file(place)), "")


def _is_mounted(context: Inspection, path: str, target: str) -> bool:
    """Whether a service of compose that is built from the Dockerfile mounts something where the file is looked for."""
    return any(
        mount.service == build.service and below(posixpath.normpath(mount.target), target)
        for compose in all_files(context)
        for build in builds(compose)
        if build.file == path
        for mount in mounts(compose)
    )
