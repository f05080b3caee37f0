"""Cargo's workspaces, its lock and its cache, as the leaves for Cargo and Anchor both need them.

The rules of membership are Cargo's own: a root's ``members`` globs, what their path dependencies imply inside
the root's folder, ``exclude`` as a plain prefix, ``package.workspace`` as a pointer, else the nearest root above.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.extension import Step, ToolNeed
from toolkit.places import (
    acyclic,
    below,
    folder_of,
    inside,
    join,
    matching,
    name_of,
    table,
    texts,
    upward,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context
    from toolkit.ecosystems._diagnosis import Rule
    from toolkit.extension import Request
    from toolkit.model import Subproject

__all__ = ["FAILURES", "NETWORK", "Workspace", "absent", "fetch", "rust_need", "tasks", "workspaces"]

NETWORK = (
    "spurious network error",
    "Could not connect to server",
    "Could not resolve host",
    "Timeout was reached",
    "failed to download from",
    "download of config.json failed",
    "SSL connect error",
    "Connection reset by peer",
    "network failure seems to have happened",
)
"""What cargo writes when the registry or a git host could not be reached."""

FAILURES: tuple[Rule, ...] = (
    (
        r"toolchain '(?P<name>[^']+)' is not installed",
        "the Rust toolchain {name} is not installed here, and rustup was told not to download it unasked",
        "rustup toolchain install {name}, or take it from the pins with --provider pinned",
    ),
    (
        r"unable to update (?P<name>https?://[^\s?#]+)(?=[\s\S]*failed to resolve address for (?P<host>\S+):)",
        "a git dependency cannot be fetched: {host} cannot be reached from here ({name})",
        "check the network and the proxy; where git works and cargo does not, set net.git-fetch-with-cli in .cargo/config.toml",
    ),
    (
        r"unable to update (?P<name>\S+:[^\s?#]+)(?=[\s\S]*(?:failed to authenticate|authentication required|code: 40[134]))",
        "the git dependency {name} does not exist, or you may not see it",
        "check the address, and the credentials of git for it",
    ),
    (
        r"cannot create the lock file .+ because --locked",
        "there is no Cargo.lock",
        "invoke lock makes one; commit it",
    ),
    (
        r"the lock file .+ (?:because --locked|needs to be updated but --locked)",
        "Cargo.lock does not fit the manifests any more",
        "invoke lock brings it up to date; commit it",
    ),
    (
        r"(?:checksum for|failed to verify the checksum of) `(?P<name>[^`]+)`",
        "the registry's copy of {name} is not the one that Cargo.lock holds the checksum of",
        "if no mirror is in between, treat it as an attack until it is explained",
    ),
    (
        r"no matching package named `(?P<name>[^`]+)` found(?=[\s\S]*offline mode)",
        "{name} is not in the local cache",
        "run once without --offline",
    ),
    (
        r"(?:perhaps you meant|no matching package named `(?P<name>[^`]+)` found)",
        "the registry has no package {name}",
        "mend its name in Cargo.toml",
    ),
    (
        r"failed to select a version for the requirement `(?P<name>[^`]+)`",
        "no published version satisfies {name}",
        "mend the requirement in Cargo.toml",
    ),
    (
        r"current package believes it's in a workspace when it's not:\s+current:\s+[^\n]+\s+workspace: (?P<root>[^\n]+)",
        "the crate lies below a workspace that neither lists nor excludes it",
        "add it to members or exclude of {root}",
    ),
    (
        r"failed to load manifest for workspace member `(?P<path>[^`]+)`",
        "a member that the workspace lists cannot be loaded: {path}",
        "mend members in the workspace's Cargo.toml",
    ),
    (
        r"multiple workspace roots found in the same workspace",
        "a member of the workspace is the root of another one",
        "add it to exclude, or remove its [workspace] table",
    ),
    (r"feature `edition20\d\d` is required|rustc (?P<have>[\d.]+) is not supported by", "the Rust here is too old", "raise rust in [toolchain]"),
    (r"failed to parse lock file at: ", "Cargo.lock is damaged", "restore it from git, or invoke lock"),
    (r"No space left on device", "the disk is full", "free some space, or point CARGO_HOME elsewhere"),
)  # fmt: skip

_LOCKED = re.compile(r'^name = "([^"]+)"\r?\nversion = "([^"]+)"\r?\nsource = "([^"]+)"', re.MULTILINE)
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies")
_TOOLCHAIN_FILES = ("rust-toolchain", "rust-toolchain.toml")


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
            found += [inside(folder, name) for name in (".cargo/config.toml", ".cargo/config", *_TOOLCHAIN_FILES)]
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


def workspaces(context: Context) -> dict[str, Workspace]:
    """Every Cargo workspace and lone crate by its folder; computed once a run."""
    if "rust" not in context.shared:
        context.shared["rust"] = _compute(context)
    found: dict[str, Workspace] = context.shared["rust"]
    return found


def _compute(context: Context) -> dict[str, Workspace]:
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
    return max((text for text in texts if isinstance(text, str)), key=_numbers, default="")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def rust_need(context: Context, folder: str) -> ToolNeed:
    """The Rust that a crate in the folder asks for: the nearest toolchain file, else its ``rust-version``.

    rustup reads ``rust-toolchain`` (plain text or TOML) before ``rust-toolchain.toml`` of the same folder.
    """
    for up in upward(folder):
        for name in _TOOLCHAIN_FILES:
            path = inside(up, name)
            if context.is_file(path) and (channel := _channel(context, path)):
                return ToolNeed("rust", channel, path)
    space = workspaces(context).get(folder)
    if space is not None and space.rust:
        return ToolNeed("rust", f">={space.rust}", f"rust-version in {space.manifest}")
    return ToolNeed("rust")


def _channel(context: Context, path: str) -> str:
    try:
        text = context.read(path).decode("utf-8", "replace").strip()
    except Unreadable:
        return ""
    if "\n" not in text and "=" not in text and "[" not in text:
        return text
    try:
        found = tomllib.loads(text).get("toolchain", {}).get("channel", "")
    except (tomllib.TOMLDecodeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""


def fetch(folder: str, request: Request) -> Step:
    """``cargo fetch``; rustup is kept from downloading a toolchain that nobody pinned."""
    flags = (*(("--locked",) if request.frozen else ()), *(("--offline",) if request.offline else ()))
    return Step(("cargo", "fetch", *flags), folder, {"RUSTUP_AUTO_INSTALL": "0", "CARGO_TERM_COLOR": "never"})


_TASKS = {
    "build": ("build", "--workspace"),
    "test": ("test", "--workspace"),
    "lint": ("clippy", "--workspace", "--all-targets"),
    "typecheck": ("check", "--workspace", "--all-targets"),
}


def tasks(subproject: Subproject, kind: str) -> tuple[Step, ...]:
    """Cargo's own commands of a kind."""
    if kind not in _TASKS:
        return ()
    verb, *rest = _TASKS[kind]
    locked = ("--locked",) if subproject.lockfile else ()
    return (Step(("cargo", verb, *locked, *rest), subproject.path, {"RUSTUP_AUTO_INSTALL": "0"}),)


def absent(context: Context, subproject: Subproject) -> str:
    """What the lock names and Cargo's cache lacks, in a few words; empty if it is whole.

    An archive in ``registry/cache`` is enough, for cargo unpacks it without the network, and so is its unpacked
    source; an empty archive is what an interrupted download leaves, and cargo takes it for missing too.
    """
    if subproject.lockfile is None:
        return ""
    try:
        text = context.read(subproject.lockfile).decode("utf-8", "replace")
    except Unreadable as error:
        return f"Cargo.lock: {error}"
    packages = _LOCKED.findall(text)
    if not packages:
        return ""
    vendored = _vendored(context, subproject.path)
    home = variable(context, subproject.path, "CARGO_HOME") or os.path.join(variable(context, ".", "HOME"), ".cargo")
    names = _names(context, vendored) if vendored else _cached(context, home)
    commits = set() if vendored else _names(context, os.path.join(home, "git", "checkouts"), depth=2)
    for name, version, source in packages:
        if source.startswith("git+") and not vendored:
            commit = source.rpartition("#")[2]
            if not any(len(short) >= 7 and commit.startswith(short) for short in commits):
                return f"{name} {version} is not checked out in {home}"
        elif f"{name}-{version}" not in names and not (vendored and name in names):
            return f"{name} {version} is not in {vendored or home}"
    return ""


def _cached(context: Context, home: str) -> set[str]:
    archives = _names(context, os.path.join(home, "registry", "cache"), depth=2)
    sources = _names(context, os.path.join(home, "registry", "src"), depth=2)
    return {name.removesuffix(".crate") for name in archives} | sources


def _names(context: Context, folder: str, depth: int = 1) -> set[str]:
    """Names of non-empty entries, ``depth`` levels down; a listing is kept while its folder's time stands."""
    try:
        if depth > 1:
            with os.scandir(folder) as entries:
                inner = [entry.path for entry in entries if entry.is_dir()]
            return set().union(*(_names(context, path, depth - 1) for path in inner))
        stamp = os.stat(folder).st_mtime_ns
        kept: dict[str, tuple[int, set[str]]] = context.shared.setdefault("rust.listings", {})
        if kept.get(folder, (0, set()))[0] != stamp:
            with os.scandir(folder) as entries:
                kept[folder] = (stamp, {item.name for item in entries if item.is_dir() or item.stat().st_size})
        return kept[folder][1]
    except OSError:
        return set()


def _vendored(context: Context, folder: str) -> str:
    """The absolute folder that ``[source]`` replacement puts in place of the registry; empty without one."""
    for up in upward(folder):
        for name in (".cargo/config.toml", ".cargo/config"):
            path = inside(up, name)
            if not context.is_file(path):
                continue
            try:
                sources = context.toml(path).get("source", {})
                target = sources[sources["crates-io"]["replace-with"]]["directory"]
            except (Unreadable, KeyError, TypeError):
                continue
            return str(context.absolute(up) / target)
    return ""
