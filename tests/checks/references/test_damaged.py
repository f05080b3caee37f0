"""Damaged documents: whatever a line becomes, a check of the family says something or nothing, and never fails."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from tests.messy.build import build
from toolkit.catalog import catalog, load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from pathlib import Path

IDS = tuple(one.id for one in catalog() if one.family == "references")
READ = re.compile(r"\.(ya?ml|jsonc?|tf|md|ts|js)$|Dockerfile$|(Cargo|Anchor|wrangler)\.toml$")
VALUES = (
    "[]",
    "{}",
    "null",
    "1",
    "true",
    "[1, {}]",
    '{"a": 1}',
    "[null]",
    '"${A}"',
    '"\x1b[31m"',
    '"["',
    '"../../../.."',
    '"(?"',
)


def damaged(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(dice.randint(1, 4)):
        at, kind = dice.randrange(len(lines)), dice.random()
        if kind < 0.2:
            lines = lines[:at] or [""]
        elif kind < 0.8:
            value = dice.choice(VALUES)
            lines[at] = re.sub(r"([:=]\s*).*?(,?)$", lambda match, new=value: f"{match[1]}{new}{match[2]}", lines[at])  # type: ignore[misc]
        else:
            lines[at] += dice.choice(("[", "{", '"', "\t", ": ", "*", "&a", "<<"))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", [58, 96, 401])
def test_no_check_fails_on_damaged_documents(tmp_path: Path, seed: int) -> None:
    root = build(tmp_path / "messy")
    dice = random.Random(seed)
    paths = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts
    ]
    for path in paths:
        if READ.search(path.name):
            path.write_text(damaged(path.read_text("utf-8", "replace"), dice), "utf-8")
    context = Inspection(root, {})

    found = [one for name in IDS for one in load(name).run(context)]

    assert all(one.path and one.line >= 0 for one in found)
