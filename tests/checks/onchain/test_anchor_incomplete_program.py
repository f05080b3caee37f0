from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate

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

    found = inspect("anchor-incomplete-program", tree)

    assert places(found) == [("error", "vault/src/lib.rs", 1)]
    assert "The module state of the program vault has no file" in found[0].message
    assert found[0].message.endswith("So it is with deep, x, nested.")
    for place in ("vault/src/lib.rs:4 deep", "vault/src/lib.rs:7 x", "vault/src/good.rs:1 nested"):
        assert place in found[0].evidence


def test_a_module_whose_file_has_nearly_its_name(inspect: Callable[..., list[Finding]]) -> None:
    """One finding for the crate, with the names that may be in there, and the cause that the source without a module shares."""
    head = "mod pay_fee;\nmod pay_fees_out;\n"
    body = "pub fn pay(ctx: Context<Gone>) {}\n"
    files = {"pay_fees.rs": body, "pay_fees_out.rs": ""}
    made = program(head, files=files)
    made["src"]["lib.rs"] = str(made["src"]["lib.rs"]).replace("Context<Go>", "Context<Gone>")

    found = inspect("anchor-incomplete-program", {"vault": made})

    assert places(found) == [("error", "vault/src/lib.rs", 1)]
    assert "does not compile; vault/src/pay_fees.rs is like it. Defined nowhere: Gone." in found[0].message
    assert [one.title for one in found[0].fixes] == ["rename vault/src/pay_fees.rs"]
    assert "undeclared vault/src/lib.rs" in found[0].causes


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


def test_accounts_in_a_source_that_no_module_statement_leads_to(inspect: Callable[..., list[Finding]]) -> None:
    source = 'declare_id!("x");\n#[program]\nmod vault {\n  pub fn go(c: Context<Go>) {}\n}\n'
    apart = {**crate("vault"), "src": {"lib.rs": source, "go.rs": "pub struct Go<'info> {}\n"}}
    led_to = {**apart, "src": {**apart["src"], "lib.rs": f"mod go;\nuse go::*;\n{source}"}}

    assert places(inspect("anchor-incomplete-program", {"v": apart})) == [("error", "v/src/lib.rs", 4)]
    assert inspect("anchor-incomplete-program", {"v": led_to}) == []


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
        "c": {
            **crate("c"),
            "src": {"lib.rs": macro, "accounts.rs": "macro_rules! make { ($n:ident) => { pub struct $n {} } }\n"},
        },
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


ENTRY = "use anchor_lang::prelude::*;\n#[program]\npub mod vault {{\n    use super::*;\n    pub fn go(ctx: Context<Go>) -> Result<()> {{\n        {}\n        Ok(())\n    }}\n}}\n#[derive(Accounts)]\npub struct Go<'info> {{\n    pub payer: {},\n}}\n{}"
SIGNER = "Signer<'info>"
ERRORS = '#[error_code]\npub enum VaultError {\n    #[msg("no")]\n    Denied,\n    Other { code: u8 },\n}\n'


@pytest.mark.parametrize(
    ("body", "line", "missing"),
    [
        (("require!(true, VaultError::Denied);", SIGNER, ""), 6, "The error VaultError"),
        (("require!(true, VaultError::Paused);", SIGNER, ERRORS), 6, "The error VaultError::Paused"),
        (("emit!(Opened { amount: 1 });", SIGNER, ""), 6, "The event Opened"),
        (("instructions::go::handler(ctx)?;", SIGNER, ""), 6, "The module instructions"),
        (('msg!("x");', "Account<'info, Vault>", ""), 12, "The account Vault"),
    ],
)
def test_names_that_stand_for_nothing(
    inspect: Callable[..., list[Finding]], body: tuple[str, str, str], line: int, missing: str
) -> None:
    tree = {"programs": {"vault": crate("vault")}}
    tree["programs"]["vault"]["src"] = {"lib.rs": ENTRY.format(*body)}

    found = inspect("anchor-incomplete-program", tree)

    assert places(found) == [("error", "programs/vault/src/lib.rs", line)]
    assert found[0].message.startswith(missing + " is used in vault and defined in none of its modules")


@pytest.mark.parametrize(
    ("statement", "payer", "more"),
    [
        ("require!(true, VaultError::Denied);", SIGNER, ERRORS),
        ("return Err(VaultError::Other { code: 1 }.into());", SIGNER, ERRORS),
        ("return Err(ProgramError::InvalidArgument.into());", SIGNER, ""),
        ("return err!(VaultError::Denied);", SIGNER, "use shared::VaultError;\n"),
        ('msg!("x");', "Account<'info, TokenAccount>", "use anchor_spl::token::*;\n"),
        ('msg!("x");', "Account<'info, Vault>", "use shared::*;\n"),
        ("emit!(Opened { amount: 1 });", SIGNER, "#[event]\npub struct Opened { pub amount: u64 }\n"),
    ],
)
def test_names_that_come_from_somewhere(
    inspect: Callable[..., list[Finding]], statement: str, payer: str, more: str
) -> None:
    tree = {"programs": {"vault": crate("vault")}}
    tree["programs"]["vault"]["src"] = {"lib.rs": ENTRY.format(statement, payer, more)}

    assert inspect("anchor-incomplete-program", tree) == []


def test_programs_without_a_source_or_an_entry(inspect: Callable[..., list[Finding]]) -> None:
    made = {name: crate(name) for name in ("bare", "gone", "native")}
    made["bare"]["src"] = {"lib.rs": "pub fn helper() -> u64 { 1 }\n"}
    made["native"]["src"] = {"lib.rs": "solana_program::entrypoint!(process);\n"}
    del made["gone"]["src"]
    tree = {"Anchor.toml": anchor_toml(localnet={name: address(name) for name in made}), "programs": made}

    assert places(inspect("anchor-incomplete-program", tree)) == [
        ("error", "programs/bare/src/lib.rs", 0),
        ("error", "programs/gone/Cargo.toml", 0),
    ]


def test_modules_that_a_path_names(inspect: Callable[..., list[Finding]]) -> None:
    made = crate(
        "vault", body="fn a() { instructions::open::handler(); instructions::close::handler(); }\nmod instructions;\n"
    )
    made["src"]["instructions"] = {"mod.rs": "pub mod open;\n", "open.rs": "pub fn handler() {}\n"}
    line = (
        made["src"]["lib.rs"]
        .splitlines()
        .index("fn a() { instructions::open::handler(); instructions::close::handler(); }")
        + 1
    )

    found = inspect("anchor-incomplete-program", {"vault": made})

    assert places(found) == [("error", "vault/src/lib.rs", line)]
    assert "instructions::close" in found[0].message


def test_paths_from_the_crate_root_whose_first_part_is_nothing(inspect: Callable[..., list[Finding]]) -> None:
    lib = 'use anchor_lang::prelude::*;\npub mod state;\npub mod steps;\npub use steps::*;\ndeclare_id!("ID");\n#[program]\npub mod a {\n    use super::*;\n    pub fn go(ctx: Context<Go>) -> Result<()> { Ok(()) }\n}\n#[derive(Accounts)]\npub struct Go {}\n'
    steps = "use crate::constants::SEED;\nuse crate::{\n    state::Vault,\n    error::{Failure, Other},\n};\nuse crate::instruction::Go;\nuse crate::ID;\nuse crate::helper::now;\nfn f() { let _ = crate::id(); }\nmod tests { use crate::accounts::Go; }\n"
    tree = {
        "Anchor.toml": anchor_toml(localnet={"a": address("a")}),
        "programs": {
            "a": {
                **crate("a"),
                "src": {
                    "lib.rs": lib.replace("ID", address("a")),
                    "state.rs": "pub struct Vault {}\npub mod helper {}\n",
                    "steps.rs": steps,
                },
            }
        },
    }

    (found,) = inspect("anchor-incomplete-program", tree)

    assert (found.path, found.line) == ("programs/a/src/steps.rs", 1)
    assert found.message.startswith("The module crate::constants is used")
    assert found.message.endswith("So it is with crate::error.")
    assert "programs/a/src/steps.rs:4 crate::error" in found.evidence


def test_globs_of_crates_by_path_are_followed(inspect: Callable[..., list[Finding]]) -> None:
    def using(name: str, *, library: str, accounts: str) -> dict[str, Any]:
        made = crate(name)
        source = str(made["src"]["lib.rs"]).replace("Context<Go>", f"Context<{accounts}>")
        manifest = made["Cargo.toml"] + f'shared-types = {{ path = "../{library}" }}\n'
        return {"Cargo.toml": manifest, "src": {"lib.rs": "use shared_types::*;\n" + source}}

    def library(source: str) -> dict[str, Any]:
        return {"Cargo.toml": '[package]\nname = "shared-types"\n', "src": {"lib.rs": source}}

    tree = {
        "gone": using("gone", library="plain", accounts="Pause"),
        "kept": using("kept", library="plain", accounts="Resume"),
        "deep": using("deep", library="glob", accounts="Pause"),
        "made": using("made", library="macro", accounts="Pause"),
        "plain": library("#[derive(Accounts)]\npub struct Resume {}\n"),
        "glob": library("pub use elsewhere::*;\n"),
        "macro": library("macro_rules! accounts { ($($t:tt)*) => { $($t)* } }\n"),
    }

    assert places(inspect("anchor-incomplete-program", tree)) == [("error", "gone/src/lib.rs", 7)]


def test_init_if_needed_without_its_feature(inspect: Callable[..., list[Finding]]) -> None:
    body = "#[derive(Accounts)]\npub struct Put<'info> {\n  #[account(\n    init_if_needed,\n    payer = who)]\n  pub a: Signer<'info>,\n}\n"
    bare, old, own, inherits, doubt = (crate(name, body=body) for name in ("bare", "old", "own", "inherits", "doubt"))
    old["Cargo.toml"] = old["Cargo.toml"].replace("0.31.1", "0.20.1")
    own["Cargo.toml"] = own["Cargo.toml"].replace('"0.31.1"', '{ version = "0.31.1", features = ["init-if-needed"] }')
    inherits["Cargo.toml"] = inherits["Cargo.toml"].replace('"0.31.1"', "{ workspace = true }")
    doubt["Cargo.toml"] += '\n[features]\ndefault = ["anchor-lang/init-if-needed"]\n'
    shared = '[workspace]\nmembers = ["*"]\n[workspace.dependencies]\nanchor-lang = { version = "0.31.1", features = ["init-if-needed"] }\n'
    tree = {"bare": bare, "old": old, "own": own, "doubt": doubt, "w": {"Cargo.toml": shared, "inherits": inherits}}

    assert places(inspect("anchor-incomplete-program", tree)) == [("error", "bare/src/lib.rs", 13)]


def test_macros_that_define_nothing(inspect: Callable[..., list[Finding]]) -> None:
    macro = "macro_rules! log_cost { ($name:expr => $block:block) => { $block }; }\n"
    made = crate("vault", body=macro)
    source = str(made["src"]["lib.rs"]).replace("Context<Go>", "Context<Gone>")

    assert places(inspect("anchor-incomplete-program", {"v": {**made, "src": {"lib.rs": source}}})) == [
        ("error", "v/src/lib.rs", 6)
    ]


def test_a_source_that_no_module_names_is_not_compiled(inspect: Callable[..., list[Finding]]) -> None:
    files = {"left.rs": "fn f() -> Result<()> { Err(GoneError::Late.into()) }\n"}

    assert inspect("anchor-incomplete-program", {"vault": program("", files=files)}) == []
    assert places(inspect("anchor-incomplete-program", {"vault": program("mod left;\n", files=files)})) == [
        ("error", "vault/src/left.rs", 1)
    ]


@pytest.mark.parametrize(
    ("anchor", "features", "command", "told"),
    [
        ("0.31.1", "", "anchor build", 9),
        ("0.31.1", "[features]\nno-idl = []\n", "anchor build", 10),
        ("0.29.0", "", "anchor build", 0),
        ("0.31.1", '[features]\nidl-build = ["anchor-lang/idl-build"]\n', "anchor build", 0),
        ("0.31.1", "", "anchor build --no-idl", 0),
        ("0.31.1", "", "cargo build-sbf", 0),
    ],
)
def test_a_program_that_anchor_makes_no_idl_of(
    inspect: Callable[..., list[Finding]], anchor: str, features: str, command: str, told: int
) -> None:
    made = crate("vault", anchor=anchor)
    made["Cargo.toml"] = str(made["Cargo.toml"]) + features
    listed = anchor_toml(localnet={"vault": address("vault")})
    tree = {"Anchor.toml": listed, "build.sh": f"{command}\n", "programs": {"vault": made}}

    found = inspect("anchor-incomplete-program", tree)

    assert places(found) == ([("error", "programs/vault/Cargo.toml", told)] if told else [])


def test_modules_of_a_source_that_nothing_compiles(inspect: Callable[..., list[Finding]]) -> None:
    accounts = "#[derive(Accounts)]\npub struct Put<'info> {\n  #[account(init_if_needed, payer = who)]\n  pub a: Signer<'info>,\n}\n"
    left = {"mod.rs": "pub mod put;\n", "put.rs": accounts}

    assert inspect("anchor-incomplete-program", {"vault": program("", files=left)}) == []
    assert places(inspect("anchor-incomplete-program", {"vault": program("mod put;\n", files=left)})) == [
        ("error", "vault/src/put.rs", 3)
    ]
