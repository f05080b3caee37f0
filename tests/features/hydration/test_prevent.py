"""Marks that keep a provider away are set, read back, and set again after an install."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import ToolkitError
from toolkit.features.hydration.prevent import Marked, exclude, pin, reapply, trust_no_ctime
from toolkit.system import darwin
from toolkit.system.owner import Owner

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.repositories import CloudRepositories

ICLOUD = Owner("iCloud Drive", "a test", "/")


def test_nothing_to_prevent_outside_of_a_synced_tree(tmp_path: Path) -> None:
    for call in (lambda: pin(tmp_path, ICLOUD), lambda: exclude(tmp_path, (), None)):
        with pytest.raises(ToolkitError):
            call()


@pytest.mark.real("fuse", "git")
def test_marks_are_set_read_back_and_survive_an_installer(in_cloud: CloudRepositories, tmp_path: Path) -> None:
    root = in_cloud({"package.json": "{}\n"}).root
    (root / "node_modules/dep").mkdir(parents=True)

    assert pin(root, ICLOUD) == Marked(".", darwin.PINNED, changed=True)
    assert pin(root, ICLOUD) == Marked(".", darwin.PINNED, changed=False)
    assert reapply(root, ["node_modules"], tmp_path) == []  # never asked for
    assert exclude(root, ["node_modules"], ICLOUD, tmp_path) == [Marked("node_modules", darwin.IGNORED, changed=True)]
    shutil.rmtree(root / "node_modules")
    (root / "node_modules").mkdir()
    assert darwin.attribute(str(root / "node_modules"), darwin.IGNORED) is None
    assert reapply(root, ["node_modules", "missing"], tmp_path) == [
        Marked("node_modules", darwin.IGNORED, changed=True)
    ]
    assert darwin.attribute(str(root / "node_modules"), darwin.IGNORED) == b"1"
    in_cloud.cloud.rule("*", "errno", on="setxattr", errno="EPERM")
    refused = exclude(root, ["."], Owner("Dropbox", "a test", "/", legacy_dropbox=True))
    assert refused == [Marked(".", darwin.IGNORED_DROPBOX, changed=False, reason="Operation not permitted")]


@pytest.mark.real("fuse", "git")
def test_git_is_told_not_to_compare_the_ctime(in_cloud: CloudRepositories) -> None:
    repository = in_cloud({"a.txt": "a\n", "b.txt": "b\n"})
    root = repository.root
    time.sleep(1.1)  # git compares whole seconds
    in_cloud.cloud.evict(root / "a.txt")  # bumps the ctime, as on a Mac
    repository.git("status")
    without = in_cloud.cloud.counts()["downloads"]

    assert (trust_no_ctime(root), trust_no_ctime(root)) == (True, False)
    time.sleep(1.1)
    in_cloud.cloud.evict(root / "a.txt")
    repository.git("status")

    assert (without, in_cloud.cloud.counts()["downloads"]) == (1, 1)
