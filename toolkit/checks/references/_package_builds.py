"""What the build scripts of a package leave where, by the options of their commands and by configurations; never run.

``toolkit.outputs`` tells what may be there; here a place is only known if every command of the package's builds is.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._packages import all_packages
from toolkit.checks.references._bundlers import config_path, config_text
from toolkit.checks.references._commands import commands
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import LOOKING, outputs
from toolkit.places import path_from
from toolkit.words import option

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._commands import Command

__all__ = ["BUILD_SCRIPT", "Artifact", "artifacts"]

BUILD_SCRIPT = regex(r"build|bundle|compile|package|prepare|deploy", re.IGNORECASE)
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
_OF_BUILD = regex(rf"\bbuild\s*:\s*\{{[^{{}}]{{0,2000}}?\boutDir\b{_QUOTED}")
_OF_ITS_OWN = regex(
    r"\b(?:tanstackStart|TanStackStart\w*|nitro|reactRouter|remix|sveltekit|solidStart|qwikCity|vike|analog|crx)\s*\("
)
"""Plugins of Vite that lay their output out in their own way."""
_ENTRIES = regex(r"entry[Pp]oints\s*:\s*\[([^\]]{0,2000})\]")
_OPAQUE = regex(
    r"\b(?:root|outbase|outExtension|entryNames|entryFileNames)\s*:|process\.(?:argv|env)|import\.meta|\.map\(|glob"
    r"|\b(?:outfile|outdir|outDir|file|dir)\s*:\s*(?!(?:path\.)?(?:resolve|join)\()\w+(?:[.\[(]|[^\S\n]*[,}\n])"
)


class Artifact(NamedTuple):
    """One thing that a build leaves: a file, or a folder of which no more is known; with the command that makes it."""

    path: str
    command: str
    is_folder: bool = False


@once_a_run
def artifacts(context: Inspection, folder: str) -> tuple[Artifact, ...] | None:
    """What the builds of a package leave; ``None`` where one of their commands is not known."""
    package = next((one for one in all_packages(context) if one.folder == folder), None)
    found: list[Artifact] = []
    for name, text in package.scripts.items() if package else ():
        if not BUILD_SCRIPT.search(name):
            continue
        for command in commands(text):
            made = _of_command(context, package, command) if package else None
            if made is None:
                return None
            found += made
    known = (Artifact(one.path, one.command) for one in outputs(context, folder) if one.exact)
    return (*found, *known)


def _of_command(  # noqa: PLR0911 - a table of programs
    context: Inspection, package: Package, command: Command
) -> list[Artifact] | None:
    words, here = command.words, package.at(command.folder)
    program, shown = posixpath.basename(words[0]), " ".join(words)[:60]
    if program == "wrangler":
        return []
    if program in ("vite", "tsup", "webpack", "parcel") and "$" not in here:
        out = option(words, "--outDir", "--out-dir", "-d", "--output-path", "-o", "--dist-dir")
        given = out or _configured(context, here, program)
        return None if given is None else [Artifact(path_from(here, given or "dist"), shown, is_folder=True)]
    if program == "babel":
        out = option(words, "-d", "--out-dir")
        return [Artifact(path_from(here, out), shown, is_folder=True)] if out else None
    if program == "ncc":
        return [Artifact(path_from(here, option(words, "-o", "--out") or "dist", "index.js"), shown)]
    if program == "rollup":
        return _of_text(context, here, config_path(context, here, "rollup"), shown)
    if program in _RUNNERS and len(words) > 1 and words[1] not in ("run", "build", "install"):
        return _of_text(context, here, path_from(here, words[1]), shown)
    if program == "bun" and words[1:2] == ("build",):
        return _of_bun(words, here, shown)
    return [] if program in _HARMLESS else None


def _of_bun(words: tuple[str, ...], here: str, shown: str) -> list[Artifact] | None:
    if out := option(words, "--outfile"):
        return [Artifact(path_from(here, out), shown)]
    entries = [word for word in words[2:] if not word.startswith("-") and "." in word]
    out = option(words, "--outdir")
    return (
        [Artifact(path_from(here, out, _script(entry)), shown) for entry in entries]
        if out and len(entries) == 1
        else None
    )


def _script(entry: str) -> str:
    return posixpath.splitext(posixpath.basename(entry))[0] + ".js"


def _of_text(context: Inspection, here: str, path: str, shown: str) -> list[Artifact] | None:
    """What a script or configuration for esbuild or rollup says in plain texts; ``None`` where it computes something."""
    text = config_text(context, path)
    if not text or _OPAQUE.search(text):
        return None
    files = [match["value"] for key in ("outfile", "file") for match in _KEYS[key].finditer(text)]
    found = [Artifact(path_from(here, value), shown) for value in files]
    for key in ("outdir", "dir"):
        for match in _KEYS[key].finditer(text):
            entries = _ENTRIES.search(text)
            names = re.findall(r"[\"'`]([^\"'`]+)[\"'`]", entries[1]) if entries else []
            if not names:
                found.append(Artifact(path_from(here, match["value"]), shown, is_folder=True))
            elif len({posixpath.dirname(name) for name in names}) == 1:
                found += [Artifact(path_from(here, match["value"], _script(name)), shown) for name in names]
            else:
                return None
    return found or None


def _configured(context: Inspection, here: str, program: str) -> str | None:
    """The output folder of a bundler's configuration; empty if it says none, ``None`` where it computes one."""
    text = config_text(context, config_path(context, here, program))
    if text is None:
        return ""
    if program == "vite" and _OF_ITS_OWN.search(text):
        return None
    key = {"webpack": "path", "parcel": "dir"}.get(program, "outDir")
    found = list(_KEYS[key].finditer(text))
    if program == "vite" and found:  # plugins have folders of their own
        found = [one for one in _OF_BUILD.finditer(text) if len(found) == 1]
        return found[0]["value"] if found else None
    if found:
        return found[0]["value"]
    return None if re.search(rf"\b{key}\b\s*:", text) or _OPAQUE.search(text) else ""
