"""Installs and build output in git: what is there, and what proves that nobody wrote it."""

from __future__ import annotations

import os
import posixpath
from functools import cache
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import outputs, package_of
from toolkit.places import folder_of
from toolkit.strays._compiled import is_compiled
from toolkit.strays._regain import INSTALLS, maker, regain_by, reinstall_by
from toolkit.strays._stray import Stray
from toolkit.system import git
from toolkit.system.inventory import HEAVY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["NAMED_OUTPUTS", "made_by_tools", "ruled_out", "tracked_outputs"]

NAMED_OUTPUTS = frozenset({"dist", "build", "out", "coverage", ".output", "storybook-static"})
"""Names that builds give to what they make, and people to what they write."""
_TOOLS = frozenset(
    {
        "__pycache__", "__pypackages__", ".angular", ".anchor", ".aws-sam", ".dart_tool", ".direnv", ".docusaurus", ".eggs",
        ".gradle", ".hypothesis", ".ipynb_checkpoints", ".mypy_cache", ".netlify", ".next", ".nuxt", ".nx", ".nyc_output",
        ".output", ".parcel-cache", ".pnpm-store", ".pytest_cache", ".pytype", ".ruff_cache", ".serverless", ".svelte-kit",
        ".terraform", ".tox", ".turbo", ".venv", ".vercel", ".vinxi", ".wrangler", "cdk.out", "DerivedData", "htmlcov",
        "playwright-report", "test-ledger", "venv",
    }
)  # fmt: skip
"""Folders that nothing but a tool fills."""
_VARIANT = regex(
    r"(?P<name>\.(?:next|nuxt|output|turbo|svelte-kit|parcel-cache|docusaurus|angular|vinxi))[-_.]\S*|(?P<installed>node_modules)[-_.]\S*"
)
"""What somebody set aside of a tool's folder, or a tool configured to another place: ``.next-old``, ``.next_stale_1``."""
_WRAPPER = "/.nx/nxw.js"
"""What the script ``nx`` of a repository starts, which has no other Nx: a source, although it lies among what Nx keeps."""
_WHEN_IGNORED = frozenset({"artifacts", "blob-report", "log", "logs", "reports", "temp", "test-results", "tmp"})
"""Folders of what runs leave behind, where git's own rules say so."""
_RECORDS = _WHEN_IGNORED | {".nyc_output", "coverage", "htmlcov", "playwright-report"}
"""Folders of what a run found: the next run finds something else, and people keep them as a proof."""
_CANDIDATES = HEAVY | NAMED_OUTPUTS | _TOOLS
_HASHED = regex(
    r"(?:assets|static|chunks|_next|js|css)/(?:[^/]+/)*[\w.-]+[.-](?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{8,20}\.(?:js|css|mjs)$"
)
"""Files whose name holds a digest of their content, as bundlers write them."""
_PROFILES = {"Local State": ("Default/Preferences", "Last Version"), "places.sqlite": ("prefs.js", "cookies.sqlite")}
"""Files by which Chromium and Firefox know a profile, with others that they write beside."""
_FOR_PROFILES = regex(r"(?i)^\.(?!github)|cache|profile|user-?data")
_REPORTS = ("/lcov.info", "/coverage-final.json", "/clover.xml", "/lcov-report/index.html", "/coverage-summary.json")
_BESIDE_CODE = (".js", ".cjs", ".mjs", ".map", ".json", ".css", ".html", ".txt")
"""What lies in a folder of compiled code; sources and documents lie elsewhere."""
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
    ".pyz",
    ".toc",
)


@cache
def made_by_tools(name: str) -> bool:
    """Whether a folder of this name may be what a tool fills; what lies in it has to say so too."""
    return name in _CANDIDATES or name.endswith(".egg-info") or _VARIANT.fullmatch(name) is not None


def tracked_outputs(context: Inspection) -> Iterator[Stray]:
    """The topmost tracked folders of each kind that hold what installers and builds make."""
    candidates: dict[str, list[str]] = {}
    last = ""
    above: tuple[str, ...] = ()
    for path in context.inventory.tracked:
        if (folder := folder_of(path)) != last:
            last, above = folder, tuple(_suspects(folder))
        for one in above:
            candidates.setdefault(one, []).append(path)
        if path.endswith(".tsbuildinfo"):
            regain = "the compiler writes it again"
            reason = "the compiler's notes on its last run, in git"
            yield Stray(path, "tracked-output", reason, regain, tracked=True, owner="any")
    for folder in sorted({_home_of_profile(path) for name in _PROFILES for path in _profiles(context, name)}):
        count = sum(1 for path in context.below(folder) if path in context.inventory.tracked_set)
        reason = f"{count} files of a browser's profile in git, with what it kept of its user"
        yield Stray(folder, "tracked-output", reason, "the browser fills it, at its next run", tracked=True)
    candidates = _parted(candidates)
    ruled = ruled_out(context, candidates)
    for folder, paths in candidates.items():
        if _is_meant(context, folder, paths):
            continue
        name = posixpath.basename(folder)
        number = f"{len(paths)} file{'s' if len(paths) != 1 else ''}"
        if name in ("node_modules", "bower_components"):
            regain = reinstall_by(context, folder)
            yield Stray(folder, "tracked-install", f"{number} of installed packages in git", regain, tracked=True)
        elif evidence := _evidence(context, folder, paths, ignored=folder in ruled):
            yield _output(context, folder, f"{number} of build output in git: {evidence}")


def _output(context: Inspection, folder: str, reason: str) -> Stray:
    """Output in git; only what a build here, or a tool at its next run, makes again may be taken away by a program."""
    name = posixpath.basename(folder)
    record, command = name in _RECORDS, maker(context, folder)
    by_tool = name in _TOOLS or name.endswith(".egg-info") or _VARIANT.fullmatch(name) is not None
    kept = f"/{folder}/nxw.js".endswith(_WRAPPER) and context.is_file(f"{folder}/nxw.js")
    remade = not record and not kept and (bool(command) or by_tool or _is_of_cargo(context, folder))
    if record:
        reason = reason.replace("of build output in git", "of what runs left behind in git")
    regain = command or (
        "git has it: no build here is known to make it again"
        if not remade
        else "the tool that fills it, at its next run"
        if by_tool and name not in INSTALLS
        else regain_by(context, folder)
    )
    return Stray(folder, "tracked-output", reason, regain, tracked=True, remade=remade, record=record)


def _suspects(folder: str) -> Iterator[str]:
    """Of a folder and those above it the ones that tools may fill, down to the first that says so by its name alone."""
    parts = folder.split("/")
    for count, part in enumerate(parts, 1):
        if made_by_tools(part) or part in _WHEN_IGNORED:
            yield "/".join(parts[:count])
        if made_by_tools(part):
            return


def _evidence(context: Inspection, folder: str, paths: list[str], *, ignored: bool) -> str:
    """What says that a tracked folder is output; a name alone says nothing."""
    name = posixpath.basename(folder)
    if ignored or name in _WHEN_IGNORED:
        return "git's own rules ignore it" if ignored else ""
    foundry = name == "out" and context.is_file(posixpath.join(posixpath.dirname(folder), "foundry.toml"))
    if foundry or _is_of_cargo(context, folder):
        return f"{'Foundry' if foundry else 'Cargo'} makes it"
    reported = name == "coverage" and any(path.endswith(_REPORTS) for path in paths)
    if reported or name.endswith(".egg-info") or name in _TOOLS or _VARIANT.fullmatch(name):
        return f"only tools make {name}"
    made = [path for path in paths if path.endswith(_MADE) or "/_next/" in path or _HASHED.search(path)]
    if made and 2 * len(made) >= len(paths):
        return f"{posixpath.basename(made[0])} is made from something else"
    compiled = next((path for path in paths if path.endswith((".js", ".cjs")) and context.fact(is_compiled, path)), "")
    if compiled and all(path.endswith(_BESIDE_CODE) for path in paths):
        return f"{posixpath.basename(compiled)} begins as what a compiler writes"
    command = maker(context, folder) if made else _exactmaker(context, folder, paths)
    return f"`{command}` makes it" if command else ""


def _exactmaker(context: Inspection, folder: str, paths: list[str]) -> str:
    """The build that is known to write at least half of the files, each from a source that is there."""
    package = package_of(context, folder)
    made = {one.path: one.command for one in (outputs(context, package) if package is not None else ()) if one.exact}
    known = [path for path in paths if path in made]
    return made[known[0]] if known and 2 * len(known) >= len(paths) else ""


def _is_meant(context: Inspection, folder: str, paths: list[str]) -> bool:
    """Whether it has to be in git: GitHub runs what an action has built, and ``nx`` starts its wrapper."""
    if all(f"/{path}".endswith(_WRAPPER) for path in paths):
        return True
    beside = posixpath.dirname(folder)
    return any(context.is_file(posixpath.join(beside, name)) for name in ("action.yml", "action.yaml"))


def _profiles(context: Inspection, mark: str) -> Iterator[str]:
    """The folders in which a file says that a browser keeps a profile there, and others of it lie beside it."""
    tracked = context.inventory.tracked_set
    for path in context.inventory.named(mark):
        folder = folder_of(path)
        if path in tracked and any(f"{folder}/{name}" in tracked for name in _PROFILES[mark]):
            yield folder


def _home_of_profile(folder: str) -> str:
    """The topmost folder that is there for profiles, by its name; else the profile's own."""
    parts = folder.split("/")
    names = ("/".join(parts[: count + 1]) for count, part in enumerate(parts) if _FOR_PROFILES.search(part))
    return next(names, folder)


def _parted(candidates: dict[str, list[str]]) -> dict[str, list[str]]:
    """The folders, those of Anchor that hold the IDL or the types of programs by their parts without these, which clients import."""
    parted: dict[str, list[str]] = {}
    for folder, paths in candidates.items():
        interface = (f"{folder}/idl/", f"{folder}/types/")
        own = [path for path in paths if not path.startswith(interface)]
        if posixpath.basename(folder) != "target" or len(own) == len(paths):
            parted[folder] = paths
            continue
        for path in own:
            parted.setdefault("/".join(path.split("/")[: folder.count("/") + 2]), []).append(path)
    return parted


def _is_of_cargo(context: Inspection, folder: str) -> bool:
    """Whether a folder is the ``target`` of Cargo, or the part of one that is left when its interface is for itself."""
    target = folder if posixpath.basename(folder) == "target" else folder_of(folder)
    beside = posixpath.dirname(target)
    return posixpath.basename(target) == "target" and any(
        context.is_file(posixpath.join(beside, name)) for name in ("Cargo.toml", "Anchor.toml")
    )


def ruled_out(context: Inspection, folders: Iterable[str]) -> frozenset[str]:
    """Those of the files and folders that git's rules ignore although they are tracked; each is asked for once a run."""
    asked, known = tuple(folders), _known(context)
    unknown = [path for path in asked if path not in known]
    if unknown and context.inventory.is_git:
        data = b"\0".join(os.fsencode(path) for path in unknown) + b"\0"
        done = git.git(context.root, "check-ignore", "--no-index", "--stdin", "-z", data=data)
        if done.code not in (0, 1):
            git.expect(done)
        hits = frozenset(done.text.split("\0"))
        known.update((path, path in hits) for path in unknown)
    return frozenset(path for path in asked if known.get(path))


@once_a_run
def _known(_context: Inspection) -> dict[str, bool]:
    """Paths that were asked for, with the answer."""
    return {}
