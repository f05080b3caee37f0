"""See :class:`DockerfileCopyMissing`."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._compose.contexts import mend, misplaced
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._images.build_arguments import is_given
from toolkit.checks.references._images.build_contexts import GLOB, REMOTE, contexts, foreign_part, other_context
from toolkit.checks.references._images.builds import (
    documented_elsewhere,
    is_built_elsewhere,
    is_for_others,
    is_part,
    names_context,
    uses,
)
from toolkit.checks.references._images.copy_causes import LEFT_OUT, LOCKS, MISSES, NO_STAGE, by_fault, together
from toolkit.checks.references._images.copy_sources import (
    MADE,
    finds_nothing,
    is_forgotten,
    is_local,
    is_renamed,
    is_slip,
    is_told_to_be_made,
    kept_lock,
    made_by,
    nearest_verdict,
    of_a_shell,
    repair,
    verdict_on,
    within,
    written_by,
)
from toolkit.checks.references._images.dockerfiles import bound, dockerfiles, ignored_by, read
from toolkit.checks.references._images.frozen_copies import unlocked
from toolkit.checks.references._images.matrix_builds import misbuilt
from toolkit.checks.references._images.member_copies import left_out
from toolkit.checks.references._images.run_needs import unread
from toolkit.checks.references._images.stage_outputs import unmade
from toolkit.checks.references._images.stages import undefined
from toolkit.checks.references._images.workspace_copies import uncopied
from toolkit.checks.references._repair import by_hand, reword
from toolkit.checks.references._start_needs import unbrought
from toolkit.expressions import regex
from toolkit.packages import MANAGERS
from toolkit.places import folder_of, path_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Copy, Document
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_PLACEHOLDER = regex(r"(?:^|/)[A-Z]+_[A-Z_]+(?:/|$)")
"""A name in capitals that stands for another."""
_MAY_BE_GONE = regex(r"[\w.]\*$|\[[\w.]\]")
"""A name with a star behind it, or with one letter in brackets, by which people mean: if there is one."""


class DockerfileCopyMissing(Check):
    """A Dockerfile copies a file that its build context does not hold.

    What it checks: Sources of COPY, ADD and ``RUN --mount=type=bind`` from the build context: that of the compose services, workflows and blueprints of Render that build the file,
        else the one above the Dockerfile from which its sources are found. A source that ``.dockerignore`` leaves out
        is missing too. Names of stages that no earlier FROM gives. Copies from another stage, where what it makes is known:
        the folder of a bundler or of ``tsc``, the programs of crates, what a compiler is told to write (``go build -o``), Python's folders by
        the version of the image, files of the context that it was given, files beside the one that it writes. Members of a Cargo workspace and modules of a Maven project that no COPY brings before their manifest is read, and the lock
        that a frozen install (``npm ci``, ``--frozen-lockfile``, ``--immutable``) needs and its stage does not have; so are the files that
        ``pip install -r``, ``tsc -p``, ``prisma generate`` and ``go build ./FOLDER`` read in a stage that begins from a plain image, and those of the
        repository that its CMD or ENTRYPOINT starts. Members of a JavaScript
        workspace that those depend on which an install finds, and that no COPY brings before: Bun and Yarn stop; npm and pnpm link to
        what is not there, which is told where the image is built of what imports it. Services
        and steps of workflows, also those of a matrix, that build from another folder than their Dockerfile counts from, and locks that git ignores. What several Dockerfiles
        miss is told once. A file of a name that code which knows of Dockerfiles writes is information. A file that nobody builds here and whose sources nearly all lie in one folder that is nowhere is information. Templates for the apps of others, addresses, sources with unknown arguments and what a build makes are left alone; a glob that
        matches nothing is a warning, for BuildKit goes on, and none where it ends with a star behind a whole name.
    Why it matters: The image cannot be built. A lock file that was never committed is the commonest case.
    How to fix: Commit the file, correct the path, or set the build context that the Dockerfile was written for.
    Fix safety: Unsafe. A source or a stage is replaced by the only one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        yield from map(together, by_fault(context, self._all(context)))
        for build in misplaced(context):
            more = f" and {', '.join(build.others)} are" if build.others else " is"
            alike = " and the like" if build.is_many else ""
            yield self.finding(
                context,
                build.compose.path,
                f'Service {build.build.service}{more} built from "{build.given}"{alike}, which does not hold "{build.lost}", and the '
                "Dockerfile copies it: the build stops.",
                line=build.compose.line(build.build.where),
                evidence=f'every source is there from "{build.other}"',
                fixes=by_hand(mend(context, build.other, build.given, build=build)),
            )

        for step in misbuilt(context):
            (file, lost), *others = step.images.items()
            copies = f"and {len(others)} more copy" if others else "copies"
            yield self.finding(
                context,
                step.path,
                f'{file} {copies} "{lost}", which the build context of this step does not hold: the build stops.',
                line=step.line,
                evidence=f"every source is there from {step.other}"
                + "".join(f"; {name}: {source}" for name, source in others[:12]),
                fixes=by_hand(f"build from {step.other}, and name the Dockerfile by -f or file"),
            )

    def _all(self, context: Inspection) -> Iterator[Finding]:
        for path in dockerfiles(context):
            document = read(context, path)
            if document is None or is_for_others(context, path):
                continue
            local = (one for one in document.copies() if is_local(one) and not is_given(context, path, one))
            copies = [*local, *bound(context, path, document)]
            sources = [within(source) for copy in copies for source in copy.sources]
            folders, certain = contexts(context, path, sources)
            found = [one for copy in copies for one in self._copied(context, path, copy, folders, certain=certain)]
            built = len(found) > 1 and certain and uses(context, path)
            other = other_context(context, path, sources, folders) if built else ""
            foreign = (
                ""
                if uses(context, path)
                else documented_elsewhere(context, path) or foreign_part(context, sources, folders)
            )
            if other and found[0].severity == "error":
                yield self._misplaced(context, path, found[0], folders[0], other)
            elif found and foreign and not MADE.search(foreign):
                text = f"No build here has the folder {foreign}, from which the image is made: it is built in another repository, or not at all."
                fixes = by_hand(
                    f"say beside the file from where it is built, or take it out: nothing here has {foreign}"
                )
                yield replace(found[0], message=text, severity="info", fixes=fixes)
            else:
                yield from found
            yield from self._stages(context, path, document, folders, stopped=bool(found))
            # What a COPY stops is never installed.
            locked = () if found else unlocked(context, path, document, folders if certain else ())
            unmet = () if found else unread(context, path, document, folders if certain else ())
            started = () if found else unbrought(context, path, document, folders if certain else ())
            members = () if found or len(folders) > 1 else left_out(context, path, document, folders[0])
            yield from (finding_of(self, context, one) for one in (*locked, *unmet, *started, *members))

    def _stages(
        self, context: Inspection, path: str, document: Document, folders: tuple[str, ...], *, stopped: bool
    ) -> Iterator[Finding]:
        for line, name, near in undefined(document):
            if not names_context(context, name) and not is_part(context, path):
                yield self.finding(
                    context,
                    path,
                    f"{NO_STAGE} {name}: the build stops.",
                    line=line,
                    evidence=f"{near} is one" if near else "it is no image of Docker's library either",
                    fixes=(reword(context, ((path, line),), name, near) if near else ())
                    or by_hand(f"name the stage {name} by FROM ... AS {name} above, or name one that is there"),
                )
        for one in uncopied(context, path, document, folders[0]) if len(folders) == 1 else ():
            yield finding_of(self, context, one)
        for copy, source, why in unmade(context, path, document, folders):
            beside = path_from(folder_of(path), posixpath.basename(source))
            if stopped and (context.is_file(beside) or beside in context.inventory.folders):
                continue  # the build context is wrong, which is told, and that of the file has it
            yield self.finding(
                context,
                path,
                f"{copy.instruction.name} --from={copy.origin} {source}: the stage does not have it, and the build stops.",
                line=copy.line,
                evidence=why,
                fixes=by_hand(f"let the stage {copy.origin} make {source}, or copy from where it makes it"),
            )

    def _misplaced(self, context: Inspection, path: str, first: Finding, given: str, other: str) -> Finding:
        source = next((use.source for use in uses(context, path)), "")
        return self.finding(
            context,
            path,
            f"Every source counts from {other}, and {source} builds the file from {given}: the build stops at the first COPY.",
            line=first.line,
            evidence=f"set the build context to {other}",
            fixes=by_hand(mend(context, other, given, source)),
        )

    def _copied(
        self, context: Inspection, path: str, copy: Copy, folders: tuple[str, ...], *, certain: bool
    ) -> Iterator[Finding]:
        sources = [source for source in copy.sources if source and not REMOTE.match(source)]
        missing: list[tuple[str, Verdict]] = []
        # Somebody builds it from a folder that is computed, where the pattern may find what a build makes.
        unknown = not certain and is_built_elsewhere(context, path)
        for source in sources:
            name = within(source)
            verdicts = [verdict_on(context, name, folder) for folder in folders]
            if all(verdict.kind == "missing" or is_forgotten(verdict) for verdict in verdicts):
                if not GLOB.search(source) or (len(sources) == 1 and not finds_nothing(context, name, folders)):
                    missing.append((source, nearest_verdict(context, name, folders)))
                elif (
                    len(sources) == 1
                    and not _MAY_BE_GONE.search(name)
                    and not (unknown and posixpath.dirname(name) == "")
                ):
                    yield self._unmatched(context, path, copy, source)
            elif not GLOB.search(source):
                yield from self._left_out(context, path, copy, name, [*zip(folders, verdicts, strict=True)])
        if missing:
            yield self._missing(context, path, copy, missing, certain=certain)

    def _unmatched(self, context: Inspection, path: str, copy: Copy, source: str) -> Finding:
        """A pattern that nothing matches, in a folder that is there: BuildKit copies nothing, and goes on."""
        return self.finding(
            context,
            path,
            f"{copy.instruction.name} {source}: nothing in the build context matches it, so that the image goes without, "
            "and builders other than BuildKit stop.",
            line=copy.line,
            evidence=f"no file is called {source}",
            # Without its manifest no package can be installed or started.
            severity="error" if fnmatchcase("package.json", posixpath.basename(source)) else "warning",
            fixes=by_hand(f"commit what {source} is to match, or correct the pattern or the build context"),
        )

    def _missing(
        self, context: Inspection, path: str, copy: Copy, missing: list[tuple[str, Verdict]], *, certain: bool
    ) -> Finding:
        names = [posixpath.basename(source.rstrip("/")) for source, _ in missing]
        each = zip(names, (verdict for _, verdict in missing), strict=True)
        makers = [(name, made_by(context, one.path)) for name, one in each if name in LOCKS and not is_renamed(one)]
        locks = [
            f"`{command}` makes {name}" if command else f"its workspace keeps one {name} for all"
            for name, (command, _) in makers
        ]
        never = "Git ignores it" if missing[0][1].kind == "ignored" else "It was never committed"
        lock = f" {never}: {', '.join(locks)}." if locks and len(locks) == len(names) else ""
        if lock and (kept := kept_lock(context, missing[0][1].path)):
            lock = f" `{MANAGERS[kept]}` makes {kept} there instead."
        wrong = any(verdict.command for _, verdict in missing)
        writers = {one: written_by(context, one) for one, _ in missing}
        made = all(MADE.search(one) or is_told_to_be_made(context, path, one) or writers[one] for one, _ in missing)
        made = made and not wrong
        if of_a_shell(missing):
            lock = " COPY is no command of a shell."
        blank = all(_PLACEHOLDER.search(source) for source, _ in missing)
        wrong = wrong or any(
            verdict.kind == "ignored" and name not in LOCKS for name, (_, verdict) in zip(names, missing, strict=True)
        )
        certain |= len(missing) == 1 and is_slip(missing[0][1])
        level: Severity = "info" if made or blank else "warning" if wrong or not certain else "error"
        sources = " ".join(source for source, _ in missing)
        return self.finding(
            context,
            path,
            f"{copy.instruction.name} {sources}: {MISSES}, and the build stops"
            f"{' unless something makes it before' if made else ''}.{lock}",
            line=copy.line,
            evidence="; ".join(
                f"{verdict.path} {verdict.why}"
                + (f", and {writers[one]} writes a file of that name" if writers[one] else "")
                for one, verdict in missing
            ),
            severity=level,
            fixes=repair(context, path, copy, missing),
        )

    def _left_out(
        self, context: Inspection, path: str, copy: Copy, name: str, verdicts: list[tuple[str, Verdict]]
    ) -> Iterator[Finding]:
        """A source that is there, and that .dockerignore takes out of every build context that has it."""
        there = [folder for folder, verdict in verdicts if verdict.kind != "missing"]
        patterns = [ignored_by(context, folder, path, name) for folder in there]
        if there and all(patterns) and posixpath.normpath(name) != ".":
            yield self.finding(
                context,
                path,
                f"{copy.instruction.name} {name}: {LEFT_OUT}, and the build stops.",
                line=copy.line,
                evidence=f"the pattern {patterns[0]} matches it",
                fixes=by_hand(f"add !{name} to .dockerignore below {patterns[0]}, or take {name} out of the copy"),
                severity="error" if len(verdicts) == 1 else "warning",
            )
