"""Evictions, conflict copies and heavy folders are seen as they happen, and kept in a log."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from toolkit.features.hydration.watch import append, history, observe, watch

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.repositories import CloudRepositories

pytestmark = pytest.mark.real("fuse", "git")


def test_changes_between_looks_are_reported_and_logged(in_cloud: CloudRepositories, tmp_path: Path) -> None:
    root = in_cloud({"a.txt": "a\n", "b.txt": "b\n"}).root
    stop = threading.Event()
    looks = watch(root, 0.05, stop)

    first = next(looks)
    in_cloud.cloud.evict(root / "a.txt")
    in_cloud.cloud.conflict(root / "b.txt")
    (root / "node_modules").mkdir()
    second = next(looks)
    in_cloud.cloud.restore(root)
    third = next(looks)
    stop.set()

    assert (first.changed, first.away) == (False, {})
    assert (second.evicted, second.conflicts, second.heavy) == (("a.txt",), ("b 2.txt",), ("node_modules",))
    assert second.away == {"tracked": (1, 2)}
    assert third.returned == ("a.txt",)
    assert list(looks) == []
    for look in (first, second, third):
        append(tmp_path, look)
    with (tmp_path / "evictions.jsonl").open("a") as stream:
        stream.write('{"cut')
    assert [line["evicted_count"] for line in history(tmp_path)] == [0, 1, 0]


def test_an_event_wakes_it_before_the_interval_is_over(in_cloud: CloudRepositories) -> None:
    root = in_cloud({"a.txt": "a\n"}).root
    stop = threading.Event()
    looks = watch(root, 3600, stop, observe(root))
    next(looks)
    (root / "a 2.txt").write_text("copy\n")

    assert next(looks).conflicts == ("a 2.txt",)
    stop.set()
    assert list(looks) == []
    assert in_cloud.cloud.counts()["downloads"] == 0
