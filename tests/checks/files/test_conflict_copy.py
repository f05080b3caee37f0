"""Copies that a cloud made, and names that only look like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from toolkit.model import Fix, RemoveTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_copies_beside_their_original(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {"config.json": "{}", "config 2.json": "{ }", "a.tar.gz": "", "a 3.tar.gz": ""},
        "ui": {"b.js": "", "b (conflicted copy 2025-08-02).js": "", "b (Ann's conflicted copy).js": ""},
        "notes.txt": "",
        "notes.sync-conflict-20250802-101500-ABCDEFG.txt": "",
        "src": {"x.py": ""},
        "src 2": {"x.py": "", "deep": {"y.py": ""}},
    }

    assert places(inspect("conflict-copy", tree)) == [
        ("warning", "api/a 3.tar.gz", 0),
        ("warning", "api/config 2.json", 0),
        ("warning", "notes.sync-conflict-20250802-101500-ABCDEFG.txt", 0),
        ("warning", "src 2", 0),
        ("warning", "ui/b (Ann's conflicted copy).js", 0),
        ("warning", "ui/b (conflicted copy 2025-08-02).js", 0),
    ]


def test_quiet_without_an_original(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"chapter 2.md": "", "chapter 1.md": "", "conflicts.md": "", "version 10.txt": "", "Top 40": {"a": ""}}

    assert inspect("conflict-copy", tree) == []


def test_lowered_in_a_vendored_copy(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("conflict-copy", {"third_party": {"a.c": "", "a 2.c": ""}})

    assert [(one.severity, one.vendored) for one in found] == [("info", True)]


def test_only_equal_bytes_are_removed(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("conflict-copy", {"a": "1", "b": "1", "b 2": "2"}, loose={"a 2": "1"})

    assert [one.fixes for one in found] == [
        (Fix("remove the copy of a", "safe", (RemoveTree("a 2", "the same bytes as a", "same-as:a"),)),),
        (Fix("compare it with b, then remove one of them", "manual"),),
    ]  # fmt: skip


def test_copies_of_browsers_finders_and_machines(inspect: Callable[..., list[Finding]]) -> None:
    names = ("a (1).json", "a copy.json", "a - Copy.json", "a-DESKTOP-AB12CDE.json", "a_conflict-20250101-101010.json")

    found = inspect("conflict-copy", {"a.json": "{}", **dict.fromkeys(names, "{ }")})

    assert sorted(one.path for one in found) == sorted(names)


def test_such_names_without_an_original(inspect: Callable[..., list[Finding]]) -> None:
    names = ("b (1).json", "deep copy.json", "x-DESKTOP-AB12CDE.json")

    assert inspect("conflict-copy", dict.fromkeys(names, "{}")) == []


def test_what_merge_tools_leave(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a.rs": "1", "a.rs.orig": "2", "b.ts": "1", "b_BACKUP_4711.ts": "2", "c.orig": "", "d_LOCAL_1.ts": ""}

    assert places(inspect("conflict-copy", tree)) == [("warning", "a.rs.orig", 0), ("warning", "b_BACKUP_4711.ts", 0)]


def test_copies_of_pictures_are_worth_knowing_only(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"logo.svg": "a", "logo copy.svg": "b", "a.ts": "a", "a copy.ts": "b"}

    assert places(inspect("conflict-copy", tree)) == [("warning", "a copy.ts", 0), ("info", "logo copy.svg", 0)]


def test_many_copies_are_told_once(inspect: Callable[..., list[Finding]]) -> None:
    same = {f"{name}{end}.md": name for name in "abcdefghi" for end in ("", " 2")}
    tree = {"docs": {**same, "x.py": "1", "x 2.py": "2"}}

    found = inspect("conflict-copy", tree)

    assert [(one.path, one.fixes[0].safety, len(one.fixes[0].actions)) for one in found] == [
        ("docs/a 2.md", "unsafe", 9),
        ("docs/x 2.py", "manual", 0),
    ]
    assert found[0].message == "9 copies that a program made lie beside their originals"
    assert found[0].evidence.startswith("the same content: docs/a 2.md, docs/b 2.md")


def test_what_cargo_puts_into_a_package(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("conflict-copy", {"crates": {"x": {"Cargo.toml": "", "Cargo.toml.orig": ""}}}) == []


def test_copies_that_unity_knows_by_their_identity(inspect: Callable[..., list[Finding]]) -> None:
    used, unused = "a" * 32, "b" * 32
    tree = {
        "Farmer.prefab": "x\n",
        "Farmer.prefab.meta": f"guid: {'c' * 32}\n",
        "Farmer (1).prefab": "y\n",
        "Farmer (1).prefab.meta": f"guid: {used}\n",
        "Farmer (2).prefab": "z\n",
        "Farmer (2).prefab.meta": f"guid: {unused}\n",
        "Level.unity": f"  - target: {{guid: {used}}}\n",
    }

    assert [one.path for one in inspect("conflict-copy", tree)] == ["Farmer (2).prefab"]
