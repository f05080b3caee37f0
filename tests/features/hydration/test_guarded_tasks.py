"""Tasks refuse to start on evicted files, and bootstrap can bring them back first."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.features.hydration.test_prevent import ICLOUD
from tests.program import toolkit
from toolkit.features.hydration.prevent import exclude
from toolkit.system import darwin

if TYPE_CHECKING:
    from tests.repository import Tree
    from tests.simulator.repositories import CloudRepositories

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
    assert "hint: toolkit hydrate" in done.err
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


@pytest.mark.real("fuse", "git", "npm")
def test_a_folder_that_the_installer_replaced_is_kept_out_of_the_cloud_again(in_cloud: CloudRepositories) -> None:
    package = {"name": "web", "version": "1.0.0", "dependencies": {"local": "file:./local"}}
    lock = {
        "name": "web",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": package,
            "local": {"version": "1.0.0"},
            "node_modules/local": {"resolved": "local", "link": True},
        },
    }
    repo = in_cloud(
        {
            ".gitignore": "node_modules\n.toolkit\n",
            "web": {
                "package.json": json.dumps(package),
                "package-lock.json": json.dumps(lock),
                "local": {"package.json": '{"name": "local", "version": "1.0.0"}'},
            },
        }
    )
    assert toolkit(repo.root, "bootstrap").code == 0
    exclude(repo.root, ["web/node_modules"], ICLOUD, repo.root / ".toolkit")
    modules = repo.root / "web/node_modules"
    shutil.rmtree(modules)

    assert toolkit(repo.root, "bootstrap").code == 0

    assert darwin.attribute(str(modules), darwin.IGNORED) == b"1"
