"""Cargo's workspaces, as the leaves for Cargo and Anchor both need them.

The rules of membership are Cargo's own: a root's ``members`` globs, what their path dependencies imply inside
the root's folder, ``exclude`` as a plain prefix, ``package.workspace`` as a pointer, else the nearest root above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.memory import once_a_run
from toolkit.places import acyclic, below, folder_of, inside, join, matching, name_of, table, texts, upward
from toolkit.versions import numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context

__all__ = ["TOOLCHAIN_FILES", "Workspace", "workspaces"]

TOOLCHAIN_FILES = ("rust-toolchain", "rust-toolchain.toml")
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")


@dataclass(slots=True)
class Workspace:
    """A workspace, or a package that stands alone.

    Args:
        folder: where its root manifest and its lock are.
        members: folders of the other crates it installs.
        outside: path dependencies and patches that are not its members.
        shared: crates that it lists too, but that a nearer workspace owns.
        problem: why cargo refuses it; empty if nothing is known.
        rust: the lowest Rust version that its crates allow.
    """

    folder: str
    name: str
    members: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    needs: tuple[str, ...] = ()
    problem: str = ""
    rust: str = ""

    @property
    def manifest(self) -> str:
        """The root manifest."""
        return inside(self.folder, "Cargo.toml")

    def lockfile(self, context: Context) -> str | None:
        """Its ``Cargo.lock``, if there is one."""
        path = inside(self.folder, "Cargo.lock")
        return path if context.is_file(path) else None

    def inputs(self, context: Context) -> tuple[str, ...]:
        """Further files that decide what an install does."""
        found = [inside(path, "Cargo.toml") for path in (*self.members, *self.shared, *self.outside)]
        for folder in upward(self.folder):
            found += [inside(folder, name) for name in (".cargo/config.toml", ".cargo/config", *TOOLCHAIN_FILES)]
        return tuple(path for path in dict.fromkeys(found) if context.is_file(path))


class _Crates:
    """Every manifest of the repository, each parsed once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.data: dict[str, dict[str, Any]] = {}
        self.broken: dict[str, str] = {}
        for path in context.inventory.named("Cargo.toml"):
            try:
                self.data[folder_of(path)] = context.toml(path)
            except Unreadable as error:
                self.broken[folder_of(path)] = f"Cargo.toml: {error}"
        self.roots = {folder for folder, data in self.data.items() if isinstance(data.get("workspace"), dict)}

    def package(self, folder: str) -> dict[str, Any]:
        data = self.data.get(folder, {})
        return table(data, "package") or table(data, "project")

    def exists(self, folder: str) -> bool:
        """Submodules and ignored folders are in no inventory, and cargo reads them all the same."""
        return (
            folder in self.data
            or folder in self.broken
            or self.context.absolute(inside(folder, "Cargo.toml")).is_file()
        )

    def listed(self, root: str, key: str) -> list[str]:
        return texts(self.data[root]["workspace"].get(key))

    def excluded(self, root: str, folder: str) -> bool:
        """Prefixes, not globs; a member that is listed literally outweighs them."""

        def hit(key: str) -> bool:
            return any(below(found, folder) for item in self.listed(root, key) if (found := join(root, item)))

        return hit("exclude") and not hit("members")

    def root_of(self, folder: str) -> str | None:
        """The workspace root that cargo would find from this crate."""
        if folder in self.roots:
            return folder
        pointer = self.package(folder).get("workspace")
        if isinstance(pointer, str):
            return join(folder, pointer)
        return next((up for up in upward(folder)[1:] if up in self.roots and not self.excluded(up, folder)), None)

    def path_dependencies(self, folder: str) -> Iterator[str]:
        """Folders of the crate's path dependencies, workspace inheritance resolved."""
        data = self.data.get(folder, {})
        root = self.root_of(folder) or ""
        inherited = table(self.data.get(root), "workspace", "dependencies")
        for holder in (data, *table(data, "target").values()):
            for kind in _DEPENDENCIES:
                for name, value in table(holder, kind).items():
                    yield from self._path(folder, value)
                    if root and table({"": value}, "").get("workspace") is True:
                        yield from self._path(root, inherited.get(name))

    def patches(self, root: str) -> Iterator[str]:
        """Folders that the root puts in place of published packages."""
        data = self.data[root]
        for holder in (*table(data, "patch").values(), table(data, "replace")):
            for value in table({"": holder}, "").values():
                yield from self._path(root, value)

    def _path(self, folder: str, value: Any) -> Iterator[str]:
        if isinstance(value, dict) and isinstance(value.get("path"), str) and (found := join(folder, value["path"])):
            yield found


@once_a_run
def workspaces(context: Context) -> dict[str, Workspace]:
    """Every Cargo workspace and lone crate by its folder."""
    crates = _Crates(context)
    candidates = context.inventory.folders
    found = {
        folder: Workspace(folder, name_of(context, folder), problem=text) for folder, text in crates.broken.items()
    }
    for root in sorted(crates.roots):
        found[root] = Workspace(root, _name(context, crates, root))
        _fill(crates, found[root], candidates)
    claimed = _settle(crates, found)
    for folder in sorted(set(crates.data) - crates.roots - claimed):
        found[folder] = _alone(context, crates, folder)
    _cover(context, crates, found)
    owner = {member: space.folder for space in found.values() for member in (space.folder, *space.members)}
    wanted = {space.folder: [owner[path] for path in space.outside if path in owner] for space in found.values()}
    for folder, needs in acyclic(wanted).items():
        found[folder].needs = needs
        found[folder].rust = _lowest_rust(crates, found[folder])
    return found


def _settle(crates: _Crates, found: dict[str, Workspace]) -> set[str]:
    """Leave a crate that several workspaces list to the one that cargo finds from the crate; all claimed ones.

    Cargo lets both roots list it, so neither is wrong, and both locks hold it.
    """
    claims: dict[str, list[str]] = {}
    for root in sorted(crates.roots):
        for member in found[root].members:
            claims.setdefault(member, []).append(root)
    for member, roots in claims.items():
        nearest = crates.root_of(member)
        owner = nearest if nearest in roots else roots[0]
        for root in roots:
            if root != owner:
                found[root].members.remove(member)
                found[root].shared.append(member)
    return set(claims)


def _name(context: Context, crates: _Crates, folder: str) -> str:
    name = crates.package(folder).get("name")
    return name if isinstance(name, str) else name_of(context, folder)


def _fill(crates: _Crates, space: Workspace, candidates: frozenset[str]) -> None:
    """Find the members of one root."""
    seen: list[str] = []
    pending: list[tuple[str, bool]] = [(space.folder, False)] if crates.package(space.folder) else []
    for pattern in crates.listed(space.folder, "members"):
        hits = [path for path in matching(candidates, space.folder, pattern) if path != space.folder]
        if not hits and pattern.strip("./"):
            space.problem = space.problem or f"members names {pattern}, which matches nothing"
        pending += [(path, False) for path in hits]
    pending.reverse()
    while pending:
        folder, implied = pending.pop()
        if folder in seen:
            continue
        outside = implied and not below(space.folder, folder) and crates.root_of(folder) != space.folder
        if outside or (folder != space.folder and crates.excluded(space.folder, folder)):
            space.outside += [folder] if implied and folder not in space.outside else []
            continue
        if problem := _refused(crates, space.folder, folder, implied=implied):
            space.problem = space.problem or problem
            continue
        seen.append(folder)
        pending += [(path, True) for path in reversed(list(crates.path_dependencies(folder)))]
    space.members = sorted(path for path in seen if path != space.folder)
    space.outside += [path for path in crates.patches(space.folder) if path not in (*space.outside, *seen)]


def _refused(crates: _Crates, root: str, folder: str, *, implied: bool) -> str:
    """Why cargo does not take the folder as a member; empty if it does."""
    if not crates.exists(folder):
        if any(below(link, folder) for link in crates.context.inventory.gitlinks):
            return f"{folder} is in a submodule that is not checked out (git submodule update --init)"
        return f"{'a path dependency' if implied else 'members'} names {folder}, which has no Cargo.toml"
    if folder in crates.broken:
        return f"{folder}/{crates.broken[folder]}"
    if folder != root and folder in crates.roots:
        return f"the member {folder} is the root of another workspace"
    return ""


def _alone(context: Context, crates: _Crates, folder: str) -> Workspace:
    """A package in no workspace, or a manifest that is neither."""
    space = Workspace(
        folder, _name(context, crates, folder), outside=list(dict.fromkeys(crates.path_dependencies(folder)))
    )
    root = crates.root_of(folder)
    if not crates.package(folder):
        space.problem = "Cargo.toml has neither [package] nor [workspace]"
    elif root is not None:
        space.problem = f"lies in the workspace {root}, which neither lists nor excludes it"
    missing = [path for path in space.outside if not crates.exists(path)]
    if missing and not space.problem:
        space.problem = f"a path dependency names {missing[0]}, which has no Cargo.toml"
    return space


def _cover(context: Context, crates: _Crates, found: dict[str, Workspace]) -> None:
    """Give a crate without a lock, which others depend on by path, to the first of them: their lock covers it."""
    for space in [found[folder] for folder in sorted(found)]:
        pending = list(space.outside)
        while pending and space.folder in found:
            folder = pending.pop()
            other = found.get(folder)
            if (
                other is None
                or other is space
                or folder in crates.roots
                or other.lockfile(context)
                or folder in crates.broken
            ):
                continue
            del found[folder]
            space.members = sorted({*space.members, folder})
            pending += other.outside
            space.outside += [path for path in (*other.outside, *other.members) if path not in space.outside]


def _lowest_rust(crates: _Crates, space: Workspace) -> str:
    """The highest ``rust-version`` among the crates, inheritance included."""
    shared = table(crates.data.get(space.folder), "workspace", "package").get("rust-version")
    asked = [crates.package(folder).get("rust-version") for folder in (space.folder, *space.members)]
    texts = [shared if isinstance(item, dict) else item for item in asked]
    return max((text for text in texts if isinstance(text, str)), key=numbers_in, default="")
