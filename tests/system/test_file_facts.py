"""Facts about files: never those of another state of the file, and no harm from a damaged or full cache."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.context import Context
from toolkit.system import file_facts
from toolkit.system.file_facts import UNKNOWN, FileFacts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once: a test cannot wait two seconds for each."""
    monkeypatch.setattr(file_facts, "_RACY_NS", -3_600_000_000_000)


def length_and_sum(context: Any, path: str) -> tuple[int, int]:
    content = context.read(path)
    return len(content), sum(content)


def facts_of(tmp_path: Path, stamp: str = "1") -> FileFacts:
    (tmp_path / "root").mkdir(exist_ok=True)
    return FileFacts(os.fspath(tmp_path / "root"), tmp_path / "cache", stamp)


def kept(tmp_path: Path) -> list[Path]:
    """The tables that were written; the mark of a run is none."""
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.name != file_facts._LEFT]


@pytest.mark.usefixtures("settled")
def test_a_fact_outlives_the_run_and_not_the_file_s_state(tmp_path: Path) -> None:
    first = facts_of(tmp_path)
    file = tmp_path / "root/a"
    file.write_text("content")
    first.table("told").put("a", ("x", 1, None))
    first.save(lambda: {"a"})

    assert facts_of(tmp_path).table("told").get("a") == ("x", 1, None)
    assert facts_of(tmp_path).table("told", "other rules").get("a") is UNKNOWN
    assert facts_of(tmp_path, "2").table("told").get("a") is UNKNOWN
    look = file.stat()
    file.write_text("CONTENT")
    os.utime(file, ns=(look.st_atime_ns, look.st_mtime_ns))
    assert facts_of(tmp_path).table("told").get("a") is UNKNOWN


def test_what_hangs_on_the_program_alone_is_made_once_for_each_version(tmp_path: Path) -> None:
    asked: list[int] = []

    def make() -> list[int]:
        asked.append(1)
        return asked[:]

    told = [facts_of(tmp_path, stamp).of_program("rules", make) for stamp in ("1", "1", "2", "2")]

    assert told == [[1], [1], [1, 1], [1, 1]]
    assert FileFacts(os.fspath(tmp_path / "root")).of_program("rules", make) == [1, 1, 1]


def test_what_changed_just_now_is_not_kept(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    (tmp_path / "root/a").write_text("content")
    facts.table("told").put("a", "fact")
    facts.save(lambda: {"a"})

    assert facts.table("told").get("a") == "fact"
    assert facts_of(tmp_path).table("told").get("a") is UNKNOWN
    assert kept(tmp_path) == []


@pytest.mark.usefixtures("settled")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.sampled_from("abc"), st.binary(min_size=3, max_size=4)), max_size=8))
def test_runs_with_and_without_kept_facts_agree_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("agree")
    root = folder / "root"
    root.mkdir()
    for name in "abc":
        (root / name).write_bytes(b"abc")
    for name, content in [("a", b"abc"), *edits]:
        (root / name).write_bytes(content)
        fresh, cached = Context(root, {}), Context(root, {})
        cached.facts = facts_of(folder)
        told = [cached.fact(length_and_sum, path) for path in "abc"]
        cached.facts.save(lambda: {"a", "b", "c"})
        assert told == [length_and_sum(fresh, path) for path in "abc"]


@pytest.mark.usefixtures("settled")
def test_a_file_is_read_once_and_then_not_at_all(tmp_path: Path) -> None:
    asked = []

    def tell(_context: Any, path: str) -> str:
        asked.append(path)
        return path

    (tmp_path / "root").mkdir()
    (tmp_path / "root/a").write_text("content")
    for _ in range(3):
        context = Context(tmp_path / "root", {})
        context.facts = facts_of(tmp_path)
        assert [context.fact(tell, "a") for _ in range(2)] == ["a", "a"]
        context.facts.save(lambda: {"a"})
    assert asked == ["a"]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("damage", [b"", b"toolkit", None])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes | None) -> None:
    facts = facts_of(tmp_path)
    (tmp_path / "root/a").write_text("content")
    facts.table("told").put("a", "fact")
    facts.save(lambda: {"a"})
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-3] + b"abc" if damage is None else damage)

    assert facts_of(tmp_path).table("told").get("a") is UNKNOWN


@pytest.mark.usefixtures("settled")
def test_what_is_gone_is_forgotten_and_repositories_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_facts, "_REPOSITORIES", 3)
    for number in range(6):
        root = tmp_path / f"root-{number}"
        root.mkdir()
        for name in "ab":
            (root / name).write_text("content")
        facts = FileFacts(os.fspath(root), tmp_path / "cache")
        for name in "ab":
            facts.table("told").put(name, name)
        facts.save(lambda: {"a"})
        time.sleep(0.01)

    again = FileFacts(os.fspath(tmp_path / "root-5"), tmp_path / "cache").table("told")
    assert (again.get("a"), again.get("b")) == ("a", UNKNOWN)
    assert len(list((tmp_path / "cache").iterdir())) == 3


@pytest.mark.usefixtures("settled")
def test_a_cache_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder belongs")
    facts = facts_of(tmp_path)
    (tmp_path / "root/a").write_text("content")
    facts.table("told").put("a", "fact")
    facts.save(lambda: {"a"})

    assert facts.table("told").get("a") == "fact"


@pytest.mark.usefixtures("settled")
def test_a_patient_table_reads_what_is_kept_only_when_it_is_asked_much(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    for name in "abcd":
        (tmp_path / "root" / name).write_text(name)
        facts.table("told").put(name, f"{name} kept")
    facts.save(lambda: set("abcd"))

    patient = FileFacts(os.fspath(tmp_path / "root"), tmp_path / "cache", "1", patience=2).table("told")

    assert [patient.get(name) for name in "abcd"] == [UNKNOWN, UNKNOWN, "c kept", "d kept"]
    assert patient.get("a") == "a kept"


@pytest.mark.usefixtures("settled")
def test_a_table_that_was_not_read_is_not_written_over(tmp_path: Path) -> None:
    facts = facts_of(tmp_path)
    for name in "ab":
        (tmp_path / "root" / name).write_text(name)
        facts.table("told").put(name, name)
    facts.save(lambda: {"a", "b"})

    patient = FileFacts(os.fspath(tmp_path / "root"), tmp_path / "cache", "1", patience=2)
    patient.table("told").put("a", "other")
    patient.save(lambda: {"a", "b"})

    again = facts_of(tmp_path).table("told")
    assert [again.get(path) for path in "abc"] == ["a", "b", UNKNOWN]


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("kept", [True, False])
def test_files_are_looked_at_once_and_only_where_something_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    (tmp_path / "root").mkdir()
    for name in "ab":
        (tmp_path / "root" / name).write_text(name)
    looks: list[str] = []
    lstat = os.lstat
    monkeypatch.setattr(os, "lstat", lambda path: looks.append(path) or lstat(path))  # type: ignore[func-returns-value]
    facts = FileFacts(os.fspath(tmp_path / "root"), tmp_path / "cache" if kept else None)

    facts.look_at(["a", "b", "gone"])
    before = len(looks)
    for name in "ab":
        facts.table("told").put(name, name)

    assert (before, len(looks)) == ((3, 3) if kept else (0, 0))
    assert [facts.table("told").get(name) for name in "ab"] == ["a", "b"]


@pytest.mark.usefixtures("settled")
def test_a_run_that_kept_something_is_told_from_none(tmp_path: Path) -> None:
    first = facts_of(tmp_path)
    (tmp_path / "root/a").write_text("content")
    assert first.is_blank
    first.save(lambda: {"a"})
    assert facts_of(tmp_path).is_blank

    first.table("told").put("a", "fact")
    first.save(lambda: {"a"})

    assert not facts_of(tmp_path).is_blank
    assert FileFacts(os.fspath(tmp_path / "root"), tmp_path / "cache", "another program").is_blank
    assert FileFacts(os.fspath(tmp_path / "root")).is_blank


@pytest.mark.usefixtures("settled")
def test_facts_of_many_files_at_once(tmp_path: Path) -> None:
    first = facts_of(tmp_path)
    for name in ("a", "b", "c"):
        (tmp_path / "root" / name).write_text(name)
    first.table("told").put_all(("a", "b"), 7)
    first.save(lambda: {"a", "b", "c"})

    patient = FileFacts(os.fspath(tmp_path / "root"), tmp_path / "cache", "1", patience=2).table("told")
    assert patient.known(("a", "c")) == {}, "as few are looked at sooner than found"
    assert patient.known(("a", "b", "c")) == {"a": 7, "b": 7}
