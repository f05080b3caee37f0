"""Locks that do not hold what their manifests ask for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.advice import new_lock
from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies import _stale_others, _stale_python
from toolkit.checks.dependencies._locking import locking
from toolkit.checks.dependencies._manifests import asked_at, manager_of, package, requirements_of
from toolkit.checks.dependencies._stale_npm import npm
from toolkit.checks.dependencies._stale_pnpm import pnpm
from toolkit.checks.dependencies._stale_yarn import bun, yarn
from toolkit.expressions import regex
from toolkit.extension import ecosystem
from toolkit.installs import users
from toolkit.model import Fix
from toolkit.packages import INSTALLED_KINDS, MANAGERS
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._stale import Complaint
    from toolkit.model import Finding, Subproject

_OF_JAVASCRIPT = {"npm": npm, "pnpm": pnpm, "yarn": yarn, "bun": bun}


def _javascript(context: Inspection, subproject: Subproject) -> Iterator[Complaint]:
    lock = subproject.lockfile
    if lock is not None and not lock.endswith(".lockb"):
        yield from _OF_JAVASCRIPT[manager_of(subproject.ecosystem)](context, subproject, lock)


_JUDGES: dict[str, Callable[[Inspection, Subproject], Iterator[Complaint]]] = {
    "javascript": _javascript,
    "rust": _stale_others.rust,
    "python": _stale_python.python,
    "go": _stale_others.go,
}
_NAMED = 12
_MANIFESTS = 4
"""Manifests that a lock does not suit, up to which each has a finding of its own."""
_REPLACED = 8
"""Complaints up to which a lock is one that is still kept up to date."""
_IS_INPUT = regex(r"(?:^|/)(?:requirements/[^/]+|[\w.-]*requirements[\w.-]*)\.in$")


class LockfileStale(Check):
    """A lock does not hold what its manifest asks for.

    What it checks:
        Without the network, by each manager's own rule: npm's locked versions against the ranges and the copies of
        the manifests in the lock, pnpm's and bun's recorded specifiers, overrides and catalogs, yarn's keys and members,
        Cargo's members and requirements, what uv remembers of each member, Poetry's content hash, the checksums that
        ``go.mod`` needs, ``requirements.txt`` against the ``.in`` it was compiled from. Workspace members are compared
        with their root's lock; names that overrides or a ``.pnpmfile.cjs`` change are left out. One finding for each manifest, and one for all crates that a lock does not know. A warning where a frozen install works and the
        next other one rewrites the lock, where npm keeps what it locked within a member although the member asks for another version, and for a lock of Python in a project that pip alone installs.

    Why it matters:
        A frozen install (``npm ci``, ``--frozen-lockfile``, ``--locked``, ``--immutable``) refuses to work, so that CI
        and image builds fail; an install that is not frozen rewrites the lock under whoever runs it first.

    How to fix:
        The project's own manager brings the lock up to date (``npm install --package-lock-only``, ``uv lock`` ...; ``invoke lock PATH``
        runs the right one); commit it. Where the code still imports what the manifest no longer asks for, add it back instead.

    Fix safety:
        Unsafe: a new lock chooses versions, and asks the registry.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare every lock with its manifests."""
        for item in context.subprojects:
            judge = _JUDGES.get(item.family)
            # Of a workspace of Cargo that lacks a member the others are compared all the same: one defect hides no other.
            if judge is None or (item.problem and item.family != "rust"):
                continue
            if item.lockfile is None or item.ecosystem == "pip":
                continue
            if b"\n<<<<<<< " in (context.content(item.lockfile) or b""):
                continue  # a merge that was never finished, which ``config-unparsable`` tells: neither side is the lock
            found = list(judge(context, item))
            if len(found) <= _REPLACED or not _is_replaced(context, item):
                yield from self._told(context, item.lockfile, found, item)
        for path in sorted(
            name for name in context.inventory.tracked if name.endswith(".in") and _IS_INPUT.search(name)
        ):
            yield from self._told(context, path.removesuffix(".in") + ".txt", list(_stale_python.pip(context, path)))

    def _told(
        self, context: Inspection, lock: str, found: list[Complaint], item: Subproject | None = None
    ) -> Iterator[Finding]:
        """One finding for each manifest that was changed; one for a lock that suits hardly any."""
        groups: dict[str, list[Complaint]] = {}
        for one in found:
            groups.setdefault(one.path, []).append(one)
        # Crates of one workspace that its lock does not know are one omission, and one command.
        unknown = [one for one in found if one.text.startswith("the crate ")]
        alike = len(groups) > _MANIFESTS or (len(unknown) == len(found) > 1)
        for group in [found] if alike else groups.values():
            first = next((one for one in group if one.severity == "error"), group[0])
            yield self._one(context, lock, [first, *(one for one in group if one is not first)], item)

    def _one(self, context: Inspection, lock: str, found: list[Complaint], item: Subproject | None) -> Finding:
        first, unread = found[0], ""
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        command = new_lock(context, item) if item else f"uv pip compile {first.path} -o {lock}"
        if "no longer asked for" in first.text:
            command += "; where the code still imports it, add it back instead"
        actions = locking(context, item) if item and not first.todo else ()
        if item is not None and item.family == "python" and _stale_python.is_unread(context, item):
            first = first._replace(severity="warning")
            unread = f"nothing here installs by {item.ecosystem}, and who does gets what this says"
        needs = item is not None and ecosystem(item.ecosystem).needs_lock
        rust = item is not None and item.family == "rust"
        refuses = "cargo --locked refuses" if rust else "a frozen install refuses" if needs else "installs lack it"
        ending = (
            unread
            or first.ending
            or (
                refuses if first.severity == "error" else "the next install rewrites it" if item else "installs lack it"
            )
        )
        return self.finding(
            context,
            first.path,
            f"{lock} is stale: {first.text}{more}; {ending}",
            line=first.line or asked_at(context, first.path),
            evidence="; ".join(f"{one.path}{f':{one.line}' if one.line else ':'} {one.text}" for one in found[:_NAMED]),
            severity=first.severity,
            fixes=(Fix(first.todo or command, "unsafe" if actions else "manual", actions),),
            related=[(one.path, one.line) for one in found],
        )


def _is_replaced(context: Inspection, item: Subproject) -> bool:
    """Whether another manager's lock beside it names all that the manifest asks for, and nothing installs by this one: that is ``lockfile-conflict``."""
    own = MANAGERS.get(posixpath.basename(item.lockfile or ""))
    if own and users(context, {own}, (item.path, *item.members)):
        return False
    document = package(context, inside(item.path, "package.json"))
    names = [name for _, name, _ in requirements_of(document.data, INSTALLED_KINDS)] if document else []
    others = (inside(item.path, lock) for lock, manager in MANAGERS.items() if own and manager != own)
    texts = (text_of(context, path) for path in others if context.is_file(path))
    return any(text and all(name in text for name in names) for text in texts)
