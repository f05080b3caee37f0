"""Freshness records: torn lines, broken-off installs, files that change without a word."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from toolkit.features._records import Record, Records, digest_of, fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_finished_install_is_remembered_with_its_time(tmp_path: Path) -> None:
    records = Records(tmp_path / "state" / "installed.jsonl")
    records.begin("a:npm")
    records.finish("a:npm", Record("d1", {"a/package.json": ((1, 2, 3, 4), "c")}, at_ns=5))

    again = Records(records.path).get("a:npm")
    assert again is not None
    assert (again.digest, again.files, again.at_ns) == ("d1", {"a/package.json": ((1, 2, 3, 4), "c")}, 5)
    assert Records(records.path).get("b:npm") is None


def test_an_install_that_broke_off_is_not_fresh_but_its_time_is_known(tmp_path: Path) -> None:
    records = Records(tmp_path / "installed.jsonl")
    records.finish("a", Record("d1", duration_s=7.0))
    records.begin("a")
    again = Records(records.path)
    assert again.get("a") is None
    assert again.duration_s("a") == 7.0


def test_a_torn_line_counts_for_nothing(tmp_path: Path) -> None:
    records = Records(tmp_path / "installed.jsonl")
    records.finish("a", Record("d1"))
    whole = records.path.read_bytes()
    for cut in range(len(whole)):
        records.path.write_bytes(whole[:cut])
        found = Records(records.path).get("a")
        assert found is None or found.digest == "d1"
        Records(records.path).finish("b", Record("d2"))
        assert Records(records.path).get("b") == Record("d2")


def test_compaction_keeps_the_last_word(tmp_path: Path) -> None:
    records = Records(tmp_path / "installed.jsonl")
    for number in range(200):
        records.finish("a", Record(f"d{number}"))
    size = records.path.stat().st_size
    again = Records(records.path)
    again.compact()
    assert Records(records.path).get("a") == Record("d199")
    assert records.path.stat().st_size < size / 20


def test_a_settled_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lock").write_text("x")
    os.utime(tmp_path / "lock", (1, 1))
    first = fingerprint(str(tmp_path), ["lock", "absent"], None)
    record = Record("d", first, at_ns=time.time_ns() + 10_000_000_000)
    opened: list[str] = []
    monkeypatch.setattr("builtins.open", lambda path, *_: opened.append(path))
    assert fingerprint(str(tmp_path), ["lock"], record) == {"lock": first["lock"]}
    assert opened == []
    assert first["absent"][1] == ""


def test_a_file_changed_within_the_clocks_grain_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("x")
    first = fingerprint(str(tmp_path), ["lock"], None)
    status = (tmp_path / "lock").stat()
    (tmp_path / "lock").write_text("y")
    os.utime(tmp_path / "lock", ns=(status.st_atime_ns, status.st_mtime_ns))
    again = fingerprint(str(tmp_path), ["lock"], Record("d", first, at_ns=time.time_ns()))
    assert again["lock"][1] != first["lock"][1]


def test_the_digest_is_of_content_and_facts() -> None:
    one = digest_of({"a": ((1, 1, 1, 1), "x")}, "npm")
    assert one == digest_of({"a": ((2, 2, 2, 2), "x")}, "npm")
    assert (
        len(
            {
                one,
                digest_of({"a": ((1, 1, 1, 1), "y")}, "npm"),
                digest_of({"a": ((1, 1, 1, 1), "x")}, "pnpm"),
                digest_of({}, "npm"),
            }
        )
        == 4
    )
