"""Adoption: what is inferred from which file, and that nothing of the repository is replaced."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.context import Context
from toolkit.features import init
from toolkit.model import WriteFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

ROOT = Path(__file__).resolve().parents[3]

TREE: dict[str, Any] = {
    ".nvmrc": "v22.3.0\n",
    "package.json": '{"packageManager": "pnpm@9.15.4+sha512.abc"}',
    "web": {"package.json": '{"engines": {"node": ">=20"}}'},
    "vendor": {"x": {"package.json": '{"engines": {"node": "0.10"}, "packageManager": "yarn@1.0.0"}'}},
    "api": {"pyproject.toml": '[project]\nname = "api"\nrequires-python = ">=3.11"\n', "uv.lock": ""},
    "programs": {
        "Anchor.toml": "[toolchain]\n",
        "Cargo.toml": '[package]\nname = "p"\nrust-version = "1.89"\n[dependencies]\nanchor-lang = "1.2.0"\n',
    },
    "Dockerfile": "FROM node:18-alpine AS build\nFROM --platform=linux/amd64 python:3.10\n",
    ".github": {"workflows": {"ci.yml": "steps:\n  - with:\n      node-version: '16'\n"}},
    "broken": {"package.json": "{", "rust-toolchain.toml": "= no toml"},
}


def newest(tool: str, asked: str) -> str | None:
    return {"node": "22.23.2", "python": "3.12"}.get(tool) if asked.startswith(">=") else None


def test_pins_come_from_the_repository_with_the_file_that_says_so(repository: Callable[..., Repository]) -> None:
    made = repository(TREE)
    change = init.plan(Context(made.root), newest, "github:somebody/toolkit")
    written = {action.path: action.content.decode() for action in change.actions if isinstance(action, WriteFile)}
    assert sorted(written) == [".envrc", "flake.nix", "tasks.py", "toolkit.toml"]
    assert tomllib.loads(written["toolkit.toml"])["toolchain"] == {
        "node": "22.3.0",
        "pnpm": "9.15.4",
        "python": "3.12",
        "uv": "0.13.9",
        "rust": "1.89",
        "anchor": "1.2.0",
        "solana": "4.3.0",
        "platform-tools": ["1.57", "1.52"],
    }
    assert "# .nvmrc (v22.3.0)\nnode" in written["toolkit.toml"]
    assert "# packageManager in package.json\npnpm" in written["toolkit.toml"]
    assert "# requires-python in api/pyproject.toml (>=3.11)\npython" in written["toolkit.toml"]
    assert '"github:somebody/toolkit"' in written["flake.nix"]
    assert len(written["flake.nix"].splitlines()) <= 10
    notes = "\n".join(change.notes)
    assert "node: .nvmrc decided (v22.3.0); elsewhere: 16 (1), 18 (1), >=20 (1)" in notes
    assert ".github/workflows/ci.yml is there and stays" in notes


def test_what_is_there_is_never_replaced(repository: Callable[..., Repository]) -> None:
    made = repository(
        {"toolkit.toml": "# mine\n", "flake.nix": "{ }", ".envrc": "use flake\n", "tasks.py": "", "a": {}}
    )
    change = init.plan(Context(made.root), newest, "github:somebody/toolkit")
    assert [action.path for action in change.actions if isinstance(action, WriteFile)] == [".github/workflows/ci.yml"]
    assert all(action.expected_digest is None for action in change.actions if isinstance(action, WriteFile))


@pytest.mark.parametrize(
    ("remote", "folder", "address"),
    [
        ("https://github.com/o/r.git", "/x", "github:o/r"),
        ("git@gitlab.com:o/r.git", "/x", "gitlab:o/r"),
        ("https://git.example.org/o/r", "/x", "git+https://git.example.org/o/r"),
        ("", "/a b", "git+file:///a%20b"),
        ("", "", "flake:toolkit"),
    ],
)
def test_the_address_of_the_toolkit(remote: str, folder: str, address: str) -> None:
    assert init.toolkit_address(remote, folder) == address


def test_what_is_handed_out_is_what_we_use() -> None:
    for name in ("monorepo", "node", "rust", "anchor", "python"):
        for path in (".envrc", ".github/workflows/ci.yml"):
            assert init.template(f"{name}/{path}") == (ROOT / path).read_bytes(), (name, path)
        tomllib.loads(init.template(f"{name}/toolkit.toml").decode())


def test_the_workflow_pins_its_actions_and_asks_for_nothing() -> None:
    import re

    text = (ROOT / ".github/workflows/ci.yml").read_text()
    uses = re.findall(r"uses: (\S+)", text)
    assert uses
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", each) for each in uses)
    assert "permissions:\n  contents: read\n" in text
    assert ("secrets." in text, "write" in text, "ubuntu" in text, "macos" in text) == (False, False, True, True)
