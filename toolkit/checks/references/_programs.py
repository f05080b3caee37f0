"""Programs of npm packages that a script runs and that nothing installs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks.references._packages import all_packages
from toolkit.checks.references._repair import mapping, remembered
from toolkit.checks.references._workspaces import Broken
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._commands import Command
    from toolkit.checks.references._packages import Package

__all__ = ["lacking"]

_BY_NAME = """
    vitest jest eslint prettier tsx ts-node vite nodemon concurrently rimraf cross-env prisma drizzle-kit tsup webpack
    rollup esbuild mocha cypress hardhat ts-mocha c8 nyc npm-run-all env-cmd shx copyfiles knip tsc-watch unbuild
    ts-node-dev stylelint oxlint typedoc madge husky lint-staged patch-package cpx syncpack next astro nuxt react-scripts
    tsc-alias parcel mkdirp"""
"""Programs whose package has the same name, separated by blanks; those that people install for the whole machine are left out."""
_BY_OTHERS = {
    "tsc": "typescript",
    "ng": "@angular/cli",
    "nest": "@nestjs/cli",
    "playwright": "@playwright/test playwright",
    "storybook": "storybook",
    "graphql-codegen": "@graphql-codegen/cli",
    "biome": "@biomejs/biome",
    "dotenv": "dotenv-cli",
    "run-s": "npm-run-all npm-run-all2",
    "run-p": "npm-run-all npm-run-all2",
    "changeset": "@changesets/cli",
    "vue-tsc": "vue-tsc",
    "svelte-check": "svelte-check",
    "tailwindcss": "tailwindcss @tailwindcss/cli",
    "babel": "@babel/cli",
    "swc": "@swc/cli",
}
"""Programs whose package is called otherwise, with the packages (blanks between) of which one is enough."""
_PACKAGES = {**{name: name for name in _BY_NAME.split()}, **_BY_OTHERS}
_KINDS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "bun.lock", "pnpm-lock.yaml")
_GLOBAL = regex(r"(?:npm|pnpm|yarn|bun)\s+(?:(?:i|install|add|global)\s+)+(?:-g|--global|add)\b[^\n&|;]*")


def lacking(context: Inspection, package: Package, command: Command) -> Iterator[Broken]:
    """A program that no manifest asks for and no lock holds.

    Args:
        context: the run.
        package: whose script runs it.
        command: that runs it.
    """
    program = command.words[0]
    wanted = _PACKAGES.get(program, "").split()
    if not wanted or command.fetched or command.guarded or _is_declared(context, frozenset(wanted)):
        return
    if not any(mapping(package.data.get(kind)) for kind in _KINDS) or program in _installed_for_all(context):
        return  # what asks for nothing at all is run with what the machine has
    locks = [path for up in upward(package.folder) for lock in _LOCKS if context.is_file(path := inside(up, lock))]
    if not any(_holds(context, lock, wanted) for lock in locks):
        text = f"{program} is a program of {wanted[0]}, which no manifest asks for"
        todo = f"add {wanted[0]} to {package.path}, then lock again"
        yield Broken(program, text, todo, "error" if locks else "warning")


def _is_declared(context: Inspection, wanted: frozenset[str]) -> bool:
    """Whether any manifest asks for one: another member's is linked where a workspace is laid out flat."""

    def make() -> frozenset[str]:
        return frozenset(
            name for one in all_packages(context) for kind in _KINDS for name in mapping(one.data.get(kind))
        )

    declared: frozenset[str] = remembered(context, "references.declared", make)
    return not declared.isdisjoint(wanted)


def _holds(context: Inspection, path: str, wanted: list[str]) -> bool:
    try:
        content = context.read(path)
    except Unreadable:
        return True
    return any(re.search(rb"[/\"' ]" + re.escape(name.encode()) + rb"[\"'@:/]", content) is not None for name in wanted)


def _installed_for_all(context: Inspection) -> frozenset[str]:
    """The words of commands in images, scripts, workflows and READMEs that install something for the whole machine."""

    def make() -> frozenset[str]:
        found: set[str] = set()
        for path in files_with(context, ("--global", "install -g", "i -g", "global add", "add -g")):
            try:
                text = context.read(path).decode("utf-8", "replace")
            except Unreadable:
                continue
            found.update(word.partition("@")[0] for line in _GLOBAL.findall(text) for word in line.split())
        return frozenset(found)

    words: frozenset[str] = remembered(context, "references.installed_for_all", make)
    return words
