"""Output that is in git on purpose, models that are called objects, and folders that git's own rules name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree
    from toolkit.model import Finding

BUILT = {"a.js": "", "a.js.map": "", "a.d.ts": ""}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# drawn by hand\n\nmtllib cup.mtl\no Cup\nv 0.1 0.2 0.3\n", []),
        ("v 0.1 0.2 0.3\nv 0.4 0.5 0.6\n", []),
        ("L\x01\x06\x00\x00.text v 1", [("warning", "art/cup.obj", 0)]),
    ],
)
def test_a_model_is_no_object_of_a_compiler(
    inspect: Callable[..., list[Finding]], text: str, told: list[tuple[str, str, int]]
) -> None:
    assert places(inspect("build-output-tracked", {"art": {"cup.obj": text}})) == told


@pytest.mark.parametrize(
    "tree",
    [
        {"lib": {"dist": BUILT, "package.json": json.dumps({"scripts": {"proof": "tsc && git diff --exit-code -- dist"}})}},
        {"lib": {"dist": BUILT}, "Makefile": "check:\n\tgit diff --exit-code lib/dist\n"},
        {"lib": {"dist": BUILT}, ".github": {"workflows": {"a.yml": "jobs:\n  a:\n    steps:\n      - run: git add -f dist\n"}}},
    ],
)  # fmt: skip
def test_a_command_that_compares_or_commits_it_keeps_it(inspect: Callable[..., list[Finding]], tree: Tree) -> None:
    (found,) = inspect("build-output-tracked", tree)
    assert (found.severity, found.path) == ("info", "lib/dist")
    assert found.message.endswith("keeps it there on purpose")
    assert found.fixes[0].safety == "manual"


def test_a_command_for_another_folder_keeps_nothing(inspect: Callable[..., list[Finding]]) -> None:
    script = {"proof": "git diff --exit-code -- generated && ls dist", "stage": "git add ."}
    tree = {"lib": {"dist": BUILT, "package.json": json.dumps({"scripts": script})}}
    assert places(inspect("build-output-tracked", tree)) == [("warning", "lib/dist", 0)]


def test_a_package_that_is_nothing_but_its_output(inspect: Callable[..., list[Finding]]) -> None:
    manifest = {"exports": {".": {"types": "./dist/a.d.ts", "import": "./dist/a.js"}}}
    built = manifest | {"scripts": {"build": "tsc"}}
    tree = {"one": {"package.json": json.dumps(manifest), "dist": BUILT}}
    assert places(inspect("build-output-tracked", tree)) == [("info", "one/dist", 0)]
    tree = {"one": {"package.json": json.dumps(built), "dist": BUILT}}
    assert places(inspect("build-output-tracked", tree)) == [("warning", "one/dist", 0)]


def test_many_files_below_a_folder_that_the_rules_name(repository: Callable[..., Repository]) -> None:
    from toolkit.catalog import load
    from toolkit.checking import Inspection

    made = repository(
        {
            "app": {"gems": {f"g{number}": {"a.rb": "", "b.rb": ""} for number in range(60)}},
            "few": {"kept": {"a.rb": ""}},
            "pictures": {f"{number}.png": "" for number in range(120)},
        }
    )
    made.write({".gitignore": "gems/\nkept/\n*.png\n"})
    made.git("add", "--force", ".")
    made.commit()
    (found,) = load("build-output-tracked").run(Inspection(made.root, {}))

    assert (found.severity, found.path, found.fixes[0].safety) == ("warning", "app/gems", "manual")
    assert found.message.startswith("120 files are in git below a folder that git's own rules ignore")
