"""See :class:`ComposeBaseDirectory`."""

from __future__ import annotations

import posixpath
from hashlib import sha256
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._compose.bases import astray, other_bases
from toolkit.checks.references._compose.files import files
from toolkit.checks.references._repair import by_hand, relative, stands
from toolkit.context import Unreadable
from toolkit.errors import ToolkitError
from toolkit.model import EditFile, Fix
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path
    from toolkit.model import Finding


class ComposeBaseDirectory(Check):
    """Paths of a compose file count from the repository's root, but compose counts from the file's folder.

    What it checks: Build contexts, bind mounts and environment files that do not exist from the folder of the compose
        file and do exist from the repository's root. Silent where a script runs the file with ``--project-directory``
        or behind another ``-f``, whose folder then counts; such a file that cannot start alone, and one among documents, is
        only information. All paths of a file are one finding.
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
            misses = sorted(astray(context, compose), key=lambda miss: compose.line(miss[0]))
            if any(_tells(context, *miss) for miss in misses) and not other_bases(context, compose):
                yield self._told(context, compose, misses)

    def _told(self, context: Inspection, compose: Compose, misses: list[tuple[Path, str, str]]) -> Finding:
        where, value, target = misses[0]
        lines = ", ".join(dict.fromkeys(str(compose.line(other)[0]) for other, _, _ in misses[1:]))
        more = f" The same holds for {len(misses) - 1} more." if lines else ""
        return self.finding(
            context,
            compose.path,
            f'"{value}" is looked for in {compose.folder}/, where it is not; from there it is '
            f'"{relative(target, compose.folder)}".{more}',
            line=compose.line(where),
            evidence=f"{target} exists, {path_from(compose.folder, value)} does not"
            f"{f'; so with lines {lines}' if lines else ''}",
            severity="info" if compose.is_override or compose.is_aside else "error",
            fixes=_repair(context, compose, misses)
            or by_hand(f"write {relative(target, compose.folder)} in place of {value}{', and so on' if lines else ''}"),
        )


def _tells(context: Inspection, where: Path, value: str, target: str) -> bool:
    """Whether a path is more than the name of a folder to mount, which a folder of the root may bear by chance."""
    is_mount = "volumes" in where[2:3]
    return not is_mount or "/" in posixpath.normpath(value) or context.is_file(target)


def _repair(context: Inspection, compose: Compose, misses: list[tuple[Path, str, str]]) -> tuple[Fix, ...]:
    """All paths of the file written anew; none where one of them cannot be edited in place."""
    document = compose.document
    try:
        spans = tuple(
            document.replace(where, str(document.get(where)).replace(value, relative(target, compose.folder), 1))
            for where, value, target in misses
            if stands(document, where)
        )
        digest = sha256(context.read(compose.path)).hexdigest()
    except (ToolkitError, Unreadable):
        return ()
    one = len(spans) == 1
    title = (
        f"write {relative(misses[0][2], compose.folder)}" if one else f"write {len(spans)} paths from {compose.folder}"
    )
    return (Fix(title, "unsafe", (EditFile(compose.path, spans, digest),)),) if spans else ()
