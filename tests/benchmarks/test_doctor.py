"""The doctor's benchmark runs at a small size, and its tree is the same for the same numbers."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks import doctor
from benchmarks.trees import polyglot_repository

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_tree_has_the_files_that_were_asked_for(tmp_path: Path) -> None:
    heads = []
    for name in ("one", "two"):
        root = polyglot_repository(tmp_path / name, 200, projects=4)
        listed = subprocess.run(("git", "ls-files"), cwd=root, check=True, capture_output=True, text=True)
        head = subprocess.run(("git", "rev-parse", "HEAD"), cwd=root, check=True, capture_output=True, text=True)
        paths = listed.stdout.split()
        heads.append(head.stdout)
        assert len(paths) == 200
        assert {path.rpartition(".")[2] for path in paths} >= {"ts", "js", "py", "rs", "yaml", "yml", "json"}
    assert heads[0] == heads[1]


def test_a_small_run_prints_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = tmp_path / "tools/bin"
    tools.mkdir(parents=True)
    (tools / "sherif").write_text("#!/bin/sh\nexit 1\n")
    (tools / "sherif").chmod(0o755)
    words = ["doctor", "--files", "400", "--runs", "1", "--tools", str(tmp_path / "tools")]
    monkeypatch.setattr(sys, "argv", words)

    assert doctor.main() == 0
    shown = capsys.readouterr().out
    for name in ("doctor, warm", "ast-grep's scan alone", "sherif", "all of them", "doctor --changed, ten files"):
        assert name in shown
