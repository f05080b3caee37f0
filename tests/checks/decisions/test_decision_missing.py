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
        ("warning", "toolkit.toml", "which domain belongs to which environment"),
    ]
    assert found[1].evidence == "found: a, b/contracts"
    assert found[3].evidence == "found: api.acme.io (wrangler.toml:2)"


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


def test_compose_files_of_development_and_other_stores(inspect: Callable[..., list[Finding]]) -> None:
    database = "services:\n  db:\n    image: postgres:16\n"
    tree = {
        "docker-compose.yml": database,
        "compose.dev.yml": "services:\n  api:\n    build: .\n",
        ".github": {"workflows": {"compose-smoke.yml": "on: push\n"}},
        "k8s": {"a.yaml": "kind: Deployment\n"},
        "infra": {"main.tf": 'resource "aws_secretsmanager_secret" "a" {}\n'},
        "api": {"package.json": '{"dependencies": {"node-vault": "1"}}'},
        ".doppler.yaml": "setup: {}\n",
    }

    found = inspect("decision-missing", tree)

    assert [(one.severity, one.evidence) for one in found] == [
        ("info", "found: AWS Secrets Manager (infra/main.tf); Doppler (.doppler.yaml); Vault (api/package.json)")
    ]


def test_domains_of_two_names_are_asked_for_without_settings_too(inspect: Callable[..., list[Finding]]) -> None:
    nginx = "server {\n  server_name acme.io www.acme.io;\n}\nserver {\n  server_name acme.dev;\n}\n"

    assert [one.evidence for one in inspect("decision-missing", {"nginx": {"site.conf": nginx}})] == [
        "found: acme.dev (nginx/site.conf:5), acme.io (nginx/site.conf:2), www.acme.io (nginx/site.conf:2)"
    ]
    assert inspect("decision-missing", {"nginx": {"site.conf": nginx.replace("acme.dev", "api.acme.io")}}) == []
