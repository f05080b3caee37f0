"""What others say of a moved workflow: two linters find no more than before, a real runner does the same."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.features.relocation.sample import REPOSITORY, SUB, SUBPROJECT, applied, at_home, decide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def trees() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The subproject at home, and the repository after the move without what was at its root before."""
    relocation, before = decide(SUBPROJECT)
    after = applied(relocation, before)
    return at_home(), {path: content for path, content in after.items() if path not in REPOSITORY}


def lay(tree: Mapping[str, bytes], folder: Path) -> Path:
    """Write a tree as a git repository, which the linters and the runner look for."""
    for path, content in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *words], cwd=folder, check=True, stdin=subprocess.DEVNULL)
    return folder


def run(folder: Path, *argv: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        argv,
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


BROKEN = b"on: push\ndefaults: {run: {working-directory: a, nonsense: b}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{uses: ./none}]\n"


@pytest.mark.real("actionlint")
def test_actionlint_finds_no_more_than_before(tmp_path: Path) -> None:
    def findings(tree: Mapping[str, bytes], name: str) -> Counter[str]:
        # The linters of scripts are other programs, which may be installed or not.
        done = run(lay(tree, tmp_path / name), "actionlint", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}")
        assert done.returncode in (0, 1), done.stderr
        return Counter(f"{item['kind']}: {item['message']}" for item in json.loads(done.stdout))

    before, after = trees()
    assert findings(after, "after") <= findings(before, "before")
    assert findings({".github/workflows/x.yml": BROKEN}, "broken"), "the linter looks at what it is given"


@pytest.mark.real("zizmor")
def test_zizmor_finds_no_more_than_before(tmp_path: Path) -> None:
    def findings(tree: Mapping[str, bytes], name: str) -> Counter[str]:
        folder = lay(tree, tmp_path / name)
        done = run(folder, "zizmor", "--offline", "--no-progress", "--format", "json", ".")
        assert done.stdout.startswith("["), done.stderr
        return Counter(item["ident"] for item in json.loads(done.stdout))

    before, after = trees()
    found = findings(before, "before")
    assert found, "the sample gives it something to find"
    assert findings(after, "after") <= found


RUN = """\
name: Run
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        package: [api, web]
    steps:
      - run: echo early ${PWD#"$GITHUB_WORKSPACE"}
      - uses: actions/checkout@v4
      - run: echo root ${PWD#"$GITHUB_WORKSPACE"} $(cat README.md) ${{ hashFiles('**/package-lock.json') }}
      - run: echo package $(cat name.txt)
        working-directory: packages/${{ matrix.package }}
      - uses: ./.github/actions/inner
  b:
    runs-on: ubuntu-latest
    defaults:
      run:
        working-directory: data
    steps:
      - uses: actions/checkout@v4
      - run: echo data *.txt
"""


@pytest.mark.real("act")
def test_a_real_runner_does_the_same(tmp_path: Path) -> None:
    """``act`` runs on this machine, without containers; the checkout copies the work tree."""
    relocation, tree = decide({**SUBPROJECT, ".github/workflows/run.yml": RUN})
    moved = applied(relocation, tree)
    home = {**at_home(), ".github/workflows/run.yml": RUN.encode()}

    def printed(files: Mapping[str, bytes], name: str, workflow: str) -> Counter[str]:
        places = {
            "HOME": str(tmp_path / "home"),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
        (tmp_path / "home").mkdir(exist_ok=True)
        done = run(
            lay(files, tmp_path / name),
            "act",
            "push",
            "-W",
            workflow,
            "-P",
            "ubuntu-latest=-self-hosted",
            variables=places,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return Counter(re.findall(r"\| (.*)", done.stdout))

    before = printed(home, "before", ".github/workflows/run.yml")
    after = printed(moved, "after", ".github/workflows/apps-edge-run.yml")
    assert sum(before.values()) == 9
    assert Counter(line.replace(f" /{SUB}", "") for line in after.elements()) == before
