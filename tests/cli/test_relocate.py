"""The command from outside: exit codes, what it prints, and that it writes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.features.relocation.sample import REPOSITORY, SUB, SUBPROJECT
from tests.program import toolkit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

VENDORED = {"third_party/x/.github/workflows/a.yml": "on: push\njobs: {}\n"}


def nested() -> dict[str, str]:
    return {**REPOSITORY, **VENDORED, **{f"{SUB}/{path}": text for path, text in SUBPROJECT.items()}}


def unreadable(path: Path) -> None:
    """A file that is there, and that not even root can read."""
    path.unlink()
    os.mkfifo(path)


def test_a_plan_is_shown_and_nothing_is_written(repository: Callable[..., Repository]) -> None:
    made = repository(nested())
    before = made.files()
    plan = toolkit(made.root, "relocate-workflows", "--plan")
    assert (plan.code, plan.err) == (0, "")
    assert f"{SUB}/.github/workflows/ci.yml -> .github/workflows/apps-edge-ci.yml" in plan.out
    assert plan.out.splitlines()[-1] == "nested workflows: 3 to move, 2 to edit in place, 1 maintained by others"
    assert toolkit(made.root, "relocate-workflows", "--check").code == 1
    assert made.files() == before
    assert made.git("status", "--porcelain") == ""


def test_a_part_can_be_asked_for_and_json_says_the_same(repository: Callable[..., Repository]) -> None:
    made = repository(nested())
    path = f"{SUB}/.github/workflows/reusable.yml"
    found = toolkit(made.root, "relocate-workflows", "--check", "--only", path, "--format", "json")
    assert found.code == 1
    assert [(item["source"], item["target"]) for item in found.json["moved"]] == [
        (path, ".github/workflows/apps-edge-reusable.yml")
    ]
    assert found.json["moved"][0]["changes"][:4] == [
        "   7 + defaults:",
        "   8 +   run:",
        f"   9 +     working-directory: {SUB}",
        "  10 + ",
    ]
    assert (found.json["left"], found.json["schema_version"]) == ([], 1)


@pytest.mark.parametrize(
    ("origin", "moves"),
    [
        ("git@github.com:me/all.git", False),
        ("https://git.example.test/group/me/all", False),
        ("ssh://git@h.example.test:22/me/all.git", False),
        ("git@github.com:them/all.git", True),
        ("/srv/mirrors/all", True),
        ("file:///srv/mirrors/all.git", True),
        ("../all", True),
    ],
)
def test_only_a_remote_on_a_host_says_whose_repository_this_is(
    repository: Callable[..., Repository], origin: str, *, moves: bool
) -> None:
    package = {"p/package.json": '{"repository": "https://github.com/them/p"}'}
    made = repository(
        {**package, "p/.github/workflows/w.yml": "on: push\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n"}
    )
    made.git("remote", "add", "origin", origin)
    assert toolkit(made.root, "relocate-workflows", "--check").code == (1 if moves else 0)


def test_what_others_maintain_is_nothing_to_do(repository: Callable[..., Repository]) -> None:
    made = repository({**REPOSITORY, **VENDORED})
    found = toolkit(made.root, "relocate-workflows", "--check")
    assert found.code == 0
    assert found.out == (
        "stays where it is, maintained by others\n    third_party/x: 1  vendored: third_party/: a copy that others maintain\n\n"
        "no nested workflow of ours, 1 maintained by others\n"
    )


def test_the_remote_tells_who_we_are(repository: Callable[..., Repository]) -> None:
    made = repository(
        {
            "p/package.json": '{"repository": "them/p"}',
            "p/.github/workflows/a.yml": "on: workflow_dispatch\njobs: {a: {steps: []}}\n",
        }
    )
    assert toolkit(made.root, "relocate-workflows", "--check").code == 1
    made.git("remote", "add", "origin", "git@host.invalid:us/all.git")
    found = toolkit(made.root, "relocate-workflows", "--check", "--format", "json")
    assert found.code == 0
    assert [item["reason"] for item in found.json["left"]] == ["vendored: p/package.json is published from them/p"]


def test_a_file_that_cannot_be_read_is_3(repository: Callable[..., Repository]) -> None:
    made = repository(nested())
    unreadable(made.root / SUB / ".github/workflows/ci.yml")
    found = toolkit(made.root, "relocate-workflows", "--plan")
    assert found.code == 3
    assert "cannot be read" in found.err


def test_a_readme_that_cannot_be_read_is_a_note(repository: Callable[..., Repository]) -> None:
    made = repository(nested())
    unreadable(made.root / SUB / "README.md")
    found = toolkit(made.root, "relocate-workflows", "--plan")
    assert found.code == 0
    assert f"{SUB}/README.md: cannot be read, so badges in it were not looked for" in found.out


def test_an_undo_that_is_refused_names_the_file_where_it_is_now(repository: Callable[..., Repository]) -> None:
    made = repository(nested())
    assert toolkit(made.root, "relocate-workflows").code == 0
    target = ".github/workflows/apps-edge-ci.yml"
    made.write({target: (made.root / target).read_text() + "# later\n"})
    refused = f"  refused  {SUB}/.github/workflows/ci.yml (now {target}): it was changed since"

    first = toolkit(made.root, "undo")
    assert (first.code, first.out.splitlines()[1:]) == (1, [refused])
    assert "toolkit undo --partial" in first.err
    assert toolkit(made.root, "undo", "--partial").out.splitlines()[-1] == refused
    again = toolkit(made.root, "undo")
    assert (again.code, again.out.splitlines()[1:], again.err) == (1, [refused], "nothing was taken back\n")
