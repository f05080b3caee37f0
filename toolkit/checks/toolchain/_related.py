"""Which demands for one tool have to agree: those of one place, those that govern it, and what CI builds against what runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.toolchain._from_images import MANIFESTS
from toolkit.checks.toolchain._from_manifests import LOCK
from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, inside
from toolkit.versions import lowest, may_overlap, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Kind, Said
    from toolkit.model import Severity

__all__ = ["agree", "depth", "of_ci", "pairs", "severity"]

_UNRELATED: tuple[set[str], ...] = (
    {"range"},
    {"workflow"},
    {"matrix"},
    {"workflow", "matrix"},
    {"image"},
    {"image", "workflow"},
    {"image", "matrix"},
)
"""Kinds of which several in one place are no contradiction: each image and job has a purpose of its own."""
_PINS = frozenset({"file", "shell", "settings"})
_RUNS = frozenset({"image", "workflow", "matrix"})
_MEASURES: tuple[frozenset[Kind], ...] = (
    frozenset({"image"}),
    frozenset({"file", "shell"}),
    frozenset({"range"}),
)
"""What a job of CI is measured by, each by itself: it has to suit one of them, since it says not which it builds."""
_FOLDERS = regex(
    r"(?<![\w./-])(?:\./)?(\w[\w-]*)/|(?:--prefix|--cwd|--filter|-C)[ \t=]+(?:\./)?[\"']?(\w[\w-]*)|(?<![\w.])\./(\w[\w-]*)(?![\w./-])"
)
"""Folders that a workflow names."""
_MODULE = regex(r"\bmvnw?\b[^\n]*[ \t](?:-pl|--projects)[ \t=]")
"""A build of Maven of the modules that it names."""
_COMMON = frozenset({"app", "src", "lib", "server", "client", "backend", "frontend", "web", "api"})
"""Last parts of paths that are words, too: the part before them says which."""
_NUMBERED = regex(r"ockerfile.*\d|\d.*ockerfile")
"""Files for one version each."""
_OF_A_STAGE = regex(
    r"(?i)[._-](?:dev(?:elopment)?|prod(?:uction)?|stag(?:e|ing)|tests?|ci|local|debug|release)(?=[._-]|$)"
)
"""Parts of names that say for which machines, and not what for."""


def pairs(context: Inspection, said: list[Said]) -> list[tuple[Said, Said]]:
    """Those of the demands for one tool that speak of the same place and exclude each other, each pair once."""
    return [
        (first, second)
        for number, first in enumerate(said)
        for second in said[number + 1 :]
        if _are_related(context, said, first, second) and not agree(first, second)
    ]


def of_ci(
    context: Inspection, said: list[Said], known: set[tuple[Said, Said]], blamed: set[Said]
) -> Iterator[tuple[Said, Said]]:
    """Jobs that build or test, against the images, pins and manifests of what they may build, where none of them suits.

    Args:
        context: the run.
        said: the demands for one tool.
        known: pairs that are told already.
        blamed: demands that are told already to be wrong, and measure nothing.
    """
    for job in said:
        if job.kind not in ("workflow", "matrix") or not job.builds or job in blamed:
            continue
        own = [one for one in said if one.kind == "range" and one.folder == job.folder and agree(one, job)]
        for kinds in _MEASURES:
            scope = [
                one
                for one in said
                if one.kind in kinds and one.builds and one not in blamed and one.what != LOCK
                and (below(one.folder, job.folder) or (below(job.folder, one.folder) and _may_work_in(context, job, one)))
                # What the manifest of the job's own folder refuses is for another project.
                and (one.folder == job.folder or all(agree(two, one) for two in own))
            ]  # fmt: skip
            if not any(agree(job, one) for one in scope):
                lost = [one for one in scope if not _is_compiled_for(said, job, one)]
                yield from ((job, one) for one in lost if (job, one) not in known and (one, job) not in known)


def _is_compiled_for(said: list[Said], job: Said, one: Said) -> bool:
    """Whether a manifest names the Java that its classes are for, and both a newer compiler and what runs them do for that."""
    targets = (
        [two for two in said if two.kind == "range" and below(two.folder, one.folder)] if job.tool == "java" else []
    )
    return any(agree(target, job) and agree(target, one) for target in targets)


def _may_work_in(context: Inspection, job: Said, one: Said) -> bool:
    """Whether a job may build what lies in a folder below its own: not where its file names other folders than that."""
    owner = context.owner(one.folder)
    if owner is not None and owner.path == job.folder:
        return True
    around, _, last = one.folder.rpartition("/")
    name = re.escape(around.rpartition("/")[2] if last in _COMMON and around not in ("", job.folder) else last)
    # A job that has a project in its own folder is for that, if it says no other.
    project = context.owner(job.folder)
    apart = (project is not None and project.path == job.folder) or _names_a_folder(context, job.path)
    return not apart or re.search(rf"(?<![\w-]){name}(?![\w-])", text_of(context, job.path)) is not None


@once_a_run
def _names_a_folder(context: Inspection, path: str) -> bool:
    """Whether a file names any folder of the repository."""
    if _MODULE.search(text_of(context, path)):
        return True
    named = (name for match in _FOLDERS.findall(text_of(context, path)) for name in match)
    return not context.inventory.folders.isdisjoint(named)


def severity(pair: tuple[Said, Said]) -> Severity:
    """An error where something refuses to work: a manifest's range that is broken beside it, a path that is not there."""
    first, second = pair
    kinds = {first.kind, second.kind}
    same = first.folder == second.folder
    if not {"COPY", LOCK}.isdisjoint((first.what, second.what)):
        return "error"
    if kinds & {"workflow", "matrix"} or not same or "range" not in kinds or kinds & {"settings", "linter"}:
        return "warning"
    given, wanted = (second, first) if first.kind == "range" else (first, second)
    if given.tool == "rust" and given.kind == "image":
        return "warning"  # rustup fetches what a file asks for
    # npm and pnpm only speak of engines; what is newer than they ask for mostly runs, what is older lacks things.
    return "error" if given.tool != "node" or not may_overlap(f"<={given.spec}", wanted.spec) else "warning"


def depth(folder: str) -> int:
    """How many folders a folder lies below the root."""
    return 0 if folder == "." else folder.count("/") + 1


def agree(first: Said, second: Said) -> bool:
    """Whether one version does for both; what cannot be read is taken for right.

    Of a matrix each entry has to do for a range: what a manifest excludes does not install.
    """
    matrix, other = (first, second) if first.kind == "matrix" else (second, first)
    strict = matrix.kind == "matrix" and other.kind == "range"
    try:
        if strict and first.tool == "python":
            return all(overlap(entry, other.spec) for entry in matrix.spec.split(" || "))
        return overlap(first.spec, second.spec)
    except ConfigurationError:
        return True


def _are_related(context: Inspection, said: list[Said], first: Said, second: Said) -> bool:
    """Whether both speak of the same tool in the same place."""
    kinds = {first.kind, second.kind}
    for one, other in ((first, second), (second, first)):
        if one.what == LOCK or one.kind == "linter":
            return (_is_read if one.what == LOCK else _is_judged)(said, one, other)
    if kinds == {"image"}:
        return _are_of_one_image(context, first, second)
    if first.path == second.path and first.kind == second.kind:
        return False  # two tables of one manifest: each for a purpose of its own
    if "settings" in kinds:
        return kinds != {"settings", "range"} or "." in (first.folder, second.folder)
    if kinds in _UNRELATED or first.folder == second.folder:
        return kinds not in _UNRELATED or (kinds == {"range"} and _are_members(context, first, second))
    outer, inner = (first, second) if below(first.folder, second.folder) else (second, first)
    return below(outer.folder, inner.folder) and outer.kind not in _RUNS and _governs(context, said, outer, inner)


def _are_of_one_image(context: Inspection, first: Said, second: Said) -> bool:
    """Stages of which one takes what the other made, and Dockerfiles of one project that are for no version of their own.

    In a folder that only collects Dockerfiles those of other names are for other services, but for the names of stages.
    """
    if first.path == second.path:
        return first.line in second.takes or second.line in first.takes
    beside = first.folder == second.folder and first.what == second.what == "FROM" and first.builds and second.builds
    names = [one.path.rpartition("/")[2] for one in (first, second)]
    if not beside or any(map(_NUMBERED.search, names)):
        return False
    project = any(context.is_file(inside(first.folder, name)) for name in MANIFESTS)
    return project or len({_OF_A_STAGE.sub("", name) for name in names}) == 1


def _are_members(context: Inspection, first: Said, second: Said) -> bool:
    """Whether one Node runs both: a workspace's root and a member of it."""
    owner = context.owner(first.folder)
    folders = {first.folder, second.folder}
    members = owner is not None and owner.path in folders and not folders.isdisjoint(owner.members)
    return members and first.tool == "node" and len(folders) > 1


def _is_judged(said: list[Said], linter: Said, demand: Said) -> bool:
    """Whether code is judged for what the nearest manifest demands: for the oldest version allowed, whatever runs here.

    Where no manifest demands anything, what is newer than all that runs beside it is wrong: such code does not run there.
    """
    above = [one.folder for one in said if one.kind == "range" and below(one.folder, linter.folder)]
    if above:
        return demand.kind == "range" and demand.folder == max(above, key=depth)
    beside = demand.kind in ("image", *_PINS) and demand.folder == linter.folder and demand.builds
    return beside and "||" not in linter.spec and lowest(linter.spec) > lowest(demand.spec)


def _is_read(said: list[Said], lock: Said, compiler: Said) -> bool:
    """Whether a compiler of one version, and no demand of a manifest, reads a lock: the nearest one above it."""
    if compiler.kind not in (*_PINS, *_RUNS) or not compiler.builds or not below(lock.folder, compiler.folder):
        return False
    nearer = (one for one in said if one.what == LOCK and below(one.folder, compiler.folder))
    return max(nearer, key=lambda one: depth(one.folder)) == lock


def _governs(context: Inspection, said: list[Said], outer: Said, inner: Said) -> bool:
    """Whether nothing nearer speaks for the inner place, and both belong to one project or the outer one pins."""
    owner = context.owner(inner.folder)
    if inner.kind in _RUNS:
        # Version managers look upward; a build of Java takes what its root says.
        same = owner is not None and owner.path == outer.folder
        # What an image installs beside its own purpose is no work in the folder.
        by_root = outer.tool == "java" and not _is_built_alone(context, inner.folder)
        upward = inner.builds and inner.what != "RUN" and (outer.kind == "file" or by_root)
        return (same or upward) and not any(_is_between(one, outer, inner) for one in said)
    if outer.kind not in _PINS or inner.kind not in ("range", *_PINS):
        return False
    if inner.kind in _PINS:  # a member of a workspace is built from its root, too
        return owner is not None and owner.path == outer.folder and inner.folder in owner.members
    return not any(one.kind in _PINS and _is_between(one, outer, inner) for one in said)


def _is_built_alone(context: Inspection, folder: str) -> bool:
    """Whether a project of Java is none of the build that the folders above have."""
    pom = inside(folder, "pom.xml")
    settings = any(context.is_file(inside(folder, name)) for name in ("settings.gradle", "settings.gradle.kts"))
    return settings or (context.is_file(pom) and "<parent>" not in text_of(context, pom))


def _is_between(one: Said, outer: Said, inner: Said) -> bool:
    strict = one.folder != outer.folder and below(outer.folder, one.folder) and below(one.folder, inner.folder)
    return strict and one.kind in (*_PINS, "range") and one != inner
