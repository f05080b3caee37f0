"""Files with a name that no tool reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import MoveFile
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


TOOLCHAIN = '[toolchain]\nchannel = "1.80.0"\n'


def test_names_nearly_right(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {"rust-toolchain.yaml": "toolchain:\n  channel: 1.80.0\n"},
        "b": {"rust_toolchain.toml": TOOLCHAIN},
        "c": {"nvmrc": "22\n"},
        "d": {"python-version": "3.12\n"},
        "e": {"rust-toolchain": "1.80.0\n", "rust-toolchain.toml": TOOLCHAIN},
    }
    found = inspect("toolchain-file-ignored", tree)

    assert places(found) == [
        ("warning", "a/rust-toolchain.yaml", 0),
        ("warning", "b/rust_toolchain.toml", 0),
        ("warning", "c/nvmrc", 0),
        ("warning", "d/python-version", 0),
        ("warning", "e/rust-toolchain.toml", 0),
    ]
    by_path = {one.path: one.fixes[0] for one in found}
    assert by_path["a/rust-toolchain.yaml"].safety == "manual"
    move = MoveFile("b/rust_toolchain.toml", "b/rust-toolchain.toml", digest_bytes(TOOLCHAIN.encode()))
    assert by_path["b/rust_toolchain.toml"].actions == (move,)
    assert by_path["c/nvmrc"].actions == (MoveFile("c/nvmrc", "c/.nvmrc", digest_bytes(b"22\n")),)


def test_quiet_for_names_that_are_read_and_for_others(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".nvmrc": "22\n",
        ".node-version": "22\n",
        "rust-toolchain.toml": TOOLCHAIN,
        "docs": {"python-versions.md": "3.12\n", "nvm": "words without a number\n", "tool-versions.txt": ""},
    }

    assert inspect("toolchain-file-ignored", tree) == []


def test_a_version_file_among_documents(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "docs": {".nvmrc": "14\n", "a.md": "", "specs": {"b.json": "{}"}},
        "site": {".nvmrc": "14\n", "package.json": "{}"},
        "tools": {".python-version": "3.12\n", "a.py": ""},
        ".nvmrc": "20\n",
    }

    assert [(one.severity, one.path) for one in inspect("toolchain-file-ignored", tree)] == [("info", "docs/.nvmrc")]


@pytest.mark.parametrize(
    ("path", "pages", "told"),
    [
        ("middleware.ts", "src/app", True),
        ("src/middleware.ts", "pages", True),
        ("src/middleware.ts", "src/app", False),
        ("middleware.ts", "app", False),
        ("proxy.js", "src/pages", True),
        ("lib/middleware.ts", "src/app", False),
    ],
)
def test_what_next_does_not_find_before_its_pages(
    inspect: Callable[..., list[Finding]], path: str, pages: str, *, told: bool
) -> None:
    code = "export function middleware() {}\nexport const config = {};\n"
    tree = {"web/package.json": '{"dependencies": {"next": "15"}}', f"web/{path}": code, f"web/{pages}/page.tsx": ""}

    assert places(inspect("toolchain-file-ignored", tree)) == ([("error", f"web/{path}", 0)] if told else [])
