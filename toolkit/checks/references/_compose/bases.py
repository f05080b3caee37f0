"""From which folders the paths of a compose file count, besides its own."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.references._compose.bundles import written_with
from toolkit.checks.references._compose.files import all_files
from toolkit.checks.references._compose.made import is_made
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._repair import strings
from toolkit.checks.references._scripts.texts import compositions, texts_with
from toolkit.documents import jsonc
from toolkit.memory import once_a_run
from toolkit.places import below, listed, path_from, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path

__all__ = ["astray", "is_at_home", "other_bases"]


def other_bases(context: Inspection, compose: Compose) -> tuple[str, ...]:
    """The folders that commands and development containers run a file from; empty if its own folder counts.

    That of the first file counts, or the one that ``--project-directory`` names.
    """
    found: tuple[str, ...] = (*_commanded(context, compose.path), *_containers(context).get(compose.path, ()))
    found = found or (*_named_with(context, compose), *("." for _ in written_with(context, compose)))
    return tuple(dict.fromkeys(found))


def _named_with(context: Inspection, compose: Compose) -> Iterator[str]:
    """The folders above a file whose own compose file a script names beside this one, through variables or a list."""
    above = {
        other.path: other.folder
        for other in all_files(context)
        if other.folder != compose.folder and (other.folder == "." or compose.folder.startswith(f"{other.folder}/"))
    }
    if "override" in posixpath.basename(compose.path):
        yield from above.values()  # its name says that it is laid over another
    for text in texts_with(context, compose.path) if above else ():
        yield from (
            folder for path, folder in above.items() if re.search(rf"(?<![\w/.-]){re.escape(path)}(?![\w.-])", text)
        )


def _commanded(context: Inspection, path: str) -> Iterator[str]:
    for command in compositions(context):
        named = [_path(context, command.folder, value) for value in command.values("-f", "--file")]
        certain = [index for index, value in enumerate(named) if value == path]
        likely = [
            index for index, value in enumerate(named) if value not in context.inventory.files and _is(path, value)
        ]
        hits = certain or likely
        based = command.values("--project-directory", "--project-dir")
        if hits and based:
            yield path_from(command.folder if "$" not in based[0] else ".", based[0])
            yield "."
        elif hits and posixpath.dirname(named[0]) != posixpath.dirname(named[hits[0]]):
            yield posixpath.dirname(named[0]) or "."


@once_a_run
def _containers(context: Inspection) -> dict[str, tuple[str, ...]]:
    """Files that a ``devcontainer.json`` lays over another, with the folder of the first."""
    found: dict[str, tuple[str, ...]] = {}
    for path, document in context.documents(context.inventory.named("devcontainer.json"), jsonc.parse):
        listed = table(document.data).get("dockerComposeFile")
        folder = posixpath.dirname(path)
        files = [path_from(folder, value) for _, value in strings(listed)]
        found |= dict.fromkeys(files[1:], (posixpath.dirname(files[0]) or ".",)) if files else {}
    return found


def _path(context: Inspection, folder: str, written: str) -> str:
    """A path of a command, which counts from the folder of its script or from the root."""
    clean = posixpath.normpath(written.rpartition("}")[2].lstrip("/") or written)
    beside = path_from(folder, clean)
    return beside if context.is_file(beside) else clean


def _is(path: str, named: str) -> bool:
    """Whether a path that is not known, because a variable or another folder stands before it, may mean this file."""
    while named.startswith("../"):
        named = named[3:]
    return path == named or path.endswith(f"/{named}")


def astray(context: Inspection, compose: Compose) -> Iterator[tuple[Path, str, str]]:
    """Paths of a file that are there from the root and not from its folder: the place, the path, and where it leads."""
    yield from () if is_at_home(context, compose) else _elsewhere(context, compose)


def is_at_home(context: Inspection, compose: Compose) -> bool:
    """Whether paths of a file do count from its folder, below which its programs are built: a mount that the root has is another's."""
    beside = (build for build in builds(compose) if build.folder != compose.folder and context.is_file(build.file))
    if not any(below(compose.folder, build.folder) for build in beside):
        return False
    found = list(_elsewhere(context, compose))
    return len(found) == 1 and "volumes" in found[0][0][2:3]


def _elsewhere(context: Inspection, compose: Compose) -> Iterator[tuple[Path, str, str]]:
    wanted: list[tuple[Path, str]] = []
    for where, value in compose.values("env_file"):
        wanted += [((*where, *below), text) for below, text in strings(value)]
        for index, entry in enumerate(listed(value)):
            wanted += [((*where, index, *below), text) for below, text in strings(table(entry).get("path"))]
    # A file of settings that git is told to ignore there is made there on every machine.
    wanted = [one for one in wanted if not context.inventory.ignored((path_from(compose.folder, one[1]),))]
    for kind in ("secrets", "configs"):
        for name, entry in table(compose.document.data, kind).items():
            wanted += [((kind, name, "file"), text) for _, text in strings(table(entry).get("file"))]
    wanted += [(build.where, build.context) for build in builds(compose)]
    wanted += [(one.where, one.source) for one in mounts(compose) if one.is_bind]
    for where, value in wanted:
        verdict = resolve(context, value, compose.folder, bases=(".",))
        # `./` and names that every folder has would be found from anywhere.
        if verdict.kind == "elsewhere" and posixpath.normpath(value) != "." and not is_made(context, verdict.path):
            yield where, value, verdict.near
