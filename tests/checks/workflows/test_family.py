"""The whole family where nothing is at the root, and on documents that are no workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.workflows import FOLDER, at_root
from tests.messy.build import build
from tests.messy.family import ids
from toolkit.catalog import load
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

IDS = ids("workflows")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.checks.workflows._external.importlib.util.find_spec", lambda _: None)


def test_without_root_workflows(tmp_path: Path) -> None:
    tree = build(tmp_path / "nested", root_workflows=False)

    found = [one for name in IDS for one in load(name).run(Inspection(tree, {"PATH": ""})) if one.path == "."]
    assert [(one.check, one.severity) for one in found] == [("no-root-workflow", "error")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a",
        "on:\njobs:\n",
        "on: 1\njobs: [1, 2]\n",
        "on: {push: 1, schedule: x, workflow_run: []}\njobs: {a: 1, b: {steps: 1, needs: 1, if: 1, strategy: 1, runs-on: 1}}\n",
        "on: push\njobs: {a: {steps: [1, {run: 1, uses: 2, with: 3, if: [], working-directory: 4}], runs-on: [1, {}]}}\n",
        "on: push\njobs: {a: {runs-on: {labels: {}}, strategy: {matrix: {include: 1, os: 1}}, steps: [{run: '${{ matrix.os }}'}]}}\n",
        "on: push\ndefaults: 1\njobs: {a: {defaults: {run: 1}, steps: [{run: 'if [ -f', with: {cache: {}}}], runs-on: x}}\n",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: 'echo \"$(('}, {run: \"cat <<EOF\\n\"}, {uses: './'}]}}\n",
        "a: &a [*a]\n",
        "on: push\njobs:\n  a: &x {runs-on: x, steps: []}\n  b: *x\n",
    ],
)
def test_odd_documents_fell_nothing(repository: Callable[..., Repository], text: str) -> None:
    root = repository(at_root(text, web={FOLDER: {"ci.yml": text}})).root

    for name in IDS:
        assert all(one.path for one in load(name).run(Inspection(root, {"PATH": ""})))


@pytest.mark.parametrize(
    "script",
    [
        "npm test || true; " * 1200,
        "if true; then " * 150,
        f"npm test {'a ' * 6000} || true",
        "{ " * 40_000,
        "npm i " * 20_000,
        "x" * 150_000,
    ],
)
def test_what_nobody_wrote_by_hand_is_not_judged(repository: Callable[..., Repository], script: str) -> None:
    flow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: '{}'\n"
    view = Inspection(repository(at_root(flow.format(script))).root, {"PATH": ""})

    assert [one for name in IDS for one in load(name).run(view)] == []
