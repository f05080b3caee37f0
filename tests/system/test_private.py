"""What of the cache is believed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import ToolkitError
from toolkit.system import private

if TYPE_CHECKING:
    from pathlib import Path


def test_written_for_us_alone_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "cache/deep/file"
    private.write(file, b"content")
    assert private.read(file) == b"content"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]


def test_what_others_could_have_written_or_read_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "cache/file"
    private.write(file, b"content")
    reasons = []
    for path, mode in ((file, 0o620), (file, 0o644), (file.parent, 0o777)):
        before = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode)
        reasons.append((private.distrust(path=file), private.read(file)))
        path.chmod(before)
    assert reasons == [
        ("others may write it", None),
        ("others may read it", None),
        ("others may write into its folder", None),
    ]
    link = file.parent / "link"
    link.symlink_to(file)
    assert private.distrust(link) == "it is not a regular file"
    assert private.distrust(file.parent / "none") == "it is not there"


@pytest.mark.real("root")
def test_what_another_user_owns_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "cache/file"
    private.write(file, b"content")
    os.chown(file, 12345, 12345)
    assert private.distrust(file) == "it belongs to another user"


def test_nothing_outside_of_the_cache_is_removed(tmp_path: Path) -> None:
    private.write(tmp_path / "cache/a/file", b"")
    with pytest.raises(ToolkitError, match="stays"):
        private.remove(tmp_path / "elsewhere", tmp_path / "cache")
    with pytest.raises(ToolkitError, match="stays"):
        private.remove(tmp_path / "cache", tmp_path / "cache")
    private.remove(tmp_path / "cache/a", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_full_or_forbidden_cache_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolkitError, match="cannot be written") as caught:
        private.write(tmp_path / "file/below", b"")
    assert "TOOLKIT_CACHE" in caught.value.hint
