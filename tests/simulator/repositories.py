"""Fixtures: one simulated provider for all tests of a folder; each test gets a repository of its own in it."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from tests.repository import Repository, Tree
from tests.simulator.client import Simulator, private_mounts
from toolkit.system.darwin import Policy
from toolkit.system.dataless import seam

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["CloudRepositories", "CloudRepository", "cloud", "in_cloud", "provider"]

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The provider, mounted once."""
    private_mounts()
    simulator = Simulator(tmp_path_factory.mktemp("provider"))
    yield simulator
    simulator.close()


@pytest.fixture
def cloud(provider: Simulator) -> Iterator[Simulator]:
    """The provider, quiet: everything local, no faults, nothing counted; the policy of a terminal."""
    provider.reset()
    seam(provider.root).set_policy(Policy.ON)
    yield provider
    provider.reset()
    seam(provider.root).set_policy(Policy.ON)


class CloudRepository(Repository):
    """A repository in the synced tree."""

    def settled(self) -> CloudRepository:
        """Write the index later than the files, as any status a moment after a checkout does.

        Files as new as the index are "racily clean": git compares their content, and restoring leaves them out.
        """
        self.age = getattr(self, "age", 10) + 10  # git compares whole seconds: another second, or nothing changes
        old = time.time() - self.age
        for path in sorted(self.root.rglob("*")):
            if ".git" not in path.relative_to(self.root).parts[:1] and path.is_file() and not path.is_symlink():
                os.utime(path, (old, old))
        self.git("update-index", "-q", "--really-refresh")
        return self


@pytest.fixture
def in_cloud(cloud: Simulator) -> Iterator[CloudRepositories]:
    """Makes repositories in the synced tree, and takes them away behind the test."""
    made = CloudRepositories(cloud)
    yield made
    cloud.reset()
    for path in made.folders:
        shutil.rmtree(path, ignore_errors=True)


class CloudRepositories:
    """What makes repositories in the synced tree, each in a folder of its own."""

    def __init__(self, cloud: Simulator) -> None:
        self.cloud = cloud
        self.folders: list[Path] = []

    def __call__(self, tree: Tree, *, pack: bool = True) -> CloudRepository:
        """A committed repository with one pack, whose folder's name holds a space."""
        base = self.cloud.root / f"Mobile Documents {next(_NUMBERS)}"
        self.folders.append(base)
        made = CloudRepository(base / "repo")
        made.git("init", "--quiet")
        made.write(tree)
        made.commit("begin")
        if pack:
            made.git("gc", "--quiet")
        return made.settled()
