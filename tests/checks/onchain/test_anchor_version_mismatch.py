from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

LISTED = anchor_toml(localnet={"vault": address("vault")})


def workspace(toolchain: str, anchor: str = "0.31.1", **more: Any) -> dict[str, Any]:
    return {
        "Anchor.toml": f"{LISTED}\n[toolchain]\n{toolchain}",
        "programs": {"vault": crate("vault", anchor=anchor)},
        **more,
    }


def client(library: str, version: str) -> str:
    return f'{{\n  "dependencies": {{\n    "{library}": "{version}"\n  }}\n}}\n'


def test_command_line_solana_and_rust(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        'anchor_version = "0.30.1"\nsolana_version = "1.18.26"\n',
        **{"rust-toolchain.toml": '[toolchain]\nchannel = "1.68.0"\n'},
    )

    found = inspect("anchor-version-mismatch", tree)

    assert places(found) == [
        ("error", "Anchor.toml", 5),
        ("warning", "Anchor.toml", 6),
        ("warning", "rust-toolchain.toml", 2),
    ]
    action = found[0].fixes[0].actions[0]
    assert isinstance(action, EditFile)
    assert action.spans[0].text == b'"0.31.1"'


def test_clients_beside_it_and_by_the_id_they_hold(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        "",
        "0.31.1",
        **{
            "package.json": client("@coral-xyz/anchor", "^0.29.0"),
            "web": {
                "package.json": client("@coral-xyz/anchor", "0.30.1"),
                "id.ts": f'const ID = "{address("vault")}";',
            },
            "foreign": {
                "package.json": client("@coral-xyz/anchor", "0.26.0"),
                "id.ts": f'const ID = "{address("x")}";',
            },
        },
    )

    assert places(inspect("anchor-version-mismatch", tree)) == [
        ("error", "package.json", 3),
        ("warning", "web/package.json", 3),
    ]


def test_a_release_candidate_beside_the_release(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace("", "1.0.2", **{"package.json": client("@anchor-lang/core", "1.0.0-rc.5")})

    assert places(inspect("anchor-version-mismatch", tree)) == [("warning", "package.json", 3)]


def test_quiet_where_they_go_together_or_leave_it_open(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": workspace(
            'anchor_version = "0.31.0"\nsolana_version = "2.1.0"\n',
            **{"package.json": client("@coral-xyz/anchor", "^0.31.0"), "rust-toolchain": "1.79.0\n"},
        ),
        "b": workspace(
            'anchor_version = "0.30.1"\n', ">=0.30", **{"package.json": client("@coral-xyz/anchor", "latest")}
        ),
        "c": workspace('anchor_version = "latest"\n', "*", **{"package.json": client("@coral-xyz/anchor", "*")}),
        "d": workspace("", "1.1.2", **{"package.json": client("@anchor-lang/core", "^1.0.0")}),
    }

    assert inspect("anchor-version-mismatch", tree) == []


def test_an_open_requirement_is_read_from_the_lock(inspect: Callable[..., list[Finding]]) -> None:
    tree = workspace(
        'anchor_version = "0.29.0"\n', "*", **{"Cargo.lock": '[[package]]\nname = "anchor-lang"\nversion = "0.31.1"\n'}
    )

    assert places(inspect("anchor-version-mismatch", tree)) == [("error", "Anchor.toml", 5)]
