"""Package managers, and versions of them, that disagree about one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.toolchain._everything import everything
from toolkit.documents import jsonc, toml
from toolkit.installs import installs
from toolkit.model import Fix
from toolkit.places import below, folder_of, inside, table, upward
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said
    from toolkit.installs import Install
    from toolkit.model import Finding, Severity, Subproject

_LOCKS = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml",),
    "yarn": ("yarn.lock",),
    "bun": ("bun.lock", "bun.lockb"),
}


class PackageManagerDrift(Check):
    """Files of one project name different package managers, or versions of one that exclude each other.

    What it checks:
        ``packageManager`` and ``devEngines`` against the locks beside them; ``[toolchain] package_manager`` of an
        ``Anchor.toml`` and ``npmClient`` of lerna against the lock beside it; the version in ``packageManager`` against
        ``engines``, Volta, workflows (``pnpm/action-setup``), images, ``[toolchain]`` of ``toolkit.toml`` and the form of
        yarn's lock; installs, and commands for all members, in workflows, pipelines of GitLab, CircleCI, Bitbucket, Azure and others, images, scripts and
        READMEs by a manager whose lock is not there. A README that speaks of several managers is left alone. A member of
        a workspace that names another manager than its root is installed with.

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
        yield from self._versions(context)
        yield from self._installs(context)
        yield from self._settings(context)

    def _names(self, context: Inspection) -> Iterator[Finding]:
        for path in sorted(context.named("package.json")):
            if "node_modules" in path.split("/"):
                continue
            if (document := context.readable(path, jsonc.parse)) is None:
                continue
            found = _asked(document.data)
            if found is None:
                continue
            manager, at = found
            if (root := _workspace_of(context, folder_of(path))) is not None:
                yield from self._member(context, path, document, root)
                continue
            others = _locks_of_others(context, folder_of(path), manager)
            if others and not _has_lock(context, folder_of(path), manager):
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
        manager, at = _asked(document.data) or ("", ())
        chosen = root.ecosystem.partition("_")[0]
        own, above = _field(document), _field(context.readable(inside(root.path, "package.json"), jsonc.parse))
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
            manager = table(document.data, "toolchain").get("package_manager")
            if manager not in _LOCKS:
                continue
            own = any(context.is_file(inside(folder_of(path), lock)) for lock in _LOCKS[manager])
            others = _locks_of_others(context, folder_of(path), manager)
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

    def _versions(self, context: Inspection) -> Iterator[Finding]:
        """One finding for all that differ from one field in the same way."""
        said = [one for one in everything(context) if one.tool in _LOCKS]
        fields = [one for one in said if one.what in ("packageManager", "devEngines.packageManager")]
        asked = frozenset(fields)
        known = {(one.tool, one.folder) for one in fields}
        fields += [one for one in said if one.what == f"volta.{one.tool}" and (one.tool, one.folder) not in known]
        groups: dict[tuple[Said, str, bool], list[Said]] = {}
        for one in said:
            field = None if one in fields else _counterpart(context, fields, one)
            if field is not None and not may_overlap(one.spec, field.spec):
                refuses = one.kind == "workflow" and (one.tool, one.what) == ("pnpm", "version") and field in asked
                groups.setdefault((field, one.spec, refuses), []).append(one)
        for (field, spec, refuses), found in groups.items():
            first = found[0]
            places = f" and {len(found) - 1} more places" if len(found) > 1 else ""
            ending = "the action refuses" if refuses else "one of the two is not what runs"
            same = any(one.path == field.path for one in found)
            yield self.finding(
                context,
                first.path,
                f"{first.tool} {spec} ({first.what}{places}), but {field.path} says {field.spec}: {ending}",
                line=first.line,
                evidence="; ".join(one.shown for one in (*found, field)),
                severity="error" if refuses or same else "warning",
                fixes=(Fix(f"take the version from {field.path} alone", "manual"),),
            )

    def _installs(self, context: Inspection) -> Iterator[Finding]:
        """Installs by a manager whose lock is not there, in a project of another one; one finding a file and manager."""
        told: set[tuple[str, str]] = set()
        for one in installs(context, context.named):
            owner = _owner(context, one.folder)
            if (
                owner is None
                or one.manager not in _LOCKS
                or (one.path, one.manager) in told
                or context.is_foreign(one.path)
            ):
                continue
            manager = owner.ecosystem.partition("_")[0]
            copied = one.kind == "readme" and (one.folder != owner.path or owner.role != "own")
            if copied or manager == one.manager or manager not in _LOCKS or _has_lock(context, one.folder, one.manager):
                continue
            lock = owner.lockfile
            if one.across and _has_workspaces(context, owner):
                continue
            if lock is None and not one.frozen and owner.choice.source != owner.manifest:
                continue  # nothing here says that it is the other manager's
            told.add((one.path, one.manager))
            missed = f"it does not read {lock}" if lock else "another manager than it names"
            missed = f"it does not know the workspace of {manager}" if one.across else missed
            ending = "it refuses to work without its lock" if one.frozen else missed
            yield self.finding(
                context,
                one.path,
                f"`{one.text.strip()}` in a project of {manager} ({owner.choice.why}): {ending}",
                line=one.line,
                evidence=f"{one.kind}, in {one.folder}; {lock or owner.manifest}",
                severity=_gravity(one),
                fixes=(Fix(f"install with {manager}", "manual"),),
                causes=_causes(one),
            )

    def _settings(self, context: Inspection) -> Iterator[Finding]:
        """``npmClient`` of lerna, and the generation of yarn against the lock's form."""
        for path, document in context.documents(sorted(context.named("lerna.json")), jsonc.parse):
            client = table({"": document.data}, "").get("npmClient")
            owner = _owner(context, folder_of(path))
            if owner is None or not isinstance(client, str) or client not in _LOCKS:
                continue
            manager = owner.ecosystem.partition("_")[0]
            if manager in _LOCKS and manager != client and not _has_lock(context, folder_of(path), client):
                text = f"lerna installs with {client}, and the project is one of {manager} ({owner.choice.why})"
                line = document.line(("npmClient",))
                fix = Fix(f"write {manager} as npmClient, or remove it", "manual")
                yield self.finding(
                    context, path, text, line=line, evidence=f"npmClient: {client}", severity="warning", fixes=(fix,)
                )
        for path in sorted(context.inventory.named("yarn.lock")):
            manifest = inside(folder_of(path), "package.json")
            if (package := context.readable(manifest, jsonc.parse)) is None:
                continue
            field = str(table({"": package.data}, "").get("packageManager"))
            content = context.read(path) if field.startswith("yarn@") else b""
            berry = not field.startswith("yarn@1.")
            if content.strip() and berry != (b"__metadata:" in content):
                form = "yarn 1" if berry else "yarn 2 or later"
                text = f"packageManager says {field.partition('+')[0]}, and {path} is a lock of {form}: a frozen install refuses"
                fix = Fix(f"make {path} again with {field.partition('+')[0]}: invoke lock {folder_of(path)}", "manual")
                line = package.line(("packageManager",))
                yield self.finding(context, manifest, text, line=line, evidence=path, fixes=(fix,))


def _gravity(one: Install) -> Severity:
    """How much an install by another manager matters: one that says that it wants no lock was thought about."""
    if "--no-package-lock" in one.text or "--no-lockfile" in one.text:
        return "info"
    return "error" if one.frozen and one.manager != "yarn" and one.kind == "workflow" else "warning"


def _causes(one: Install) -> Iterator[str]:
    """The lock that a workflow wants."""
    if one.kind == "workflow":
        yield from (f"lock {inside(one.folder, lock)} in {one.path}" for lock in _LOCKS[one.manager])


def _workspace_of(context: Inspection, folder: str) -> Subproject | None:
    """The workspace that a folder is a member of."""
    owner = context.owner(folder, "javascript")
    return owner if owner is not None and folder in owner.members else None


def _field(document: jsonc.Document | None) -> str:
    """The manager and version that ``packageManager`` names, as ``pnpm@9.1.0``."""
    value = table({"": document.data}, "").get("packageManager") if document else ""
    return value.partition("+")[0] if isinstance(value, str) else ""


def _owner(context: Inspection, folder: str) -> Subproject | None:
    """The JavaScript project that an install in a folder works on; none where the folder has no manifest of its own."""
    owner = context.owner(folder, "javascript")
    if owner is None or not context.is_file(inside(folder, "package.json")):
        return None
    return owner if folder == owner.path or folder in owner.members else None


def _has_workspaces(context: Inspection, owner: Subproject) -> bool:
    """Whether the root's manifest lists the members for npm and yarn, too."""
    document = context.readable(inside(owner.path, "package.json"), jsonc.parse)
    return document is not None and bool(table({"": document.data}, "").get("workspaces"))


def _has_lock(context: Inspection, folder: str, manager: str) -> bool:
    return any(context.is_file(inside(up, lock)) for up in upward(folder) for lock in _LOCKS[manager])


def _asked(data: object) -> tuple[str, tuple[str, ...]] | None:
    """The manager that a ``package.json`` names, and the key."""
    top = table({"": data}, "")
    field = top.get("packageManager")
    if isinstance(field, str) and field.partition("@")[0] in _LOCKS:
        return field.partition("@")[0], ("packageManager",)
    name = table(top, "devEngines", "packageManager").get("name")
    return (name, ("devEngines", "packageManager")) if isinstance(name, str) and name in _LOCKS else None


def _locks_of_others(context: Inspection, folder: str, manager: str) -> list[str]:
    found = (inside(folder, lock) for other, locks in _LOCKS.items() if other != manager for lock in locks)
    return [path for path in found if context.is_file(path) and context.read(path).strip()]


def _counterpart(context: Inspection, fields: list[Said], one: Said) -> Said | None:
    """The field that a demand must agree with: the nearest above, or for a workflow that names no folder the only one."""
    same = [field for field in fields if field.tool == one.tool]
    above = [field for field in same if below(field.folder, one.folder)]
    if above:
        nearest = max(above, key=lambda field: len(field.folder) if field.folder != "." else 0)
        owner = context.owner(one.folder)
        own = owner is None or owner.path == nearest.folder or below(nearest.folder, owner.path)
        return nearest if own else None
    return same[0] if one.kind == "workflow" and len({field.spec for field in same}) == 1 else None
