"""Which nested workflows move to the root, what is rewritten in them, and what stays and why."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex
from toolkit.features.relocation import _composite, _neighbours, _workflow
from toolkit.features.relocation._editor import open_document
from toolkit.features.relocation._foreign import foreign
from toolkit.features.relocation._names import ROOT, Candidate, names_of, targets_of
from toolkit.features.relocation._world import Left, Note, UndecidedError, World
from toolkit.model import EditFile, MoveFile, Plan, Span
from toolkit.texts import is_version_of, line_at
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.model import Action

__all__ = ["Left", "Moved", "Note", "Relocation", "World", "foreign", "nested_workflows", "relocate"]

_NESTED = regex(r"(?P<sub>.+)/(?P<inner>\.github/workflows/[^/]+\.ya?ml)")
_DEAD = regex(
    r"(?P<sub>.+)/\.github/(?:workflows/[^/]+\.ya?ml|dependabot\.ya?ml|CODEOWNERS|[^/]*_TEMPLATE(?:/.+|\.md)|FUNDING\.yml)"
)


@frozen
class Moved:
    """A file that is rewritten, and moved if ``target`` differs from ``source``."""

    source: str
    target: str
    before: bytes
    after: bytes


@frozen
class Relocation:
    """The decision.

    Args:
        plan: what to apply, in its order; each action's condition holds once those before it are done.
        moved: the files with their content before and after; also those of composite actions and of the root's
            dependabot and CODEOWNERS that are only edited.
        left: what stays, and why.
        notes: what a person has to look at.
    """

    plan: Plan
    moved: tuple[Moved, ...]
    left: tuple[Left, ...]
    notes: tuple[Note, ...]


def nested_workflows(files: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Path and subproject's folder of every workflow that GitHub never runs, sorted."""
    found = [(path, match["sub"]) for path in files if (match := _NESTED.fullmatch(path))]
    return tuple(sorted(found))


def relocate(world: World, paths: Sequence[str] = ()) -> Relocation:
    """Decide what moves.

    Args:
        world: the repository.
        paths: only nested workflows at or below these; all if empty.
    """
    chosen: list[Candidate] = []
    left: list[Left] = []
    notes: list[Note] = []
    for path, sub in nested_workflows(world.files):
        if paths and not any(_covers(given, path) for given in paths):
            continue
        reason = foreign(sub, world)
        if reason or path in world.links:
            left.append(Left(path, 0, reason or "a symbolic link", vendored=bool(reason)))
        elif said := _at_root_already(path, sub, world):
            left.append(Left(path, 0, said))
        else:
            chosen.append(Candidate(path, sub, path.removeprefix(f"{sub}/")))
    done = _settle(chosen, world, left)
    subs = _dead_folders(world, paths)
    merged = [_neighbours.merge_dependabot(subs, world), _neighbours.merge_owners(subs, world)]
    for sub in subs:
        notes += [*_neighbours.explained(sub, world), *_mentions(sub, done, world)]
    notes += [note for item in done.rewritten.values() for note in item.notes]
    notes += [note for composite in done.composites.values() for note in composite.notes]
    for item in merged:
        left += item.left
        notes += item.notes
    moved = [
        *_moved(done, world),
        *(Moved(path, path, before, after) for item in merged for path, before, after in item.diffs),
    ]
    actions = [*_actions(done, world), *(action for item in merged for action in item.actions)]
    notes = sorted(set(notes))
    texts = (
        *(note.text for note in notes),
        *(f"{Note(item.path, item.line, '').text}stays: {item.reason}" for item in left),
    )
    plan = Plan(f"Move {len(done.rewritten)} nested workflows to .github/workflows", tuple(actions), texts)
    return Relocation(plan, tuple(moved), tuple(sorted(left, key=_by_path)), tuple(notes))


def _at_root_already(path: str, sub: str, world: World) -> str:
    """Why a workflow stays of which the root has a version already; empty where it has none."""
    twin = path.removeprefix(f"{sub}/")
    if twin not in world.files:
        return ""
    own, other = (world.read(one).decode("utf-8", "replace") for one in (path, twin))
    if not is_version_of(own, other):
        return ""
    same = "with the same content: delete" if own == other else "in another version: compare the two, and delete"
    return f"the root has it as {twin} already, {same} this one"


def _by_path(item: Left) -> tuple[str, int]:
    return item.path, item.line


def _covers(given: str, path: str) -> bool:
    """Whether a path given on the command line is a file or a folder around it."""
    given = given.removeprefix("./").rstrip("/")
    return given in ("", ".", path) or path.startswith(f"{given}/")


def _dead_folders(world: World, paths: Sequence[str]) -> list[str]:
    """Folders of ours whose ``.github`` holds anything that GitHub reads at the root only."""
    found = {match["sub"] for path in world.files if (match := _DEAD.fullmatch(path))}
    asked = {sub for sub in found if not paths or any(_covers(given, sub) for given in paths)}
    return sorted(sub for sub in asked if not foreign(sub, world))


@frozen
class _Done:
    targets: Mapping[str, str]
    rewritten: Mapping[str, _workflow.Rewritten]
    composites: Mapping[str, _composite.Composite]


def _settle(candidates: list[Candidate], world: World, left: list[Left]) -> _Done:
    """Rewrite all; who is left behind takes those along that depend on it, until nothing changes."""
    staying = list(candidates)
    while True:
        targets = targets_of(staying, world)
        names = names_of(staying, targets, world)
        rewritten: dict[str, _workflow.Rewritten] = {}
        refused: dict[str, UndecidedError] = {}
        for item in staying:
            try:
                editor = open_document(item.path, world.read(item.path))
                rewritten[item.path] = _workflow.rewrite(editor, item.sub, world, names[item.sub])
            except UndecidedError as error:
                refused[item.path] = error
        composites, broken = _composites(staying, rewritten, world)
        refused |= {path: error for path, error in broken.items() if path not in refused}
        if not refused:
            return _Done(targets, rewritten, composites)
        left += [Left(path, error.line, error.reason) for path, error in refused.items()]
        staying = [item for item in staying if item.path not in refused]


def _composites(
    candidates: list[Candidate], rewritten: Mapping[str, _workflow.Rewritten], world: World
) -> tuple[dict[str, _composite.Composite], dict[str, UndecidedError]]:
    """Rewrite the actions that the workflows use, and those that these use; errors by workflow."""
    done: dict[str, _composite.Composite] = {}
    broken: dict[str, UndecidedError] = {}
    in_use = _used_at_root(world)
    for sub in sorted({item.sub for item in candidates}):
        users: dict[str, set[str]] = {}
        passed: dict[str, list[dict[str, Any]]] = {}
        for item in candidates:
            found = rewritten.get(item.path)
            for folder, inputs in (found.local if found and item.sub == sub else {}).items():
                users.setdefault(folder, set()).add(item.path)
                passed.setdefault(folder, []).extend(inputs)
        queue = sorted(users)
        while queue:
            folder = queue.pop(0)
            try:
                result = _action(folder, sub, world, passed[folder], in_use)
            except UndecidedError as error:
                reason = f"uses ./{folder}: {error.reason}"
                broken |= {path: UndecidedError(reason, 0) for path in users[folder]}
                continue
            done[result.path] = result
            for inner, inputs in result.local.items():
                if inner not in users:
                    queue.append(inner)
                users.setdefault(inner, set()).update(users[folder])
                passed.setdefault(inner, []).extend(inputs)
    return done, broken


def _action(
    folder: str, sub: str, world: World, passed: list[dict[str, Any]], in_use: frozenset[str]
) -> _composite.Composite:
    path = _composite.manifest_of(folder, world)
    if path is None:
        raise UndecidedError("no action.yml is tracked there")
    return _composite.rewrite(path, sub, world, passed, in_use=folder in in_use)


def _used_at_root(world: World) -> frozenset[str]:
    """Folders of local actions that the root's workflows use as they are."""
    found: set[str] = set()
    for path in world.files:
        if ROOT.fullmatch(path):
            text = world.read(path).decode("utf-8", "replace")
            found |= {match.rstrip("/") for match in re.findall(r"uses:\s*['\"]?\./([^\s'\"#,}\]]*)", text)}
    return frozenset(found)


def _moved(done: _Done, world: World) -> list[Moved]:
    """The workflows and the composite actions that change."""
    workflows = [
        Moved(path, done.targets[path], world.read(path), item.content) for path, item in done.rewritten.items()
    ]
    actions = [
        Moved(path, path, world.read(path), item.content)
        for path, item in done.composites.items()
        if item.content is not None
    ]
    return workflows + actions


def _actions(done: _Done, world: World) -> list[Action]:
    """Composite actions first, then each workflow: edited where it is dead, then moved to where it runs."""
    actions: list[Action] = []
    for path, composite in done.composites.items():
        if composite.content is not None:
            actions.append(_edit(path, world.read(path), composite.content))
    for path, item in done.rewritten.items():
        if item.content != world.read(path):
            actions.append(_edit(path, world.read(path), item.content))
        actions.append(MoveFile(path, done.targets[path], sha256(item.content).hexdigest()))
    return actions


def _edit(path: str, before: bytes, after: bytes) -> EditFile:
    """The difference as spans of whole lines."""
    from difflib import SequenceMatcher

    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    spans = [
        Span(offsets[a], offsets[b], b"".join(new[c:d]))
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    return EditFile(path, tuple(spans), sha256(before).hexdigest())


def _mentions(sub: str, done: _Done, world: World) -> list[Note]:
    """Badges and other mentions of a moved file or of a name that changed, in the subproject's and the root's texts."""
    files = {
        path.rpartition("/")[2]: target for path, target in done.targets.items() if path.startswith(f"{sub}/.github/")
    }
    if not files:
        return []
    badge = re.compile(rf"actions/workflows/({'|'.join(map(re.escape, files))})\b")
    full = re.compile(rf"{re.escape(sub)}/\.github/workflows/({'|'.join(map(re.escape, files))})\b")
    found = []
    for path in sorted(world.files):
        inside = path.startswith(f"{sub}/") and path.endswith(".md")
        beside = path.endswith((".md", ".yml", ".yaml")) and ("/" not in path or path.startswith(".github/"))
        if not inside and not beside:
            continue
        try:
            text = world.read(path).decode("utf-8", "replace")
        except world.failures as error:
            found.append(Note(path, 0, f"cannot be read, so badges in it were not looked for: {error}"))
            continue
        for pattern in (badge, full) if inside else (full,):
            for match in pattern.finditer(text):
                target = files[match[1]]
                found.append(Note(path, line_at(text, match.start()), f"{match[0]} is {target} now"))
    return found
