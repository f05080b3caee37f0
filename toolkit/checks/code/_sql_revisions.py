"""The chain of revisions that Alembic follows: each names the one before it, and the last is the head; and the journal that Drizzle goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.code._sql_drift import Drift
from toolkit.checks.code._sql_drizzle import follows_journal
from toolkit.expressions import regex
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["broken_chains", "torn_journals"]

_ASSIGNED = r"(?m)^{}\b[ \t]*(?::[^=\n]+)?=[ \t]*(?P<value>\([^()]*\)|\[[^\[\]]*\]|[^\n#]*)"
_OWN, _BEFORE, _BRANCH = (
    regex(_ASSIGNED.format(name)) for name in ("revision", "down_revision", "(?:branch_labels|depends_on)")
)
_TEXT = regex(r"[\"']([^\"'\n]+)[\"']")
_VALUE = regex(r"\s*(?:None|[(\[]?(?:\s*[\"'][^\"'\n]+[\"']\s*,?)*\s*[)\]]?)\s*")
_TAG = regex(r"\"tag\"\s*:\s*\"([\w.-]+)\"")
_JOURNAL = "_journal.json"
_NAMED = 6
_TOLD = ("down_revision",)
"""What a file of such a chain says."""


class _Revision(NamedTuple):
    """A migration: its file, its name, those that it follows and their line, and whether it begins or joins a branch."""

    path: str
    name: str
    before: tuple[str, ...]
    line: int
    branches: bool


def broken_chains(context: Inspection) -> Iterator[Drift]:
    """Revisions that follow one which is not there, and folders with several heads."""
    folders: dict[str, list[_Revision | None]] = {}
    if not files_with(context, _TOLD, ("*.py",)):
        return
    for path in files_with(context, _TOLD, ("*.py",), everything=True):
        if context.role(path)[0] == "own" and context.is_file(inside(folder_of(folder_of(path)), "env.py")):
            folders.setdefault(folder_of(path), []).append(_revision(context, path))
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
        lost = [one for one in _TAG.finditer(text) if not context.is_file(inside(folder, f"{one[1]}.sql"))]
        if lost and follows_journal(context, home_of(path), home_of):
            names = ", ".join(f"{one[1]}.sql" for one in lost[:_NAMED])
            told = f"The journal names {lost[0][1]}.sql, which is not there: `drizzle-kit migrate` stops before it does anything."
            fix = "bring the file back, or take the entry out of the journal"
            yield Drift(path, line_at(text, lost[0].start()), told, names, "error", fix=fix)


def _revision(context: Inspection, path: str) -> _Revision | None:
    """What a migration says of itself; ``None`` where it is not said in plain texts."""
    text = text_of(context, path)
    own, before = _OWN.search(text), _BEFORE.search(text)
    if own is None or before is None or not all(_VALUE.fullmatch(one["value"]) for one in (own, before)):
        return None
    branches = any(_TEXT.search(one["value"]) or not _VALUE.fullmatch(one["value"]) for one in _BRANCH.finditer(text))
    name, *others = _TEXT.findall(own["value"]) or [""]
    line = line_at(text, before.start())
    return _Revision(path, name, tuple(_TEXT.findall(before["value"])), line, branches) if name and not others else None


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


def _lost(folder: str, one: _Revision, names: set[str]) -> Drift:
    gone = ", ".join(name for name in one.before if name not in names)
    return Drift(
        one.path,
        one.line,
        f"The revision {one.name} follows {gone}, which no file in {folder} is: Alembic stops before it does anything.",
        f"in {folder}: {', '.join(sorted(names)[:_NAMED])}",
        "error",
        fix=f"bring back the migration {gone}, or let {one.name} follow one that is there",
    )


def _heads(folder: str, heads: list[_Revision]) -> Drift:
    first, names = heads[-1], ", ".join(one.name for one in heads[:_NAMED])
    return Drift(
        first.path,
        first.line,
        f"{folder} has {len(heads)} heads ({names}): `alembic upgrade head` and `alembic revision` refuse.",
        ", ".join(f"{one.path}:{one.line}" for one in heads[:_NAMED]),
        "warning",
        fix=f"let one follow the other, or join them: alembic merge -m join {' '.join(one.name for one in heads[:_NAMED])}",
    )
