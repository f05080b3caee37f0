"""What is installed is whole: the toolkit works from a wheel, in a repository that has never seen its checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

ROOT = Path(__file__).resolve().parents[1]
DATA = (".yaml", ".json", ".toml", ".nix", ".txt", ".envrc", ".yml")
START = "from toolkit.cli.program import main; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel, unpacked, without the checkout beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    argv = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, root: Path, *words: str) -> tuple[int, str, str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("CI", None)
    done = subprocess.run(
        [sys.executable, "-P", "-c", START, *words],
        cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.real("pip")
def test_every_file_that_is_data_is_in_the_wheel(installed: Path) -> None:
    tracked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "toolkit"], capture_output=True, text=True, check=True
    ).stdout.split("\0")

    data = [path for path in tracked if path.endswith(DATA)]
    assert len(data) > 20
    assert [path for path in data if not (installed / path).is_file()] == []
    for folder in ("nix", "templates"):
        own = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert [path for path in own if not (installed / "toolkit" / "_data" / path.relative_to(ROOT)).is_file()] == []
    assert not list(installed.rglob("*.pyc"))


@pytest.mark.real("pip")
def test_an_installed_toolkit_checks_code_and_adopts_a_foreign_repository(
    installed: Path, repository: Callable[..., Repository]
) -> None:
    stub = "export function pay(): number {\n  throw new Error('Not implemented');\n}\n"
    user = "import { pay } from './pay';\nexport const total = pay();\n"
    made = repository({"package.json": '{"name": "shop"}', "src/pay.ts": stub, "src/total.ts": user})

    _, out, err = run(installed, made.root, "doctor", "--only", "code", "--offline", "--format", "json")
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    assert "stub-implementation" in {one["check"] for one in found["findings"]}
    assert {one["status"] for one in found["checks"]} <= {"passed", "failed", "skipped"}

    code, out, err = run(installed, made.root, "init", "--no-lock", "--toolkit", "github:somebody/toolkit")
    assert code == 0, err
    assert (made.root / ".github" / "workflows" / "ci.yml").is_file()
    assert run(installed, made.root, "init", "--check")[0] == 0
