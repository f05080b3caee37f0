"""Copies that a cloud or a sync program made of a file it could not merge."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import Fix, RemoveTree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Safety

# iCloud numbers its copies from 2; Dropbox and OneDrive name the person or the machine; Syncthing and Nextcloud the
# time; browsers put a number into brackets, Finder and Explorer write "copy".
_COPY = regex(
    r"(?P<stem>.+?)(?: (?P<number>[2-9]|[1-9]\d)"
    r"| \((?:.*[ '\u2019])?[Cc]onflicted copy[^)]*\)| \(.*[Cc]ase [Cc]onflict[^)]*\)"
    r"| \([1-9]\)| copy(?: \d+)?| - Copy(?: \(\d+\))?|_conflict-\d{8}-\d{4,6}|-(?:DESKTOP|LAPTOP)-[A-Z0-9]{5,8}"
    r"|\.sync-conflict-\d{8}-\d{6}(?:-\w+)?)(?P<ending>(?:\.[^. ]+)*)"
)
# What git's merge tools and patch leave behind.
_MERGED = regex(
    r"(?P<stem>.+)\.orig(?P<ending>)|(?P<stem2>.+?)_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+(?P<ending2>(?:\.[^. ]+)*)"
)


_IDENTITY = regex(r"(?m)^guid: (?P<guid>[0-9a-f]{32})\s*$")
_SINGLY = 5
"""Copies up to which each has a finding of its own."""
_NAMED = 40
_PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".psd", ".ai", ".sketch", ".fig")
"""Drafts of a designer: nothing reads the wrong one."""


class ConflictCopy(Check):
    """A copy that a cloud or a merge tool made lies beside its original.

    What it checks:
        Names such as ``config 2.json``, ``config (1).json``, ``config copy.json``, ``notes (conflicted copy 2025-08-02).md`` and
        ``a.sync-conflict-20250802-101500.txt`` whose original lies beside them, and what merge tools leave (``a.rs.orig``, ``a_BACKUP_4711.rs``). A number alone is no sign:
        without the original (``chapter 2.md``) nothing is said, nor of an asset of Unity that others refer to, nor of the ``Cargo.toml.orig`` that cargo puts into every package. Copies of pictures are info. More than eight are one finding.

    Why it matters:
        Two machines or two branches changed one file, and the program kept both. Tools read the one, people may have
        edited the other; a copied lock file or folder of sources is built and searched twice.

    How to fix:
        Compare the two, keep what is right in the original, remove the copy.

    Fix safety:
        Safe where the copy has the original's bytes and git does not track it, unsafe where git does; copies that
        differ are left to a person.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        groups: dict[tuple[str, str], list[Finding]] = {}
        for one in self._each(context):
            groups.setdefault((one.severity, one.evidence), []).append(one)
        for found in groups.values():
            yield from [_gathered(found)] if len(found) > _SINGLY else found

    def _each(self, context: Inspection) -> Iterator[Finding]:
        inventory = context.inventory
        for path in sorted(
            set(
                context.matching(
                    "* [0-9]*",
                    "* ([0-9])*",
                    "* copy*",
                    "* - Copy*",
                    "*-DESKTOP-*",
                    "*-LAPTOP-*",
                    "*onflict*",
                    "*.orig",
                    "*_[BLR][AOE]*_[0-9]*",
                )
            )
        ):
            original = _original(path)
            kept = path.endswith("/Cargo.toml.orig") or original not in inventory.files
            if original and not kept and not _is_of_unity(context, path):
                yield self._of_file(context, path, original)
        for path in sorted(inventory.folders):
            original = _original(path, folder=True)
            if original and original in inventory.folders and _original(posixpath.dirname(path), folder=True) is None:
                fix = Fix(f"compare it with {original}, then remove one of them", "manual")
                yield self.finding(context, path, f"a sync program's copy of the folder {original}", fixes=(fix,))

    def _of_file(self, context: Inspection, path: str, original: str) -> Finding:
        tracked = path in context.inventory.tracked_set
        same = _same(context, path, original)
        fix = Fix(
            f"remove the copy of {original}",
            "unsafe" if tracked else "safe",
            (RemoveTree(path, f"the same bytes as {original}", f"same-as:{original}", tracked),),
        )
        compare = Fix(f"compare it with {original}, then remove one of them", "manual")
        return self.finding(
            context,
            path,
            f"a copy of {original} that a program made",
            evidence="the same content" if same else "the content differs",
            severity="info" if path.lower().endswith(_PICTURES) else None,
            fixes=(fix,) if same else (compare,),
        )


def _gathered(found: list[Finding]) -> Finding:
    """One finding for the many copies of a repository, which one program made in one go."""
    first = found[0]
    fixes = [one.fixes[0] for one in found]
    actions = tuple(action for fix in fixes for action in fix.actions)
    safety: Safety = "manual" if not actions else "safe" if all(fix.safety == "safe" for fix in fixes) else "unsafe"
    title = "remove the copies" if actions else "compare each with its original, then remove one of them"
    names = ", ".join(one.path for one in found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
    text = f"{len(found)} copies that a program made lie beside their originals"
    return replace(
        first,
        message=text,
        evidence=f"{first.evidence}: {names}".removeprefix(": "),
        fixes=(Fix(title, safety, actions),),
    )


def _original(path: str, *, folder: bool = False) -> str | None:
    name = posixpath.basename(path)
    match = _COPY.fullmatch(name)
    if match is None and not folder:
        match = _MERGED.fullmatch(name)
    if match is None or (folder and match["ending"]):
        return None
    parts = {key.rstrip("2"): value for key, value in match.groupdict().items() if value is not None}
    return posixpath.join(posixpath.dirname(path), parts["stem"] + parts["ending"])


def _is_of_unity(context: Inspection, path: str) -> bool:
    """Whether a copy is an asset of Unity that others refer to by its identity, or the file of that identity, which goes with it."""
    if path.endswith(".meta") and context.is_file(path.removesuffix(".meta")):
        return True
    meta = f"{path}.meta"
    identity = _IDENTITY.search(text_of(context, meta)) if context.is_file(meta) else None
    return identity is not None and bool(holding(context, (identity["guid"],)) - {meta})


def _same(context: Inspection, path: str, original: str) -> bool:
    try:
        return context.read(path) == context.read(original)
    except Unreadable:
        return False
