"""What a command that a page tells its reader to type needs and does not find, from any of the folders that it may mean."""

from __future__ import annotations

import dataclasses
import posixpath
import shlex
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._compose.started import known_services, services_in
from toolkit.checks.references._pages.places import letters
from toolkit.checks.references._scripts.deploy_places import is_made_or_given
from toolkit.checks.references._scripts.paths import Asked, asked_paths
from toolkit.checks.references._scripts.run_outputs import OUTPUT, beside
from toolkit.checks.references._scripts.start_commands import lacking
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.near_paths import is_letter_off
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import inside, path_from, table, upward
from toolkit.references import lost_part, resolve
from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._pages.blocks import Typed

__all__ = ["needs"]

_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_MANIFESTS = (
    (("npm", "install"), ("package.json",)),
    (("npm", "i"), ("package.json",)),
    (("npm", "ci"), ("package.json",)),
    (("pnpm", "install"), ("package.json", "pnpm-workspace.yaml")),
    (("pnpm", "i"), ("package.json", "pnpm-workspace.yaml")),
    (("yarn", "install"), ("package.json",)),
    (("yarn",), ("package.json",)),
    (("bun", "install"), ("package.json",)),
    (("bun", "i"), ("package.json",)),
    (("npm", "run"), ("package.json",)),
    (("npm", "start"), ("package.json",)),
    (("npm", "test"), ("package.json",)),
    (("pnpm", "run"), ("package.json",)),
    (("yarn", "run"), ("package.json",)),
    (("bun", "run"), ("package.json",)),
    (("cargo", "build"), ("Cargo.toml",)),
    (("cargo", "run"), ("Cargo.toml",)),
    (("cargo", "test"), ("Cargo.toml",)),
    (("anchor", "build"), ("Anchor.toml",)),
    (("anchor", "test"), ("Anchor.toml",)),
    (("anchor", "deploy"), ("Anchor.toml",)),
    (("poetry", "install"), ("pyproject.toml",)),
    (("uv", "sync"), ("pyproject.toml",)),
    (("bundle", "install"), ("Gemfile",)),
    (("composer", "install"), ("composer.json",)),
    (("go", "mod", "download"), ("go.mod",)),
    (("go", "mod", "tidy"), ("go.mod",)),
    (("forge", "build"), ("foundry.toml",)),
    (("flutter", "pub", "get"), ("pubspec.yaml",)),
    (("docker", "compose", "up"), _COMPOSE),
    (("docker", "compose", "build"), _COMPOSE),
    (("docker-compose", "up"), _COMPOSE),
    (("docker-compose", "build"), _COMPOSE),
)
"""Commands with the files of which each needs one in its folder, or above."""
_STARTS = frozenset({"run", "start", "test"})
"""Commands of managers that name a script, and add nothing."""
_ELSEWHERE = frozenset(
    {"--prefix", "-C", "--cwd", "--dir", "--directory", "--project", "--manifest-path", "-f", "--file", "--filter", "-F", "-w", "--workspace", "-g",
     "--global", "-p", "--workspace-root", "--root", "--project-directory"}
)  # fmt: skip
"""Options by which a command works in another folder."""
_OF_CRATES = frozenset({"run", "build", "test", "check", "clippy", "bench", "doc"})
_BARE = ("package.json", "make")
_SOURCE = regex(r"[^./][^ ]*\.[jt]sx?")
"""A path that a page shows, and that nobody types."""
_SHOWN = frozenset({"cat", "head", "tail", "jq", "yq", "grep", "sed", "awk", "scp", "rsync", "tar"})
"""Programs of examples and of other machines."""
_TEST = regex(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$")
_EXAMPLE = regex(r"(?i)[._-](?:example|sample|template|dist)\b|^(?:example|sample)[._-]")
_GO_FILE = regex(r"[\w./-]+\.go")
_CRATE = regex(r"[\w-]+")
_HINT = regex(r"; (\S+) (?:is one|does)$")
_PART = 5
"""Letters of a name from which one that holds it may be meant."""
_NAMED = 4
"""Folders that a hint names."""


def needs(context: Inspection, command: Typed, folders: tuple[str, ...], shown: tuple[str, ...]) -> list[Broken]:
    """What a command lacks in the likeliest folder; empty where it lacks nothing in any of them.

    Args:
        context: the run.
        command: as it is typed.
        folders: where it may be typed.
        shown: those of them in which it is told what is lacking.
    """
    words = _plain(command.words)
    if not words or (len(words) == 1 and _SOURCE.fullmatch(words[0])):
        return []
    found: dict[str, list[Broken]] = {}
    for folder in folders:
        if not (lacks := _in_folder(context, words, command.after, folder)):
            return []  # mostly the first is where it was meant, and nobody looks further
        found[folder] = lacks

    def likely_meant(folder: str) -> tuple[bool, int, int]:
        # Where the least is lacking and the most of its path is there; and another manifest says more than none.
        first, *others = found[folder]
        return first.word in _BARE, len(others), -_reached(context, first.word, folder)

    meant = min(shown, key=likely_meant)
    return [_sober(one if meant == "." else dataclasses.replace(one, gone="")) for one in found[meant]]


def _sober(one: Broken) -> Broken:
    """What is lacking, with a hint to another name only where one holds the other, and an edit only for a slip."""
    found = _HINT.search(one.text)
    word, hint = letters(posixpath.basename(one.word)), letters(posixpath.basename(found[1])) if found else ""
    same = bool(hint) and (word == hint or is_letter_off(one.word, one.near))
    is_part = min(len(word), len(hint)) >= _PART and (hint in word or word in hint) and "." not in one.word
    if found is None or same:
        return one
    if is_part:
        todo = f"write {found[1]} if that is meant, add {one.word}, or take the command out"
        return dataclasses.replace(one, todo=todo, near="")
    todo = f"add {one.word}, name what there is, or take the command out"
    return dataclasses.replace(one, text=one.text[: found.start()], todo=todo, near="")


def _reached(context: Inspection, word: str, folder: str) -> int:
    """How much of a path is there from a folder."""
    way = (up for up in upward(path_from(folder, posixpath.dirname(word))) if "/" in word)
    return len(next((up for up in way if up != "." and up in context.inventory.folders), ""))


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without what is only written elsewhere."""
    found, skip = [], False
    for word in words:
        if skip or word.lstrip("012&").startswith(">"):
            skip = not skip and word.lstrip("012&") in (">", ">>")
        else:
            found.append(word)
    return tuple(found)


def _in_folder(context: Inspection, words: tuple[str, ...], after: str, folder: str) -> list[Broken]:
    bare = tuple(_without_manifest(context, words, folder))
    if bare:
        return list(bare)
    found = {
        one.word: one
        for one in (
            *lacking(context, shlex.join(words), (folder,)),
            *_paths(context, words, after, folder),
            *_services(context, words),
            *_crates(context, words),
        )
        if one.severity != "info"
    }
    return list(found.values())


def _paths(context: Inspection, words: tuple[str, ...], after: str, folder: str) -> Iterator[Broken]:
    """Files and folders that a command names."""
    started = (
        [Asked(words[2], "file", "go run")] if words[:2] == ("go", "run") and _GO_FILE.fullmatch(words[-1]) else []
    )
    for one in (*asked_paths(words, after), *started) if words[0] not in _SHOWN else ():
        verdict = resolve(context, one.text.rstrip("/"), folder)
        kept = verdict.kind == "ignored" and _EXAMPLE.search(one.text)
        if not (verdict.kind == "missing" or kept) or verdict.command or OUTPUT.search(one.text):
            continue
        if f"file://{one.text}" in words:  # what a person asks of a service
            continue
        if (is_made_or_given(verdict.path) and not kept) or one.what == "-p" or _TEST.search(one.text):
            continue
        written = one.text if one.what != "the chart" else one.text.removesuffix("/Chart.yaml")
        near = beside(verdict.near, folder) if written == one.text else ""
        lost = lost_part(context, verdict.path)
        text = f"{written} does not exist{f'; {near} does' if near else ''}"
        text = f"{written} is ignored by git, and no clone has it" if kept else text
        todo = instead(written, near, f"add {written}, or correct the path")
        todo = (
            f"add {verdict.path}, and let git take it (!{posixpath.basename(verdict.path)} in .gitignore)"
            if kept
            else todo
        )
        yield Broken(
            written, text, todo, near=near if verdict.sure else "", gone="" if near or lost == verdict.path else lost
        )


def _without_manifest(context: Inspection, words: tuple[str, ...], folder: str) -> Iterator[Broken]:
    """A command where nothing is that it works on."""
    for begin, names in _MANIFESTS:
        rest = words[len(begin) :]
        if words[: len(begin)] != begin or any(word.partition("=")[0] in _ELSEWHERE for word in words):
            continue
        added = words[0] in JAVASCRIPT_MANAGERS and begin[-1] not in _STARTS
        if added and any(not word.startswith("-") for word in rest):
            continue  # what it is to add makes a manifest, and another command of yarn is none of these
        there = any(context.is_file(inside(up, name)) for up in upward(folder) for name in names)
        if not there and all(resolve(context, inside(folder, name)).kind == "missing" for name in names):
            homes = sorted({posixpath.dirname(path) or "." for path in context.inventory.named(*names)})
            todo = (
                f"say in which folder: {', '.join(homes[:_NAMED])}"
                if homes
                else f"add {inside(folder, names[0])}, or remove the command"
            )
            what = "compose file" if names == _COMPOSE else names[0]
            text = f"the root has no {what}" if folder == "." else f"there is no {what} in {folder}, nor above it"
            yield Broken(names[0], text, todo)
        return


def _services(context: Inspection, words: tuple[str, ...]) -> Iterator[Broken]:
    """Services of compose that no file has."""
    if words[0] not in ("docker-compose", "podman-compose") and words[:2] not in (
        ("docker", "compose"),
        ("podman", "compose"),
    ):
        return
    known = known_services(context)
    for name in services_in(words) if known else ():
        if name not in known:
            near = likely(name, known)
            todo = instead(name, near, f"name a service that there is in place of {name}")
            yield Broken(
                name, f"no compose file has a service {name}{f'; {near} is one' if near else ''}", todo, near=near
            )


def _crates(context: Inspection, words: tuple[str, ...]) -> Iterator[Broken]:
    """Packages that cargo is to build and that nobody has."""
    asked = words[0] == "cargo" and len(words) > 1 and words[1] in _OF_CRATES and "--manifest-path" not in words
    own = words[: words.index("--")] if "--" in words else words
    name = option(own, "-p", "--package") if asked else ""
    known = _known_crates(context) if _CRATE.fullmatch(name) else frozenset()
    if known and name not in known and not context.inventory.gitlinks:
        near = likely(name, known)
        todo = instead(name, near, f"name a crate that there is in place of {name}")
        yield Broken(name, f"no crate is called {name}{f'; {near} is one' if near else ''}", todo, near=near)


@once_a_run
def _known_crates(context: Inspection) -> frozenset[str]:
    """The names of the crates, and of what they ask for."""
    found: set[str] = set()
    for path in context.inventory.named("Cargo.toml"):
        try:
            data = context.document(path, toml.parse).data
        except Unreadable:
            return frozenset()
        found |= {
            str(table(data, "package").get("name", "")),
            *table(data, "dependencies"),
            *table(data, "dev-dependencies"),
        }
    return frozenset(found)
