"""What every test stands on: a clean environment, real tools on demand, nothing left behind."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.repository import Repository, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORGOTTEN = "/dev/null/this-test-forgot-to-isolate-itself"
"""A folder that nobody can make, root included: using it fails at once and says why."""
LEFTOVER_GRACE_S = 5.0
SESSION_VARIABLE = "TOOLKIT_TESTS_SESSION"

# What a person's shell, a CI service or a hook of git's may have set and a test must not see. What says how
# packages and certificates are reached stays (HOME, PIP_*, npm_config_*, CARGO_*, *_PROXY, SSL_*).
SCRUBBED_PREFIXES = (
    "ACTIONS_",
    "BUILDKITE",
    "CIRCLE",
    "DIRENV_",
    "GITHUB_",
    "GITLAB_",
    "GIT_",
    "INVOKE_",
    "NIX_BUILD",
    "RUNNER_",
    "TOOLKIT_",
    "XDG_",
)
SCRUBBED = {
    "CI",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "CONTINUOUS_INTEGRATION",
    "FORCE_COLOR",
    "INIT_CWD",
    "IN_NIX_SHELL",
    "LINES",
    "NODE_ENV",
    "NODE_OPTIONS",
    "NO_COLOR",
    "PYTHONHOME",
    "PYTHONPATH",
    "TF_BUILD",
    "VIRTUAL_ENV",
}
KEPT = {"GIT_SSL_CAINFO", "GIT_EXEC_PATH"}
KEPT_PREFIXES = ("TOOLKIT_TESTS_", "TOOLKIT_MIRROR_")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what lacks its real tool, with the reason, unless this run is required to have it."""
    required = set(os.environ.get("TOOLKIT_TESTS_REQUIRE", "").replace(",", " ").split())
    for mark in item.iter_markers("real"):
        for tool in mark.args:
            reason = missing(tool)
            if reason and required & {tool, "all"}:
                pytest.fail(f"TOOLKIT_TESTS_REQUIRE names {tool}, but {reason}", pytrace=False)
            if reason:
                pytest.skip(reason)


def missing(tool: str) -> str:
    """Why a real tool cannot be used here; empty if it can."""
    if tool == "fuse":
        return _missing_fuse()
    if tool == "nix":
        return "" if shutil.which("nix") or shutil.which("apt-get") else "neither nix nor apt-get to take it with"
    if tool == "linux":
        return "" if sys.platform == "linux" else "this is not Linux"
    if tool == "root":
        return "" if os.geteuid() == 0 else "this is not root"
    return "" if shutil.which(tool) else f"{tool} is not on PATH"


def _missing_fuse() -> str:
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse is missing or not ours to use"
    if not shutil.which("fusermount3"):
        return "fusermount3 is not on PATH"
    return "" if importlib.util.find_spec("mfusepy") else "the Python package mfusepy is missing"


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Scrub the environment once, before any other fixture can start a program."""
    settings = tmp_path_factory.mktemp("git") / "config"
    settings.write_text(
        "[user]\n\tname = Test Person\n\temail = test@example.invalid\n"
        "[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n",
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            unwanted = name in SCRUBBED or name.startswith(SCRUBBED_PREFIXES)
            if unwanted and name not in KEPT and not name.startswith(KEPT_PREFIXES):
                patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", str(settings))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("GIT_TERMINAL_PROMPT", "0")
        patch.setenv("TOOLKIT_CACHE", FORGOTTEN)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_behind(_clean_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every process inherits a variable of this run's own; who still has it at the end was left behind."""
    token = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SESSION_VARIABLE, token)
        yield
    deadline = time.monotonic() + LEFTOVER_GRACE_S
    while (processes := processes_with(f"{SESSION_VARIABLE}={token}")) and time.monotonic() < deadline:
        time.sleep(0.1)
    left = {"processes": processes, "mounts": mounts_below(tmp_path_factory.getbasetemp())}
    assert left == {"processes": {}, "mounts": []}


def processes_with(variable: str) -> dict[int, str]:
    """Command lines of the other processes that were started with a variable, by process id; Linux only."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            inherited = (folder / "environ").read_bytes().split(b"\0")
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it has ended, or is another user's
            continue
        if variable.encode() in inherited and folder.name != str(os.getpid()):
            found[int(folder.name)] = " ".join(words).strip()
    return found


def mounts_below(folder: Path) -> list[str]:
    """Mount points inside a folder; Linux only."""
    table = Path("/proc/self/mounts")
    lines = table.read_text(errors="surrogateescape").splitlines() if table.exists() else []
    points = [line.split(" ")[1].encode("utf-8", "surrogateescape").decode("unicode_escape") for line in lines]
    return sorted(point for point in points if point.startswith(f"{folder}/"))


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A current folder outside of any repository, and a cache that no other test has seen; not made until used."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOOLKIT_CACHE", str(tmp_path.parent / f"{tmp_path.name}-cache"))


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., Repository]:
    """Make a git repository from a nested mapping: ``repository({"web": {"package.json": "{}"}})``.

    Everything is committed, unless ``commit=False``. The folder's name holds a space, as ``Mobile Documents`` does.
    """

    def make(tree: Tree | None = None, *, name: str = "a repository", commit: bool = True) -> Repository:
        made = Repository(tmp_path / name)
        made.git("init", "--quiet")
        made.write(tree or {})
        if commit:
            made.commit("begin")
        return made

    return make
