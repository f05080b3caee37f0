"""Settings of Anchor.toml that Anchor does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.onchain import address, anchor_toml

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

_PROVIDER = '[provider]\ncluster = "localnet"\nwallet = "~/.config/solana/id.json"\n'


def test_what_any_release_reads_is_quiet(inspect: Callable[..., list[Finding]]) -> None:
    text = (
        '[toolchain]\nanchor_version = "0.31.1"\npackage_manager = "yarn"\n[features]\nseeds = false\nskip-lint = false\n'
        f'[programs.localnet]\nvault = "{address("vault")}"\n[programs."https://rpc.acme.io"]\nvault = "{address("vault")}"\n'
        '[registry]\nurl = "https://api.apr.dev"\n[provider]\ncluster = "Devnet"\nwallet = "id.json"\n[scripts]\nanything = "true"\n'
        '[hooks]\npre-build = "true"\n[test]\nstartup_wait = 1\n[[test.genesis]]\naddress = "a"\nprogram = "b.so"\n'
        '[test.validator]\nurl = "https://x.io"\n[[test.validator.clone]]\naddress = "a"\n[surfpool]\nonline = true\n[acme]\nours = 1\n'
    )

    assert inspect("anchor-setting-unknown", {"Anchor.toml": text}) == []


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("[test.validator]\nstartup_wait = 9\n", "[test] has it"),
        ('[[test.clone]]\naddress = "a"\n', "[test.validator] has it"),
        ("[features]\nskip_lint = true\n", "skip-lint is like it"),
        ('[workspace]\nmember = ["programs/*"]\n', "members is like it"),
        ('[hooks]\nprebuild = "true"\n', "every command stops there"),
    ],
)
def test_a_key_in_the_wrong_section_or_misspelt(inspect: Callable[..., list[Finding]], section: str, said: str) -> None:
    (found,) = inspect("anchor-setting-unknown", {"Anchor.toml": f"{_PROVIDER}{section}"})

    assert (found.severity, found.line) == ("warning", 4 if section.startswith("[[") else 5)
    assert said in found.message


@pytest.mark.parametrize(("folder", "told"), [("app", "error"), ("tests", "warning")])
def test_a_cluster_that_is_none(inspect: Callable[..., list[Finding]], folder: str, told: str) -> None:
    text = f'[programs.mainnet-beta]\nvault = "{address("vault")}"\n{_PROVIDER.replace("localnet", "develnet")}'

    found = inspect("anchor-setting-unknown", {folder: {"Anchor.toml": text}})

    assert places(found) == [(told, f"{folder}/Anchor.toml", 1), (told, f"{folder}/Anchor.toml", 4)]
    assert "it is called mainnet" in found[0].message
    assert "it is called devnet" in found[1].message


@pytest.mark.parametrize(
    ("provider", "lacks"),
    [("", "[provider]"), ('[provider]\ncluster = "localnet"\n', "wallet"), (_PROVIDER, "")],
)
def test_a_provider_that_lacks(inspect: Callable[..., list[Finding]], provider: str, lacks: str) -> None:
    text = f"{anchor_toml(localnet={'vault': address('vault')})}{provider}"

    found = inspect("anchor-setting-unknown", {"Anchor.toml": text})

    assert [one.message.partition(" lacks")[0] for one in found] == ([lacks] if lacks else [])
    assert inspect("anchor-setting-unknown", {"Anchor.toml": provider}) == []


def test_an_address_beside_the_cluster(inspect: Callable[..., list[Finding]]) -> None:
    anchor = '[programs.devnet]\nshop = "x"\n[provider]\ncluster = "devnet"\nwallet = "~/id.json"\nurl = "https://rpc.example.com"\n'

    (found,) = inspect("anchor-setting-unknown", {"Anchor.toml": anchor})

    assert found.fixes[0].title.startswith("write the address as cluster")
