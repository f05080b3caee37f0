"""What JavaScript projects say of their package manager, and whose locks they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.documents import jsonc, yaml
from toolkit.expressions import regex
from toolkit.installs import sole_user
from toolkit.packages import PNPM_FOR_SETTINGS, is_settings_only
from toolkit.places import below, folder_of, inside, table, upward
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said
    from toolkit.model import Severity, Subproject

__all__ = [
    "LOCKS",
    "Amiss",
    "Unread",
    "asked",
    "counterpart",
    "field_of",
    "guessed",
    "has_lock",
    "has_workspaces",
    "is_alone",
    "locks_of_others",
    "owner_of",
    "unread",
    "workspace_of",
]

LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml",),
    "yarn": ("yarn.lock",),
    "bun": ("bun.lock", "bun.lockb"),
}

_FORM = regex(r"\AlockfileVersion: '?(?P<form>(?P<major>[569])\.\d+)'?\s")
_READERS = {"5": "<8", "6": ">=7 <10", "9": ">=9"}
"""The versions of pnpm that install frozen from a lock of each form."""


class Amiss(NamedTuple):
    """One thing to tell: where, what it is and what shows it, how bad it is, and what to do."""

    path: str
    line: int
    text: str
    evidence: str
    severity: Severity
    todo: str


class Unread(NamedTuple):
    """What names a version of pnpm that cannot read a lock, or the settings beside it, why not, and which ones can."""

    why: str
    readers: str
    said: list[Said]


def unread(context: Inspection, said: Sequence[Said]) -> Iterator[Unread]:
    """Each lock of pnpm with what names another pnpm for it: below the lock, or a job of the whole repository where it is the only lock."""
    locks = sorted(context.inventory.named("pnpm-lock.yaml"))
    for lock in locks:
        if (head := _FORM.match(text_of(context, lock)[:100])) is None:
            continue
        folder, readers = folder_of(lock), _READERS[head["major"]]
        why = f"{lock} is of form {head['form']}, which pnpm {readers} reads: a frozen install refuses"
        settings = inside(folder, "pnpm-workspace.yaml")
        document = context.readable(settings, yaml.parse) if head["major"] == "9" else None
        if document is not None and is_settings_only(document.data):
            readers = PNPM_FOR_SETTINGS
            why = f"{settings} names no packages, which pnpm {readers} takes: an install refuses"
        named = [one for one in said if one.what == "packageManager" and one.folder == folder]
        if any(may_overlap(one.spec, readers) for one in named):
            continue  # with that the others are compared
        found = [
            one
            for one in said
            if not may_overlap(one.spec, readers)
            and (one.folder == folder or (one.kind != "range" and one.what != "packageManager"))
            and (_nearest(locks, one.folder) == lock or (below(one.folder, folder) and len(locks) == 1))
        ]
        if found:
            yield Unread(why, readers, sorted(found, key=lambda one: (one.path, one.line)))


def _nearest(locks: list[str], folder: str) -> str:
    above = [lock for lock in locks if below(folder_of(lock), folder)]
    return max(above, key=lambda lock: -1 if folder_of(lock) == "." else folder_of(lock).count("/"), default="")


def workspace_of(context: Inspection, folder: str) -> Subproject | None:
    """The workspace that a folder is a member of."""
    owner = context.owner(folder, "javascript")
    return owner if owner is not None and folder in owner.members else None


def field_of(document: jsonc.Document | None) -> str:
    """The manager and version that ``packageManager`` names, as ``pnpm@9.1.0``."""
    value = table({"": document.data}, "").get("packageManager") if document else ""
    return value.partition("+")[0] if isinstance(value, str) else ""


def owner_of(context: Inspection, folder: str) -> Subproject | None:
    """The JavaScript project that an install in a folder works on; none where the folder has no manifest of its own."""
    owner = context.owner(folder, "javascript")
    if owner is None or not context.is_file(inside(folder, "package.json")):
        return None
    return owner if folder == owner.path or folder in owner.members else None


def guessed(owner: Subproject) -> bool:
    """Whether no lock, field or settings say which manager a project is installed with."""
    return owner.choice.rule in ("default", "scripts")


def is_alone(context: Inspection, owner: Subproject, manager: str) -> bool:
    """Whether nothing but the installs says whose a project without a lock is, and all of them are of one manager."""
    if owner.lockfile is not None or not guessed(owner):
        return False
    return sole_user(context, tuple(LOCKS), {owner.path, *owner.members})[0] == manager != "npm"


def has_workspaces(context: Inspection, owner: Subproject) -> bool:
    """Whether the root's manifest lists the members for npm and yarn, too."""
    document = context.readable(inside(owner.path, "package.json"), jsonc.parse)
    return document is not None and bool(table({"": document.data}, "").get("workspaces"))


def has_lock(context: Inspection, folder: str, manager: str) -> bool:
    """Whether a lock of a manager lies in a folder or above it."""
    return any(context.is_file(inside(up, lock)) for up in upward(folder) for lock in LOCKS[manager])


def asked(data: object) -> tuple[str, tuple[str, ...]] | None:
    """The manager that a ``package.json`` names, and the key."""
    top = table({"": data}, "")
    field = top.get("packageManager")
    if isinstance(field, str) and field.partition("@")[0] in LOCKS:
        return field.partition("@")[0], ("packageManager",)
    name = table(top, "devEngines", "packageManager").get("name")
    return (name, ("devEngines", "packageManager")) if isinstance(name, str) and name in LOCKS else None


def locks_of_others(context: Inspection, folder: str, manager: str) -> list[str]:
    """The locks in a folder that are of other managers, but for empty ones."""
    found = (inside(folder, lock) for other, locks in LOCKS.items() if other != manager for lock in locks)
    return [path for path in found if context.is_file(path) and context.read(path).strip()]


def counterpart(context: Inspection, fields: list[Said], one: Said) -> Said | None:
    """The field that a demand must agree with: the nearest above, or for a workflow that names no folder the only one."""
    same = [field for field in fields if field.tool == one.tool]
    above = [field for field in same if below(field.folder, one.folder)]
    if above:
        nearest = max(above, key=lambda field: len(field.folder) if field.folder != "." else 0)
        owner = context.owner(one.folder)
        own = owner is None or owner.path == nearest.folder or below(nearest.folder, owner.path)
        return nearest if own else None
    return same[0] if one.kind == "workflow" and len({field.spec for field in same}) == 1 else None
