"""What may go, what must stay, and that nothing goes which nobody can make again."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.apply.snapshot import snapshot, status
from toolkit.apply import apply, undo
from toolkit.checking import Inspection
from toolkit.errors import UsageError
from toolkit.features.clean import WRONG, Candidate, candidates, kinds_of, plan_of
from toolkit.report import clean as report
from toolkit.strays import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

IGNORE = "node_modules/\n.venv/\ntarget/\ndist/\n__pycache__/\n.wrangler/\n"
TREE = {
    ".gitignore": IGNORE,
    "web": {
        "package.json": '{"packageManager": "npm@10.8.0", "scripts": {"build": "vite build"}}',
        "package-lock.json": '{"lockfileVersion": 3}',
    },
    "edge": {"package.json": "{}", "package-lock.json": '{"lockfileVersion": 3}'},
    "py": {"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n", "uv.lock": "version = 1\n"},
    "rust": {"Cargo.toml": '[package]\nname = "x"\nversion = "1.0.0"\n', "Cargo.lock": "", "src": {"main.rs": ""}},
    "chain": {"Anchor.toml": "[workspace]\n", "Cargo.toml": "[workspace]\nmembers = []\n"},
    "notes": {"x.md": ""},
    "tool": {"node_modules": {"a": {"index.js": "12345"}}},
    "app": {"dist": {"a.min.js": "", "a.js.map": ""}, "package.json": '{"scripts": {"build": "vite build"}}'},
    "proofs": {"playwright-report": {"index.html": ""}},
    "third_party": {"x": ""},
}
LOOSE = {
    "web": {
        "node_modules": {".package-lock.json": "{}", "a": {"index.js": "123"}},
        "dist": {"index.html": "1234567"},
        "yarn.lock": "# yarn lockfile v1\n",
        ".DS_Store": "x",
    },
    "edge": {"node_modules": {".modules.yaml": "", "b": {"x": "1"}}, ".wrangler": {"state": {"d1.sqlite": "data"}}},
    "py": {
        ".venv": {"bin": {"python": Path("/nonexistent/python3.9")}, "lib": {"x": "1"}},
        "__pycache__": {"a.pyc": "1"},
    },
    "rust": {"target": {"debug": {"x": "1"}}},
    "chain": {"target": {"deploy": {"prog-keypair.json": "[1]", "prog.so": ""}}},
    "notes": {"node_modules": {"c": {"x": "12"}}, "dist": {"by-hand.txt": "mine"}},
    "third_party": {"node_modules": {"x": "1"}},
}


@pytest.fixture
def everything(repository: Callable[..., Repository]) -> Repository:
    made = repository()
    made.write(TREE)  # type: ignore[arg-type]
    made.git("add", "--all", "--force")
    made.commit()
    made.write(LOOSE)  # type: ignore[arg-type]
    return made


def found(made: Repository, *names: str, tracked: bool = False, older: float = 0.0) -> list[tuple[str, str, str]]:
    rows = candidates(Inspection(made.root, {}), kinds_of(names), tracked=tracked, older_days=older)
    return sorted((one.stray.path, one.stray.kind, one.keep) for one in rows)


def test_what_is_wrong(everything: Repository) -> None:
    assert found(everything) == [
        ("app/dist", "tracked-output", "git tracks it: --tracked"),
        ("edge/node_modules", "other-manager", ""),
        ("notes/node_modules", "no-manifest", ""),
        ("proofs/playwright-report", "tracked-output", "git tracks it: --tracked"),
        ("py/.venv", "dead-venv", ""),
        ("tool/node_modules", "tracked-install", "git tracks it: --tracked"),
        ("web/.DS_Store", "litter", ""),
        ("web/yarn.lock", "second-lock", ""),
    ]


def test_what_only_takes_room(everything: Repository) -> None:
    assert found(everything, "outputs", "caches", "installs") == [
        ("chain/target", "output", "holds the key of a program, which no build makes again: deploy/prog-keypair.json"),
        ("edge/.wrangler", "output", "holds the data of wrangler dev: state"),
        ("py/__pycache__", "cache", ""),
        ("rust/target", "output", ""),
        ("web/dist", "output", ""),
        ("web/node_modules", "install", ""),
    ]


def test_an_ignored_folder_that_nothing_makes_is_somebodys_work(everything: Repository) -> None:
    assert "notes/dist" not in [path for path, _, _ in found(everything, "all", tracked=True)]


def test_uncommitted_work_in_a_tracked_output_stays(everything: Repository) -> None:
    everything.write({"app": {"dist": {"a.min.js": "changed by hand"}}, "tool": {"node_modules": {"new.js": "new"}}})
    everything.git("add", "--force", "tool/node_modules/new.js")

    kept = {path: keep for path, _, keep in found(everything, tracked=True)}

    assert kept["app/dist"] == "holds work that is not committed: app/dist/a.min.js"
    assert kept["tool/node_modules"] == "holds work that is not committed: tool/node_modules/new.js"


def test_what_nothing_makes_again_stays(everything: Repository) -> None:
    kept = {path: keep for path, _, keep in found(everything, tracked=True)}

    assert kept["app/dist"] == ""
    assert kept["proofs/playwright-report"] == "nothing here is known to make it again: look through it by hand"


def test_links_and_nested_repositories_stay(repository: Callable[..., Repository], tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "x").mkdir(parents=True)
    made = repository(
        {
            ".gitignore": "node_modules\ndist\n.venv\n",
            "a": {"x": ""},
            "b": {"package.json": '{"scripts": {"build": "vite build"}}'},
        }
    )
    made.write({"a": {"node_modules": outside}, "b": {"dist": {"site": {".git": {"HEAD": ""}, "x": ""}, "y": ""}}})
    made.write({"py": {".venv": {"pyvenv.cfg": "", "src": {"lib": {".git": {"HEAD": ""}}}}}})

    assert found(made, "all") == [
        ("b/dist", "output", "b/dist/site is a repository of its own"),
        ("py/.venv", "install", "src/lib is a repository of its own"),
    ]


def test_young_things_stay(everything: Repository) -> None:
    old = time.time() - 30 * 86_400
    for path in (everything.root / "notes" / "node_modules").rglob("*"):
        os.utime(path, (old, old))

    kept = {path: keep for path, _, keep in found(everything, "no-manifest", "other-manager", older=7)}

    assert kept == {"notes/node_modules": "", "edge/node_modules": "written to 0 days ago"}


def test_sizes_are_of_content(everything: Repository) -> None:
    rows = {one.stray.path: one for one in candidates(Inspection(everything.root, {}), kinds_of(("all",)))}

    assert (rows["web/node_modules"].size.bytes, rows["web/node_modules"].size.files) == (5, 2)
    assert [one.stray.path for one in rows.values()] == [
        one.stray.path for one in sorted(rows.values(), key=lambda one: (-one.size.bytes, one.stray.path))
    ]


def test_clean_and_back(everything: Repository) -> None:
    (everything.root / ".toolkit").mkdir()
    (everything.root / ".toolkit" / ".gitignore").write_text("*\n")
    before, said = snapshot(everything.root), status(everything)
    context = Inspection(everything.root, {})
    plan = plan_of(context, candidates(context, kinds_of(("all",)), tracked=True))

    done = apply(context, plan, "clean")

    assert [(one.status, one.reason) for one in done.outcomes] == [("done", "")] * 11
    left = snapshot(everything.root)
    assert "tool/node_modules" not in left
    assert left["chain/target/deploy/prog-keypair.json"][3] == b"[1]"
    assert left["edge/.wrangler/state/d1.sqlite"][3] == b"data"
    assert left["notes/dist/by-hand.txt"][3] == b"mine"
    assert "app/dist" not in everything.git("ls-files")
    again = candidates(Inspection(everything.root, {}), kinds_of(("all",)), tracked=True)
    assert [one.stray.path for one in again if not one.keep] == []

    assert undo(Inspection(everything.root, {})).refused == ()
    assert snapshot(everything.root) == before
    assert status(everything) == said


def test_the_guard_at_the_deed_keeps_what_came_after_the_plan(everything: Repository) -> None:
    context = Inspection(everything.root, {})
    plan = plan_of(context, candidates(context, kinds_of(("output",))))
    everything.write({"rust": {"target": {"deploy": {"late-keypair.json": "[2]"}}}})

    outcomes = {one.action.path: (one.status, one.reason) for one in apply(context, plan, "clean").outcomes}  # type: ignore[union-attr]

    assert outcomes["rust/target"][0] == "skipped"
    assert "late-keypair.json" in outcomes["rust/target"][1]
    assert outcomes["web/dist"] == ("done", "")


def test_untracked_things_leave_no_rule_and_tracked_ones_one(everything: Repository) -> None:
    everything.write({".gitignore": "*.log"})
    everything.commit()
    context = Inspection(everything.root, {})
    rows = [
        one for one in candidates(context, ("tracked-install",), tracked=True) if one.stray.path == "tool/node_modules"
    ]

    apply(context, plan_of(context, rows), "clean")

    assert (everything.root / ".gitignore").read_text() == "*.log\n/tool/node_modules/\n"


@pytest.mark.parametrize("name", ["[slug]", "a*b", "what?", "back\\slash", "blank "])
def test_the_rule_is_of_the_folder_whatever_it_is_called(repository: Callable[..., Repository], name: str) -> None:
    made = repository({name: {"node_modules": {"a": ""}}, "slug": {"node_modules": {"b": ""}}})
    context = Inspection(made.root, {})
    found = [one for one in candidates(context, ("tracked-install",), tracked=True) if one.stray.place == name]

    apply(context, plan_of(context, found), "clean")
    made.write({name: {"node_modules": {"a": ""}}})

    assert {one.stray.place for one in found} == {name}
    assert made.git("ls-files", "--others", "--exclude-standard") == ".gitignore\n"


def test_names_of_kinds() -> None:
    assert kinds_of(()) == WRONG
    assert kinds_of(("litter", "caches")) == ("litter", "cache")
    assert set(kinds_of(("all",))) == set(KINDS)
    with pytest.raises(UsageError):
        kinds_of(("everything",))


def test_reports(everything: Repository) -> None:
    rows: tuple[Candidate, ...] = candidates(Inspection(everything.root, {}), kinds_of(()))

    shown = report.text(rows)
    data = json.loads(report.to_json(everything.root, rows))

    assert shown.splitlines()[-1].startswith("5 to clean, ")
    assert "kept  app/dist" in shown
    assert [(one["path"], one["bytes"], one["keep"]) for one in data["candidates"]] == [
        (one.stray.path, one.size.bytes, one.keep) for one in rows
    ]
