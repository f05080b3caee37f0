"""Tests that runners are to run by a command, and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import below, inside, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["tests", "untested"]

_RUNNERS = frozenset({"vitest", "jest", "mocha", "ts-mocha"})
"""Those that fail where nothing is at the path that they are given, or has it in its name."""
_OTHERWISE = frozenset(
    {
        "related",
        "init",
        "list",
        "--findRelatedTests",
        "--listTests",
        "--version",
        "--help",
        "--root",
        "--dir",
        "--rootDir",
    }
)
"""Words with which they run no tests, or look for them elsewhere."""
_ALONE = frozenset({"run", "--runInBand", "-i", "--ci", "--verbose", "--recursive", "--exit", "--forceExit", "--run"})
"""Words that take no further one."""
_ALONE_FOR_JEST = frozenset({"--coverage", "--silent", "--detectOpenHandles", "--no-cache", "--bail", "--colors"})
_FOLDER = regex(r"[\w@-]{1,80}(?:/[\w@-]{1,80}){1,8}|(?:tests?|specs?|e2e|__tests__|integration|unit)")
_CONFIGURED = tuple(f"{name}.config.{end}" for name in ("jest", "vitest", "vite")
                    for end in ("ts", "js", "mts", "mjs", "cts", "cjs", "json"))  # fmt: skip
_KEPT_IN = regex(r"\"jest\"\s*:\s*\{[^{}]*\"(?:passWithNoTests|rootDir|roots|projects|preset)\"")
"""Settings of jest in a ``package.json`` that may do the same."""
_LETS = regex(
    r"passWithNoTests|includeSource|typecheck|\b(?:root|dir|projects|workspace)\b|\.\./|preset[\"']?\s*:\s*[\"'](?!ts-jest|jest-)"
    r"|(?:from|require\()\s*[\"'](?!vitest/config|vite[\"']|node:|(?:path|url|fs)[\"']|@vitejs/|vite-tsconfig-paths|next/jest|ts-jest|@jest/types)"
)
"""What a configuration says that is content without tests, looks for them elsewhere, or takes its settings from another."""
_TEST = regex(r"(?i)test|spec")
_CODE = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue", ".svelte")
_NO_TEST = regex(r"(?:^|/)(?:vitest|jest|playwright)[\w.-]*$|(?:^|/)tsconfig\.[\w.-]+$")
_MADE = regex(r"(^|/)(dist|build|lib|out|output|target|node_modules|generated|tmp|temp)(/|$)")


def tests(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[tuple[str, str]]:
    """Folders of tests that no path of the repository has in its name, each as it is written and with what is wrong."""
    options = {word.partition("=")[0] for word in words}
    if words[0] not in _RUNNERS or "--passWithNoTests" in options or not _OTHERWISE.isdisjoint(options):
        return
    alone = _ALONE | _ALONE_FOR_JEST if words[0] == "jest" else _ALONE
    for word in words[1:]:
        plain = word.removeprefix("./").rstrip("/")
        if word.startswith("-") and "=" not in word and word not in alone:
            return  # what follows may be its values, of which some options take several
        if not _FOLDER.fullmatch(plain) or _MADE.search(plain):
            continue
        inventory = context.inventory
        listed = (*inventory.files, *inventory.gitlinks, *inventory.links)
        if resolve(context, plain, folder).kind == "missing" and not any(
            plain.lower() in path.lower() for path in listed
        ):
            yield word, f"{words[0]} finds no test: no path has {plain} in it"


def untested(context: Inspection, words: tuple[str, ...], folder: str) -> bool:
    """Whether a runner looks for all tests below a folder where no path speaks of one: it fails, and runs none."""
    ends = words[0] == "jest" or (words[0] == "vitest" and not {"run", "--run"}.isdisjoint(words))
    if not ends or any(word not in _ALONE | _ALONE_FOR_JEST for word in words[1:]):
        return False  # what else it is told may choose other tests, or be content without any
    if any(folder == "." or below(folder, link) for link in context.inventory.gitlinks):
        return False
    folders = upward(folder) if words[0] == "vitest" else (folder,)  # vitest takes a configuration of a folder above
    configured = [path for at in folders for name in _CONFIGURED if context.is_file(path := inside(at, name))]
    manifest = inside(folder, "package.json")
    if any(_LETS.search(text_of(context, path, errors="replace")) for path in configured) or (
        context.is_file(manifest) and _KEPT_IN.search(text_of(context, manifest, errors="replace"))
    ):
        return False
    start = 0 if folder == "." else len(folder) + 1
    return not any(
        path.endswith(_CODE) and _TEST.search(path, start) and not _NO_TEST.search(path)
        for path in context.below(folder)
    )
