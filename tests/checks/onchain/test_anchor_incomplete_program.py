from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks import places
from tests.checks.onchain import crate

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def program(head: str, *, files: dict[str, str] | None = None) -> dict[str, Any]:
    made = crate("vault")
    source = made["src"]["lib.rs"]
    return {**made, "src": {"lib.rs": head + str(source), **(files or {})}}


def test_modules_without_a_file(inspect: Callable[..., list[Finding]]) -> None:
    head = 'mod state;\npub(crate) mod good;\nmod inline {\n    pub mod deep;\n}\n#[path = "elsewhere/x.rs"]\nmod x;\n'
    tree = {"vault": program(head, files={"good.rs": "mod nested;\n"})}

    assert places(inspect("anchor-incomplete-program", tree)) == [
        ("error", "vault/src/good.rs", 1),
        ("error", "vault/src/lib.rs", 1),
        ("error", "vault/src/lib.rs", 4),
        ("error", "vault/src/lib.rs", 7),
    ]


def test_modules_that_are_there_or_not_compiled(inspect: Callable[..., list[Finding]]) -> None:
    head = (
        "mod a;\nmod b;\n#[cfg(test)]\nmod tests;\n// mod gone;\n/* mod gone2; */\n"
        'const T: &str = "\nmod text;\n";\nmod inline { pub mod deep; }\n#[path = "c/d.rs"]\nmod renamed;\nmod r#type;\n'
        '#[cfg(feature = "x")]\nmod hidden { mod below; }\nmacro_rules! m { () => { mod made; } }\n'
    )
    files = {
        "a.rs": "mod inner;\n",
        "b/mod.rs": "mod inner;\n",
        "a/inner.rs": "",
        "b/inner.rs": "",
        "c/d.rs": "",
        "type.rs": "",
        "inline/deep.rs": "",
    }

    assert inspect("anchor-incomplete-program", {"vault": program(head, files=files)}) == []


def test_accounts_that_nobody_defines(inspect: Callable[..., list[Finding]]) -> None:
    made = crate("vault", body="pub struct Other;\n")
    source = str(made["src"]["lib.rs"]).replace("Context<Go>", "Context<'_, '_, '_, 'info, Gone<'info>>")

    assert places(inspect("anchor-incomplete-program", {"v": {**made, "src": {"lib.rs": source}}})) == [
        ("error", "v/src/lib.rs", 6)
    ]


def test_accounts_from_elsewhere(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        "use anchor_lang::prelude::*;\nmod accounts;\nuse accounts::*;\nuse shared::{Given, Other as Renamed};\n"
        "#[program]\nmod vault {\n  pub fn a(c: Context<Mine>) {}\n  pub fn b(c: Context<Given>) {}\n"
        "  pub fn c(c: Context<Renamed>) {}\n  pub fn d(c: Context<shared::Theirs>) {}\n}\n"
    )
    globbed = source.replace("use accounts::*;", "use shared_accounts::*;").replace("Context<Mine>", "Context<Unknown>")
    macro = source.replace("Context<Mine>", "Context<Made>")
    tree = {
        "a": {**crate("a"), "src": {"lib.rs": source, "accounts.rs": "pub struct Mine<'info> {}\n"}},
        "b": {**crate("b"), "src": {"lib.rs": globbed, "accounts.rs": ""}},
        "c": {**crate("c"), "src": {"lib.rs": macro, "accounts.rs": "macro_rules! make { () => {} }\n"}},
    }

    assert inspect("anchor-incomplete-program", tree) == []


def test_hostile_sources_end_soon(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {**crate("a"), "src": {"lib.rs": "#[program]\nmod a {" * 2000}},
        "b": {**crate("b"), "src": {"lib.rs": '#[program] mod b { r####"' + '"' * 50_000}},
        "c": {**crate("c"), "src": {"lib.rs": b"\xff\xfe\x00#[program]" * 100}},
        "d": {**crate("d"), "src": {"lib.rs": "#[program] mod d { }\n" + "/*" * 50_000}},
    }

    assert inspect("anchor-incomplete-program", tree) == []
