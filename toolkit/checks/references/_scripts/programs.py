"""Programs of npm packages that a script runs and that nothing installs."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks._locked_programs import is_brought
from toolkit.checks._packages import all_packages, by_folder, named
from toolkit.checks._search import files_with
from toolkit.checks._test_folders import untested
from toolkit.checks._texts import text_of
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._scripts.alone_in_ci import run_alone
from toolkit.checks.references._scripts.inputs import asked_major, without_input
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import KINDS, TEXT_LOCKS
from toolkit.places import folder_of, inside, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._scripts.commands import Command
    from toolkit.model import Severity

__all__ = ["OF_OTHER_NAMES", "holds", "lacking", "reach"]

_BY_NAME = """
    vitest jest eslint prettier tsx ts-node vite nodemon concurrently rimraf cross-env prisma drizzle-kit tsup webpack
    rollup esbuild mocha cypress hardhat ts-mocha c8 nyc npm-run-all env-cmd shx copyfiles knip tsc-watch unbuild
    ts-node-dev stylelint oxlint typedoc madge husky lint-staged patch-package cpx syncpack next astro nuxt react-scripts
    tsc-alias parcel mkdirp depcheck ava gulp expo openapi-typescript semantic-release start-server-and-test next-sitemap gh-pages
    electron-builder typechain tslint sequelize-cli fumadocs-mdx oxfmt"""
"""Programs whose package has the same name, separated by blanks; those that people install for the whole machine are left out."""
_BY_OTHERS = """
    tsc typescript, ng @angular/cli, nest @nestjs/cli, playwright @playwright/test playwright, storybook storybook,
    graphql-codegen @graphql-codegen/cli, biome @biomejs/biome, dotenv dotenv-cli, run-s npm-run-all npm-run-all2,
    run-p npm-run-all npm-run-all2, changeset @changesets/cli, vue-tsc vue-tsc, svelte-check svelte-check,
    tailwindcss tailwindcss @tailwindcss/cli, babel @babel/cli, swc @swc/cli, svelte-kit @sveltejs/kit,
    svelte-package @sveltejs/package, opennextjs-cloudflare @opennextjs/cloudflare,
    commitlint @commitlint/cli commitlint, react-router @react-router/dev, remix @remix-run/dev remix,
    remix-serve @remix-run/serve, docusaurus @docusaurus/core docusaurus, craco @craco/craco, email react-email,
    babel-node @babel/node, test-storybook @storybook/test-runner, tsgo @typescript/native-preview,
    typeorm-ts-node-commonjs typeorm, typeorm-ts-node-esm typeorm, tauri @tauri-apps/cli"""
"""Programs whose package is called otherwise, each with the packages of which one is enough, separated by commas."""
_FOR_ALL = frozenset({"wrangler", "vercel", "supabase", "turbo", "nx"})
"""Programs that people install for the whole machine: told only where others of the workspace ask for them."""
_OTHERS = {name: found for name, *found in map(str.split, _BY_OTHERS.split(","))}
_PACKAGES = {**{name: [name] for name in (*_BY_NAME.split(), *_FOR_ALL)}, **_OTHERS}
OF_OTHER_NAMES = {name: found for name, found in _OTHERS.items() if name not in found}
"""Programs under whose own name a registry has nothing or something else, with their packages."""
_BROUGHT = frozenset({"rimraf", "mkdirp", "esbuild", "semver", "rollup", "terser", "acorn", "glob", "uuid", "nopt"})
"""Programs of packages that many others ask for: without a lock nobody knows that none of them is there."""
_HOISTED = frozenset({"eslint", "prettier"})
"""Programs that pnpm links for all members as well, before the version below."""
_STRICT_FROM = 10
_PNPM = regex(r"pnpm@(\d{1,3})\.")
_FLAT = regex(
    r"(?m)^\s*(?:shamefully-hoist\s*=\s*true|node-linker\s*=\s*hoisted|public-hoist-pattern\b|shamefullyHoist\s*:\s*true"
    r"|nodeLinker\s*:\s*[\"']?hoisted|publicHoistPattern\b)|\"(?:public-hoist-pattern|shamefully-hoist|publicHoistPattern)\""
)
"""Settings by which pnpm lays out packages flat."""
_FLAT_FROM = 9
"""Major version of eslint whose configuration is ``eslint.config.js``; one before reads ``.eslintrc`` beside each file, too."""
_WANTS_FROM = 8
"""Major version from which eslint reads none of the home folder."""
_OF_ESLINT = frozenset(
    {"-c", "--config", "--no-config-lookup", "--no-eslintrc", "--init", "--version", "-v", "--help", "--rulesdir"}
)
_PLAIN = frozenset({"--fix", "--quiet", "--cache"})
"""Options of eslint that take no further word."""
_LOCKED = rb"""(?m)node_modules/%b"|^[ \t]*["'/]*%b(?:["']?: ?(?:\[|\{(?!\s*"optional"))|@[\w^~*<>=]|/\d)"""
"""A package among those that a lock installs: as what others would take it is named there, too."""
_GLOBAL = regex(r"(?:npm|pnpm|yarn|bun)\s+(?:(?:i|install|add|global)\s+)+(?:-g|--global|add)\b[^\n&|;]*")


def lacking(context: Inspection, package: Package, command: Command) -> Iterator[Broken]:
    """A program that no manifest asks for and no lock holds."""
    program = command.words[0]
    wanted = _PACKAGES.get(program, [])
    if not wanted or command.fetched or command.guarded or _is_script(package, program):
        return
    if "$" in command.folder:
        return
    place = package.at(command.folder)
    package = by_folder(context).get(
        place, package
    )  # where a folder is none, the programs are still those of the script's own
    if program == "eslint" and package.folder == place and (text := _unconfigured(context, package, command)):
        todo = f"add its configuration beside {package.path}, or above, or take eslint out of the script"
        yield Broken(program, text, todo, cause="program")
    near = reach(context, package, program)
    if not near.isdisjoint(wanted):
        yield from without_input(context, package, command)
        return
    if (
        f"bin {program}" in near
        or not any(table(package.data, kind) for kind in KINDS)
        or program in _installed_for_all(context)
    ):
        return  # what asks for nothing at all is run with what the machine has
    locks = [path for up in upward(package.folder) for lock in TEXT_LOCKS if context.is_file(path := inside(up, lock))]
    apart = _is_isolated(context, package) and not _is_linked_for_all(context, package, program)
    if program in _FOR_ALL and not (apart and _is_asked(context, wanted)):
        return
    if not (apart or locks) and program in _BROUGHT:
        return
    own = [lock for lock in locks if folder_of(lock) == package.folder]
    alone = "" if apart or any(holds(context, lock, wanted) for lock in own) else run_alone(context, package, program)
    absent = apart or not any(holds(context, lock, wanted) for lock in locks)
    if alone or (absent and not is_brought(context, package.folder, program, near)):
        others = "others ask for, and this package does not reach" if apart and _is_asked(context, wanted) else ""
        package_of = "the package of that name" if wanted[0] == program else wanted[0]
        text = f"{program} is a program of {package_of}, which {others or 'no manifest asks for'}"
        text += f", and the job of {alone} installs this package alone" if alone else ""
        todo = f"add {wanted[0]} to {package.path}, then lock again"
        # Where there is nothing to test, nobody starts what tests.
        level: Severity = (
            "error" if locks and not apart and not untested(context, command.words, package.folder) else "warning"
        )
        yield Broken(program, text, todo, level, cause="program" if others else "")


def _is_script(package: Package, program: str) -> bool:
    """Whether a manager is told a program's name that is a script's, which it takes first (``pnpm tsc``, ``npm run tsc``)."""
    asked = re.compile(rf"\b(?:npm\s+run|(?:pnpm|yarn|bun)(?:\s+run)?)\s+{re.escape(program)}(?![\w:-])")
    return program in package.scripts and any(asked.search(text) for text in package.scripts.values())


def reach(context: Inspection, package: Package, program: str) -> frozenset[str]:
    """The packages whose programs a script of a package can start, and ``bin NAME`` for a program of a member among them.

    They are its own, those of folders above, and in a flat layout those of every member of its workspace.
    """
    owner = context.owner(package.folder)
    folders = tuple(up for up in upward(package.folder) if up in by_folder(context))
    found = _declared(context, *folders)
    if owner is not None and package.folder in (owner.path, *owner.members):
        flat = not _is_isolated(context, package) or _is_linked_for_all(context, package, program)
        found |= _declared(context, owner.path, *owner.members) if flat else frozenset()
        found |= _declared(context, owner.path)
    brought = (table(named(context)[name].data.get("bin")) for name in found & named(context).keys())
    return found | ({f"bin {program}"} if any(program in one for one in brought) else set())


@once_a_run
def _declared(context: Inspection, *folders: str) -> frozenset[str]:
    """What the manifests in some folders ask for."""
    known = by_folder(context)
    tables = (table(known[one].data.get(kind)) for one in folders if one in known for kind in KINDS)
    return frozenset(key for section in tables for key in section)


def _is_isolated(context: Inspection, package: Package) -> bool:
    """Whether a package of a workspace reaches the programs of what it declares alone, and those of the root: so pnpm installs."""
    owner = context.owner(package.folder)
    if owner is None or not owner.members or package.folder not in (owner.path, *owner.members):
        return False
    if not context.is_file(inside(owner.path, "pnpm-lock.yaml")):
        return False
    texts = [text_of(context, inside(owner.path, name)) for name in (".npmrc", "pnpm-workspace.yaml", "package.json")]
    return not any(_FLAT.search(text) for text in texts)


def _is_linked_for_all(context: Inspection, package: Package, program: str) -> bool:
    """Whether pnpm gives every member of a workspace a program that one of them asks for; it no longer does from 10 on."""
    owner = context.owner(package.folder)
    root = by_folder(context).get(owner.path) if owner is not None else None
    said = _PNPM.match(str(root.data.get("packageManager"))) if root is not None else None
    return program in _HOISTED and (said is None or int(said[1]) < _STRICT_FROM)


def _is_asked(context: Inspection, wanted: list[str]) -> bool:
    return any(name in table(one.data, kind) for one in all_packages(context) for kind in KINDS for name in wanted)


def _unconfigured(context: Inspection, package: Package, command: Command) -> str:
    """Why eslint stops: from version 8 on it wants a configuration, in the folder or one above; empty where it has one."""
    owner = context.owner(package.folder)
    shared = owner is not None and (
        not _is_isolated(context, package) or _is_linked_for_all(context, package, "eslint")
    )
    members = owner.members if owner is not None and shared else ()
    major = asked_major(context, (*upward(package.folder), *members), "eslint")
    if major is None or major < _WANTS_FROM or not _OF_ESLINT.isdisjoint(_options(command)):
        return ""
    for folder in upward(package.folder):
        one = by_folder(context).get(folder)
        if (one is not None and "eslintConfig" in one.data) or any(
            name.startswith(("eslint.config.", ".eslintrc")) for name in _names(context, folder)
        ):
            return ""
    name = "eslint.config.js" if major >= _FLAT_FROM else ".eslintrc or eslintConfig"
    if major < _FLAT_FROM and (not _lints_own(command) or _is_configured_within(context, package)):
        return ""
    return f"eslint {major} finds no {name} beside package.json or above, and stops"


def _lints_own(command: Command) -> bool:
    """Whether eslint is given files of the package itself: without any it only prints how it is used."""
    given = [
        word
        for before, word in pairwise(command.words)
        if not word.startswith("-") and (not before.startswith("-") or before in _PLAIN)
    ]
    return bool(given) and not any(word.startswith(("..", "/")) or "$" in word for word in given)


def _is_configured_within(context: Inspection, package: Package) -> bool:
    """Whether a folder within a package has a configuration for the files there."""
    inner = (
        one for one in all_packages(context) if package.folder == "." or one.folder.startswith(f"{package.folder}/")
    )
    return any("eslintConfig" in one.data for one in inner) or any(
        posixpath.basename(path).startswith((".eslintrc", "eslint.config.")) for path in context.below(package.folder)
    )


def _options(command: Command) -> set[str]:
    return {word.partition("=")[0] for word in command.words}


def _names(context: Inspection, folder: str) -> list[str]:
    """The names of files for eslint in a folder."""
    return [
        name
        for ending in ("js", "mjs", "cjs", "ts", "mts", "cts", "json", "yml", "yaml", "")
        for name in (f"eslint.config.{ending}", f".eslintrc.{ending}".rstrip("."))
        if context.is_file(inside(folder, name))
    ]


def holds(context: Inspection, path: str, wanted: list[str]) -> bool:
    """Whether a lock installs one of some packages; one that cannot be read may."""
    try:
        content = context.read(path)
    except Unreadable:
        return True
    return any(re.search(_LOCKED % ((re.escape(name.encode()),) * 2), content) is not None for name in wanted)


@once_a_run
def _installed_for_all(context: Inspection) -> frozenset[str]:
    """The words of commands in images, scripts, workflows and READMEs that install something for the whole machine."""
    found: set[str] = set()
    words = ("--global", "install -g", "i -g", "global add", "add -g")
    for path in files_with(context, words, everything=True):
        text = text_of(context, path, errors="replace")
        found.update(word.partition("@")[0] for line in _GLOBAL.findall(text) for word in line.split())
    return frozenset(found)
