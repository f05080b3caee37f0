"""doctor, explain, clean, undo and history from the command line, as a user meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.apply.snapshot import snapshot, status
from tests.program import environment
from toolkit.cli.program import ToolkitProgram, namespace
from toolkit.features._tools import Chosen
from toolkit.features.toolchain import toolbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

Told = tuple[int, str, str]


@pytest.fixture
def tk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Told]:
    """Run a command line in a repository; its exit code, standard output and standard error."""

    def run(made: Repository, *words: str) -> Told:
        monkeypatch.chdir(made.root)
        monkeypatch.setattr("sys.argv", ["toolkit", *words])
        program = ToolkitProgram(name="toolkit", binary="toolkit", namespace=namespace, version="0")
        with pytest.raises(SystemExit) as end:
            program.run(["toolkit", *words])
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def messy(repository: Callable[..., Repository]) -> Repository:
    made = repository(
        {
            ".gitignore": "node_modules/\n",
            "config.json": "{}",
            "bad": {"package.json": "{\n"},
            "notes": {"a.md": ""},
        }
    )
    made.write({"config 2.json": "{}", "notes": {"node_modules": {"x": {"index.js": "1"}}}})
    (made.root / ".toolkit").mkdir()
    (made.root / ".toolkit" / ".gitignore").write_text("*\n")
    return made


ONLY = ("--only", "config-unparsable,conflict-copy,node-modules-stray")


_TELLS_WHEN = """
import sys
from toolkit.system import git
start = git.start
def told(*args):
    sys.stderr.write(f"asked {args[1]} {hasattr(sys.modules.get('toolkit.features.doctor'), 'examine')}\\n")
    return start(*args)
git.start = told
from toolkit.cli.program import main
main()
"""


@pytest.mark.parametrize("words", [(), ("--changed", "--base", "HEAD")])
def test_git_is_asked_before_the_doctor_is_imported(messy: Repository, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TELLS_WHEN, "doctor", *ONLY, *words, "--root", str(messy.root)],
        cwd=messy.root, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip

    asked = [line for line in done.stderr.splitlines() if line.startswith("asked ")]
    assert asked[0] == "asked ls-files False"
    assert len(asked) == (5 if words else 3)


def test_find_fix_and_take_back(tk: Callable[..., Told], messy: Repository) -> None:
    before, said = snapshot(messy.root), status(messy)

    code, out, _ = tk(messy, "doctor", *ONLY)
    assert code == 1
    assert out.splitlines()[-2].startswith("1 error, 2 warnings in ")
    assert out.splitlines()[-1] == "next   toolkit doctor --fix --plan    (for 2 of 3)"

    code, out, err = tk(messy, "doctor", *ONLY, "--fix", "--plan")
    assert (code, snapshot(messy.root) == before) == (0, True)
    assert "remove    config 2.json (the same bytes as config.json)" in out
    assert tk(messy, "doctor", *ONLY, "--fix", "--check")[0] == 1

    code, out, err = tk(messy, "doctor", *ONLY, "--fix")
    assert out.splitlines()[-2:] == [
        "fixed        conflict-copy  config 2.json",
        "fixed        node-modules-stray  notes/node_modules",
    ]
    assert (code, "toolkit undo" in err) == (1, True)  # the package.json needs a person
    assert not (messy.root / "config 2.json").exists()

    assert tk(messy, "undo")[0] == 0
    assert (snapshot(messy.root), status(messy)) == (before, said)
    assert tk(messy, "undo")[0] == 0


def test_fixes_are_only_shown_in_ci(
    tk: Callable[..., Told], messy: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")

    tk(messy, "doctor", *ONLY, "--fix")
    assert (messy.root / "config 2.json").exists()
    tk(messy, "doctor", *ONLY, "--fix", "--in-ci")
    assert not (messy.root / "config 2.json").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("doctor", "--only", "conflict-copy"), 0),
        (("doctor", "--only", "config-unparsable"), 1),
        (("doctor", "--only", "config-unparsable", "--path", "notes"), 0),
        (("doctor", "--only", "config-unparsable", "--path", "bad"), 1),
        (("doctor", "--only", "config-unparsable", "--changed", "--base", "HEAD"), 0),
        (("doctor", "--only", "no-such-check"), 2),
        (("doctor", "--format", "xml"), 2),
        (("doctor", "--path", "no-such-folder"), 2),
        (("doctor", "--path", ".."), 2),
        (("doctor", "--baseline", "none.json"), 2),
        (("doctor", "--accept"), 2),
        (("doctor", "--list"), 0),
        (("explain", "conflict-copy"), 0),
        (("explain", "conflict-copie"), 2),
        (("clean", "--plan"), 0),
        (("clean", "--check"), 1),
        (("clean", "--only", "nothing-known"), 2),
        (("history",), 0),
        (("undo", "--id", "none"), 2),
        (("quarantine",), 0),
    ],
)
def test_exit_codes(tk: Callable[..., Told], messy: Repository, words: tuple[str, ...], code: int) -> None:
    assert tk(messy, *words)[0] == code


def test_a_lock_is_made_with_the_tools_of_the_toolkit(
    tk: Callable[..., Told], repository: Callable[..., Repository], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = repository({"a": {"package.json": '{"dependencies": {"x": "1.0.0"}}'}})
    (made.root / ".toolkit").mkdir()
    (made.root / ".toolkit" / ".gitignore").write_text("*\n")
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf \'{"lockfileVersion": 3, "packages": {}}\' > package-lock.json\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setattr(toolbox.Tools, "choose", lambda *_: Chosen("npm", "10", "pinned", "a test"))
    monkeypatch.setattr(toolbox.Tools, "environment", lambda *_: {"PATH": path})
    before, said = snapshot(made.root), status(made)

    code, out, _ = tk(made, "doctor", "--only", "dependencies", "--fix", "--unsafe")

    assert "fixed        lockfile-missing  a/package.json" in out
    assert "new          lockfile-stale  a/package.json:1:" in out  # this npm locks nothing
    assert code == 1
    assert tk(made, "undo")[0] == 0
    assert (snapshot(made.root), status(made)) == (before, said)


def test_a_fix_of_which_a_part_failed_says_so(
    tk: Callable[..., Told], repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    def member(spec: str) -> dict[str, str]:
        return {"package.json": f'{{"dependencies": {{"react": "{spec}"}}}}'}

    lock = '{"lockfileVersion": 3, "packages": {"": {}}}'
    tree = {"package.json": '{"workspaces": ["*"]}', "package-lock.json": lock}
    made = repository({**tree, "a": member("^19.0.0"), "b": member("^18.0.0"), "c": member("^19.0.0")})
    monkeypatch.setattr(toolbox.Tools, "choose", lambda *_: Chosen("npm", "10", "pinned", "a test"))
    monkeypatch.setattr(toolbox.Tools, "environment", lambda *_: {"PATH": "/nowhere"})

    code, out, _ = tk(made, "doctor", "--only", "dependency-version-skew", "--fix", "--unsafe")

    assert code == 1
    assert "half done    dependency-version-skew  b/package.json:1" in out
    assert "^19.0.0" in (made.root / "b" / "package.json").read_text()
    assert tk(made, "undo")[0] == 0


def test_offline_no_half_of_a_fix_is_made(tk: Callable[..., Told], repository: Callable[..., Repository]) -> None:
    def member(spec: str) -> dict[str, str]:
        return {"package.json": f'{{"dependencies": {{"react": "{spec}"}}}}'}

    tree = {
        "package.json": '{"workspaces": ["*"]}',
        "a": member("^19.0.0"),
        "b": member("^18.0.0"),
        "c": member("^19.0.0"),
    }
    locked = repository({**tree, "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}'})
    asked = ("doctor", "--only", "dependency-version-skew", "--fix", "--unsafe", "--offline")

    out = tk(locked, *asked)[1]

    assert "run       npm" not in out
    assert "fixed" not in out
    assert "^18.0.0" in (locked.root / "b" / "package.json").read_text()
    (locked.root / "package-lock.json").unlink()
    assert "fixed        dependency-version-skew  b/package.json:1" in tk(locked, *asked)[1]


def test_a_baseline_is_made_kept_and_shrunk(tk: Callable[..., Told], messy: Repository) -> None:
    assert tk(messy, "doctor", *ONLY, "--baseline", "known.json", "--accept")[0] == 0
    first = (messy.root / "known.json").read_bytes()
    assert len(json.loads(first)["accepted"]) == 3

    messy.write({"bad": {"package.json": "{}"}, "new": {"package.json": "{"}})
    code, out, err = tk(messy, "doctor", *ONLY, "--baseline", "known.json", "--format", "json")

    assert (code, [one["path"] for one in json.loads(out)["findings"]]) == (1, ["new/package.json"])
    assert "known.json: 1 fixed and dropped" in err
    assert len(json.loads((messy.root / "known.json").read_bytes())["accepted"]) == 2


def test_what_the_baseline_accepts_is_not_new_after_a_repair(tk: Callable[..., Told], messy: Repository) -> None:
    assert tk(messy, "doctor", *ONLY, "--baseline", "known.json", "--accept")[0] == 0
    messy.write({"config 3.json": "{}"})

    code, out, _ = tk(messy, "doctor", *ONLY, "--baseline", "known.json", "--fix")

    assert (code, out.splitlines()[-1]) == (0, "fixed        conflict-copy  config 3.json")


def test_clean_purges_in_the_background(tk: Callable[..., Told], messy: Repository) -> None:
    import time

    code, out, err = tk(messy, "clean", "--purge")

    assert (code, "deleting" in err) == (0, True)
    assert not (messy.root / "notes" / "node_modules").exists()
    deadline = time.monotonic() + 20
    while any((messy.root / ".toolkit" / "quarantine").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list((messy.root / ".toolkit" / "quarantine").iterdir()) == []
    code, out, _ = tk(messy, "undo")
    assert (code, "the quarantine was purged" in out) == (1, True)


def test_a_plan_that_was_taken_back_is_not_taken_back_again(tk: Callable[..., Told], messy: Repository) -> None:
    tk(messy, "clean")
    tk(messy, "undo")
    name = tk(messy, "history")[1].splitlines()[1].split()[0]

    code, out, _ = tk(messy, "undo", name)

    assert (code, out.splitlines()[-1]) == (0, "  it was taken back already")


def test_history_tells_what_an_interrupted_plan_did(tk: Callable[..., Told], messy: Repository) -> None:
    tk(messy, "clean")
    log = next((messy.root / ".toolkit" / "journal").glob("*/log.jsonl"))
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2]) + lines[2][:10])  # killed while it wrote down the end

    code, out, _ = tk(messy, "history")
    data = json.loads(tk(messy, "history", "--format", "json")[1])

    assert (code, "interrupted" in out, "after   notes/node_modules" in out) == (0, True, True)
    assert [(plan["status"], [place["state"] for place in plan["places"]]) for plan in data["plans"]] == [
        ("interrupted", ["after"])
    ]
    assert tk(messy, "undo")[0] == 0
    assert (messy.root / "notes" / "node_modules" / "x" / "index.js").read_text() == "1"


def test_an_undo_of_what_never_began_says_so(tk: Callable[..., Told], messy: Repository) -> None:
    tk(messy, "clean")
    log = next((messy.root / ".toolkit/journal").glob("*/log.jsonl"))
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])  # killed before the first action

    code, out, _ = tk(messy, "undo")
    assert (code, out.splitlines()[1:]) == (0, ["  there is nothing of it to take back"])


def test_the_history_names_the_task(tk: Callable[..., Told], messy: Repository) -> None:
    tk(messy, "init", "--no-lock")
    assert json.loads(tk(messy, "history", "--format", "json")[1])["plans"][0]["command"] == "init"


def test_accepting_one_folder_keeps_what_was_accepted_elsewhere(tk: Callable[..., Told], messy: Repository) -> None:
    messy.write({"worse": {"package.json": "{\n"}})
    flags = ("--only", "config-unparsable", "--baseline", "accepted.json")
    tk(messy, "doctor", "worse", *flags, "--accept")
    tk(messy, "doctor", "bad", *flags, "--accept")
    assert tk(messy, "doctor", *flags)[0] == 0

    (messy.root / "worse/package.json").write_text("{}")
    tk(messy, "doctor", *flags, "--accept")
    paths = [row["path"] for row in json.loads((messy.root / "accepted.json").read_text())["accepted"]]
    assert paths == ["bad/package.json"]

    (messy.root / "accepted.json").write_text("{")
    assert tk(messy, "doctor", *flags)[0] == 2
    assert tk(messy, "doctor", *flags, "--accept")[0] == 0
