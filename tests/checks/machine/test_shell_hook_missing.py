"""Start files of shells that do or do not speak of direnv."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.model import Finding

TREE = {".envrc": "use flake\n"}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A home with direnv on the search path and no start files."""
    folder = tmp_path / "home" / "bin"
    folder.mkdir(parents=True)
    (folder / "direnv").write_text("#!/bin/sh\n")
    (folder / "direnv").chmod(0o755)
    return {"HOME": str(folder.parent), "PATH": str(folder), "SHELL": "/bin/fish"}


def test_no_start_file_loads_it(inspect: Callable[..., list[Finding]], home: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "home" / ".config" / "fish"
    config.mkdir(parents=True)
    (config / "config.fish").write_text("# direnv hook fish | source\n")
    found = inspect("shell-hook-missing", TREE, variables=home)

    assert [(one.severity, one.path) for one in found] == [("warning", ".envrc")]
    assert (
        found[0].fixes[0].title
        == "add `direnv hook fish | source` to ~/.config/fish/config.fish, then open a new terminal"
    )

    (config / "config.fish").write_text("direnv hook fish | source\n")
    assert inspect("shell-hook-missing", TREE, variables=home) == []


def test_direnv_is_not_installed(inspect: Callable[..., list[Finding]], home: dict[str, str]) -> None:
    found = inspect("shell-hook-missing", TREE, variables={**home, "PATH": "/nowhere"})

    assert [one.severity for one in found] == ["info"]


@pytest.mark.parametrize(
    "more", [{"CI": "true"}, {"DIRENV_DIR": "-/somewhere"}, {"SHELL": "/bin/strange"}, {"SHELL": ""}]
)
def test_quiet_where_nobody_would_miss_it(
    inspect: Callable[..., list[Finding]], home: dict[str, str], more: dict[str, str]
) -> None:
    assert inspect("shell-hook-missing", TREE, variables={**home, **more}) == []


def test_quiet_without_an_envrc(inspect: Callable[..., list[Finding]], home: dict[str, str]) -> None:
    assert inspect("shell-hook-missing", {"a": ""}, variables=home) == []
