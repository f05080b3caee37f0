"""What is not on this machine, what was brought back and what is proven: as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from toolkit.features.hydration.hydrate import Area, Options, Owner, Result, Survey, needed, restorable
from toolkit.report._text import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.features.hydration.evacuate import Evacuated

__all__ = ["SCHEMA_VERSION", "amount", "count", "plan", "result", "result_json", "survey_json"]

SCHEMA_VERSION = 1
_LISTED = 10
_OLD_LOCK_S = 60
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def amount(size: float) -> str:
    """Bytes for a person, for example ``31.5 MB``."""
    for unit, name in _UNITS:
        if size >= unit:
            value = size / unit
            return f"{value:.0f} {name}" if value >= 100 or name == "kB" else f"{value:.1f} {name}"
    return f"{size:.0f} B"


def count(number: int) -> str:
    """A number with thin groups, for example ``2 537``."""
    return f"{number:,}".replace(",", " ")


def _owner_line(owner: Owner | None) -> str:
    """Who keeps the folder, and how that was told."""
    if owner is None:
        return "no cloud provider is known to keep this folder"
    return f"{owner.name}, told by {owner.told_by}"


def plan(survey: Survey, owner: Owner | None, options: Options, *, capable: bool) -> list[str]:
    """The table of what is away, and what would be done about it.

    Args:
        survey: the scan.
        owner: the provider, if one is known.
        options: what is asked for.
        capable: whether a file of this file system can be away at all.
    """
    if not capable:
        return [
            f"no file of this file system can be evicted: {count(survey.files)} files looked at",
            *_notices(survey),
        ]
    lines = [_owner_line(owner)]
    rows = _rows(survey, options)
    if not rows:
        lines.append(f"all {count(survey.files)} files are local")
    else:
        lines += table(("area", "files", "bytes", "plan"), rows, right=("files", "bytes"))
    return [*lines, *_notices(survey)]


def _rows(survey: Survey, options: Options) -> list[tuple[str, str, str, str]]:
    sources = _sources(survey, options)
    rows = []
    for area in Area:
        items = survey.of(area)
        if items:
            size = amount(sum(item.size for item in items))
            intent = _intent(area, Counter(sources[item.path] for item in items))
            rows.append((area.value, count(len(items)), size, intent))
    if survey.unknown:
        rows.append(("unknown folders", count(len(survey.unknown)), "?", "listed when their parents are local"))
    return rows


def _sources(survey: Survey, options: Options) -> dict[str, str]:
    """Where a run takes each dataless file from; while the index is away itself, nobody knows what git has."""
    wanted = {item.path for item in needed(survey, options)}
    from_git = {item.path for item in restorable(survey)} if options.from_git else set()
    unknown = {item.path for item in survey.of(Area.WORK_TREE)} if options.from_git else set()
    return {
        item.path: "leave"
        if item.path not in wanted
        else "git"
        if item.path in from_git
        else "git or download"
        if item.path in unknown
        else "download"
        for item in survey.items
    }


def _intent(area: Area, sources: Counter[str]) -> str:
    if area is Area.REGENERABLE and set(sources) == {"leave"}:
        return "not downloaded: reinstalled by bootstrap"
    words = {
        "git": "restored from git",
        "git or download": "from git what it has, once its index is here; the rest downloaded",
        "download": "download first" if area is Area.CONTROL else "download",
        "leave": "not asked for",
    }
    told = [(sources[source], text) for source, text in words.items() if sources[source]]
    plain = len(told) == 1 and "git" not in sources and "leave" not in sources
    return told[0][1] if plain else ", ".join(f"{count(number)} {text}" for number, text in told)


def _notices(survey: Survey) -> list[str]:
    lines: list[str] = []
    lines += _notice(
        [f"{item.path} ({item.area.value})" for item in survey.unknown],
        "cannot be listed without a download, so the counts are at least these",
    )
    lines += _notice([f"{path}: {why}" for path, why in survey.unlisted], "could not be looked at")
    lines += _notice(survey.stubs, "left by macOS 13 or older in place of a file (.NAME.icloud)")
    lines += _notice(
        [f"{item.path} (of {item.original})" for item in survey.conflicts if item.in_git], "conflict copies inside .git"
    )
    lines += _notice([item.path for item in survey.conflicts if not item.in_git], "conflict copies in the work tree")
    lines += _notice(
        [f"{lock.path} ({lock.age_s / 3600:.1f} h old)" for lock in survey.locks if lock.age_s > _OLD_LOCK_S],
        "left by a git that was killed, if none runs now: look, then delete by hand",
    )
    return lines


def _notice(items: Sequence[str], meaning: str) -> list[str]:
    if not items:
        return []
    more = [f"    and {len(items) - _LISTED} more"] if len(items) > _LISTED else []
    return [f"{count(len(items))} {meaning}:", *(f"    {item}" for item in items[:_LISTED]), *more]


def result(done: Result, *, repository: str = "") -> list[str]:
    """What became of it, the proof, and the next step."""
    lines = []
    if done.verdict:
        left = len(done.failed)
        word = "does not answer" if done.verdict == "wedged" else "is offline"
        lines.append(f"the provider {word}: gave up with {count(left)} files left")
    elif done.failed:
        lines.append(f"{count(len(done.failed))} failed:")
    reasons = Counter(done.failed.values())
    if done.verdict and len(reasons) == 1:
        shown: list[tuple[str, str]] = []
    else:
        shown = list(done.failed.items())[:_LISTED]
    lines += [f"    {path}: {reason}" for path, reason in shown]
    if shown and len(done.failed) > len(shown):
        lines.append(f"    and {count(len(done.failed) - len(shown))} more (--format json lists all)")
    for item in done.settled:
        where = f"moved to {item.moved_to}" if item.moved_to else "left in place"
        lines.append(f"conflict copy {item.path}: {where}, {item.reason}")
    if done.saved_bytes:
        lines.append(f"{amount(done.saved_bytes)} came from git and were not downloaded")
    lines.append(_proof(done))
    if done.fsck:
        lines.append(f"git fsck: {done.fsck}")
    return [*lines, *_next(done, repository)]


def _proof(done: Result) -> str:
    brought = len(done.restored) + len(done.refetched) + len(done.downloaded)
    if not brought:
        return "nothing was away that is needed" if not done.failed else "nothing could be brought back"
    parts = [f"verified {count(done.by_content)} of {count(brought)} by content"]
    if done.by_length:
        parts.append(f"{count(done.by_length)} by length only (git does not know their content)")
    parts.append(
        f"git fsck {done.fsck_state}" if done.fsck_state in ("clean", "damaged") else f"fsck {done.fsck_state}"
    )
    if done.settle_s > 0 and not done.again and not done.verdict:
        parts.append(f"nothing evicted again after {done.settle_s:g} s")
    return ", ".join(parts)


def _next(done: Result, repository: str) -> list[str]:
    if done.verdict:
        lines = [
            "next  see that the provider is signed in and online, then invoke hydrate again: it goes on where it stopped"
        ]
        if any(item.area is Area.OBJECTS for item in done.after.items):
            lines.append("      git's objects can come from the remote instead: invoke hydrate --objects-from origin")
        return lines
    if done.failed:
        return ["next  invoke hydrate again: what is here already is not asked for twice"]
    if done.survey.items and repository:
        return [f"next  invoke evacuate {repository}    (this will happen again while the repository lives here)"]
    return []


def survey_json(survey: Survey, owner: Owner | None, options: Options, *, capable: bool) -> str:
    """The scan for programs; arguments as of :func:`plan`."""
    return json.dumps(_survey(survey, owner, options, capable=capable), indent=2)


def _survey(survey: Survey, owner: Owner | None, options: Options, *, capable: bool) -> dict[str, Any]:
    sources = _sources(survey, options)
    return {
        "schema_version": SCHEMA_VERSION,
        "capable": capable,
        "provider": {"name": owner.name, "told_by": owner.told_by} if owner else None,
        "files": survey.files,
        "areas": {
            area.value: {"files": len(items), "bytes": sum(item.size for item in items)}
            for area in Area
            if (items := survey.of(area))
        },
        "dataless": [
            {
                "path": item.path,
                "bytes": item.size,
                "area": item.area.value,
                "plan": sources[item.path],
            }
            for item in survey.items
        ],
        "unknown_folders": [{"path": item.path, "area": item.area.value} for item in survey.unknown],
        "not_looked_at": [{"path": path, "reason": reason} for path, reason in survey.unlisted],
        "legacy_placeholders": survey.stubs,
        "conflict_copies": [
            {"path": item.path, "original": item.original, "in_git": item.in_git} for item in survey.conflicts
        ],
        "locks": [{"path": lock.path, "age_s": round(lock.age_s, 1)} for lock in survey.locks],
        "duration_s": round(survey.duration_s, 3),
    }


def result_json(done: Result, owner: Owner | None, options: Options, *, capable: bool) -> str:
    """The result for programs, with the scan that it began with; arguments as of :func:`plan`."""
    document = _survey(done.survey, owner, options, capable=capable) | {
        "exit_code": int(done.exit_code),
        "restored": [item.path for item in done.restored],
        "refetched": [item.path for item in done.refetched],
        "downloaded": [item.path for item in done.downloaded],
        "not_downloaded_bytes": done.saved_bytes,
        "failed": [{"path": path, "reason": reason} for path, reason in done.failed.items()],
        "verdict": done.verdict or "served",
        "verified": {"by_content": done.by_content, "by_length": done.by_length},
        "fsck": {"state": done.fsck_state, "message": done.fsck},
        "evicted_again": done.again,
        "conflicts_settled": [
            {"path": item.path, "moved_to": item.moved_to, "reason": item.reason} for item in done.settled
        ],
        "duration_s": round(done.duration_s, 3),
    }
    return json.dumps(document, indent=2)


def evacuated(done: Evacuated, *, git_only: bool) -> list[str]:
    """What was copied, how it is proven, what is to be done with the original."""
    lines = result(done.hydrated)
    if not done.target:
        return [*lines, "nothing was copied: everything has to be local first"]
    what = ".git is" if git_only else "the repository is"
    lines.append(f"{what} in {done.target}: {count(done.files)} entries, {amount(done.size)}, compared byte by byte")
    lines.append("git status is the same before and after, git fsck clean")
    lines += _notice(done.left_out, "regenerable folders that git ignores were left out")
    lines += _notice(done.rewritten, "pointers now name the new place")
    lines += _notice(done.passed_over, "sockets and devices were passed over")
    if git_only:
        return [*lines, "next  work on as before; delete .git.evacuated when you are sure"]
    return [
        *lines,
        f"next  cd {done.target} && invoke bootstrap    (the original is untouched: delete it when you are sure)",
    ]


def evacuated_json(done: Evacuated) -> str:
    """The same for programs."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "exit_code": int(done.hydrated.exit_code),
        "target": done.target,
        "entries": done.files,
        "bytes": done.size,
        "left_out": done.left_out,
        "rewritten": done.rewritten,
        "passed_over": done.passed_over,
        "failed": [{"path": path, "reason": reason} for path, reason in done.hydrated.failed.items()],
    }
    return json.dumps(document, indent=2)
