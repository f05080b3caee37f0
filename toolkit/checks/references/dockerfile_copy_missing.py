"""See :class:`DockerfileCopyMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._dockerfiles import dockerfiles, ignored_by, is_built_elsewhere, is_listed, read, uses
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Copy
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_REMOTE = re.compile(r"^\w[\w+.-]*:|^git@")
_GLOB = re.compile(r"[*?\[]")
_MADE = re.compile(
    r"(^|/)(dist|build|out|target|bin|release|artifacts?|publish|node_modules|\.next|coverage)(/|$)|\.(jar|war|whl|tgz|zip|exe|wasm|so)$|\.tar\."
)
_LOCKS = {
    "package-lock.json": "npm install --package-lock-only",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install --lockfile-only",
    "bun.lock": "bun install",
    "bun.lockb": "bun install",
    "Cargo.lock": "cargo generate-lockfile",
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
    "go.sum": "go mod tidy",
    "Gemfile.lock": "bundle lock",
    "composer.lock": "composer update",
    "Pipfile.lock": "pipenv lock",
}


class DockerfileCopyMissing(Check):
    """A Dockerfile copies a file that its build context does not hold.

    What it checks: Sources of COPY and ADD from the build context: that of the compose services that build the file,
        else the one above the Dockerfile from which its sources are found. A source that ``.dockerignore`` leaves out
        is missing too. Copies from other stages, addresses, sources with unknown arguments and what a build makes
        are left alone; a glob needs one match.
    Why it matters: The image cannot be built. A lock file that was never committed is the commonest case.
    How to fix: Commit the file, correct the path, or set the build context that the Dockerfile was written for.
    Fix safety: Manual. Which of the three is right only the author knows.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path in dockerfiles(context):
            document = read(context, path)
            copies = [one for one in document.copies() if _is_local(one)] if document is not None else []
            if not copies:
                continue
            folders, certain = _contexts(context, path, copies)
            found = [one for copy in copies for one in self._copied(context, path, copy, folders, certain=certain)]
            other = _other_context(context, path, copies, folders) if len(found) > 1 and certain else ""
            if other and found[0].severity == "error":
                yield self._misplaced(context, path, found[0], folders[0], other)
            else:
                yield from found

    def _misplaced(self, context: Inspection, path: str, first: Finding, given: str, other: str) -> Finding:
        source = next((use.source for use in uses(context, path)), "")
        return self.finding(
            context,
            path,
            f"Every source counts from {other}, and {source} builds the file from {given}: the build stops at the first COPY.",
            line=first.line,
            evidence=f"set the build context to {other}",
        )

    def _copied(
        self, context: Inspection, path: str, copy: Copy, folders: tuple[str, ...], *, certain: bool
    ) -> Iterator[Finding]:
        sources = [source for source in copy.sources if source and not _REMOTE.match(source)]
        missing: list[tuple[str, Verdict]] = []
        for source in sources:
            name = source.lstrip("/") or "."
            verdicts = [resolve(context, name, folder) for folder in folders]
            if all(verdict.kind == "missing" for verdict in verdicts):
                if not _GLOB.search(source) or len(sources) == 1:
                    missing.append((source, verdicts[0]))
            elif not _GLOB.search(source):
                yield from self._left_out(context, path, copy, name, folders, verdicts)
        if missing:
            yield self._missing(context, path, copy, missing, certain=certain)

    def _missing(
        self, context: Inspection, path: str, copy: Copy, missing: list[tuple[str, Verdict]], *, certain: bool
    ) -> Finding:
        names = [posixpath.basename(source.rstrip("/")) for source, _ in missing]
        locks = [f"`{_LOCKS[name]}` makes {name}" for name in names if name in _LOCKS]
        lock = f" It was never committed: {', '.join(locks)}." if locks and len(locks) == len(names) else ""
        wrong = any(verdict.command for _, verdict in missing)
        made = all(_MADE.search(source) for source, _ in missing) and not wrong
        level: Severity = "info" if made else "warning" if wrong or not certain else "error"
        sources = " ".join(source for source, _ in missing)
        return self.finding(
            context,
            path,
            f"{copy.instruction.name} {sources}: the build context does not hold it, and the build stops"
            f"{' unless something makes it before' if made else ''}.{lock}",
            line=copy.line,
            evidence="; ".join(f"{verdict.path} {verdict.why}" for _, verdict in missing),
            severity=level,
        )

    def _left_out(  # noqa: PLR0913, PLR0917 - one source in all of its contexts
        self,
        context: Inspection,
        path: str,
        copy: Copy,
        name: str,
        folders: tuple[str, ...],
        verdicts: list[Verdict],
    ) -> Iterator[Finding]:
        there = [folder for folder, verdict in zip(folders, verdicts, strict=True) if verdict.kind != "missing"]
        patterns = [ignored_by(context, folder, path, name) for folder in there]
        if there and all(patterns) and posixpath.normpath(name) != ".":
            yield self.finding(
                context,
                path,
                f"{copy.instruction.name} {name}: .dockerignore leaves it out of the build context, and the build stops.",
                line=copy.line,
                evidence=f"the pattern {patterns[0]} matches it",
                severity="error" if len(folders) == 1 else "warning",
            )


def _other_context(context: Inspection, path: str, copies: list[Copy], folders: tuple[str, ...]) -> str:
    """A folder above the file that holds every source, though the one it is built from does not."""
    names = [source.lstrip("/") for copy in copies for source in copy.sources if _tells(source)]
    for folder in _above(posixpath.dirname(path) or "."):
        if (
            folder not in folders
            and names
            and all(is_listed(context, posixpath.normpath(posixpath.join(folder, name))) for name in names)
        ):
            return folder
    return ""


def _is_local(copy: Copy) -> bool:
    return not copy.origin and not copy.instruction.onbuild and "from" not in copy.instruction.flags


def _contexts(context: Inspection, path: str, copies: list[Copy]) -> tuple[tuple[str, ...], bool]:
    """The folders from which the sources may count, and whether a missing source is certainly missing."""
    given = tuple(dict.fromkeys(use.context for use in uses(context, path)))
    above = _above(posixpath.dirname(path) or ".")
    if given and not is_built_elsewhere(context, path):
        return given, True
    names = list(dict.fromkeys(source.lstrip("/") for copy in copies for source in copy.sources if _tells(source)))
    if not names:
        return (*given, *above), False
    candidates = tuple(dict.fromkeys((*given, *above, *_guessed(context, names))))
    counts = {
        folder: sum(is_listed(context, posixpath.normpath(posixpath.join(folder, name))) for name in names)
        for folder in candidates
    }
    best = max(counts.values())
    if best == 0:
        return (*given, *above), False
    # Someone builds it from the folder that holds most; one that holds less is no context of this file.
    folders = tuple(folder for folder in candidates if counts[folder] == best)
    known = folders[0] in (*given, *above)
    return folders, known and best * 2 >= len(names)


def _tells(source: str) -> bool:
    """Whether a source says something about the context: ``.`` and variables do not."""
    return "$" not in source and not _REMOTE.match(source) and posixpath.normpath(source.lstrip("/") or ".") != "."


def _above(folder: str) -> tuple[str, ...]:
    found = [folder]
    while found[-1] != ".":
        found.append(posixpath.dirname(found[-1]) or ".")
    return tuple(found)


def _guessed(context: Inspection, names: list[str]) -> Iterator[str]:
    """Folders below which the first sources stand, for Dockerfiles that lie apart from what they build."""
    for name in names[:3]:
        clean = name.rstrip("/").removeprefix("./")
        if not clean or _GLOB.search(clean) or clean.startswith("../"):
            continue
        hits = context.inventory.by_name.get(posixpath.basename(clean), ())
        ends = [path for path in hits if path == clean or path.endswith(f"/{clean}")]
        if len(ends) > 50:
            continue
        yield from (path[: -len(clean)].rstrip("/") or "." for path in ends)
