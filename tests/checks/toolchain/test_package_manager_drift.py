"""Package managers that disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


FIELD = '{\n  "packageManager": "pnpm@9.15.4",\n  "dependencies": {"a": "1"}\n}'


def workflow(version: str) -> dict[str, object]:
    step = f"      - uses: pnpm/action-setup@v4\n        with:\n          version: {version}\n"
    return {
        "workflows": {"ci.yml": f"jobs:\n  a:\n    steps:\n{step}      - run: pnpm i\n        working-directory: web\n"}
    }


def test_names_and_versions(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": workflow("8"),
        "web": {"package.json": FIELD, "pnpm-lock.yaml": "x: 1\n", "Dockerfile": "FROM x\nRUN npm i -g pnpm@8\n"},
        "api": {"package.json": FIELD, "yarn.lock": "a@1:\n"},
        "chain": {"Anchor.toml": '[toolchain]\npackage_manager = "yarn"\n', "package-lock.json": "{}"},
        "own": {"package.json": '{\n"packageManager": "pnpm@9.15.4",\n"engines": {"pnpm": "^8"}}'},
    }

    assert places(inspect("package-manager-drift", tree)) == [
        ("error", ".github/workflows/ci.yml", 6),
        ("error", "api/package.json", 2),
        ("warning", "chain/Anchor.toml", 2),
        ("error", "own/package.json", 3),
        ("warning", "web/Dockerfile", 2),
    ]


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": workflow("9"),
        "web": {"package.json": FIELD, "pnpm-lock.yaml": "x: 1\n"},
        "two": {"package.json": '{"packageManager": "npm@10.9.2"}', "package-lock.json": "{}", "yarn.lock": "a@1:\n"},
        "dev": {
            "package.json": '{"devEngines": {"packageManager": {"name": "npm", "version": ">=10"}}}',
            "package-lock.json": "{}",
        },
        "none": {"package.json": '{"packageManager": "yarn@4.1.0"}', "yarn.lock": ""},
        "other": {"package.json": '{"engines": {"npm": ">=7"}}'},
    }

    assert inspect("package-manager-drift", tree) == []
