"""Unpacking: what is asked for, and nothing outside of the folder."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import ConfigurationError
from toolkit.system.archive import ArchiveError, Layout, link_executable, unpack

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"tool-1/bin/tool": b"#!/bin/sh\n", "tool-1/share/doc": b"words"}


def tar(path: Path, members: list[tuple[tarfile.TarInfo, bytes]], form: str = "gz") -> Path:
    with tarfile.open(path, f"w:{form}") as archive:  # type: ignore[call-overload]
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, to: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, to, mode
    return info


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): f"-> {path.readlink()}"
        if path.is_symlink()
        else oct(stat.S_IMODE(path.stat().st_mode))
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }


@pytest.mark.parametrize("form", ["gz", "xz", "bz2"])
def test_a_tar_of_each_compression(tmp_path: Path, form: str) -> None:
    members = [
        (entry("./tool-1", tarfile.DIRTYPE, mode=0o700), b""),
        (entry("tool-1/bin/also", tarfile.SYMTYPE, "tool"), b""),
        (entry("tool-1/bin/tool", mode=0o6755), FILES["tool-1/bin/tool"]),
        (entry("tool-1/share/doc", mode=0o666), FILES["tool-1/share/doc"]),
        (entry("tool-1/share/same", tarfile.LNKTYPE, "tool-1/share/doc"), b""),
    ]
    target = tmp_path / "out"
    target.mkdir()
    made = unpack(tar(tmp_path / "a", members, form), target, Layout(f"tar.{form}", strip=1))
    assert made == 4
    assert tree(target) == {"bin/also": "-> tool", "bin/tool": "0o755", "share/doc": "0o644", "share/same": "0o644"}
    assert (target / "share" / "same").read_bytes() == b"words"


def test_a_zip_keeps_programs_executable_and_takes_one_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        for name, mode in (
            ("pkg-1.data/scripts/tool", 0o755),
            ("pkg-1.data/scripts/notes", 0o644),
            ("pkg/x.py", 0o644),
        ):
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(info, b"x")
        link = zipfile.ZipInfo("pkg-1.data/scripts/alias")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "tool")
    target = tmp_path / "out"
    target.mkdir()
    unpack(tmp_path / "a.whl", target, Layout("zip", root="pkg-1.data/scripts", into="bin"))
    assert tree(target) == {"bin/alias": "-> tool", "bin/notes": "0o644", "bin/tool": "0o755"}


def test_a_bare_file_becomes_a_program(tmp_path: Path) -> None:
    (tmp_path / "anchor-1").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    unpack(tmp_path / "anchor-1", tmp_path / "out", Layout("file", name="bin/anchor"))
    assert tree(tmp_path / "out") == {"bin/anchor": "0o755"}


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ([(entry("../evil"), b"x")], "leaves its folder"),
        ([(entry("tool/../../evil"), b"x")], "leaves its folder"),
        ([(entry("/evil"), b"x")], "not relative"),
        ([(entry("link", tarfile.SYMTYPE, "/etc"), b"")], "outside"),
        ([(entry("link", tarfile.SYMTYPE, "../.."), b"")], "outside"),
        (
            [(entry("a/b/c", tarfile.SYMTYPE, "../.."), b""), (entry("far", tarfile.SYMTYPE, "a/b/c/../up"), b"")],
            "outside",
        ),
        ([(entry("link", tarfile.SYMTYPE, "sub"), b""), (entry("link/evil"), b"x")], "both as a folder and as a link"),
        ([(entry("pipe", tarfile.FIFOTYPE), b"")], "no file, folder or link"),
        ([(entry("null", tarfile.CHRTYPE), b"")], "no file, folder or link"),
        ([(entry("hard", tarfile.LNKTYPE, "../../etc/hostname"), b"")], "leaves its folder"),
        ([(entry("hard", tarfile.LNKTYPE, "missing"), b"")], "hard link"),
        ([(entry("a"), b"x"), (entry("a/b"), b"x")], "both as a folder and as a file"),
    ],
)
def test_nothing_lands_outside(tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], says: str) -> None:
    target = tmp_path / "deep" / "out"
    target.mkdir(parents=True)
    archive = tar(tmp_path / "a.tar.gz", members)
    with pytest.raises(ArchiveError, match=says):
        unpack(archive, target, Layout("tar.gz"))
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(target)]
    assert sorted(path.name for path in outside) == ["a.tar.gz", "deep"]


def test_no_link_is_made_through_another_one_that_leads_out(tmp_path: Path) -> None:
    outside, target = tmp_path / "outside", tmp_path / "target"
    outside.mkdir()
    target.mkdir()
    (outside / "mine").write_bytes(b"mine")
    members = [
        (entry("out", tarfile.SYMTYPE, "../outside"), b""),
        (entry("out/mine", tarfile.SYMTYPE, "x"), b""),
        (entry("out/new/deep", tarfile.SYMTYPE, "x"), b""),
    ]
    with pytest.raises(ArchiveError, match="outside of it"):
        unpack(tar(tmp_path / "a.tar.gz", members), target, Layout("tar.gz"))
    assert [path.name for path in outside.iterdir()] == ["mine"]
    assert (outside / "mine").read_bytes() == b"mine"


def test_an_existing_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    target = tmp_path / "out"
    target.mkdir()
    (target / "file").symlink_to(outside)
    unpack(tar(tmp_path / "a", [(entry("file"), b"theirs")]), target, Layout("tar.gz"))
    assert outside.read_bytes() == b"mine"
    assert (target / "file").read_bytes() == b"theirs"


@pytest.mark.parametrize("form", ["tar.gz", "tar.xz", "tar.bz2", "zip"])
def test_a_broken_archive_is_one_sentence(tmp_path: Path, form: str) -> None:
    (tmp_path / "a").write_bytes(b"<html>no archive</html>")
    with pytest.raises(ArchiveError, match=f"no whole {form} archive"):
        unpack(tmp_path / "a", tmp_path, Layout(form))


@pytest.mark.parametrize("form", ["gz", "xz", "bz2"])
def test_a_cut_archive_is_one_sentence(tmp_path: Path, form: str) -> None:
    path = tar(tmp_path / "a", [(entry("f"), bytes(range(256)) * 4000)], form)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ArchiveError, match="no whole"):
        unpack(path, tmp_path, Layout(f"tar.{form}"))


def test_unknown_formats_are_configuration_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"tar\.zst"):
        unpack(tmp_path / "a", tmp_path, Layout("tar.zst"))
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="needs the name"):
        unpack(tmp_path / "a", tmp_path, Layout("file"))


def test_programs_are_linked_inside_the_folder_only(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "cli.js").write_bytes(b"x")
    link_executable(tmp_path, "bin/cli", "package/cli.js")
    assert tree(tmp_path) == {"bin/cli": "-> ../package/cli.js", "package/cli.js": "0o755"}
    with pytest.raises(ArchiveError, match="does not hold"):
        link_executable(tmp_path, "bin/cli", "package/other.js")
    with pytest.raises(ArchiveError, match="leaves its folder"):
        link_executable(tmp_path, "bin/cli", "../cli.js")
