"""The messy repository is built alike every time, and the truth about it is about the tree that is built."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.messy.build import SOURCE, build, committed, secrets, truth
from tests.repository import Repository
from toolkit.catalog import catalog
from toolkit.manifest import load

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PLACES = ("findings", "near_misses")


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("messy") / "a repository")


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("tidy") / "a repository", troubles=False)


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def git(folder: Path, *arguments: str) -> str:
    return Repository(folder).git(*arguments)


def checks() -> dict[str, Any]:
    loaded: Any = truth()["checks"]
    return dict(loaded)


def test_two_builds_are_the_same_commit(messy: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again")

    assert git(again, "rev-parse", "HEAD", "HEAD~1") == git(messy, "rev-parse", "HEAD", "HEAD~1")
    assert git(again, "status", "--short", "--ignored", "-z") == git(messy, "status", "--short", "--ignored", "-z")


@pytest.mark.parametrize("kind", PLACES)
def test_every_place_of_the_truth_is_where_it_says(messy: Path, kind: str) -> None:
    astray = []
    for name, check in checks().items():
        for place in check[kind]:
            path = messy / place["path"]
            if "text" not in place:
                right = path.exists() and place["line"] == 0
            else:
                lines = path.read_text("utf-8").splitlines()
                right = place["text"] in lines[place["line"] - 1]
                right = right and place["line"] <= place.get("until", place["line"]) <= len(lines)
            if not right or not (messy / place.get("or_path", ".")).exists():
                astray.append((name, place))

    assert astray == []


def test_every_check_has_a_finding_and_a_near_miss() -> None:
    """Every registered one: what has no instance in this tree says in the truth how else it is shown."""
    told: Any = truth()
    elsewhere = {*told["simulated"], *(one["check"] for one in told["variants"].values())}
    shown = {name for name, check in checks().items() if all(check[kind] for kind in PLACES)}

    assert shown == checks().keys()
    assert shown | elsewhere == {one.id for one in catalog()}
    assert shown & elsewhere == set()


def test_no_place_is_both_a_finding_and_a_near_miss() -> None:
    both = []
    for name, check in checks().items():
        wrong, right = ({(one["path"], one["line"]) for one in check[kind]} for kind in PLACES)
        both += [(name, place) for place in wrong & right]

    assert both == []


def test_the_tidy_tree_has_only_what_is_committed_here(tidy: Path) -> None:
    assert git(tidy, "ls-files", "-z").split("\0")[:-1] == committed(SOURCE)
    assert git(tidy, "status", "--short", "--ignored") == ""
    assert not (tidy / "toolkit.toml").exists()


def test_an_export_without_git_has_the_same_files(tidy: Path, tmp_path: Path) -> None:
    export = tmp_path / "export"
    git(tidy, "worktree", "add", "--quiet", str(export))
    (export / ".git").unlink()
    for leftover in ("web/node_modules/.modules.yaml", "scripts/.venv/pyvenv.cfg", "programs/target/CACHEDIR.TAG"):
        (export / leftover).parent.mkdir(parents=True)
        (export / leftover).write_text("left by an installation\n")

    assert committed(export) == committed(SOURCE)


def test_without_workflows_at_the_root_the_nested_ones_are_left(tmp_path: Path) -> None:
    tree = build(tmp_path / "nested", root_workflows=False)

    assert not (tree / ".github").exists()
    assert (tree / "modules/edge/.github/workflows/ci.yml").exists()


def test_the_tree_holds_what_git_and_other_machines_cannot(messy: Path) -> None:
    tracked = git(messy, "ls-files", "--stage", "-z")

    assert tracked.count("160000 ") == 2
    assert "docs/Setup.md" in tracked
    assert "docs/setup.md" in tracked
    assert (messy / "sandbox" / ".git").is_dir()
    assert (messy / "deploy" / "current").is_symlink()
    assert (messy / "docs" / ".minutes.pdf.icloud").read_bytes().startswith(b"bplist")


def test_the_second_commit_brings_the_programs(messy: Path) -> None:
    dates = {path: git(messy, "log", "-1", "--format=%as", "--", path).strip() for path in ("programs", "mvp")}

    assert dates == {"programs": "2025-09-01", "mvp": "2025-03-01"}


def test_fake_secrets_are_in_the_tree_and_in_no_file_here(messy: Path) -> None:
    here = Path(__file__).parent
    written = "".join(
        path.read_text("utf-8") for path in here.rglob("*") if path.suffix in {".py", ".json", ".overlay"}
    )
    built = "".join((messy / path).read_text("utf-8") for path in ("extension/.npmrc", "deploy/compose.keys.yml"))
    built += (messy / "services/notifier/src/keys.js").read_text("utf-8")

    assert [value for value in secrets().values() if value not in built] == []
    assert [value for value in secrets().values() if value in written] == []
    assert "@@" not in built


def test_the_program_key_is_that_of_the_declared_address(messy: Path) -> None:
    pair = json.loads((messy / "programs/target/deploy/influencer_staking-keypair.json").read_text())
    wallet = json.loads((messy / "programs/keys/wallet.json").read_text())
    declared = re.findall(r'"(\w{43,44})"', (messy / "programs/programs/staking/src/lib.rs").read_text())

    assert [base58(bytes(pair[32:]))] == declared
    assert base58(bytes(wallet[32:])) not in (messy / "programs/Anchor.toml").read_text()


def test_locks_carry_no_download_address() -> None:
    locks = [SOURCE / path for path in committed(SOURCE) if re.search(r"lock|requirements|go\.sum", Path(path).name)]
    hosts = {
        match for lock in locks for match in re.findall(r"\w+://[\w.-]+", lock.read_text("utf-8"))
    }  # cargo names the index of its registry by a repository of source code, not by a download address

    assert len(locks) > 15
    assert hosts == {
        "https://github.com",
        "https://packages.harbor.example",
    }  # the second is for lockfile-source-private


def test_its_settings_are_valid_and_leave_three_questions_open(messy: Path) -> None:
    assert dict(load(messy).decisions) == {
        "critical": ("services/notifier", "web"),
        "domains": {"production": ("harbor.example",)},
    }


@pytest.mark.real("git")
def test_git_can_check_the_repository(messy: Path) -> None:
    done = subprocess.run(("git", "fsck", "--strict"), cwd=messy, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
