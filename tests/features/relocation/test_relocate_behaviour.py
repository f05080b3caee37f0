"""What a moved workflow does is what it did at home: when it starts, where it runs, what it reads."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

import pytest

from tests.features.relocation.interpreter import Runner, load, starts
from tests.features.relocation.sample import SUB, SUBPROJECT, applied, at_home, decide

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = [
    ["README.md"],
    ["docs/x.txt"],
    ["docs/x.txt", "data/one.txt"],
    ["data/one.txt"],
    ["packages/api/notes.md"],
    [".github/workflows/ci.yml"],
    [".github/workflows/deploy.yml"],
    ["a b/c.txt"],
]


@pytest.fixture(scope="module")
def moved() -> dict[str, bytes]:
    relocation, before = decide(SUBPROJECT)
    assert relocation.left == ()
    return applied(relocation, before)


def after_move(path: str) -> str:
    """Where a file of the subproject is now."""
    name = path.removeprefix(".github/workflows/")
    return f".github/workflows/apps-edge-{name}" if name != path else f"{SUB}/{path}"


@pytest.mark.parametrize("changed", CHANGES, ids=" ".join)
@pytest.mark.parametrize("event", ["push", "pull_request", "workflow_dispatch", "schedule"])
@pytest.mark.parametrize("file", ["ci.yml", "deploy.yml"])
def test_it_starts_for_the_same_changes(moved: dict[str, bytes], event: str, changed: list[str], file: str) -> None:
    path = f".github/workflows/{file}"
    before = starts(load(at_home()[path]), event, changed)
    after = starts(load(moved[after_move(path)]), event, [after_move(item) for item in changed])
    # At home a pull request that changes any file starts it; the words of another workflow are such a file, which
    # is at the root now, where it is none of the subproject's.
    foreign = changed == [".github/workflows/deploy.yml"] and file == "ci.yml" and event in ("push", "pull_request")
    assert after == (before and not foreign)


@pytest.mark.parametrize("event", ["push", "pull_request"])
def test_it_does_not_start_for_the_rest_of_the_repository(moved: dict[str, bytes], event: str) -> None:
    workflow = load(moved[".github/workflows/apps-edge-ci.yml"])
    for changed in (["README.md"], ["other/a.txt", ".github/workflows/ci.yml"], ["apps/edges/x"], ["xapps/edge/y"]):
        assert not starts(workflow, event, changed)
    assert starts(workflow, event, ["other/a.txt", "apps/edge/data/one.txt"])


def run(tree: dict[str, bytes], path: str, name: str, folder: Path, values: tuple[Any, Any]) -> Runner:
    runner = Runner(folder, tree)
    folder.mkdir()
    runner.job(load(tree[path]), name, *values)
    return runner


JOBS: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    ("ci.yml", "changes", {}, {}),
    ("ci.yml", "test", {"package": "api"}, {}),
    ("ci.yml", "test", {"package": "web"}, {}),
    ("deploy.yml", "deploy", {}, {}),
    ("reusable.yml", "build", {}, {"folder": "packages/api"}),
]


@pytest.mark.parametrize("case", JOBS, ids=str)
def test_it_runs_in_the_same_places_and_reads_the_same_files(
    moved: dict[str, bytes], tmp_path: Path, case: tuple[str, str, dict[str, str], dict[str, str]]
) -> None:
    file, job, matrix, inputs = case
    path = f".github/workflows/{file}"
    home = at_home()
    if (
        file == "deploy.yml"
    ):  # speaks of the workspace by name, which is noted for a person: put the file where it looks
        home["README.md"] = moved["README.md"]
    before = run(home, path, job, tmp_path / "before", (matrix, inputs))
    after = run(moved, after_move(path), job, tmp_path / "after", (matrix, inputs))

    checks_out = "checkout" in str(load(home[path])["jobs"][job])
    early = 1 if job == "test" else 0
    expected: list[tuple[str, str]] = []
    for kind, value in before.log:
        place = checks_out and kind in ("ran in", "path") and len(expected) >= 2 * early
        expected.append((kind, moved_path(value) if place else value.replace("WORKSPACE/", f"WORKSPACE/{SUB}/")))
    observed = [item for item in after.log if item not in ADDED]
    assert observed == expected


ADDED = [
    ("path", f"{SUB}/package-lock.json"),  # the input that npm's cache needs now
    ("path", f"{SUB}/go.sum"),  # and Go's
    ("path", SUB),  # wrangler's workingDirectory, which was the workspace's root
]


def moved_path(value: str) -> str:
    sign, body = ("!", value[1:]) if value.startswith("!") else ("", value)
    return sign + posixpath.normpath(f"{SUB}/{body}") + ("/" if body.endswith("/") else "")


def test_the_interpreter_sees_a_wrong_folder(moved: dict[str, bytes], tmp_path: Path) -> None:
    """The comparison can fail: a workflow moved without its default runs elsewhere."""
    path = ".github/workflows/apps-edge-reusable.yml"
    broken = {**moved, path: moved[path].replace(b"working-directory: apps/edge/", b"working-directory: ")}
    with pytest.raises(AssertionError, match="does not exist when 'ls' runs"):
        run(broken, path, "build", tmp_path / "broken", ({}, {"folder": "packages/api"}))
