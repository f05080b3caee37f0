"""What lies in a tree and should not: installs in the wrong place, outputs in git, litter, and what can be made again.

One survey for the checks that report it and for ``clean``, which moves it away. Nothing heavy is entered: a folder is
told by its name, its neighbours, git's rules and a few marker files that installers leave at its top.
"""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from toolkit.expressions import regex
from toolkit.extension import ecosystem
from toolkit.outputs import outputs, package_of
from toolkit.system import git
from toolkit.system.inventory import HEAVY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["KINDS", "Kind", "Stray", "layout", "ruled_out", "strays", "tracked_outputs"]

Kind = Literal[
    "no-manifest",
    "own-install-in-member",
    "other-manager",
    "tracked-install",
    "tracked-output",
    "dead-venv",
    "second-lock",
    "litter",
    "output",
    "cache",
    "install",
]

KINDS: dict[Kind, str] = {
    "no-manifest": "node_modules without a package.json beside it",
    "own-install-in-member": "node_modules that was installed in a workspace member by itself",
    "other-manager": "node_modules that another manager than the chosen one made",
    "tracked-install": "installed packages in git",
    "tracked-output": "build output in git",
    "dead-venv": "a virtual environment whose Python is gone",
    "second-lock": "a lock file that the chosen manager does not read",
    "litter": "files that a desktop leaves in folders",
    "output": "build output that its build makes again",
    "cache": "caches of tools",
    "install": "installed packages that bootstrap brings back",
}
"""Every kind with its explanation; the first eight are wrong, the last three only take room."""

_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".localized")
_CACHES = frozenset(
    {
        "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".turbo", ".parcel-cache", ".cache", ".tox", ".nox",
        ".gradle", ".svelte-kit", ".expo",
    }
)  # fmt: skip
_INSTALLS = frozenset({"node_modules", "bower_components", ".venv", "venv", "Pods", ".terraform", ".pnpm-store"})
_OUTPUTS = frozenset({"target", ".next", ".nuxt", ".wrangler", ".anchor", "test-ledger", "DerivedData"})
_KEPT = frozenset({".toolkit", ".direnv", ".devbox", ".devenv", ".git"})
"""Heavy folders that hold settings or state, too."""
_LAYOUTS = (
    (".modules.yaml", "pnpm"),
    (".pnpm", "pnpm"),
    (".yarn-integrity", "yarn_classic"),
    (".yarn-state.yml", "yarn"),
    (".package-lock.json", "npm"),
    (".bun", "bun"),
)
"""What each manager leaves at the top of the node_modules that it fills."""

_NAMED_OUTPUTS = frozenset({"dist", "build", "out", "coverage", ".output", "storybook-static"})
_SURE = (
    *_OUTPUTS,
    "__pycache__",
    ".venv",
    "venv",
    ".turbo",
    ".parcel-cache",
    ".svelte-kit",
    ".mypy_cache",
    ".pytest_cache",
    ".terraform",
    ".gradle",
    "DerivedData",
    ".pnpm-store",
    ".direnv",
)
_HASHED = regex(
    r"(?:assets|static|chunks|_next|js|css)/(?:[^/]+/)*[\w.-]+[.-](?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{8,20}\.(?:js|css|mjs)$"
)
"""Files whose name holds a digest of their content, as bundlers write them."""
_REPORTS = ("/lcov.info", "/coverage-final.json", "/clover.xml", "/lcov-report/index.html", "/coverage-summary.json")
_TOOLS = frozenset(
    {".output", ".nyc_output", "htmlcov", "playwright-report", ".docusaurus", ".angular", ".vinxi", ".serverless", "cdk.out", ".aws-sam", ".vercel",
     ".netlify", ".dart_tool", ".eggs", ".ipynb_checkpoints", ".hypothesis", ".nx", "__pypackages__", ".pytype", ".ruff_cache", ".tox"}
)  # fmt: skip
"""Further folders that nothing but a tool fills."""
_CANDIDATES = HEAVY | _NAMED_OUTPUTS | _TOOLS
_MADE = (
    ".whl",
    ".apk",
    ".aab",
    ".dex",
    ".min.js",
    ".d.ts",
    ".map",
    ".tsbuildinfo",
    ".chunk.js",
    ".rlib",
    ".rmeta",
    ".pyc",
    ".class",
    ".o",
)


def made_by_tools(name: str) -> bool:
    """Whether a folder of this name may be what a tool fills; what lies in it has to say so too."""
    return name in _CANDIDATES or name.endswith(".egg-info")


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that may go.

    Args:
        path: the file or folder.
        kind: one of :data:`KINDS`.
        reason: what is wrong with it, in words.
        regain: how to get it back.
        tracked: files of it are in git.
        owner: what is tested again when it is removed (see :class:`~toolkit.model.RemoveTree`).
    """

    path: str
    kind: Kind
    reason: str
    regain: str
    tracked: bool = False
    owner: str = "outputs"

    @property
    def place(self) -> str:
        """The folder around it, whose role tells whether it is anybody's concern."""
        return posixpath.dirname(self.path) or "."


def strays(context: Inspection) -> tuple[Stray, ...]:
    """Everything that may go, by path; found once a run."""
    if "strays" not in context.shared:
        found = {one.path: one for one in _survey(context)}
        context.shared["strays"] = tuple(found[path] for path in sorted(found) if not _inside_another(path, found))
    known: tuple[Stray, ...] = context.shared["strays"]
    return known


def _inside_another(path: str, found: Iterable[str]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:count]) in found for count in range(1, len(parts)))


def _survey(context: Inspection) -> Iterator[Stray]:
    yield from _loose_outputs(context)
    yield from _litter(context)
    yield from _locks(context)
    for path in context.inventory.heavy:
        if (found := _heavy(context, path)) is not None:
            yield found
    yield from tracked_outputs(context)


def _heavy(context: Inspection, path: str) -> Stray | None:
    name = posixpath.basename(path)
    if name in _KEPT:
        return None
    if context.inventory.is_git and name not in _INSTALLS | _CACHES and not _ignored(context, path):
        return None  # a folder named target that git would add is somebody's work
    if name == "node_modules":
        return _node_modules(context, path)
    if name in (".venv", "venv"):
        return _venv(context, path)
    if name in _CACHES:
        return Stray(path, "cache", "a tool's cache", "made again when the tool runs")
    made = _regain(context, path)
    return Stray(path, "install" if name in _INSTALLS else "output", "made by a build or an install", made)


def _ignored(context: Inspection, path: str) -> bool:
    return bool(context.inventory.ignored((path,)))


def _node_modules(context: Inspection, path: str) -> Stray:
    folder = posixpath.dirname(path) or "."
    if not context.is_file(posixpath.join(folder, "package.json").removeprefix("./")):
        return Stray(path, "no-manifest", f"no package.json in {folder}: nothing asks for it", "nothing needs it")
    owner = context.owner(folder)
    regain = f"invoke bootstrap --only {owner.path}" if owner else "install the package"
    if owner is None or owner.family != "javascript":
        return Stray(path, "install", "installed packages", regain)
    found = layout(context, path)
    if owner.path != folder:
        if found and found != "pnpm" and owner.ecosystem != "pnpm":
            reason = f"installed by itself, though {folder} is a member of {owner.path}"
            return Stray(path, "own-install-in-member", reason, regain)
    elif found and found != owner.ecosystem:
        reason = (
            f"made by {found.replace('_', ' ')}, though {owner.choice.why} says {owner.ecosystem.replace('_', ' ')}"
        )
        return Stray(path, "other-manager", reason, regain)
    return Stray(path, "install", "installed packages", regain)


def layout(context: Inspection, path: str) -> str:
    """Which manager filled a node_modules folder, told by its marker; empty where none is there."""
    top = context.absolute(path)
    return next((manager for name, manager in _LAYOUTS if os.path.lexists(top / name)), "")


def _venv(context: Inspection, path: str) -> Stray:
    top = context.absolute(path)
    regain = _regain(context, path)
    interpreter = next(
        (top / place for place in ("bin/python", "Scripts/python.exe") if os.path.lexists(top / place)), None
    )
    if interpreter is not None and os.path.islink(interpreter) and not os.path.exists(interpreter):
        return Stray(path, "dead-venv", f"its Python is gone: {os.readlink(interpreter)}", regain)
    return Stray(path, "install", "installed packages", regain)


def _regain(context: Inspection, path: str) -> str:
    owner = context.owner(posixpath.dirname(path) or ".")
    name = posixpath.basename(path)
    if owner is None:
        return "made again by the tool that made it"
    if name in _INSTALLS and name in ecosystem(owner.ecosystem).outputs:
        return f"invoke bootstrap --only {owner.path}"
    return f"invoke build --only {owner.path}"


def _loose_outputs(context: Inspection) -> Iterator[Stray]:
    """Ignored folders that a build of the package around them makes."""
    seen: set[str] = set()
    for path in context.inventory.loose:
        parts = path.split("/")
        for count, part in enumerate(parts[:-1], 1):
            folder = "/".join(parts[:count])
            if part not in _NAMED_OUTPUTS or folder in seen:
                continue
            seen.add(folder)
            command = _maker(context, folder)
            if command and _ignored(context, folder) and not _tracked_below(context, folder):
                yield Stray(folder, "output", f"made by `{command}`", command)


def _maker(context: Inspection, folder: str) -> str:
    package = package_of(context, folder)
    for made in outputs(context, package) if package is not None else ():
        if folder in (made.path, made.whole) or made.path.startswith(f"{folder}/"):
            return made.command
    return ""


def _tracked_below(context: Inspection, folder: str) -> bool:
    tracked = context.inventory.tracked_set
    return any(path in tracked for path in context.below(folder))


def _litter(context: Inspection) -> Iterator[Stray]:
    for name in _LITTER:
        for path in context.inventory.by_name.get(name, ()):
            tracked = path in context.inventory.tracked_set
            yield Stray(path, "litter", "a desktop's own file", "the desktop makes it again", tracked, "any")
    for name, paths in context.inventory.by_name.items():
        if name.startswith("._"):
            for path in paths:
                if posixpath.join(posixpath.dirname(path), name[2:]) in context.inventory.files:
                    tracked = path in context.inventory.tracked_set
                    yield Stray(
                        path, "litter", "attributes of macOS beside their file", "nothing needs it", tracked, "any"
                    )


def _locks(context: Inspection) -> Iterator[Stray]:
    """Locks of other managers of one family, beside the lock of the chosen one; git's own are a matter for the doctor."""
    for item in context.subprojects:
        if item.lockfile is None or item.family != "javascript":
            continue
        for name in ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"):
            path = posixpath.normpath(posixpath.join(item.path, name))
            chosen = path == item.lockfile or name in ecosystem(item.ecosystem).lockfiles
            if not chosen and path in context.inventory.files and path not in context.inventory.tracked_set:
                reason = f"{item.choice.why} says {item.ecosystem.replace('_', ' ')}, which does not read it"
                yield Stray(path, "second-lock", reason, "git or its manager makes it again", owner="any")


def tracked_outputs(context: Inspection) -> Iterator[Stray]:
    """The topmost tracked folders of each kind that hold what installers and builds make."""
    candidates: dict[str, list[str]] = {}
    for path in context.inventory.tracked:
        parts = path.split("/")
        for count, part in enumerate(parts[:-1], 1):
            if made_by_tools(part):
                candidates.setdefault("/".join(parts[:count]), []).append(path)
                break
        if path.endswith(".tsbuildinfo"):
            regain = "the compiler writes it again"
            reason = "the compiler's notes on its last run, in git"
            yield Stray(path, "tracked-output", reason, regain, tracked=True, owner="any")
    ruled = ruled_out(context, candidates)
    for folder, paths in candidates.items():
        if _is_meant(context, folder, paths):
            continue
        name = posixpath.basename(folder)
        number = f"{len(paths)} file{'s' if len(paths) != 1 else ''}"
        if name in ("node_modules", "bower_components"):
            regain = _node_modules(context, folder).regain
            yield Stray(folder, "tracked-install", f"{number} of installed packages in git", regain, tracked=True)
        elif evidence := _evidence(context, folder, paths, ignored=folder in ruled):
            regain = _maker(context, folder) or _regain(context, folder)
            yield Stray(folder, "tracked-output", f"{number} of build output in git: {evidence}", regain, tracked=True)


def _evidence(context: Inspection, folder: str, paths: list[str], *, ignored: bool) -> str:
    """What says that a tracked folder is output; a name alone says nothing."""
    name = posixpath.basename(folder)
    if ignored:
        return "git's own rules ignore it"
    if name == "target" and _maker_of_target(context, folder):
        return "Cargo makes it"
    reported = name == "coverage" and any(path.endswith(_REPORTS) for path in paths)
    if reported or name.endswith(".egg-info") or (name in _SURE and name != "target") or name in _TOOLS:
        return f"only tools make {name}"
    made = [path for path in paths if path.endswith(_MADE) or "/_next/" in path or _HASHED.search(path)]
    if made and 2 * len(made) >= len(paths):
        return f"{posixpath.basename(made[0])} is made from something else"
    command = _maker(context, folder) if made else _exact_maker(context, folder, paths)
    return f"`{command}` makes it" if command else ""


def _exact_maker(context: Inspection, folder: str, paths: list[str]) -> str:
    """The build that is known to write at least half of the files, each from a source that is there."""
    package = package_of(context, folder)
    made = {one.path: one.command for one in (outputs(context, package) if package is not None else ()) if one.exact}
    known = [path for path in paths if path in made]
    return made[known[0]] if known and 2 * len(known) >= len(paths) else ""


def _is_meant(context: Inspection, folder: str, paths: list[str]) -> bool:
    """Whether output has to be in git: GitHub runs what an action has built, and clients import an Anchor program's IDL."""
    beside = posixpath.dirname(folder)
    if any(context.is_file(posixpath.join(beside, name)) for name in ("action.yml", "action.yaml")):
        return True
    interface = (f"{folder}/idl/", f"{folder}/types/")
    return posixpath.basename(folder) == "target" and all(path.startswith(interface) for path in paths)


def _maker_of_target(context: Inspection, folder: str) -> bool:
    beside = posixpath.dirname(folder)
    return any(context.is_file(posixpath.join(beside, name)) for name in ("Cargo.toml", "Anchor.toml"))


def ruled_out(context: Inspection, folders: Iterable[str]) -> frozenset[str]:
    """Those of the folders that git's rules ignore although files of them are tracked."""
    asked = tuple(folders)
    if not asked or not context.inventory.is_git:
        return frozenset()
    data = b"\0".join(os.fsencode(path) for path in asked) + b"\0"
    done = git.git(context.root, "check-ignore", "--no-index", "--stdin", "-z", data=data)
    if done.code not in (0, 1):
        git.expect(done)
    return frozenset(done.text.split("\0")) & frozenset(asked)
