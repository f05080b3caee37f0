"""Dependencies from branches and addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_branches_addresses_and_places_outside(inspect: Callable[..., list[Finding]]) -> None:
    manifest = """{
  "dependencies": {
    "a": "git+https://git.example/a.git#main",
    "b": "owner/b",
    "c": "https://files.example/c.tgz",
    "d": "github:owner/d#v1.2.3",
    "e": "file:../../outside"
  }
}"""
    crate = '[dependencies]\na = { git = "https://git.example/a" }\nb = { git = "https://git.example/b", tag = "v1" }\n'
    tree = {
        "js": {"package.json": manifest},
        "rs": {"Cargo.toml": crate},
        "py": {
            "requirements.txt": "git+https://user:pass@git.example/a.git@main#egg=a\n",
            "pyproject.toml": '[project]\nname = "p"\ndependencies = ["b @ git+https://git.example/b.git"]\n',
        },
    }
    found = inspect("dependency-unpinned-source", tree)

    assert places(found) == [
        ("warning", "js/package.json", 3),
        ("warning", "js/package.json", 4),
        ("warning", "js/package.json", 5),
        ("info", "js/package.json", 6),
        ("error", "js/package.json", 7),
        ("warning", "py/pyproject.toml", 3),
        ("warning", "py/requirements.txt", 1),
        ("warning", "rs/Cargo.toml", 2),
        ("info", "rs/Cargo.toml", 3),
    ]
    assert [one.evidence for one in found if one.path == "py/requirements.txt"] == [
        "git+https://***@git.example/a.git@main#egg=a"
    ]


def test_quiet_for_commits_members_and_folders(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"dependencies": {"a": "git+https://git.example/a.git#COMMIT", "b": "workspace:*", "c": "file:./c", "d": "^1.0.0", '
        '"e": "npm:f@1", "g": "https://codeload.example/tar.gz/COMMIT"}}'.replace("COMMIT", COMMIT),
        "Cargo.toml": f'[dependencies]\na = {{ git = "https://git.example/a", rev = "{COMMIT}" }}\nb = {{ path = "../b" }}\n',
        "requirements.txt": f"git+https://git.example/a.git@{COMMIT}\n./local\nrequests==2\n",
    }

    assert inspect("dependency-unpinned-source", tree) == []


def test_any_version_and_crates_of_one_repository(inspect: Callable[..., list[Finding]]) -> None:
    git = '{ git = "https://git.example/a", branch = "main" }'
    poetry = (
        '[tool.poetry]\nname = "a"\n\n[tool.poetry.group.dev.dependencies]\nx = { git = "https://git.example/x" }\n'
    )
    tree = {
        "a": {"package.json": '{"name": "a", "dependencies": {\n"x": "latest",\n"b": "*"}}'},
        "b": {
            "package.json": '{"name": "b", "dependencies": {"x": "*"}}',
            "package-lock.json": '{"lockfileVersion": 3}',
        },
        "c": {"Cargo.toml": f"[dependencies]\nx = {git}\ny = {git}\n"},
        "d": {
            "pyproject.toml": '[project]\nname = "d"\n\n[dependency-groups]\ndev = ["x @ git+https://git.example/x.git"]\n'
        },
        "e": {"pyproject.toml": poetry},
    }

    assert sorted(places(inspect("dependency-unpinned-source", tree))) == [
        ("info", "b/package.json", 1),
        ("warning", "a/package.json", 2),
        ("warning", "c/Cargo.toml", 2),
        ("warning", "d/pyproject.toml", 5),
        ("warning", "e/pyproject.toml", 5),
    ]


def test_registries_by_plain_http(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".npmrc": "@acme:registry=http://npm.example.org/\nregistry=http://localhost:4873/\n",
        "requirements.txt": "--extra-index-url http://pypi.example.org/simple\nflask==3.0.0 # see http://flask.example.org\n",
        "pyproject.toml": '[[tool.uv.index]]\nname = "x"\nurl = "http://pypi.example.org/simple"\n\n[project.urls]\nhome = "http://x.example.org"\n',
        ".yarnrc.yml": 'npmRegistryServer: "http://verdaccio:4873"\n',
    }

    assert places(inspect("dependency-unpinned-source", tree)) == [
        ("warning", ".npmrc", 1),
        ("warning", "pyproject.toml", 3),
        ("warning", "requirements.txt", 1),
    ]


def test_crates_of_any_version(inspect: Callable[..., list[Finding]]) -> None:
    text = '[package]\nname = "a"\nversion = "1.0.0"\n\n[dependencies]\nx = "*"\ny = { version = "*" }\nz = { path = "z", version = "*" }\n'

    found = inspect("dependency-unpinned-source", {"Cargo.toml": text, "src": {"lib.rs": ""}})

    assert [(one.severity, one.line, one.evidence) for one in found] == [("warning", 6, "x, y")]


def test_the_many_of_one_manifest(inspect: Callable[..., list[Finding]]) -> None:
    names = "".join(f'"p{number}": "github:acme/p{number}",\n' for number in range(5))
    text = '{"dependencies": {\n' + names + '"t": "github:acme/t#v1.0.0"}}'

    found = inspect("dependency-unpinned-source", {"package.json": text})

    assert [(one.severity, one.line) for one in found] == [("warning", 2), ("info", 7)]
    assert found[0].message.endswith("; so it is with 4 more here")
    assert found[0].evidence.endswith("package.json:6 github:acme/p4")


def test_one_branch_in_many_crates_and_one_that_a_lock_holds(inspect: Callable[..., list[Finding]]) -> None:
    crate = '[package]\nname = "x"\n[dependencies]\na = { git = "https://git.example/a" }\n'
    lock = f'[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "git+https://git.example/a#{COMMIT}"\n'
    tree = {
        **{name: {"Cargo.toml": crate} for name in "bcde"},
        "held": {"Cargo.toml": crate, "Cargo.lock": lock},
        "tagged": {"Cargo.toml": crate.replace('/a"', '/a", tag = "v1"')},
    }

    found = inspect("dependency-unpinned-source", tree)

    assert places(found) == [
        ("warning", "b/Cargo.toml", 4),
        ("info", "held/Cargo.toml", 4),
        ("info", "tagged/Cargo.toml", 4),
    ]
    assert found[0].message.endswith("so it is with 3 more manifests")
    assert [one.message.partition(": ")[2][:10] for one in found[1:]] == ["the lock k", "its owner "]
