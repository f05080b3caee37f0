"""Commands that a page tells its reader to type and that fail, from wherever the page may mean them."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import instead
from toolkit.checks._texts import text_of
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._lost_links import setup_pages
from toolkit.checks.references._pages.blocks import typed
from toolkit.checks.references._pages.needs import needs
from toolkit.checks.references._pages.places import (
    children,
    cloned_into,
    homes,
    is_own,
    letters,
    mentioned,
    projects_called,
)
from toolkit.checks.references._scripts.deploy_places import is_made_or_given
from toolkit.checks.references._scripts.makes import brings, may_bring
from toolkit.checks.references._scripts.rows import Row
from toolkit.checks.references._scripts.run_outputs import OUTPUT, beside
from toolkit.expressions import regex
from toolkit.near_paths import PROJECTS
from toolkit.places import folder_of, matching, path_from, upward
from toolkit.references import lost_part, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._pages.blocks import Said, Typed

__all__ = ["Lost", "lost_commands"]

_PLACEHOLDER = regex(
    r"(?i)<\w|\w>|[{}$`*\[\]|…]|\.\.\.|://|^~|^/|\b(?:your|my|seu|sua|tu|votre|dein|some|existing|rendered|foo|bar|example|placeholder|xxx+|path[/_-]to)(?:[-_/.]|\b)|y{4}[-_]?m{2}|^(?-i:[A-Z_]{3,})$|^[a-z]:(?:/|$)"
    r"|\b(?:service|app|project|package|module|repo|feature|component|folder|dir|file|function|program|crate|branch)[-_]name\b"
)
_EXAMPLE_FILE = regex(r"(?i)\.env|[._-](?:example|sample|template|dist)\b|\bexamples?/")
_SEEN = 6
"""Words of a command that are looked at for placeholders: what comes behind is data."""
_MAKES = regex(
    r"\b(?:anchor|cargo|forge|poetry|uv|npm|pnpm|yarn|bun|ng|rails|dotnet|go mod|deno|rye|hatch|pdm|django-admin|pulumi|cdk|flutter|expo|tauri|wrangler)"
    r" (?:init|new|create|startproject)\b(?! \S+:\S)"
    r"|\b(?:npx|bunx|pnpm dlx|yarn dlx|uvx) (?:-\S+ )?(?:(?:@[\w/-]*/)?(?:create-|degit|giget)|\S+ (?:init|new|create)$)"
)
"""What begins a project: what comes behind it is that project's."""
_ADDS = regex(
    r"\b(?:nx|ng|rails|cap|expo|tauri|plop|hygen|turbo|cdk) (?:g|gen|generate|add|prebuild)\b|\bprebuild\b|\bmsw init\b"
)
"""What adds to a project, as the reader likes: what comes behind it in its section is about that."""
_INSIDE = regex(r"\bexec\b.*\b(?:ba|z|a)?sh$|^ssh\b|\bvagrant ssh|^docker run\b.*\b(?:ba|z|a)?sh$")
"""What opens a shell of another machine."""
_GOES = ("cd", "pushd", "popd")
_ASKED_ALONE = (("--version",), ("-v",), ("-V",), ("--help",), ("-h",))
"""Questions that every program answers, wherever it is asked."""
_BRANCHES = frozenset({"main", "master", "develop", "dev", "trunk", "."})
_WRITTEN = regex(r"(?i)\b(?:creat|sav|writ|download|generat|past|put|nam|mak|copy|copi|new|add)\w*")
_FILLS = frozenset(
    {"mkdir", "cp", "mv", "ln", "unzip", "tar", "curl", "wget", "rsync", "touch", "protoc", "openssl", "npx", "bunx"}
)
"""Programs that put what they like into a folder that they are told."""
_FENCE = regex(r"[ >]*(?:`{3,}|~{3,})(?!bash|sh\b|shell|zsh|console)[ \t]*\w")
"""The beginning of code that is no shell."""
_YAML = (".yaml", ".yml")
_CONFIGURING = frozenset({"cmake", "./configure", "qmake", "meson", "./autogen.sh", "autoreconf", "./bootstrap"})
"""Programs that write what make and others then need."""
_CONFIGURED = frozenset({"make", "configure"})
_MAYBE_THERE = ("built", "unknown", "ignored")
_MOBILE = frozenset({"ios", "android"})
"""Folders that the tools of mobile applications make."""


class Lost(NamedTuple):
    """A command that fails.

    Args:
        path, line: where it stands.
        command: as it is written.
        one: what it lacks.
    """

    path: str
    line: int
    command: str
    one: Broken


def lost_commands(context: Inspection) -> Iterator[Lost]:
    """The commands of the pages by which a newcomer sets the project up, and that fail."""
    for path in setup_pages(context):
        yield from _Page(context, path).lost()


class _Page:
    """Follows a reader through a page."""

    def __init__(self, context: Inspection, path: str) -> None:
        self.context, self.path, self.home = context, path, folder_of(path)
        self.lines = text_of(context, path, errors="replace").splitlines()
        self.rows: list[Row] = []
        self.own = (self.home, ".", *upward(self.home))
        self.visited: list[str] = []
        """The folders in which a ``cd`` of the page has been."""
        self.bases: tuple[str, ...] = ()
        """The folders in which a block may begin."""
        self.here: tuple[str, ...] = ()
        """The folders in which the reader may be; none where that is not known."""
        self.clones: dict[str, bool] = {}
        """The folders that it has cloned into, and whether their names are sure."""
        self.away = -1
        """The section in which the reader works elsewhere."""
        self.failed = False
        """Whether it is not known where the reader is because a ``cd`` of the page fails."""

    def lost(self) -> Iterator[Lost]:
        for said in typed(self.context, self.path):
            if said.section == self.away:
                continue
            near = mentioned(self.context, self.home, said.around)
            self.here = self.bases = _each(*self.own, *self.visited, *near)
            self.failed = loose = False
            for one in said.commands:
                if self._begins(one):
                    return
                goes = self.failed and one.words[0] in _GOES
                if (self.here or goes) and (one.apart or loose):
                    self.here, loose = _each(*self.here, *self.bases), False
                for lack in self._follow(said, one) if one.words[1:] not in _ASKED_ALONE else ():
                    yield Lost(self.path, one.line, " ".join(one.words), lack)
                # Of a line that goes somewhere and does something, the next may mean that it is typed where this one was.
                loose = one.after == "\n" and (loose or not one.alone)

    def _begins(self, one: Typed) -> bool:
        """Whether what follows is about another project: one that the page begins, or whose page this is."""
        text = " ".join(one.words)
        if one.words[:2] == ("git", "clone") or text.startswith("gh repo clone "):
            name = cloned_into(one.words[1:] if one.words[0] == "gh" else one.words)
            sure = bool(name) and not any(
                _PLACEHOLDER.search(word.partition("://")[2].partition("/")[2] or word) for word in one.words[2:]
            )
            self.clones.setdefault(name, sure)
            around = {self.home, *upward(self.home)} - {"."}
            return sure and not self._is_own(name) and bool(around) and around.isdisjoint(homes(self.context))
        return _MAKES.search(text) is not None

    def _follow(self, said: Said, one: Typed) -> Iterable[Broken]:
        """Go where a command leads, and tell what it lacks."""
        words, found = one.words, tuple[Broken, ...]()
        if words[0] in _GOES:
            return self._entered(said, one)
        if words[:2] in (("git", "checkout"), ("git", "switch")):
            if not (_BRANCHES & {*words} or {"-b", "-c", "-B", "--"} & {*words}):
                self.here, self.away = (), said.section  # another state of the repository
        elif _INSIDE.search(" ".join(words)):
            self.here = ()
        elif _ADDS.search(" ".join(words)):
            self.here, self.away = (), said.section
        elif self.here and not one.tolerated and not any(map(brings, self.rows)):
            found = self._judged(one)
        if words[0] not in ("git", "gh") and not found:  # what fails makes nothing
            self.rows.append(Row(words, one.line, "", 0, one.tolerated, one.after))
        return found

    def _judged(self, one: Typed) -> tuple[Broken, ...]:
        if any(_PLACEHOLDER.search(word) and not _EXAMPLE_FILE.search(word) for word in one.words[:_SEEN]):
            return ()
        sure = tuple(folder for folder in self.here if folder in (*self.own, *self.visited))
        needed = needs(self.context, one, self.here, sure or self.here)
        lacks = [lack for lack in needed if not self._may_be_made(lack.word)]
        # What lacks several things is not mended by one word.
        return tuple(lacks if len(lacks) == 1 else (dataclasses.replace(lack, near="") for lack in lacks[:1]))

    def _may_be_made(self, word: str) -> bool:
        """Whether the page makes something before, or tells to write it."""
        name = posixpath.basename(word.rstrip("/"))
        configured = name in _CONFIGURED and any(row.words[0] in _CONFIGURING for row in self.rows)
        if configured or self._is_shown(name):
            return True
        if word.startswith("@") or ("/" not in word and "." not in word):
            return any(f'"{word}":' in line for line in self.lines)
        whole = posixpath.normpath(word)
        fills = [row for row in self.rows if row.words[0] in _FILLS]
        first = whole.partition("/")[0]
        filled = first not in {".", "..", name} and may_bring(fills, first, whole)
        if is_made_or_given(word) or filled or may_bring(self.rows, name, whole):
            return True
        if _EXAMPLE_FILE.search(name):
            return False  # of which a page says that it is to be copied
        above = ("", *self.lines)
        if any(name in line and _FENCE.match(before) for before, line in zip(above, self.lines, strict=False)):
            return True  # the first line of code names the file that it is to be written to
        said = (
            line for line in self.lines if name in line and not line.lstrip("$> ").startswith(("cp ", "chmod", "./"))
        )
        return any(_WRITTEN.search(line.replace(name, "")) for line in said)

    def _is_shown(self, name: str) -> bool:
        """Whether code of the page is what a file of that name holds: below its name as a title, or by what it says itself."""
        title = re.compile(rf"[\s#*`>]*{re.escape(name)}[\s:*`]*")
        for at, line in enumerate(self.lines):
            if title.fullmatch(line) and any(map(_FENCE.match, self.lines[at + 1 : at + 3])):
                return True
        stem, ending = posixpath.splitext(name)
        says = "services" if "compose" in stem else f"kind: {stem.lower()}" if ending in _YAML else ""
        return bool(says) and any(line.strip().rstrip(":").lower() == says for line in self.lines)

    def _entered(self, said: Said, one: Typed) -> Iterable[Broken]:
        """Go where ``cd`` leads; what is wrong with it."""
        target = next((word for word in one.words[1:] if not word.startswith("-")), "-")
        clean = posixpath.normpath(target)
        if target == "-" or not clean.strip("./"):
            self.here = (self._there(clean, self.here) if target != "-" else ()) or self.bases
        elif _PLACEHOLDER.search(target):
            machine = target.startswith(("/", "~", "$HOME")) and not is_own(self.context, posixpath.basename(clean))
            self.here = () if machine else self._named_by(clean) if "/" in clean else self.bases
            self.away = said.section if machine else self.away
        elif found := self._there(clean, self.here):
            self._be_in(found)
        else:
            return self._from_elsewhere(said, one, clean)
        return ()

    def _from_elsewhere(self, said: Said, one: Typed, target: str) -> Iterable[Broken]:
        """The same for what is not there from where the reader is."""
        first, _, rest = target.partition("/")
        if first in self.clones or self._is_own(first):
            own = self._is_own(first) or (self.home == "." and [*self.clones] == [first])
            self.here = self._there(rest or ".", self.bases) if own else ()
            self.away = self.away if own else said.section
        elif found := self._there(target, self.bases):
            self._be_in(found if self.here else ())
        elif not self.here or first in _MOBILE or self._makes_folder(first, target):
            self.here = ()
        elif self.clones and not rest and not any(self.clones.values()):
            self.here = self.bases  # whatever is cloned may be called so
        else:
            before, self.here, self.away, self.failed = self.here, (), said.section, True
            return () if one.tolerated else (self._no_folder(target, before),)
        return ()

    def _is_own(self, name: str) -> bool:
        """Whether a repository is this one, or what its folder here was before."""
        manifests = (path_from(self.home, manifest) for manifest in PROJECTS)
        was = letters(name) == letters(posixpath.basename(self.home)) and any(map(self.context.is_file, manifests))
        return was or is_own(self.context, name)

    def _makes_folder(self, first: str, target: str) -> bool:
        """Whether a command before, or a build, makes the folder that is gone to."""
        if OUTPUT.search(target) or is_made_or_given(target) or any(map(brings, self.rows)):
            return True
        return may_bring(self.rows, first, target)

    def _be_in(self, folders: tuple[str, ...]) -> None:
        """Be in folders; of one that no clone has nobody knows what is in it."""
        self.here = tuple(one for one in folders if one == "." or one in self.context.inventory.folders)
        self.visited += self.here

    def _named_by(self, target: str) -> tuple[str, ...]:
        """The folders that a path with a placeholder may mean."""
        pattern = "/".join("*" if _PLACEHOLDER.search(part) else part for part in target.split("/"))
        bases = self.here if "*" in pattern else ()
        return _each(*(one for base in bases for one in matching(self.context.inventory.folders, base, pattern)))

    def _there(self, target: str, folders: tuple[str, ...]) -> tuple[str, ...]:
        """The folders of a path that are there, or may be."""
        paths = _each(*(one for one in (path_from(folder, target) for folder in folders) if not one.startswith("..")))
        listed = tuple(one for one in paths if one in self.context.inventory.folders or one == ".")
        found = tuple(one for one in listed if resolve(self.context, one).kind == "exists")
        return found or tuple(one for one in paths if resolve(self.context, one).kind in _MAYBE_THERE)

    def _no_folder(self, target: str, before: tuple[str, ...]) -> Broken:
        cloned = next((name for name, sure in self.clones.items() if sure), "")
        if cloned and "/" not in target and not self.visited:
            text = f"git clone makes {cloned}, and there is no folder {target}"
            return Broken(target, text, f"write cd {cloned}, or the path from there")
        first = target.partition("/")[0]
        start = next((one for one in before if first in children(self.context, one)), before[0])
        verdict = resolve(self.context, target, start)
        called = projects_called(self.context, target)
        near = beside(verdict.near, start) or (called[0] if len(called) == 1 else "")
        text = f"the folder {target} does not exist{f'; {near} does' if near else ''}"
        todo = instead(target, near, f"add the folder {target}, or correct the path")
        lost = lost_part(self.context, f"{verdict.path}/.") if start == "." and not near else ""
        return Broken(target, text, todo, near=near if near and verdict.sure else "", gone=lost)


def _each(*folders: str) -> tuple[str, ...]:
    """The folders, each once."""
    return tuple(dict.fromkeys(folders))
