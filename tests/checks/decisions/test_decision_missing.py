"""Questions with more than one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

DEPLOYMENT = "kind: Deployment\nmetadata: {name: a}\n"
CRATE = {"Cargo.toml": '[package]\nname = "stake-pool"\n', "src": {"lib.rs": 'declare_id!("x");\n'}}
ANSWERS = '[decisions]\nruntime = "kubernetes"\nonchain = "a"\nsecrets = "vault"\n[decisions.domains]\nproduction = ["x.io"]\n'
TREE = {
    "docker-compose.yml": "services: {}",
    "k8s": {"a.yaml": DEPLOYMENT, "s.yaml": "kind: ExternalSecret\n"},
    "wrangler.toml": '[[routes]]\npattern = "api.acme.io/*"\n',
    ".env.example": "",
    "a": {"programs": {"stake": CRATE}},
    "b": {"contracts": {"programs": {"stake": CRATE}}},
}


def test_undecided(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("decision-missing", {**TREE, "toolkit.toml": '[toolchain]\nnode = "22"\n'})

    assert [(one.severity, one.path, one.message.split(" is not")[0]) for one in found] == [
        ("warning", "toolkit.toml", "the runtime of production"),
        ("warning", "toolkit.toml", "the source of truth of 1 on-chain program (stake_pool)"),
        ("warning", "toolkit.toml", "the store of secrets"),
        ("warning", "toolkit.toml", "the domains of each environment"),
    ]
    assert found[1].evidence == "found: a, b/contracts"
    assert found[3].evidence == "found: api.acme.io"


def test_only_told_before_there_are_settings(inspect: Callable[..., list[Finding]]) -> None:
    assert {(one.severity, one.path) for one in inspect("decision-missing", TREE)} == {("info", ".")}


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("decision-missing", {**TREE, "toolkit.toml": ANSWERS}) == []


def test_quiet_where_there_is_one_answer(inspect: Callable[..., list[Finding]]) -> None:
    one_answer = {
        "toolkit.toml": "",
        "compose.yml": "",
        "examples": {"k8s": {"a.yaml": DEPLOYMENT}},
        "vendor": {"stake": CRATE},
    }
    assert places(inspect("decision-missing", one_answer)) == []
