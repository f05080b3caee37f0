"""Package managers, and versions of them, that disagree about one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._templates import is_of_templates
from toolkit.checks._texts import text_of
from toolkit.checks.toolchain._everything import everything
from toolkit.checks.toolchain._install_gravity import causes, gravity, refused_by, takes_over
from toolkit.checks.toolchain._project_managers import (
    LOCKS,
    asked,
    counterpart,
    field_of,
    guessed,
    has_lock,
    has_workspaces,
    is_alone,
    locks_of_others,
    owner_of,
    unread,
    workspace_of,
)
from toolkit.checks.toolchain._said import COMPARED
from toolkit.checks.toolchain._unread_overrides import unread_overrides
from toolkit.checks.toolchain._without_corepack import without_corepack
from toolkit.documents import jsonc, toml
from toolkit.installs import installs
from toolkit.model import Fix
from toolkit.packages import PNPM_FOR_SETTINGS
from toolkit.places import folder_of, inside, table, upward
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._project_managers import Unread
    from toolkit.checks.toolchain._said import Said
    from toolkit.installs import Install
    from toolkit.model import Finding, Severity, Subproject


class PackageManagerDrift(Check):
    """Files of one project name different package managers, or versions of one that exclude each other.

    What it checks:
        ``packageManager`` and ``devEngines`` against the locks beside them; ``[toolchain] package_manager`` of an
        ``Anchor.toml`` against the lock beside it; scripts of an ``Anchor.toml`` (information); the version in ``packageManager`` against
        ``engines``, Volta, workflows (``pnpm/action-setup``), images, ``[toolchain]`` of ``toolkit.toml`` and the form of
        pnpm's lock, or its settings that name no packages, which pnpm before 10.5 refuses; installs, and commands for all members, in workflows, pipelines of GitLab, CircleCI, Bitbucket, Azure and others, images, scripts and
        READMEs by a manager whose lock is not there (an error in a workflow where npm stops at ``workspace:`` or ``catalog:``). A README that speaks of several managers is left alone. A member of
        a workspace that names another manager than its root is installed with. Installs by yarn 2 and later in images of Node.js and in
        workflows that do not switch corepack on. Versions forced in a word that the manager
        does not read (``overrides`` with pnpm and yarn, ``resolutions`` with npm), or in a member, where none does.

    Why it matters:
        Corepack and pnpm's action refuse to run where the versions differ; another manager ignores the lock and
        installs something else.

    How to fix:
        Let ``packageManager`` decide, remove the version from the workflow, and make the lock with that manager.

    Fix safety:
        Manual: which of them is meant is a decision.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare names first, then versions."""
        yield from self._names(context)
        yield from self._anchor(context)
        unfit = list(unread(context, [one for one in everything(context) if one.tool == "pnpm"]))
        yield from self._versions(context, {(one.path, one.line) for each in unfit for one in each.said})
        yield from self._installs(context)
        yield from self._forms(context, unfit)
        for path, line, text, evidence, level, todo in (*unread_overrides(context), *without_corepack(context)):
            fix = Fix(todo, "manual")
            yield self.finding(context, path, text, line=line, evidence=evidence, severity=level, fixes=(fix,))

    def _names(self, context: Inspection) -> Iterator[Finding]:
        for path in sorted(context.named("package.json")):
            if "node_modules" in path.split("/"):
                continue
            document = context.readable(path, jsonc.parse)
            if document is None or (found := asked(document.data)) is None:
                continue
            manager, at = found
            if (root := workspace_of(context, folder_of(path))) is not None:
                yield from self._member(context, path, document, root)
                continue
            others = locks_of_others(context, folder_of(path), manager)
            if others and not has_lock(context, folder_of(path), manager):
                yield self.finding(
                    context,
                    path,
                    f"{at[0]} says {manager}, and the only lock here is {others[0]}: {manager} does not read it",
                    line=document.line(at),
                    evidence=document.source(at)[:80],
                    fixes=(Fix(f"make a lock with {manager}, or correct {at[0]}", "manual"),),
                )

    def _member(self, context: Inspection, path: str, document: jsonc.Document, root: Subproject) -> Iterator[Finding]:
        """A member of a workspace that names another manager, or another version of it, than its root is installed with."""
        manager, at = asked(document.data) or ("", ())
        chosen = root.ecosystem.partition("_")[0]
        own, above = field_of(document), field_of(context.readable(inside(root.path, "package.json"), jsonc.parse))
        if manager != chosen:
            text = f"{at[0]} says {manager} in a member of {root.manifest}, which {chosen} installs ({root.choice.why})"
        elif own and above and own != above and own.partition(".")[0] != above.partition(".")[0]:
            text = f"{at[0]} says {own} in a member of a workspace whose root says {above}"
        else:
            return
        yield self.finding(
            context,
            path,
            f"{text}: whoever works in this folder gets another manager than everywhere else",
            line=document.line(at),
            evidence=document.source(at)[:80],
            severity="warning",
            fixes=(Fix(f"remove {at[0]}: the workspace's root decides", "manual"),),
        )

    def _anchor(self, context: Inspection) -> Iterator[Finding]:
        for path, document in context.documents(sorted(context.named("Anchor.toml")), toml.parse):
            yield from self._anchor_scripts(context, path, document)
            manager = table(document.data, "toolchain").get("package_manager")
            if manager not in LOCKS:
                continue
            own = any(context.is_file(inside(folder_of(path), lock)) for lock in LOCKS[manager])
            others = locks_of_others(context, folder_of(path), manager)
            if others and not own:
                yield self.finding(
                    context,
                    path,
                    f"Anchor installs with {manager}, and the only lock here is {others[0]}",
                    line=document.line(("toolchain", "package_manager")),
                    evidence=f"package_manager = {manager}",
                    severity="warning",
                    fixes=(Fix("name the manager whose lock is there", "manual"),),
                )

    def _anchor_scripts(self, context: Inspection, path: str, document: toml.Document) -> Iterator[Finding]:
        """Scripts of an ``Anchor.toml`` that run by a manager of which neither its folder nor any above has a lock, and another's there is."""
        for name, text in table(document.data, "scripts").items():
            manager = text.split(" ", 1)[0] if isinstance(text, str) else ""
            folders = upward(folder_of(path)) if manager in LOCKS else ()
            others = [lock for up in folders for lock in locks_of_others(context, up, manager)]
            if others and not any(context.is_file(inside(up, lock)) for up in folders for lock in LOCKS[manager]):
                yield self.finding(
                    context,
                    path,
                    f"`anchor run {name}` goes by {manager}, and what is installed here has {others[0]}",
                    line=document.line(("scripts", name)),
                    evidence=text,
                    severity="info",
                    fixes=(Fix("start it by the manager whose lock is there", "manual"),),
                )
                return

    def _versions(self, context: Inspection, told: set[tuple[str, int]]) -> Iterator[Finding]:
        """One finding for all that differ from one field in the same way, but for those that cannot read the lock."""
        said = [one for one in everything(context) if one.tool in LOCKS]
        fields = [one for one in said if one.what in ("packageManager", "devEngines.packageManager")]
        asked = frozenset(fields)
        known = {(one.tool, one.folder) for one in fields}
        fields += [one for one in said if one.what == f"volta.{one.tool}" and (one.tool, one.folder) not in known]
        groups: dict[tuple[Said, str, bool], list[Said]] = {}
        for one in said:
            field = None if one in fields or (one.path, one.line) in told else counterpart(context, fields, one)
            if field is None or one.spec == field.spec:
                continue
            # The action looks into the package.json of the root only; version 4 of it compares the words.
            literal = one.what.endswith(COMPARED) and "package_json_file" not in text_of(context, one.path)
            refuses = one.kind == "workflow" and (literal or one.what == "version") and one.tool == "pnpm"
            refuses &= field in asked and field.folder == "."
            if (refuses and literal) or not may_overlap(one.spec, field.spec):
                groups.setdefault((field, one.spec, refuses), []).append(one)
        for (field, spec, refuses), every in groups.items():
            # A job that works in several folders says it for each of them.
            found = list({(one.path, one.line): one for one in reversed(every)}.values())[::-1]
            first = found[0]
            apart = all(one.kind == "image" and is_of_templates(context, one.path) for one in found)
            places = f" and {len(found) - 1} more places" if len(found) > 1 else ""
            ending = "the action refuses" if refuses else "one of the two is not what runs"
            same = any(one.path == field.path for one in found)
            todo = f"take the version from {field.path} alone"
            if (field.path, field.line) in told:  # the lock needs another than the field has
                todo = f"write {first.tool}@{spec}, in full, into {field.path}, and take the version from there alone"
            yield self.finding(
                context,
                first.path,
                f"{first.tool} {spec} ({first.what}{places}), but {field.path} says {field.spec}: {ending}",
                line=first.line,
                evidence="; ".join(one.shown for one in (*found, field)),
                severity="error" if refuses or same else "info" if apart else "warning",
                fixes=(Fix(todo, "manual"),),
                related=[(one.path, one.line) for one in found],
            )

    def _installs(self, context: Inspection) -> Iterator[Finding]:
        """Installs by a manager whose lock is not there, in a project of another one; one finding a file and manager, and one for all images that stop."""
        told: set[tuple[str, str]] = set()
        stopped: dict[tuple[str, str, Severity], list[tuple[Install, str]]] = {}
        for one in installs(context, context.named):
            owner = owner_of(context, one.folder)
            if (
                owner is None
                or one.manager not in LOCKS
                or (one.path, one.manager) in told
                or context.is_foreign(one.path)
            ):
                continue
            manager = owner.ecosystem.partition("_")[0]
            copied = one.kind == "readme" and (one.folder != owner.path or owner.role != "own")
            alone = one.frozen and is_alone(context, owner, one.manager)
            same = manager == one.manager and not alone
            if copied or same or manager not in LOCKS or has_lock(context, one.folder, one.manager):
                continue
            lock = owner.lockfile
            refused = refused_by(context, one)
            if one.across and has_workspaces(context, owner) and not refused:
                continue
            if lock is None and not one.frozen and (owner.choice.source != owner.manifest or guessed(owner)):
                continue  # nothing here says that it is the other manager's
            told.add((one.path, one.manager))
            level = gravity(context, one)
            where = f"in a project of {manager} ({owner.choice.why})"
            todo = f"install with {manager}"
            if alone:
                where = f"where there is no {LOCKS[one.manager][0]}"
                todo = f"make a lock with {one.manager}, and commit it"
            if one.kind == "image" and one.frozen:
                key = (where, todo, level)
                stopped.setdefault(key, []).append((one, lock or owner.manifest))
                continue
            missed = f"it does not read {lock}" if lock else "another manager than it names"
            missed = f"it makes a lock of its own of {lock} each time" if takes_over(context, one) else missed
            missed = f"it does not know the workspace of {manager}" if one.across else missed
            ending = "it refuses to work without its lock" if one.frozen and not takes_over(context, one) else missed
            if refused and not one.frozen:
                ending, level = f"npm refuses {refused}", "error" if one.kind == "workflow" else level
            yield self.finding(
                context,
                one.path,
                f"`{one.text.strip()}` {where}: {ending}",
                line=one.line,
                evidence=f"{one.kind}, in {one.folder}; {lock or owner.manifest}",
                severity=level,
                fixes=(Fix(todo, "manual"),),
                causes=causes(one),
            )
        for (where, todo, level), found in stopped.items():
            yield self._stopped(context, found, where, todo, level)

    def _stopped(
        self, context: Inspection, found: list[tuple[Install, str]], where: str, todo: str, level: Severity
    ) -> Finding:
        """One finding for all images that are installed with a manager whose lock is not there."""
        (one, lock), *others = found
        more = f" (and in {len(others)} more images)" if others[1:] else " (and in 1 more image)" if others else ""
        also = "; so with " + ", ".join(f"{other.path}:{other.line}" for other, _ in others[:12]) if others else ""
        ending = ", and the build stops" if level == "error" else ""
        return self.finding(
            context,
            one.path,
            f"`{one.text.strip()}`{more} {where}: it refuses to work without its lock{ending}",
            line=one.line,
            evidence=f"{one.kind}, in {one.folder}; {lock}{also}",
            severity=level,
            fixes=(Fix(todo, "manual"),),
            related=[(other.path, other.line) for other, _ in others],
        )

    def _forms(self, context: Inspection, unfit: list[Unread]) -> Iterator[Finding]:
        """Versions of pnpm that cannot read the lock, or the settings beside it; one finding a lock."""
        for why, readers, (first, *others) in unfit:
            otherwise = "list the packages" if readers == PNPM_FOR_SETTINGS else f"make the lock with pnpm {first.spec}"
            places = f" and {len(others)} more places" if others else ""
            yield self.finding(
                context,
                first.path,
                f"pnpm {first.spec} ({first.what}{places}), and {why}",
                line=first.line,
                evidence="; ".join(one.shown for one in (first, *others)),
                fixes=(Fix(f"take pnpm {readers} there, or {otherwise}", "manual"),),
                related=[(one.path, one.line) for one in (first, *others)],
            )
