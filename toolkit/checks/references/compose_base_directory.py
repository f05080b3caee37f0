"""See :class:`ComposeBaseDirectory`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._compose import builds, files, mounts
from toolkit.checks.references._repair import position, relative, replace, stands, strings
from toolkit.checks.references._scripts import compositions
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.documents import Path
    from toolkit.model import Finding


class ComposeBaseDirectory(Check):
    """Paths of a compose file count from the repository's root, but compose counts from the file's folder.

    What it checks: Build contexts, bind mounts and environment files that do not exist from the folder of the compose
        file and do exist from the repository's root. Silent where a script runs the file with ``--project-directory``
        or behind another ``-f``, whose folder then counts; such a file that cannot start alone is only information.
    Why it matters: Relative paths count from the folder of the first compose file, not from where the command is typed:
        the build context is missing, and a mount is an empty folder.
    How to fix: Write the paths from the file's folder (``../services/api``), or run it with
        ``--project-directory .`` everywhere.
    Fix safety: Unsafe. The path is rewritten from the file's folder, which is wrong if the file is run with
        ``--project-directory`` by something outside of the repository.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for compose in files(context):
            if compose.folder == ".":
                continue
            misses = list(self._misses(context, compose))
            if misses and not _has_other_base(context, compose):
                yield from (self._told(context, compose, *miss) for miss in misses)

    def _misses(self, context: Inspection, compose: Compose) -> Iterator[tuple[Path, str, str]]:
        wanted = [(build.where, build.context) for build in builds(compose)]
        wanted += [(one.where, one.source) for one in mounts(compose) if one.is_bind]
        for where, value in compose.values("env_file"):
            wanted += [((*where, *below), text) for below, text in strings(value)]
        for where, value in wanted:
            verdict = resolve(context, value, compose.folder, bases=(".",))
            # `./` and names that every folder has would be found from anywhere.
            if verdict.kind == "elsewhere" and posixpath.normpath(value) != ".":
                yield where, value, verdict.near

    def _told(self, context: Inspection, compose: Compose, where: Path, value: str, target: str) -> Finding:
        document = compose.document
        right = relative(target, compose.folder)
        whole = document.get(where)
        new = right if whole == value else str(whole).replace(value, right, 1)
        return self.finding(
            context,
            compose.path,
            f"{value} is looked for in {compose.folder}/, where it is not; from there it is {right}.",
            line=position(document, where),
            evidence=f"{target} exists, {posixpath.normpath(posixpath.join(compose.folder, value))} does not",
            severity="info" if compose.is_override else "error",
            fixes=replace(context, compose.path, document, where, new) if stands(document, where) else (),
        )


def _has_other_base(context: Inspection, compose: Compose) -> bool:
    """Whether a script runs the file from another base than its own folder."""
    for command in compositions(context):
        named = [_path(context, command.folder, value) for value in command.values("-f", "--file")]
        certain = [index for index, value in enumerate(named) if value == compose.path]
        likely = [
            index
            for index, value in enumerate(named)
            if value not in context.inventory.files and _is(compose.path, value)
        ]
        hits = certain or likely
        based = command.values("--project-directory", "--project-dir")
        if hits and (based or posixpath.dirname(named[0]) != posixpath.dirname(named[hits[0]])):
            return True
    return False


def _path(context: Inspection, folder: str, written: str) -> str:
    """A path of a command, which counts from the folder of its script or from the root."""
    clean = posixpath.normpath(written.rpartition("}")[2].lstrip("/") or written)
    beside = posixpath.normpath(posixpath.join(folder, clean))
    return beside if context.is_file(beside) else clean


def _is(path: str, named: str) -> bool:
    """Whether a path that is not known, because a variable or another folder stands before it, may mean this file."""
    while named.startswith("../"):
        named = named[3:]
    return path == named or path.endswith(f"/{named}")
