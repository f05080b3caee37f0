"""Scripts of Anchor.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_is_missing(inspect: Inspect) -> None:
    text = """\
[workspace]
members = ["programs/a", "programs/gone"]
[scripts]
test = "yarn run ts-mocha -p ./tsconfig.json -t 1000000 tests/**/*.ts"
lint = "npm run lint"
jest = "npx jest tests/a.test.ts"
"""
    tree = {"p": {"Anchor.toml": text, "package.json": "{}", "programs": {"a": {"Cargo.toml": ""}}}}

    assert places(inspect("anchor-script-broken", tree)) == [
        ("error", "p/Anchor.toml", 2),
        ("error", "p/Anchor.toml", 4),
        ("error", "p/Anchor.toml", 5),
        ("warning", "p/Anchor.toml", 6),
    ]


def test_quiet_about_what_is_there(inspect: Inspect) -> None:
    text = (
        '[scripts]\ntest = "yarn run ts-mocha -p ./tsconfig.json tests/**/*.ts"\nunit = "cargo test && node --test"\n'
    )
    tree = {"p": {"Anchor.toml": text, "package.json": "{}", "tsconfig.json": "{}", "tests": {"deep": {"a.ts": ""}}}}

    assert inspect("anchor-script-broken", tree) == []


def test_broken_toml_is_the_business_of_another_check(inspect: Inspect) -> None:
    assert inspect("anchor-script-broken", {"Anchor.toml": "[scripts\n"}) == []


def test_files_that_the_test_validator_loads(inspect: Callable[..., list[Finding]]) -> None:
    text = """[[test.genesis]]
address = "metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"
program = "tests/gone.so"
[[test.genesis]]
address = "metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"
program = "target/deploy/own.so"
[[test.validator.account]]
address = "metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"
filename = "tests/mint.json"
[[test.validator.account]]
address = "metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"
filename = "tests/there.json"
[[test.validator.account_dir]]
directory = "accounts"
"""
    found = inspect("anchor-script-broken", {"Anchor.toml": text, "tests": {"there.json": "{}"}})

    assert places(found) == [("error", "Anchor.toml", 3), ("error", "Anchor.toml", 9), ("error", "Anchor.toml", 14)]


def test_accounts_that_git_ignores_are_one_warning(inspect: Callable[..., list[Finding]]) -> None:
    text = "".join(f'[[test.validator.account]]\naddress = "x"\nfilename = "made/{name}.json"\n' for name in "abc")

    (found,) = inspect("anchor-script-broken", {"Anchor.toml": text, ".gitignore": "/made\n"})

    assert (found.severity, found.line, [one.line for one in found.related]) == ("warning", 3, [6, 9])
    assert "loads made/a.json and 2 more files" in found.message


def test_a_script_that_calls_itself_never_ends(inspect: Inspect) -> None:
    text = '[scripts]\ntest = "{}"\n'
    itself = {"Anchor.toml": text.format("anchor test --skip-deploy")}
    by_npm = {"Anchor.toml": text.format("yarn test"), "package.json": '{"scripts": {"test": "anchor test"}}'}
    other = {"Anchor.toml": text.format("anchor run unit"), "package.json": "{}"}
    below = {"Anchor.toml": text.format("cd inner && anchor test"), "inner": {"a": ""}}

    found = inspect("anchor-script-broken", {"a": itself, "b": by_npm, "c": other, "d": below})

    assert places(found) == [("error", "a/Anchor.toml", 2), ("error", "b/Anchor.toml", 2)]
    assert "runs this script itself" in found[0].message


def test_anchor_is_run_where_it_finds_a_workspace(inspect: Inspect) -> None:
    scripts = (
        '{"scripts": {\n"a": "anchor build",\n"b": "cd chain && anchor test",\n"c": "npx anchor deploy",\n'
        '"d": "cp a Anchor.toml && anchor build",\n"e": "anchor build || true",\n"f": "anchor keys list"}}'
    )
    inner = '{"scripts": {"a": "anchor test"}}'
    tree = {"package.json": scripts, "chain": {"Anchor.toml": "", "web": {"package.json": inner}}}

    (found,) = inspect("anchor-script-broken", tree)

    assert (found.severity, found.path, found.line) == ("error", "package.json", 2)
    assert found.message.startswith("The script a fails (so does c)")
    assert found.fixes[0].title == "go to chain first"


def test_programs_where_anchor_does_not_look(inspect: Inspect) -> None:
    crate = {"Cargo.toml": '[dependencies]\nanchor-lang = "0.31"\n'}
    listed = '[provider]\ncluster = "localnet"\n[programs.localnet]\na = "x"\n'
    bare = {"Anchor.toml": listed, "a": crate, "b": crate}

    (found,) = inspect("anchor-script-broken", {"p": bare})

    assert (found.severity, found.path, found.line) == ("warning", "p/Anchor.toml", 3)
    assert found.message.endswith("and p/a and 1 more lie elsewhere.")
    fine: tuple[dict[str, object], ...] = (
        {"Cargo.toml": "[workspace]\n"},
        {"programs": {"c": crate}},
        {"Anchor.toml": listed + '[workspace]\nmembers = ["a"]\n'},
        {"build.sh": "cargo build-sbf --manifest-path a/Cargo.toml\n"},
    )
    assert [inspect("anchor-script-broken", {"p": {**bare, **one}}) for one in fine] == [[], [], [], []]


def test_a_wallet_that_lies_in_another_folder(inspect: Inspect) -> None:
    def chain(wallet: str) -> dict[str, object]:
        return {"Anchor.toml": f'[provider]\nwallet = "{wallet}"\n'}

    (found,) = inspect("anchor-script-broken", {"deployer.json": "[]", "chain": chain("deployer.json")})

    assert (found.severity, found.path, found.line) == ("warning", "chain/Anchor.toml", 2)
    assert found.fixes[0].title == "write ../deployer.json, or bring the file where it is looked for"
    for more in (
        {"deployer.json": "[]", "chain": chain("../deployer.json")},
        {"deployer.json": "[]", "chain": chain("~/deployer.json")},
        {"deployer.json": "[]", "chain": chain("deployer.json"), ".gitignore": "chain/deployer.json\n"},
        {"chain": chain("deployer.json")},
    ):
        assert inspect("anchor-script-broken", more) == []
