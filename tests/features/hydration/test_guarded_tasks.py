"""Tasks refuse to start on evicted files, and bootstrap can bring them back first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.program import toolkit

if TYPE_CHECKING:
    from tests.features.hydration.conftest import CloudRepositories
    from tests.repository import Tree

CRATE: Tree = {
    "Cargo.toml": '[package]\nname = "core"\nversion = "0.1.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "core"\nversion = "0.1.0"\n',
    "src": {"lib.rs": ""},
}


@pytest.mark.real("fuse", "git", "cargo")
@pytest.mark.parametrize("task", ["bootstrap", "build", "test"])
def test_a_task_does_not_start_while_a_needed_file_is_away(in_cloud: CloudRepositories, task: str) -> None:
    repo = in_cloud({"core": CRATE})
    in_cloud.cloud.evict(repo.root / "core/Cargo.lock")

    done = toolkit(repo.root, task)

    assert done.code == 1
    assert f"{task} needs 1 file that is not on this machine: core/Cargo.lock" in done.err
    assert "hint: invoke hydrate" in done.err
    assert in_cloud.cloud.counts()["downloads"] == 0


@pytest.mark.real("fuse", "git", "cargo")
def test_bootstrap_hydrates_and_installs(in_cloud: CloudRepositories) -> None:
    repo = in_cloud({"core": CRATE})
    in_cloud.cloud.evict(repo.root / "core/Cargo.lock")
    in_cloud.cloud.evict(repo.root / ".git/index")

    done = toolkit(repo.root, "bootstrap", "--hydrate")

    assert done.code == 0, done.out + done.err
    assert "installed" in done.out
    assert toolkit(repo.root, "bootstrap").out.startswith("1 subproject fresh")
