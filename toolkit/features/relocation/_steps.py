"""Steps of a job or of a composite action: local actions, inputs that name files, working directories."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.documents import DocumentError, Path, yaml
from toolkit.expressions import regex
from toolkit.features.relocation._actions import ANY_ACTION, KNOWN, looks_like_a_path, name_of
from toolkit.features.relocation._expressions import Scope, hash_files
from toolkit.features.relocation._paths import UnknownPathError, filter_pattern, moved
from toolkit.texts import line_at

if TYPE_CHECKING:
    from toolkit.features.relocation._editor import Editor
    from toolkit.features.relocation._world import World

__all__ = ["Steps", "is_checkout", "texts", "written"]

_FROM_THE_ROOT = (
    (regex(r"\bgit\s+(?:\S+\s+)*?diff\b[^\n|;&]*--name-(?:only|status)"), "git prints these paths from the repository's root"),
    (regex(r"\bgit\s+rev-parse\s+--show-toplevel"), "this is now the repository's root, not the subproject"),
    (regex(r"(?:^|[;&|({\s])cd\s+(?:-|\.\.\S*|/\S*|\"?\$(?!\{\{)\S*)", re.MULTILINE), "leaves the subproject's folder"),
    (regex(r"\$\{?GITHUB_WORKSPACE\b|\$env:GITHUB_WORKSPACE|%GITHUB_WORKSPACE%"), "GITHUB_WORKSPACE is now the repository's root"),
)  # fmt: skip
_WRITTEN = regex(r"(?:>|\btee(?:\s+-a)?)\s*[\"']?([\w][\w./-]*)")
_QUOTED = regex(r"(?P<quote>['\"`])(?P<path>(?:\./)?[\w][\w./-]*)(?P=quote)")
_ENDINGS = ("", ".js", ".cjs", ".mjs", ".json")
_WORKSPACE = regex(r"github\.workspace\b")
_OF_THE_OLD_REPOSITORY = regex(
    r"github\.(?:event\.repository(?:\.\w+)?|repository(?:_owner|_id)?)\s*(?:==|!=)\s*['\"]|['\"]\s*(?:==|!=)\s*github\.(?:event\.)?repository"
)


def is_checkout(step: Any) -> bool:
    """Whether a step checks a repository out."""
    return isinstance(step, dict) and name_of(str(step.get("uses", ""))) == "actions/checkout"


def written(steps: list[dict[str, Any]]) -> frozenset[str]:
    """What the scripts of a job write, relative to where they run, as far as it is said in plain words."""
    scripts = [step["run"] for step in steps if isinstance(step.get("run"), str) and "working-directory" not in step]
    return frozenset(name for script in scripts for name in _WRITTEN.findall(script))


def texts(data: Any, path: Path) -> list[tuple[Path, str]]:
    """Every text below a place, with its path."""
    if isinstance(data, str):
        return [(path, data)]
    if isinstance(data, dict):
        return [found for key, value in data.items() for found in texts(value, (*path, key))]
    if isinstance(data, list):
        return [found for index, value in enumerate(data) for found in texts(value, (*path, index))]
    return []


@dataclass
class Steps:
    """Rewrites steps.

    Args:
        editor: of the file that holds them.
        sub: the subproject's folder.
        world: the repository.
        scope: where expressions get their values.
        local: collects the folders of local actions that are used, with the inputs they are given.
        written: what the job's scripts write into the subproject's folder.
    """

    editor: Editor
    sub: str
    world: World
    scope: Scope = field(default_factory=Scope)
    local: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    written: frozenset[str] = frozenset()

    def path_text(self, path: Path) -> None:
        """Move a text that is one path, or one path a line."""
        value = self.editor.document.get(path)
        if not isinstance(value, str):
            return
        if "\n" in value.strip("\n"):
            self._lines(path, value)
            return
        result = self._moved(path, value.strip())
        if result is not None and result != value:
            self._replace(path, value, value.replace(value.strip(), result))

    def _replace(self, path: Path, old: str, new: str) -> None:
        node = self.editor.document.node(path)
        if node is not None and node.style in ("|", ">") and old.strip():
            self.editor.fragments(path, [(old.strip(), new.strip())])
        else:
            self.editor.set(path, new)

    def _moved(self, path: Path, value: str, offset: int = 0) -> str | None:
        """The path after the move; ``None`` with a note if that cannot be told."""
        try:
            return moved(value, self.sub, self.scope.literals)
        except UnknownPathError as error:
            self.editor.note(path, f"{path[-1]}: {value!r} stays as it is: {error}", offset=offset)
            return None

    def _certain(self, path: Path, value: str) -> str:
        """The path after the move, where a wrong one would break the whole workflow."""
        try:
            return moved(value, self.sub)
        except UnknownPathError as error:
            raise self.editor.undecided(path, f"{value} {error}") from error

    def _lines(self, path: Path, value: str, *, separator: str = "\n") -> None:
        pairs = []
        for number, line in enumerate(value.split(separator)):
            body = line.strip()
            if body:
                comment = body.startswith("#")
                result = None if comment else self._moved(path, body, offset=number + 1 if separator == "\n" else 0)
                pairs.append((body, result if result is not None else body))
        self.editor.fragments(path, pairs)

    def step(self, path: Path, step: dict[str, Any], *, default: bool) -> None:
        """Rewrite one step that runs after the checkout.

        Args:
            path: where it is.
            step: its data.
            default: a working directory for ``run`` is given by the workflow, so that none has to be added.
        """
        for key in ("uses", "run", "working-directory"):
            if key in step and not isinstance(step[key], str):
                raise self.editor.undecided((*path, key), f"{key} is no text")
        if not isinstance(step.get("with") or {}, dict):
            raise self.editor.undecided((*path, "with"), "with is no mapping")
        if "working-directory" in step:
            self.path_text((*path, "working-directory"))
        elif "run" in step and not default:
            self.editor.add((*path, "working-directory"), self.sub)
        if "uses" in step:
            self._uses(path, step)
        if "run" in step:
            self._review_script((*path, "run"), step["run"])

    def _uses(self, path: Path, step: dict[str, Any]) -> None:
        uses, inputs = step["uses"], step.get("with") or {}
        if uses.startswith("./"):
            folder = self._certain((*path, "uses"), uses)
            self.local.setdefault(folder, []).append(inputs)
            self.editor.set((*path, "uses"), f"./{folder}".rstrip("/"))
            return
        if uses.startswith(("../", "docker://")):
            if uses.startswith("../"):
                self.editor.note((*path, "uses"), f"{uses} stays as it is: it climbs out of the workspace")
            return
        known = KNOWN.get(name_of(uses))
        if name_of(uses) == "actions/github-script" and isinstance(inputs.get("script"), str):
            self._program((*path, "with", "script"), inputs["script"])
        self._inputs(path, name_of(uses), inputs)
        if known is None:
            return
        if known.review:
            self.editor.note((*path, "uses"), f"{name_of(uses)}: {known.review}")
        added = known.missing(inputs, self.sub, self.world) if known.missing else {}
        if added and "with" in step:
            for name, value in added.items():
                self.editor.add((*path, "with", name), value)
        elif added:
            self.editor.add((*path, "with"), added)

    def _program(self, path: Path, script: str) -> None:
        """JavaScript that runs at the workspace's root: move what it quotes of the subproject's files, and of those made there."""
        pairs = []
        for match in _QUOTED.finditer(script):
            name = match["path"].removeprefix("./")
            inside = any(self.world.exists(f"{self.sub}/{name}{ending}") for ending in _ENDINGS)
            outside = any(self.world.exists(f"{name}{ending}") for ending in _ENDINGS)
            if name in self.written or (inside and not outside and ("/" in match["path"] or "." in name)):
                lead = match["path"].removesuffix(name)
                pairs.append((match[0], f"{match['quote']}{lead}{self.sub}/{name}{match['quote']}"))
        self.editor.fragments(path, pairs)

    def _inputs(self, path: Path, name: str, inputs: dict[str, Any]) -> None:
        known = KNOWN.get(name)
        for key, value in inputs.items():
            place = (*path, "with", key)
            kind = (known.inputs.get(key) if known else None) or ANY_ACTION.get(key)
            if kind is None:
                if known is None and looks_like_a_path(key, value, self.sub, self.world):
                    self.editor.note(
                        place, f"{key} of {name} may be a path of the subproject, which is now {self.sub}/"
                    )
            elif isinstance(value, str):
                self._input(place, value, kind)

    def _input(self, path: Path, value: str, kind: str) -> None:
        if kind == "commas" and "," in value:
            self._lines(path, value, separator=",")
        elif kind == "workspaces":
            self._workspaces(path, value)
        elif kind == "context":
            self._context(path, value)
        elif kind == "patterns":
            self._patterns(path, value)
        else:
            self.path_text(path)

    def _workspaces(self, path: Path, value: str) -> None:
        """Lines of ``folder -> target``; the target counts from the folder."""
        pairs = []
        for number, line in enumerate(value.split("\n")):
            folder, arrow, target = line.partition("->")
            if line.strip():
                result = self._moved(path, folder.strip(), offset=number + 1)
                new = folder.strip() if result is None else result
                pairs.append((line.strip(), f"{new} -> {target.strip()}" if arrow else new))
        node = self.editor.document.node(path)
        if len(pairs) == 1 and node is not None and node.style not in ("|", ">"):
            self.editor.set(path, pairs[0][1])
        else:
            self.editor.fragments(path, pairs)

    def _context(self, path: Path, value: str) -> None:
        if value.startswith("{{defaultContext}}"):
            rest = value.removeprefix("{{defaultContext}}").removeprefix(":")
            self.editor.set(path, f"{{{{defaultContext}}}}:{self._certain(path, rest or '.')}")
        elif re.match(r"git@|[a-z]+://|\$\{\{\s*github\.server_url", value) is None:
            self.path_text(path)

    def _patterns(self, path: Path, value: str) -> None:
        """Named lists of patterns as YAML within a text, or the path of a file with them."""
        try:
            inner = yaml.parse(value)
        except DocumentError as error:
            raise self.editor.undecided(path, f"its text is no YAML: {error.message}") from error
        if isinstance(inner.data, str):
            self.path_text(path)
            self.editor.note(path, f"the patterns in {inner.data} count from the repository's root")
            return
        if inner.has_aliases:
            raise self.editor.undecided(path, "filters with anchors")
        pairs = []
        for place, text in texts(inner.data, ()):
            written = inner.source(place)
            try:
                pattern = filter_pattern(text, self.sub)
            except UnknownPathError as error:
                self.editor.note(path, f"{text!r} stays as it is: it {error}")
                pattern = text
            pairs.append((written, yaml.quoted(pattern, written[0] if written[0] in "'\"" else "")))
        self.editor.fragments(path, pairs)

    def hash_files(self, data: Any, path: Path) -> None:
        """Rewrite ``hashFiles`` in every text below a place."""
        for place, text in texts(data, path):
            pairs, problems = hash_files(text, self.sub, self.scope)
            self.editor.fragments(place, pairs)
            for problem in problems:
                self.editor.note(place, problem)

    def _review_script(self, path: Path, script: str) -> None:
        for pattern, reason in _FROM_THE_ROOT:
            for match in pattern.finditer(script):
                self._note_in_block(path, script, match, reason)

    def _note_in_block(self, path: Path, text: str, match: re.Match[str], reason: str) -> None:
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        node = self.editor.document.node(path)
        offset = line_at(text, start) if node is not None and node.style in ("|", ">") else 0
        self.editor.note(path, f"{match[0].strip()!r}: {reason}", offset=offset)

    def review(self, data: Any, path: Path) -> None:
        """Ask for a look at what speaks of the workspace's root or of the old repository."""
        for place, text in texts(data, path):
            if place[-1] == "working-directory":
                continue
            current = self.editor.current(place) if isinstance(self.editor.document.get(place), str) else ""
            for match in _WORKSPACE.finditer(text):
                if f"github.workspace }}}}/{self.sub}" not in str(current):
                    self._note_in_block(place, text, match, "the workspace is now the repository's root")
            for match in _OF_THE_OLD_REPOSITORY.finditer(text):
                self._note_in_block(place, text, match, "asks for a repository by name; this is another one now")
