"""The families code and onchain on the messy repository, and on sources that are broken."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.messy.build import build, truth
from toolkit.catalog import catalog, load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.model import Finding

IDS = [one.id for one in catalog() if one.family in ("code", "onchain")]


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    root: Path = build(tmp_path_factory.mktemp("messy") / "a repository")
    return Inspection(root, {"PATH": os.environ["PATH"]})


def is_at(found: Finding, place: Any) -> bool:
    last = place.get("until", place["line"])
    here = found.path == place["path"] and (place["line"] == 0 or place["line"] <= found.line <= last)
    return bool(here or found.path == place.get("or_path"))


@pytest.mark.parametrize("name", IDS)
def test_exactly_what_the_messy_repository_holds(messy: Inspection, name: str) -> None:
    everything: Any = truth()
    wanted = everything["checks"].get(name, {"findings": [], "severity": ""})
    tolerated = [one["path"] for one in everything["tolerated"] if one["check"] == name]
    told = [one for one in load(name).run(messy) if one.severity != "info" and one.path not in tolerated]
    extra = [one for one in load(name).run(messy) if one.severity != "info" and one.path in tolerated]

    assert [one for one in told if not any(is_at(one, place) for place in wanted["findings"])] == []
    assert [place for place in wanted["findings"] if not any(is_at(one, place) for one in (*told, *extra))] == []
    assert {one.severity for one in told} <= {wanted["severity"]}


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
        "Anchor.toml": "[programs.localnet]\na = 5\nb = { address = 1 }\n[programs]\ndevnet = 7\n[toolchain]\nanchor_version = 1\n[workspace]\nmembers = 5\n"
    }

    assert inspect(name, tree) == []
