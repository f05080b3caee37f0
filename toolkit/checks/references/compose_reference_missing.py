"""See :class:`ComposeReferenceMissing`."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import Check
from toolkit.checks._likeness import instead
from toolkit.checks._texts import text_of
from toolkit.checks.references._causes import by_cause
from toolkit.checks.references._compose.commands import broken_services
from toolkit.checks.references._compose.data_folders import misplaced_data
from toolkit.checks.references._compose.files import all_files, files
from toolkit.checks.references._compose.hidden_outputs import hidden
from toolkit.checks.references._compose.made import is_made
from toolkit.checks.references._compose.paths import misses
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._images.health_programs import by_habit, in_compose
from toolkit.checks.references._repair import by_hand, relative, replace, stands
from toolkit.checks.references._scripts.places import is_away, line_of
from toolkit.checks.references._scripts.texts import compositions
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.paths import Miss
    from toolkit.model import Finding, Fix

_MOST = 3
"""How many builds without their programs are told of one by one."""
_LEVELS = ("error", "warning", "info")
_SCRIPT = regex(r"(?i)(?:gnu)?makefile|justfile|taskfile\.ya?ml|.*\.(?:mk|just|sh|bash|ps1|bat)")
"""Scripts whose missing compose files are told of here; package.json and workflows have checks of their own."""


class ComposeReferenceMissing(Check):
    """A compose file names a file or folder that is not there.

    What it checks: Build contexts, their Dockerfiles and the stages built to, additional contexts, environment files,
        bind mounts, ``extends``, ``include``, ``develop.watch``, and the files of secrets, configs and labels, each from
        the folder of the compose file, with the defaults of variables; compose files that Makefiles and shell scripts
        name with ``-f`` and that are nowhere; scripts, files and modules that the ``command`` or ``entrypoint`` of a service
        runs, in the folder that is mounted there, else in its image; health checks with curl or wget in images that have neither. Volumes of
        PostgreSQL, MySQL, MariaDB, MongoDB and Redis that are mounted beside the folder of their data, and sources that are mounted over
        what the image has built and starts. What a build makes or git ignores is only told as information. Many
        references to one missing file or folder are one finding.
    Why it matters: ``docker compose up`` stops at a missing context, Dockerfile or environment file. A missing mount is
        worse: Docker silently makes an empty folder of that name, and the container fails later on a folder where it
        expects a file.
    How to fix: Correct the path, commit the file, or mark an environment file with ``required: false``.
    Fix safety: Unsafe. Where exactly one other file is like the missing one, its path is written in place.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        if context.focus is not None and not any(map(_is_concerned, context.focus)):
            return  # who runs which file with which stands in many scripts, and reading them takes its time
        yield from self._missed(context)
        for compose in files(context):
            for one in (*misplaced_data(context, compose), *hidden(context, compose)):
                yield finding_of(self, context, one)
            for where, command, lack in broken_services(context, compose):
                yield self.finding(
                    context,
                    compose.path,
                    f"The {where[2]} of service {where[1]} {lack.ends}: {lack.text}.",
                    line=compose.line(where),
                    evidence=" ".join(command.split())[:200],
                    severity="info" if compose.is_aside else lack.severity,
                    fixes=by_hand(lack.todo),
                )
        yield from self._unhealthy(context)
        if all_files(context):
            yield from self._commanded(context)

    def _missed(self, context: Inspection) -> Iterator[Finding]:
        """One for each path that is gone, whichever files name it: a variant of a file repeats what the other says."""
        found = [(compose, miss) for compose in files(context) for miss in misses(context, compose)]
        found.sort(key=lambda one: (one[0].is_aside, _LEVELS.index(one[1].severity)))
        causes = by_cause(context, found, lambda one: one[1].verdict.path)
        # Where so many programs are gone, the file is of another time.
        gone = Counter(compose.path for (compose, miss), _ in causes if _is_gone(context, miss))
        together: dict[tuple[object, ...], list[tuple[Compose, Miss]]] = {}
        for (compose, first), others in causes:
            if gone[compose.path] > _MOST and _is_gone(context, first):
                together.setdefault((compose.path,), []).extend(((compose, first), *others))
            elif (
                first.verdict.kind == "ignored" and "volumes" in first.where
            ):  # what git leaves out of one service has one cause
                place = (compose.path, *first.where[:3], first.severity)
                together.setdefault(place, []).extend(((compose, first), *others))
            else:
                yield self._told(context, compose, first, others)
        for (compose, first), *more in together.values():
            yield self._told(context, compose, first, tuple(more))

    def _unhealthy(self, context: Inspection) -> Iterator[Finding]:
        """One for each program that health checks of a file start in vain; of many files for all."""
        found = [one for compose in files(context) if not compose.is_aside for one in in_compose(context, compose)]
        for first, *others in by_habit(found):
            more = f" (as in {len(others)} more)" if others else ""
            lines = (
                f"{f'line {one.line}' if one.path == first.path else f'{one.path}:{one.line}'}: {one.service}, {one.image}"
                for one in others[:24]
            )
            yield self.finding(
                context,
                first.path,
                f"The health check of service {first.service}{more} fails: {first.why}.",
                line=first.line,
                evidence="; ".join((first.image, *lines)),
                severity="error" if any(one.awaited for one in (first, *others)) else "warning",
                fixes=by_hand(first.todo),
                related=[(one.path, one.line) for one in others],
            )

    def _told(
        self, context: Inspection, compose: Compose, miss: Miss, others: tuple[tuple[Compose, Miss], ...]
    ) -> Finding:
        document, near = compose.document, miss.verdict.near
        written = document.get(miss.where)
        fixes: tuple[Fix, ...] = ()
        head, colon, tail = str(written).partition(":")
        plain = isinstance(written, str) and "$" not in written and (not colon or "volumes" in miss.where[2:3])
        plain &= stands(document, miss.where)
        inside = near.startswith(f"{miss.base}/") or miss.base in (".", compose.folder)
        new = relative(near, miss.base or compose.folder, head)
        if miss.verdict.sure and near and plain and miss.base and inside and "env_file" not in miss.where:
            fixes = replace(context, compose.path, document, miss.where, new + colon + tail)
        todo = instead(head if plain else miss.verdict.path, new, f"add {miss.verdict.path}, or correct the path")
        # What somebody makes there is no part of the fault.
        others = tuple(one for one in others if (one[1].severity == "info") == (miss.severity == "info"))
        places = [(file.path, file.line(other.where)[0]) for file, other in others]
        lines = [str(line) for path, line in sorted({*places}) if path == compose.path]
        lines += [f"{path}:{line}" for path, line in dict.fromkeys(places) if path != compose.path][:24]
        same = f"; so do lines {', '.join(lines)}" if lines else ""
        return self.finding(
            context,
            compose.path,
            miss.text,
            line=compose.line(miss.where),
            evidence=f"{'.'.join(map(str, miss.where))}: {miss.verdict.path} {miss.verdict.why}{same}",
            severity="info" if compose.is_aside else miss.severity,
            fixes=fixes or by_hand(miss.todo or todo),
            related=places,
        )

    def _commanded(self, context: Inspection) -> Iterator[Finding]:
        lost: dict[str, list[_Named]] = {}
        for command in compositions(context):
            name = posixpath.basename(command.source)
            if not _SCRIPT.fullmatch(name) or not context.shows(command.source):
                continue
            for value in command.values("-f", "--file"):
                file = posixpath.basename(value)
                plain = (
                    file.endswith((".yml", ".yaml")) and not set("$*{<>()%") & set(value) and not value.startswith("/")
                )
                made = plain and context.inventory.ignored(path_from(base, value) for base in (command.folder, "."))
                written = plain and is_made(context, path_from(command.folder, value))
                if plain and not made and not written and file not in context.inventory.by_name:
                    line, printed = line_of(context, command.source, value)
                    if not _is_guarded(context, command.source, file) and not is_away(context, command.source, line):
                        one = _Named(command.source, line, value, " ".join(command.words)[:200])
                        lost.setdefault(f"{one.path}:{line}" if printed else file, []).append(one)
        for cause, many in lost.items():
            first, printed = many[0], cause == f"{many[0].path}:{many[0].line}"
            names = ", ".join(dict.fromkeys(one.value for one in many if printed or one is first))
            places = dict.fromkeys(f"{one.path}:{one.line}" for one in many)
            others = ", ".join(tuple(places)[1:9])
            yield self.finding(
                context,
                first.path,
                f"docker compose {'is told of as' if printed else 'is'} given {names}, and there is no such file.",
                line=first.line,
                evidence=f"{first.command}; so in {others}" if others else first.command,
                severity="info" if printed else "warning",
                fixes=by_hand(f"add {first.value}, or take -f {first.value} out of the command"),
                related=[(one.path, one.line) for one in many],
            )


def _is_gone(context: Inspection, miss: Miss) -> bool:
    """Whether a build misses the whole folder of its program."""
    near = miss.verdict.near
    return "build" in miss.where and not near and posixpath.dirname(miss.verdict.path) not in context.inventory.folders


class _Named(NamedTuple):
    """A compose file that a command names: where, and in which."""

    path: str
    line: int
    value: str
    command: str


def _is_concerned(path: str) -> bool:
    return path.endswith((".yml", ".yaml")) or _SCRIPT.fullmatch(posixpath.basename(path)) is not None


def _is_guarded(context: Inspection, path: str, file: str) -> bool:
    """Whether a script asks for a file before, and so goes on without it."""
    asked = re.compile(
        rf"(?:\[|\btest)[ ]+(?:![ ]+)?-[efrs][ ]+[^\s;]{{0,100}}{re.escape(file)}|wildcard[^)\n]{{0,200}}{re.escape(file)}"
    )
    return asked.search(text_of(context, path, errors="replace")) is not None
