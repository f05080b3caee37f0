"""Large files, binary or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding


BINARY = b"\x00\x01" * 600_000


def test_large_binaries(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"setup.bin": BINARY, "photo.PNG": BINARY, "fixtures": {"x.so": BINARY}}

    assert places(inspect("large-binary-tracked", tree)) == [
        ("info", "fixtures/x.so", 0),
        ("info", "photo.PNG", 0),
        ("warning", "setup.bin", 0),
    ]


def test_quiet_for_text_small_untracked_and_lfs(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitattributes": "*.dat filter=lfs diff=lfs merge=lfs -text\n",
        "prices.csv": "1;2\n" * 400_000,
        "small.bin": b"\x00" * 1000,
    }

    assert inspect("large-binary-tracked", tree, loose={"new.bin": BINARY}) == []


def test_what_git_lfs_keeps(repository: Callable[..., Repository]) -> None:
    made = repository({".gitattributes": "*.dat filter=lfs\n", "a.dat": BINARY, "b.zip": BINARY})

    assert places(load("large-binary-tracked").run(Inspection(made.root, {}))) == [("warning", "b.zip", 0)]


def test_one_finding_for_the_many_of_a_folder_and_none_below_tracked_output(
    inspect: Callable[..., list[Finding]],
) -> None:
    many = {f"{name}.dll": BINARY for name in "abcd"}
    tree = {"lib": {**many, "d.dll": BINARY + b"\x00"}, "Cargo.toml": "[workspace]\n", "target": {"debug": many}}

    found = inspect("large-binary-tracked", tree)

    assert places(found) == [("warning", "lib/d.dll", 0)]
    assert "in 4 files of lib" in found[0].message


def test_a_film_that_every_clone_feels(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"demo.mov": b"\x00\x01" * 5_500_000, "short.mov": BINARY}

    assert places(inspect("large-binary-tracked", tree)) == [("warning", "demo.mov", 0), ("info", "short.mov", 0)]


def test_many_folders_below_one_are_told_once(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "data": {f"d{number}": {"a.bin": BINARY} for number in range(9)},
        "few": {f"d{number}": {"a.bin": BINARY} for number in range(2)},
    }

    found = inspect("large-binary-tracked", tree)

    assert [one.path.partition("/")[0] for one in found] == ["data", "few", "few"]
    assert "in 9 files of data" in found[0].message
    assert found[0].evidence.startswith("d0/a.bin, d1/a.bin")


def test_one_kind_of_file_in_several_folders_is_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"circuits": {name: {"a.wasm": BINARY} for name in "abc"} | {"d": {"e.zip": BINARY}}}

    assert places(inspect("large-binary-tracked", tree)) == [
        ("info", "circuits/a/a.wasm", 0),
        ("warning", "circuits/d/e.zip", 0),
    ]


def test_what_a_program_loads_and_what_pyinstaller_makes(inspect: Callable[..., list[Finding]]) -> None:
    made = {"PYZ-00.pyz": BINARY, "PYZ-00.toc": "[]", "Analysis-00.toc": "[]", "base_library.zip": BINARY}
    tree = {"app": {"a.wasm": BINARY, "weights.onnx": b"\x00" * 5_100_000}, "tool": BINARY, "build": {"cli": made}}

    assert places(inspect("large-binary-tracked", tree)) == [
        ("info", "app/a.wasm", 0),
        ("warning", "app/weights.onnx", 0),
        ("warning", "tool", 0),
    ]
