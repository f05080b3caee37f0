"""Texts that were made to keep an expression busy: every check of the family ends within seconds, and says nothing of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.checks.onchain import address, anchor_toml, crate

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

CHECKS = (
    "anchor-incomplete-program",
    "anchor-placeholder-id",
    "anchor-program-duplicated",
    "anchor-program-id-invalid",
    "anchor-program-id-mismatch",
    "anchor-program-without-source",
    "anchor-source-without-program",
    "anchor-version-mismatch",
    "keypair-committed",
    "program-keypair-committed",
)
MANY = 20_000
TEXTS = {
    "names": "vault_program_id" * (MANY // 10),
    "calls": "PROGRAM_ID = " + "new(" * MANY,
    "blanks": "programId" + " " * MANY + "x",
    "lines": "program_id\n" + "\n" * MANY + "name: x",
    "assignments": "PROGRAM_ID=" * (MANY // 4),
    "texts": 'program_id "' + '\\"' * MANY,
    "braces": 'variable "program_id" {' * (MANY // 8),
    "brackets": "program_id [" + "[" * MANY,
    "letters": "programId = '" + "z" * MANY,
    "interface": '{"instructions": [' + '{"address": ' * (MANY // 8),
    "rust": "#[program]\nmod a {" + "pub fn x(ctx: Context<" * (MANY // 16),
    "attributes": "program_id\n" + "#[cfg(" * (MANY // 8) + '\ndeclare_id!("x");',
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_check_takes_long(inspect: Callable[..., list[Finding]], name: str) -> None:
    text = TEXTS[name]
    files = ("a.ts", "a.py", ".env", "a.tf", "a.yaml", "vault.ts", "vault.json", "a.sh", "Dockerfile")
    inner = {**crate("vault")["src"], "state.rs": text, "error.rs": text}
    tree = {
        "Anchor.toml": anchor_toml(localnet={"vault": address("vault")}),
        "programs": {"vault": {**crate("vault"), "src": inner}},
        "app": {"package.json": '{"dependencies": {"@solana/kit": "1"}}', **dict.fromkeys(files, text)},
    }

    for check in CHECKS:
        begin = time.monotonic()
        found = inspect(check, tree)
        assert time.monotonic() - begin < 10
        assert [one for one in found if one.severity == "error"] == []
