"""Adoption: what is inferred from which file, and that nothing of the repository is replaced."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.checks.onchain._versions import row
from toolkit.context import Context
from toolkit.features import init
from toolkit.model import EditFile, WriteFile
from toolkit.versions import satisfies

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
    assert sorted(written) == [
        ".envrc", ".github/workflows/toolkit.yml", ".gitignore", "flake.nix", "tasks.py", "toolkit.toml",
    ]  # fmt: skip
    assert written[".gitignore"] == ".envrc.local\n.direnv/\n"
    assert "name: toolkit\n" in written[".github/workflows/toolkit.yml"]
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


@pytest.mark.parametrize("anchor", ["0.29.0", "0.30.1", "0.31.1", "0.32.1", "1.0.2", "1.1.2", "1.2.0"])
def test_solana_goes_with_anchor_as_the_doctor_has_it(repository: Callable[..., Repository], anchor: str) -> None:
    crate = f'[package]\nname = "p"\n[dependencies]\nanchor-lang = "{anchor}"\n'
    made = repository({"programs": {"Anchor.toml": "[toolchain]\n", "Cargo.toml": crate}})
    change = init.plan(Context(made.root), newest, "github:somebody/toolkit")
    (settings,) = (one.content for one in change.actions if isinstance(one, WriteFile) and one.path == "toolkit.toml")
    solana = tomllib.loads(settings.decode())["toolchain"]["solana"]

    wanted = row(anchor)["solana"]
    assert satisfies(solana, wanted), f"{solana} is not {wanted}"


def test_what_is_there_is_never_replaced(repository: Callable[..., Repository]) -> None:
    made = repository(
        {"toolkit.toml": "# mine\n", "flake.nix": "{ }", ".envrc": "use flake\n", "tasks.py": "", "a": {}}
    )
    change = init.plan(Context(made.root), newest, "github:somebody/toolkit")
    assert [action.path for action in change.actions if isinstance(action, WriteFile)] == [
        ".github/workflows/ci.yml", ".gitignore",
    ]  # fmt: skip
    assert all(action.expected_digest is None for action in change.actions if isinstance(action, WriteFile))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"node_modules", b"node_modules\n.envrc.local\n.direnv/\n"),
        (b"a\r\n.envrc*\r\n", b"a\r\n.envrc*\r\n.direnv/\r\n"),
        (b".direnv\n/.envrc.local\n", b".direnv\n/.envrc.local\n"),
        (b"", b".envrc.local\n.direnv/\n"),
    ],
)
def test_files_of_one_person_are_left_out_of_git(
    repository: Callable[..., Repository], before: bytes, after: bytes
) -> None:
    made = repository({"a.txt": ""})
    (made.root / ".gitignore").write_bytes(before)
    change = init.plan(Context(made.root), newest, "github:somebody/toolkit")

    edits = [action for action in change.actions if isinstance(action, EditFile)]
    shown = before
    for span in (span for edit in edits for span in edit.spans):
        shown = shown[: span.start] + span.text + shown[span.end :]

    assert shown == after


@pytest.mark.parametrize("name", ["main", "master", "release/next", "develop"])
def test_the_workflow_runs_for_the_branch_that_others_branch_from(
    repository: Callable[..., Repository], name: str
) -> None:
    made = repository({"a.txt": ""})
    git = ["git", "-C", str(made.root)]
    subprocess.run([*git, "branch", "-M", "feature"], check=True)
    subprocess.run([*git, "update-ref", f"refs/remotes/origin/{name}", "HEAD"], check=True)
    subprocess.run([*git, "symbolic-ref", "refs/remotes/origin/HEAD", f"refs/remotes/origin/{name}"], check=True)

    change = init.plan(Context(made.root), newest, "github:somebody/toolkit")

    written = {one.path: one.content.decode() for one in change.actions if isinstance(one, WriteFile)}
    assert f"branches: [{name}]" in written[".github/workflows/ci.yml"]


def test_what_git_leaves_out_is_not_named_among_what_is_added(repository: Callable[..., Repository]) -> None:
    made = repository({".gitignore": ".envrc\n"})

    notes = init.plan(Context(made.root), newest, "github:somebody/toolkit").notes

    assert any(note.startswith(".envrc is left out by .gitignore") for note in notes)
    assert [" .envrc " in note for note in notes if note.startswith("next:")] == [False]


@pytest.mark.parametrize(
    ("files", "toolchain", "said"),
    [
        ({"rust-toolchain.toml": '[toolchain]\nchannel = "stable"\n'}, {"rust": "1.97.1"}, ""),
        ({"rust-toolchain": "nightly-2026-01-01\n"}, {}, "nightly-2026-01-01 in rust-toolchain is no version"),
        ({".nvmrc": "lts/jod\n", "package.json": "{}"}, {"node": "22"}, ""),
        ({".nvmrc": "node\n", "package.json": "{}"}, {"node": "24.19.0"}, ""),
        ({"a\nb": {"package.json": "{}"}}, {"node": "22"}, ""),
        ({"b/yarn.lock": "", "b/package.json": "{}", "a/x/yarn.lock": ""}, {"node": "22", "yarn": "1.22.22"}, ""),
    ],
)
def test_what_is_no_version_is_the_newest_or_left_out_and_the_file_is_always_toml(
    repository: Callable[..., Repository], files: dict[str, Any], toolchain: dict[str, str], said: str
) -> None:
    def pinned(tool: str, asked: str) -> str | None:
        return {"node": "24.19.0", "rust": "1.97.1"}[tool] if asked == "*" else None

    change = init.plan(Context(repository(files).root), pinned, "github:somebody/toolkit")

    written = next(one.content for one in change.actions if isinstance(one, WriteFile) and one.path == "toolkit.toml")
    assert tomllib.loads(written.decode())["toolchain"] == toolchain
    assert said in "\n".join(change.notes)
    assert b"# b/yarn.lock\n" in written or "yarn" not in toolchain


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
        for path in ("tasks.py", "flake.nix"):
            assert init.template(f"{name}/{path}") == init.template(f"monorepo/{path}"), (name, path)
        tomllib.loads(init.template(f"{name}/toolkit.toml").decode())


def test_the_workflow_pins_its_actions_and_asks_for_nothing() -> None:
    import re

    text = (ROOT / ".github/workflows/ci.yml").read_text()
    uses = re.findall(r"uses: (\S+)", text)
    assert uses
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", each) for each in uses)
    assert "permissions:\n  contents: read\n" in text
    assert ("secrets." in text, "write" in text, "ubuntu" in text, "macos" in text) == (False, False, True, True)


def test_the_tasks_of_a_repository_say_in_a_sentence_that_the_toolkit_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_bytes(init.shown("tasks.py"))
    done = subprocess.run([sys.executable, "-I", "tasks.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "toolkit: not installed here",
        "hint: nix develop has it; without Nix: pip install A_CLONE",
    ]
