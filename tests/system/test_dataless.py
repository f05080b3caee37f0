"""The seam on a file system that cannot hold evicted files, and on the simulator."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from tests.simulator.client import Simulator, private_mounts
from toolkit.system import dataless
from toolkit.system.darwin import Policy
from toolkit.system.dataless import FileState, seam, state

if TYPE_CHECKING:
    from pathlib import Path


def test_an_ordinary_file_system_has_no_evicted_files(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(1_000_000)  # full size, no blocks: the usual false positive
    provider = seam(tmp_path)
    provider.set_policy(Policy.OFF)

    assert (provider.capable, provider.policy(), provider.switch) == (False, Policy.DEFAULT, "")
    assert state(tmp_path / "sparse", provider) is FileState.LOCAL
    assert state(tmp_path / "missing", provider) is FileState.LOCAL
    assert [(node.name, node.size, node.kind) for node in provider.listing(str(tmp_path))] == [
        ("sparse", 1_000_000, "file")
    ]


@pytest.mark.parametrize(("value", "policy"), [(0x33, Policy.DEFAULT), (0xB3, Policy.OFF), (0x133, Policy.ON)])
def test_the_simulated_policy_is_a_bit_of_the_core_dump_filter(value: int, policy: Policy) -> None:
    assert dataless.simulated_policy(value) is policy


@pytest.mark.real("fuse")
def test_the_simulator_behaves_like_an_evicting_provider(tmp_path: Path) -> None:
    private_mounts()
    cloud = Simulator(tmp_path / "cloud")
    try:
        provider = seam(cloud.root)
        (cloud.root / "folder").mkdir()
        (cloud.root / "folder/inner.txt").write_text("inner")
        (cloud.root / "file.txt").write_text("content")
        cloud.evict("file.txt")
        cloud.evict("folder", folders=True)
        ctime = (cloud.root / "file.txt").stat().st_ctime_ns
        provider.set_policy(Policy.OFF)
        nodes = {node.name: (node.size, node.allocated, node.state) for node in provider.listing(str(cloud.root))}
        with pytest.raises(OSError) as refused:
            (cloud.root / "file.txt").read_bytes()
        inside = state(cloud.root / "folder/inner.txt", provider)
        provider.set_policy(Policy.ON)
        text = (cloud.root / "file.txt").read_text()

        assert nodes["file.txt"] == (7, 0, FileState.DATALESS)
        assert nodes["folder"][2] is FileState.DATALESS
        assert (refused.value.errno, inside, text) == (errno.EDEADLK, FileState.UNKNOWN, "content")
        assert state(cloud.root / "file.txt", provider) is FileState.LOCAL
        assert (cloud.root / "file.txt").stat().st_ctime_ns > ctime
        assert provider.policy() is Policy.ON
    finally:
        cloud.close()
