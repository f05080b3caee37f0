"""What a build would make: read from scripts and configurations, never by running them.

A file that a clone does not have and that a build makes is no missing file; one that the build puts elsewhere is.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit import tsconfig
from toolkit.context import Unreadable
from toolkit.emission import emitted
from toolkit.expressions import regex
from toolkit.extension import ecosystem
from toolkit.memory import once_a_run
from toolkit.outputs import _nest
from toolkit.places import path_from, upward, word
from toolkit.values import frozen
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["BUILT_INTO", "LOOKING", "WRANGLER_FILES", "Output", "installed", "outputs", "package_of"]

_FOLDERS = ("dist", "build", "lib", "out", "es", "cjs", "esm", ".next", "out-tsc", "public/build", ".output", "types")
"""Where bundlers write unless they are told otherwise, as far as a build script exists."""

_OF_SOURCES = frozenset({"lib", "es", "cjs", "esm", "types"})
"""Those of them that in an application hold its sources."""
_APPLICATIONS = frozenset({"next", "astro", "gatsby", "react-scripts", "nuxt", "expo", "vite"})
_TOLD_OTHERWISE = regex(rb"\b(?:outDir|distDir|lib|dts|buildDir)\b")
_BUILD = regex(r"build|compile|bundle|prepack|prepare|prepublish|package|generate|codegen|export", re.IGNORECASE)
_CHECK = regex(r"check|lint|test|types?$", re.IGNORECASE)
"""Scripts whose compiler run only judges, whatever its configuration would emit."""
BUILT_INTO = {
    "vite": "dist", "react-scripts": "build", "nest": "dist", "astro": "dist", "vue-cli-service": "dist", "gatsby": "public",
    "craco": "build", "react-app-rewired": "build", "parcel": "dist",
}  # fmt: skip
"""Programs whose ``build`` fills one folder, and its name unless they are told another."""
LOOKING = frozenset({"biome", "cd", "echo", "eslint", "exit", "jest", "prettier", "rimraf", "rm", "true", "vitest"})
"""Programs that check or take away, and leave no file to anybody."""
WRANGLER_FILES = ("wrangler.json", "wrangler.jsonc", "wrangler.toml")
"""In the order in which wrangler takes the first that is in a folder."""
_HARMLESS = LOOKING | frozenset(
    {"attw", "chmod", "del-cli", "docker", "docker-compose", "electron", "electron-builder", "git", "husky", "lefthook", "mkdir",
     "mocha", "nodemon", "patch-package", "publint", "scp", "size-limit", "solana", "solana-keygen", "ssh", "test", "tsc-alias", "wait-on"}
)  # fmt: skip
"""Programs that check, run, remove or pack what is there, and write nothing that a package names."""
_SEPARATORS = regex(r"&&|\|\||[;|&\n]")


@frozen
class Output:
    """One thing that a build makes.

    Args:
        path: a file or a folder, relative to the root.
        command: what makes it, as a person would type it.
        cwd: where.
        source: the file it is made from; empty where that is not known.
        exact: ``path`` is a file that is known to come out; else a folder of which nothing more is known.
        whole: an exact list of the folder's files is known, so that a file it lacks does not come out.
    """

    path: str
    command: str
    cwd: str
    source: str = ""
    exact: bool = False
    whole: str = ""


def package_of(context: Inspection, path: str) -> str | None:
    """The folder of the innermost ``package.json`` above a path; ``None`` if there is none."""
    folder = posixpath.dirname(path)
    while True:
        if context.is_file(posixpath.join(folder, "package.json")):
            return folder or "."
        if folder in ("", "/"):
            return None
        folder = posixpath.dirname(folder)


@once_a_run
def outputs(context: Inspection, folder: str) -> tuple[Output, ...]:
    """What the scripts of the package in a folder make, in the order of the scripts."""
    return tuple(_outputs(context, folder))


def _outputs(context: Inspection, folder: str) -> Iterator[Output]:
    try:
        data = context.json(path_from(folder, "package.json"))
    except Unreadable:
        return
    scripts = data.get("scripts") if isinstance(data, dict) else None
    owner = context.owner(folder)
    runner = owner.ecosystem.partition("_")[0] if owner and owner.family == "javascript" else "npm"
    opaque: dict[str, str] = {}
    found: list[Output] = []
    scripts = scripts if isinstance(scripts, dict) else {}
    for name, text in scripts.items():
        if not isinstance(text, str) or not (_BUILD.search(name) or _BUILD.search(text) or "tsc" in text):
            continue
        if _CHECK.search(name) and not _BUILD.search(name):
            continue
        command = f"{runner} run {name}"
        for words in _expanded(scripts, text):
            made = tuple(_made(context, folder, words, command))
            found += made
            if not made and _is_bundler(words):
                opaque = {**dict.fromkeys(_guessed(context, folder, words), command), **opaque}
    # Beside a bundler the compiler's list says nothing of what else its folder will hold.
    yield from (replace(one, whole="") for one in found) if opaque else found
    if opaque:
        yield from (Output(path_from(folder, name), opaque[name], folder) for name in _FOLDERS if name in opaque)


def _guessed(context: Inspection, folder: str, words: list[str]) -> tuple[str, ...]:
    """Where a bundler may write: one of applications leaves folders of sources alone unless it is told otherwise, Next has its own two, and a copy goes where it is told."""
    if words[0] in ("cp", "mv"):
        return tuple(name for name in _FOLDERS if any(f"/{name}/" in f"/{word}/" for word in words))
    if words[0] not in _APPLICATIONS or any(word.startswith("--out") for word in words):
        return _FOLDERS
    named = (path_from(folder, f"{words[0]}.config.{ending}") for ending in ("ts", "js", "mjs", "mts", "cjs"))
    told = any(_TOLD_OTHERWISE.search(context.content(path) or b"") for path in named if context.is_file(path))
    usual = (".next", "out") if words[0] == "next" else _FOLDERS
    return _FOLDERS if told else tuple(name for name in usual if name not in _OF_SOURCES)


def _commands(text: str) -> Iterator[list[str]]:
    """The simple commands of a script, without leading assignments and ``npx``."""
    for part in _SEPARATORS.split(text):
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        while words and (
            re.match(r"\w+=", words[0]) or words[0] in ("npx", "cross-env", "yarn", "pnpm", "bunx", "exec")
        ):
            words = words[1:]
        if words:
            yield words


def _expanded(scripts: dict[str, Any], text: str) -> Iterator[list[str]]:
    """The simple commands of a script, in place of scripts of the package that it runs those that they consist of."""
    for words in _commands(text):
        name = words[1] if words[0] == "run" and len(words) > 1 else words[0]
        inner = scripts.get(name)
        if isinstance(inner, str) and inner != text and words[0] not in ("tsc", "tsup", "esbuild", "wrangler"):
            yield from _expanded({other: body for other, body in scripts.items() if other != name}, inner)
        else:
            yield words


def _is_bundler(words: list[str]) -> bool:
    """Whether a command may write anything anywhere below; those that only check or run do not."""
    cleans = words[0] in ("anchor", "cargo") and not {"clean", "deploy", "update"}.isdisjoint(words)
    return words[0] not in _HARMLESS and not cleans and not (words[0] == "tsc" and "--noEmit" in words)


def _made(context: Inspection, folder: str, words: list[str], command: str) -> Iterator[Output]:
    program = words[0].rpartition("/")[2]
    if program == "tsc" and "--noEmit" not in words:
        yield from _by_tsc(context, folder, words, command)
    elif program == "nest" and words[1:2] == ["build"]:
        config = _nest.compiled_by(context, folder, words)
        yield from _compiled_by(context, folder, words, command, config) if config is not None else ()
    elif program == "esbuild":
        yield from _by_esbuild(folder, words, command)
    elif program == "tsup":
        yield from _by_tsup(context, folder, words, command)
    elif program == "wrangler" and (out := option(words, "--outdir")):
        main = _wrangler_main(context, folder)
        name = posixpath.splitext(posixpath.basename(main))[0] + ".js" if main else ""
        yield Output(
            path_from(folder, out, name), command, folder, main, exact=bool(name), whole=path_from(folder, out)
        )
    elif program in ("anchor", "cargo") and "build" in words:
        yield Output(path_from(folder, "target"), command, folder)


def _by_tsc(context: Inspection, folder: str, words: list[str], command: str) -> Iterator[Output]:
    given = option(words, "-p", "--project") or next(
        (word for word in words[1:] if not word.startswith("-") and words[1] in ("-b", "--build")), "tsconfig.json"
    )
    path = path_from(folder, given)
    path = path if path.endswith(".json") else f"{path}/tsconfig.json"
    try:
        config = tsconfig.read(context, path)
    except Unreadable:
        return
    yield from _compiled_by(context, folder, words, command, config)


def _compiled_by(
    context: Inspection, folder: str, words: list[str], command: str, config: tsconfig.Tsconfig
) -> Iterator[Output]:
    if out := option(words, "--outDir", "--outdir"):
        config = replace(config, options={**config.options, "outDir": path_from(folder, out)})
    where = config.options.get("outDir")
    if where is None and not config.is_known:
        return  # the parent that is not here may say where to
    laid_out = config.is_known or "rootDir" in config.options
    whole = where if isinstance(where, str) and laid_out else ""
    for path, source in emitted(context, config).items():
        yield Output(path, command, folder, source, exact=True, whole=whole)


def _by_esbuild(folder: str, words: list[str], command: str) -> Iterator[Output]:
    entries = [word for word in words[1:] if not word.startswith("-")]
    if out := option(words, "--outfile"):
        source = path_from(folder, entries[0]) if entries else ""
        yield Output(path_from(folder, out), command, folder, source, exact=True)
    elif out := option(words, "--outdir"):
        base = option(words, "--outbase") or (
            posixpath.commonpath([posixpath.dirname(item) for item in entries]) if entries else ""
        )
        for entry in entries:
            stem = posixpath.splitext(posixpath.relpath(path_from(folder, entry), path_from(folder, base)))[0]
            yield Output(
                path_from(folder, out, f"{stem}.js"),
                command,
                folder,
                path_from(folder, entry),
                exact=True,
                whole=path_from(folder, out),
            )


_TSUP_FORMATS = {"cjs": (".cjs", ".d.cts"), "esm": (".mjs", ".d.mts"), "iife": (".global.js", ".d.ts")}
_SOURCE = regex(r"[\w./-]+\.[cm]?[jt]sx?")


def _by_tsup(context: Inspection, folder: str, words: list[str], command: str) -> Iterator[Output]:
    """What tsup makes of sources that it is given by name; nothing is known where a configuration has a say."""
    data = context.json(path_from(folder, "package.json"))
    configured = [f"tsup.config.{ending}" for ending in ("ts", "js", "mjs", "cjs", "mts", "cts", "json")]
    entries = [word for word in words[1:] if _SOURCE.fullmatch(word)]
    # It looks for its configuration through all folders above.
    above = (path_from(up, name) for up in upward(folder) for name in configured)
    if "tsup" in data or not entries or any(map(context.is_file, above)):
        return
    if any(word in words for word in ("--config", "--entry", "--legacy-output", "--target-dir", "--publicDir")):
        return
    out = path_from(folder, option(words, "-d", "--out-dir") or "dist")
    formats = [one for one in re.split(r"[, ]", option(words, "--format") or "cjs") if one]
    own = "esm" if data.get("type") == "module" else "cjs"
    base = posixpath.commonpath([posixpath.dirname(entry) for entry in entries])
    typed = any(word == "--dts" or word.startswith("--dts-") for word in words)
    for entry in entries:
        stem = posixpath.splitext(posixpath.relpath(entry, base or "."))[0]
        source = path_from(folder, entry)
        for name in formats:
            code, types = (".js", ".d.ts") if name == own else _TSUP_FORMATS.get(name, (".js", ".d.ts"))
            for ending in (code, *((types,) if typed else ())):
                yield Output(path_from(out, stem + ending), command, folder, source, exact=True, whole=out)


def _wrangler_main(context: Inspection, folder: str) -> str:
    from toolkit.documents import jsonc, toml

    for name in WRANGLER_FILES:
        path = path_from(folder, name)
        if context.is_file(path):
            try:
                data: Any = context.document(path, toml.parse if name.endswith(".toml") else jsonc.parse).data
            except Unreadable:
                return ""
            main = data.get("main") if isinstance(data, dict) else None
            return path_from(folder, main) if isinstance(main, str) else ""
    return ""


def installed(context: Inspection, path: str) -> Output | None:
    """The output folder of an install or a compiler (``node_modules``, ``target`` ...) that a path lies in."""
    owner = context.owner(path)
    parts = path.split("/")
    for count, part in enumerate(parts):
        if part == "target":
            return _compiled(context, "/".join(parts[:count]) or ".", "/".join(parts[: count + 1]))
        if owner is not None and part in ecosystem(owner.ecosystem).outputs and part not in _FOLDERS:
            return Output("/".join(parts[: count + 1]), f"invoke bootstrap --only {word(owner.path)}", owner.path)
    return None


def _compiled(context: Inspection, folder: str, target: str) -> Output | None:
    """The build that fills a ``target``, by the manifest beside it."""
    builds = (("Anchor.toml", "anchor build"), ("Cargo.toml", "cargo build"), ("pom.xml", "mvn package"))
    known = (command for name, command in builds if context.is_file(path_from(folder, name)))
    return next((Output(target, command, folder) for command in known), None)
