"""What the builds of a package leave in place of a path, and packages that build nothing."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._packages import all_packages
from toolkit.checks.references._bundlers import config_path, config_text, is_taken
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.recipes import recipes
from toolkit.checks.references._scripts.texts import lines
from toolkit.checks.references._wrangler.configurations import configs
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import LOOKING, outputs, package_of
from toolkit.places import as_index, path_from, table
from toolkit.words import option

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._scripts.commands import Command

__all__ = ["elsewhere", "idle_build", "is_moved"]

_OUT = regex(r"dist|build|out|lib|output|bundle|target|public|\.output|es[mn]?|cjs")
_PACKED = regex(r"\.(?:zip|jar|war|tar|tgz|gz)$")
_MAKING_NOTHING = LOOKING | {"wrangler", "terraform", "aws", ":", "oxlint", "husky"}
"""Programs that leave no file where Terraform could read it; wrangler bundles for itself."""
_BUILDER = regex(
    r"(?i:(?:build|esbuild|rollup|webpack|vite\.|tsup|tsdown|rspack|bundle|gulpfile)[\w.-]*\.(?:[cm]?[jt]s|json|sh)|project\.json|moon\.yml|(?:gnu)?makefile"
    r"|justfile|taskfile\.ya?ml|dockerfile.*|.*\.(?:csproj|gradle))"
)
"""Files beside a package.json by which something else than its scripts may build."""
_SAYING = ("echo", "true", ":", "exit")


def elsewhere(context: Inspection, path: str) -> tuple[_Artifact, bool] | None:
    """What the build leaves instead of a path, and whether it bears its name; ``None`` where the path is right or unknown."""
    folder = package_of(context, path)
    made = _artifacts(context, folder) if folder is not None else None
    if not made or folder is None or any(_fits(path, one) for one in made):
        return None
    name = posixpath.basename(path)
    stem = posixpath.splitext(name)[0]
    files = [one for one in made if not one.is_folder]
    same = [one for one in files if one.path == as_index(path)]
    same = same or [one for one in files if posixpath.basename(one.path) == name]
    if not same and _PACKED.search(name):
        return None  # what is built is yet to be packed
    alike = [one for one in files if posixpath.splitext(posixpath.basename(one.path))[0] == stem]
    if same or alike:
        # Many parts of a package have an ``index.js``: the one that lies as deep is meant.
        return min(same or alike, key=lambda one: abs(one.path.count("/") - path.count("/"))), True
    first, _, rest = posixpath.relpath(path, folder).partition("/")
    # What is written into a part of the folder says nothing of the rest of it.
    whole = [one for one in made if one.is_folder and not one.path.startswith(f"{path_from(folder, first)}/")]
    if whole and _OUT.fullmatch(first):
        return whole[0]._replace(path=path_from(whole[0].path, rest)), True
    entry = next((one for one in files if one.path == _entry(context, folder)), files[0] if files else None)
    return (entry, False) if entry is not None and _OUT.fullmatch(first) else None


def _entry(context: Inspection, folder: str) -> str:
    """The entry of a package, by its manifest: of all that a build makes it is what a script most likely means."""
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    main = package.data.get("main") if package is not None else None
    return path_from(folder, main) if isinstance(main, str) else ""


def idle_build(context: Inspection, path: str) -> tuple[str, str] | None:
    """Folder and build of the package that should make a path and makes nothing; ``None`` where it may make it.

    The build is empty where the package has none: nothing of it, and no script or workflow that names the output, makes any.
    """
    folder = package_of(context, path)
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    if package is None or not package.scripts or outputs(context, package.folder):
        return None
    builds = [text for name, text in package.scripts.items() if name.startswith("build")]
    words = [command.words for text in builds for command in commands(text)]
    if builds:
        idle = bool(words) and all(one[0] in _SAYING and ">" not in " ".join(one) for one in words)
        return (package.folder, builds[0]) if idle else None
    return (package.folder, "") if _is_unbuilt(context, package, path) else None


def _is_unbuilt(context: Inspection, package: Package, path: str) -> bool:
    """Whether nothing is seen that could make an output of a worker that wrangler bundles, without a script that builds."""
    first, below, _ = posixpath.relpath(path, package.folder).partition("/")
    if not below or not _OUT.fullmatch(first) or package.folder == ".":
        return False
    words = [(name, command.words) for name, text in package.scripts.items() for command in commands(text)]
    ready = (one for name, one in words if _BUILD_SCRIPT.search(name))
    if not any(one[0] == "wrangler" for _, one in words):
        return False
    spoken = any(first in word for _, one in words for word in one)
    if spoken or any(one[0] not in _MAKING_NOTHING or "--outdir" in " ".join(one) for one in ready):
        return False
    beside = {name for name in context.below(package.folder) if posixpath.dirname(name) == package.folder}
    if any(_BUILDER.fullmatch(posixpath.basename(name)) for name in beside):
        return False
    if any(table(one.data, "build").get("command") for one in configs(context) if one.folder == package.folder):
        return False
    own = posixpath.basename(package.folder)
    names = re.compile(
        rf"{re.escape(own)}/(?:\./)?{first}\b|(?:--?out[\w-]*|-o|-d)[= ][\"']?(?:\S{{0,200}}/)?{first}\b"
    )
    return not any(
        (own in line or source.startswith(f"{package.folder}/")) and not source.endswith((".md", ".mdx", ".tf"))
        for source, line in lines(context, names, first)
    )


def _fits(path: str, one: _Artifact) -> bool:
    return path == one.path or one.path.startswith(f"{path}/") or (one.is_folder and path.startswith(f"{one.path}/"))


def is_moved(context: Inspection, path: str) -> bool:
    """Whether a script or workflow copies or moves something to a path."""
    for program in ("cp", "mv"):
        for one in recipes(context, program):
            for folder in one.folders:
                target = path_from(folder, one.words[-1]) if "$" not in folder else ""
                names = {posixpath.basename(word) for word in one.words[1:-1]}
                if target and (
                    path == target or (posixpath.dirname(path) == target and posixpath.basename(path) in names)
                ):
                    return True
    return False


_BUILD_SCRIPT = regex(r"build|bundle|compile|package|prepare|deploy", re.IGNORECASE)
_HARMLESS = LOOKING | frozenset(
    {"del-cli", "mocha", "mkdir", "mkdirp", "cp", "cpx", "copyfiles", "mv", "zip", "tsc", "esbuild", "npm", "pnpm", "yarn", "bun", "test",
     "terraform", "aws", "oxlint"}
)  # fmt: skip
"""Programs that write no output of their own, or whose output ``toolkit.outputs`` knows."""
_RUNNERS = frozenset({"node", "tsx", "ts-node", "bun", "zx"})
_QUOTED = r"\s*[:=]\s*(?:(?:path\.)?(?:resolve|join)\(\s*__dirname\s*,\s*)?[\"'`](?P<value>[^\"'`$]+)[\"'`]"
_KEYS = {
    key: regex(rf"\b{key}\b{_QUOTED}") for key in ("outfile", "outdir", "outDir", "file", "dir", "path", "filename")
}
_OF_OUTPUT = {
    "vite": regex(rf"\bbuild\s*:\s*\{{[^{{}}]{{0,2000}}?\boutDir\b{_QUOTED}"),
    "webpack": regex(rf"\boutput\s*:\s*\{{[^{{}}]{{0,2000}}?\bpath\b{_QUOTED}"),
}
"""The part of a configuration that says where the output goes: plugins and other calls have folders of their own."""
_OF_ITS_OWN = regex(
    r"\b(?:tanstackStart|TanStackStart\w*|nitro|reactRouter|remix|sveltekit|solidStart|qwikCity|vike|analog|crx)\s*\("
)
"""Plugins of Vite that lay their output out in their own way."""
_ENTRIES = regex(r"entry[Pp]oints\s*:\s*\[([^\]]{0,2000})\]")
_OPAQUE = regex(
    r"\b(?:root|outbase|outExtension|entryNames|entryFileNames)\s*:|process\.(?:argv|env)|import\.meta|\.map\(|glob"
    r"|\b(?:outfile|outdir|outDir|file|dir)\s*:\s*(?!(?:path\.)?(?:resolve|join)\()\w+(?:[.\[(]|[^\S\n]*[,}\n])"
)


class _Artifact(NamedTuple):
    """One thing that a build leaves: a file, or a folder of which no more is known; with the command that makes it."""

    path: str
    command: str
    is_folder: bool = False


@once_a_run
def _artifacts(context: Inspection, folder: str) -> tuple[_Artifact, ...] | None:
    """What the builds of a package leave; ``None`` where one of their commands is not known."""
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    found: list[_Artifact] = []
    for name, text in package.scripts.items() if package else ():
        if not _BUILD_SCRIPT.search(name):
            continue
        for command in commands(text):
            made = _of_command(context, package, command) if package else None
            if made is None:
                return None
            found += made
    known = (_Artifact(one.path, one.command) for one in outputs(context, folder) if one.exact)
    return (*found, *known)


def _of_command(  # noqa: PLR0911 - a table of programs
    context: Inspection, package: Package, command: Command
) -> list[_Artifact] | None:
    words, here = command.words, package.at(command.folder)
    program, shown = posixpath.basename(words[0]), " ".join(words)[:60]
    if program == "wrangler":
        return []
    if program in ("vite", "tsup", "webpack", "parcel") and "$" not in here:
        out = option(words, "--outDir", "--out-dir", "-d", "--output-path", "-o", "--dist-dir")
        given = out or _configured(context, here, program, option(words, "-c", "--config"))
        return None if given is None else [_Artifact(path_from(here, given or "dist"), shown, is_folder=True)]
    if program == "babel":
        out = option(words, "-d", "--out-dir")
        return [_Artifact(path_from(here, out), shown, is_folder=True)] if out else None
    if program == "ncc":
        return [_Artifact(path_from(here, option(words, "-o", "--out") or "dist", "index.js"), shown)]
    if program == "rollup":
        return _of_text(context, here, config_path(context, here, "rollup"), shown)
    if program in _RUNNERS and len(words) > 1 and words[1] not in ("run", "build", "install"):
        return _of_text(context, here, path_from(here, words[1]), shown)
    if program == "bun" and words[1:2] == ("build",):
        return _of_bun(words, here, shown)
    return [] if program in _HARMLESS else None


def _of_bun(words: tuple[str, ...], here: str, shown: str) -> list[_Artifact] | None:
    if out := option(words, "--outfile"):
        return [_Artifact(path_from(here, out), shown)]
    entries = [word for word in words[2:] if not word.startswith("-") and "." in word]
    out = option(words, "--outdir")
    return (
        [_Artifact(path_from(here, out, _script(entry)), shown) for entry in entries]
        if out and len(entries) == 1
        else None
    )


def _script(entry: str) -> str:
    return posixpath.splitext(posixpath.basename(entry))[0] + ".js"


def _of_text(context: Inspection, here: str, path: str, shown: str) -> list[_Artifact] | None:
    """What a script or configuration for esbuild or rollup says in plain texts; ``None`` where it computes something."""
    text = config_text(context, path)
    if not text or _OPAQUE.search(text) or is_taken(text):
        return None
    files = [match["value"] for key in ("outfile", "file") for match in _KEYS[key].finditer(text)]
    found = [_Artifact(path_from(here, value), shown) for value in files]
    for key in ("outdir", "dir"):
        for match in _KEYS[key].finditer(text):
            entries = _ENTRIES.search(text)
            names = re.findall(r"[\"'`]([^\"'`]+)[\"'`]", entries[1]) if entries else []
            if not names:
                found.append(_Artifact(path_from(here, match["value"]), shown, is_folder=True))
            elif len({posixpath.dirname(name) for name in names}) == 1:
                found += [_Artifact(path_from(here, match["value"], _script(name)), shown) for name in names]
            else:
                return None
    return found or None


def _configured(context: Inspection, here: str, program: str, chosen: str) -> str | None:
    """The output folder of a bundler's configuration; empty if it says none, ``None`` where it computes one."""
    text = config_text(context, config_path(context, here, program, chosen))
    if text is None:
        return None if chosen else ""
    if program == "vite" and _OF_ITS_OWN.search(text):
        return None
    key = {"webpack": "path", "parcel": "dir"}.get(program, "outDir")
    found = list(_KEYS[key].finditer(text))
    if program in _OF_OUTPUT and found:
        said = {one["value"] for one in _OF_OUTPUT[program].finditer(text)}
        return said.pop() if len(said) == 1 and (program == "webpack" or len(found) == 1) else None
    if found:
        return found[0]["value"]
    return None if re.search(rf"\b{key}\b\s*:", text) or _OPAQUE.search(text) or is_taken(text) else ""
