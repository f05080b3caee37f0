"""New paths and names, unlike any other in the repository."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from toolkit.documents import DocumentError, yaml
from toolkit.expressions import regex
from toolkit.features.relocation._paths import slug
from toolkit.features.relocation._workflow import Names
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.features.relocation._world import World

__all__ = ["ROOT", "Candidate", "names_of", "targets_of"]

ROOT = regex(r"\.github/workflows/[^/]+\.ya?ml")
"""A workflow that GitHub runs."""


@frozen
class Candidate:
    """A nested workflow: its path, its subproject's folder, its path from there."""

    path: str
    sub: str
    inner: str


def targets_of(candidates: list[Candidate], world: World) -> dict[str, str]:
    """A new path for each, unlike any other in any letter case."""
    taken = {path.lower() for path in world.files}
    found: dict[str, str] = {}
    for item in candidates:
        stem, dot, ending = item.inner.removeprefix(".github/workflows/").rpartition(".")
        base = f".github/workflows/{slug(item.sub)}-{stem}"
        target, count = f"{base}{dot}{ending}", 2
        while target.lower() in taken:
            target, count = f"{base}-{count}{dot}{ending}", count + 1
        taken.add(target.lower())
        found[item.path] = target
    return found


def _data(path: str, world: World) -> dict[str, Any]:
    try:
        data = yaml.parse(world.read(path)).data
    except DocumentError:
        return {}
    return data if isinstance(data, dict) else {}


def names_of(candidates: list[Candidate], targets: Mapping[str, str], world: World) -> dict[str, Names]:
    """New names: one that occurs twice in the repository gets its folder in front, whichever comes first.

    Args:
        candidates: the workflows that move.
        targets: where each goes, by its path now.
        world: the repository's files.

    Returns:
        The names by the folder of their subproject.
    """
    data = {item.path: _data(item.path, world) for item in candidates}
    at_root = [_data(path, world).get("name") for path in world.files if ROOT.fullmatch(path)]
    all_names = [*at_root, *(found.get("name") for found in data.values())]
    count = Counter(name.lower() for name in all_names if isinstance(name, str))
    result: dict[str, Names] = {}
    for sub in {item.sub for item in candidates}:
        own = [item for item in candidates if item.sub == sub]
        old = {item.inner: name for item in own if isinstance(name := data[item.path].get("name"), str)}
        inside = Counter(name.lower() for name in old.values())
        new = {
            inner: _name(sub, inner, name, everywhere=count[name.lower()], inside=inside[name.lower()])
            for inner, name in old.items()
        }
        passed: dict[str, list[dict[str, Any]]] = {}
        for item in own:
            for called, inputs in _calls(data[item.path]):
                passed.setdefault(called, []).append(inputs)
        result[sub] = Names(
            {item.inner: targets[item.path] for item in own},
            {name: new[inner] for inner, name in old.items() if inside[name.lower()] == 1},
            new,
            {called: tuple(inputs) for called, inputs in passed.items()},
        )
    return result


def _name(sub: str, inner: str, name: str, *, everywhere: int, inside: int) -> str:
    """A name that no other workflow has; of two that share one even in their subproject, the file's name tells."""
    if everywhere == 1:
        return name
    stem = inner.rpartition("/")[2].rpartition(".")[0]
    return f"{sub} - {name} ({stem})" if inside > 1 else f"{sub} - {name}"


def _calls(data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Local reusable workflows that a workflow calls, with the inputs it gives."""
    jobs = data.get("jobs")
    return [
        (job["uses"].removeprefix("./"), job["with"] if isinstance(job.get("with"), dict) else {})
        for job in (jobs.values() if isinstance(jobs, dict) else ())
        if isinstance(job, dict) and isinstance(job.get("uses"), str) and job["uses"].startswith("./")
    ]
