"""The families code and onchain on sources that are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.family import ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

IDS = [*ids("code"), *ids("onchain")]


@pytest.mark.parametrize("name", IDS)
def test_broken_files_are_passed_over(inspect: Callable[..., list[Finding]], name: str) -> None:
    junk = (
        b"\xff\xfe\x00",
        b"[" * 3000,
        b"{" * 3000,
        b"",
        b"(((((",
        b"select * from \x00",
        b"'" * 999,
        b"class " * 500,
    )
    endings = ("ts", "tsx", "js", "rs", "py", "sql", "prisma", "md", "json")
    tree: dict[str, Any] = {f"d{number}": {f"a.{one}": text for one in endings} for number, text in enumerate(junk)}
    tree |= {
        f"e{number}": {"Anchor.toml": text, "Cargo.toml": text, "package.json": text}
        for number, text in enumerate(junk)
    }
    odd = {"programs": {"localnet": [1], "devnet": {"a": 5}}}
    tree["odd"] = {
        "Anchor.toml": f"programs = {list(odd)}\n",
        "Cargo.toml": "[package]\nname = 5\n[dependencies]\nanchor-lang = []\n[lib]\nname = 1\n",
    }
    tree["odder"] = {
        "Anchor.toml": "[programs.localnet]\na = 5\nb = { address = 1 }\n[programs]\ndevnet = 7\n[toolchain]\nanchor_version = 1\n[workspace]\nmembers = 5\n[provider]\ncluster = 5\nwallet = []\n"
    }

    assert inspect(name, tree) == []
