"""The chain of revisions that Alembic follows: each names the one before it, and the last is the head; and the journal that Drizzle goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with, holding
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.code._sql.drift import Drift
from toolkit.checks.code._sql.drizzle import follows_journal
from toolkit.expressions import regex
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Revision", "broken_chains", "equal_versions", "revision_of", "torn_journals"]

_ASSIGNED = r"(?m)^{}\b[ \t]*(?::[^=\n]+)?=[ \t]*(?P<value>\([^()]*\)|\[[^\[\]]*\]|[^\n#]*)"
_OWN, _BEFORE, _BRANCH = (
    regex(_ASSIGNED.format(name)) for name in ("revision", "down_revision", "(?:branch_labels|depends_on)")
)
_TEXT = regex(r"[\"']([^\"'\n]+)[\"']")
_VALUE = regex(r"\s*(?:None|[(\[]?(?:\s*[\"'][^\"'\n]+[\"']\s*,?)*\s*[)\]]?)\s*")
_TAG = regex(r"\"tag\"\s*:\s*\"([\w.-]+)\"")
_JOURNAL = "_journal.json"
_STEP = regex(r"\d{4,}_(?!.*(?:seed|rollback|down|undo|manual|backup))\w[\w-]*\.sql")
"""A file as the generator names it, and no one that people run by hand."""
_MAKES = regex(r"(?im)^[ \t]*(?:create\s+(?:table|type|(?:unique\s+)?index)|alter\s+(?:table|type))\b")
_NAMED = 6
_SHOWN, _LISTED = 2, 20
_OF_SUPABASE = regex(r"(?:^|/)supabase/migrations/\Z")
_VERSIONED = (
    ("the CLI of Supabase", _OF_SUPABASE, regex(r"(\d+)_\w.*\.sql\Z")),
    ("Flyway", regex(r"(?:^|/)db/migration/"), regex(r"V(\d+(?:[._]\d+)*)__\w.*\.sql\Z")),
    ("golang-migrate", regex(r""), regex(r"(\d+)_\w.*\.up\.sql\Z")),
)
"""Runners, the folders of each, and the version in a name."""
_TOLD = ("down_revision",)
"""What a file of such a chain says."""


class Revision(NamedTuple):
    """A migration: its file, its name, those that it follows and their line, and whether it begins or joins a branch."""

    path: str
    name: str
    before: tuple[str, ...]
    line: int
    branches: bool


def broken_chains(context: Inspection) -> Iterator[Drift]:
    """Revisions that follow one which is not there, and folders with several heads."""
    folders: dict[str, list[Revision | None]] = {}
    if not files_with(context, _TOLD, ("*.py",)):
        return
    for path in files_with(context, _TOLD, ("*.py",), everything=True):
        if context.role(path)[0] == "own" and context.is_file(inside(folder_of(folder_of(path)), "env.py")):
            folders.setdefault(folder_of(path), []).append(revision_of(context, path))
    for folder, found in folders.items():
        known = [one for one in found if one is not None]
        # What is not understood, ignored or kept in further folders may be the one that is missed.
        if len(known) < len(found) or _has_others(context, folder):
            continue
        names = {one.name for one in known}
        lost = [one for one in known if not names.issuperset(one.before)]
        yield from (_lost(folder, one, names) for one in lost)
        heads = [one for one in known if not any(one.name in other.before for other in known)]
        if len(heads) > 1 and not any(one.branches for one in known):
            yield _heads(folder, heads)


def torn_journals(context: Inspection, home_of: Callable[[str], str]) -> Iterator[Drift]:
    """Journals of Drizzle, which the package follows, that name files of SQL which are not there."""
    for path in context.named(_JOURNAL):
        folder = folder_of(folder_of(path))
        if not path.endswith("/meta/_journal.json") or context.role(path)[0] != "own":
            continue
        text = text_of(context, path)
        follows = follows_journal(context, home_of(path), home_of)
        if follows and (passed_by := _passed_by(context, folder, text)):
            yield _unnamed(folder, passed_by)
        lost = [one for one in _TAG.finditer(text) if not context.is_file(inside(folder, f"{one[1]}.sql"))]
        if lost and follows:
            names = ", ".join(f"{one[1]}.sql" for one in lost[:_NAMED])
            told = f"The journal names {lost[0][1]}.sql, which is not there: `drizzle-kit migrate` stops before it does anything."
            fix = "bring the file back, or take the entry out of the journal"
            yield Drift(path, line_at(text, lost[0].start()), told, names, "error", fix=fix)


def _passed_by(context: Inspection, folder: str, journal: str) -> list[str]:
    """The steps beside a journal that it does not name and nothing else does, of a form that somebody would take for one of its own."""
    named = {f"{tag}.sql" for tag in _TAG.findall(journal)}
    names = (path.rpartition("/")[2] for path in context.below(folder) if folder_of(path) == folder)
    apart = [one for one in names if _STEP.fullmatch(one) and one not in named]
    spoken = {
        one for path in holding(context, apart) for one in apart if one in text_of(context, path, errors="replace")
    }
    makes = (
        one
        for one in apart
        if one not in spoken and _MAKES.search(text_of(context, inside(folder, one), errors="replace"))
    )
    return sorted(makes) if len(named) >= len(apart) else []  # else something else runs them all


def _unnamed(folder: str, names: list[str]) -> Drift:
    many = f" and {len(names) - 1} more beside it" if names[1:] else ""
    told = f"The journal of {folder} does not name this file{many}: `drizzle-kit migrate` never runs it, and what it makes is not there."
    fix = "take it over by `drizzle-kit generate --custom`, or delete what the schema no longer needs"
    return Drift(inside(folder, names[0]), 1, told, ", ".join(names[:_NAMED]), "warning", fix=fix)


def equal_versions(context: Inspection) -> Iterator[Drift]:
    """Folders of migrations in which two files have one version, by which the runner keeps what it has run."""
    folders: dict[tuple[str, str, str], list[str]] = {}
    for path in context.matching("*.sql"):
        folder, _, name = path.rpartition("/")
        for runner, place, form in _VERSIONED:
            if (found := form.match(name)) and place.search(f"{folder}/") and context.role(path)[0] == "own":
                beside = "/" not in folder_of(folder) or context.is_file(inside(folder_of(folder), "config.toml"))
                if place is _OF_SUPABASE and not beside:
                    continue  # run by hand: its CLI reads the folder at the root, or beside its settings
                folders.setdefault((runner, folder, found[1]), []).append(path)
    twice: dict[tuple[str, str], list[list[str]]] = {}
    for (runner, folder, _), paths in folders.items():
        if len(paths) > 1:
            twice.setdefault((runner, folder), []).append(sorted(paths))
    for (runner, folder), ((first, second, *more), *others) in twice.items():
        names = [path.rpartition("/")[2] for path in (first, second, *more, *(one for each in others for one in each))]
        also = f" {len(names) - _SHOWN} more files of {folder} share theirs." if len(names) > _SHOWN else ""
        told = f"{names[0]} and {names[1]} have the same version: {runner} keeps what it has run by that, and stops at the second.{also}"
        yield Drift(second, 1, told, ", ".join(names[:_LISTED]), "error", fix="give each file a version of its own")


def revision_of(context: Inspection, path: str) -> Revision | None:
    """What a migration says of itself; ``None`` where it is not said in plain texts."""
    text = text_of(context, path)
    own, before = _OWN.search(text), _BEFORE.search(text)
    if own is None or before is None or not all(_VALUE.fullmatch(one["value"]) for one in (own, before)):
        return None
    branches = any(_TEXT.search(one["value"]) or not _VALUE.fullmatch(one["value"]) for one in _BRANCH.finditer(text))
    name, *others = _TEXT.findall(own["value"]) or [""]
    line = line_at(text, before.start())
    return Revision(path, name, tuple(_TEXT.findall(before["value"])), line, branches) if name and not others else None


def _has_others(context: Inspection, folder: str) -> bool:
    home = folder_of(folder)
    named = files_with(context, ("version_locations",), ("*.ini", "*.toml", "*.cfg", "*.py"), everything=True)
    said = any(
        line.strip().startswith("version_locations")
        for path in named
        if context.role(path)[0] == "own"
        for line in text_of(context, path).splitlines()
    )
    below = any(folder_of(path) != folder and path.endswith(".py") for path in context.below(folder))
    return said or below or bool(context.inventory.ignored((f"{home}/x.py", f"{folder}/x.py")))


def _lost(folder: str, one: Revision, names: set[str]) -> Drift:
    gone = ", ".join(name for name in one.before if name not in names)
    return Drift(
        one.path,
        one.line,
        f"The revision {one.name} follows {gone}, which no file in {folder} is: Alembic stops before it does anything.",
        f"in {folder}: {', '.join(sorted(names)[:_NAMED])}",
        "error",
        fix=f"bring back the migration {gone}, or let {one.name} follow one that is there",
    )


def _heads(folder: str, heads: list[Revision]) -> Drift:
    first, names = heads[-1], ", ".join(one.name for one in heads[:_NAMED])
    return Drift(
        first.path,
        first.line,
        f"{folder} has {len(heads)} heads ({names}): `alembic upgrade head` and `alembic revision` refuse.",
        ", ".join(f"{one.path}:{one.line}" for one in heads[:_NAMED]),
        "warning",
        fix=f"let one follow the other, or join them: alembic merge -m join {' '.join(one.name for one in heads[:_NAMED])}",
    )
