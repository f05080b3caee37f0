"""Who keeps a folder is told by its path, by marks on its ancestors, or by a provider's own settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from toolkit.system import darwin
from toolkit.system.owner import Owner, identify

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("below", "name"),
    [
        ("Library/Mobile Documents/com~apple~CloudDocs/work/repo", "iCloud Drive"),
        ("Library/CloudStorage/OneDrive-Contoso Ltd/repo", "OneDrive"),
        ("Library/CloudStorage/GoogleDrive-me@example.invalid/My Drive/repo", "Google Drive"),
        ("Library/CloudStorage/Dropbox/repo", "Dropbox"),
        ("Library/CloudStorage/Box-Box/repo", "Box"),
        ("Library/CloudStorage/Newcomer-1/repo", "Newcomer"),
    ],
)
def test_by_path(tmp_path: Path, below: str, name: str) -> None:
    found = identify(tmp_path / below, tmp_path, lambda _path, _name: None)

    assert found is not None
    assert (found.name, found.told_by.startswith("its path below ~/Library/")) == (name, True)


@pytest.mark.parametrize(
    ("folder", "mark", "value", "name"),
    [
        (
            "Documents",
            darwin.DOMAIN,
            b"com.apple.CloudDocs.iCloudDriveFileProvider/AB-12",
            "iCloud Drive (Desktop & Documents)",
        ),
        ("Elsewhere", darwin.DOMAIN, b"com.microsoft.OneDrive-mac.FileProvider/1", "OneDrive"),
        ("Elsewhere", darwin.DOMAIN, b"org.example.sync/1", "org.example.sync"),
        ("Desktop", "com.apple.fileprovider.detached#B", b"1", "iCloud Drive (Desktop & Documents)"),
    ],
)
def test_by_a_mark_on_an_ancestor(tmp_path: Path, folder: str, mark: str, value: bytes, name: str) -> None:
    (tmp_path / folder / "repo").mkdir(parents=True)
    marks = {(str(tmp_path / folder), mark): value}

    found = identify(tmp_path / folder / "repo", tmp_path, lambda path, attribute: marks.get((path, attribute)))

    assert found == Owner(name, f"{mark} on ~/{folder}", str(tmp_path / folder))


def test_a_link_into_a_synced_tree_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "Library/Mobile Documents/com~apple~CloudDocs/repo"
    real.mkdir(parents=True)
    (tmp_path / "code").symlink_to(real)

    found = identify(tmp_path / "code", tmp_path, lambda _path, _name: None)

    assert found is not None
    assert found.is_icloud


def test_dropbox_before_file_provider(tmp_path: Path) -> None:
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".dropbox/info.json").write_text(json.dumps({"personal": {"path": str(tmp_path / "Dropbox")}}))

    found = identify(tmp_path / "Dropbox/repo", tmp_path, lambda _path, _name: None)

    assert found is not None
    assert (found.name, found.legacy_dropbox) == ("Dropbox", True)
    assert identify(tmp_path / "Dropbox2/repo", tmp_path, lambda _path, _name: None) is None


def test_nobody(tmp_path: Path) -> None:
    assert identify(tmp_path / "repo", tmp_path) is None
