"""Locks that take packages from hosts that only their author reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

ID = "lockfile-source-private"
NEXUS = "https://packages.harbor.example/repository/npm/a/-/a-1.0.0.tgz"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def npm(*addresses: str) -> str:
    entries = (
        f'    "node_modules/p{number}": {{"version": "1.0.0",\n      "resolved": "{address}"}}'
        for number, address in enumerate(addresses)
    )
    return '{\n  "lockfileVersion": 3,\n  "packages": {\n' + ",\n".join(entries) + "\n  }\n}\n"


@pytest.mark.parametrize(
    ("address", "severity"),
    [
        ("http://localhost:4873/a/-/a-1.0.0.tgz", "error"),
        ("http://127.0.0.1:4873/a/-/a-1.0.0.tgz", "error"),
        ("http://[::1]:4873/a/-/a-1.0.0.tgz", "error"),
        ("https://10.1.2.3/a/-/a-1.0.0.tgz", "error"),
        ("https://192.168.1.20:8081/npm/a-1.0.0.tgz", "error"),
        ("http://nexus:8081/a/-/a-1.0.0.tgz", "warning"),
        ("https://store.harbor.internal/a/-/a-1.0.0.tgz", "warning"),
        ("https://user:word@store.harbor.corp/a/-/a-1.0.0.tgz", "warning"),
        ("https://artifactory.harbor.example/artifactory/all/a/-/a-1.0.0.tgz", "warning"),
        (NEXUS, "warning"),
        ("https://registry.harbor.example/a/-/a-1.0.0.tgz", ""),
        ("https://93.184.216.34/a/-/a-1.0.0.tgz", ""),
        (f"https://code.harbor.example/someone/nexus/tar.gz/{COMMIT}", ""),
        (f"git+ssh://git@git.internal/a.git#{COMMIT}", ""),
        ("file:../a", ""),
        ("packages/a", ""),
    ],
)
def test_hosts_by_their_looks(inspect: Callable[..., list[Finding]], address: str, severity: str) -> None:
    tree = {"package.json": "{}", "package-lock.json": npm("https://registry.harbor.example/b.tgz", address)}

    assert places(inspect(ID, tree)) == ([(severity, "package-lock.json", 7)] if severity else [])


def test_one_finding_names_the_hosts_and_how_many_packages(inspect: Callable[..., list[Finding]]) -> None:
    secret = "http://user:word@localhost:4873/a.tgz"
    tree = {"package.json": "{}", "package-lock.json": npm(NEXUS, secret, NEXUS.replace("/a/", "/b/"))}

    (found,) = inspect(ID, tree)

    assert (found.severity, found.line, found.evidence) == ("error", 5, "packages.harbor.example: 2, localhost: 1")
    assert found.message == (
        "3 packages are taken from packages.harbor.example and 1 more hosts, one machine or network only: nobody else can install them"
    )


YARN = '# yarn lockfile v1\n\n\na@1:\n  version "1.0.0"\n  resolved "{}#abc"\n  integrity sha512-x\n'
BERRY = '__metadata:\n  version: 8\n\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0::__archiveUrl={}"\n  checksum: 10/x\n'
PNPM = "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0.0:\n    resolution: {{integrity: sha512-x, tarball: {}}}\n"
BUN = '{{\n  "lockfileVersion": 1,\n  "packages": {{\n    "a": ["a@1.0.0", "{}", {{}}, "sha512-x=="],\n  }}\n}}\n'
UV = 'version = 1\n\n[[package]]\nname = "a"\nversion = "1"\nsource = {{ registry = "{}" }}\n'
POETRY = '[[package]]\nname = "a"\nversion = "1"\nfiles = []\n\n[package.source]\ntype = "legacy"\nurl = "{}"\n'
CARGO = 'version = 4\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+{}"\nchecksum = "00"\n'
ENCODED = "http%3A%2F%2Flocalhost%3A4873%2Fa%2F-%2Fa-1.0.0.tgz"


@pytest.mark.parametrize(
    ("name", "lock", "address", "line"),
    [
        ("yarn.lock", YARN, "http://localhost:4873/a/-/a-1.0.0.tgz", 6),
        ("yarn.lock", BERRY, ENCODED, 6),
        ("pnpm-lock.yaml", PNPM, "http://localhost:4873/a/-/a-1.0.0.tgz", 6),
        ("bun.lock", BUN, "http://localhost:4873/a/-/a-1.0.0.tgz", 4),
        ("uv.lock", UV, "http://localhost:3141/root/simple", 6),
        ("poetry.lock", POETRY, "http://localhost:3141/root/simple", 8),
        ("Cargo.lock", CARGO, "http://localhost:8000/index", 6),
        ("Cargo.lock", CARGO.replace("registry+", "sparse+"), "http://localhost:8000/index/", 6),
    ],
)
def test_each_form_of_lock(
    inspect: Callable[..., list[Finding]], name: str, lock: str, address: str, line: int
) -> None:
    public = address.replace("localhost", "registry.harbor.example").replace("http%", "https%")

    assert places(inspect(ID, {name: lock.format(address)})) == [("error", name, line)]
    assert inspect(ID, {name: lock.format(public)}) == []


@pytest.mark.parametrize(
    ("settings", "quiet"),
    [
        ({".npmrc": "registry=https://packages.harbor.example/repository/npm/\n"}, True),
        ({"web": {".npmrc": "@harbor:registry=https://packages.harbor.example/repository/npm/\n"}}, True),
        ({".yarnrc.yml": 'npmRegistryServer: "https://packages.harbor.example/repository/npm"\n'}, True),
        ({"bunfig.toml": '[install]\nregistry = "https://packages.harbor.example/repository/npm"\n'}, True),
        ({".npmrc": "registry=${NPM_REGISTRY}\n"}, True),
        ({".npmrc": "replace-registry-host=always\n"}, True),
        ({".npmrc": "# registry=https://packages.harbor.example/repository/npm/\n"}, False),
        ({".npmrc": "//registry.harbor.example/:_authToken=${NPM_TOKEN}\n"}, False),
        ({"README.md": "Packages are kept at packages.harbor.example.\n"}, False),
        ({"config.toml": 'host = "packages.harbor.example"\n'}, False),
    ],
)
def test_what_configuration_names_everybody_has(
    inspect: Callable[..., list[Finding]], settings: dict[str, Any], quiet: bool
) -> None:
    found = inspect(ID, {"package.json": "{}", "package-lock.json": npm(NEXUS), **settings})

    assert places(found) == ([] if quiet else [("warning", "package-lock.json", 5)])


def test_configuration_of_python_and_rust(inspect: Callable[..., list[Finding]]) -> None:
    index = "https://packages.harbor.example/artifactory/all/simple"
    tree = {
        "uv.lock": UV.format(index),
        "pyproject.toml": f'[project]\nname = "a"\n[[tool.uv.index]]\nurl = "{index}"\n',
        "Cargo.lock": CARGO.format("https://rust.harbor.internal/index"),
        ".cargo": {"config.toml": '[registries.harbor]\nindex = "https://rust.harbor.internal/index"\n'},
        "poetry.lock": POETRY.format("https://wheels.harbor.internal/simple"),
        "requirements-dev.txt": "--extra-index-url https://wheels.harbor.internal/simple\na==1\n",
    }

    assert inspect(ID, tree) == []


def test_a_lock_that_nobody_reads_and_one_of_others_are_worth_knowing(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"workspaces": ["web"]}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "web": {"package.json": '{"name": "web"}', "package-lock.json": npm(NEXUS)},
        "third_party": {"x": {"package.json": '{"name": "x"}', "package-lock.json": npm(NEXUS)}},
    }

    assert places(inspect(ID, tree)) == [
        ("info", "third_party/x/package-lock.json", 5),
        ("info", "web/package-lock.json", 5),
    ]
