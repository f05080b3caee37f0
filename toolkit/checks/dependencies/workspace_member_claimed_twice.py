"""Packages that two workspaces list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import workspace_globs
from toolkit.checking import Check
from toolkit.checks.dependencies._manifests import cargo, package, packages, pyprojects
from toolkit.documents import toml, yaml
from toolkit.model import Fix
from toolkit.places import below, folder_of, inside, join, matching, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


_SHOWN = 300
"""Characters of evidence."""


class WorkspaceMemberClaimedTwice(Check):
    """Two workspaces list the same package, or two members of one have the same name.

    What it checks:
        uv's ``members``, Cargo's ``members`` (globs expanded, ``exclude`` honoured), pnpm's ``packages`` and the ``workspaces`` of
        ``package.json``: every package must belong to one root. A workspace that is a member of another one is
        yarn's way of nesting, and left alone. Also two members of one name, which all but pnpm and uv refuse.

    Why it matters:
        Which lock, target folder and profile count depends on the folder a command starts in: the package is built
        with two sets of versions, and each of the two locks is tested half.

    How to fix:
        Take the package out of one workspace (for Cargo: ``exclude`` in the outer root).

    Fix safety:
        Manual: which workspace owns the package is a decision.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Expand the lists of every root, and look for folders that two of them hold."""
        yield from self._compare(context, dict(_of_cargo(context)))
        yield from self._compare(context, dict(_of_javascript(context)))
        yield from self._compare(context, dict(_of_uv(context)))
        yield from self._twice(context)

    def _twice(self, context: Inspection) -> Iterator[Finding]:
        """Two members of one name: npm, yarn and bun refuse them, cargo too."""
        for owner in context.subprojects:
            if owner.family not in ("javascript", "rust") or owner.ecosystem == "pnpm":
                continue
            held: dict[str, str] = {}
            for folder in (owner.path, *owner.members):
                path, name, line = _name(context, folder, owner.family)
                if name and name in held:
                    text = f"{name} is the name of {held[name]}, too: the workspace cannot hold two members of one name"
                    fix = Fix("give one of them another name", "manual")
                    yield self.finding(
                        context, path, text, line=line, evidence=held[name], severity="error", fixes=(fix,)
                    )
                held.setdefault(name, path)

    def _compare(self, context: Inspection, roots: dict[tuple[str, int], dict[str, int]]) -> Iterator[Finding]:
        owners: dict[str, list[tuple[str, int]]] = {}
        for (path, _), members in roots.items():
            for member, line in members.items():
                owners.setdefault(member, []).append((path, line))
        shared: dict[str, list[tuple[str, int, str]]] = {}
        for member, claims in sorted(owners.items()):
            paths = [path for path, _ in claims]
            if len(claims) < 2 or any(folder_of(path) in owners for path in paths):
                continue  # in a nested workspace its root is a member itself
            outer, line = min(claims, key=lambda claim: (claim[0].count("/"), claim[0]))
            shared.setdefault(outer, []).append((member, line, ", ".join(path for path in paths if path != outer)))
        for outer, ((member, line, others), *more) in shared.items():
            also = f"; likewise {len(more)} more" if more else ""
            yield self.finding(
                context,
                outer,
                f"{member} is listed here and in {others}: which lock counts depends on where a command starts{also}",
                line=line,
                evidence=", ".join(f"{name} ({others})" for name, _, others in ((member, line, others), *more))[
                    :_SHOWN
                ],
                fixes=(Fix(f"take it out of one of {outer}, {others}", "manual"),),
            )


def _name(context: Inspection, folder: str, family: str) -> tuple[str, str, int]:
    """Manifest, name and line of a member; an empty name where it has none."""
    if family == "javascript":
        path, document, at = inside(folder, "package.json"), package(context, inside(folder, "package.json")), ("name",)
        name = document.data.get("name") if document else None
        return path, name if isinstance(name, str) else "", document.line(at) if document else 0
    path = inside(folder, "Cargo.toml")
    if (crate := context.readable(path, toml.parse)) is None:
        return path, "", 0
    name = table(crate.data, "package").get("name")
    return path, name if isinstance(name, str) else "", crate.line(("package", "name"))


def _of_uv(context: Inspection) -> Iterator[tuple[tuple[str, int], dict[str, int]]]:
    documents = dict(pyprojects(context))
    projects = {folder_of(path) for path in documents}
    for number, (path, document) in enumerate(sorted(documents.items())):
        root = folder_of(path)
        workspace = table(document.data, "tool", "uv", "workspace")
        excluded = {one for item in texts(workspace.get("exclude")) for one in matching(projects, root, item)}
        members: dict[str, int] = {}
        for place, pattern in enumerate(texts(workspace.get("members"))):
            line = document.line(("tool", "uv", "workspace", "members", place))
            for folder in matching(projects, root, pattern):
                if folder in projects - excluded - {root}:
                    members.setdefault(folder, line)
        if members:
            yield (path, number), members


def _of_cargo(context: Inspection) -> Iterator[tuple[tuple[str, int], dict[str, int]]]:
    documents = dict(cargo(context))
    crates = {folder_of(path) for path in documents}
    for number, (path, document) in enumerate(sorted(documents.items())):
        root = folder_of(path)
        workspace = document.data.get("workspace")
        if not isinstance(workspace, dict):
            continue
        excluded = [found for item in texts(workspace.get("exclude")) if (found := join(root, item))]
        members: dict[str, int] = {}
        for place, pattern in enumerate(texts(workspace.get("members"))):
            line = document.line(("workspace", "members", place))
            for folder in matching(crates, root, pattern):
                own = folder != root and folder in crates and not any(below(item, folder) for item in excluded)
                if own and not isinstance(
                    table({"": documents[inside(folder, "Cargo.toml")].data}, "").get("workspace"), dict
                ):
                    members.setdefault(folder, line)
        if members:
            yield (path, number), members


def _of_javascript(context: Inspection) -> Iterator[tuple[tuple[str, int], dict[str, int]]]:
    found = dict(packages(context))
    for number, folder in enumerate(sorted({*found, *map(folder_of, context.inventory.named("pnpm-workspace.yaml"))})):
        path, patterns, line = _patterns(context, folder, found.get(folder))
        if not patterns:
            continue
        prefix = "" if folder == "." else f"{folder}/"
        inner = [item[len(prefix) :] for item in found if item.startswith(prefix) and item not in (".", folder)]
        manager = "pnpm" if path.endswith(".yaml") else "npm"
        members = {prefix + item: line for item in workspace_globs.claimed(manager, patterns, inner)}
        if members:
            yield (path, number), members


def _patterns(context: Inspection, folder: str, package: object) -> tuple[str, list[str], int]:
    path = inside(folder, "pnpm-workspace.yaml")
    if context.is_file(path):
        if (document := context.readable(path, yaml.parse)) is None:
            return path, [], 0
        return path, texts(document.get(("packages",))), document.line(("packages",))
    manifest = inside(folder, "package.json")
    data = getattr(package, "data", None)
    value = data.get("workspaces") if isinstance(data, dict) else None
    value = value.get("packages") if isinstance(value, dict) else value
    line = package.line(("workspaces",)) if value and hasattr(package, "line") else 0
    return manifest, texts(value), line
