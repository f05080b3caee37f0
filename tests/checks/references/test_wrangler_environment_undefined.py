"""Environments that commands name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


CONFIG = 'name = "a"\nmain = "a.ts"\n[env.production]\nvars = {}\n# [env.staging]\n'


def test_environments_that_are_not_defined(inspect: Inspect) -> None:
    workflow = """\
on: push
jobs:
  a:
    steps:
      - run: |
          cd edge
          npx wrangler deploy --env=prod
      - uses: cloudflare/wrangler-action@v3
        with:
          workingDirectory: edge
          command: deploy --env stage
"""
    tree = {
        "edge": {
            "wrangler.toml": CONFIG,
            "package.json": '{\n"scripts": {\n"stage": "tsc && wrangler deploy -e staging"\n}}',
        },
        ".github": {"workflows": {"ci.yml": workflow}},
    }

    found = inspect("wrangler-environment-undefined", tree)

    assert places(found) == [
        ("error", ".github/workflows/ci.yml", 7),
        ("error", ".github/workflows/ci.yml", 11),
        ("error", "edge/package.json", 3),
    ]
    assert "commented out" in found[0].message


def test_quiet_about_defined_environments_pages_and_variables(inspect: Inspect) -> None:
    scripts = '{"scripts": {"a": "wrangler deploy --env production", "b": "wrangler pages deploy --env x", "c": "wrangler deploy --env $E", '
    scripts += '"d": "wrangler deploy -c other.toml --env beta", "e": "docker run --env staging a"}}'
    tree = {"wrangler.toml": CONFIG, "other.toml": "", "package.json": scripts}

    assert inspect("wrangler-environment-undefined", tree) == []
