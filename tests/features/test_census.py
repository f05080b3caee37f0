"""What an install left, folder by folder: a loss is noticed, and what builds and caches do is none."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from toolkit.features._census import loss, take

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "node_modules/.package-lock.json",
    "node_modules/.bin/tool",
    "node_modules/.cache/vite/deps.js",
    "node_modules/deep/package.json",
    "node_modules/deep/lib/locales/en.js",
    "node_modules/deep/lib/locales/de.js",
    "node_modules/@scope/one/index.js",
    "packages/a/node_modules/inner/index.js",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    for folder, _, _ in os.walk(tmp_path):
        os.utime(folder, ns=(10**18, 10**18))
    take(str(tmp_path), (".", "packages/a", "packages/none"), tmp_path / "census")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("node_modules/deep/lib/locales/en.js", "node_modules/deep/lib/locales has lost 1 of 2 entries"),
        ("node_modules/deep/lib", "node_modules/deep has lost 1 of 2 entries"),
        ("node_modules/deep", "node_modules has lost 1 of 3 entries"),
        ("node_modules/@scope/one", "node_modules/@scope has lost 1 of 1 entries"),
        ("node_modules/.bin/tool", "node_modules/.bin has lost 1 of 1 entries"),
        ("packages/a/node_modules/inner/index.js", "packages/a/node_modules/inner has lost 1 of 1 entries"),
        ("packages/a/node_modules", "packages/a/node_modules is gone"),
    ],
)
def test_a_loss_is_noticed_wherever_it_is(tree: Path, name: str, says: str) -> None:
    assert loss(str(tree), tree / "census") == ""
    path = tree / name
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert loss(str(tree), tree / "census") == says


def test_what_is_added_and_what_caches_do_is_no_loss(tree: Path) -> None:
    shutil.rmtree(tree / "node_modules/.cache")
    (tree / "node_modules/.vite").mkdir()
    (tree / "node_modules/deep/build").mkdir()
    (tree / "node_modules/deep/lib/locales/en.js").write_text("patched")
    (tree / "node_modules/.package-lock.json").unlink()
    assert loss(str(tree), tree / "census") == ""


def test_nothing_is_known_of_what_nobody_counted(tmp_path: Path) -> None:
    take(str(tmp_path), (".",), tmp_path / "census")
    assert not (tmp_path / "census").exists()
    assert loss(str(tmp_path), tmp_path / "census") == ""


def test_a_folder_may_be_called_as_it_likes(tmp_path: Path) -> None:
    (tmp_path / "node_modules/a\x85b\u2028c/inner").mkdir(parents=True)
    take(str(tmp_path), (".",), tmp_path / "census")
    assert loss(str(tmp_path), tmp_path / "census") == ""
