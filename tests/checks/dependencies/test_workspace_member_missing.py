"""Workspace entries that name nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_entries_without_a_folder(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {
            "pnpm-workspace.yaml": 'packages:\n  - "packages/*"\n  - apps/docs\n',
            "packages": {"x": {"package.json": "{}"}},
        },
        "b": {"package.json": '{\n  "workspaces": [\n    "gone"\n  ]\n}'},
        "c": {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["gone"]\n'},
        "d": {"go.work": "go 1.22\n\nuse ./gone\n"},
        "e": {"package.json": '{"workspaces": ["libs/*"]}'},
    }

    assert places(inspect("workspace-member-missing", tree)) == [
        ("warning", "a/pnpm-workspace.yaml", 3),
        ("warning", "b/package.json", 3),
        ("warning", "c/pyproject.toml", 2),
        ("error", "d/go.work", 3),
        ("info", "e/package.json", 1),
    ]


def test_quiet_for_negations_outputs_and_what_another_file_decides(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitignore": ".react-email\n",
        "pnpm-workspace.yaml": "packages:\n  - a\n  - '!gone'\n  - a/.react-email\n",
        "package.json": '{"workspaces": ["never/read"]}',
        "a": {"package.json": "{}"},
        "go.work": "go 1.22\nuse (\n  ./m\n)\n",
        "m": {"go.mod": "module m\n"},
        "broken": {"pnpm-workspace.yaml": "packages: [\n"},
    }

    assert inspect("workspace-member-missing", tree) == []
