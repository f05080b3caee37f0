"""Package managers, and versions of them, that disagree about one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.toolchain._everything import everything
from toolkit.context import Unreadable
from toolkit.documents import jsonc, toml
from toolkit.errors import ConfigurationError
from toolkit.model import Fix
from toolkit.places import below, folder_of, inside, table
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said
    from toolkit.model import Finding

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
        ``Anchor.toml`` against the lock beside it; the version in ``packageManager`` against ``engines``, Volta,
        workflows (``pnpm/action-setup``), images and ``[toolchain]`` of ``toolkit.toml``.

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

    def _names(self, context: Inspection) -> Iterator[Finding]:
        for path in sorted(context.inventory.named("package.json")):
            if "node_modules" in path.split("/"):
                continue
            try:
                document = context.document(path, jsonc.parse)
            except Unreadable:
                continue
            found = _asked(document.data)
            if found is None:
                continue
            manager, at = found
            others = _locks_of_others(context, folder_of(path), manager)
            own = any(context.is_file(inside(folder_of(path), lock)) for lock in _LOCKS[manager])
            if others and not own:
                yield self.finding(
                    context,
                    path,
                    f"{at[0]} says {manager}, and the only lock here is {others[0]}: {manager} does not read it",
                    line=document.line(at),
                    evidence=document.source(at)[:80],
                    fixes=(Fix(f"make a lock with {manager}, or correct {at[0]}", "manual"),),
                )

    def _anchor(self, context: Inspection) -> Iterator[Finding]:
        for path in sorted(context.inventory.named("Anchor.toml")):
            try:
                document = context.document(path, toml.parse)
            except Unreadable:
                continue
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
        said = [one for one in everything(context) if one.tool in _LOCKS]
        fields = [one for one in said if one.what in ("packageManager", "devEngines.packageManager")]
        for one in said:
            if one in fields:
                continue
            field = _counterpart(context, fields, one)
            if field is None or _agree(one, field):
                continue
            refuses = one.kind == "workflow" and one.tool == "pnpm" and one.what == "version"
            ending = "the action refuses" if refuses else "one of the two is not what runs"
            yield self.finding(
                context,
                one.path,
                f"{one.tool} {one.spec} ({one.what}), but {field.path} says {field.spec}: {ending}",
                line=one.line,
                evidence=f"{one.shown}; {field.shown}",
                severity="error" if refuses or one.path == field.path else "warning",
                fixes=(Fix(f"take the version from {field.path} alone", "manual"),),
            )


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


def _agree(first: Said, second: Said) -> bool:
    try:
        return overlap(first.spec, second.spec)
    except ConfigurationError:
        return True
