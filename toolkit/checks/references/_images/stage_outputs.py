"""What a stage of a Dockerfile is asked for and does not make."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.checks._packages import by_folder
from toolkit.checks._texts import text_of
from toolkit.checks.references._bundlers import config_path, config_text
from toolkit.checks.references._crates import binaries
from toolkit.checks.references._images.dockerfiles import is_listed
from toolkit.checks.references._images.stage_builds import nothing_built
from toolkit.checks.references._images.stage_programs import other_place, other_version
from toolkit.checks.references._images.stages import contents, index_of
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.outputs import BUILT_INTO, package_of
from toolkit.places import path_from, table
from toolkit.references import resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._images.stages import Content
    from toolkit.documents.dockerfile import Copy, Document

__all__ = ["unmade"]

_OUTPUTS = frozenset({"dist", "build", "out", "lib", "output", "public", "www"})
_BY_HAND = frozenset({"public", "www", "lib"})
"""Those of them that hold sources as often."""
_HARMLESS = frozenset(
    {"tsc", "vue-tsc", "rimraf", "rm", "eslint", "echo", "cd", "run-p", "run-s", "npm", "pnpm", "yarn", "svelte-check"}
)
_FRAMEWORK = regex(
    r"^(?:@sveltejs/kit|@remix-run/|@react-router/dev|@tanstack/.*start|@solidjs/start|@builder\.io/qwik|@analogjs/|@astrojs/"
    r"|vinxi|nitro|vike|vite-plugin-ssr|laravel-vite-plugin|@crxjs/|wxt$|electron)"
)
"""Packages that make a bundler's build write somewhere else."""
_BINARY = regex(r"(?:^|/)target/(?:[\w.-]+/)?(?:release|debug)/([\w-]+)$")
_MAIN = regex(r">\s*(?:\./)?([\w./-]*?)/?\bsrc/main\.rs\b")
"""The crate whose program a command writes."""
_FROM = regex(r"(?:\bfrom\s*|\brequire\(\s*)[\"']([^\"'\n]+)[\"']")
_ASKED = regex(r"(?<!\S)(?:--bin|--package|-p)[ =][\"']?[\w-]+[\"']?")
_GENERATED = regex(r"(?i)(?:^|/)(?:\.[\w.-]+|node_modules|vendor|generated|_?site|storybook-static|web-build|www|\w*gen|target|bin|obj|venv|env|coverage|cache|tmp|logs?|prisma|\w+\.lock\w*|package-lock\.json)(?:/|$)")  # fmt: skip
_SCRIPT = regex(r"\.(?:[cm]?[jt]s|py|sh|rb|pl)$")
_GLOB = regex(r"[*?\[$]")
_FILLS = regex(r"""\b(?:outDir|outputDir)\s*:\s*(?:["'](?:\./)?([\w./-]+)["'])?""")
"""The folder that a configuration names, and none where it is computed."""
_SYSTEM = frozenset("/usr /etc /bin /lib /opt /root /home /var /sbin /go /lib64 /srv /mnt".split())  # noqa: SIM905 - as one reads it
"""Folders of an image that hold more than what the stage makes."""


def unmade(
    context: Inspection, path: str, document: Document, folders: tuple[str, ...]
) -> Iterator[tuple[Copy, str, str]]:
    """Sources of copies from another stage that it does not have: the copy, the source, and why it is not there."""
    copied = [copy for copy in document.copies() if copy.origin]
    _, ends = contents(document) if copied else ([], [])
    for copy in copied:
        index = index_of(document, copy.origin)
        for source in copy.sources if index is not None and index < len(ends) else ():
            if not _GLOB.search(source):
                stage, made = ends[index or 0], path_from("/", source)
                known = _elsewhere(document, index or 0, stage, made) or nothing_built(
                    context, (path, document, index or 0), stage, made, folders
                )
                above = tuple(folder for folder in folders if folder == "." or path.startswith(f"{folder}/"))
                whys = (known,) if known else _lacks(context, stage, source, folders, above)
                yield from ((copy, source, why) for why in whys)


def _elsewhere(document: Document, index: int, stage: Content, path: str) -> str:
    """That a stage has what is copied in another place; empty where that is not known."""
    version = other_version(document, index, path)
    made = "" if version else other_place(document, index, stage, path)
    return version or (f"the stage makes {made}" if made and stage.origins(path) in ((), None) else "")


def _lacks(
    context: Inspection, stage: Content, source: str, folders: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[str]:
    """Why a stage lacks a source; what only guesses place elsewhere than ``above`` the file says nothing of packages."""
    path = path_from("/", source)
    origins = stage.origins(path)
    if match := _BINARY.search(path):
        yield from _binary(context, stage, match[1], folders)
        return
    paths = [path_from(folder, origin) for folder in folders for origin in origins or ()]
    if path.endswith("/.next/standalone"):
        yield from _not_standalone(context, paths) if "STANDALONE" not in stage.text else ()
        return
    places = [one for one in paths if not context.is_file(posixpath.dirname(one))] or _by_manifest(
        context, stage, path, above
    )
    other = next(filter(None, (_other_output(context, stage, one) for one in places)), "")
    if other:
        yield other
    elif not re.search(rf"(?<![\w.-]){re.escape(posixpath.basename(path))}(?![\w-])", stage.text):
        yield from _nowhere(context, stage, source, paths) if origins else ()
        yield from _beside(stage, path) if origins == () else ()


def _by_manifest(context: Inspection, stage: Content, path: str, folders: tuple[str, ...]) -> list[str]:
    """Where a folder beside a copied ``package.json`` would lie in the repository."""
    home, name = posixpath.split(path)
    if name in _BY_HAND:
        return []
    manifests = [path_from(folder, one) for folder in folders for one in stage.origins(f"{home}/package.json") or ()]
    return [path_from(posixpath.dirname(one) or ".", name) for one in manifests if context.is_file(one)]


def _not_standalone(context: Inspection, paths: list[str]) -> Iterator[str]:
    """That no configuration of Next.js asks for the server that is copied."""
    named = [
        path_from(posixpath.dirname(posixpath.dirname(path)), f"next.config.{end}")
        for path in paths
        for end in ("js", "mjs", "ts", "cjs")
    ]
    found = [path for path in named if context.is_file(path)]
    # What a comment says is not asked for.
    texts = [plain(text_of(context, path, errors="replace"), templates=False) for path in found]
    if any(_is_made_here(context, text) for text in texts):
        return
    if all(texts) and found and not any("standalone" in text for text in texts):
        yield f'{found[0]} does not set output to "standalone"'
    homes = (by_folder(context).get(posixpath.dirname(path) or ".") for path in named)
    home = next((one for one in homes if one is not None and "next" in table(one.data, "dependencies")), None)
    if not found and home is not None:
        yield f'{home.folder} has no next.config that sets output to "standalone"'


def _is_made_here(context: Inspection, text: str) -> bool:
    """Whether a package of the repository makes a configuration, which may set more than is written in it."""
    names = {str(package.data.get("name", "")) for package in by_folder(context).values()} - {""}
    return not names.isdisjoint(_FROM.findall(text))


def _binary(context: Inspection, stage: Content, name: str, folders: tuple[str, ...]) -> Iterator[str]:
    """That no crate below the build context has a binary of a name."""
    # What it is asked to build it need not have.
    text = _ASKED.sub("", stage.text)
    if "cargo" not in text or re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
        return
    made = _MAIN.findall(text)
    names = {
        found for folder in folders for found in binaries(context, folder, {path_from(folder, home) for home in made})
    }
    if names and name not in names and len(names) < 100:
        yield f"no crate makes a program {name}; there is {', '.join(sorted(names)[:4])}"


def _other_output(context: Inspection, stage: Content, path: str) -> str:
    """What the build of a package makes in place of the folder that is asked for; empty where that is not known."""
    package = package_of(context, path)
    if package is None or "build" not in stage.text or is_listed(context, path):
        return ""
    top = (path if package == "." else path.removeprefix(f"{package}/")).partition("/")[0]
    # `npm run build` does not make a folder of that name, `mv dist build` does.
    spoken = rf"/{top}(?![\w-])|(?<![\w-]){top}/|(?:--[\w-]+|-[od])[ =]{top}(?![\w-])|\b(?:mv|cp|mkdir|ln)\b[^\n]*(?<![\w-]){top}(?![\w-])"
    made = _made(context, package) if top in _OUTPUTS and not re.search(spoken, stage.text) else ""
    other = made and made.partition("/")[0] != top and resolve(context, path).kind != "ignored"
    return f"the build of {package} makes {made}" if other else ""


def _nowhere(context: Inspection, stage: Content, source: str, paths: list[str]) -> Iterator[str]:
    """A copy of what the build context does not hold, and what nothing makes there."""
    names = {posixpath.basename(path) for path in paths}
    if _GENERATED.search(source) or names & (_OUTPUTS - {"public"}) or any(is_listed(context, path) for path in paths):
        return
    parents = [path for path in paths if (posixpath.dirname(path) or ".") in (*context.inventory.folders, ".")]
    if parents and not _may_make(context, stage, names, parents[0]):
        verdicts = [resolve(context, path) for path in paths]
        if all(verdict.kind == "missing" and not verdict.command for verdict in verdicts):
            yield f"{parents[0]} does not exist, and nothing in the stage makes it"


def _may_make(context: Inspection, stage: Content, names: set[str], place: str) -> bool:
    """Whether the stage runs a script, or the package speaks of a file: what a program writes nobody knows."""
    words = re.split(r"[\s\"';&|]+", stage.text)
    if any(_SCRIPT.search(word) and not _GLOB.search(word) for word in words):
        return True
    owner = package_of(context, place)
    path = path_from(owner, "package.json") if owner is not None else ""
    try:
        text = context.read(path).decode("utf-8", "replace") if context.is_file(path) else ""
    except Unreadable:
        return True
    return any(name in text for name in names)


def _made(context: Inspection, package: str) -> str:
    """The folder that the build script of a package fills, where it is a compiler's or bundler's that is known; else empty."""
    try:
        data = context.json(path_from(package, "package.json"))
    except Unreadable:
        return ""
    names = {name for key in ("dependencies", "devDependencies") for name in table(data, key)}
    if any(_FRAMEWORK.search(name) for name in names):
        return ""
    script = table(data, "scripts").get("build")
    found = ""
    for command in commands(script) if isinstance(script, str) else ():
        program = command.words[0]
        if program in BUILT_INTO and "build" in command.words[1:2]:
            told = option(
                command.words, "--outDir", "--outdir", "-d", "--dist-dir", "--path", "--output-path", "--dest"
            )
            found = told.removeprefix("./") or _configured(context, package) or BUILT_INTO[program]
        elif command.words == ("tsc",):
            found = found or _compiled(context, package)
        elif program not in _HARMLESS:
            return ""
    return "" if found.startswith(("/", "..", "?")) or re.search(r"[$`]", found) else found.rstrip("/")


def _compiled(context: Inspection, package: str) -> str:
    """The folder below a package that its compiler's configuration names; empty for none."""
    try:
        options = tsconfig.read(context, path_from(package, "tsconfig.json")).options
    except Unreadable:
        return ""
    told = options.get("outDir")
    return posixpath.relpath(told, package) if isinstance(told, str) and not options.get("noEmit") else ""


def _configured(context: Inspection, package: str) -> str:
    """The folder that a configuration names; ``?`` where it has one that is computed."""
    paths = (config_path(context, package, program) for program in ("vite", "astro", "vue", "craco"))
    path = next(filter(None, paths), "")
    if not path:
        return ""
    text = config_text(context, path)
    if text is None:
        return "?"
    match = _FILLS.search(text)
    return (match[1] or "?") if match else ""


def _beside(stage: Content, path: str) -> Iterator[str]:
    """A file in a folder of which the stage makes others by name, and nothing of this one."""
    folder = posixpath.dirname(path)
    words = {word.strip("\"'()") for word in re.split(r"[\s=;&|]+", stage.text)}
    others = sorted(word for word in words if word.startswith(f"{folder}/") and not _GLOB.search(word))
    whole = {
        folder,
        f"{folder}/",
        f"{folder}/.",
        *(word for word in words if word.startswith(f"{folder}/") and word.endswith("/")),
    }
    if folder.count("/") == 1 and folder != "/" and others and not whole & words and folder not in _SYSTEM:
        yield f"the stage makes {', '.join(others[:3])}"
