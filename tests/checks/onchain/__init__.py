"""Small Anchor workspaces to try checks on."""

from __future__ import annotations

import hashlib
from typing import Any

from toolkit.checks.onchain._base58 import encode

__all__ = ["TEMPLATE", "address", "anchor_toml", "crate", "keypair"]

TEMPLATE = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"


def address(name: str) -> str:
    """An address that is nobody's."""
    return encode(hashlib.sha256(name.encode()).digest())


def keypair(name: str) -> str:
    """A file of 64 bytes whose public half is ``address(name)``."""
    half = hashlib.sha256(name.encode()).digest()
    return str(list(hashlib.sha256(half).digest() + half))


def crate(
    name: str, declared: str = "", *, anchor: str = "0.31.1", body: str = "", instructions: str = "go"
) -> dict[str, Any]:
    """A program's crate."""
    entry = "".join(
        f"    pub fn {one}(context: Context<Go>) -> Result<()> {{ Ok(()) }}\n" for one in instructions.split()
    )
    source = (
        "use anchor_lang::prelude::*;\n"
        f'declare_id!("{declared or address(name)}");\n'
        f"#[program]\npub mod {name} {{\n    use super::*;\n{entry}}}\n"
        f"#[derive(Accounts)]\npub struct Go {{}}\n{body}"
    )
    manifest = (
        f'[package]\nname = "{name}"\nversion = "0.1.0"\n\n[lib]\ncrate-type = ["cdylib", "lib"]\n\n'
        f'[dependencies]\nanchor-lang = "{anchor}"\n'
    )
    return {"Cargo.toml": manifest, "src": {"lib.rs": source}}


def anchor_toml(**clusters: dict[str, str]) -> str:
    """An Anchor.toml; the first key of each cluster is two lines below the one before."""
    return "\n".join(
        f"[programs.{cluster}]\n" + "".join(f'{name} = "{value}"\n' for name, value in entries.items())
        for cluster, entries in clusters.items()
    )
