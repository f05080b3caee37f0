"""Deployments that are started where their configuration is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


STEPS = "on: push\njobs:\n  d:\n    runs-on: ubuntu-latest\n    steps:\n      - run: %s\n"
APP = {"fly.toml": "app = 'x'\n", "firebase.json": "{}", "serverless.yml": "service: x\n", "index.js": ""}


@pytest.mark.parametrize(
    ("command", "more", "todo"),
    [
        ("flyctl deploy --remote-only", "", "run it in apps/api"),
        ("npx serverless deploy --stage prod", "", "run it in apps/api"),
        ("firebase deploy --only functions", "", "run it in apps/api"),
        ("flyctl deploy", "        working-directory: apps/api\n", ""),
        ("cd apps/api && flyctl deploy", "", ""),
        ("flyctl deploy apps/api", "", ""),
        ("flyctl deploy -a example", "", ""),
        ("flyctl deploy --config=apps/api/other.toml", "", ""),
        ("cp apps/api/fly.toml . && flyctl deploy", "", ""),
        ("flyctl status", "", ""),
        ("cd apps/api/src && firebase deploy", "", ""),
    ],
)
def test_a_deployment_in_a_folder(inspect: Inspect, command: str, more: str, todo: str) -> None:
    flow = STEPS % command + more
    tree = {".github": {"workflows": {"d.yml": flow}}, "apps": {"api": {**APP, "src": {"a.js": ""}}}}

    found = inspect("deploy-reference-missing", tree)

    assert places(found) == [("error", ".github/workflows/d.yml", 6)] * bool(todo)
    assert [fix.title for one in found for fix in one.fixes] == [todo] * bool(todo)


@pytest.mark.parametrize(("folder", "count"), [("scripts", 1), ("apps/api", 0)])
def test_a_script_that_is_started_from_several_folders(inspect: Inspect, folder: str, count: int) -> None:
    tree = {f"{folder}/deploy.sh": "#!/bin/sh\nfly deploy\n", "apps/api/fly.toml": "app = 'x'\n"}

    assert places(inspect("deploy-reference-missing", tree)) == [("warning", f"{folder}/deploy.sh", 2)] * count


def test_nothing_to_say_where_nobody_has_a_configuration(inspect: Inspect) -> None:
    assert inspect("deploy-reference-missing", {"deploy.sh": "#!/bin/sh\nfly deploy\n"}) == []
