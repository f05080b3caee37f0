"""Locks of two managers in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.dependencies._manifests import manager_of
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.installs import users
from toolkit.model import Fix, RemoveTree
from toolkit.packages import MANAGERS
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.installs import Install
    from toolkit.model import Finding, Safety, Subproject

_PYTHON = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
_OLDER = {"bun.lockb": "bun.lock"}
_GUESSED = "lock file"
_NAMED = 5
_BY_FIELD = ("packageManager", "devEngines", "[tool.poetry]", "[tool.uv]")


class LockfileConflict(Check):
    """Locks of two package managers lie in one folder.

    What it checks:
        Folders with a manifest and locks of more than one manager of its language (npm, yarn, pnpm, bun; uv, Poetry,
        PDM, Pipenv), or with both forms of one manager's lock (``bun.lockb`` beside ``bun.lock``). An empty ``yarn.lock`` is none: it
        only marks a root. Where no manifest names the manager, the one that workflows, images, scripts and hosts install with is
        the one that is meant.

    Why it matters:
        Who runs the one gets other versions than who runs the other, each change updates one of them only, and
        hosts and CI actions guess by whichever lock they look for first.

    How to fix:
        Keep the lock of the manager that the project uses (``packageManager`` says which) and remove the other.

    Fix safety:
        Safe where ``packageManager`` or ``devEngines`` names the manager and its lock is there: the other one goes
        to the quarantine. Unsafe where only installs say it; manual where several
        managers install, or nothing says which one is meant.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Group locks by folder and language."""
        for managers, manifest in ((MANAGERS, "package.json"), (_PYTHON, "pyproject.toml")):
            folders: dict[str, list[str]] = {}
            for path in sorted(context.inventory.named(*managers)):
                if "node_modules" not in path.split("/") and not _is_empty(context, path):
                    folders.setdefault(folder_of(path), []).append(path)
            for folder, paths in folders.items():
                names = {managers[path.rpartition("/")[2]] for path in paths}
                if len(names) > 1 and context.is_file(inside(folder, manifest)):
                    yield from self._judge(context, folder, paths, dict(managers))
                yield from self._left_over(context, folder, paths)

    def _left_over(self, context: Inspection, folder: str, paths: list[str]) -> Iterator[Finding]:
        """A lock of an older form of the same manager, which reads the newer one alone."""
        for old, new in _OLDER.items():
            path, other = inside(folder, old), inside(folder, new)
            if path in paths and other in paths:
                manager = MANAGERS[old]
                reason = f"{manager} reads {new} beside it, and no longer this"
                tracked = path in context.inventory.tracked_set
                fix = Fix("remove it", "safe", (RemoveTree(path, reason, "lockfile-conflict", tracked),))
                text = f"{reason}: whoever reads it sees other versions"
                yield self.finding(context, path, text, evidence=f"{path}, {other}", fixes=(fix,))

    def _judge(self, context: Inspection, folder: str, paths: list[str], managers: dict[str, str]) -> Iterator[Finding]:
        """Locks of several managers in one folder, against the manager of the project there."""
        of = {path: managers[path.rpartition("/")[2]] for path in paths}
        found = (*context.discovered.subprojects, *context.discovered.excluded)
        here = (one for one in found if one.path == folder and manager_of(one.ecosystem) in of.values())
        owner = next(here, None)
        if owner is not None:
            yield from self._against(context, owner, of)
        elif not any(
            folder in item.members for item in context.subprojects
        ):  # else lockfile-in-member tells each of them
            yield self.finding(
                context,
                paths[0],
                f"locks of {' and '.join(sorted(set(of.values())))} lie side by side: which one counts is chance",
                evidence=", ".join(paths),
                fixes=(Fix("name the manager in the manifest, then remove the other lock", "manual"),),
            )

    def _against(self, context: Inspection, owner: Subproject, of: dict[str, str]) -> Iterator[Finding]:
        """Every lock that is not of the manager of a project, of all that lie there with their managers."""
        manager = manager_of(owner.ecosystem)
        several = owner.family == "javascript" or {"uv", "poetry"} <= set(of.values())
        guessed = owner.choice.rule == _GUESSED and several
        folders = (owner.path, *owner.members) if owner.family == "javascript" else (owner.path,)
        chosen = _of_anchor(context, owner.path)
        why = owner.choice.why
        if guessed and chosen in of.values():
            manager, guessed, why = chosen, False, "package_manager in Anchor.toml"
        used = users(context, set(of.values()), folders) if guessed else {}
        said = [
            f"{name}: {', '.join(f'{one.path}:{one.line}' for one in ones[:_NAMED])}" for name, ones in used.items()
        ]
        doubt = _doubt(owner, " and ".join(sorted(set(of.values()))), used) if guessed else ""
        clear = not guessed or set(used) == {manager}
        safety: Safety = "safe" if owner.choice.rule in _BY_FIELD and owner.lockfile else "unsafe"
        ask = Fix(
            f"name the manager in {owner.manifest}, install with it everywhere, and remove the other lock", "manual"
        )
        evidence = "; ".join([", ".join(of), *said])
        others = [path for path in of if of[path] != manager]
        if not clear:
            related = [(path, 0) for path in others[1:]]
            yield self.finding(context, others[0], doubt, evidence=evidence, fixes=(ask,), related=related)
            return
        needed = {} if guessed else {path: users(context, {of[path]}, folders).get(of[path], []) for path in others}
        idle = [path for path in others if not needed.get(path)]
        if idle:
            *most, last = dict.fromkeys(of[path] for path in idle)
            names = f"{', '.join(most)} and {last}" if most else last
            what = f"a lock of {names}" if not idle[1:] else f"locks of {names}"
            reason = f"{what} in a project of {manager} ({why})"
            tracked = context.inventory.tracked_set
            actions = tuple(RemoveTree(path, reason, "lockfile-conflict", path in tracked) for path in idle)
            yield self.finding(
                context,
                idle[0],
                f"{reason}: {names} would install something else",
                evidence=evidence,
                fixes=(Fix(f"remove {', '.join(idle)}", safety, actions),),
                related=[(path, 0) for path in idle[1:]],
            )
        for path in (path for path in others if path not in idle):
            places = ", ".join(f"{one.path}:{one.line}" for one in needed[path][:_NAMED])
            yield self.finding(
                context,
                path,
                f"a lock of {of[path]} in a project of {manager} ({why}): {of[path]} would install something else",
                evidence=evidence,
                fixes=(Fix(f"install with {manager} in {places}, then remove {path}", "manual"),),
            )


def _of_anchor(context: Inspection, folder: str) -> str:
    """The manager that an ``Anchor.toml`` of the folder installs with; empty where it names none."""
    document = context.readable(inside(folder, "Anchor.toml"), toml.parse)
    return str(table(document.data, "toolchain").get("package_manager", "")) if document else ""


def _doubt(owner: Subproject, names: str, used: dict[str, list[Install]]) -> str:
    """Why nobody knows which manager is meant, where its locks alone decided; empty where its installs say it."""
    if len(used) > 1:
        return f"{names} both install here, each by its own lock: what runs depends on who installed"
    if not used:
        return f"locks of {names} lie side by side, and nothing says which of them is meant"
    if manager_of(owner.ecosystem) in used:
        return ""
    other, places = next(iter(used.items()))
    return f"{places[0].path} installs with {other}, whose lock lacks packages that {owner.lockfile} holds"


def _is_empty(context: Inspection, path: str) -> bool:
    try:
        return not context.read(path).strip()
    except Unreadable:
        return False
