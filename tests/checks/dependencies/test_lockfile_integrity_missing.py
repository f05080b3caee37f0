"""Locked packages without a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_entries_without_a_hash(inspect: Callable[..., list[Finding]]) -> None:
    npm = """{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/good": {"version": "1.0.0", "integrity": "sha512-x"},
    "node_modules/bare": {"version": "1.0.0", "resolved": "https://registry.example/bare.tgz"}
  }
}"""
    yarn = '# yarn lockfile v1\n\na@1:\n  version "1.0.0"\n  resolved "https://registry.example/a.tgz#abc"\n'
    cargo = '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://index.example"\n\n[[package]]\nname = "own"\nversion = "0.1.0"\n'
    pnpm = "packages:\n\n  a@1.0.0:\n    resolution: {tarball: https://files.example/a.tgz}\n"
    tree = {
        "npm": {"package.json": "{}", "package-lock.json": npm},
        "yarn": {"package.json": "{}", "yarn.lock": yarn},
        "cargo": {"Cargo.lock": cargo},
        "pnpm": {"package.json": "{}", "pnpm-lock.yaml": pnpm},
        "pip": {"requirements.txt": "a==1 --hash=sha256:00\nb==2\n"},
    }

    assert places(inspect("lockfile-integrity-missing", tree)) == [
        ("warning", "cargo/Cargo.lock", 2),
        ("warning", "npm/package-lock.json", 6),
        ("error", "pip/requirements.txt", 2),
        ("warning", "pnpm/pnpm-lock.yaml", 3),
        ("warning", "yarn/yarn.lock", 3),
    ]


def test_quiet_for_what_has_none_by_nature(inspect: Callable[..., list[Finding]]) -> None:
    npm = """{"lockfileVersion": 3, "packages": {
      "a": {"version": "1.0.0"},
      "node_modules/a": {"resolved": "a", "link": true},
      "node_modules/b": {"version": "1.0.0", "inBundle": true},
      "node_modules/c": {"version": "1.0.0", "resolved": "git+ssh://git@git.example/c.git#0123456789abcdef0123456789abcdef01234567"},
      "node_modules/tool": {"version": "1.0.0", "integrity": "sha512-x", "hasShrinkwrap": true},
      "node_modules/tool/node_modules/e": {"version": "1.0.0", "resolved": "https://packages.example/e/-/e-1.0.0.tgz"},
      "../node_modules/.pnpm/f@1.0.0/node_modules/f": {"version": "1.0.0"},
      "node_modules/d": {"version": "1.0.0", "integrity": "sha512-x"}}}"""
    berry = '__metadata:\n  version: 8\n\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  checksum: 10/x\n\n"b@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "b@workspace:."\n'
    tree = {
        "npm": {"package.json": "{}", "package-lock.json": npm},
        "yarn": {"package.json": "{}", "yarn.lock": berry},
        "pip": {"requirements.txt": "a==1\nb==2\n"},
        "old": {
            "Cargo.lock": '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+x"\n\n[metadata]\n"checksum a 1.0.0 (registry+x)" = "00"\n'
        },
    }

    assert inspect("lockfile-integrity-missing", tree) == []


def test_locks_of_uv_poetry_and_bun(inspect: Callable[..., list[Finding]]) -> None:
    uv = (
        '[[package]]\nname = "{}"\nversion = "1"\nsource = {{ registry = "https://index.example/simple" }}\n'
        'sdist = {{ url = "https://index.example/a.tar.gz"{} }}\n\n'
    )
    poetry = '[[package]]\nname = "{}"\nversion = "1"\nfiles = [{}]\n{}\n'
    local = '\n[package.source]\ntype = "directory"\nurl = "../b"\n'
    bun = '{{\n  "packages": {{\n    "a": ["a@1.0.0", "", {{}}{}],\n    "w": ["w@workspace:w"],\n  }}\n}}\n'
    tree = {
        "a": {"pyproject.toml": "", "uv.lock": uv.format("x", "") + uv.format("y", ', hash = "sha256:1"')},
        "b": {"pyproject.toml": "", "poetry.lock": poetry.format("x", "", "") + poetry.format("y", "", local)},
        "c": {"package.json": "{}", "bun.lock": bun.format("")},
        "d": {"package.json": "{}", "bun.lock": bun.format(', "sha512-x=="')},
    }

    assert sorted(places(inspect("lockfile-integrity-missing", tree))) == [
        ("warning", "a/uv.lock", 2),
        ("warning", "b/poetry.lock", 2),
        ("warning", "c/bun.lock", 3),
    ]


def test_packages_that_are_fetched_by_plain_http(inspect: Callable[..., list[Finding]]) -> None:
    entry = (
        '"node_modules/{0}": {{"version": "1.0.0",\n"resolved": "http://{1}/{0}-1.0.0.tgz", "integrity": "sha512-x"}}'
    )
    packages = ",\n".join(entry.format(*one) for one in (("a", "registry.example.org"), ("b", "localhost:4873")))
    lock = f'{{"lockfileVersion": 3, "packages": {{\n{packages}}}}}'

    assert places(inspect("lockfile-integrity-missing", {"package-lock.json": lock, "package.json": "{}"})) == [
        ("warning", "package-lock.json", 3)
    ]


def test_a_lock_that_its_workspace_does_not_read_is_worth_knowing(inspect: Callable[..., list[Finding]]) -> None:
    lock = '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0", "resolved": "https://x/a.tgz"}}}'
    tree = {
        "package.json": '{"workspaces": ["web"]}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "web": {"package.json": '{"name": "web"}', "package-lock.json": lock},
    }

    assert places(inspect("lockfile-integrity-missing", tree)) == [("info", "web/package-lock.json", 1)]


def test_a_lock_that_nothing_reads_is_left_to_the_row_that_says_so(inspect: Callable[..., list[Finding]]) -> None:
    bare = '{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0", "resolved": "https://files.example/a.tgz"}}}'
    manifest = '{"dependencies": {"a": "1"}}'
    assert inspect("lockfile-integrity-missing", {"package-lock.json": bare}) == []
    meant = {"package.json": manifest, "package-lock.json": bare}
    assert [one.severity for one in inspect("lockfile-integrity-missing", meant)] == ["warning"]
    rivals = {"package.json": manifest, "package-lock.json": bare, "bun.lock": "{}"}
    assert {one.severity for one in inspect("lockfile-integrity-missing", rivals)} == {"info"}
